// The calendar: a slice shows as it is chosen, a visit is dragged to another time, a free place is pressed for a new one.
// Each has a route without: the button, the form of the visit, “Add session”.

const SLOT = 15;

for (const form of document.querySelectorAll("[data-slice]")) {
  form.addEventListener("change", () => form.requestSubmit());
}

const calendar = document.querySelector("[data-calendar]");
const mover = document.querySelector("[data-mover]");
const marker = document.createElement("span");
let dragged = null;

const slotAt = (slots, y) => {
  const box = slots.getBoundingClientRect();
  const rows = Number(slots.dataset.rows);
  return Math.max(0, Math.min(rows - 1, Math.floor(((y - box.top) / box.height) * rows)));
};

const clockAt = (slot) => {
  const minute = Number(calendar.dataset.first) * 60 + slot * SLOT;
  return `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
};

calendar?.addEventListener("dragstart", (event) => {
  const link = event.target.closest("[data-move]");
  if (!link) {
    if (event.target.closest("a")) event.preventDefault();
    return;
  }
  dragged = { link, grip: event.clientY - link.getBoundingClientRect().top };
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", "visit");
});

calendar?.addEventListener("dragover", (event) => {
  const slots = event.target.closest("[data-slots]");
  if (!dragged || !slots) return;
  event.preventDefault();
  const slot = slotAt(slots, event.clientY - dragged.grip + 2);
  marker.className = `drop r${slot + 1} s${Math.max(1, Math.round(Number(dragged.link.dataset.lasts) / SLOT))}`;
  slots.append(marker);
});

calendar?.addEventListener("dragend", () => {
  marker.remove();
  dragged = null;
});

calendar?.addEventListener("drop", (event) => {
  const slots = event.target.closest("[data-slots]");
  if (!dragged || !slots) return;
  event.preventDefault();
  const column = slots.closest("[data-column]");
  const { move, lasts, location: place } = dragged.link.dataset;
  const back = window.location.search;
  const values = {
    date: column.dataset.day,
    time: clockAt(slotAt(slots, event.clientY - dragged.grip + 2)),
    length: lasts,
    clinician: column.dataset.clinician,
    location: place,
    back,
  };
  // not by mover.elements: a field called length would be its length
  for (const [name, value] of Object.entries(values)) mover.querySelector(`[name="${name}"]`).value = value;
  mover.action = move;
  mover.submit();
});

calendar?.addEventListener("click", (event) => {
  const slots = event.target.closest("[data-slots]");
  const book = document.querySelector("[data-book]")?.dataset.book;
  if (!slots || !book || event.target.closest(".event")) return;
  const column = slots.closest("[data-column]");
  const asked = new URLSearchParams({
    date: column.dataset.day,
    time: clockAt(slotAt(slots, event.clientY)),
    clinician: column.dataset.clinician,
  });
  window.htmx.ajax("GET", `${book}?${asked}`, { target: "#dialog", swap: "innerHTML" });
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id === "panel" && event.detail.requestConfig?.elt.matches(".event")) event.target.focus();
});
