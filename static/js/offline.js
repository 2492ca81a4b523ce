// The page that is shown without a network: the pages of the guide that this browser has kept, the newest first.
const place = document.querySelector("[data-kept]");
const list = place.querySelector("ul");
const names = "caches" in window ? await caches.keys() : [];
for (const name of names.filter((one) => one.startsWith("epg-pages"))) {
  const cache = await caches.open(name);
  for (const request of (await cache.keys()).reverse()) {
    const answer = await cache.match(request, { ignoreVary: true });
    const title = new DOMParser().parseFromString(await answer.text(), "text/html").title;
    const link = Object.assign(document.createElement("a"), { href: request.url, textContent: title || request.url });
    const seen = Number(answer.headers.get("EPG-Seen"));
    const time = Object.assign(document.createElement("small"), { textContent: seen ? new Date(seen).toLocaleString(document.documentElement.dataset.locale, { dateStyle: "medium", timeStyle: "short" }) : "" });
    const item = document.createElement("li");
    item.append(link, " ", time);
    list.append(item);
  }
}
place.hidden = !list.children.length;
document.querySelector("[data-nothing]").hidden = Boolean(list.children.length);
addEventListener("online", () => location.reload());
