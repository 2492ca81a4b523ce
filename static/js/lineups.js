// Whether the refresh that was asked for has ended, without loading the page again. Without this file the page loads itself.
(() => {
  "use strict";
  const INTERVAL = 1500;
  const MOST = 400;
  const line = document.getElementById("epg-progress");
  const running = document.querySelector("[data-refresh]");
  if (!line || !running) return;

  const told = (row) => {
    const last = row.last_refresh;
    if (last.status === "failed") return `${row.title}: the refresh failed. ${last.error_message || ""}`;
    if (last.status === "unchanged") return `${row.title}: the source has nothing new.`;
    const many = (count) => count.toLocaleString("en");
    return `${row.title}: ${many(last.added)} new entries, ${many(last.removed)} gone; ${many(row.matched)} of ${many(row.entries)} have a channel.`;
  };

  const end = (text) => {
    running.remove();
    const said = document.createElement("p");
    const link = document.createElement("a");
    link.href = location.pathname;
    link.textContent = "Show the list as it is now";
    said.append(text, " ", link);
    line.append(said);
  };

  const watch = async (rounds) => {
    try {
      const answer = await fetch(running.dataset.refresh, { credentials: "same-origin", cache: "no-store" });
      if (answer.status === 404) return end("The line-up is not there any more.");
      const row = answer.ok && await answer.json();
      if (row && row.last_refresh && row.last_refresh.id > Number(running.dataset.since)) return end(told(row));
    } catch {
      // The network is away for a moment: the next round asks again.
    }
    if (rounds < MOST) setTimeout(watch, INTERVAL, rounds + 1);
    return undefined;
  };
  running.replaceChildren("A refresh is running.");
  watch(0);
})();
