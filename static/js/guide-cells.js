// The elements of the grid: a row with its channel, a cell, a mark of the ruler.
import { MINUTE } from "./guide-time.js";
import { word } from "./words.js";

export const make = (tag, name, text) => {
  const found = document.createElement(tag);
  if (name) found.className = name;
  if (text !== undefined) found.textContent = text;
  return found;
};

const letters = (name) => {
  const words = name.split(/\s+/).filter((one) => /^[\p{L}\p{N}]/u.test(one));
  return (words.length > 1 ? [...words[0]][0] + [...words[1]][0] : [...name.trim()].slice(0, 2).join("")).toUpperCase();
};

/** A row with the head of its channel. */
export function rowElement(channel, href, starred) {
  const row = make("div", "epg-row");
  row.setAttribute("role", "group");
  row.setAttribute("aria-label", channel.name);
  row.dataset.channel = channel.id;
  const head = make("div", "epg-head");
  const link = make("a");
  link.href = href;
  link.tabIndex = -1;
  const logo = make("span", "epg-logo");
  const short = make("span", "", letters(channel.name));
  short.ariaHidden = "true";
  logo.append(short);
  const name = make("span", "epg-name", channel.name);
  name.dir = "auto";
  link.append(logo, name);
  if (channel.number) link.append(make("small", "", channel.number));
  head.append(link, starButton(channel, starred));
  row.append(head);
  return row;
}

function starButton(channel, starred) {
  const button = make("button", "epg-star", starred ? "★" : "☆");
  button.type = "button";
  button.tabIndex = -1;
  button.setAttribute("aria-pressed", String(starred));
  button.setAttribute("aria-label", word("star", { name: channel.name }));
  return button;
}

/** Put the logo in front of the letters. */
export function setLogo(row, address) {
  const box = row.querySelector(".epg-logo");
  if (!address || box.querySelector("img")) return;
  const image = make("img");
  Object.assign(image, { alt: "", loading: "lazy", decoding: "async", src: address });
  box.append(image);
}

/** A programme as a link that opens a sheet, or a gap. `text` says how much room there is: 0 none, 1 a title, 2 a title and a line. */
export function cellElement(cell, href, clock, text) {
  if (cell.gap) {
    const gap = make("div", "epg-cell epg-gap");
    if (text > 1) gap.append(make("b", "", word("nothing")));
    return gap;
  }
  const link = make("a", `epg-cell${cell.kind ? ` k-${cell.kind}` : ""}`);
  link.href = href;
  link.tabIndex = -1;
  link.dataset.sheet = "";
  link.dataset.id = cell.id;
  const times = `${clock.time(cell.start)}–${clock.time(cell.end)}`;
  link.title = `${times} ${cell.title}`;
  link.setAttribute("aria-label", [cell.title, cell.sub, times, cell.kind && word(`kind-${cell.kind}`), cell.fresh && word("new")].filter(Boolean).join(", "));
  if (text > 0) {
    const title = make("b", "", cell.title);
    title.dir = "auto";
    if (cell.lang) title.lang = cell.lang;
    link.append(title);
  }
  if (text > 1) link.append(make("small", "", [clock.time(cell.start), cell.fresh && word("new"), cell.sub].filter(Boolean).join(" · ")));
  return link;
}

/** Whether a cell is over, is on (with the part that is over), or is to come. */
export function paintState(element, cell, now) {
  const on = cell.start <= now && now < cell.end;
  element.classList.toggle("epg-past", cell.end <= now);
  element.classList.toggle("epg-on", on);
  if (on) {
    element.setAttribute("aria-current", "true");
    element.style.setProperty("--part", ((now - cell.start) / Math.max(MINUTE, cell.end - cell.start)).toFixed(3));
  } else element.removeAttribute("aria-current");
}
