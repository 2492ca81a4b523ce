// The keyboard in the grid. One cell takes the focus by Tab; arrows go on from it, also where nothing is drawn yet.
import { HOUR, MINUTE } from "./guide-time.js";

//: so much of a long programme in view is enough
const ENOUGH = 30 * MINUTE;
const writing = (found) => found.matches?.("input, select, textarea, [contenteditable]");

export class Keys {
  constructor(guide) {
    this.guide = guide;
    this.canvas = guide.canvas;
  }

  pressed(event) {
    if (writing(event.target) || event.target.closest?.("dialog, details[open]")) return;
    const cell = event.target.closest?.(".epg-grid .epg-row") && event.target;
    const run = (cell && this.inGrid(event, cell)) || (!event.ctrlKey && this.anywhere(event.key));
    if (!run) return;
    event.preventDefault();
    run();
  }

  anywhere(key) {
    const { go } = this.guide;
    return {
      n: () => this.jump(go.now, this.canvas.now()), p: () => this.jump(go.prime),
      g: () => import("./guide-goto.js").then((found) => found.goTo(this.guide, this)),
    }[key];
  }

  inGrid(event, element) {
    const row = this.rowOf(element);
    const at = this.cellOf(row, element);
    const forward = this.canvas.sign < 0 ? "ArrowLeft" : "ArrowRight";
    const back = this.canvas.sign < 0 ? "ArrowRight" : "ArrowLeft";
    const page = Math.max(1, Math.floor((this.canvas.element.clientHeight - this.canvas.top) / this.canvas.height) - 1);
    return {
      [forward]: () => (at ? this.along(row, at, 1) : this.atTime(row)), [back]: () => at && this.along(row, at, -1),
      ArrowDown: () => this.across(row + 1, at), ArrowUp: () => this.across(row - 1, at),
      PageDown: () => this.across(row + page, at), PageUp: () => this.across(row - page, at),
      Home: () => (event.ctrlKey ? this.across(0, at) : this.edge(row, at, 0)),
      End: () => (event.ctrlKey ? this.across(this.canvas.list.length - 1, at) : this.edge(row, at, 1)),
      s: () => element.closest(".epg-row").querySelector(".epg-star").click(),
    }[event.key];
  }

  rowOf(element) {
    const row = element.closest(".epg-row");
    for (const [number, drawn] of this.canvas.rows) if (drawn.element === row) return number;
    return 0;
  }

  cellOf(row, element) {
    for (const one of this.canvas.rows.get(row).cells.values()) if (one.element === element) return one.cell;
    return null;
  }

  /** The programme of a row that is on at a moment or, where none is, the next one in a direction. Blocks come as they are needed. */
  async find(row, at, step = 1) {
    const { canvas } = this;
    const reach = 3 * HOUR;
    for (let from = at; from >= canvas.first && from < canvas.last; from += step * reach) {
      await canvas.cells.load(row, from);
      const found = canvas.cells.row(row, from, from + 1).cells.filter((cell) => !cell.gap);
      const fits = step > 0 ? found.filter((cell) => cell.end > at) : found.filter((cell) => cell.start < at).reverse();
      if (fits.length) return fits[0];
    }
    return null;
  }

  async along(row, cell, step) {
    const next = await this.find(row, step > 0 ? cell.end : cell.start - MINUTE, step);
    if (next) this.focus(row, next);
  }

  async across(row, cell) {
    const to = Math.max(0, Math.min(this.canvas.list.length - 1, row));
    if (!cell) return this.head(to);
    const at = Math.max(cell.start, Math.min(this.canvas.left, cell.end - MINUTE)) + MINUTE;
    const next = (await this.find(to, at)) || (await this.find(to, at, -1));
    return next ? this.focus(to, next) : this.head(to);
  }

  /** The first or the last programme of the day in view; once more, the channel itself. */
  async edge(row, cell, last) {
    const { clock, left } = this.canvas;
    const day = clock.day(cell ? cell.start : left);
    const midnight = clock.at(day, 0);
    let found = await this.find(row, last ? clock.later(midnight, 1) - MINUTE : midnight, last ? -1 : 1);
    if (found && !last && found.start < midnight) found = await this.find(row, found.end);
    if (!found) return;
    if (!last && cell?.id === found.id) this.head(row);
    else this.focus(row, found);
  }

  /** What the row shows at a moment takes the focus: at the left edge, if none is given. With `still`, the time in view stays. */
  async atTime(row, still = false, at = this.canvas.left + MINUTE) {
    const found = await this.find(row, at);
    if (found) this.focus(row, found, still);
  }

  async jump(run, at) {
    run();
    const row = document.activeElement.closest?.(".epg-row") ? this.rowOf(document.activeElement) : this.canvas.firstRow;
    await this.atTime(row, true, at);
  }

  head(row) {
    this.reveal(row, null);
    this.take(this.canvas.rows.get(row).element.querySelector("a"));
  }

  focus(row, cell, still = false) {
    this.reveal(row, still ? null : cell);
    const drawn = this.canvas.rows.get(row);
    const one = drawn.cells.get(cell.id);
    if (one) this.take(one.element);
  }

  take(element) {
    this.canvas.enter(element);
    element.focus({ preventScroll: true });
  }

  // Scroll no further than it takes.
  reveal(row, cell) {
    const { canvas } = this;
    const { element, height } = canvas;
    const room = element.clientHeight - canvas.top - height;
    let top = element.scrollTop;
    if (row * height < top) top = row * height;
    else if (row * height > top + room) top = row * height - room;
    let at = canvas.left;
    if (cell) {
      const seen = Math.min(cell.end, canvas.right) - Math.max(cell.start, at);
      if (seen < Math.min(cell.end - cell.start, ENOUGH)) {
        at = cell.start < at ? cell.start : Math.min(cell.start, cell.end - (canvas.right - at));
      }
    }
    canvas.to(at, top / height);
  }
}
