"use strict";

// The legend switches labels by CSS alone; its buttons only tick boxes.
const boxes = [...document.querySelectorAll("#legend input")];
for (const button of document.querySelectorAll("#legend button")) {
  button.addEventListener("click", () => {
    for (const box of boxes) {
      box.checked = button.value === "all" || (button.value === "content" && box.closest("#content") !== null);
    }
  });
}

const list = document.getElementById("blocks");
const said = document.querySelector("#details [role=status]");
const rows = [...document.querySelectorAll("#details dl > div")];

function tell(block) {
  if (!block || block.id === said.dataset.block) return;
  said.dataset.block = block.id;
  const { label, p } = block.dataset;
  said.textContent = `Block ${block.id}: ${label}, ${block.className.endsWith(" in") ? "" : "not "}in the text`;
  rows[0].parentElement.hidden = false;
  p.split(" ").forEach((probability, place) => {
    const value = rows[place].querySelector("dd");
    value.firstChild.textContent = probability;
    value.style.setProperty("--p", probability);
    rows[place].classList.toggle("chosen", rows[place].dataset.label === label);
  });
}

list.addEventListener("pointerover", (event) => tell(event.target.closest("li")));
list.addEventListener("focusin", (event) => tell(event.target.closest("li")));
list.addEventListener("keydown", (event) => {
  const down = event.key === "ArrowDown";
  if (!down && event.key !== "ArrowUp") return;
  const now = document.activeElement.closest("li");
  let next = now ? (down ? now.nextElementSibling : now.previousElementSibling) : list.firstElementChild;
  while (next && !next.getClientRects().length) next = down ? next.nextElementSibling : next.previousElementSibling;
  if (next) next.focus();
  event.preventDefault();
});
