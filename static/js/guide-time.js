// Clocks of the viewer's time zone. A moment is milliseconds since 1970, UTC; a day is `2026-11-29`.
import { word } from "./words.js";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
const QUARTER = 15 * MINUTE;
const two = (number) => String(number).padStart(2, "0");

/** What clocks of a zone show. Throws RangeError for a zone that the browser does not know. */
export class Clock {
  constructor(zone, locale) {
    const options = { timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric" };
    this.parts = new Intl.DateTimeFormat("en-US", options);
    this.names = new Intl.DateTimeFormat("en-GB", { timeZone: zone, timeZoneName: "short" });
    const hours = new Intl.DateTimeFormat(locale, { timeZone: "UTC", hour: "numeric", minute: "2-digit" });
    this.twelve = hours.resolvedOptions().hour12 ? hours : null;
    this.days = new Intl.DateTimeFormat(locale, { timeZone: "UTC", weekday: "short", day: "numeric", month: "short" });
    this.offsets = new Map();
  }

  /** How far the zone is ahead of UTC at a moment. Zones change their offset at a quarter of an hour. */
  offset(at) {
    const quarter = Math.floor(at / QUARTER) * QUARTER;
    if (!this.offsets.has(quarter)) {
      const found = Object.fromEntries(this.parts.formatToParts(quarter).map((part) => [part.type, Number(part.value)]));
      this.offsets.set(quarter, Date.UTC(found.year, found.month - 1, found.day, found.hour, found.minute) - quarter);
    }
    return this.offsets.get(quarter);
  }

  local = (at) => new Date(at + this.offset(at));

  /** `19:30`, or `7:30 PM` where clocks have twelve hours */
  time(at) {
    const local = this.local(at);
    if (this.twelve) return this.twelve.format(local);
    return `${two(local.getUTCHours())}:${two(local.getUTCMinutes())}`;
  }

  /** `19:30`, and `19:30 CET` near a change of the clock. */
  mark(at) {
    const near = [-3 * HOUR, 3 * HOUR].some((away) => this.offset(at + away) !== this.offset(at));
    if (!near) return this.time(at);
    const name = this.names.formatToParts(at).find((part) => part.type === "timeZoneName").value;
    return `${this.time(at)} ${name}`;
  }

  day = (at) => this.local(at).toISOString().slice(0, 10);

  /** The moment at which a day's clocks show so many minutes after midnight. */
  at(day, minutes) {
    const local = Date.parse(`${day}T00:00:00Z`) + minutes * MINUTE;
    const guess = local - this.offset(local);
    return local - this.offset(guess);
  }

  minutes(at) {
    const local = this.local(at);
    return local.getUTCHours() * 60 + local.getUTCMinutes();
  }

  /** The same time of the clock so many days later. */
  later = (at, days) => this.at(new Date(Date.parse(`${this.day(at)}T00:00:00Z`) + days * 24 * HOUR).toISOString().slice(0, 10), this.minutes(at));

  /** `Sun 29` */
  short = (day) => this.days.formatToParts(Date.parse(`${day}T00:00:00Z`)).filter((part) => ["weekday", "day"].includes(part.type))
    .map((part) => part.value).join(" ");

  /** `Today, Sun 29 Nov` */
  name(day, today) {
    const date = Date.parse(`${day}T00:00:00Z`);
    const text = this.days.format(date).replace(",", "");
    const near = { 0: "today", 1: "tomorrow", "-1": "yesterday" }[(date - Date.parse(`${today}T00:00:00Z`)) / (24 * HOUR)];
    return near ? `${word(near)}, ${text}` : text;
  }
}
