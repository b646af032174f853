// On paper nothing can be unfolded: what an answer rests on, and what was withheld, is printed unfolded.
import { all, find } from "./dom.js";

const FOLDED = "details:is(.sources, .withheld, .near):not([open])";

let unfolded = [];

export function preparePrinting() {
  addEventListener("beforeprint", unfold);
  addEventListener("afterprint", foldAgain);
}

// An answer's own button prints that answer alone.
export function printFrom(button) {
  const message = button.closest(".message");
  message?.classList.add("printed");
  document.body.classList.toggle("prints-one", Boolean(message));
  print();
}

function unfold() {
  unfolded = [...unfolded, ...all(FOLDED)];
  for (const one of unfolded) one.open = true;
}

function foldAgain() {
  for (const one of unfolded) one.open = false;
  unfolded = [];
  document.body.classList.remove("prints-one");
  find(".message.printed")?.classList.remove("printed");
}
