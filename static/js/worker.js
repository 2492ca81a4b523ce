// The service worker. `/sw.js` sends it with BASE (the site's path), EDITION (of its files), FILES and OFFLINE (addresses) before it.
//
// Pages come from the network. Those that the server marks with `EPG-Offline: keep` are kept as well, a few of them: these are the
// same for everybody; a page of somebody who is signed in is never marked. Without a network the kept page is shown, else the last
// guide, else the page OFFLINE.
const PAGES = "epg-pages";
const ASSETS = `epg-files-${EDITION}`;
const KEPT = 16;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(ASSETS).then((cache) => cache.addAll([new Request(OFFLINE, { credentials: "omit" }), ...FILES])).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = (name) => name.startsWith("epg-files-") && name !== ASSETS;
  event.waitUntil(caches.keys().then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name)))).then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== location.origin || !address.pathname.startsWith(BASE)) return;
  if (event.request.mode === "navigate") event.respondWith(page(event));
  else if (address.pathname.startsWith(`${BASE}static/`)) event.respondWith(file(event.request));
});

async function page(event) {
  try {
    const answer = await fetch(event.request);
    if (answer.status === 200 && answer.headers.get("EPG-Offline") === "keep") event.waitUntil(keep(event.request.url, answer.clone()));
    return answer;
  } catch {
    return seen(event.request.url);
  }
}

async function keep(address, answer) {
  const cache = await caches.open(PAGES);
  const headers = new Headers(answer.headers);
  headers.set("EPG-Seen", String(Date.now()));
  await cache.delete(address, { ignoreVary: true });
  await cache.put(address, new Response(await answer.blob(), { status: 200, headers }));
  const keys = await cache.keys();
  await Promise.all(keys.slice(0, Math.max(0, keys.length - KEPT)).map((key) => cache.delete(key, { ignoreVary: true })));
}

// `/` and `/guide` are the guide, whatever is chosen in it.
const isGuide = (path) => path === BASE || path === `${BASE}guide`;

async function seen(address) {
  const cache = await caches.open(PAGES);
  let answer = await cache.match(address, { ignoreVary: true });
  const path = new URL(address).pathname;
  if (!answer && isGuide(path)) {
    const others = (await cache.keys()).filter((key) => isGuide(new URL(key.url).pathname));
    const best = others.filter((key) => new URL(key.url).pathname === path).pop() ?? others.pop();
    answer = best && (await cache.match(best, { ignoreVary: true }));
  }
  return answer ? marked(answer) : (await caches.match(OFFLINE, { ignoreVary: true })) ?? Response.error();
}

// The page learns that it is a kept one.
async function marked(answer) {
  const text = await answer.text();
  const headers = new Headers(answer.headers);
  headers.delete("Content-Encoding");
  headers.delete("Content-Length");
  return new Response(text.replace("<html ", `<html data-seen="${answer.headers.get("EPG-Seen")}" `), { status: 200, headers });
}

async function file(request) {
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}

// A reminder leads to its programme.
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const href = new URL(event.notification.data?.href ?? BASE, location.origin).href;
  event.waitUntil((async () => {
    const [open] = await self.clients.matchAll({ type: "window" });
    if (!open) return self.clients.openWindow(href);
    await open.focus();
    return open.navigate(href);
  })());
});
