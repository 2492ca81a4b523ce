// All channels: rows are ticked, numbered, edited, moved and changed together without loading the page again. Without this file the
// same buttons send forms.
import { page, renew, send } from "./renew.js";
import { toast } from "./toast.js";
import { word } from "./words.js";

const PARTS = [".epg-desk h1", ".epg-desk > .epg-chips", ".epg-desk-table tbody", "#epg-desk", ".epg-pages", "#epg-groups"];
const form = () => document.getElementById("epg-desk");
const rows = () => [...document.querySelectorAll("tr[data-channel]")];
const boxes = () => [...document.querySelectorAll("input[name=pick]")];
let last = null;

function show() {
  const chosen = boxes().filter((box) => box.checked);
  for (const box of boxes()) box.closest("tr").classList.toggle("epg-picked", box.checked);
  form().classList.toggle("epg-idle", !chosen.length);
  form().querySelector("[data-count]").textContent = chosen.length
    ? word("chosen", { count: chosen.length }) : word("choose");
  const all = document.querySelector("[data-all]");
  if (!all) return;
  all.hidden = false;
  all.checked = chosen.length > 0 && chosen.length === boxes().length;
  all.indeterminate = chosen.length > 0 && !all.checked;
}

// The page as it is now, with the same rows ticked.
async function fresh(keep = []) {
  await renew(PARTS);
  for (const box of boxes()) box.checked = keep.includes(box.value);
  ready();
}

const undo = async () => {
  const button = form().querySelector("button[value=undo]");
  const said = await send(form(), button);
  if (said) toast(said.message);
  await fresh();
};

async function act(submitter, fields = {}, keep = []) {
  form().setAttribute("aria-busy", "true");
  const said = await send(form(), submitter, fields);
  form().removeAttribute("aria-busy");
  if (!said) return false;
  await fresh(keep);
  const back = submitter?.value !== "undo" && form().querySelector("button[value=undo]");
  toast(said.message, back ? { action: word("undo"), run: undo, keep: 10000 } : {});
  return true;
}

document.addEventListener("submit", async (event) => {
  const sent = event.target;
  if (sent.id === "epg-desk" && event.submitter?.value !== "merge") {
    event.preventDefault();
    await act(event.submitter);
  } else if (sent.matches(".epg-edit")) {
    event.preventDefault();
    const said = await send(sent, event.submitter);
    if (!said) return;
    await fresh();
    toast(said.message, { action: word("undo"), run: undo, keep: 10000 });
  }
});

document.addEventListener("change", async (event) => {
  const box = event.target;
  if (box.matches("[data-all]")) for (const one of boxes()) one.checked = box.checked;
  if (box.matches("input[name=pick], [data-all]")) show();
  if (box.matches("input[name^=number-]")) {
    // Only what was typed; other ticks and boxes stay as they are.
    const keep = boxes().filter((one) => one.checked).map((one) => one.value);
    await act(form().querySelector("button[value=numbers]"), {}, keep);
  }
});

document.addEventListener("click", async (event) => {
  const box = event.target.closest("input[name=pick]");
  if (box && event.shiftKey && last?.isConnected) {
    const all = boxes();
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
    for (const one of all.slice(from, to + 1)) one.checked = box.checked;
    show();
  }
  if (box) last = box;
  const link = event.target.closest("a[data-edit], a[data-cancel]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const row = link.closest("tr");
  const found = (await page(link.href)).getElementById(row.id);
  row.replaceWith(found);
  found.querySelector("input[name=display_name], a[data-edit]").focus();
  ready();
});

document.addEventListener("keydown", (event) => {
  const row = event.target.closest?.("tr[data-channel]");
  if (event.key === "Escape" && row?.matches(".epg-edit-row")) row.querySelector("a[data-cancel]").click();
  if (event.key === "Enter" && event.target.matches("input[name^=number-]")) {
    event.preventDefault();
    event.target.blur();
  }
  if (!row || !event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
  event.preventDefault();
  const other = event.key === "ArrowUp" ? row.previousElementSibling : row.nextElementSibling;
  if (!other) return;
  if (event.key === "ArrowUp") other.before(row); else other.after(row);
  settle(row);
});

// A row that was moved: the server is told what stands beside it now.
async function settle(row) {
  const before = row.nextElementSibling?.dataset.channel;
  const after = row.previousElementSibling?.dataset.channel;
  const place = after ? { after_id: after } : { before_id: before };
  const focus = document.activeElement?.name;
  for (const box of boxes()) box.checked = false;
  row.querySelector("input[name=pick]").checked = true;
  const moved = await act(form().querySelector("button[value=move]"), { ...place, before: "" });
  if (!moved) await fresh();
  if (focus) document.querySelector(`[name="${CSS.escape(focus)}"]`)?.focus({ preventScroll: true });
}

function ready() {
  for (const row of rows()) {
    const cell = row.querySelector(".epg-tickbox");
    if (!cell || cell.querySelector(".epg-grip")) continue;
    const grip = Object.assign(document.createElement("span"), { className: "epg-grip", draggable: true, title: word("drag") });
    grip.setAttribute("aria-hidden", "true");
    cell.prepend(grip);
  }
  show();
}

let dragged = null;
document.addEventListener("dragstart", (event) => {
  if (!event.target.matches?.(".epg-grip")) return;
  dragged = event.target.closest("tr");
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setDragImage(dragged, 20, 20);
});
document.addEventListener("dragover", (event) => {
  const over = dragged && event.target.closest?.("tr[data-channel]");
  if (!over) return;
  event.preventDefault();
  if (over === dragged) return;
  const box = over.getBoundingClientRect();
  if (event.clientY < box.top + box.height / 2) over.before(dragged); else over.after(dragged);
});
document.addEventListener("drop", (event) => dragged && event.preventDefault());
document.addEventListener("dragend", () => {
  const row = dragged;
  dragged = null;
  if (row) settle(row);
});

// A search narrows the list while it is typed.
let typed = 0;
document.addEventListener("input", (event) => {
  if (event.target.id !== "epg-desk-q") return;
  clearTimeout(typed);
  typed = setTimeout(async () => {
    const address = new URL(location.href);
    address.searchParams.delete("page");
    address.searchParams.set("q", event.target.value);
    history.replaceState(history.state, "", address);
    await renew(PARTS.filter((part) => part !== ".epg-desk > .epg-chips"));
    ready();
  }, 250);
});

ready();
