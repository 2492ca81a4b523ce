// A sheet shows the page of a link without leaving this one: at the foot of a phone, at the side of a desk. The address becomes that
// of the page, so that Back closes it, and a reload or a shared address gives the page itself.
//
//   <a data-sheet href="/guide/program/7">: shell.js opens it on a plain click.
//   openSheet(href), closeSheet(); `epg:sheet` on the document tells both ({ detail: { open, href, body } }).
//
// The server is asked for `href` with `fragment=sheet`. It may answer with what the sheet shows, or with the whole page: then the
// sheet shows its <main>.
import { word } from "./words.js";

const PHONE = matchMedia("(max-width: 640px)");
let sheet = null;
let opener = null;
let asked = 0;

function build() {
  const dialog = document.createElement("dialog");
  dialog.className = "epg-sheet";
  const top = Object.assign(document.createElement("div"), { className: "epg-sheet-top" });
  const button = Object.assign(document.createElement("button"), { type: "button", className: "epg-sheet-close" });
  button.setAttribute("aria-label", word("close"));
  button.innerHTML = '<svg class="epg-icon" viewBox="0 0 24 24" aria-hidden="true"><path d="m6 6 12 12M18 6 6 18"/></svg>';
  button.addEventListener("click", leave);
  top.append(button);
  const body = Object.assign(document.createElement("div"), { className: "epg-sheet-body" });
  dialog.append(top, body);
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    leave();
  });
  // A sheet at the side of a desk is no modal, and gets no `cancel`.
  dialog.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    leave();
  });
  dialog.addEventListener("click", (event) => event.target === dialog && beside(event) && leave());
  document.body.append(dialog);
  return dialog;
}

function beside(event) {
  const box = sheet.getBoundingClientRect();
  return event.clientY < box.top || event.clientX < box.left || event.clientX > box.right || event.clientY > box.bottom;
}

const leave = () => (history.state?.sheet ? history.back() : hide());

function hide() {
  asked += 1;
  if (!sheet?.open) return;
  sheet.close();
  document.dispatchEvent(new CustomEvent("epg:sheet", { detail: { open: false } }));
  if (opener?.isConnected) opener.focus({ preventScroll: true });
  opener = null;
}

async function content(href) {
  const address = new URL(href, location.href);
  address.searchParams.set("fragment", "sheet");
  const answer = await fetch(address, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(`${answer.status}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return { title: page.title, nodes: [...(page.querySelector("main") || page.body).childNodes] };
}

function show(href) {
  sheet ||= build();
  const body = sheet.querySelector(".epg-sheet-body");
  body.replaceChildren(...["4rem", "1.5rem", "1.5rem"].map((height) => {
    const line = Object.assign(document.createElement("p"), { className: "epg-skeleton" });
    line.style.height = height;
    return line;
  }));
  if (!sheet.open) PHONE.matches ? sheet.showModal() : sheet.show();
  sheet.scrollTop = 0;
  return fill(href, body);
}

async function fill(href, body) {
  const mine = (asked += 1);
  try {
    const found = await content(href);
    if (mine !== asked) return;
    body.replaceChildren(...found.nodes);
    name(body, found.title);
    document.dispatchEvent(new CustomEvent("epg:sheet", { detail: { open: true, href, body } }));
  } catch {
    if (mine === asked) location.assign(href); // the page itself says what is wrong
  }
}

// The sheet is called after its heading.
function name(body, title) {
  const heading = body.querySelector("h1, h2");
  sheet.setAttribute("aria-label", heading?.textContent.trim() || title || word("close"));
}

/** Show the page at `href` in the sheet. Another sheet that is open is replaced, and Back closes both. */
export function openSheet(href, from = document.activeElement) {
  opener = sheet?.open ? opener : from;
  const state = { ...history.state, sheet: href };
  if (history.state?.sheet) history.replaceState(state, "", href);
  else history.pushState(state, "", href);
  return show(href);
}

/** Close the sheet and go back to the address of the page. */
export const closeSheet = () => sheet?.open && leave();

addEventListener("popstate", (event) => (event.state?.sheet ? show(event.state.sheet) : hide()));
