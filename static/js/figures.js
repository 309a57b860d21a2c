// A figure that changed fades in (180 ms): elements with data-figure and an id, compared before and after a swap.

let old = new Map();
const figures = () => document.querySelectorAll("[data-figure][id]");
const remember = () => { old = new Map([...figures()].map((figure) => [figure.id, figure.textContent])); };

document.addEventListener("htmx:beforeSwap", remember);
document.addEventListener("htmx:afterSettle", () => {
  for (const figure of figures()) {
    const before = old.get(figure.id);
    if (before === undefined || before === figure.textContent) continue;
    old.set(figure.id, figure.textContent);
    figure.classList.add("fresh");
    figure.addEventListener("animationend", () => figure.classList.remove("fresh"), { once: true });
  }
});
