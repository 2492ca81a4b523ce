// Copy buttons beside the addresses; without a clipboard the field is selected, ready to copy by hand.
for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const field = document.getElementById(button.dataset.copy);
    const said = document.getElementById("epg-copied");
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      said.textContent = `Copied: ${field.value}`;
    } catch {
      said.textContent = "Selected: copy it with the keyboard or the menu.";
    }
  });
}
