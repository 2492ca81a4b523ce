// The channels somebody has marked as favourites come first. Without this file they stand in their place.
(async () => {
  "use strict";
  const list = document.querySelector("[data-epg-home]");
  if (!list || new URLSearchParams(location.search).has("channels")) return;
  let marked = [];
  try {
    marked = JSON.parse(localStorage.getItem("epg_favourites") || "[]");
  } catch {
    return; // a browser that keeps nothing has no favourites
  }
  const ids = (Array.isArray(marked) ? marked : []).map(Number).filter((id) => Number.isSafeInteger(id) && id > 0);
  if (!ids.length || new URLSearchParams(location.search).has("after")) return;

  // Those of later pages are not here yet: the server gives the same page with only them.
  const missing = ids.filter((id) => !list.querySelector(`[data-channel="${id}"]`)).slice(0, 30);
  const found = new Map([...list.children].map((item) => [Number(item.dataset.channel), item]));
  if (missing.length) {
    const address = new URL(location.href);
    address.searchParams.set("channels", missing.join(","));
    const answer = await fetch(address).catch(() => null);
    if (answer && answer.ok) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const item of page.querySelectorAll("[data-epg-home] > li")) {
        found.set(Number(item.dataset.channel), document.adoptNode(item));
      }
    }
  }
  const first = ids.filter((id) => found.has(id)).map((id) => found.get(id));
  for (const item of first) {
    const heading = item.querySelector("h2");
    const star = document.createElement("span");
    star.className = "epg-home-star";
    star.textContent = "★";
    star.title = "Favourite";
    star.setAttribute("role", "img");
    star.setAttribute("aria-label", "Favourite");
    heading.append(" ", star);
  }
  list.prepend(...first);
})();
