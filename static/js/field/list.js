// The page "Forms on this device": what is kept, what waits, and which pages stay without a connection.
(() => {
  "use strict";
  const Field = globalThis.Field;
  const { make, button, ask } = Field.parts;
  const data = Field.data();
  const { words } = data;
  const MOST_BY_ITSELF = 12;
  const MOST_LISTED = 30;
  const box = document.getElementById("kept-forms");

  const name = document.getElementById("device-name");
  name.value = Field.device.name;
  name.addEventListener("change", () => { Field.device.name = name.value; name.value = Field.device.name; });

  // Buttons that keep a page on the device, or say that it is kept.
  const paint = async () => {
    const kept = await Field.kept.list();
    for (const element of document.querySelectorAll("[data-keep]")) {
      const url = element.dataset.keep;
      const here = kept.includes(url);
      element.replaceChildren(here ? make("span", { class: "badge good" }, words.kept) : button(words.keep, async ({ target }) => {
        target.disabled = true;
        if (!(await Field.kept.keep(url))) { target.disabled = false; target.textContent = words.not_kept; return; }
        await paint();
      }, "button link"));
    }
    return kept;
  };

  const line = (store, sync, form, waiting) => {
    const state = form.blocked ? make("span", { class: "badge bad" }, words[form.blocked.kind])
      : waiting ? make("span", { class: "badge warn" }, Field.say(words, navigator.onLine ? "unsent" : "waits", { n: waiting }))
        : make("span", { class: "badge good" }, words.sent);
    const forget = async () => {
      const sure = waiting ? await ask(Field.say(words, "forget_sure", { n: waiting }), [["yes", words.forget, "button danger"], ["", words.stay, "button secondary"]]) : "yes";
      if (sure !== "yes") return;
      await store.forget(form.key);
      if (form.urls.fill) await Field.kept.drop(form.urls.fill);
      await draw(store, sync);
    };
    return make("li", {},
      make("p", { class: "title" }, make("a", { href: form.url }, form.about ? `${form.title} (${form.about})` : form.title)),
      make("p", { class: "badge-line" }, state, form.pk ? "" : make("span", { class: "muted small" }, words.not_begun), form.of_firm && !form.pk && !form.about ? make("span", { class: "small" }, words.say_firm) : ""),
      make("p", { class: "acts" }, waiting && !form.blocked ? button(words.send_now, () => sync.now(), "button secondary") : "", button(words.forget, forget, "button link")));
  };

  const opensHere = (does) => {
    document.getElementById("kept-opens").textContent = does ? words.opens : words.opens_not;
  };

  // Forms that were looked at long ago leave by themselves, unless something in them waits.
  const prune = async (store) => {
    const waiting = await store.waiting();
    const done = (await store.forms()).filter((form) => !waiting[form.key]).sort((a, b) => b.at - a.at);
    for (const form of done.slice(MOST_LISTED)) await store.forget(form.key);
  };

  const draw = async (store, sync) => {
    const forms = (await store.forms()).filter((form) => form.programme === data.programme).sort((a, b) => b.at - a.at);
    const waiting = await store.waiting();
    box.replaceChildren(...forms.map((form) => line(store, sync, form, waiting[form.key] || 0)));
    document.getElementById("kept-none").hidden = forms.length > 0;
    document.getElementById("kept-offline").hidden = navigator.onLine;
  };

  const start = async () => {
    const registered = Field.kept.register(data.worker);
    let store;
    try { store = await Field.open(data.user); } catch {
      document.getElementById("kept-none").textContent = words.no_store;
      return;
    }
    await prune(store);
    let keeper;
    const redraw = () => draw(store, keeper);
    keeper = new Field.Keeper(new Field.Sync(store, redraw), { poll: () => [], said: redraw });
    if (store.channel) store.channel.onmessage = redraw;
    await redraw();
    keeper.now();
    opensHere(await registered);
    const kept = await paint();
    // Who files in one cluster wants all of its blank forms; who runs a programme chooses.
    const blanks = [...document.querySelectorAll("[data-blank]")].map((element) => element.dataset.keep);
    if (navigator.onLine && blanks.length <= MOST_BY_ITSELF) {
      await Field.kept.keep(data.field);
      for (const url of blanks) if (!kept.includes(url)) await Field.kept.keep(url);
      await paint();
    }
  };
  start();
})();
