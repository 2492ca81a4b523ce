// Starred titles of programmes, kept in this browser only. `epg:titles` on the document tells of a change.
const KEY = "epg_titles";
const MOST = 100;

/** The starred titles, in the order in which they were starred. */
export function titles() {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) || "[]");
    return Array.isArray(found) ? found.filter((title) => typeof title === "string" && title).slice(-MOST) : [];
  } catch {
    return []; // a browser that keeps nothing has no stars
  }
}

/** Star a title, or take its star away. True where it is starred now. */
export function toggleTitle(title) {
  const before = titles();
  const after = before.includes(title) ? before.filter((other) => other !== title) : [...before, title];
  try {
    localStorage.setItem(KEY, JSON.stringify(after));
  } catch {
    return before.includes(title);
  }
  document.dispatchEvent(new CustomEvent("epg:titles", { detail: after }));
  return after.includes(title);
}
