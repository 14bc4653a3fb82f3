// Small comforts for browsers that run scripts; every page works without them.
(() => {
  "use strict";
  // An anonymous reader's clock: the server shows it beside the announced one from the next page on.
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone && !document.cookie.includes("zone=")) {
    document.cookie = `zone=${zone}; path=/; max-age=31536000; samesite=lax`;
  }
  // One open menu at a time, closed by Escape.
  const menus = [...document.querySelectorAll("details.menu")];
  for (const menu of menus) {
    menu.addEventListener("toggle", () => {
      if (menu.open) menus.filter((other) => other !== menu).forEach((other) => { other.open = false; });
    });
    menu.addEventListener("keydown", (event) => {
      if (event.key === "Escape") { menu.open = false; menu.querySelector("summary").focus(); }
    });
  }
  // What is being made, or changes by itself, is looked at again every few seconds.
  const waiting = document.querySelector("[data-look-again]");
  const rest = 1000 * (Number(waiting?.dataset.lookAgain) || 4);
  const look = async () => {
    const page = await fetch(location.href).then((answer) => answer.text()).catch(() => "");
    const found = new DOMParser().parseFromString(page, "text/html").querySelector("main section");
    if (found) waiting.replaceChildren(...found.childNodes);
    if (!found || found.hasAttribute("data-look-again")) setTimeout(look, rest);
  };
  if (waiting) setTimeout(look, rest);
  // After a refusal, the summary of what needs attention is read first.
  document.getElementById("errors")?.focus();
})();
