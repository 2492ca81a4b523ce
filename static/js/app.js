// What the site is as an app: it can be installed, reminds while it is open, and shows the last guide where there is no network.
import "./acts.js";
import { watchReminders } from "./reminders.js";
import { locale, word } from "./words.js";

const worker = document.querySelector("meta[name=epg-worker]")?.content;
// Only over HTTPS, or on this computer.
if (worker && "serviceWorker" in navigator) {
  navigator.serviceWorker.register(worker).catch((problem) => console.info(`no pages are kept for offline: ${problem.message}`));
}
watchReminders();

// A page that the worker has kept says when it was seen.
const { seen } = document.documentElement.dataset;
if (seen) {
  const note = Object.assign(document.createElement("p"), { className: "epg-offline", textContent: word("kept", {
    time: new Date(Number(seen)).toLocaleString(locale, { dateStyle: "medium", timeStyle: "short" }),
  }) });
  note.setAttribute("role", "status");
  document.getElementById("epg-main").before(note);
}
