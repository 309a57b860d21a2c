// form[data-autosave] is posted 2 s after the last key, when a field is left, and when the page is hidden.
// Nothing typed is lost: on failure the text stays, the save line says so, and saving is tried again.
// The server answers with the save line and, out of band, what changed around it (sessions/saved.html).

const QUIET = 2000; // ms after the last key
const RETRY = [3000, 8000, 20000, 60000]; // ms between tries when it does not work
const KEEPALIVE = 60000; // bytes; browsers refuse larger bodies that outlive the page

const states = new WeakMap();
const forms = () => [...document.querySelectorAll("form[data-autosave]")];

function stateOf(form) {
  const edits = form.hasAttribute("data-unsaved") ? 1 : 0; // the server could not keep what it shows
  const stuck = Boolean(form.querySelector("[data-conflict] > *"));
  if (!states.has(form)) states.set(form, { edits, saved: 0, tries: 0, timer: 0, saving: null, stuck });
  return states.get(form);
}
const dirty = (form) => stateOf(form).edits !== stateOf(form).saved;

function show(form, state) {
  const line = form.querySelector("[data-save-line]");
  if (line.dataset.state !== state) line.dataset.state = state;
}

function later(form, wait) {
  const state = stateOf(form);
  clearTimeout(state.timer);
  state.timer = setTimeout(() => save(form), wait);
}

function save(form) {
  const state = stateOf(form);
  clearTimeout(state.timer);
  if (!form.isConnected || !dirty(form) || state.stuck) return Promise.resolve(!dirty(form));
  state.saving ??= send(form).finally(() => { state.saving = null; });
  return state.saving;
}

async function send(form) {
  const state = stateOf(form);
  const edits = state.edits;
  const body = new URLSearchParams(new FormData(form));
  show(form, "saving");
  let answer, text;
  try {
    const keepalive = body.toString().length < KEEPALIVE;
    answer = await fetch(form.action, { method: "POST", body, keepalive, redirect: "manual", headers: { "HX-Request": "true" } });
    text = await answer.text();
  } catch {
    return again(form, "offline");
  }
  if (answer.ok) return kept(form, edits, text);
  if (answer.status === 401 || answer.type === "opaqueredirect") return signedOut(form, "signed-out");
  if (answer.status === 423) return signedOut(form, "locked");
  if (answer.status === 409) return conflict(form, text);
  if (answer.status === 422) return refused(form, edits, text);
  return again(form, "refused");
}

function swap(form, text) {
  window.htmx.swap(form.querySelector("[data-save-line]"), text, { swapStyle: "outerHTML", swapDelay: 0, settleDelay: 0 });
}

function kept(form, edits, text) {
  const state = stateOf(form);
  state.saved = edits;
  state.tries = 0;
  swap(form, text);
  if (dirty(form)) {
    show(form, "unsaved");
    later(form, QUIET);
  }
  return true;
}

function refused(form, edits, text) {
  swap(form, text);
  if (stateOf(form).edits !== edits) later(form, QUIET);
  return false;
}

function conflict(form, text) {
  stateOf(form).stuck = true;
  show(form, "conflict");
  form.querySelector("[data-conflict]").innerHTML = text;
  form.querySelector("[data-conflict]").scrollIntoView({ block: "nearest" });
  return false;
}

function signedOut(form, how) {
  show(form, how);
  document.dispatchEvent(new CustomEvent(how));
  return false;
}

function again(form, why) {
  const state = stateOf(form);
  show(form, why);
  later(form, RETRY[Math.min(state.tries++, RETRY.length - 1)]);
  return false;
}

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-autosave]");
  if (!form || event.target.matches("[data-other]")) return;
  stateOf(form).edits++;
  if (!stateOf(form).stuck && !stateOf(form).tries) show(form, "unsaved");
  later(form, QUIET);
});

document.addEventListener("focusout", (event) => {
  const form = event.target.closest?.("form[data-autosave]");
  if (form && dirty(form)) later(form, 50);
});

const saveNow = () => { forms().forEach(save); };
document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") saveNow(); });
window.addEventListener("pagehide", saveNow);
window.addEventListener("online", saveNow);
document.addEventListener("signed-in", saveNow);

// Of two texts side by side the other part is taken into its box; the note is kept with the last button.
document.addEventListener("click", (event) => {
  const take = event.target.closest("[data-take]");
  if (!take) return;
  const form = take.closest("form");
  const box = form.elements[take.dataset.take];
  box.value = take.value;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  take.closest("[data-pair]").remove();
  (form.querySelector("[data-take]") ?? form.querySelector("[data-keep]")).focus();
});

document.addEventListener("click", (event) => {
  const keep = event.target.closest("[data-keep]");
  if (!keep) return;
  const form = keep.closest("form");
  form.elements.version.value = keep.dataset.keep;
  form.querySelector("[data-conflict]").replaceChildren();
  stateOf(form).stuck = false;
  stateOf(form).edits++;
  save(form);
});

// Signing sends the same form: it waits for a save under way, so that it stands on the newest version.
// Any other form, and every link, waits until what was typed is safe. A form that stays is only saved.
let leaving = null; // the form that is on its way: what was typed in it goes along
let passing = false; // what could not be saved: the browser asks
document.addEventListener("submit", (event) => {
  const { target } = event;
  if (leaving || passing || event.defaultPrevented || target.method === "dialog") return;
  if (target.matches("[data-stays]")) {
    event.preventDefault();
    save(target);
    return;
  }
  const mine = target.matches("form[data-autosave]") ? target : null;
  if (mine) clearTimeout(stateOf(mine).timer);
  const waits = forms().map((form) => (form === mine ? stateOf(form).saving : dirty(form) && save(form))).filter(Boolean);
  if (!waits.length) {
    leaving = mine;
    return;
  }
  event.preventDefault();
  Promise.all(waits).then(() => {
    if (mine) clearTimeout(stateOf(mine).timer);
    leaving = mine;
    passing = true;
    target.requestSubmit(event.submitter);
    passing = false;
  });
});
document.addEventListener("click", (event) => {
  const unsaved = forms().filter(dirty);
  const link = event.target.closest("a[href]:not([hx-get], [target], [data-dialog-open])");
  const plain = !(event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.button);
  if (!unsaved.length || !link || !plain) return;
  event.preventDefault();
  Promise.all(unsaved.map(save)).then(() => { location.assign(link.href); });
});
window.addEventListener("pageshow", () => { leaving = null; });

window.addEventListener("beforeunload", (event) => {
  if (forms().some((form) => form !== leaving && dirty(form))) event.preventDefault();
});

// Another session, or a changed row, replaces the panel only after the text is safe.
document.addEventListener("htmx:confirm", (event) => {
  const { elt, target } = event.detail;
  const waits = forms().filter((form) => target?.contains(form)).map((form) => {
    const { saving } = stateOf(form);
    if (form.contains(elt)) return saving?.then(() => true); // posts the whole form itself
    return (saving || dirty(form)) && save(form);
  }).filter(Boolean);
  if (!waits.length) return;
  event.preventDefault();
  Promise.all(waits).then((safe) => { if (safe.every(Boolean)) event.detail.issueRequest(true); });
});
