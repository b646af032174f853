// A shown tooltip can be put away without moving the pointer or the focus (WCAG 1.4.13).
"use strict";

const answers = document.querySelector(".answer");
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") answers.classList.add("quiet");
});
for (const moved of ["pointerover", "focusin"]) {
  answers.addEventListener(moved, (event) => {
    if (event.target.closest(".chip")) answers.classList.remove("quiet");
  });
}
