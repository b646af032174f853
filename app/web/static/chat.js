// What every page does beyond what it shows: live answers, the source beside them, copying, keys, local times.
import { all, fetchPart, find, say } from "./dom.js";
import { sendForms } from "./forms.js";
import { followAnswers } from "./live.js";
import { listen } from "./news.js";
import { closePanel, showSources } from "./panel.js";
import { preparePrinting, printFrom } from "./print.js";
import { reveal } from "./reveal.js";
import { mindTips, putAway } from "./tips.js";

function localTimes(within) {
  for (const time of all("time", within)) {
    const then = new Date(time.dateTime);
    const today = then.toDateString() === new Date().toDateString();
    time.title = time.dateTime;
    time.textContent = then.toLocaleString([], today ? { timeStyle: "short" } : { dateStyle: "medium", timeStyle: "short" });
  }
}

async function copy(link) {
  try {
    const text = link.classList.contains("copy-link") ? link.href : await (await fetchPart(link.href)).text();
    await navigator.clipboard.writeText(text);
    say("Copied");
    link.dataset.done = "Copied";
    setTimeout(() => delete link.dataset.done, 2000);
  } catch {
    location.assign(link.href); // a page that may not write to the clipboard shows what is to be copied
  }
}

function keys(event) {
  if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey)) search(event);
  if (event.key === "Escape") escape(event.target);
  if (event.altKey && ["ArrowUp", "ArrowDown"].includes(event.key) && !isWriting(event.target)) step(event);
}

function search(event) {
  if (!find("#search")) return;
  event.preventDefault();
  if (getComputedStyle(find("#places")).display === "none") location.hash = "places";
  find("#search").focus();
}

// One press closes one thing: a menu, else the tooltip at the focus, else the source beside the chat.
function escape(target) {
  const menu = target.closest?.("details.menu[open]");
  if (menu) {
    menu.open = false;
    find("summary", menu).focus();
  } else if (!putAway()) closePanel();
}

function isWriting(field) {
  return field.matches?.("input, select, textarea") && (field.id !== "text" || field.value !== "");
}

// To the channel above or below.
function step(event) {
  const links = all("#channels a");
  const here = links.findIndex((one) => one.getAttribute("aria-current"));
  const to = links[here + (event.key === "ArrowUp" ? -1 : 1)];
  if (!to) return;
  event.preventDefault();
  location.assign(to.href);
}

document.addEventListener("keydown", keys);
document.addEventListener("click", (event) => {
  const link = event.target.closest("a.copy, a.copy-link");
  if (link) {
    event.preventDefault();
    copy(link);
  }
  const button = event.target.closest("button.print");
  if (button) printFrom(button);
});
document.addEventListener("toggle", (event) => {
  if (event.target.open && event.target.matches("details.menu")) event.target.scrollIntoView({ block: "nearest" });
}, true);
document.addEventListener("placed", (event) => localTimes(event.detail));
localTimes(document);
showSources();
sendForms();
followAnswers();
listen();
mindTips();
preparePrinting();
if (find("#messages") && !location.hash && find("#messages").dataset.news) {
  find("#messages").lastElementChild?.scrollIntoView({ block: "start" });
}
addEventListener("load", () => all("main > .viewer").forEach(reveal));
find("#text")?.focus({ preventScroll: true });
