// The idle lock over the page as it stands. The server decides; this asks it when the time may have come, warns two
// minutes before, and covers the page at once when its own clock says so. What was typed stays; saves are tried again.
import { renew } from "./trouble.js";

const WARN = 120; // seconds
const TELL = 60; // seconds between two words to the server that somebody types here
const dialog = document.getElementById("lock");
const warning = document.getElementById("lock-warning");
const form = dialog.querySelector("[data-lock-form]");
const error = form.querySelector("[role=alert]");
const others = new BroadcastChannel("lock");
const whole = Number(dialog.dataset.seconds);
const waiting = new Set(); // lazy regions that were refused meanwhile

let due = Date.now() + whole * 1000; // when it locks, as far as this page knows
let told = Date.now();
let timer = 0;
let locked = false;

const left = () => Math.round((due - Date.now()) / 1000);

function plan() {
  clearTimeout(timer);
  const seconds = left();
  const next = seconds > WARN ? seconds - WARN : Math.min(Math.max(seconds, 1), 30);
  timer = setTimeout(check, next * 1000);
}

async function check() {
  if (left() <= 0) cover(); // at once, before anybody has answered
  let answer;
  try {
    answer = await fetch(dialog.dataset.stateUrl, { cache: "no-store" });
  } catch {
    return plan();
  }
  if (answer.status === 401) {
    document.dispatchEvent(new CustomEvent("signed-out"));
    return plan();
  }
  if (answer.ok) heed(await answer.json());
  plan();
}

function heed(state) {
  due = Date.now() + state.seconds * 1000;
  if (state.locked || String(state.user) !== dialog.dataset.user) {
    form.querySelector("[data-lock-passkey]").hidden = !state.passkey;
    return cover(state.pin);
  }
  renew(state.token);
  if (locked) uncover();
  warn(state.seconds);
}

function warn(seconds) {
  const near = seconds <= WARN;
  if (near) warning.querySelector("[data-left]").textContent = seconds > 60 ? "2 minutes" : seconds > 30 ? "a minute" : "half a minute";
  warning.hidden = !near;
}

function cover(pin) {
  warning.hidden = true;
  if (pin !== undefined) offer(pin);
  if (locked) return;
  locked = true;
  document.documentElement.dataset.locked = "";
  dialog.showModal();
  focus();
}

function offer(pin) {
  form.querySelectorAll("[data-with=pin]").forEach((part) => { part.hidden = !pin; });
  form.querySelectorAll("[data-with=password]").forEach((part) => { part.hidden = Boolean(pin); });
  if (locked) focus();
}

const focus = () => form.querySelector("[data-with]:not([hidden]) input").focus();

function uncover() {
  locked = false;
  delete document.documentElement.dataset.locked;
  form.reset();
  error.textContent = "";
  dialog.close();
  document.dispatchEvent(new CustomEvent("signed-in")); // whoever waits tries again
  waiting.forEach((region) => window.htmx.trigger(region, "retry"));
  waiting.clear();
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  error.textContent = "";
  let answer, said;
  try {
    answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" }, redirect: "manual" });
    if (answer.ok || answer.status === 422) said = await answer.json();
  } catch {
    error.textContent = "No connection. Try again when it returns.";
    return;
  }
  if (!said) {
    error.textContent = "That did not work. Try again.";
    if (answer.status === 401 || answer.type === "opaqueredirect") document.dispatchEvent(new CustomEvent("signed-out"));
    return check();
  }
  if (said.token) renew(said.token);
  if (answer.ok) return opened();
  await check(); // a PIN may be gone by now
  form.querySelectorAll("[type=password], [data-passkey-answer]").forEach((field) => { field.value = ""; });
  error.textContent = Object.values(said.errors).join(" ");
});

function opened() {
  due = Date.now() + whole * 1000;
  told = Date.now();
  uncover();
  plan();
  others.postMessage("opened");
}

form.elements.pin.addEventListener("input", () => { if (form.elements.pin.value.length === 6) form.requestSubmit(); });
form.querySelector("[data-lock-password]").addEventListener("click", () => {
  form.elements.pin.value = "";
  offer(false);
});

async function stay() {
  told = Date.now();
  warning.hidden = true;
  const token = form.elements.csrfmiddlewaretoken.value;
  try {
    const answer = await fetch(dialog.dataset.stayUrl, { method: "POST", headers: { "X-CSRFToken": token } });
    if (answer.ok) due = Date.now() + (await answer.json()).seconds * 1000;
    else return check();
  } catch {
    return;
  }
  plan();
  others.postMessage("stayed");
}
warning.querySelector("[data-lock-stay]").addEventListener("click", stay);

// A person who types or clicks here is there, though nothing else may go to the server for a long time.
for (const kind of ["keydown", "pointerdown"]) {
  document.addEventListener(kind, (event) => {
    if (event.isTrusted && !locked && left() > 0 && Date.now() - told > TELL * 1000) stay();
  }, { capture: true, passive: true });
}

// A form sent after the time would be refused and its text lost: the lock comes first.
document.addEventListener("submit", (event) => {
  if (locked || left() > 0 || event.target === form) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  check();
}, true);

// 423: somebody asked while it was locked.
document.addEventListener("htmx:beforeOnLoad", (event) => {
  if (event.detail.xhr.status !== 423) return;
  event.preventDefault();
  if (event.detail.elt.matches("[hx-trigger*=retry]")) waiting.add(event.detail.elt);
  refused();
});
document.addEventListener("locked", refused);
document.addEventListener("signed-in", () => { if (locked) check(); });

function refused() {
  cover();
  check();
}

dialog.addEventListener("cancel", (event) => event.preventDefault());
dialog.addEventListener("close", () => { if (locked) dialog.showModal(); });
others.addEventListener("message", check);
document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") check(); });
window.addEventListener("pageshow", (event) => { if (event.persisted) check(); });
if (whole) plan();
