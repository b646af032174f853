// What others say meanwhile, and what is unread elsewhere.
import { all, fetchPart, find, parse, place, say } from "./dom.js";

const NEWS_MS = 15_000;

const held = new Map(); // by id, messages that changed while something was written into what the page shows of them

export function listen() {
  const messages = find("#messages");
  if (messages?.dataset.news) setInterval(ask, NEWS_MS, messages);
}

// Own messages need not come back as news. If others happened before, they have to come first.
export function sent(seq) {
  const messages = find("#messages");
  if (messages && Number(seq) === Number(messages.dataset.seq) + 1) messages.dataset.seq = seq;
}

async function ask(messages) {
  if (document.hidden) return;
  const url = new URL(messages.dataset.news, location.href);
  url.searchParams.set("since", messages.dataset.seq);
  let found;
  try {
    found = await (await fetchPart(url)).json();
  } catch {
    return; // the next time will do
  }
  messages.dataset.seq = Math.max(found.seq, messages.dataset.seq);
  for (const message of parse(found.html)) held.set(message.id, message);
  show(messages);
  for (const link of all("#channels a")) mark(link, found.unread[link.dataset.channel]);
  markAll(Object.values(found.unread));
}

// A message that is being written in, or that has the focus, waits for the next time.
function show(messages) {
  let added = 0;
  for (const [id, message] of held) {
    const old = document.getElementById(id);
    if (old && isInUse(old)) continue;
    held.delete(id);
    place(message, (one) => (added += add(one, messages)));
  }
  if (added) say(added === 1 ? "One new message" : `${added} new messages`);
}

function isInUse(message) {
  const written = all("textarea", message).some((one) => one.value !== one.defaultValue);
  return written || message.contains(document.activeElement);
}

// Puts a new message where it belongs in time; one that is older than what this page shows stays away.
function add(message, messages) {
  const shown = all(".message", messages);
  const next = shown.find((one) => Number(one.dataset.seq) > Number(message.dataset.seq));
  if (next && next === shown[0] && find("#earlier")) return 0;
  find(".empty", messages)?.remove();
  messages.insertBefore(message, next ?? null);
  return 1;
}

function mark(link, unread) {
  link.classList.toggle("unread", Boolean(unread));
  count(find(".count", link), unread);
}

function markAll(unread) {
  const sum = unread.reduce((before, one) => before + one.count, 0);
  const total = find(".to-places .count");
  if (total) count(total, sum ? { count: sum, mentioned: unread.some((one) => one.mentioned) } : undefined);
}

function count(badge, unread) {
  badge.hidden = !unread;
  badge.classList.toggle("mentioned", Boolean(unread?.mentioned));
  find(".many", badge).textContent = unread?.count ?? "";
}
