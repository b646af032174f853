// What every page does beyond what it shows: live answers, the source beside them, copying, keys, local times.
import { all, fetchPart, find, say } from "./dom.js";
import { sendForms } from "./forms.js";
import { listen } from "./live.js";
import { showSources } from "./panel.js";
import { reveal } from "./reveal.js";

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

// A shown tooltip can be put away without moving the pointer or the focus (WCAG 1.4.13).
function quietTips(event) {
  document.body.classList.toggle("quiet", event.key === "Escape");
}

function keys(event) {
  if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    if (getComputedStyle(find("#places")).display === "none") location.hash = "places";
    find("#search").focus();
  }
  if (event.key === "Escape") {
    quietTips(event);
    event.target.closest?.("details.menu[open]")?.removeAttribute("open");
  }
  if (event.altKey && ["ArrowUp", "ArrowDown"].includes(event.key)) step(event);
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
for (const moved of ["pointerover", "focusin"]) {
  document.addEventListener(moved, (event) => {
    if (event.target.closest?.(".chip")) document.body.classList.remove("quiet");
  });
}
document.addEventListener("click", (event) => {
  const link = event.target.closest("a.copy, a.copy-link");
  if (link) {
    event.preventDefault();
    copy(link);
  }
  if (event.target.closest("button.print")) print();
});
document.addEventListener("toggle", (event) => {
  if (event.target.open && event.target.matches("details.menu")) event.target.scrollIntoView({ block: "nearest" });
}, true);
document.addEventListener("placed", (event) => localTimes(event.detail));
localTimes(document);
showSources();
sendForms();
listen();
if (find("#messages") && !location.hash && !new URLSearchParams(location.search).has("before")) {
  find("#messages").lastElementChild?.scrollIntoView({ block: "start" });
}
addEventListener("load", () => all("main > .viewer").forEach(reveal));
find("#text")?.focus({ preventScroll: true });
