// Brings what is cited into view: the marked text, and the marked lines in a picture that is wider than its frame.
"use strict";

function reveal(viewer) {
  for (const frame of viewer.querySelectorAll(".frame")) {
    const line = frame.querySelector("rect")?.getBoundingClientRect();
    const seen = frame.getBoundingClientRect();
    if (line) frame.scrollLeft += line.left + line.width / 2 - seen.left - seen.width / 2;
  }
  viewer.querySelector("#span")?.scrollIntoView({ block: "center" });
}

addEventListener("load", () => document.querySelectorAll("main > .viewer").forEach(reveal));
