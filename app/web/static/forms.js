// Forms that are sent without leaving the page: questions, edits, feedback. Each works without this script as well.
import { all, fetchPart, find, put, say } from "./dom.js";
import { sent } from "./news.js";

export function sendForms() {
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    const kind = [...form.classList].find((name) => name in SENT);
    if (!kind) return;
    event.preventDefault();
    if (form.getAttribute("aria-busy") === "true") return;
    form.setAttribute("aria-busy", "true");
    complain(form, "");
    try {
      const response = await fetchPart(form.action, { method: "POST", body: fields(form, event.submitter) });
      await SENT[kind](form, response);
      if (response.headers.has("X-Seq")) sent(response.headers.get("X-Seq"));
    } catch (error) {
      complain(form, error.message);
    }
    form.removeAttribute("aria-busy");
  });
  document.addEventListener("keydown", typed);
  keepDraft(find("#text"));
}

// What was begun in a page's field is there again when the page is loaded again.
function keepDraft(text) {
  if (!text) return;
  const name = `draft ${location.pathname}`;
  text.value ||= sessionStorage.getItem(name) ?? "";
  addEventListener("pagehide", () => sessionStorage.setItem(name, text.value));
}

// URL-encoded, as the form is sent without this script too.
function fields(form, submitter) {
  const given = new URLSearchParams(new FormData(form));
  if (submitter?.name) given.set(submitter.name, submitter.value);
  return given;
}

const SENT = {
  async composer(form, response) {
    form.elements.text.value = "";
    if (!find("#messages").dataset.news) {
      location.assign(form.action); // from older messages to the newest
      return;
    }
    const [message] = put(await response.text());
    find("#messages > .empty")?.remove();
    keepInView(message.id);
    say("Sent");
  },
  async edit(form, response) {
    const html = await response.text();
    form.closest("details").open = false;
    put(html);
  },
  async again(form, response) {
    put(await response.text());
  },
  async feedback(form, response) {
    const { pressed } = await response.json();
    for (const button of all(`button[form="${form.id}"], #${form.id} button`)) {
      button.setAttribute("aria-pressed", String(pressed.includes(button.value)));
    }
    say(pressed.length ? "Noted, thank you" : "Taken back");
  },
};

// The answer grows under its question, which stays at the top until its reader scrolls.
function keepInView(id) {
  const watch = new AbortController();
  const show = () => document.getElementById(id)?.scrollIntoView({ block: "start" });
  for (const moved of ["wheel", "touchmove", "keydown", "pointerdown"]) {
    document.addEventListener(moved, () => watch.abort(), { signal: watch.signal });
  }
  document.addEventListener("placed", show, { signal: watch.signal });
  show();
}

// Says under a form what the server refused, and why.
function complain(form, words) {
  let notice = find(".refused", form);
  if (!notice) {
    notice = document.createElement("p");
    notice.className = "notice refused";
    form.append(notice);
  }
  notice.textContent = words;
  notice.hidden = !words;
  if (words) say(words);
}

function typed(event) {
  const text = event.target;
  if (!text.matches?.("#text, .edit textarea")) return;
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    if (text.value.trim()) text.form.requestSubmit(find("button.ask, button", text.form));
    else complain(text.form, "There is nothing written yet.");
  }
  if (event.key === "ArrowUp" && text.id === "text" && !event.altKey && !text.value) {
    const last = all("#messages details.editing").at(-1);
    if (!last) return;
    event.preventDefault();
    last.open = true;
    find("textarea", last).focus();
  }
}
