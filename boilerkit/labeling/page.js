"use strict";

const list = document.getElementById("blocks");
const groups = [...list.children];
const items = groups.flatMap((group) => [...group.children]);
const frame = document.querySelector("#look iframe");
const titleField = document.getElementById("title");
const state = document.body.dataset;
const address = `${state.number}/`;
/** One entry per block in each list: predicted (a number of `twelve`), said, kept, unsure, place; 13 in percent. */
const blocks = JSON.parse(document.getElementById("data").textContent);

/** The labels, from the palette: their letters, digits, and whether they are content. */
const choices = Object.fromEntries(
  [...document.querySelectorAll("[data-choice]")].map((button) => [button.dataset.choice, button]),
);
const twelve = Object.keys(choices).slice(2);
const isContent = (label) => choices[label].dataset.content === "yes";

let mode = sessionStorage.mode === "labels" ? "labels" : "content";
let cursor = -1;
let anchor = -1; // where the selected range began
let selected = [];
let lastLabel = "body"; // what a click on a badge gives in the mode of twelve labels
let marks = new Map(); // the elements of each block in the page as it looks

// --- What is shown of a block ----------------------------------------------------------------------------------------

function shown(number) {
  const said = blocks.said[number];
  if (mode === "labels") return said || twelve[blocks.predicted[number]];
  return (said ? isContent(said) : blocks.kept[number]) ? "content" : "boilerplate";
}

const numberOf = (item) => Number(item.id.slice(1));

const isUnsure = (number) => !blocks.said[number] && blocks.unsure[mode][number] === 1;

function certainty(number, label) {
  const content = blocks.percent[13 * number];
  if (mode === "labels") return blocks.percent[13 * number + 1 + twelve.indexOf(label)];
  return label === "content" ? content : 100 - content;
}

/** Blocks out of sight are painted when they come into sight: pages may have a hundred thousand. */
const stale = new Set();
const inSight = new Set();
const observer = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (!isIntersecting) inSight.delete(target);
    else {
      inSight.add(target);
      for (const item of target.children) repaint(numberOf(item));
    }
  }
}, { root: document.querySelector("main"), rootMargin: "600px" });

function paint(number) {
  stale.add(number);
  if (number === cursor || inSight.has(items[number].parentElement)) repaint(number);
  paintMark(number);
}

function repaint(number) {
  if (!stale.delete(number)) return;
  const item = items[number];
  const label = shown(number);
  const said = blocks.said[number];
  const classes = [label];
  if (isContent(label)) classes.push("in");
  if (said) classes.push("said");
  if (isUnsure(number)) classes.push("unsure");
  if (number === cursor) classes.push("now");
  item.className = classes.join(" ");
  item.dataset.label = label;
  item.ariaSelected = String(selected.includes(number));
  if (item.children.length === 1) {
    item.insertAdjacentHTML("afterbegin", '<span class="what"><b></b><i></i><button type="button" tabindex="-1"></button></span>');
  }
  const [name, percent, badge] = item.firstChild.children;
  name.textContent = label;
  percent.textContent = said ? "✓" : `${certainty(number, label)}%`;
  badge.textContent = choices[label].dataset.letter;
  badge.ariaLabel = `change ${label}`;
}

function paintMark(number) {
  const label = shown(number);
  (marks.get(number) ?? []).forEach((element, place) => {
    element.dataset.label = label;
    element.toggleAttribute("data-in", isContent(label));
    element.toggleAttribute("data-said", blocks.said[number] !== "");
    element.toggleAttribute("data-now", number === cursor);
    if (place === 0) element.dataset.letter = choices[label].dataset.letter;
  });
}

/** What depends on all blocks: counts in the palette, and how many are uncertain. */
function count() {
  const counts = {};
  let unsure = 0;
  for (let number = 0; number < items.length; number++) {
    const label = shown(number);
    counts[label] = (counts[label] ?? 0) + 1;
    unsure += isUnsure(number);
  }
  for (const [label, button] of Object.entries(choices)) button.lastChild.textContent = counts[label] ?? 0;
  document.getElementById("unsure").textContent = `${unsure} uncertain`;
}

function setMode(chosen) {
  mode = sessionStorage.mode = chosen;
  for (const button of document.querySelectorAll(".modes button")) button.ariaPressed = String(button.value === mode);
  document.getElementById("two").hidden = mode !== "content";
  document.getElementById("twelve").hidden = mode !== "labels";
  for (let number = 0; number < items.length; number++) stale.add(number);
  for (const group of inSight) for (const item of group.children) repaint(numberOf(item));
  count();
  describe();
  marks = new Map();
  sending.then(() => { frame.src = `${address}look?mode=${mode}`; });
}

function describe() {
  if (!items[cursor]) return;
  const rows = [...document.querySelectorAll("#details dl > div")];
  const label = shown(cursor);
  const predicted = twelve[blocks.predicted[cursor]];
  document.getElementById("about").textContent =
    `Block ${cursor}: ${label}, ${blocks.said[cursor] ? "as you said" : "as predicted"}; predicted ${predicted}, ` +
    `${blocks.kept[cursor] ? "" : "not "}in the text`;
  rows[0].parentElement.hidden = false;
  rows.forEach((row, place) => {
    const percent = blocks.percent[13 * cursor + place];
    const value = row.querySelector("dd");
    value.firstChild.textContent = `${percent}%`;
    value.style.setProperty("--p", percent);
    row.classList.toggle("chosen", row.classList.contains(predicted));
  });
  document.querySelector("#same span").textContent = `“${label}” for all of this path (${ofSamePath(cursor).length})`;
}

const ofSamePath = (number) => [...items.keys()].filter((other) => blocks.place[other] === blocks.place[number]);

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
  layOutAround(items[cursor].parentElement);
  items[cursor].scrollIntoView({ block: from === "list" ? "nearest" : "center" });
  const [mark] = marks.get(cursor) ?? [];
  if (mark && from !== "look") mark.scrollIntoView({ block: "center" });
  describe();
}

let near = []; // the groups around the cursor

/** Lay out a group and those beside it at once: browsers only guess the height of a group that was never in sight. */
function layOutAround(group) {
  for (const old of near) old.classList.remove("near");
  near = [group.previousElementSibling, group, group.nextElementSibling].filter(Boolean);
  for (const one of near) {
    one.classList.add("near");
    for (const item of one.children) repaint(numberOf(item));
  }
}

function jump(step) {
  for (let number = cursor + step; items[number]; number += step) {
    if (isUnsure(number)) return select(number, { from: "jump" });
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
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) {
    return reloadWith(`Your last action was not saved: ${answer.error ?? response.statusText}. This is the page as it is now.`);
  }
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
  const changed = numbers.filter((number) => blocks.said[number] !== (label ?? ""));
  if (!changed.length) return;
  if (label && mode === "labels") lastLabel = label;
  for (const number of changed) blocks.said[number] = label ?? "";
  changed.forEach(paint);
  count();
  describe();
  send("label", { label, blocks: changed });
}

function toggle(numbers) {
  if (!items[numbers[0]]) return;
  if (mode === "labels") return say(lastLabel, numbers);
  say(isContent(shown(numbers[0])) ? "boilerplate" : "content", numbers);
}

function sayOfPath() {
  if (cursor < 0) return;
  say(shown(cursor), ofSamePath(cursor));
}

async function undo() {
  const answer = await send("undo");
  if (!answer.undone) return tell("Nothing to undo");
  const numbers = Object.keys(answer.labels).map(Number);
  for (const number of numbers) blocks.said[number] = answer.labels[number] ?? "";
  titleField.value = answer.title;
  numbers.forEach(paint);
  count();
  if (numbers.length && numbers.length < items.length / 2) select(numbers[0], { from: "jump" });
  describe();
  tell("Undone");
}

async function finish() {
  const answer = await send("done", { mode, model: state.model });
  location.href = answer.next === null ? "../pages" : String(answer.next);
}

// --- Retraining ------------------------------------------------------------------------------------------------------

const f1 = ({ value, low, high }) => `${value.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`;

function outcomeText({ what, pages, before, after, labels, is_better, model, worst }) {
  const right = labels ? ` Labels right: ${labels.map((share) => `${Math.round(100 * share)}%`).join(" before, ")} after.` : "";
  const scores =
    `word F1 on your ${pages} pages of ${what}, by cross-validation: ${f1(before)} before, ${f1(after)} after.${right}`;
  const advice = worst.length ? ` Look at these first: ${worst.join(", ")}.` : "";
  return is_better
    ? `Retrained: ${scores} The waiting pages are predicted by ${model}.`
    : `No better model: ${scores} The model stays as it was. Label more pages, or others.${advice}`;
}

async function watch(wasRunning = false) {
  for (;;) {
    const now = await fetch("../state").then((response) => response.json()).catch(() => null);
    if (now) {
      showTraining(now);
      if (wasRunning && !now.running) {
        await sending;
        const outcome = now.outcomes.map(outcomeText).join(" ") || "The model is the one before the last retraining again.";
        reloadWith(now.error ? `Retraining failed: ${now.error}` : outcome);
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
  document.getElementById("retrain").textContent = running ? `${step} …` : "Retrain";
  document.getElementById("undo-retrain").hidden = running || !undoable;
}

async function retrain(action) {
  await sending;
  const response = await post(`../${action}`, {});
  const answer = await response.json();
  if (!response.ok) return notify(answer.error);
  watch(true);
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
  fit();
  if (marks.has(cursor)) paintMark(cursor);
  marks.get(cursor)?.[0].scrollIntoView({ block: "center" });
}

/** Make the frame as high as its page, so that it scrolls with its pane and takes no events. */
function fit() {
  frame.style.height = "";
  const height = frame.contentDocument?.documentElement?.scrollHeight ?? 0;
  frame.style.height = `${Math.min(height, 3e7)}px`;
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

const blockAt = (event) => {
  const item = event.target.closest("[role=option]");
  return item ? numberOf(item) : -1;
};
let dragging = false;

list.addEventListener("pointerdown", (event) => {
  const number = blockAt(event);
  if (event.button !== 0 || number < 0 || event.target.closest("button")) return;
  select(number, { extend: event.shiftKey });
  dragging = true;
});
list.addEventListener("pointerover", (event) => {
  const number = blockAt(event);
  if (dragging && number >= 0 && number !== cursor) select(number, { extend: true });
});
window.addEventListener("pointerup", () => { dragging = false; });
list.addEventListener("click", (event) => {
  const number = blockAt(event);
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
for (const group of groups) observer.observe(group);
setMode(mode);
select(Math.max(items.findIndex((_, number) => isUnsure(number)), 0), { from: "jump" });
list.focus({ preventScroll: true });
watch();
