// The first page: stars, a list of what is starred, how far programmes are, and rows that follow the clock. Without this file it is
// the list as it was when the page was loaded.
import { stars, toggleStar } from "./stars.js";
import { titles } from "./titles.js";
import { word } from "./words.js";

const page = document.querySelector("[data-onair]");
const list = page?.querySelector("[data-rows]");
const kind = page?.dataset.onair;
const follows = kind === "now" || kind === "soon";
/** Rows that stay in the page, and requests for starred channels and titles at a time. */
const MOST_ROWS = 600;
const MOST_STARRED = 60;
const LONGEST_QUERY = 450;
/** Milliseconds: how soon and how late rows are asked for again. */
const SOONEST = 15_000;
const LATEST = 120_000;
const TICK = 15_000;
const pages = [location.href];
let timer = 0;

function at(href, more = {}) {
  const address = new URL(href, location.href);
  for (const [name, value] of Object.entries({ fragment: "rows", ...more })) address.searchParams.set(name, value);
  return address;
}

async function rows(address) {
  const answer = await fetch(address, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(`${answer.status}`);
  const part = document.createElement("template");
  part.innerHTML = await answer.text();
  return [...part.content.querySelectorAll("li")];
}

// Stars

function star(item) {
  const end = item.querySelector(".epg-item-end");
  if (!end || end.querySelector(".epg-star")) return;
  const id = Number(item.dataset.channel);
  const button = document.createElement("button");
  button.type = "button";
  button.className = "epg-star";
  button.setAttribute("aria-label", word("star", { name: item.querySelector("bdi")?.textContent ?? "" }));
  button.innerHTML = '<svg class="epg-icon" viewBox="0 0 24 24" aria-hidden="true"><path d="m12 3 2.7 5.8 6.3.7-4.7 4.3 1.3 6.2L12 17l-5.6 3 1.3-6.2L3 9.5l6.3-.7z"/></svg>';
  button.setAttribute("aria-pressed", String(stars().includes(id)));
  button.addEventListener("click", () => toggleStar(id));
  end.append(button);
}

function paint() {
  const ids = stars();
  for (const item of page.querySelectorAll("li[data-channel]")) {
    star(item);
    item.querySelector(".epg-star")?.setAttribute("aria-pressed", String(ids.includes(Number(item.dataset.channel))));
  }
}

async function showStarred() {
  const section = page.querySelector("[data-starred]");
  const chosen = new URLSearchParams(location.search);
  if (!section || chosen.has("channels") || chosen.has("after") || !(kind === "now" || kind === "tonight")) return;
  const ids = stars().slice(0, MOST_STARRED);
  const found = ids.length ? await rows(at(location.href, { channels: ids.join(",") })) : [];
  const order = (item) => ids.indexOf(Number(item.dataset.channel));
  place(section, found.filter((item) => item.dataset.channel).sort((one, other) => order(one) - order(other)));
}

async function showBecause() {
  const section = page.querySelector("[data-because]");
  if (!section || kind !== "now" || location.search.replace(/^\?(tz=[^&]*)?$/, "")) return;
  let asked = "";
  for (const title of titles().reverse()) if (`${asked}\n${title}`.length < LONGEST_QUERY) asked = `${asked}\n${title}`.trim();
  const channels = stars().slice(-6).join(",");
  const address = new URL(page.dataset.because, location.href);
  address.search = new URLSearchParams({ ...(asked && { titles: asked }), ...(channels && { channels }) });
  const zone = new URLSearchParams(location.search).get("tz");
  if (zone) address.searchParams.set("tz", zone);
  place(section, asked || channels ? await rows(address) : []);
}

function place(section, found) {
  put(section.querySelector("ul"), found);
  section.hidden = !found.length;
}

// Rows

const same = (one, other) => ["channel", "program", "next", "end"].every((name) => one.dataset[name] === other.dataset[name]);

// Rows that show the same stay as they are, so that nothing flickers and the focus stays where it is.
function put(target, found) {
  const before = new Map([...target.children].map((item) => [`${item.dataset.channel}/${item.dataset.program}`, item]));
  const kept = found.map((item) => {
    const old = before.get(`${item.dataset.channel}/${item.dataset.program}`);
    return old && same(old, item) ? old : item;
  });
  const focused = document.activeElement?.closest?.("li[data-channel]");
  const link = document.activeElement?.className;
  target.replaceChildren(...kept);
  if (focused && !focused.isConnected) {
    const other = target.querySelector(`li[data-channel="${focused.dataset.channel}"]`);
    other?.querySelector(link?.includes("epg-star") ? ".epg-star" : "a.epg-item-link")?.focus({ preventScroll: true });
  }
  paint();
  tick();
}

function spelled(minutes) {
  return minutes < 60 ? word("minutes", { num: minutes }) : word("hours", { hours: Math.floor(minutes / 60), num: minutes % 60 });
}

// How far each programme is, by the clock of this device.
function tick() {
  const now = Date.now();
  for (const item of page.querySelectorAll("li[data-start]")) {
    const [start, end] = [Date.parse(item.dataset.start), Date.parse(item.dataset.end)];
    const bar = item.querySelector("progress");
    const left = item.querySelector("[data-left]");
    if (bar) bar.value = Math.max(0, Math.min(bar.max, Math.floor((now - start) / 60_000)));
    if (!left || kind === "tonight" || kind === "films") continue;
    if (start > now && start - now < 5_400_000) left.textContent = word("in", { time: spelled(Math.max(1, Math.round((start - now) / 60_000))) });
    else if (start <= now && bar) left.textContent = end > now ? spelled(Math.ceil((end - now) / 60_000)) : word("done");
  }
}

function plan() {
  clearTimeout(timer);
  if (!follows || document.hidden) return;
  const ends = [...page.querySelectorAll("li[data-end]")].map((item) => Date.parse(item.dataset.end)).filter((end) => end > Date.now());
  const wait = Math.min(...ends, Date.now() + LATEST) - Date.now() + 1000 + Math.random() * 3000;
  timer = setTimeout(refresh, Math.max(SOONEST, wait));
}

async function refresh() {
  try {
    const parts = await Promise.all(pages.map((href) => rows(at(href))));
    const last = parts.at(-1);
    const all = parts.flatMap((part) => part.filter((item) => item.dataset.channel));
    put(list, [...all, ...last.filter((item) => !item.dataset.channel)]);
    watch();
    await showStarred();
    await showBecause();
  } catch {
    // The next turn tries again; a page that is offline says so itself.
  }
  plan();
}

// The next page of rows comes when the end of this one is near; where that fails its link stays.
async function more(item) {
  const href = item.querySelector("a[rel=next]").href;
  const found = await rows(at(href));
  pages.push(href);
  const had = item.contains(document.activeElement);
  item.replaceWith(...found);
  paint();
  tick();
  if (had) found[0]?.querySelector("a.epg-item-link")?.focus({ preventScroll: true });
  watch();
}

const near = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting) continue;
    near.unobserve(entry.target);
    more(entry.target).catch(() => {});
  }
}, { rootMargin: "0px 0px 800px 0px" });

function watch() {
  const item = list.querySelector(".epg-onair-more");
  if (item && list.children.length < MOST_ROWS) near.observe(item);
}

if (list) {
  paint();
  tick();
  watch();
  showStarred().then(showBecause).catch(() => {});
  setInterval(tick, TICK);
  plan();
  document.addEventListener("epg:stars", () => {
    paint();
    showStarred().then(showBecause).catch(() => {});
  });
  document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(timer) : refresh()));
}
