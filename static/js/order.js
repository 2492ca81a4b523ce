// Entries of a line-up moved by dragging, and by the buttons ↑ and ↓ without loading the page again. Without this file the buttons
// send a form each.
import { locale, word } from "./words.js";

const list = document.querySelector("ol[data-order]");
const said = document.getElementById("epg-moved");
const total = Number(list.dataset.total);
const rows = () => [...list.children];
const place = (row) => Number(row.dataset.place);
let waiting = Promise.resolve();

const write = async (row, wanted) => {
  const answer = await fetch(list.dataset.order, {
    method: "PATCH", credentials: "same-origin",
    headers: { "content-type": "application/json", "x-csrftoken": list.dataset.csrf },
    body: JSON.stringify([{ id: Number(row.dataset.entry), position: wanted }]),
  });
  if (!answer.ok) throw new Error((await answer.json()).error);
};

// What the page shows of places. The buttons go to the place of the neighbour, as those of the server do.
const show = () => {
  const all = rows();
  all.forEach((row, at) => {
    const label = row.querySelector(".epg-place");
    label.title = word("place", { number: place(row) });
    if ("counts" in label.dataset) label.textContent = place(row);
    const [up, down] = row.querySelectorAll("button[data-move]");
    if (!up) return;
    up.value = at ? place(all[at - 1]) : Math.max(1, place(row) - 1);
    down.value = at + 1 < all.length ? place(all[at + 1]) : place(row) + 1;
    up.disabled = place(row) === 1;
    down.disabled = place(row) === total;
  });
};

// `before` is the order that the server knows; the rows already stand in the new one. Those between make room.
const settle = (row, before) => {
  const from = before.indexOf(row);
  const to = rows().indexOf(row);
  if (from === to) return;
  const old = place(row);
  const wanted = place(before[to]);
  const places = new Map(before.map((one) => [one, place(one)]));
  for (const one of before) {
    const at = place(one);
    if (wanted < old && at >= wanted && at < old) one.dataset.place = at + 1;
    if (wanted > old && at > old && at <= wanted) one.dataset.place = at - 1;
  }
  row.dataset.place = wanted;
  show();
  waiting = waiting.then(() => write(row, wanted)).then(() => {
    said.textContent = word("moved", { name: row.dataset.name, number: wanted.toLocaleString(locale) });
  }).catch((problem) => {
    list.replaceChildren(...before);
    for (const [one, at] of places) one.dataset.place = at;
    show();
    said.textContent = word("not moved", { name: row.dataset.name, problem: problem.message });
  });
};

list.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-move]");
  if (!button) return;
  const row = button.closest("li");
  const before = rows();
  const other = before[before.indexOf(row) + Number(button.dataset.move)];
  if (!other) return; // to another page: the form does it
  event.preventDefault();
  // The neighbour moves, so that the button keeps the focus.
  if (button.dataset.move === "1") row.before(other); else row.after(other);
  settle(row, before);
  if (button.disabled) row.querySelector("button[data-move]:not([disabled])")?.focus();
  row.scrollIntoView({ block: "nearest" });
});

const drag = (row, began) => {
  const before = rows();
  row.classList.add("epg-dragged");
  const move = (event) => {
    const edge = 48;
    if (event.clientY < edge) scrollBy(0, -12);
    if (event.clientY > innerHeight - edge) scrollBy(0, 12);
    const middle = (one) => one.getBoundingClientRect().top + one.offsetHeight / 2;
    while (row.nextElementSibling && event.clientY > middle(row.nextElementSibling)) row.before(row.nextElementSibling);
    while (row.previousElementSibling && event.clientY < middle(row.previousElementSibling)) row.after(row.previousElementSibling);
  };
  const end = (kept) => {
    row.classList.remove("epg-dragged");
    document.removeEventListener("pointermove", move);
    document.removeEventListener("pointerup", drop);
    document.removeEventListener("pointercancel", cancel);
    document.removeEventListener("keydown", escape);
    if (kept) settle(row, before); else list.replaceChildren(...before);
  };
  const drop = (event) => event.pointerId === began && end(true);
  const cancel = (event) => event.pointerId === began && end(false);
  const escape = (event) => event.key === "Escape" && end(false);
  document.addEventListener("pointermove", move);
  document.addEventListener("pointerup", drop);
  document.addEventListener("pointercancel", cancel);
  document.addEventListener("keydown", escape);
};

for (const row of rows()) {
  if (!row.querySelector("button[data-move]")) continue;
  const handle = document.createElement("span");
  handle.className = "epg-handle";
  handle.setAttribute("aria-hidden", "true");
  handle.title = word("drag");
  handle.textContent = "⠿";
  handle.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    event.preventDefault();
    drag(row, event.pointerId);
  });
  row.prepend(handle);
}
