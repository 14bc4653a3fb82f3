// The office's list by keyboard: J and K go through the rows, X ticks one, / searches, ? helps.
// Never while somebody types, and never with Ctrl, Alt or the command key.
(() => {
  "use strict";
  const help = document.querySelector("details[data-keys]"), rows = [...document.querySelectorAll("table.list tbody tr")];
  if (!help || !rows.length) return;
  help.hidden = false;
  const link = (row) => row?.querySelector("a");
  const here = () => rows.findIndex((row) => row.contains(document.activeElement));
  const go = (step) => {
    const at = here(), next = at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step;
    if (rows[next]) { link(rows[next]).focus(); rows[next].scrollIntoView({ block: "nearest" }); return; }
    document.querySelector(step > 0 ? "a[rel=next]" : "a[rel=prev]")?.focus();
  };
  const keys = {
    j: () => go(1),
    k: () => go(-1),
    x: () => rows[here()]?.querySelector("input[type=checkbox]")?.click(),
    "/": () => document.querySelector("input[type=search]")?.focus(),
    "?": () => { help.open = !help.open; if (help.open) help.querySelector("summary").focus(); },
  };
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
    const act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act || typing || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    event.preventDefault();
    act();
  });
})();
