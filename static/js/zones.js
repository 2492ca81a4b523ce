// Puts the browser's own time zone into reach. The form works without this file.
(() => {
  "use strict";
  const select = document.querySelector("[data-epg-zones]");
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!select || !zone || ![...select.options].some((option) => option.value === zone)) return;
  const group = document.createElement("optgroup");
  group.label = "This browser";
  group.append(new Option(zone.replaceAll("_", " "), zone));
  select.prepend(group);
})();
