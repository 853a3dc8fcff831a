// Forms that lose nothing: drafts until a form is saved, a warning before leaving, one send per press, and a
// question before acts marked with data-confirm. Without this file every form still works.
(() => {
  "use strict";
  const words = document.getElementById("words").dataset;
  const user = document.body.dataset.user;
  const prefix = "twinning:draft:";
  const secret = (field) => ["password", "file"].includes(field.type) || field.name === "csrfmiddlewaretoken" || field.autocomplete === "one-time-code";
  const nameOf = (form) => `${prefix}${user}:${location.pathname}:${form.id || [...document.forms].indexOf(form)}`;

  const read = (form) => {
    const values = [];
    for (const field of form.elements) {
      if (!field.name || secret(field) || (field.type === "hidden" && field.name !== "version") || ["submit", "button", "fieldset"].includes(field.type)) continue;
      const choice = ["checkbox", "radio"].includes(field.type);
      const value = choice ? field.checked : field.multiple && field.options ? [...field.selectedOptions].map((o) => o.value) : field.value;
      values.push([field.name, choice ? field.value : null, value]);
    }
    return values;
  };
  const write = (form, values) => {
    const seen = {};
    for (const [name, option, value] of values) {
      const fields = [...form.elements].filter((f) => f.name === name && (option === null || f.value === option));
      const at = option === null ? (seen[name] = (seen[name] ?? -1) + 1) : 0;
      const field = fields[at];
      if (!field) continue;
      if (option !== null) field.checked = value;
      else if (Array.isArray(value)) for (const o of field.options) o.selected = value.includes(o.value);
      else field.value = value;
    }
  };

  const load = (key) => { try { return JSON.parse(sessionStorage.getItem(key)); } catch { return null; } };
  const store = (key, draft) => { try { sessionStorage.setItem(key, JSON.stringify(draft)); } catch { /* a full store only loses the convenience */ } };
  const drafts = () => Object.keys(sessionStorage).filter((key) => key.startsWith(prefix));

  // What was sent is known to be saved when the server answers with another page or with a message of success,
  // and known not to be when it asks who is there or says what is wrong.
  const saved = document.querySelector("#messages .note.success");
  const refused = document.querySelector(".error-summary, .panel[data-focus]");
  for (const key of drafts()) {
    const draft = load(key);
    const mine = key.startsWith(`${prefix}${user}:`);
    if (!user || (mine && draft.sent && refused && draft.path === location.pathname)) store(key, { ...draft, sent: false });
    else if (!mine || (draft.sent && (draft.path !== location.pathname || saved))) sessionStorage.removeItem(key);
  }

  const dirty = new Set();
  let leaving = false;

  for (const form of document.querySelectorAll("form[data-draft]")) {
    const key = nameOf(form);
    const blank = JSON.stringify(read(form));
    const draft = user ? load(key) : null;
    // A page that says what is wrong already holds what was typed, and none of it is saved.
    if (draft && refused) dirty.add(form);
    else if (draft && JSON.stringify(draft.values) !== blank) {
      write(form, draft.values);
      dirty.add(form);
      offerDiscard(form, key);
    }
    let timer = 0;
    const keep = (sent) => store(key, { path: location.pathname, sent, values: read(form) });
    const changed = () => {
      if (JSON.stringify(read(form)) === blank) { dirty.delete(form); sessionStorage.removeItem(key); return; }
      dirty.add(form);
      clearTimeout(timer);
      timer = setTimeout(() => keep(false), 300);
    };
    form.addEventListener("input", changed);
    form.addEventListener("change", changed);
    form.addEventListener("submit", (event) => {
      if (event.defaultPrevented) return;
      clearTimeout(timer);
      keep(true);
    });
    window.addEventListener("pagehide", () => { if (dirty.has(form) && !leaving) { clearTimeout(timer); keep(false); } });
  }

  function offerDiscard(form, key) {
    const note = document.createElement("div");
    const line = document.createElement("p");
    const button = document.createElement("button");
    note.className = "note warning";
    note.setAttribute("role", "status");
    line.textContent = words.restored;
    button.type = "button";
    button.className = "link";
    button.textContent = words.discard;
    button.addEventListener("click", () => {
      sessionStorage.removeItem(key);
      dirty.clear();
      leaving = true;
      location.reload();
    });
    note.append(line, button);
    form.prepend(note);
  }

  window.addEventListener("beforeunload", (event) => { if (dirty.size && !leaving) event.preventDefault(); });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method === "dialog") return;
    const question = event.submitter?.dataset.confirm || form.dataset.confirm;
    if (question && form.dataset.confirmed !== "yes") {
      event.preventDefault();
      ask(question, () => { form.dataset.confirmed = "yes"; form.requestSubmit(event.submitter || undefined); });
      return;
    }
    if (form.hasAttribute("data-forget-drafts")) for (const key of drafts()) sessionStorage.removeItem(key);
    if (form.method !== "post" || form.closest("[hx-post]")) { leaving = form.method === "post" || !dirty.size; return; }
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    leaving = true;
    // Disabled a moment later, so that the pressed button's own value is still sent.
    setTimeout(() => { for (const button of form.querySelectorAll("button:not([type=button])")) button.disabled = true; });
  });
  // Back in history shows the page as it was left: usable again.
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    leaving = false;
    for (const form of document.querySelectorAll("form[data-sent]")) {
      delete form.dataset.sent;
      for (const button of form.querySelectorAll("button[disabled]")) button.disabled = false;
    }
  });

  function ask(question, yes) {
    const dialog = document.createElement("dialog");
    const line = document.createElement("p");
    const row = document.createElement("p");
    line.textContent = question;
    line.id = "question";
    dialog.setAttribute("aria-labelledby", "question");
    row.className = "buttons";
    for (const [text, css, act] of [[words.confirm, "button danger", yes], [words.cancel, "button secondary", () => {}]]) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = css;
      button.textContent = text;
      button.autofocus = css.includes("secondary");
      button.addEventListener("click", () => { dialog.close(); act(); });
      row.append(button);
    }
    dialog.append(line, row);
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  }

  // A sum that follows what is typed; the server works it out again.
  document.addEventListener("input", (event) => {
    const sum = document.getElementById(event.target.dataset?.addsTo || "");
    if (!sum) return;
    const parts = [...document.querySelectorAll(`[data-adds-to="${sum.id}"]`)];
    const total = parts.reduce((all, part) => all + (Number(part.value) || 0), 0);
    sum.value = (Math.round(total * 100) / 100).toLocaleString(document.documentElement.lang);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    const form = event.target.closest("form[method=post]");
    if (form) { event.preventDefault(); form.requestSubmit(); }
  });
})();
