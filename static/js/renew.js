// Parts of a page as the server has them now, and forms that are sent without leaving the page. A page works without it: its forms
// lead to the page again.
import { toast } from "./toast.js";
import { word } from "./words.js";

/** The page at `address` (default: this one), parsed. */
export async function page(address = location.href) {
  const answer = await fetch(address, { credentials: "same-origin", headers: { accept: "text/html" }, cache: "no-store" });
  if (!answer.ok || answer.redirected) throw new Error(`${answer.status}`);
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

/** Put the elements of `selectors` as the server has them now. What has the focus keeps it, if it is still there. */
export async function renew(selectors, address = location.href) {
  const found = await page(address);
  const held = document.activeElement;
  const name = held?.id ? `#${CSS.escape(held.id)}` : held?.name ? `[name="${CSS.escape(held.name)}"]` : null;
  const text = held?.matches?.("input:not([type=checkbox])") ? held.value : null;
  for (const selector of selectors) {
    const old = document.querySelector(selector);
    const fresh = found.querySelector(selector);
    if (old && fresh) old.replaceWith(fresh);
    else if (old && !fresh) old.remove();
  }
  const again = name && document.querySelector(name);
  if (again && document.activeElement !== again) {
    again.focus({ preventScroll: true });
    if (text !== null && again.value !== text && again.matches("[type=search]")) again.value = text;
  }
  return found;
}

/** Send a form, or `fields`, and say what the server says. Returns its answer, null where nothing was stored. */
export async function send(form, submitter = null, fields = {}) {
  const body = new URLSearchParams(new FormData(form, submitter));
  for (const [key, value] of Object.entries(fields)) body.set(key, value);
  try {
    // A button called "action" would hide the property of that name.
    const answer = await fetch(form.getAttribute("action"), {
      method: "POST", credentials: "same-origin", body, headers: { accept: "application/json" }, redirect: "manual",
    });
    const said = answer.type === "opaqueredirect" ? null : await answer.json();
    if (!said) throw new Error("signed out");
    if (!said.ok) toast(said.message || said.error || word("unsaved"), { keep: 10000 });
    return said.ok ? said : null;
  } catch {
    toast(word("unsaved"), { keep: 10000 });
    return null;
  }
}
