// An institution of the list while its name is typed: the choices that “Find” brings, without a page.
(() => {
  "use strict";
  for (const place of document.querySelectorAll("[data-institution]")) {
    const input = document.getElementById(place.dataset.of);
    let timer = 0, asked = 0;
    const look = async () => {
      const mine = asked += 1, written = input.value.trim();
      if (written.length < 2) { place.replaceChildren(); return; }
      const address = `${place.dataset.institution}?${new URLSearchParams({ name: place.dataset.of, q: written })}`;
      try {
        const answer = await fetch(address, { credentials: "same-origin" });
        if (answer.ok && mine === asked) place.innerHTML = await answer.text();
      } catch { /* without a connection it is kept as it is written */ }
    };
    // What was chosen was chosen for another text.
    input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(look, 350); });
    const button = input.parentElement.querySelector("button[name=find]");
    button.addEventListener("click", (event) => { event.preventDefault(); clearTimeout(timer); look(); });
  }
})();
