// How far imports are, without loading the page again: bytes, programmes, time left. Without this file the page loads itself while one
// runs.
import { renew } from "./renew.js";
import { locale, word } from "./words.js";

const INTERVAL = 1000;
const line = document.getElementById("epg-progress");
const list = () => document.getElementById("epg-providers");
const running = () => [...list().querySelectorAll("[data-import]")];
const figure = (number) => number.toLocaleString(locale);
const megabytes = (bytes) => (bytes / 1e6).toLocaleString(locale, { maximumFractionDigits: 1 });

function said(row) {
  if (!row.stage) return "";
  const parts = [word(row.stage)];
  if (row.stage !== "parse" && row.bytes) {
    parts.push(row.total_bytes ? word("sizes", { done: megabytes(row.bytes), whole: megabytes(row.total_bytes) })
      : word("size", { done: megabytes(row.bytes) }));
  }
  if (row.programmes) parts.push(word("programmes", { count: figure(row.programmes) }));
  if (row.left !== null) {
    parts.push(row.left < 90 ? word("seconds", { count: figure(row.left) }) : word("minutes", { count: figure(Math.ceil(row.left / 60)) }));
  }
  return parts.join(", ");
}

function show(row) {
  const part = list().querySelector(`[data-import="${row.id}"]`);
  if (!part) return;
  part.querySelector("[data-said]").textContent = said(row);
  const bar = part.querySelector("progress");
  if (row.part !== null) bar.value = row.part;
}

function say(text, bad = false) {
  const added = document.createElement("p");
  added.textContent = text;
  if (bad) added.className = "epg-problem";
  line.append(added);
}

// What an import came to. A screen reader hears the line; the card has the whole.
async function told(id, name) {
  const answer = await fetch(new URL(`../../api/v1/imports/${id}`, location.href), { credentials: "same-origin", cache: "no-store" });
  if (!answer.ok) return say(word("ended", { name }));
  const row = await answer.json();
  if (row.status === "failed") return say(`${word("failed_import", { name })} ${row.error_message || ""}`, true);
  const counts = { name, added: figure(row.programs_imported), changed: figure(row.programs_updated) };
  return say(word(row.status === "partial" ? "partial" : "success", counts));
}

// The list as it is now. A person who is using it keeps the old one, and gets a link instead.
async function fresh() {
  if (!list().contains(document.activeElement)) return renew(["#epg-providers", ".epg-desk h1"]);
  const added = document.createElement("p");
  added.append(Object.assign(document.createElement("a"), { href: location.href, textContent: word("now") }));
  line.append(added);
  return null;
}

async function watch() {
  try {
    const answer = await fetch(new URL("imports?progress=1", location.href), { credentials: "same-origin", cache: "no-store" });
    const found = answer.ok ? (await answer.json()).running : null;
    if (found) {
      for (const row of found) show(row);
      const ids = found.map((row) => String(row.id));
      const over = running().filter((part) => !ids.includes(part.dataset.import));
      for (const part of over) {
        await told(part.dataset.import, part.dataset.provider);
        part.removeAttribute("data-import");
      }
      if (over.length && !running().length) await fresh();
    }
  } catch {
    // The network is away for a moment: the next round asks again.
  }
  if (running().length) setTimeout(watch, INTERVAL);
}

// An import that ended before the page was there: nobody has said so yet.
for (const part of list()?.querySelectorAll("[data-ended]") || []) {
  told(part.dataset.ended, part.dataset.provider).catch(() => say(word("ended", { name: part.dataset.provider })));
}
if (list() && running().length) {
  list().querySelector(".epg-running")?.replaceChildren(word("running"));
  watch();
}
