// A shortcut typed in a part of a note, and a space or Tab after it, becomes its phrase; the menu of phrases puts one in
// where the cursor was. Text goes in as typed text does: it is saved by itself, and Ctrl Z takes it back.
// Earlier notes that stood open beside the page stay open when something was copied.

const SHORTCUT = /(?:^|\s)(\.[a-z0-9]{1,19})$/i;
let last = null; // the part that was written in last
let copying = false;
let undone = null; // what stood before the cursor when a phrase was taken back: it is not put in again

const phraseFor = (shortcut) =>
  [...document.querySelectorAll("[data-phrases] [data-shortcut]")].find((each) => each.dataset.shortcut === shortcut)?.dataset.text;

function put(box, text) {
  box.focus();
  // Deprecated, and the only way that keeps the browser's own undo.
  if (!document.execCommand("insertText", false, text)) {
    box.setRangeText(text, box.selectionStart, box.selectionEnd, "end");
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

document.addEventListener("keydown", (event) => {
  const box = event.target;
  if (!box.matches?.("[data-part]") || (event.key !== " " && event.key !== "Tab")) return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.isComposing || box.selectionStart !== box.selectionEnd) return;
  const before = box.value.slice(0, box.selectionStart);
  const shortcut = before.match(SHORTCUT)?.[1];
  const text = shortcut && before !== undone && phraseFor(shortcut.toLowerCase());
  if (!text) return;
  event.preventDefault();
  box.setSelectionRange(box.selectionStart - shortcut.length, box.selectionStart);
  put(box, event.key === " " ? `${text} ` : text);
});

document.addEventListener("input", (event) => {
  const box = event.target;
  if (!box.matches?.("[data-part]") || event.inputType !== "historyUndo") return;
  box.setSelectionRange(box.selectionEnd, box.selectionEnd); // the next key must not replace what came back
  undone = box.value.slice(0, box.selectionEnd);
});

document.addEventListener("focusin", (event) => {
  if (event.target.matches?.("[data-part]")) last = event.target;
});

document.addEventListener("click", (event) => {
  const chosen = event.target.closest("[data-phrases] [data-shortcut]");
  if (!chosen) return;
  const form = chosen.closest("form");
  const box = last?.form === form ? last : form.querySelector("[data-part]");
  chosen.closest("[popover]").hidePopover();
  const before = box.value.slice(0, box.selectionStart);
  put(box, before && !/\s$/.test(before) ? ` ${chosen.dataset.text}` : chosen.dataset.text);
});

document.addEventListener("htmx:beforeRequest", (event) => { copying ||= event.detail.elt.matches("[data-copies]"); });
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id !== "panel" || !copying) return;
  copying = false;
  document.querySelector("[data-reopens]")?.showPopover();
});
