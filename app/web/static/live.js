// Follows answers while they are made, and what others say meanwhile.
import { all, fetchPart, find, put, say } from "./dom.js";

const NEWS_MS = 15_000;
const RETRY_MS = 2_000;

export function followAll(within = document) {
  const open = all("[data-events]", within);
  if (within.dataset?.events) open.push(within);
  for (const turn of open) follow(turn);
}

// A stream that breaks is taken up again by the browser, from the event after the last one it had.
function follow(turn) {
  const url = turn.dataset.events;
  const stream = new EventSource(url);
  const take = (event) => {
    const { html, said } = JSON.parse(event.data);
    put(html);
    if (said) say(said);
  };
  stream.addEventListener("part", take);
  stream.addEventListener("done", (event) => {
    stream.close();
    take(event);
  });
  stream.addEventListener("error", () => {
    if (stream.readyState === EventSource.CLOSED) setTimeout(askFor, RETRY_MS, url);
  });
}

// Where no stream is to be had, the answer is asked for until it is there.
async function askFor(url) {
  try {
    put(await (await fetchPart(url.replace(/events$/, "turn"))).text());
  } catch {
    setTimeout(askFor, RETRY_MS, url);
  }
}

export function listen() {
  document.addEventListener("placed", (event) => followAll(event.detail));
  followAll();
  const messages = find("#messages");
  if (messages?.dataset.news) setInterval(news, NEWS_MS, messages);
}

async function news(messages) {
  if (document.hidden) return;
  const url = new URL(messages.dataset.news, location.href);
  url.searchParams.set("since", messages.dataset.seq);
  let found;
  try {
    found = await (await fetchPart(url)).json();
  } catch {
    return; // the next time will do
  }
  messages.dataset.seq = found.seq;
  const said = put(found.html).filter((one) => !one.contains(document.activeElement)).length;
  if (said) say(said === 1 ? "One new message" : `${said} new messages`);
  for (const link of all("#channels a")) mark(link, found.unread[link.dataset.channel]);
}

function mark(link, unread) {
  find(".count", link)?.remove();
  link.classList.toggle("unread", Boolean(unread));
  if (!unread) return;
  const count = document.createElement("span");
  count.className = unread.mentioned ? "count mentioned" : "count";
  count.textContent = unread.count;
  const words = document.createElement("span");
  words.className = "heard";
  words.textContent = unread.mentioned ? " unread, you are mentioned" : " unread";
  count.append(words);
  link.append(" ", count);
}
