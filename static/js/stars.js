// Starred channels: ids, kept in this browser only. `epg:stars` on the document tells of a change, also in another window.
const KEY = "epg_favourites";
const MOST = 200;

/** The ids of starred channels, in the order in which they were starred. */
export function stars() {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) || "[]");
    return Array.isArray(found) ? found.filter((id) => Number.isSafeInteger(id) && id > 0).slice(0, MOST) : [];
  } catch {
    return []; // a browser that keeps nothing has no stars
  }
}

/** Star a channel, or take its star away. True where it is starred now. */
export function toggleStar(id) {
  const before = stars();
  const after = before.includes(id) ? before.filter((other) => other !== id) : [...before, id];
  try {
    localStorage.setItem(KEY, JSON.stringify(after));
  } catch {
    return before.includes(id);
  }
  document.dispatchEvent(new CustomEvent("epg:stars", { detail: after }));
  return after.includes(id);
}

addEventListener("storage", (event) => {
  if (event.key === KEY) document.dispatchEvent(new CustomEvent("epg:stars", { detail: stars() }));
});
