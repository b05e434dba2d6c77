"use strict";

const list = document.getElementById("blocks");
const items = [...list.children];
const frame = document.querySelector("#look iframe");
const titleField = document.getElementById("title");
const state = document.body.dataset;
const address = `${state.number}/`;

/** The labels, from the palette: their letters, digits, and whether they are content. */
const choices = Object.fromEntries(
  [...document.querySelectorAll("[data-choice]")].map((button) => [button.dataset.choice, button]),
);
const isContent = (label) => choices[label].dataset.content === "yes";

let mode = sessionStorage.mode === "labels" ? "labels" : "content";
let cursor = -1;
let anchor = -1; // where the selected range began
let selected = [];
let lastLabel = "body"; // what a click on a badge gives in the mode of twelve labels
let marks = new Map(); // the elements of each block in the page as it looks

// --- What is shown of a block ----------------------------------------------------------------------------------------

function shown(item) {
  const { said, predicted, kept } = item.dataset;
  if (mode === "labels") return said || predicted;
  return (said ? isContent(said) : kept) ? "content" : "boilerplate";
}

function paint(number) {
  const item = items[number];
  const label = shown(item);
  const { said, unsure, p } = item.dataset;
  const classes = [label];
  if (isContent(label)) classes.push("in");
  if (said) classes.push("said");
  else if (unsure.includes(mode === "labels" ? "l" : "c")) classes.push("unsure");
  if (number === cursor) classes.push("now");
  item.className = classes.join(" ");
  const [what, badge] = [item.firstChild, item.firstChild.lastChild];
  const percent = p.split(" ").map(Number);
  const names = Object.keys(choices).slice(2);
  const certainty = mode === "labels" ? percent[1 + names.indexOf(label)] : isContent(label) ? percent[0] : 100 - percent[0];
  what.firstChild.textContent = label;
  what.children[1].textContent = said ? "✓" : `${certainty}%`;
  badge.textContent = choices[label].dataset.letter;
  paintMark(number);
}

function paintMark(number) {
  const elements = marks.get(number);
  if (!elements) return;
  const item = items[number];
  const label = shown(item);
  elements.forEach((element, place) => {
    element.dataset.label = label;
    element.toggleAttribute("data-in", isContent(label));
    element.toggleAttribute("data-said", item.dataset.said !== "");
    element.toggleAttribute("data-now", number === cursor);
    if (place === 0) element.dataset.letter = choices[label].dataset.letter;
  });
}

/** What depends on all blocks: counts in the palette, and how many are uncertain. */
function count() {
  const counts = {};
  let unsure = 0;
  for (const item of items) {
    const label = shown(item);
    counts[label] = (counts[label] ?? 0) + 1;
    if (item.classList.contains("unsure")) unsure++;
  }
  for (const [label, button] of Object.entries(choices)) button.lastChild.textContent = counts[label] ?? 0;
  document.getElementById("unsure").textContent = `${unsure} uncertain`;
}

function paintAll() {
  for (const button of document.querySelectorAll(".modes button")) button.ariaPressed = button.value === mode;
  document.getElementById("two").hidden = mode !== "content";
  document.getElementById("twelve").hidden = mode !== "labels";
  items.forEach((_, number) => paint(number));
  count();
}

function describe() {
  const item = items[cursor];
  if (!item) return;
  const rows = [...document.querySelectorAll("#details dl > div")];
  const label = shown(item);
  document.getElementById("about").textContent =
    `Block ${cursor}: ${label}, ${item.dataset.said ? "as you said" : "as predicted"}; predicted ${item.dataset.predicted}, ` +
    `${item.dataset.kept ? "" : "not "}in the text`;
  rows[0].parentElement.hidden = false;
  item.dataset.p.split(" ").forEach((percent, place) => {
    const value = rows[place].querySelector("dd");
    value.firstChild.textContent = `${percent}%`;
    value.style.setProperty("--p", percent);
    rows[place].classList.toggle("chosen", rows[place].classList.contains(item.dataset.predicted));
  });
  const same = items.filter((other) => other.dataset.place === item.dataset.place).length;
  document.querySelector("#same span").textContent = `“${label}” for all ${same} of this path`;
}

// --- Selection -------------------------------------------------------------------------------------------------------

function select(number, { extend = false, from = "list" } = {}) {
  if (!items[number]) return;
  const before = cursor;
  cursor = number;
  if (!extend || anchor < 0) anchor = number;
  for (const old of selected) items[old].ariaSelected = "false";
  const [first, last] = [Math.min(anchor, cursor), Math.max(anchor, cursor)];
  selected = Array.from({ length: last - first + 1 }, (_, place) => first + place);
  for (const one of selected) items[one].ariaSelected = "true";
  if (before >= 0) paint(before);
  paint(cursor);
  list.setAttribute("aria-activedescendant", items[cursor].id);
  items[cursor].scrollIntoView({ block: from === "list" ? "nearest" : "center" });
  const [mark] = marks.get(cursor) ?? [];
  if (mark && from !== "look") mark.scrollIntoView({ block: "center" });
  describe();
}

function jump(step) {
  for (let number = cursor + step; items[number]; number += step) {
    if (items[number].classList.contains("unsure")) return select(number, { from: "jump" });
  }
  tell(step > 0 ? "No uncertain block follows" : "No uncertain block before this one");
}

// --- Actions: shown at once, and sent one after the other -------------------------------------------------------------

let revision = Number(state.revision);
let sending = Promise.resolve();
let waiting = 0;

const tell = (text) => { document.getElementById("status").textContent = text; };

function notify(text) {
  const notice = document.getElementById("notice");
  notice.textContent = text;
  notice.hidden = !text;
}

function reloadWith(text) {
  sessionStorage.notice = text;
  waiting = 0;
  location.reload();
  return new Promise(() => {}); // nothing is sent any more
}

function post(action, body) {
  return fetch(action, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
}

async function deliver(action, body) {
  let response;
  while (!response) {
    try {
      response = await post(address + action, { ...body, revision });
    } catch {
      notify("Not saved: boilerkit label does not answer. What you do is kept in this tab, and sent when it answers.");
      await new Promise((resolve) => setTimeout(resolve, 1500));
    }
  }
  if (response.status === 409) {
    return reloadWith("This page was changed in another tab, so your last action was not saved. It is shown as it is now.");
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) return reloadWith(`Not saved: ${answer.error ?? response.statusText}`);
  notify("");
  revision = answer.revision;
  return answer;
}

function send(action, body = {}) {
  waiting++;
  tell("Saving …");
  sending = sending.then(async () => {
    const answer = await deliver(action, body);
    if (--waiting === 0) tell("Saved");
    return answer;
  });
  return sending;
}

function say(label, numbers) {
  const blocks = numbers.filter((number) => items[number].dataset.said !== (label ?? ""));
  if (!blocks.length) return;
  if (label) lastLabel = mode === "labels" ? label : lastLabel;
  for (const number of blocks) items[number].dataset.said = label ?? "";
  blocks.forEach(paint);
  count();
  describe();
  send("label", { label, blocks });
}

function toggle(numbers) {
  if (!items[numbers[0]]) return;
  if (mode === "labels") return say(lastLabel, numbers);
  say(isContent(shown(items[numbers[0]])) ? "boilerplate" : "content", numbers);
}

function sayOfPath() {
  if (cursor < 0) return;
  const { place } = items[cursor].dataset;
  const numbers = items.flatMap((item, number) => (item.dataset.place === place ? [number] : []));
  say(shown(items[cursor]), numbers);
}

async function undo() {
  const answer = await send("undo");
  if (!answer.undone) return tell("Nothing to undo");
  const numbers = Object.keys(answer.labels).map(Number);
  for (const number of numbers) items[number].dataset.said = answer.labels[number] ?? "";
  titleField.value = answer.title;
  numbers.forEach(paint);
  count();
  if (numbers.length && numbers.length < items.length / 2) select(numbers[0], { from: "jump" });
  describe();
  tell("Undone");
}

async function finish() {
  const answer = await send("done", { mode });
  location.href = answer.next === null ? "../pages" : String(answer.next);
}

function setMode(chosen) {
  mode = sessionStorage.mode = chosen;
  paintAll();
  describe();
}

// --- Retraining ------------------------------------------------------------------------------------------------------

const f1 = (value) => value.toFixed(3);

function outcomeText({ what, pages, before, after, is_better, model, worst }) {
  const scores = `word F1 on your ${pages} pages of ${what}, by cross-validation: ${f1(before)} before, ${f1(after)} after.`;
  const advice = worst.length ? ` Look at these first: ${worst.join(", ")}.` : "";
  return is_better
    ? `Retrained: ${scores} The waiting pages are predicted by ${model}.`
    : `No better model: ${scores} The model stays as it was. Label more pages, or others.${advice}`;
}

async function watch() {
  let wasRunning = false;
  for (;;) {
    const now = await fetch("../state").then((response) => response.json()).catch(() => null);
    if (now) {
      showTraining(now);
      if (wasRunning && !now.running) {
        await sending;
        reloadWith(now.error ? `Retraining failed: ${now.error}` : now.outcomes.map(outcomeText).join(" "));
        return;
      }
      wasRunning = now.running;
    }
    if (!wasRunning) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

function showTraining({ running, step, undoable }) {
  document.getElementById("retrain").disabled = running;
  document.getElementById("retrain").textContent = running ? `Retraining: ${step} …` : "Retrain";
  document.getElementById("undo-retrain").hidden = running || !undoable;
}

async function retrain(action) {
  await sending;
  const response = await post(`../${action}`, {});
  const answer = await response.json();
  if (!response.ok) return notify(answer.error);
  if (action === "retrain") return watch();
  reloadWith("The model is the one before the last retraining again.");
}

// --- The page as it looks --------------------------------------------------------------------------------------------

function markPage() {
  const inside = frame.contentDocument;
  if (!inside?.body) return;
  marks = new Map();
  for (const element of inside.querySelectorAll("[data-b]")) {
    const number = Number(element.dataset.b);
    if (marks.has(number)) marks.get(number).push(element);
    else marks.set(number, [element]);
  }
  for (const number of marks.keys()) paintMark(number);
  fit();
  marks.get(cursor)?.[0].scrollIntoView({ block: "center" });
}

/** Make the frame as high as its page, so that it scrolls with its pane and takes no events. */
function fit() {
  frame.style.height = "";
  const height = frame.contentDocument?.documentElement?.scrollHeight ?? 0;
  frame.style.height = `${Math.min(height, 1e6)}px`;
}

document.getElementById("look").addEventListener("click", (event) => {
  const edges = frame.getBoundingClientRect();
  const hit = frame.contentDocument?.elementFromPoint(event.clientX - edges.left, event.clientY - edges.top);
  const mark = hit?.closest("[data-b]") ?? hit?.querySelector("[data-b]");
  if (mark) select(Number(mark.dataset.b), { extend: event.shiftKey, from: "look" });
  list.focus({ preventScroll: true });
});
frame.addEventListener("load", markPage);
window.addEventListener("resize", fit);

// --- Mouse -----------------------------------------------------------------------------------------------------------

const numberOf = (event) => {
  const item = event.target.closest("li");
  return item ? Number(item.id.slice(1)) : -1;
};
let dragging = false;

list.addEventListener("pointerdown", (event) => {
  const number = numberOf(event);
  if (event.button !== 0 || number < 0 || event.target.closest("button")) return;
  select(number, { extend: event.shiftKey });
  dragging = true;
});
list.addEventListener("pointerover", (event) => {
  const number = numberOf(event);
  if (dragging && number >= 0 && number !== cursor) select(number, { extend: true });
});
window.addEventListener("pointerup", () => { dragging = false; });
list.addEventListener("click", (event) => {
  const number = numberOf(event);
  if (number < 0 || !event.target.closest("button")) return;
  if (!event.shiftKey && !(selected.length > 1 && selected.includes(number))) select(number);
  else if (event.shiftKey) select(number, { extend: true });
  toggle([number, ...selected.filter((other) => other !== number)]);
  list.focus({ preventScroll: true });
});

for (const [label, button] of Object.entries(choices)) button.addEventListener("click", () => say(label, selected));
for (const button of document.querySelectorAll(".modes button")) {
  button.addEventListener("click", () => setMode(button.value));
}
const commands = {
  same: sayOfPath, undo, done: finish, before: () => jump(-1), after: () => jump(1),
  retrain: () => retrain("retrain"), "undo-retrain": () => retrain("undo-retrain"),
};
for (const [id, run] of Object.entries(commands)) document.getElementById(id).addEventListener("click", run);
titleField.addEventListener("change", () => send("title", { title: titleField.value }));

// --- Keys ------------------------------------------------------------------------------------------------------------

const keys = {
  j: (event) => select(cursor + 1, { extend: event.shiftKey }),
  k: (event) => select(Math.max(cursor - 1, 0), { extend: event.shiftKey }),
  n: () => jump(1),
  p: () => jump(-1),
  u: undo,
  s: finish,
  e: sayOfPath,
  x: () => say(null, selected),
  l: () => setMode(mode === "labels" ? "content" : "labels"),
  enter: () => toggle(selected),
  escape: () => select(cursor),
};
Object.assign(keys, { arrowdown: keys.j, arrowup: keys.k });

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (event.target === titleField) {
    if (event.key === "Enter" || event.key === "Escape") list.focus();
    return;
  }
  if (event.key === "Enter" && event.target !== list && event.target !== document.body) return; // presses a button
  const key = event.key.toLowerCase();
  const palette = Object.entries(choices).slice(...(mode === "content" ? [0, 2] : [2]));
  const chosen = palette.find(([, button]) => key === button.dataset.letter.toLowerCase() || key === button.dataset.digit);
  if (chosen) say(chosen[0], selected);
  else if (keys[key]) keys[key](event);
  else return;
  event.preventDefault();
});

window.addEventListener("beforeunload", (event) => { if (waiting) event.preventDefault(); });

// --- Start -----------------------------------------------------------------------------------------------------------

if (sessionStorage.notice) {
  notify(sessionStorage.notice);
  sessionStorage.removeItem("notice");
}
paintAll();
select(Math.max(items.findIndex((item) => item.classList.contains("unsure")), 0), { from: "jump" });
list.focus({ preventScroll: true });
if (frame.contentDocument?.readyState === "complete") markPage();
watch();
