// A look at a feed takes some seconds: the page says so, and the buttons wait. Without this file the browser shows that it loads.
const form = document.getElementById("epg-provider");
const line = document.getElementById("epg-looking");
form?.addEventListener("submit", (event) => {
  if (event.submitter?.value !== "look" || !line) return;
  line.textContent = line.dataset.says;
  form.setAttribute("aria-busy", "true");
});
// Back from the next page: nothing is looked at any more.
addEventListener("pageshow", () => {
  form?.removeAttribute("aria-busy");
  if (line) line.textContent = "";
});
