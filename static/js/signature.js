// A signature drawn with a pen, a finger or the mouse: its strokes go into the hidden field as an SVG path.
// It is optional; the typed name signs. Keyboard and screen readers need nothing here.

const MOST = 11800; // characters; the server refuses longer ones

document.querySelectorAll("[data-signature]").forEach((field) => {
  const pad = field.querySelector("svg");
  const path = pad.querySelector("path");
  const kept = field.querySelector("input[type='hidden']");
  const clear = field.querySelector("[data-clear]");
  const width = Number(pad.dataset.width);
  const height = Number(pad.dataset.height);
  let drawing = false;

  const show = (strokes) => {
    kept.value = strokes;
    path.setAttribute("d", strokes);
    clear.hidden = !strokes;
  };
  const point = (event) => {
    const box = pad.getBoundingClientRect();
    const along = (at, start, size, most) => Math.min(Math.max(Math.round(((at - start) / size) * most), 0), most);
    return `${along(event.clientX, box.left, box.width, width)} ${along(event.clientY, box.top, box.height, height)}`;
  };
  const add = (letter, event) => {
    if (kept.value.length < MOST) show(`${kept.value} ${letter}${point(event)}`.trim());
  };

  pad.addEventListener("pointerdown", (event) => {
    drawing = true;
    pad.setPointerCapture(event.pointerId);
    add("M", event);
  });
  pad.addEventListener("pointermove", (event) => {
    if (drawing) add("L", event);
  });
  for (const end of ["pointerup", "pointercancel"]) pad.addEventListener(end, () => { drawing = false; });
  clear.addEventListener("click", () => show(""));
  show(kept.value);
});
