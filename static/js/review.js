// What is to decide, decided without loading the page: by buttons, or by keys on the row in view (y, n, i; arrows or j and k go on).
// Both schedules of the row come when it is reached. Without this file the buttons send forms, and "Compare" is a link.
import { send } from "./renew.js";
import { toast } from "./toast.js";
import { locale, word } from "./words.js";

const form = document.getElementById("epg-review");
const left = document.getElementById("epg-left");
const KEYS = { y: ["accept"], n: ["keep", "forget"], i: ["ignore"] };
const rows = () => [...form.querySelectorAll("tbody[data-row]")];
const current = () => form.querySelector("tr.epg-picked")?.parentElement;
const button = (row, kinds) => kinds.map((kind) => row.querySelector(`button[value^="${kind}:"]`)).find(Boolean);
const keeps = new Map();

// Schedules are compared on the server: look again until it is done.
if (document.querySelector("[data-comparing]")) setTimeout(() => location.reload(), 3000);

async function evidence(row) {
  for (const old of form.querySelectorAll(".epg-evidence-row")) if (!row.contains(old)) old.remove();
  const link = row.querySelector("[data-compare]");
  const chosen = row.querySelector("[name^=channel-]").value;
  const known = row.querySelector(".epg-evidence-row");
  if (known && known.dataset.of === chosen) return;
  if (!link && known && !known.dataset.of) {
    known.dataset.of = chosen;
    return;
  }
  const address = new URL(link?.dataset.compare || `?evidence=${row.dataset.row}`, location.href);
  address.searchParams.set("channel", chosen);
  const key = address.href;
  if (!keeps.has(key)) keeps.set(key, fetch(address, { credentials: "same-origin" }).then((found) => (found.ok ? found.text() : "")));
  const html = await keeps.get(key);
  if (!html || row !== current()) return;
  const line = document.createElement("tr");
  line.className = "epg-evidence-row";
  line.dataset.of = chosen;
  const cell = line.insertCell();
  cell.colSpan = 4;
  cell.append(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
  row.querySelector(".epg-evidence-row")?.remove();
  row.append(line);
}

function reach(row, focus = true) {
  if (!row) return;
  for (const old of form.querySelectorAll("tr.epg-picked")) old.classList.remove("epg-picked");
  row.firstElementChild.classList.add("epg-picked");
  if (focus) (button(row, ["accept", "forget"]) || row.querySelector("button")).focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
  evidence(row);
}

const beside = (row, step) => rows()[rows().indexOf(row) + step];

async function decide(row, pressed) {
  for (const one of row.querySelectorAll("button")) one.disabled = true;
  const fields = new FormData(form, pressed);
  const said = await send(form, pressed, { action: pressed.value, csrftoken: fields.get("csrftoken") });
  if (!said) {
    for (const one of row.querySelectorAll("button")) one.disabled = false;
    return;
  }
  const next = beside(row, 1) || beside(row, -1);
  const place = row.nextElementSibling;
  row.remove();
  count(-1);
  if (next) reach(next); else toast(word("none"));
  toast(said.message, { action: word("undo"), keep: 10000, run: () => back(row, place, said.change) });
}

async function back(row, place, change) {
  const said = await send(form, null, { action: "undo", change });
  if (!said) return;
  for (const one of row.querySelectorAll("button")) one.disabled = false;
  if (place?.isConnected) place.before(row); else form.querySelector("table").append(row);
  count(1);
  reach(row);
  toast(said.message);
}

function count(step) {
  const now = Math.max(0, Number(left.dataset.left) + step);
  left.dataset.left = now;
  left.textContent = word("left", { count: now.toLocaleString(locale) });
}

if (form) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const row = event.submitter?.closest("tbody[data-row]");
    if (row) decide(row, event.submitter);
  });
  form.addEventListener("click", (event) => {
    const row = event.target.closest("tbody[data-row]");
    if (!row || event.target.closest("button, select, .epg-evidence-row")) return;
    if (event.target.closest("a")) event.preventDefault();
    reach(row, !event.target.closest("a"));
  });
  form.addEventListener("focusin", (event) => {
    const row = event.target.closest("tbody[data-row]");
    if (row && row !== current()) reach(row, false);
  });
  form.addEventListener("change", (event) => evidence(event.target.closest("tbody[data-row]")));
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.target.closest?.("input, select, textarea, [open] > .epg-menu-list")) return;
    const row = current();
    if (!row) return;
    const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
    const kinds = KEYS[event.key.toLowerCase()];
    const pressed = kinds && button(row, kinds);
    if (!step && !pressed) return;
    event.preventDefault();
    if (step) reach(beside(row, step));
    else if (!pressed.disabled) decide(row, pressed);
  });
  reach(current() || rows()[0], false);
}
