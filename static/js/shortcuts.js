// Single keys: / find; g then a letter goes; j k rows; x selects; ? shows the list; Ctrl or ⌘ Enter signs.
// Nothing happens while typing, except Ctrl Enter. The switch in the popover is remembered in a cookie.

const COOKIE = "shortcuts";
const WAIT = 1200; // ms in which the second key of `g t` must come
let going = 0;

const isOff = () => document.cookie.split("; ").includes(`${COOKIE}=off`);
const typing = (target) => target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");

function step(by) {
  const rows = [...document.querySelectorAll("[data-row]")].filter((row) => row.offsetParent !== null);
  const at = rows.indexOf(document.activeElement?.closest?.("[data-row]"));
  const next = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + by, 0), rows.length - 1)];
  (next?.querySelector("a[href]") ?? next?.querySelector("button, input:not(:disabled)"))?.focus();
}

const KEYS = {
  "/": () => document.querySelector("[data-find]")?.focus(),
  "?": () => document.getElementById("shortcuts")?.togglePopover(),
  g: () => { going = Date.now(); },
  j: () => step(1),
  k: () => step(-1),
  x: () => document.activeElement?.closest?.("[data-row]")?.querySelector("[data-select]:not(:disabled)")?.click(),
};

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    const sign = document.querySelector("[data-sign]");
    if (sign) {
      event.preventDefault();
      sign.click();
    }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isOff() || typing(event.target) || document.querySelector("dialog[open]")) return;
  const link = Date.now() - going < WAIT && document.querySelector(`[data-go="${CSS.escape(event.key)}"]`);
  going = 0;
  if (link) {
    event.preventDefault();
    link.click();
  } else if (KEYS[event.key]) {
    event.preventDefault();
    KEYS[event.key]();
  }
});

const box = document.querySelector("[data-shortcuts-switch]");
if (box) {
  box.checked = !isOff();
  box.addEventListener("change", () => {
    document.cookie = `${COOKIE}=${box.checked ? "on" : "off"}; path=/; max-age=31536000; samesite=lax`;
  });
}
