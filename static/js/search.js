// Searches while one types, and chooses a channel by typing. Without this file the form does both.
import { picker } from "./picker.js";
import { toast } from "./toast.js";
import { word } from "./words.js";

const form = document.querySelector("[data-search]");
const results = document.querySelector("[data-results]");
const box = form?.elements.q;
/** Milliseconds without a key before the server is asked. */
const PAUSE = 180;
let timer = 0;
let asking = null;

function address() {
  const found = new URL(form.action);
  for (const [name, value] of new FormData(form)) if (value !== "") found.searchParams.set(name, value);
  return found;
}

async function search() {
  asking?.abort();
  asking = new AbortController();
  const shown = address();
  const asked = new URL(shown);
  asked.searchParams.set("fragment", "results");
  results.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(asked, { signal: asking.signal, credentials: "same-origin" });
    if (!answer.ok) throw new Error(`${answer.status}`);
    results.innerHTML = await answer.text();
    history.replaceState(history.state, "", shown);
    results.removeAttribute("aria-busy");
  } catch (problem) {
    if (problem.name === "AbortError") return;
    results.removeAttribute("aria-busy");
    toast(word("search failed"));
  }
}

if (form && results) {
  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(search, PAUSE);
  });
  form.addEventListener("change", (event) => {
    if (event.target !== box && !event.target.closest("[data-picker]")) search();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    search().then(() => document.activeElement === box && matchMedia("(pointer: coarse)").matches && box.blur());
  });
  // The addresses of the genres are those of the search before somebody typed.
  form.addEventListener("click", (event) => {
    const chip = event.target.closest?.("a[data-genre]");
    if (!chip || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    const found = address();
    if (found.searchParams.get("genre") === chip.dataset.genre) found.searchParams.delete("genre");
    else found.searchParams.set("genre", chip.dataset.genre);
    location.assign(found);
  });
  // From the box down into what is found.
  box.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown") return;
    const first = results.querySelector("a");
    if (!first) return;
    event.preventDefault();
    first.focus();
  });
  results.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const links = [...results.querySelectorAll("a")].filter((link) => link.offsetParent);
    const next = links[links.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1)];
    event.preventDefault();
    (next ?? (event.key === "ArrowUp" ? box : null))?.focus();
  });
  const place = form.querySelector("[data-picker]");
  if (place) {
    picker(place, (channel) => {
      const found = address();
      found.searchParams.delete("channel_name");
      found.searchParams.set("channel", channel.id);
      location.assign(found);
    });
  }
}
