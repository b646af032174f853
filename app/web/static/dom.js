// What the other scripts share: fragments of the server's pages put in their places, and words for screen readers.

export const find = (selector, within = document) => within.querySelector(selector);
export const all = (selector, within = document) => [...within.querySelectorAll(selector)];

// Tells screen readers something, in the one live region of the page.
export function say(text) {
  find("#told").textContent = text;
}

// The elements of a fragment, each still to be put somewhere.
export function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html; // the server's own page, in which whatever documents and people say is escaped
  return [...template.content.children];
}

// Puts each element of a fragment in the place of what has its id, else at the end of what `data-into` names.
export function put(html) {
  const elements = parse(html);
  for (const element of elements) place(element, (one) => document.getElementById(one.dataset.into)?.append(one));
  return elements;
}

// Puts an element in the place of what has its id, else where `add` puts it.
export function place(element, add) {
  const old = document.getElementById(element.id);
  if (old) replace(old, element);
  else add(element);
  document.dispatchEvent(new CustomEvent("placed", { detail: element }));
}

// Keeps what its reader has folded and unfolded, and where the focus is.
function replace(old, element) {
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const unfolded = new Map(all("details[id]", old).map((one) => [one.id, one.open]));
  old.replaceWith(element);
  for (const one of all("details[id]", element)) one.open = unfolded.get(one.id) ?? one.open;
  if (focused) focus([...successors(focused, element), element]);
}

// Focuses the first of these that is there to be seen.
export function focus(candidates) {
  const target = candidates.find((one) => one?.isConnected && one.checkVisibility());
  if (!target) return;
  if (target.tabIndex < 0) target.tabIndex = -1;
  target.focus({ preventScroll: true });
}

// What stands now for something that was replaced. Ids and numbers may have gone to another claim or another source
// meanwhile: the claim is known by its words, and the link in it by where it leads.
export function successors(gone, within) {
  const claim = gone.closest(".claim");
  if (!claim) return [document.getElementById(gone.id)].filter((one) => one?.textContent === gone.textContent);
  const claims = [within, ...all("*", within)].filter((one) => one.matches(".claim"));
  const again = claims.find((one) => wordsOf(one) === wordsOf(claim));
  if (!again) return [];
  const link = gone.pathname && all("a.to-source", again).find((one) => one.pathname === gone.pathname);
  return [link, again];
}

const wordsOf = (claim) => find(".words", claim)?.textContent;

// Asks the server for a part of a page; what it refuses is thrown with the server's words, and its page if it has one.
export async function fetchPart(url, options = {}, part = "part") {
  const headers = { "X-Fragment": part, Accept: "application/json, text/html;q=0.9" };
  const response = await fetch(url, { ...options, headers });
  if (response.redirected && new URL(response.url).pathname === "/sign-in") location.reload();
  if (response.ok) return response;
  const text = await response.text();
  if (response.headers.get("Content-Type")?.includes("json")) throw new Error(JSON.parse(text).error.message);
  const words = parse(text).map((one) => find(".notice", one)?.textContent).find(Boolean);
  throw Object.assign(new Error(words ?? response.statusText), { page: text });
}
