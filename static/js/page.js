// What every page has: the reader's clock and colours, the menu, messages, and the keyboard.
(() => {
  "use strict";
  const words = document.getElementById("words").dataset;
  const root = document.documentElement;
  root.classList.add("js");

  const remember = (name, value) => {
    const secure = location.protocol === "https:" ? ";secure" : "";
    document.cookie = `${name}=${encodeURIComponent(value)};path=/;max-age=31536000;samesite=lax${secure}`;
  };
  remember("timezone", Intl.DateTimeFormat().resolvedOptions().timeZone || "");

  // Light, dark, or as the computer has it ------------------------------------------------------------
  const themes = ["", "light", "dark"];
  for (const button of document.querySelectorAll("[data-theme-next]")) {
    const say = () => { button.textContent = words[root.dataset.theme || "system"]; };
    button.addEventListener("click", () => {
      const next = themes[(themes.indexOf(root.dataset.theme || "") + 1) % themes.length];
      if (next) root.dataset.theme = next; else delete root.dataset.theme;
      remember("theme", next);
      say();
    });
    say();
  }

  // The menu closes when one looks elsewhere -----------------------------------------------------------
  const menus = document.querySelectorAll("details[data-menu]");
  const closeMenus = (except) => menus.forEach((menu) => { if (menu !== except) menu.open = false; });
  document.addEventListener("click", (event) => closeMenus(event.target.closest("details[data-menu]")));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = document.querySelector("details[data-menu][open]");
    if (open) { open.open = false; open.querySelector("summary").focus(); }
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-dismiss]");
    if (button) { button.closest(".note").remove(); document.getElementById("content").focus(); }
  });

  // A summary of errors is where the eye must go first.
  document.querySelector("[data-focus]")?.focus();

  // A link of the summary lands in the field itself, with its label in view.
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".error-summary a");
    const field = link && document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    (field.closest(".field") || field).scrollIntoView({ block: "start" });
    field.focus({ preventScroll: true });
  });

  document.addEventListener("htmx:sendError", () => tell(words.offline));
  document.addEventListener("htmx:responseError", () => tell(words.offline));
  function tell(text) {
    const box = document.getElementById("messages");
    const note = document.createElement("div");
    const line = document.createElement("p");
    box.querySelector("[data-offline]")?.remove();
    note.className = "note warning";
    note.dataset.offline = "";
    note.setAttribute("role", "status");
    line.textContent = text;
    note.append(line);
    box.append(note);
  }

  // Keyboard: every element with data-key says its own keys, one ("n") or two in a row ("g a") ----------
  const dialog = document.getElementById("shortcuts");
  if (!dialog) return;
  const off = "twinning:no-shortcuts";
  const choice = document.getElementById("shortcuts-on");
  choice.checked = !localStorage.getItem(off);
  choice.addEventListener("change", () => {
    if (choice.checked) localStorage.removeItem(off); else localStorage.setItem(off, "1");
  });
  const list = dialog.querySelector("dl");
  for (const target of document.querySelectorAll("[data-key]:not([data-key=''])")) {
    const keys = document.createElement("dt");
    for (const key of target.dataset.key.split(" ")) {
      const cap = document.createElement("kbd");
      cap.textContent = key;
      keys.append(cap, " ");
    }
    const name = document.createElement("dd");
    name.textContent = target.textContent.trim();
    list.append(keys, name);
    target.setAttribute("aria-keyshortcuts", target.dataset.key.replaceAll(" ", "+"));
  }
  const showShortcuts = () => { if (!dialog.open) dialog.showModal(); };
  document.querySelector("[data-shortcuts]")?.addEventListener("click", showShortcuts);

  let first = "";
  let timer = 0;
  const moveRow = (step) => {
    const links = [...document.querySelectorAll("table[data-rows] tbody tr")].map((row) => row.querySelector("a")).filter(Boolean);
    const at = links.findIndex((link) => link.closest("tr").contains(document.activeElement));
    links[at < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(Math.max(at + step, 0), links.length - 1)]?.focus();
  };
  const search = () => {
    const box = document.querySelector("main input[type=search]") || document.querySelector(".filter-form input:not([type=hidden])");
    box?.closest("details")?.setAttribute("open", "");
    box?.focus();
    box?.select?.();
  };
  const own = { "?": showShortcuts, "/": search, j: () => moveRow(1), k: () => moveRow(-1) };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || dialog.open || !choice.checked) return;
    if (event.target.closest("input, select, textarea, [contenteditable], dialog")) return;
    const key = first ? `${first} ${event.key}` : event.key;
    first = "";
    clearTimeout(timer);
    const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (own[key]) { event.preventDefault(); own[key](); }
    else if (target) { event.preventDefault(); target.click(); }
    else if (document.querySelector(`[data-key^="${CSS.escape(event.key)} "]`)) {
      first = event.key;
      timer = setTimeout(() => { first = ""; }, 1500);
    }
  });
})();
