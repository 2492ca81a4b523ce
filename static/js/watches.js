// Watches that this browser keeps: their names and their addresses, which the page has made. Nothing goes to the server.
// Without this file the addresses are there to copy, and the page can be bookmarked.
import { picker } from "./picker.js";
import { word } from "./words.js";

const KEY = "epg_watches", MOST = 50;
const box = document.getElementById("epg-own");
const list = document.getElementById("epg-own-list");

// What another page or a person has put there may be anything.
const kept = () => {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) || "[]");
    const good = (one) => one && typeof one.name === "string" && typeof one.query === "string";
    return Array.isArray(found) ? found.filter(good).slice(0, MOST) : [];
  } catch {
    return [];
  }
};
const keep = (watches) => {
  try {
    localStorage.setItem(KEY, JSON.stringify(watches));
    return true;
  } catch {
    return false;
  }
};
const anchor = (href, text) => {
  const made = document.createElement("a");
  made.href = href;
  made.textContent = text;
  return made;
};

const show = () => {
  const watches = kept();
  list.replaceChildren(...watches.map((watch, at) => {
    const page = box.dataset.page, front = page.replace(/\/guide\/watches$/, "");
    const remove = document.createElement("button");
    remove.type = "button";
    remove.className = "epg-quiet";
    remove.textContent = word("forget");
    remove.setAttribute("aria-label", word("forget one", { name: watch.name }));
    remove.addEventListener("click", () => {
      keep(kept().filter((_, number) => number !== at));
      show();
    });
    const query = new URLSearchParams(watch.query).toString();
    const own = anchor(`${page}?${query}`, watch.name);
    Object.assign(own, { className: "epg-item-link", dir: "auto" });
    const title = document.createElement("strong");
    title.append(own);
    const end = document.createElement("p");
    end.className = "epg-item-end epg-actions";
    end.append(anchor(`${front}/watch.ics?${query}`, word("calendar")), anchor(`${front}/watch.atom?${query}`, word("feed")), remove);
    const row = document.createElement("li");
    row.className = "epg-item epg-item-plain";
    row.append(title, end);
    return row;
  }));
  box.hidden = watches.length === 0;
};
show();

// The name in the box is for people; what is chosen from the list is one channel, whatever others are called.
const place = document.querySelector(".epg-picker[data-picker]");
if (place) {
  const [ident, name] = place.querySelectorAll("input");
  picker(place, (channel) => {
    name.value = channel.display_name;
    ident.value = channel.id;
  });
  name.addEventListener("input", () => {
    ident.value = "";
  });
}

const button = document.getElementById("epg-keep");
if (button) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const query = new URL(document.getElementById("epg-address-1").value).search.slice(1);
    const others = kept().filter((watch) => watch.query !== query);
    const done = others.length < MOST && keep([...others, { name: button.dataset.name, query }]);
    document.getElementById("epg-kept-said").textContent = word(done ? "kept" : "full");
    show();
  });
}
