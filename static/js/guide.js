// The guide as a grid that goes on in both directions. Without this file the page is a table of a few hours, with links to the rest.
import { Canvas } from "./guide-canvas.js";
import { follow } from "./guide-chips.js";
import { Cells, channel, loadChannels } from "./guide-data.js";
import { Clock, HOUR } from "./guide-time.js";
import { stars, toggleStar } from "./stars.js";
import { locale, word } from "./words.js";

const guide = document.querySelector(".epg-guide");
const frame = guide?.querySelector(".epg-frame");
const DENSITY = "epg_density";
const TICK = 20_000;
const SAVED_AFTER = 150;
//: an answer that was kept for some seconds is no reason to distrust the clock of this device
const TRUSTED = 120_000;

const data = guide?.dataset;
const moment = (text) => Date.parse(text);
const hour = (at, up = false) => (up ? Math.ceil : Math.floor)(at / HOUR) * HOUR;

function clockOf() {
  try {
    return new Clock(document.getElementById("epg-main").dataset.zone, locale);
  } catch {
    return null; // a zone that this browser does not know: the table stays
  }
}

const away = data ? moment(data.now) - Date.now() : 0;
const now = () => Date.now() + (Math.abs(away) > TRUSTED ? away : 0);
const stored = (name) => {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
};

class Guide {
  constructor(clock) {
    const plan = guide.querySelector(".epg-plan").dataset;
    this.all = [...guide.querySelectorAll("tr[data-channel]")].map((row) =>
      channel([Number(row.dataset.channel), row.dataset.number || null, row.dataset.name]));
    this.start = moment(plan.start);
    this.cells = new Cells(data.cells, () => this.canvas.ask());
    this.canvas = new Canvas({
      clock, now, cells: this.cells, list: [], kind: data.kind || "",
      first: hour(Math.min(moment(data.first), this.start, now() - HOUR)),
      last: hour(Math.max(moment(data.last), this.start + 12 * HOUR, now() + 12 * HOUR), true),
      hrefs: { program: (id) => data.program.replace("/0", `/${id}`), channel: (id) => data.channel.replace("/0", `/${id}`) },
    });
    this.starred = Boolean(data.starred);
  }

  /** Only starred channels, or all. */
  get list() {
    if (!this.starred) return this.all;
    const kept = new Set(stars());
    return this.all.filter((one) => kept.has(one.id));
  }

  async begin() {
    this.use();
    const whole = loadChannels(data.channels).then((found) => this.grow(found));
    whole.catch(() => {}); // it is awaited below, and may fail before
    // The table stays until the grid can show as much.
    if (this.starred || history.state?.grid || this.canvas.list.length === 0) await whole;
    else if (!(await this.cells.load(0, this.start))) throw new Error("no cells");
    this.show();
    await whole;
  }

  grow(found) {
    this.all = found;
    if (this.canvas.element.isConnected) this.keeping(() => this.use());
    else this.use();
  }

  use() {
    this.canvas.list = this.list;
    this.cells.use(this.canvas.list);
    guide.querySelector(".epg-no-stars").hidden = !this.starred || this.canvas.list.length > 0;
  }

  show() {
    guide.dataset.density = stored(DENSITY) || "normal";
    frame.replaceWith(this.canvas.element);
    this.canvas.measure();
    this.restore();
    this.canvas.tick();
    this.listen();
    follow(this);
    import("./guide-paper.js").then((found) => found.onPaper(this.canvas));
    guide.dataset.ready = "";
  }

  restore() {
    const kept = history.state?.grid;
    const row = kept ? this.canvas.list.findIndex((one) => one.id === kept.channel) : 0;
    this.canvas.to(kept ? kept.at : this.start, Math.max(0, row) + (kept?.part || 0));
    this.saved = this.place();
  }

  /** Where the grid stands: a moment, a channel, and how much of its row is above the edge. */
  place() {
    const row = this.canvas.element.scrollTop / this.canvas.height;
    return { at: Math.round(this.canvas.left), channel: this.canvas.list[Math.floor(row)]?.id, part: row % 1 };
  }

  save() {
    const place = this.place();
    if (place.at === this.saved.at && place.channel === this.saved.channel && place.part === this.saved.part) return;
    this.saved = place;
    history.replaceState({ ...history.state, grid: place }, "");
  }

  /** Change sizes or channels, and stay at the same moment and channel. */
  keeping(change) {
    const { at, channel: id, part } = this.place();
    change();
    this.canvas.measure();
    const row = this.canvas.list.findIndex((one) => one.id === id);
    this.canvas.to(at, row < 0 ? 0 : row + part);
    this.canvas.tick();
  }

  listen() {
    const element = this.canvas.element;
    let timer = 0;
    element.addEventListener("scroll", () => {
      clearTimeout(timer);
      timer = setTimeout(() => this.save(), SAVED_AFTER);
    }, { passive: true });
    element.addEventListener("click", (event) => this.star(event));
    let width = element.clientWidth;
    new ResizeObserver(() => {
      if (width === element.clientWidth) return this.canvas.ask();
      width = element.clientWidth;
      this.keeping(() => {});
    }).observe(element);
    setInterval(() => this.canvas.tick(), TICK);
    document.addEventListener("visibilitychange", () => document.hidden || this.canvas.tick());
    document.addEventListener("epg:stars", () => this.starred && this.keeping(() => this.use()));
    let keys = null;
    document.addEventListener("keydown", async (event) => {
      if (event.defaultPrevented || event.altKey || event.metaKey) return;
      keys ||= import("./guide-keys.js").then((found) => new found.Keys(this));
      (await keys).pressed(event);
    });
  }

  star(event) {
    const button = event.target.closest(".epg-star");
    if (!button) return;
    const on = toggleStar(Number(button.closest(".epg-row").dataset.channel));
    button.setAttribute("aria-pressed", String(on));
    button.textContent = on ? "★" : "☆";
  }

  setDensity(name) {
    try {
      localStorage.setItem(DENSITY, name);
    } catch { /* it holds for this page */ }
    this.keeping(() => (guide.dataset.density = name));
  }

  setStarred(on) {
    this.starred = on;
    this.keeping(() => this.use());
  }

  setKind(name) {
    this.canvas.kind = name;
    this.keeping(() => {});
  }
}

const clock = frame && guide.querySelector(".epg-plan") && clockOf();
if (clock) {
  const shown = new Guide(clock);
  // Where the network fails, the table stays as it is.
  shown.begin().catch(() => import("./toast.js").then((found) => found.toast(word("failed"))));
}
