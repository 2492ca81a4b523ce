// `g`: go to a channel by its number or a part of its name.
import { make } from "./guide-cells.js";
import { word } from "./words.js";

const MOST = 8;
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
let dialog = null;

/** Channels that fit, the number first, then names that begin so, then names that have it. */
export function fitting(list, text) {
  const wanted = plain(text.trim());
  if (!wanted) return [];
  const rank = (one) => {
    const name = plain(one.name);
    if (one.number === text.trim()) return 0;
    if (name.startsWith(wanted)) return 1;
    return name.includes(wanted) ? 2 : one.number?.startsWith(wanted) ? 3 : 9;
  };
  const ranked = list.map((one, row) => [rank(one), row]).filter(([place]) => place < 9);
  return ranked.sort((a, b) => a[0] - b[0] || a[1] - b[1]).slice(0, MOST).map(([, row]) => row);
}

function build() {
  const found = make("dialog", "epg-goto");
  found.setAttribute("aria-label", word("goto"));
  const input = make("input");
  Object.assign(input, { type: "search", autocomplete: "off", placeholder: word("goto") });
  input.setAttribute("aria-label", word("goto"));
  const list = make("ul");
  found.append(input, list);
  document.body.append(found);
  return found;
}

export function goTo(guide, keys) {
  dialog ||= build();
  const [input, list] = dialog.children;
  const leave = (row) => {
    dialog.close();
    keys.reveal(row, null);
    guide.canvas.to(guide.canvas.left, row);
    keys.atTime(row, true);
  };
  const show = () => list.replaceChildren(...fitting(guide.canvas.list, input.value).map((row) => {
    const { number, name } = guide.canvas.list[row];
    const button = make("button", "epg-quiet");
    button.type = "button";
    const text = make("bdi", "", name);
    button.append(make("small", "", number || ""), text);
    button.addEventListener("click", () => leave(row));
    const item = make("li");
    item.append(button);
    return item;
  }));
  input.value = "";
  show();
  input.oninput = show;
  input.onkeydown = (event) => {
    // Escape would empty the box first.
    if (event.key === "Escape") dialog.close();
    if (event.key !== "Enter") return;
    event.preventDefault();
    list.querySelector("button")?.click();
  };
  dialog.showModal();
  input.focus();
}
