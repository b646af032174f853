// Brings what is cited into view: the marked text, and the marked lines in a picture that is wider than its frame.

const MARGIN = 24; // pixels of the page to be seen before the line

export function reveal(viewer) {
  for (const frame of viewer.querySelectorAll(".frame")) {
    const line = frame.querySelector("rect")?.getBoundingClientRect();
    if (line) frame.scrollLeft += line.left - frame.getBoundingClientRect().left - MARGIN;
  }
  viewer.querySelector("#span")?.scrollIntoView({ block: "center" });
}
