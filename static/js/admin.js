// How far imports are, without loading the page again. Without this file the page loads itself while one runs.
(() => {
  "use strict";
  const INTERVAL = 1500;
  const line = document.getElementById("epg-progress");
  const list = document.getElementById("epg-providers");
  if (!line || !list) return;

  const running = () => [...list.querySelectorAll("[data-import]")];
  const seconds = (since) => Math.max(0, Math.round((Date.now() - Date.parse(since)) / 1000));

  // Seconds are outside the live region, or a screen reader would read them all the time.
  const tick = () => {
    for (const part of list.querySelectorAll("[data-elapsed]")) {
      part.textContent = `, ${seconds(part.dataset.elapsed)} s so far`;
    }
  };

  const told = (row) => {
    const name = row.provider || "The provider";
    if (row.status === "failed") return `${name}: the import failed. ${row.error_message || ""}`;
    const many = row.programs_imported.toLocaleString("en");
    const word = row.status === "partial" ? "partly succeeded" : "succeeded";
    return `${name}: the import ${word}, ${many} new programmes, ${row.programs_updated.toLocaleString("en")} changed.`;
  };

  const say = (text) => {
    const added = document.createElement("p");
    added.textContent = text;
    line.append(added);
  };

  // The list as it is now. A person who is using it keeps the old one, and gets a link instead.
  const renew = async () => {
    if (list.contains(document.activeElement)) {
      const added = document.createElement("p");
      const link = document.createElement("a");
      link.href = location.href;
      link.textContent = "Show the list as it is now";
      added.append(link);
      line.append(added);
      return;
    }
    const answer = await fetch(location.href, { credentials: "same-origin", headers: { accept: "text/html" } });
    const found = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("epg-providers");
    if (found) list.replaceChildren(...found.childNodes);
  };

  const ended = async (address) => {
    const answer = await fetch(address, { credentials: "same-origin", cache: "no-store" });
    if (answer.status === 404) return true;
    if (!answer.ok) return false;
    const row = await answer.json();
    if (row.status === "running") return false;
    say(told(row));
    return true;
  };

  const watch = async () => {
    tick();
    let over = 0;
    for (const part of running()) {
      try {
        if (await ended(part.dataset.import)) {
          part.removeAttribute("data-import");
          over += 1;
        }
      } catch {
        // The network is away for a moment: the next round asks again.
      }
    }
    if (over && !running().length) await renew();
    if (running().length) setTimeout(watch, INTERVAL);
  };

  // An import that ended before the page was there: nobody has said so yet.
  for (const part of list.querySelectorAll("[data-ended]")) {
    ended(part.dataset.ended).catch(() => say("The import has ended; the list below shows how."));
  }

  if (running().length) {
    list.querySelector(".epg-running")?.replaceChildren("An import is running.");
    watch();
  }
})();
