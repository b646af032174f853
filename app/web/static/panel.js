// Shows a source beside the chat. Without a script its link leads to a page of its own.
import { fetchPart, find, focus, say, successors } from "./dom.js";
import { reveal } from "./reveal.js";
import { putAway } from "./tips.js";

const panel = find("#panel");
const narrow = matchMedia("(max-width: 50rem)"); // where the panel covers the page, as style.css has it
let opener = null;
let home = null; // the id of the message that the opener was in
let asked = ""; // what was asked for last

export function showSources() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a.to-source, a.in-viewer");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (!panel.contains(link)) {
      if (link.classList.contains("in-viewer")) return;
      opener = link;
      home = link.closest(".message")?.id;
    }
    event.preventDefault();
    show(link.href);
  });
  narrow.addEventListener("change", keepBehind);
}

async function show(url) {
  asked = url;
  let html;
  try {
    html = await (await fetchPart(url, {}, "viewer")).text();
  } catch (error) {
    html = error.page;
    say(error.message);
  }
  if (asked !== url) return;
  if (!html) {
    location.assign(url);
    return;
  }
  panel.innerHTML = html; // the server's own fragment, in which the document's text is escaped
  panel.prepend(closeButton());
  panel.hidden = false;
  document.body.classList.add("with-panel");
  keepBehind();
  panel.focus({ preventScroll: true });
  reveal(panel);
  for (const picture of panel.querySelectorAll("img")) picture.addEventListener("load", () => reveal(panel));
}

function closeButton() {
  const button = document.createElement("button");
  button.className = "close quiet";
  button.type = "button";
  button.textContent = "Close";
  button.addEventListener("click", closePanel);
  return button;
}

export function closePanel() {
  if (panel.hidden) return;
  panel.hidden = true;
  panel.replaceChildren();
  document.body.classList.remove("with-panel");
  keepBehind();
  if (!opener) return;
  const message = document.getElementById(home);
  focus([opener, ...(message ? successors(opener, message) : []), message, find("#text")]);
  putAway(); // its tooltip was read, and would lie over what is read next
}

// What the panel covers cannot be reached by keyboard either.
function keepBehind() {
  for (const one of document.querySelectorAll(".skip, .sidebar, main")) one.inert = narrow.matches && !panel.hidden;
}
