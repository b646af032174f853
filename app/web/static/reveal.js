// Brings what is cited into view: the marked lines in the picture of a page, the marked text where there is none or it
// stands beside the picture; and within a frame that is narrower than its picture, the line's beginning.

const MARGIN = 24; // pixels of the page to be seen before the line

export function reveal(viewer) {
  for (const frame of viewer.querySelectorAll(".frame")) {
    const line = frame.querySelector("rect")?.getBoundingClientRect();
    if (line) frame.scrollLeft += line.left - frame.getBoundingClientRect().left - MARGIN;
  }
  (lineAbove(viewer) ?? viewer.querySelector("#span"))?.scrollIntoView({ block: "center" });
}

// The first marked line, if its picture stands above the text.
function lineAbove(viewer) {
  const [picture, text] = viewer.querySelector(".beside")?.children ?? [];
  return text && picture.getBoundingClientRect().right > text.getBoundingClientRect().left ? picture.querySelector("rect") : null;
}
