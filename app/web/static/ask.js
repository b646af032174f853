// Asks over /v1/answers and shows the answer while it is made: sources, claims, verdicts. Text goes in as text only.
"use strict";

const form = document.getElementById("ask");
const progress = document.getElementById("progress");
const output = document.getElementById("answer");
const WHY_SILENT = {
  no_evidence: "No answer: nothing relevant enough was found in the documents",
  low_confidence: "No answer: no claim held when it was checked",
  budget: "No answer: the budget was spent before a claim held",
};
let current = null;

form.addEventListener("submit", (event) => {
  event.preventDefault();
  ask();
});

form.elements.q.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    form.requestSubmit();
  }
});

async function ask() {
  if (current) current.abort();
  current = new AbortController();
  const view = new View();
  try {
    const response = await fetch("/v1/answers", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(wanted()),
      signal: current.signal,
    });
    if (!response.ok) throw new Error((await response.json()).error.message);
    for await (const [name, data] of events(response.body)) view[name](data);
  } catch (error) {
    if (error.name !== "AbortError") view.failed(error.message);
  }
}

function wanted() {
  const body = { question: form.elements.q.value, model: form.elements.model.value, stream: true };
  const least = form.elements.min_confidence.valueAsNumber;
  return Number.isNaN(least) ? body : { ...body, min_confidence: least };
}

// Server-Sent Events: blocks of "name: value" lines, ended by an empty line.
async function* events(stream) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let waiting = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    waiting += value;
    const blocks = waiting.split("\n\n");
    waiting = blocks.pop();
    for (const block of blocks) {
      const fields = Object.fromEntries(block.split("\n").map((line) => [line.slice(0, line.indexOf(": ")), line.slice(line.indexOf(": ") + 2)]));
      yield [fields.event, JSON.parse(fields.data)];
    }
  }
}

// What is on the page for one question. The methods in lower case are the names of the events.
class View {
  constructor() {
    this.items = new Map();
    this.numbers = new Map();
    this.claims = make("ol", "claims");
    this.withheld = make("ul", "claims");
    this.withheldSummary = make("summary");
    this.withheldPart = make("details", "withheld", [this.withheldSummary, this.withheld]);
    this.withheldPart.hidden = true;
    this.cited = make("ol");
    this.citedPart = make("section", "sources", [make("h3", "", ["Sources"]), this.cited]);
    this.citedPart.hidden = true;
    this.head = make("h2", "status");
    this.head.hidden = true;
    output.replaceChildren(this.head, this.claims, this.withheldPart, this.citedPart);
    output.hidden = false;
    output.setAttribute("aria-busy", "true");
    document.getElementById("about").hidden = true;
    say("Searching the documents…");
  }

  sources({ citations }) {
    const titles = new Set(citations.map((one) => one.document.title));
    const list = make("ul", "", citations.map(sourceItem));
    const heading = `Reading ${count(citations.length, "sentence")} of ${count(titles.size, "document")}`;
    this.read = make("details", "reading", [make("summary", "", [heading]), list]);
    this.read.open = true;
    if (citations.length) this.head.after(this.read);
    say(citations.length ? `${heading}. Drafting…` : "Nothing in the documents is about this.");
  }

  claim({ index, claim }) {
    this.read.open = false;
    const item = make("li", "claim");
    const chips = claim.citations.flatMap((one, place) => [" ", this.chip(one, `${index}-${place}`)]);
    item.append(make("p", "text", [...columnsOf(claim), claim.text, ...chips]), make("span", "badge", ["checking…"]));
    this.items.set(index, item);
    this.claims.append(item);
    say(`Checking claim ${index + 1}…`);
  }

  verdict({ index, claim }) {
    const item = this.items.get(index);
    const badge = item.querySelector(".badge");
    const kind = claim.reason && claim.label !== "contradicted" ? "withheld" : claim.label;
    badge.textContent = verdictOf(claim);
    for (const one of [item, badge]) one.classList.add(kind);
    badge.after(...disputedBadge(claim));
    if (claim.reason) item.append(make("p", "reason", [claim.reason]));
    item.append(...partsOf(claim), ...disputesOf(claim));
    if (!claim.reason) return;
    this.withheld.append(item);
    this.withheldPart.hidden = false;
    this.withheldSummary.textContent = `${count(this.withheld.children.length, "claim")} withheld`;
  }

  answer(answer) {
    this.renumber(answer);
    this.head.textContent = headline(answer);
    this.head.hidden = false;
    if (this.read) {
      this.read.open = false;
      this.read.firstChild.textContent = this.read.firstChild.textContent.replace("Reading", "Read");
    }
    this.withheldPart.open = answer.status === "abstained";
    this.head.after(...answer.notes.map((note) => make("p", "notice", [note])));
    if (this.items.size && !answer.calibrated) {
      this.citedPart.before(make("p", "small", ["The confidence is not calibrated for these documents: it was fitted on other texts."]));
    }
    output.append(...nearMisses(answer, this.numbers), facts(answer));
    output.setAttribute("aria-busy", "false");
    say(headline(answer), true);
  }

  error({ error }) {
    this.failed(error.message);
  }

  failed(message) {
    output.append(make("p", "notice", [message]));
    output.setAttribute("aria-busy", "false");
    say("That did not work.");
  }

  chip(citation, key) {
    if (!this.numbers.has(citation.id)) {
      this.numbers.set(citation.id, this.numbers.size + 1);
      this.cited.append(sourceItem(citation));
      this.citedPart.hidden = false;
    }
    const link = make("a", "chip", [String(this.numbers.get(citation.id))]);
    link.href = place(citation);
    link.dataset.citation = citation.id;
    link.setAttribute("aria-describedby", `tip-${key}`);
    const tip = make("span", "tip", [make("strong", "", [citation.document.title]), ...path(citation), quoted(citation)]);
    tip.id = `tip-${key}`;
    tip.setAttribute("role", "tooltip");
    return make("span", "cite", [link, tip]);
  }

  // While claims come, sources are numbered as they are drafted; at last as the claims stand, as on the kept page.
  renumber(answer) {
    const cited = [...answer.claims, ...answer.withheld].flatMap((one) => one.citations);
    const sources = new Map(cited.map((one) => [one.id, one]));
    this.numbers = new Map([...sources.keys()].map((id, index) => [id, index + 1]));
    this.cited.replaceChildren(...[...sources.values()].map(sourceItem));
    for (const link of output.querySelectorAll(".chip")) link.textContent = this.numbers.get(link.dataset.citation);
  }
}

function headline(answer) {
  if (answer.status === "answered") {
    const withheld = answer.withheld.length ? `, ${answer.withheld.length} withheld` : "";
    return `Answered with ${count(answer.claims.length, "claim")}${withheld}`;
  }
  return WHY_SILENT[answer.reason];
}

// Of a quotation how relevant it is, of any other claim how well it is supported.
function verdictOf(claim) {
  const { relevance, entailment } = Object.fromEntries(claim.checks.map((check) => [check.name, check.detail]));
  if (relevance && !entailment) return `quoted · relevance ${relevance.score.toFixed(2)}`;
  return `${claim.label} ${claim.confidence.toFixed(2)}`;
}

// The facts of a claim that states several, each with its support.
function partsOf(claim) {
  const parts = claim.checks.flatMap((check) => check.detail.parts || []);
  if (!parts.length) return [];
  const items = parts.map(({ text, p_supported }) => {
    return make("li", p_supported < 0.5 ? "fell" : "", [make("span", "support", [p_supported.toFixed(2)]), ` ${text}`]);
  });
  const list = make("ul", "parts", items);
  list.setAttribute("aria-label", "What it states, each with its support");
  return [list];
}

const AGAINST = {
  current: "Says otherwise",
  superseded: "Said otherwise, and has been superseded",
  supersedes: "Says otherwise, and supersedes the source",
};

function disputedBadge(claim) {
  const failed = claim.checks.some((check) => check.name === "dispute" && check.passed === false);
  return failed ? [" ", make("span", "badge disputed", ["disputed"])] : [];
}

// What stands elsewhere against a claim.
function disputesOf(claim) {
  const found = claim.checks.flatMap((check) => (check.name === "dispute" && check.detail.disputes) || []);
  if (!found.length) return [];
  const list = make("ul", "disputes", found.map(({ citation, why, standing }) => {
    const item = sourceItem(citation);
    item.prepend(make("strong", "", [`${AGAINST[standing]}:`]), " ");
    item.append(make("span", "small", [why]));
    return item;
  }));
  list.setAttribute("aria-label", "What says otherwise");
  return [list];
}

// The near misses that no claim cites; a withheld claim says itself why it was not used.
function nearMisses(answer, cited) {
  const misses = answer.searched.near_misses.filter((miss) => !cited.has(miss.id));
  if (!misses.length) return [];
  const items = misses.map((miss) => {
    const item = sourceItem({ ...miss, exact: miss.text });
    item.append(make("span", "small", [miss.why]));
    return item;
  });
  const answered = answer.status === "answered";
  const heading = answered ? "Looked at, and not used" : `The ${answer.searched.passages.length} best passages were searched; these came nearest`;
  const part = make("details", "near", [make("summary", "", [heading]), make("ul", "", items)]);
  part.open = !answered;
  return [part];
}

function sourceItem(citation) {
  const link = make("a", "", [citation.document.title]);
  link.href = place(citation);
  const page = citation.page ? [" ", make("span", "path", [`page ${citation.page}`])] : [];
  return make("li", "", [link, ...path(citation), ...page, quoted(citation)]);
}

// The names of the columns over a claim that is a row of a table.
function columnsOf(claim) {
  return claim.citations.filter((one) => one.header && one.exact === claim.text).map(columns);
}

function columns(citation) {
  return make("span", "columns", [citation.header]);
}

function quoted(citation) {
  return make("span", "quoted", [...(citation.header ? [columns(citation)] : []), citation.exact]);
}

function place(citation) {
  const then = "start" in citation ? `?revision=${citation.document.revision}&start=${citation.start}` : "";
  return `${citation.url}${then}#span`;
}

// The headings above a place, without the document's title where that is the first of them.
function path({ document: { title }, section }) {
  const headings = section[0] === title ? section.slice(1) : section;
  return headings.length ? [" ", make("span", "path", [headings.join(" › ")])] : [];
}

function facts(answer) {
  const kept = make("a", "", [`kept as ${answer.id}`]);
  kept.href = `/a/${answer.id}`;
  const json = make("a", "", ["JSON"]);
  json.href = `/v1/answers/${answer.id}`;
  const seconds = (answer.timing_ms.total / 1000).toFixed(1);
  const searched = count(answer.searched.passages.length, "passage");
  return make("p", "small facts", [`${answer.model} · ${seconds} s · ${searched} searched · `, kept, " · ", json]);
}

function count(n, noun) {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}

// What screen readers are told; when it stands on the page anyway, they alone are told it.
function say(text, shownElsewhere = false) {
  progress.textContent = text;
  progress.classList.toggle("heard", shownElsewhere);
}

// An element with its class and its children; strings become text, never markup.
function make(tag, className = "", children = []) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}
