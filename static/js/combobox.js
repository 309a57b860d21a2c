// A text box with a list of options under it (ARIA combobox). htmx fills the list; here it is opened, walked and chosen from.

const optionsOf = (combo) => [...combo.querySelectorAll("[role=option]:not([aria-disabled])")];
const listOf = (combo) => combo.querySelector("[role=listbox]");
const inputOf = (combo) => combo.querySelector("[role=combobox]");

function close(combo) {
  listOf(combo).hidden = true;
  inputOf(combo).setAttribute("aria-expanded", "false");
  inputOf(combo).removeAttribute("aria-activedescendant");
}

function point(combo, option) {
  optionsOf(combo).forEach((each) => each.setAttribute("aria-selected", String(each === option)));
  if (!option) return;
  inputOf(combo).setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function choose(combo, option) {
  const input = inputOf(combo);
  input.value = option.dataset.value;
  combo.querySelector("[data-combo-label]").textContent = option.dataset.label;
  close(combo);
  combo.nextElementSibling?.classList.remove("spare");
}

document.addEventListener("htmx:afterSwap", (event) => {
  const combo = event.target.closest?.("[data-combo]");
  if (!combo || document.activeElement !== inputOf(combo)) return;
  const empty = !inputOf(combo).value.trim();
  listOf(combo).hidden = empty;
  inputOf(combo).setAttribute("aria-expanded", String(!empty));
  inputOf(combo).removeAttribute("aria-activedescendant");
});

document.addEventListener("input", (event) => {
  const combo = event.target.closest("[data-combo]");
  if (!combo) return;
  combo.querySelector("[data-combo-label]").textContent = "";
  if (!event.target.value.trim()) close(combo);
});

document.addEventListener("keydown", (event) => {
  const combo = event.target.closest("[data-combo]");
  if (!combo || event.target !== inputOf(combo) || listOf(combo).hidden) return;
  const options = optionsOf(combo);
  const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    const step = event.key === "ArrowDown" ? 1 : -1;
    point(combo, options.at((at < 0 && step < 0 ? 0 : at) + step) ?? options[0]);
  } else if (event.key === "Enter" && at >= 0) {
    event.preventDefault();
    choose(combo, options[at]);
  } else if (event.key === "Escape") {
    event.preventDefault(); // the dialog around it stays
    event.stopPropagation();
    close(combo);
  } else if (event.key === "Tab") {
    close(combo);
  }
});

document.addEventListener("pointerdown", (event) => {
  const option = event.target.closest("[data-combo] [role=option]");
  if (!option) return;
  event.preventDefault(); // the box keeps the focus
  if (option.getAttribute("aria-disabled") !== "true") choose(option.closest("[data-combo]"), option);
});

document.addEventListener("focusout", (event) => {
  const combo = event.target.closest?.("[data-combo]");
  if (combo && !combo.contains(event.relatedTarget)) close(combo);
});
