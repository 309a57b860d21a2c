// Minutes: Enter goes down the column and then into the note; a focused box is ready to be overwritten;
// after a code was added the focus stands in its minutes, after a level was put in on what it says.

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.ctrlKey || event.metaKey) return;
  if (event.target.matches("[data-other]")) {
    event.preventDefault();
    if (event.target.value.trim()) event.target.dispatchEvent(new Event("change", { bubbles: true }));
    return;
  }
  if (!event.target.matches("[data-minutes]")) return;
  event.preventDefault();
  const boxes = [...document.querySelectorAll("[data-minutes]")];
  const next = boxes[boxes.indexOf(event.target) + 1] ?? document.querySelector("form[data-autosave] textarea");
  next?.focus();
});

document.addEventListener("focusin", (event) => {
  if (event.target.matches("[data-minutes]")) event.target.select();
});

let adds = false;
let uses = false;
document.addEventListener("htmx:beforeRequest", (event) => {
  adds ||= event.detail.elt.matches("[data-adds]");
  uses ||= event.detail.elt.matches("[data-uses]");
});
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id !== "panel") return;
  if (uses) document.getElementById("level-box")?.focus();
  uses = false;
  if (!adds) return;
  adds = false;
  [...document.querySelectorAll("[data-minutes]")].at(-1)?.focus();
});
