// A form that is under way is not sent a second time; its button says so. Forms of htmx and autosave look after themselves.

const WAIT = 8000; // ms after which a form that led nowhere may be sent again

document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  setTimeout(() => {
    if (event.defaultPrevented) return;
    form.dataset.sent = "1";
    submitter?.setAttribute("aria-busy", "true");
    setTimeout(() => release(form), WAIT);
  });
});

function release(form) {
  delete form.dataset.sent;
  form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
}

window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));
