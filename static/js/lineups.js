// Whether the refresh that was asked for has ended, without loading the page again. Without this file the page loads itself.
import { locale, word } from "./words.js";

const INTERVAL = 1500;
const MOST = 400;
const line = document.getElementById("epg-progress");
const running = document.querySelector("[data-refresh]");

const told = (row) => {
  const last = row.last_refresh;
  if (last.status === "failed") return `${word("failed refresh", { name: row.title })} ${last.error_message || ""}`;
  if (last.status === "unchanged") return word("unchanged", { name: row.title });
  const many = (count) => count.toLocaleString(locale);
  return word("refreshed", {
    name: row.title, added: many(last.added), removed: many(last.removed), matched: many(row.matched), entries: many(row.entries),
  });
};

const end = (text) => {
  running.remove();
  const said = document.createElement("p");
  const words = document.createElement("span");
  const link = document.createElement("a");
  Object.assign(words, { dir: "auto", textContent: text });
  Object.assign(link, { href: location.pathname, textContent: word("show list") });
  said.append(words, " ", link);
  line.append(said);
};

const watch = async (rounds) => {
  try {
    const answer = await fetch(running.dataset.refresh, { credentials: "same-origin", cache: "no-store" });
    if (answer.status === 404) return end(word("gone"));
    const row = answer.ok && await answer.json();
    if (row && row.last_refresh && row.last_refresh.id > Number(running.dataset.since)) return end(told(row));
  } catch {
    // The network is away for a moment: the next round asks again.
  }
  if (rounds < MOST) setTimeout(watch, INTERVAL, rounds + 1);
  return undefined;
};

if (line && running) {
  // Its words stay, the link that loads the page again goes.
  running.querySelector("a").remove();
  watch(0);
}
