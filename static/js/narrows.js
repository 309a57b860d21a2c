// A field that narrows the list below it ([data-narrows]) while other things of its form are chosen.

document.addEventListener("keydown", (event) => {
  // The list follows each key; the form around it is not sent by a search.
  if (event.key === "Enter" && event.target.matches?.("[data-narrows]")) event.preventDefault();
});

document.addEventListener("change", ({ target }) => {
  // An answer on its way does not know of what was chosen since it was asked for: it is asked for anew.
  const asking = target.form?.querySelector("[data-narrows].htmx-request");
  if (asking && asking !== target) window.htmx.trigger(asking, "again");
});
