// Channels of a watch: chosen by typing, they become ticks. Without this file a name in the box means the channels that are called so.
import { picker } from "./picker.js";

const place = document.querySelector("[data-picker]");
const chosen = document.querySelector("[data-chosen]");

picker(place, (channel) => {
  const box = place.querySelector("input");
  box.value = "";
  const there = chosen.querySelector(`input[value="${channel.id}"]`);
  if (there) {
    there.checked = true;
    return;
  }
  const label = Object.assign(document.createElement("label"), { className: "epg-chip" });
  const tick = Object.assign(document.createElement("input"), { type: "checkbox", name: "channels", value: channel.id, checked: true });
  const name = Object.assign(document.createElement("span"), { dir: "auto", textContent: channel.display_name });
  label.append(tick, " ", name);
  chosen.append(label);
});
