// What every page has: the viewer's time zone, menus, sheets, the tab of starred channels, `/` for the search. Pages work without it.
import "./menu.js";

const main = document.getElementById("epg-main");

// Times come from the server, so it must know the zone: the cookie says it, and the page is loaded once more.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const wanted = `epg_tz=${encodeURIComponent(zone || "")}`;
// Only where the cookie is new: a zone the server does not know must not load the page again and again.
if (zone && main.dataset.zoneSource === "default" && zone !== main.dataset.zone && !document.cookie.includes(wanted)) {
  document.cookie = `${wanted}; path=/; max-age=31536000; samesite=lax`;
  if (document.cookie.includes(wanted)) location.reload();
}

// The day or the place in view is in sight in its strip, which is longer than a phone is wide.
for (const strip of document.querySelectorAll(".epg-chips, .epg-places, .epg-days ul")) {
  const current = strip.querySelector("[aria-current]:not([aria-current=false])");
  if (current && current.offsetLeft + current.offsetWidth > strip.clientWidth) {
    strip.scrollLeft = current.offsetLeft - strip.clientWidth / 2 + current.offsetWidth / 2;
  }
}

// Stars are kept in this browser, so without scripts there is no such tab.
for (const tab of document.querySelectorAll("[data-tab=starred]")) tab.hidden = false;

// Letters stand for a logo until it is there, and where it cannot be loaded.
const loaded = (image) => image.parentElement.classList.add("epg-loaded");
const isLogo = (found) => found instanceof HTMLImageElement && found.matches(".epg-logo img");
document.addEventListener("load", (event) => isLogo(event.target) && loaded(event.target), true);
for (const image of document.querySelectorAll(".epg-logo img")) if (image.complete && image.naturalWidth) loaded(image);

// A plain click on a link with `data-sheet` opens a sheet.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-sheet]");
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  import("./sheet.js").then((found) => found.openSheet(link.href, link));
});

const writing = (found) => found instanceof HTMLElement && found.matches("input, select, textarea, [contenteditable]");
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.altKey || event.ctrlKey || event.metaKey || writing(event.target)) return;
  const box = document.querySelector("main input[type=search]:not([hidden]), #epg-q");
  if (!box) return;
  event.preventDefault();
  if (box.offsetParent) box.focus();
  else document.querySelector(".epg-find-link")?.click();
});

// What only scripts can do is hidden until they are here.
for (const found of document.querySelectorAll("[data-scripted], [data-starred-chip]")) found.hidden = false;
