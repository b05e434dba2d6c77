"use strict";
// Sorts the rows of a table by a click on a heading: by numbers where a cell starts with one, else by text.
const key = (row, column) => {
  const text = row.cells[column].textContent.trim();
  const number = parseFloat(text.replaceAll(",", ""));
  return Number.isNaN(number) ? text : number;
};
const compare = (a, b) =>
  typeof a === typeof b ? (typeof a === "number" ? a - b : a.localeCompare(b)) : typeof a === "number" ? 1 : -1;
for (const heading of document.querySelectorAll("thead th")) {
  const sort = () => {
    const column = heading.cellIndex;
    const ascending = heading.getAttribute("aria-sort") === "descending";
    for (const other of heading.parentNode.cells) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", ascending ? "ascending" : "descending");
    const body = heading.closest("table").tBodies[0];
    const sign = ascending ? 1 : -1;
    body.append(...[...body.rows].sort((a, b) => sign * compare(key(a, column), key(b, column))));
  };
  heading.tabIndex = 0;
  heading.addEventListener("click", sort);
  heading.addEventListener("keydown", (event) => event.key === "Enter" && sort());
}
