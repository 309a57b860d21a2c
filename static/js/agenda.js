// The agenda: the current session is in view in the strip, and the mark follows the panel that was opened.

const agenda = document.querySelector("[data-agenda]");

const reveal = (link) => {
  const item = link?.closest("li");
  if (item && agenda.scrollWidth > agenda.clientWidth) {
    agenda.scrollLeft = item.offsetLeft - agenda.offsetLeft - (agenda.clientWidth - item.offsetWidth) / 2;
  }
};

if (agenda) {
  reveal(agenda.querySelector("[aria-current]"));
  document.addEventListener("htmx:afterSwap", (event) => {
    const link = event.detail.requestConfig?.elt;
    if (event.target.id !== "panel" || !agenda.contains(link)) return;
    agenda.querySelector("[aria-current]")?.removeAttribute("aria-current");
    link.setAttribute("aria-current", "true");
    reveal(link);
  });
}
