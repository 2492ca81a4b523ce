// Puts the browser's own time zone into reach. The form works without this file.
(() => {
  "use strict";
  const select = document.querySelector("[data-epg-zones]");
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  // Browsers may know a place by an older name.
  const own = select && [...select.options].find((option) => option.value === zone || option.dataset.also?.split(" ").includes(zone));
  if (!own) return;
  const group = document.createElement("optgroup");
  group.label = select.dataset.epgZones;
  group.append(new Option(own.textContent, own.value));
  select.prepend(group);
})();
