// A draft while it is written: saved as one types, kept on this device without a connection,
// words counted, choices moved, uploads with their progress. Every page works without it.
(() => {
  "use strict";
  const form = document.querySelector("form[data-draft]");
  const line = document.getElementById("saved-line");
  const say = (text) => { if (line && text) line.textContent = text; };

  // --- Saving -----------------------------------------------------------------------------------
  if (form) {
    const said = form.dataset;
    const shelf = `lontar-draft:${location.pathname}`;
    let dirty = false, sending = false, stopped = false, timer = 0, wait = 10000, underWay = null;

    const fields = () => [...new FormData(form)].filter(([name]) => name !== "csrf_token");
    const put = () => {
      try { localStorage.setItem(shelf, JSON.stringify({ at: Date.now(), fields: fields() })); } catch { /* full or forbidden */ }
    };
    const drop = () => { try { localStorage.removeItem(shelf); } catch { /* forbidden */ } };

    const problems = (found) => {
      for (const block of form.querySelectorAll("[data-question]")) {
        const name = block.dataset.question, error = document.getElementById(`${name}-error`);
        // What is said since the page came goes away too, once there is an answer.
        if (!error || (!found[name] && !block.dataset.live && !given(name).length)) continue;
        block.dataset.live = "1";
        block.classList.toggle("wrong", Boolean(found[name]));
        error.textContent = found[name] || "";
        error.hidden = !found[name];
      }
    };

    const save = () => {
      clearTimeout(timer);
      if (!dirty || sending || stopped) return;
      sending = true; dirty = false;
      underWay = send();
    };
    const send = async () => {
      say(said.saving);
      try {
        const answer = await fetch(form.action, {
          method: "POST", body: new FormData(form), headers: { Accept: "application/json" }, credentials: "same-origin",
        });
        if (answer.redirected || answer.status === 401) { dirty = true; put(); say(said.signedOut); wait = 30000; return; }
        if (!answer.headers.get("Content-Type")?.includes("json")) throw new Error(String(answer.status));
        const told = await answer.json();
        if (answer.ok) {
          form.elements.version.value = told.version;
          problems(told.problems);
          say(`${told.saved} ${told.but || said.comeBack}`);
          drop(); wait = 10000;
        } else if (told.changed) {
          stopped = true; put(); say(said.changed);
        } else { dirty = true; put(); say(told.problem); wait = 30000; }
      } catch {
        dirty = true; put(); say(said.offline); wait = Math.min(wait * 1.5, 60000);
      } finally {
        sending = false;
        if (dirty && !stopped) timer = setTimeout(save, wait);
      }
    };

    const changed = () => {
      if (!dirty) say(said.unsaved);
      dirty = true;
      if (!timer || wait === 10000) { clearTimeout(timer); timer = setTimeout(save, 10000); }
    };
    let first = 0;
    form.addEventListener("input", () => { first ||= Date.now(); changed(); if (Date.now() - first > 10000) { first = 0; save(); } });
    form.addEventListener("change", changed);
    form.addEventListener("focusout", () => save());
    addEventListener("online", () => { wait = 10000; save(); });
    document.addEventListener("visibilitychange", () => { if (document.hidden) save(); });
    addEventListener("beforeunload", (event) => { if (dirty && !form.dataset.leaving) event.preventDefault(); });
    // A link waits for what is not saved yet, so that the next page has it; not for ever.
    document.addEventListener("click", async (event) => {
      const link = event.target.closest("a[href]");
      const elsewhere = link && (link.origin !== location.origin || link.pathname + link.search !== location.pathname + location.search);
      if (!elsewhere || link.target || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      if (stopped || (!dirty && !sending)) return;
      event.preventDefault();
      const late = new Promise((done) => { setTimeout(done, 4000); });
      for (let turn = 0; turn < 2 && (dirty || sending); turn += 1) { save(); await Promise.race([underWay, late]); }
      location.assign(link.href);
    });
    // The button waits for a save that is under way, so that both carry the right version.
    form.addEventListener("submit", (event) => {
      clearTimeout(timer);
      if (sending) {
        event.preventDefault();
        const pressed = event.submitter;
        stopped = true;
        underWay.finally(() => form.requestSubmit(pressed));
        return;
      }
      stopped = true;
      form.dataset.leaving = "1";
    });

    // What was written without a connection comes back, unless another page saved meanwhile.
    try {
      const kept = JSON.parse(localStorage.getItem(shelf) || "null");
      const version = kept?.fields.find(([name]) => name === "version")?.[1];
      if (kept && version === form.elements.version.value && Date.now() - kept.at < 30 * 86400000) {
        for (const box of form.querySelectorAll("input[type=checkbox], input[type=radio]")) box.checked = false;
        for (const [name, value] of kept.fields) {
          if (name === "version") continue;
          for (const input of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
            if (input.type === "checkbox" || input.type === "radio") { if (input.value === value) input.checked = true; } else input.value = value;
          }
        }
        say(said.restored); dirty = true; timer = setTimeout(save, 1000);
      }
    } catch { /* nothing kept */ }
  }

  // --- Questions that other answers bring up, shown as soon as they are answered -------------------
  const asked = [...document.querySelectorAll("[data-show-if]")];
  const given = (name) => {
    const block = document.querySelector(`[data-question="${CSS.escape(name)}"]`);
    if (!block || block.closest("[hidden]")) return [];
    const inputs = [...block.querySelectorAll("input, select, textarea")];
    return inputs.filter((input) => !/^(checkbox|radio)$/.test(input.type) || input.checked).map((input) => input.value.trim()).filter(Boolean);
  };
  const holds = ({ of, is, low, high }) => {
    const values = given(of);
    if (!values.length) return false;
    if (low !== null || high !== null) {
      const typed = values[0].normalize("NFKC").replaceAll(" ", "");
      const value = /^[-+]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?$/.test(typed) ? Number(typed.replaceAll(",", "")) : NaN;
      return !Number.isNaN(value) && (low === null || value >= low) && (high === null || value <= high);
    }
    return !is.length || values.some((value) => is.includes(value));
  };
  const showAsked = () => { for (const block of asked) block.hidden = !JSON.parse(block.dataset.showIf).every(holds); };
  if (asked.length) {
    form?.append(Object.assign(document.createElement("input"), { type: "hidden", name: "live", value: "1" }));
    document.addEventListener("input", showAsked);
    document.addEventListener("change", showAsked);
    showAsked();
  }

  // --- Words and characters as they are counted by readers ----------------------------------------
  for (const small of document.querySelectorAll("[data-count]")) {
    const input = document.getElementById(small.id.replace(/-count$/, ""));
    if (!("Segmenter" in Intl) || !input) continue;
    const { count, words, of } = small.dataset;
    const breaker = new Intl.Segmenter("en", { granularity: count });
    const digits = new Intl.NumberFormat(document.documentElement.lang);
    input.addEventListener("input", () => {
      let found = 0;
      for (const piece of breaker.segment(input.value.trim().normalize())) if (count === "grapheme" || /[\p{L}\p{N}]/u.test(piece.segment)) found += 1;
      small.textContent = words.replace("{count}", digits.format(found)).replace("{most}", digits.format(Number(of)));
    });
  }

  // --- Choices moved up and down ------------------------------------------------------------------
  for (const list of document.querySelectorAll("[data-ranking] .choices")) {
    const selects = [...list.querySelectorAll("select")];
    const swap = (a, b) => {
      if (!selects[a] || !selects[b]) return;
      [selects[a].value, selects[b].value] = [selects[b].value, selects[a].value];
      selects[b].focus();
      selects[b].dispatchEvent(new Event("input", { bubbles: true }));
    };
    selects.forEach((select, at) => {
      const row = select.closest("li"), up = row.querySelector("[data-up]"), down = row.querySelector("[data-down]");
      up.hidden = down.hidden = selects.length < 2;
      up.disabled = at === 0; down.disabled = at === selects.length - 1;
      up.addEventListener("click", () => swap(at, at - 1));
      down.addEventListener("click", () => swap(at, at + 1));
    });
  }

  // --- Uploads in pieces (tus 1.0): go on after the line broke, or another day ------------------------
  const pause = (ms) => new Promise((done) => { setTimeout(done, ms); addEventListener("online", done, { once: true }); });
  // Without this script a document's buttons send the answers along; with it these are saved already.
  for (const part of document.querySelectorAll(".slot [form=answers]")) for (const name of ["form", "formaction", "formenctype"]) part.removeAttribute(name);
  const hex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const base64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

  for (const upload of document.querySelectorAll("form[data-upload]")) {
    const input = upload.querySelector("input[type=file]"), bar = upload.querySelector("progress"), told = upload.querySelector("[data-line]");
    const error = document.getElementById(`${input.id}-error`), said = upload.dataset;
    const refuse = (text) => { error.textContent = text; error.hidden = false; input.setAttribute("aria-describedby", `files-hint ${error.id}`); bar.hidden = true; told.textContent = ""; };
    const show = (words, part) => { const percent = Math.floor(100 * part); bar.value = percent; told.textContent = words.replace("{percent}", percent); };
    const ask = (method, address, headers = {}, body = undefined) => fetch(address, {
      method, body, credentials: "same-origin", redirect: "manual",
      headers: { "Tus-Resumable": "1.0.0", Accept: "application/json", "X-CSRFToken": upload.elements.csrf_token.value, ...headers },
    });

    // Each step until it is done; a broken line is waited out, a refusal ends it.
    const insist = async (step, part) => {
      for (let wait = 1000; ; wait = Math.min(wait * 2, 30000)) {
        try {
          const answer = await step();
          if (answer.type === "opaqueredirect") throw new RangeError(said.signedOut);
          if (answer.ok || answer.status === 409) return answer;
          if (answer.status < 500) throw new RangeError((await answer.json().catch(() => ({}))).problem || said.failed);
        } catch (problem) { if (problem instanceof RangeError) throw problem; }
        show(said.waiting, part());
        await pause(wait);
      }
    };

    const send = async (file) => {
      const digest = crypto.subtle ? hex(await crypto.subtle.digest("SHA-256", await file.arrayBuffer())) : "";
      const named = Object.entries({ filename: file.name, filetype: file.type, sha256: digest }).map(([name, value]) => `${name} ${base64(value)}`).join(",");
      let at = 0, length = 262144;
      const part = () => at / file.size;
      const begun = await insist(() => ask("POST", said.pieces, { "Upload-Length": file.size, "Upload-Metadata": named }), part);
      const address = begun.headers.get("Location");
      at = Number(begun.headers.get("Upload-Offset"));
      for (;;) {
        const began = Date.now();
        show(said.sending, part());
        const answer = await insist(() => ask("PATCH", address, { "Content-Type": "application/offset+octet-stream", "Upload-Offset": at }, file.slice(at, at + length)), part);
        if (answer.status === 409) {
          const found = await insist(() => ask("HEAD", address), part);
          at = Number(found.headers.get("Upload-Offset"));
          continue;
        }
        at = Number(answer.headers.get("Upload-Offset"));
        if (at >= file.size) return;
        // On a thin line small pieces, so that little is sent again.
        if (Date.now() - began > 20000) length = Math.max(32768, length / 2);
      }
    };

    upload.addEventListener("submit", (event) => {
      const [file] = input.files;
      if (!file || !file.size || input.files.length > 1) return; // several photos are sent as a form
      event.preventDefault();
      if (file.size > Number(said.most)) { refuse(said.tooLarge); return; }
      bar.hidden = false; error.hidden = true;
      send(file).then(() => {
        told.textContent = said.checking;
        if (form) form.dataset.leaving = "1";
        location.hash = upload.closest(".slot").id;
        location.reload();
      }, (problem) => refuse(problem instanceof RangeError ? problem.message : said.failed));
    });
  }
})();
