// What the grid shows, fetched in blocks of so many channels and hours. Blocks that were looked at last are kept.
import { HOUR, MINUTE } from "./guide-time.js";

const ROWS = 20;
const HOURS = 3;
const SPAN = HOURS * HOUR;
const KEPT = 500;
const AT_ONCE = 4;
const RETRY = 4000;

const json = async (address) => {
  const answer = await fetch(address, { credentials: "same-origin", headers: { accept: "application/json" } });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
};

/** A channel of the grid from `[id, number, name]`. */
export const channel = ([id, number, name]) => ({ id, number, name });

/** All channels of the view, in order. */
export const loadChannels = async (address) => {
  const [ids, numbers, names] = await json(address);
  return ids.map((id, row) => channel([id, numbers[row], names[row]]));
};

const cell = (base) => ([id, from, to, title, sub, kind, fresh, lang]) =>
  ({ id, start: base + from * MINUTE, end: base + to * MINUTE, title, sub, kind, fresh, lang });

/** The cells of a list of channels. `changed` is called after each block that has come. */
export class Cells {
  constructor(address, changed) {
    Object.assign(this, { address, changed, list: [], blocks: new Map(), waiting: [], running: 0 });
  }

  /** Show these channels. Blocks stay where the list only becomes longer. */
  use(list) {
    const same = this.list.every((one, row) => list[row]?.id === one.id);
    // The last block may have had fewer channels than it has now.
    const whole = same ? Math.floor(this.list.length / ROWS) : 0;
    this.list = list;
    for (const key of this.blocks.keys()) if (parseInt(key, 10) >= whole) this.blocks.delete(key);
  }

  key = (row, at) => `${Math.floor(row / ROWS)}/${Math.floor(at / SPAN)}`;

  /** Load what rows `from` to `to` show between two moments, instead of what was wanted before. */
  want(from, to, start, end) {
    const wanted = [];
    for (let at = Math.floor(start / SPAN) * SPAN; at < end; at += SPAN) {
      for (let row = Math.floor(from / ROWS) * ROWS; row <= to && row < this.list.length; row += ROWS) wanted.push([row, at]);
    }
    this.waiting = wanted.filter(([row, at]) => !this.blocks.has(this.key(row, at)));
    this.next();
  }

  next() {
    while (this.running < AT_ONCE && this.waiting.length) this.load(...this.waiting.shift());
  }

  /** The block of a row at a moment, once it is there; null where it cannot be had. */
  load(row, at) {
    const key = this.key(row, at);
    if (this.blocks.has(key)) return this.blocks.get(key).coming;
    const block = { rows: new Map(), ready: false };
    this.blocks.set(key, block);
    this.running += 1;
    block.coming = this.fetch(block, Math.floor(row / ROWS) * ROWS, Math.floor(at / SPAN) * SPAN, key);
    return block.coming;
  }

  async fetch(block, row, at, key) {
    const address = new URL(this.address, location.href);
    address.searchParams.set("channels", this.list.slice(row, row + ROWS).map((one) => one.id).join(","));
    address.searchParams.set("start", new Date(at).toISOString().slice(0, 19) + "Z");
    address.searchParams.set("hours", HOURS);
    try {
      const found = await json(address);
      for (const [id, logo, rows] of found.rows) block.rows.set(id, { logo, cells: rows.map(cell(at)) });
      block.ready = true;
    } catch {
      // The network is away for a moment: the block is asked for again.
      setTimeout(() => this.blocks.get(key) === block && this.blocks.delete(key) && this.changed(), RETRY);
    }
    this.running -= 1;
    this.forget();
    this.next();
    this.changed();
    return block.ready ? block : null;
  }

  forget() {
    for (const key of this.blocks.keys()) {
      if (this.blocks.size <= KEPT) return;
      if (this.blocks.get(key).ready) this.blocks.delete(key);
    }
  }

  /** What a row shows between two moments: `{ logo, cells, ready }`, with gaps where nothing is known. `ready` says that all is there. */
  row(row, start, end) {
    const found = new Map();
    const id = this.list[row].id;
    let [logo, ready] = [null, true];
    for (let at = Math.floor(start / SPAN) * SPAN; at < end; at += SPAN) {
      const key = this.key(row, at);
      const block = this.blocks.get(key);
      if (!block?.ready) {
        ready = false;
        continue;
      }
      const own = block.rows.get(id);
      logo ||= own?.logo;
      for (const one of own?.cells || []) found.set(one.id, one);
    }
    const cells = [...found.values()].sort((a, b) => a.start - b.start);
    return { logo, ready, cells: ready ? withGaps(cells, Math.floor(start / SPAN) * SPAN, Math.ceil(end / SPAN) * SPAN) : cells };
  }
}

function withGaps(cells, start, end) {
  const all = [];
  let at = start;
  for (const one of [...cells, { start: end, end }]) {
    if (one.start - at >= MINUTE) all.push({ id: `gap${at}`, gap: true, start: at, end: one.start });
    if (one.id) all.push(one);
    at = Math.max(at, one.end);
  }
  return all;
}
