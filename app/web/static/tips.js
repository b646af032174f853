// The tooltips of citations: style.css shows them, here they are put away and turned to where there is room.
import { find } from "./dom.js";

const GAP = 8; // pixels between a tooltip and what is below it

export function mindTips() {
  for (const moved of ["pointerover", "focusin"]) {
    document.addEventListener(moved, (event) => {
      const chip = event.target.closest?.(".chip");
      if (!chip) return;
      document.body.classList.remove("tips-away");
      turn(chip);
    });
  }
}

// Puts shown tooltips away without moving the pointer or the focus (WCAG 1.4.13); says whether one was at the focus.
export function putAway() {
  const wasShown = Boolean(find(".chip:focus")) && !document.body.classList.contains("tips-away");
  document.body.classList.add("tips-away");
  return wasShown;
}

// Up where the window, or the form at its end, leaves no room below.
function turn(chip) {
  const { parentElement: cite, nextElementSibling: tip } = chip;
  const end = find("#composer")?.getBoundingClientRect().top ?? innerHeight;
  cite.classList.remove("up");
  const { bottom, height } = tip.getBoundingClientRect();
  cite.classList.toggle("up", bottom + GAP > end && chip.getBoundingClientRect().top > height + GAP);
}
