// Copy buttons beside the addresses, a check whether they answer from this browser, and the addresses of the favourite channels.
// Without this file each address is a field to copy from by hand, and a link to open.
import { word } from "./words.js";

// Without a clipboard the field is selected, ready to copy by hand.
for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const field = document.getElementById(button.dataset.copy);
    const said = document.getElementById("epg-copied");
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      said.textContent = word("copied to", { address: field.value });
    } catch {
      said.textContent = word("selected");
    }
  });
}

// Favourites are marked in the guide and kept in this browser only.
const box = document.getElementById("epg-favourites");
try {
  const kept = JSON.parse(localStorage.getItem("epg_favourites") || "[]");
  const ids = Array.isArray(kept) ? kept.filter((id) => Number.isSafeInteger(id) && id > 0) : [];
  if (ids.length) {
    const some = ids.slice(0, Number(box.dataset.most));
    document.getElementById("epg-ics-favourites").value = `${box.dataset.calendar}?channels=${some.join(",")}`;
    document.getElementById("epg-xml-favourites").value = `${box.dataset.guide}?channels=${ids.join(",")}`;
    box.hidden = false;
  }
} catch { /* a browser that keeps nothing has no favourites */ }

// One question for each address, without its body. What answers here answers players in the same network, too.
const places = new Map();
for (const place of document.querySelectorAll("[data-check]")) {
  places.set(place.dataset.check, [...(places.get(place.dataset.check) || []), place]);
}
const ask = async (address) => {
  const patience = new AbortController();
  const clock = setTimeout(() => patience.abort(), 10000);
  try {
    const answer = await fetch(address, { method: "HEAD", cache: "no-store", credentials: "omit", signal: patience.signal });
    return answer.ok ? "" : word("answers", { status: answer.status });
  } catch {
    return word("silent");
  } finally {
    clearTimeout(clock);
  }
};
const check = async () => {
  let bad = 0;
  for (const [address, found] of places) {
    const problem = await ask(address);
    bad += problem ? 1 : 0;
    for (const place of found) {
      place.textContent = problem || word("fine");
      place.classList.toggle("epg-problem", Boolean(problem));
    }
  }
  const said = document.getElementById("epg-checked");
  said.hidden = false;
  said.textContent = bad
    ? word("some fail", { bad, all: places.size })
    : word("all answer", { all: places.size });
};
if (places.size) check();
