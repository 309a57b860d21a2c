// How long “Undo” still works: seconds until data-until beside the button; then the button goes.

function tick(form) {
  const left = Math.ceil((new Date(form.dataset.until) - Date.now()) / 1000);
  if (!(left > 0)) return form.remove();
  form.querySelector("[data-countdown]").textContent = ` (${left} s)`;
  setTimeout(() => tick(form), 1000);
}

const start = () => document.querySelectorAll("[data-until]:not([data-ticks])").forEach((form) => {
  form.setAttribute("data-ticks", "");
  tick(form);
});
document.addEventListener("htmx:afterSettle", start);
start();
