// The chips of the grid: they say which day and hour is in view, and lead to others without a new page.
import { HOUR, MINUTE } from "./guide-time.js";
import { word } from "./words.js";

const HALF = 30 * MINUTE;
const PRIME = 20 * 60;
//: how many days around the one in view a person can choose at once
const DAYS_BEFORE = 10;
const DAYS_AFTER = 20;
const SWIPE = { far: 0.45, quick: 350, ruler: 50 };
const $ = (selector) => document.querySelector(selector);

/** Where the chips lead: moments that the grid scrolls to. */
export function jumps(guide) {
  const { canvas } = guide;
  const { clock } = canvas;
  const half = (at) => Math.floor(at / HALF) * HALF;
  const shown = () => Math.max(HALF, half(canvas.right - canvas.left) - HALF);
  return {
    now: () => canvas.to(half(canvas.now())),
    prime: () => canvas.to(clock.at(clock.day(canvas.left), PRIME)),
    later: () => canvas.to(canvas.left + shown()),
    earlier: () => canvas.to(canvas.left - shown()),
    day: (days) => canvas.to(clock.later(canvas.left, days)),
    to: (at) => canvas.to(at),
  };
}

export function follow(guide) {
  const go = jumps(guide);
  guide.go = go;
  const { canvas } = guide;
  const { clock } = canvas;
  for (const [name, run] of Object.entries(go)) $(`[data-go=${name}]`)?.addEventListener("click", plainly(run));
  days(canvas, clock);
  hours(canvas, clock);
  choices(guide);
  swipes(canvas, go);
  let [day, time] = ["", ""];
  canvas.drawn = () => {
    // The edge itself may lie a pixel before the hour.
    const at = canvas.left + MINUTE;
    const [newDay, newTime] = [clock.day(at), clock.time(Math.floor(at / HALF) * HALF)];
    if (newTime !== time) $("[data-hour-chip]").textContent = time = newTime;
    if (newDay === day) return;
    day = newDay;
    $("[data-day-chip]").textContent = clock.name(day, clock.day(canvas.now()));
    canvas.corner.textContent = clock.short(day);
  };
  canvas.drawn();
}

const plainly = (run) => (event) => {
  if (event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  run();
};

const closed = (element) => element.closest("details").removeAttribute("open");

function days(canvas, clock) {
  const list = $("[data-days]");
  list.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    const day = link?.dataset.day;
    if (!day) return;
    plainly(() => canvas.to(clock.at(day, clock.minutes(canvas.left))))(event);
    closed(link);
    list.previousElementSibling.focus();
  });
  list.parentElement.addEventListener("toggle", () => {
    if (!list.parentElement.open) return;
    const [shown, today] = [clock.day(canvas.left + MINUTE), clock.day(canvas.now())];
    const noon = clock.at(shown, 12 * 60);
    const built = [];
    for (let days = -DAYS_BEFORE; days <= DAYS_AFTER; days += 1) {
      const day = clock.day(clock.later(noon, days));
      if (day < clock.day(canvas.first) || day > clock.day(canvas.last)) continue;
      const link = Object.assign(document.createElement("a"), { href: `?date=${day}`, textContent: clock.name(day, today) });
      link.dataset.day = day;
      current(link, day === shown, "date");
      built.push(link);
    }
    list.replaceChildren(...built);
    list.querySelector("[aria-current]")?.scrollIntoView({ block: "center" });
  });
}

const current = (link, on, what) => (on ? link.setAttribute("aria-current", what) : link.removeAttribute("aria-current"));

// The hours of the day in view: 23 or 25 where the clock changes.
function hours(canvas, clock) {
  const list = $("[data-hours]");
  list.parentElement.addEventListener("toggle", () => {
    if (!list.parentElement.open) return;
    const day = clock.day(canvas.left + MINUTE);
    const built = [];
    for (let at = clock.at(day, 0); clock.day(at) === day; at += HOUR) {
      const link = Object.assign(document.createElement("a"), { href: `?start=${new Date(at).toISOString()}`, textContent: clock.mark(at) });
      link.dataset.at = at;
      current(link, at <= canvas.left + MINUTE && canvas.left + MINUTE < at + HOUR, "time");
      built.push(link);
    }
    list.replaceChildren(...built);
    list.querySelector("[aria-current]")?.scrollIntoView({ block: "center" });
  });
  list.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-at]");
    if (!link) return;
    plainly(() => canvas.to(Number(link.dataset.at)))(event);
    closed(link);
  });
}

// Genres, starred channels and density change the grid in place; the address keeps them.
function choices(guide) {
  const keep = (name, value) => {
    const address = new URL(location.href);
    if (value) address.searchParams.set(name, value);
    else address.searchParams.delete(name);
    history.replaceState(history.state, "", address);
  };
  const all = (selector, run) => {
    for (const found of document.querySelectorAll(selector)) found.addEventListener("click", plainly(() => run(found)));
  };
  all("[data-kind-chip]", (chip) => {
    const name = guide.canvas.kind === chip.dataset.kindChip ? "" : chip.dataset.kindChip;
    for (const other of document.querySelectorAll("[data-kind-chip]")) current(other, other.dataset.kindChip === name, "true");
    guide.setKind(name);
    keep("genre", name);
  });
  all("[data-starred-chip]", () => {
    guide.setStarred(!guide.starred);
    for (const chip of document.querySelectorAll("[data-starred-chip]")) current(chip, guide.starred, "true");
    keep("starred", guide.starred ? "1" : "");
  });
  all("[data-density]:not(.epg-guide)", (button) => {
    guide.setDensity(button.dataset.density);
    pressed(button.dataset.density);
  });
  pressed($(".epg-guide").dataset.density);
  // A line-up or a group is another page; the time in view goes along.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-keeps-time]");
    if (!link) return;
    const address = new URL(link.href);
    address.searchParams.set("start", new Date(guide.canvas.left).toISOString().slice(0, 16) + "Z");
    link.href = address.href;
  });
}

function pressed(name) {
  for (const button of document.querySelectorAll("button[data-density]")) button.setAttribute("aria-pressed", String(button.dataset.density === name));
}

// A quick swipe over the grid, or any over the ruler, changes the day. Slow movements scroll.
function swipes(canvas, go) {
  let from = null;
  canvas.element.addEventListener("touchstart", (event) => {
    const { clientX: x, clientY: y } = event.touches[0];
    const ruler = y < canvas.element.getBoundingClientRect().top + canvas.top;
    from = event.touches.length === 1 ? { x, y, ruler, at: event.timeStamp, left: canvas.left } : null;
  }, { passive: true });
  canvas.element.addEventListener("touchend", (event) => {
    if (!from) return;
    const { clientX: x, clientY: y } = event.changedTouches[0];
    const [dx, dy] = [x - from.x, y - from.y];
    const quick = event.timeStamp - from.at < SWIPE.quick && Math.abs(dx) > SWIPE.far * canvas.element.clientWidth;
    if (Math.abs(dx) < 2 * Math.abs(dy) || !(quick || (from.ruler && Math.abs(dx) > SWIPE.ruler))) return;
    canvas.to(from.left);
    go.day(dx * canvas.sign < 0 ? 1 : -1);
    $("#epg-said").textContent = `${word("day")} ${$("[data-day-chip]").textContent}`;
  }, { passive: true });
}
