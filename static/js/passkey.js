// Asks the device for a passkey: the server's question stands in the page as JSON, the answer goes into the form.
// data-passkey="get" at the door, "create" when one is added. Also in the sign-in dialog, whose form comes later.

const known = "PublicKeyCredential" in window;
const show = (root) => root.querySelectorAll("[data-passkey]").forEach((button) => { button.hidden = !known; });
show(document);
document.addEventListener("second-step", (event) => show(event.target));

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-passkey]");
  if (!button) return;
  const form = button.closest("form");
  const trouble = form.querySelector("[data-passkey-trouble]");
  trouble.hidden = true;
  if (button.dataset.passkey === "create" && !form.reportValidity()) return;
  try {
    const { publicKey } = await question(button, form);
    const answer = button.dataset.passkey === "create"
      ? await navigator.credentials.create({ publicKey: read(publicKey) })
      : await navigator.credentials.get({ publicKey: read(publicKey) });
    form.querySelector("[data-passkey-answer]").value = JSON.stringify(written(answer));
  } catch {
    trouble.hidden = false;
    return;
  }
  form.requestSubmit();
});

async function question(button, form) {
  const { passkeyUrl } = button.dataset; // of the lock, whose page may be old: asked when it is wanted
  if (!passkeyUrl) return JSON.parse(form.querySelector("script[type='application/json']").textContent);
  return (await fetch(passkeyUrl, { cache: "no-store" })).json();
}

function read(question) {
  const wanted = { ...question, challenge: bytes(question.challenge) };
  if (question.user) wanted.user = { ...question.user, id: bytes(question.user.id) };
  for (const list of ["allowCredentials", "excludeCredentials"]) {
    if (question[list]) wanted[list] = question[list].map((each) => ({ ...each, id: bytes(each.id) }));
  }
  return wanted;
}

function written(credential) {
  const { response } = credential;
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const told = Object.fromEntries(parts.filter((part) => response[part]).map((part) => [part, text(response[part])]));
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: told,
  };
}

function bytes(base64url) {
  return Uint8Array.from(atob(base64url.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
}

function text(buffer) {
  const signs = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(signs).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
