// form[data-upload] sends its files in place: their names show, files may be dragged onto it, progress is seen,
// and the answer of the server takes the place of the region around ([data-uploads]).
// Without JavaScript the form is an ordinary one. The server measures again whatever is said here.

const formOf = (event) => event.target.closest?.("form[data-upload]");
const inputOf = (form) => form.querySelector("input[type=file]");

function say(form, text) {
  form.querySelector("[data-upload-error]").textContent = text;
}

// What is wrong with the chosen files, in the words the server wrote into the form.
function wrong(form, files) {
  const { mostBytes, mostFiles, tooLarge, tooMany } = form.dataset;
  if (files.length > Number(mostFiles)) return tooMany;
  const large = [...files].filter((file) => file.size > Number(mostBytes));
  return large.map((file) => `“${file.name}” ${tooLarge}`).join(" ");
}

function show(form) {
  const files = inputOf(form).files;
  const names = [...files].map((file) => Object.assign(document.createElement("li"), { textContent: file.name }));
  form.querySelector("[data-upload-names]").replaceChildren(...names);
  say(form, wrong(form, files));
}

function send(form) {
  const region = form.closest("[data-uploads]");
  const bar = form.querySelector("progress");
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.setRequestHeader("HX-Request", "true");
  request.upload.addEventListener("progress", ({ loaded, total }) => { bar.value = total ? (100 * loaded) / total : 0; });
  request.addEventListener("load", () => answered(form, region, request));
  request.addEventListener("error", () => stopped(form, "The files did not arrive. They are still chosen; send them again."));
  form.dataset.sending = "";
  bar.hidden = false;
  say(form, "");
  request.send(new FormData(form));
}

function stopped(form, text) {
  delete form.dataset.sending;
  form.querySelector("progress").hidden = true;
  say(form, text);
}

function answered(form, region, request) {
  if (request.status === 200 || request.status === 422) {
    const swap = { swapStyle: "outerHTML", swapDelay: 0, settleDelay: 0 };
    window.htmx.swap(region, request.responseText, swap);
    document.getElementById(region.id)?.querySelector("input[type=file]")?.focus();
    return;
  }
  if (request.status === 401) document.dispatchEvent(new CustomEvent("signed-out"));
  stopped(form, request.status === 401 ? "Sign in, then send the files again." : "The files were not taken. Send them again.");
}

document.addEventListener("change", (event) => {
  if (event.target.matches?.("form[data-upload] input[type=file]")) show(formOf(event));
});

document.addEventListener("submit", (event) => {
  const form = formOf(event);
  if (!form) return;
  event.preventDefault();
  const trouble = wrong(form, inputOf(form).files);
  if (trouble) say(form, trouble);
  else if (!("sending" in form.dataset)) send(form);
});

for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    const form = formOf(event);
    if (!form || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    form.toggleAttribute("data-over", kind === "dragover");
    if (kind !== "drop") return;
    inputOf(form).files = event.dataTransfer.files;
    show(form);
  });
}
