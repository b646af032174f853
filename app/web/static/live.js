// Follows answers while they are made.
import { all, fetchPart, find, parse, put, say } from "./dom.js";

const AT_ONCE = 2; // streams; a browser has six connections to one server, and its reader needs some, in other tabs too
const POLL_MS = 2_000;

const followed = new Map(); // the element of each open answer, and by what it is followed
const refused = new WeakSet(); // the elements whose stream the server would not give

export function followAnswers() {
  document.addEventListener("placed", follow);
  document.addEventListener("visibilitychange", follow);
  setInterval(tellTime, 1_000);
  follow();
}

// How long each open answer has been followed, behind what is being done for it.
function tellTime() {
  for (const [turn, by] of followed) {
    const doing = find(".progress", turn);
    if (doing) doing.dataset.waited = `${Math.round((Date.now() - by.since) / 1_000)} s`;
  }
}

// The newest open answers are streamed, the others are asked for now and then; nothing is followed any more for an
// element that was replaced, as it is when its question is edited, or asked again.
function follow() {
  const open = document.hidden ? [] : all("[data-events]").reverse();
  const streamed = open.filter((turn) => !refused.has(turn)).slice(0, AT_ONCE);
  for (const [turn, by] of followed) {
    if (open.includes(turn) && by.streams === streamed.includes(turn)) continue;
    by.stop();
    followed.delete(turn);
  }
  for (const turn of open) {
    if (!followed.has(turn)) followed.set(turn, { since: Date.now(), ...(streamed.includes(turn) ? stream : poll)(turn) });
  }
}

// A stream that breaks is taken up again by the browser, from the event after the last one it had.
function stream(turn) {
  const source = new EventSource(turn.dataset.events);
  const take = (event) => {
    const { html, said } = JSON.parse(event.data);
    put(html);
    foldReading(turn);
    if (said) say(said);
  };
  source.addEventListener("part", take);
  source.addEventListener("done", (event) => {
    source.close();
    take(event);
  });
  source.addEventListener("error", () => {
    if (source.readyState !== EventSource.CLOSED) return;
    refused.add(turn);
    follow();
  });
  return { streams: true, stop: () => source.close() };
}

// What is read makes room, once, for the first claim.
function foldReading(turn) {
  const reading = find(".reading", turn);
  if (!reading || reading.dataset.folded || !find(".claim", turn)) return;
  reading.dataset.folded = "once";
  reading.open = false;
}

function poll(turn) {
  const timer = setInterval(askFor, POLL_MS, turn);
  return { streams: false, stop: () => clearInterval(timer) };
}

async function askFor(turn) {
  let html;
  try {
    html = await (await fetchPart(turn.dataset.events.replace(/events$/, "turn"))).text();
  } catch {
    return; // the next time will do
  }
  if (!turn.isConnected || parse(html)[0].dataset.events) return;
  const [answer] = put(html);
  say(find(".status, .notice", answer)?.textContent ?? "");
}
