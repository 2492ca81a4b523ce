// The guide works without this file; it adds the viewer's time zone and small comforts. No library, no build step.
(() => {
  "use strict";
  const main = document.getElementById("epg-main");
  if (!main) return;

  // The day and the hour in view are in sight in their strips, which are longer than a phone is wide.
  for (const strip of main.querySelectorAll(".epg-strip, .epg-days ul")) {
    const current = strip.querySelector("[aria-current]");
    if (current) strip.scrollLeft = current.offsetLeft - strip.clientWidth / 2 + current.offsetWidth / 2;
  }

  // Times come from the server, so it must know the zone: the cookie says it, and the page is loaded once more.
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const wanted = `epg_tz=${encodeURIComponent(zone || "")}`;
  // Only where the cookie is new: a zone the server does not know must not load the page again and again.
  if (zone && main.dataset.zoneSource === "default" && zone !== main.dataset.zone && !document.cookie.includes(wanted)) {
    document.cookie = `${wanted}; path=/; max-age=31536000; samesite=lax`;
    if (document.cookie.includes(wanted)) location.reload();
  }
})();
