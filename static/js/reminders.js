// Reminders of programmes, kept in this browser only. While a page of the guide is open, a notification comes before the start; where
// notifications are not allowed, a line at the foot of the page.
import { toast } from "./toast.js";
import { locale, word } from "./words.js";

const KEY = "epg_reminders";
const MOST = 100;
/** Milliseconds before the start. */
export const AHEAD = 5 * 60_000;
const TICK = 10_000;

/** The reminders that are not over: { id, title, channel, start, href, told }. */
export function reminders() {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) || "[]");
    return Array.isArray(found) ? found.filter((one) => one && Date.parse(one.start) > Date.now() - 3_600_000) : [];
  } catch {
    return []; // a browser that keeps nothing has no reminders
  }
}

function keep(all) {
  localStorage.setItem(KEY, JSON.stringify(all.slice(-MOST)));
  document.dispatchEvent(new CustomEvent("epg:reminders", { detail: all }));
}

export const isReminded = (id) => reminders().some((one) => one.id === id);

/** Remind of a programme, or no more. True where it reminds now. Throws where the browser keeps nothing. */
export function toggleReminder(programme) {
  const before = reminders();
  const on = before.some((one) => one.id === programme.id);
  keep(on ? before.filter((one) => one.id !== programme.id) : [...before, { ...programme, told: false }]);
  return !on;
}

/** Ask for notifications, unless that is decided. One of `granted`, `denied`, `default`, `unsupported`. */
export async function allowed() {
  if (!("Notification" in window)) return "unsupported";
  return Notification.permission === "default" ? Notification.requestPermission() : Notification.permission;
}

async function tell(one) {
  const text = word("reminder", { time: new Date(one.start).toLocaleTimeString(locale, { timeStyle: "short" }), channel: one.channel });
  if ("Notification" in window && Notification.permission === "granted") {
    const worker = await navigator.serviceWorker?.getRegistration();
    const options = { body: text, tag: `epg-${one.id}`, data: { href: one.href }, icon: document.querySelector("link[rel=icon]")?.href };
    if (worker?.active) return worker.showNotification(one.title, options);
    const shown = new Notification(one.title, options);
    shown.addEventListener("click", () => location.assign(one.href));
    return null;
  }
  return toast(`${one.title}: ${text}`, { action: word("open"), run: () => location.assign(one.href), keep: 60_000 });
}

// Of several windows the first one tells: it notes so before it does.
function look() {
  const all = reminders();
  const due = all.filter((one) => !one.told && Date.parse(one.start) - AHEAD <= Date.now());
  if (!due.length) return;
  for (const one of due) one.told = true;
  keep(all);
  for (const one of due) tell(one).catch((problem) => toast(`${one.title}: ${problem.message}`));
}

export function watchReminders() {
  look();
  setInterval(look, TICK);
  document.addEventListener("visibilitychange", () => document.hidden || look());
}
