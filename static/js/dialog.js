// Native dialogs: opened by data-dialog-open, closed by data-dialog-close; #dialog opens when htmx fills it.
// Without JavaScript the opener is a link to #id and the closer a link back.

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog-open]");
  const closer = event.target.closest("dialog [data-dialog-close]");
  if (opener) {
    event.preventDefault();
    document.getElementById(opener.dataset.dialogOpen).showModal();
  } else if (closer) {
    event.preventDefault();
    closer.closest("dialog").close();
  } else if (event.target.matches("dialog[open]:not([data-stays])") && outside(event)) {
    event.target.close();
  }
});

function outside({ target, clientX, clientY }) {
  const box = target.getBoundingClientRect();
  return clientX < box.left || clientX > box.right || clientY < box.top || clientY > box.bottom;
}

document.addEventListener("htmx:afterSwap", (event) => {
  const dialog = event.target;
  if (!dialog.matches("dialog[data-dialog]") || dialog.open) return;
  const title = dialog.querySelector("h2");
  if (title) dialog.setAttribute("aria-label", title.textContent);
  dialog.showModal();
  dialog.querySelector("[autofocus]")?.focus();
});

document.querySelectorAll("dialog[data-dialog-now]").forEach((dialog) => dialog.showModal());
