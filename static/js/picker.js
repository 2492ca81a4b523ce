// Chooses a channel by typing a part of its name or its number: a box with a list below it, as WAI-ARIA describes a combobox.
import { word } from "./words.js";

const PAUSE = 150;
const MOST = 12;

/** Make the text field in `place` a picker; `chosen` gets the channel: { id, display_name, number }. */
export function picker(place, chosen) {
  const box = place.querySelector("input:not([type=hidden])");
  const list = document.createElement("ul");
  Object.assign(list, { id: `${box.id}-list`, className: "epg-picker-list", hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", word("channels"));
  box.after(list);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false" })) {
    box.setAttribute(name, value);
  }
  let timer = 0;
  let found = [];
  let active = -1;

  const close = () => {
    list.hidden = true;
    active = -1;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  };
  const mark = (next) => {
    active = next;
    [...list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === active)));
    if (active < 0) return box.removeAttribute("aria-activedescendant");
    box.setAttribute("aria-activedescendant", list.children[active].id);
    return list.children[active].scrollIntoView({ block: "nearest" });
  };
  const option = (channel, at) => {
    const item = Object.assign(document.createElement("li"), { id: `${list.id}-${at}` });
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    const number = Object.assign(document.createElement("small"), { textContent: channel.number ?? "" });
    item.append(Object.assign(document.createElement("bdi"), { textContent: channel.display_name }), " ", number);
    item.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      close();
      chosen(channel);
    });
    return item;
  };
  const look = async () => {
    const address = new URL(place.dataset.picker, location.href);
    address.search = new URLSearchParams({ q: box.value.trim(), limit: MOST });
    const answer = box.value.trim() ? await fetch(address).catch(() => null) : null;
    found = answer?.ok ? (await answer.json()).channels : [];
    list.replaceChildren(...found.map(option));
    if (!found.length || document.activeElement !== box) return close();
    list.hidden = false;
    box.setAttribute("aria-expanded", "true");
    return mark(-1);
  };
  const keys = {
    ArrowDown: () => found.length && mark((active + 1) % found.length),
    ArrowUp: () => found.length && mark((active - 1 + found.length) % found.length),
    Escape: close,
    Enter: () => {
      const channel = found[active];
      close();
      chosen(channel);
    },
  };
  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE);
  });
  box.addEventListener("keydown", (event) => {
    if (list.hidden || !keys[event.key] || (event.key === "Enter" && active < 0)) return;
    event.preventDefault();
    keys[event.key]();
  });
  box.addEventListener("blur", close);
}
