// Menus are <details class="epg-menu">, which open without this file, and those of Datasette's tables. It closes them: by Escape, by a
// tap beside them, and where the focus leaves them. A menu in a row that scrolls is fixed below its button: the row would cut it off.
const PHONE = matchMedia("(max-width: 640px)");
const MENUS = ".epg-menu, .actions-menu-links";
const open = () => [...document.querySelectorAll("details[open]")].filter((found) => found.matches(MENUS));

function close(menu, back = false) {
  menu.open = false;
  if (back) menu.querySelector("summary").focus();
}

function place(menu) {
  const list = menu.querySelector(".epg-menu-list");
  if (!menu.closest(".epg-chips") || !list) return;
  list.style.cssText = "";
  if (PHONE.matches) return;
  const box = menu.getBoundingClientRect();
  list.style.position = "fixed";
  list.style.insetInline = "auto";
  list.style.top = `${box.bottom + 6}px`;
  list.style.left = `${Math.max(8, Math.min(box.left, innerWidth - list.offsetWidth - 8))}px`;
}

document.addEventListener("toggle", (event) => {
  const menu = event.target;
  if (!(menu instanceof HTMLDetailsElement) || !menu.matches(MENUS) || !menu.open) return;
  for (const other of open()) if (other !== menu && !other.contains(menu)) close(other);
  place(menu);
}, true);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menus = [...open()];
  if (!menus.length) return;
  event.preventDefault();
  close(menus.at(-1), true);
});
document.addEventListener("pointerdown", (event) => {
  for (const menu of open()) if (!menu.contains(event.target)) close(menu);
});
document.addEventListener("focusin", (event) => {
  for (const menu of open()) if (!menu.contains(event.target)) close(menu);
});
addEventListener("resize", () => open().forEach(place));
