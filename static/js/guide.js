// The guide grid works without this file. With it rows of the next page load automatically, the line at the current time
// moves, channels can be kept as favourites in this browser, and arrow keys walk through the grid.
(() => {
  "use strict";
  const guide = document.querySelector(".epg-guide");
  const scroll = guide && guide.querySelector(".epg-frame");
  const sheet = guide && guide.querySelector(".epg-plan");
  if (!guide) return;

  // Favourites: ids of channels, in this browser only.
  const KEY = "epg_favourites";
  const MOST = 200;
  const favourites = () => {
    try {
      const found = JSON.parse(localStorage.getItem(KEY) || "[]");
      return Array.isArray(found) ? found.filter(Number.isInteger).slice(0, MOST) : [];
    } catch {
      return [];
    }
  };
  const keep = (ids) => {
    try {
      localStorage.setItem(KEY, JSON.stringify(ids));
    } catch { /* a browser that keeps nothing has no favourites */ }
  };
  const group = document.createElement("a");
  group.className = "epg-favourites";
  const showGroup = () => {
    const ids = favourites();
    const address = new URL(guide.dataset.list, location.href);
    address.searchParams.set("channels", ids.join(","));
    group.href = address.pathname + address.search;
    group.textContent = `★ Favourites (${ids.length})`;
    group.hidden = ids.length === 0;
    const here = ids.length > 0 && guide.dataset.chosen === ids.join(",");
    group.setAttribute("aria-current", String(here));
  };
  const star = (row) => {
    const id = Number(row.dataset.channel);
    const head = row.querySelector("th");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "epg-star";
    button.setAttribute("aria-label", `Favourite: ${head.querySelector(".epg-name").textContent.trim()}`);
    const paint = () => {
      const on = favourites().includes(id);
      button.setAttribute("aria-pressed", String(on));
      button.textContent = on ? "★" : "☆";
    };
    button.addEventListener("click", () => {
      const ids = favourites();
      keep(ids.includes(id) ? ids.filter((other) => other !== id) : [...ids, id]);
      paint();
      showGroup();
    });
    paint();
    head.append(button);
  };
  guide.querySelector(".epg-jump").append(group);
  showGroup();
  if (!sheet) return;

  // Letters stand for a logo until it is there, and where it cannot be loaded.
  const loaded = (image) => image.parentElement.classList.add("epg-loaded");
  sheet.addEventListener("load", (event) => event.target.matches(".epg-logo img") && loaded(event.target), true);
  for (const image of sheet.querySelectorAll(".epg-logo img")) if (image.complete && image.naturalWidth) loaded(image);

  // The line of now, and what is on at it.
  const start = Date.parse(sheet.dataset.start);
  const end = Date.parse(sheet.dataset.end);
  const line = sheet.querySelector(".epg-line");
  const mark = () => {
    const now = Date.now();
    const inside = now >= start && now < end;
    line.hidden = !inside;
    if (!inside) return;
    sheet.style.setProperty("--epg-at", (now - start) / (end - start));
    const at = line.getBoundingClientRect().left + 1;
    const boxes = [...sheet.querySelectorAll("td.p")].map((cell) => [cell, cell.getBoundingClientRect()]);
    for (const [cell, box] of boxes) {
      const on = box.left <= at && at < box.right;
      cell.classList.toggle("on", on);
      cell.classList.toggle("past", box.right <= at);
      if (on) cell.firstElementChild.setAttribute("aria-current", "true");
      else cell.firstElementChild.removeAttribute("aria-current");
    }
  };
  setInterval(mark, 60000);
  document.addEventListener("visibilitychange", () => document.hidden || mark());

  // Rows of the next page come when the end of this one is near; where that fails the page link stays.
  const legend = () => {
    for (const item of guide.querySelectorAll(".epg-kinds li[hidden]")) {
      item.hidden = !sheet.querySelector(`td.k-${item.dataset.kind}`);
    }
  };
  const more = async (body) => {
    const address = new URL(body.querySelector("a").href);
    address.searchParams.set("fragment", "1");
    const answer = await fetch(address);
    if (!answer.ok) return;
    const part = document.createElement("template");
    part.innerHTML = await answer.text();
    const rows = part.content.querySelectorAll("tr[data-channel]");
    const focused = body.contains(document.activeElement);
    body.replaceWith(part.content);
    rows.forEach(star);
    if (focused && rows.length) rows[0].querySelector("a").focus({ preventScroll: true });
    legend();
    watch();
  };
  const near = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      near.unobserve(entry.target);
      more(entry.target).catch(() => {});
    }
  }, { root: scroll, rootMargin: "0px 0px 600px 0px" });
  const watch = () => {
    const body = sheet.querySelector(".epg-more");
    if (body) near.observe(body);
  };
  sheet.querySelectorAll("tr[data-channel]").forEach(star);
  watch();

  // Arrow keys: along a row, and to what is on at the same time in the row above or below.
  const beside = (row, cell, back) => {
    const links = [...row.querySelectorAll("th > a, td.p > a")];
    return links[links.indexOf(cell.firstElementChild) + (back ? -1 : 1)];
  };
  const across = (row, cell, back) => {
    const rows = [...sheet.querySelectorAll("tr[data-channel]")];
    const other = rows[rows.indexOf(row) + (back ? -1 : 1)];
    if (!other || cell.tagName === "TH") return other && other.querySelector("th > a");
    const box = cell.getBoundingClientRect();
    const at = Math.max(box.left, scroll.getBoundingClientRect().left + row.firstElementChild.offsetWidth) + 2;
    const places = [...other.querySelectorAll("td.p")].map((found) => [found, found.getBoundingClientRect()]);
    const far = ([, place]) => Math.max(place.left - at, at - place.right, 0);
    places.sort((a, b) => far(a) - far(b));
    return places.length ? places[0][0].firstElementChild : other.querySelector("th > a");
  };
  const keys = {
    ArrowLeft: (row, cell) => beside(row, cell, true), ArrowRight: (row, cell) => beside(row, cell, false),
    ArrowUp: (row, cell) => across(row, cell, true), ArrowDown: (row, cell) => across(row, cell, false),
  };
  sheet.addEventListener("keydown", (event) => {
    const link = event.target.closest("th[scope=row] > a, td.p > a");
    if (!link || !keys[event.key] || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const next = keys[event.key](link.closest("tr"), link.parentElement);
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
})();
