// What the other scripts share: fragments of the server's pages put in their places, and words for screen readers.

export const find = (selector, within = document) => within.querySelector(selector);
export const all = (selector, within = document) => [...within.querySelectorAll(selector)];

// Tells screen readers something, in the one live region of the page.
export function say(text) {
  find("#told").textContent = text;
}

// Puts each element of a fragment in the place of what has its id, else at the end of what `data-into` names.
export function put(html) {
  const template = document.createElement("template");
  template.innerHTML = html; // the server's own page, in which whatever documents and people say is escaped
  const placed = [...template.content.children];
  for (const element of placed) {
    const old = document.getElementById(element.id);
    if (old) replace(old, element);
    else document.getElementById(element.dataset.into)?.append(element);
    document.dispatchEvent(new CustomEvent("placed", { detail: element }));
  }
  return placed;
}

// Keeps what its reader has unfolded and where the focus is.
function replace(old, element) {
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const summaries = new Set(all("details[open] > summary", old).map((one) => one.textContent));
  old.replaceWith(element);
  for (const summary of all("details > summary", element)) {
    if (summaries.has(summary.textContent)) summary.parentElement.open = true;
  }
  if (!focused) return;
  const again = focused.id && document.getElementById(focused.id);
  if (again) again.focus({ preventScroll: true });
  else {
    element.tabIndex = -1;
    element.focus({ preventScroll: true });
  }
}

// Asks the server for a part of a page; what it refuses is thrown with the server's words.
export async function fetchPart(url, options = {}, part = "part") {
  const headers = { "X-Fragment": part, Accept: "application/json, text/html;q=0.9" };
  const response = await fetch(url, { ...options, headers });
  if (response.redirected && new URL(response.url).pathname === "/sign-in") location.reload();
  if (response.ok) return response;
  const words = response.headers.get("Content-Type").includes("json") ? (await response.json()).error.message : await response.text();
  throw new Error(words);
}
