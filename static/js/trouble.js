// What goes wrong with a request is said where the person looks: in the lazy region, above the page, or,
// when the session ran out, in a sign-in dialog over it. data-quiet requests (counts, polls) fail in silence.

const box = document.getElementById("trouble");
const signIn = document.getElementById("sign-in-again");

function say(when) {
  box.querySelectorAll("[data-when]").forEach((line) => { line.hidden = line.dataset.when !== when; });
  box.hidden = false;
  box.scrollIntoView({ block: "nearest" });
}

function failed(event, status) {
  const { elt, target } = event.detail;
  if (elt.closest("[data-quiet]")) return;
  if (target?.matches?.(".lazy, [data-lazy]")) {
    target.replaceChildren(document.getElementById("lazy-trouble").content.cloneNode(true));
    target.querySelector("[data-retry]").addEventListener("click", () => window.htmx.trigger(elt, "retry"));
    return;
  }
  say(status === 0 ? "offline" : status === 403 || status === 404 ? String(status) : "500");
}

document.addEventListener("htmx:sendError", (event) => failed(event, 0));
document.addEventListener("htmx:timeout", (event) => failed(event, 0));
document.addEventListener("htmx:responseError", (event) => failed(event, event.detail.xhr.status));

// 401: the page stays; after the sign-in whoever waits for "signed-in" tries again.
document.addEventListener("htmx:beforeOnLoad", (event) => {
  if (event.detail.xhr.status !== 401) return;
  event.preventDefault();
  if (event.detail.elt.closest("[data-quiet]")) return;
  askAgain();
});
document.addEventListener("signed-out", askAgain);

// The dialog starts with the password each time it opens; the door's answer brings the fields of the second step.
const form = signIn.querySelector("form");
const fields = form.querySelector("[data-fields]");
const first = { action: form.action, fields: [...fields.children] };

function askAgain() {
  if (signIn.open) return;
  form.action = first.action;
  fields.replaceChildren(...first.fields);
  form.querySelector("[role=alert]").textContent = "";
  signIn.showModal();
  form.querySelector("[name=password]").focus();
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const error = form.querySelector("[role=alert]");
  error.textContent = "";
  let answer;
  try {
    answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
  } catch {
    error.textContent = "No connection. Try again when it returns.";
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const token = page.querySelector("[name=csrfmiddlewaretoken]")?.value;
  if (token) renew(token);
  const asked = page.querySelector("form[data-sign-in]");
  if (!asked && answer.ok && !new URL(answer.url).pathname.startsWith("/sign-in/")) {
    first.fields.forEach((field) => { const box = field.querySelector("[name=password]"); if (box) box.value = ""; });
    signIn.close();
    document.dispatchEvent(new CustomEvent("signed-in"));
    return;
  }
  if (!asked) {
    error.textContent = "That did not work. Sign in in a new tab.";
    return;
  }
  error.textContent = (page.querySelector("[role=alert]") ?? page.querySelector(".field .error"))?.textContent.trim() ?? "";
  if ("secondStep" in asked.dataset) askSecond(asked, answer.url);
});

function askSecond(asked, url) {
  form.action = url;
  fields.replaceChildren(...asked.querySelector("[data-fields]").children);
  fields.dispatchEvent(new CustomEvent("second-step", { bubbles: true }));
  fields.querySelector("[name=code]").focus();
}

// Signing in changes the CSRF token; the page takes the new one from the answer. lock.js does so too.
export function renew(token) {
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
  document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((field) => { field.value = token; });
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-trouble-close]")) box.hidden = true;
});
