// Shows a source beside the chat. Without a script its link leads to a page of its own.
import { fetchPart, find, say } from "./dom.js";
import { reveal } from "./reveal.js";

const panel = find("#panel");
let opener = null;

export function showSources() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a.to-source, a.in-viewer");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (!panel.contains(link)) {
      if (link.classList.contains("in-viewer")) return;
      opener = link;
    }
    event.preventDefault();
    show(link);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !panel.hidden && !document.querySelector(".cite:focus-within .tip")) close();
  });
}

async function show(link) {
  let html;
  try {
    html = await (await fetchPart(link.href, {}, "viewer")).text();
  } catch (error) {
    html = "";
    say(error.message);
  }
  if (!html) {
    location.assign(link.href);
    return;
  }
  panel.innerHTML = html; // the server's own fragment, in which the document's text is escaped
  panel.prepend(closeButton());
  panel.hidden = false;
  document.body.classList.add("with-panel");
  panel.focus({ preventScroll: true });
  reveal(panel);
  for (const picture of panel.querySelectorAll("img")) picture.addEventListener("load", () => reveal(panel));
}

function closeButton() {
  const button = document.createElement("button");
  button.className = "close quiet";
  button.type = "button";
  button.textContent = "Close";
  button.addEventListener("click", close);
  return button;
}

function close() {
  panel.hidden = true;
  panel.replaceChildren();
  document.body.classList.remove("with-panel");
  const back = opener?.isConnected ? opener : opener && document.getElementById(opener.id);
  back?.focus({ preventScroll: true });
}
