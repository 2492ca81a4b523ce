// The drawing of the grid: one element that scrolls both ways, in which only what is in view, and a little more, is there.
import { cellElement, make, paintState, rowElement, setLogo } from "./guide-cells.js";
import { HOUR, MINUTE } from "./guide-time.js";
import { stars } from "./stars.js";
import { word } from "./words.js";

const MORE_ROWS = 3;
const STEP = 30 * MINUTE;
//: pixels that a title needs, and a title with a line below; more where very much is in view
const ROOM = [[28, 70], [56, 150], [110, 320]];
const CROWDED = [1000, 1500];
//: pixels at the beginning of a cell, and the least that its words get
const PADDING = 10;
const MIN_WORDS = 40;

export class Canvas {
  constructor(options) {
    Object.assign(this, options, { rows: new Map(), marks: new Map(), window: [0, 0], shift: 0 });
    this.element = make("div", "epg-grid");
    this.element.setAttribute("role", "region");
    this.element.setAttribute("aria-label", word("programmes"));
    this.plane = make("div", "epg-plane");
    this.ruler = make("div", "epg-ruler");
    this.corner = make("div", "epg-corner");
    this.line = make("div", "epg-nowline");
    this.tag = make("div", "epg-nowtag");
    this.tag.ariaHidden = this.line.ariaHidden = "true";
    this.ruler.append(this.corner, this.tag);
    this.plane.append(this.ruler, this.line);
    this.element.append(this.plane);
    this.element.addEventListener("scroll", () => this.ask(), { passive: true });
  }

  /** Read sizes from the style sheet and the window, and lay out anew. */
  measure() {
    const style = getComputedStyle(this.element);
    const size = (name) => parseFloat(style.getPropertyValue(name));
    [this.head, this.height, this.top] = [size("--ch"), size("--row"), size("--ruler")];
    this.sign = style.direction === "rtl" ? -1 : 1;
    // The whole width is used: as many hours as fit, six at most.
    this.hour = Math.max(size("--hour"), (this.element.clientWidth - this.head) / 6);
    this.plane.style.width = `${this.head + this.x(this.last)}px`;
    this.plane.style.height = `${this.top + this.list.length * this.height}px`;
    this.element.style.setProperty("--hour-now", `${this.hour}px`);
    this.clear();
  }

  clear() {
    for (const { element } of this.rows.values()) element.remove();
    for (const element of this.marks.values()) element.remove();
    this.rows.clear();
    this.marks.clear();
    this.window = [0, 0];
  }

  x = (at) => ((at - this.first) / HOUR) * this.hour;

  get left() {
    return this.first + (Math.abs(this.element.scrollLeft) / this.hour) * HOUR;
  }

  get right() {
    return this.left + ((this.element.clientWidth - this.head) / this.hour) * HOUR;
  }

  get firstRow() {
    return Math.floor(this.element.scrollTop / this.height);
  }

  get lastRow() {
    return Math.min(this.list.length - 1, Math.floor((this.element.scrollTop + this.element.clientHeight - this.top) / this.height));
  }

  /** Scroll so that a moment is at the beginning, and a row on top (null: where it is). */
  to(at, row = null) {
    const top = row === null ? this.element.scrollTop : row * this.height;
    this.element.scrollTo({ left: this.sign * this.x(at), top, behavior: "instant" });
    this.draw();
  }

  ask() {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.draw();
    });
  }

  draw() {
    if (!this.list.length) return;
    const [start, end] = [Math.floor(this.left / STEP) * STEP - STEP, Math.ceil(this.right / STEP) * STEP + STEP];
    const [from, to] = [Math.max(0, this.firstRow - MORE_ROWS), Math.min(this.list.length - 1, this.lastRow + MORE_ROWS)];
    this.cells.want(from, to, start, end);
    const moved = start !== this.window[0] || end !== this.window[1];
    this.window = [start, end];
    if (moved) this.drawRuler();
    this.room = ROOM[this.crowd()];
    const active = document.activeElement?.closest?.(".epg-row");
    for (const [row, drawn] of this.rows) {
      if ((row < from || row > to) && drawn.element !== active) {
        drawn.element.remove();
        this.rows.delete(row);
      }
    }
    for (let row = from; row <= to; row += 1) this.drawRow(row);
    this.stick();
    this.entrance();
    this.drawn?.();
  }

  // One cell takes the focus by Tab: what is on, or the first one in view.
  entrance() {
    if (this.tabbed?.isConnected) return;
    const cells = [...(this.rows.get(Math.max(0, this.firstRow))?.cells.values() || [])];
    const seen = cells.filter((one) => !one.cell.gap && one.cell.end > this.left);
    const now = this.now();
    this.enter((seen.find((one) => one.cell.start <= now && now < one.cell.end) || seen[0])?.element);
  }

  enter(element) {
    if (!element) {
      this.element.tabIndex = 0; // nothing is known here; arrows still scroll
      return;
    }
    this.element.removeAttribute("tabindex");
    if (this.tabbed) this.tabbed.tabIndex = -1;
    element.tabIndex = 0;
    this.tabbed = element;
  }

  drawRow(row) {
    const [start, end] = this.window;
    let drawn = this.rows.get(row);
    if (!drawn) {
      const channel = this.list[row];
      const element = rowElement(channel, this.hrefs.channel(channel.id), stars().includes(channel.id));
      element.style.top = `${this.top + row * this.height}px`;
      this.plane.append(element);
      drawn = { element, cells: new Map(), window: [0, 0], complete: false };
      this.rows.set(row, drawn);
    }
    if (drawn.complete && drawn.window[0] === start && drawn.window[1] === end) return;
    const found = this.cells.row(row, start, end);
    drawn.element.classList.toggle("epg-loading", !found.ready);
    setLogo(drawn.element, found.logo);
    this.fill(drawn, found.cells.filter((cell) => cell.end > start && cell.start < end));
    Object.assign(drawn, { window: [start, end], complete: found.ready });
  }

  fill(drawn, cells) {
    const wanted = new Set(cells.map((cell) => cell.id));
    for (const [id, one] of drawn.cells) {
      if (wanted.has(id) || one.element === document.activeElement) continue;
      one.element.remove();
      drawn.cells.delete(id);
    }
    const now = this.now();
    for (const cell of cells) this.put(drawn, cell, now);
  }

  put(drawn, cell, now) {
    const width = this.x(cell.end) - this.x(cell.start);
    const known = drawn.cells.get(cell.id);
    if (known) {
      if (known.cell.end !== cell.end) known.element.style.width = `${width - 2}px`;
      known.cell = cell;
      return;
    }
    const [title, both] = this.room;
    const element = cellElement(cell, cell.gap ? "" : this.hrefs.program(cell.id), this.clock, width < title ? 0 : width < both ? 1 : 2);
    element.style.insetInlineStart = `${this.head + this.x(cell.start) + 1}px`;
    element.style.width = `${Math.max(1, width - 2)}px`;
    if (!cell.gap) paintState(element, cell, now);
    if (this.kind && !cell.gap) element.classList.toggle("epg-faint", cell.kind !== this.kind);
    drawn.element.append(element);
    drawn.cells.set(cell.id, { element, cell });
  }

  /** How much is in view: 0 usual, 2 very much. Then only wide cells have words. */
  crowd() {
    let count = 0;
    for (const one of this.rows.values()) count += one.cells.size;
    return count > CROWDED[1] ? 2 : count > CROWDED[0] ? 1 : 0;
  }

  // The words of a programme that has begun before the left edge stay in view.
  stick() {
    const left = this.left;
    for (const drawn of this.rows.values()) {
      let found = null;
      for (const one of drawn.cells.values()) if (one.cell.start < left && left < one.cell.end) found = one;
      if (drawn.stuck && drawn.stuck !== found?.element) drawn.stuck.style.paddingInlineStart = "";
      drawn.stuck = found?.element;
      if (!found?.element.firstChild) continue;
      const hidden = Math.min(this.x(left) - this.x(found.cell.start), parseFloat(drawn.stuck.style.width) - MIN_WORDS);
      if (hidden > 0) drawn.stuck.style.paddingInlineStart = `${Math.round(hidden) + PADDING}px`;
    }
  }

  drawRuler() {
    const [start, end] = this.window;
    for (const [at, element] of this.marks) {
      if (at >= start && at < end) continue;
      element.remove();
      this.marks.delete(at);
    }
    for (let at = Math.max(start, this.first); at < end; at += 15 * MINUTE) {
      if (this.marks.has(at) || this.clock.minutes(at) % 30) continue;
      const element = make("span", "", this.clock.mark(at));
      element.style.insetInlineStart = `${this.head + this.x(at)}px`;
      this.ruler.append(element);
      this.marks.set(at, element);
    }
  }

  /** The line of now, and what is on at it. */
  tick() {
    const now = this.now();
    const inside = now >= this.first && now < this.last;
    this.line.hidden = this.tag.hidden = !inside;
    this.line.style.insetInlineStart = this.tag.style.insetInlineStart = `${this.head + this.x(now)}px`;
    this.tag.textContent = this.clock.time(now);
    for (const drawn of this.rows.values()) {
      for (const one of drawn.cells.values()) if (!one.cell.gap) paintState(one.element, one.cell, now);
    }
  }
}
