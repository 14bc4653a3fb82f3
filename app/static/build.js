// Shows of a question's settings only those of its kind.
(() => {
  "use strict";
  const form = document.querySelector("form[data-build]"), kind = form?.elements.kind;
  if (!kind) return;
  const show = () => {
    for (const part of form.querySelectorAll("[data-for]")) part.hidden = !part.dataset.for.split("|").includes(kind.value);
  };
  kind.addEventListener("change", show);
  show();
})();
