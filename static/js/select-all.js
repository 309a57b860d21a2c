// Ticks: the box in the head ticks its group; the bulk bar counts and sums what is ticked.
// Sums are integer cents from data-cents; who they are by comes from data-by.

const boxesOf = (table) => [...table.querySelectorAll("[data-select]:not(:disabled)")];
const dollars = (cents) => (cents / 100).toLocaleString("en-US", { style: "currency", currency: "USD" });

function head(table) {
  const all = table.querySelector("[data-select-all]");
  if (!all) return;
  const boxes = boxesOf(table);
  const ticked = boxes.filter((box) => box.checked).length;
  all.checked = boxes.length > 0 && ticked === boxes.length;
  all.indeterminate = ticked > 0 && ticked < boxes.length;
}

function bulk() {
  const bar = document.querySelector("[data-bulk]");
  if (!bar) return;
  const ticked = [...document.querySelectorAll("[data-select]:checked")];
  bar.hidden = ticked.length === 0;
  const sum = ticked.reduce((total, box) => total + Number(box.dataset.cents), 0);
  const by = new Map();
  for (const { dataset } of ticked) if (dataset.by) by.set(dataset.by, (by.get(dataset.by) ?? 0) + 1);
  const put = (name, text) => { const place = bar.querySelector(`[${name}]`); if (place) place.textContent = text; };
  put("data-bulk-count", ticked.length.toLocaleString("en-US"));
  put("data-bulk-sum", dollars(sum));
  put("data-bulk-by", [...by].sort((a, b) => b[1] - a[1]).map(([name, count]) => `${name} ${count}`).join(", "));
  const label = bar.querySelector("[data-bulk-label]");
  label.textContent = ticked.length === 1 ? label.dataset.one : label.dataset.many.replace("#", ticked.length.toLocaleString("en-US"));
}

function refresh() {
  document.querySelectorAll("[data-group]").forEach(head);
  bulk();
}

document.addEventListener("change", (event) => {
  const table = event.target.closest("[data-group]");
  if (!table || !event.target.matches("[data-select], [data-select-all]")) return;
  if (event.target.matches("[data-select-all]")) {
    for (const box of boxesOf(table)) box.checked = event.target.checked;
  }
  head(table);
  bulk();
});
document.addEventListener("htmx:afterSettle", refresh);
window.addEventListener("pageshow", refresh);
refresh();
