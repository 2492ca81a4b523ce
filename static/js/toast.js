// Short messages at the foot of the window, which screen readers read: toast("Hidden.", { action: "Undo", run: undo }).
const SHOWN = 6000;

/** Say `text`. With `action`, a button of that name calls `run`; the message stays while it has the focus or a pointer is on it. */
export function toast(text, { action = null, run = null, keep = SHOWN } = {}) {
  const box = document.createElement("div");
  box.className = "epg-toast";
  box.append(Object.assign(document.createElement("span"), { textContent: text }));
  if (action) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: action });
    button.addEventListener("click", () => {
      box.remove();
      run();
    });
    box.append(button);
  }
  const place = document.getElementById("epg-toasts");
  // A sheet of a phone is above everything else in the page.
  (document.querySelector("dialog:modal") ?? document.body).append(place);
  place.replaceChildren(box);
  const leave = () => (box.matches(":hover, :focus-within") ? setTimeout(leave, 1000) : box.remove());
  setTimeout(leave, keep);
  return box;
}
