// The page of a form: takes over from the plain form, keeps every change on the device at once and sends it soon.
// Where the browser keeps nothing, the page stays the plain form that it is without a script.
(() => {
  "use strict";
  const Field = globalThis.Field;
  const { note, ask } = Field.parts;
  const root = document.getElementById("fill");
  const byId = (id) => document.getElementById(id);

  class Page {
    constructor(data) {
      Object.assign(this, { data, words: data.words, root, busy: new Map(), edits: 0 });
      this.model = new Field.Model(data.form, data.words);
      this.rows = new Field.Rows(this);
      this.photos = new Field.Photos(this);
      this.shown = new Field.Shown(this);
      this.bar = new Field.Bar(this);
      this.form = byId("fill-form");
    }
    get open() { return this.model.base.is_open; }

    async start() {
      this.store = await Field.open(this.data.user);
      this.key = this.data.key || this.ownKey();
      await this.adopt();
      await this.photos.load();
      this.keeper = new Field.Keeper(new Field.Sync(this.store, (key, told) => this.heard(key, told)), {
        poll: () => (this.record?.pk ? [this.key] : []), said: (state) => { this.bar.state = state; this.bar.draw(); },
      });
      if (this.store.channel) this.store.channel.onmessage = ({ data }) => this.heard(data.form, data);
      root.classList.add("live");
      this.bind();
      this.shown.draw();
      this.bar.goTo(location.hash);
      this.keeper.now();
      this.opensHere(await Field.kept.register(this.data.worker));
    }

    // A form that is begun here is named by its draft, which stands in the address, so that it is found again.
    ownKey() {
      const address = new URL(location.href);
      const known = address.searchParams.get("draft");
      if (/^[0-9a-f-]{36}$/.test(known || "")) return known;
      const made = crypto.randomUUID();
      address.searchParams.set("draft", made);
      history.replaceState(null, "", address);
      return made;
    }

    // Of what the page brought and what the device knew, the newer; a page that was kept may be an old one.
    async adopt() {
      const { data } = this;
      const begun = Boolean(data.pk) || Boolean(await this.store.form(this.key));
      const about = { programme: data.programme, device: Field.device.name, at: Date.now() };
      this.record = !begun ? null : await this.store.alter(this.key, (kept) => {
        if (!data.pk) return { ...kept, ...about };
        const fresh = !kept.base || data.standing.version >= kept.base.version;
        const blocked = fresh && data.standing.is_open ? null : kept.blocked;
        return {
          ...kept, ...about, blocked, pk: data.pk, title: data.title, urls: { ...kept.urls, ...data.urls }, url: data.urls.fill,
          base: fresh ? data.standing : kept.base, number: fresh ? data.standing.number : kept.number, newer: fresh ? false : kept.newer, retired: data.standing.retired,
        };
      });
      this.model.stand(this.record?.base || data.standing, await this.store.changes(this.key));
    }
    // The first change of a form that is begun here makes it one that this device keeps.
    async begin() {
      if (this.record) return;
      const { data } = this;
      this.record = await this.store.alter(this.key, (kept) => ({
        ...kept, programme: data.programme, device: Field.device.name, at: Date.now(), pk: null, title: data.title, urls: data.urls, create: data.create, of_firm: data.of_firm,
        url: location.pathname + location.search, base: data.standing, number: data.standing.number,
      }));
    }

    // Another page, or what was sent, changed what is kept.
    async heard(key, told = {}) {
      if (key !== this.key) return;
      let record;
      let kept;
      let edits;
      do { // what was read while somebody typed is old already
        edits = this.edits;
        record = await this.store.form(this.key);
        kept = await this.store.changes(this.key);
        await this.photos.load();
      } while (edits !== this.edits);
      if (!record) return;
      this.record = record;
      const writing = [...this.busy.values()].map((one) => one.change);
      this.model.stand(record.base, [...kept.filter((one) => !this.busy.has(one.path)), ...writing]);
      this.shown.draw();
      if (told.created && (await Field.kept.open(told.created))) {
        this.record = await this.store.alter(this.key, (one) => ({ ...one, url: told.created }));
      }
    }

    // Changes ---------------------------------------------------------------------------------------------
    // An answer as the person gave it: seen at once, kept at once, sent soon. "settle": a choice between two answers.
    async change(path, value, { bad = "", settle = false } = {}) {
      const { base, changes } = this.model;
      const seen = settle ? base.version : changes.get(path)?.seen ?? base.version;
      const change = { path, value, bad, settle, seen, mark: Field.mark(), at: Date.now() };
      changes.set(path, change);
      this.edits += 1;
      this.model.weave();
      this.bar.draw();
      this.shown.later();
      await this.keep(change);
      this.keeper.soon();
    }
    async drop(paths) {
      if (!paths.length) return;
      for (const path of paths) this.model.changes.delete(path);
      this.model.weave();
      await Promise.all(paths.map((path) => this.busy.get(path)?.end));
      await this.guard(() => this.store.put(this.key, [], paths));
      this.edits += 1;
    }
    // One writing at a time for each answer; what is typed meanwhile is written after it.
    async keep(change) {
      const { path } = change;
      const waiting = this.busy.get(path);
      if (waiting) { waiting.change = change; return waiting.end; }
      const entry = { change };
      this.busy.set(path, entry);
      entry.end = (async () => {
        let written;
        do {
          written = entry.change;
          await this.guard(() => this.write(written));
        } while (written !== entry.change);
        this.busy.delete(path);
        this.edits += 1;
        await this.store.tell(this.key).catch(() => {});
      })();
      return entry.end;
    }
    // What is the same as the server's answer again needs no sending, unless another answer is on its way already.
    async write(change) {
      if (this.model.changes.get(change.path) !== change) return; // dropped, or typed over
      await this.begin();
      await this.store.transact(["changes", "batches"], async ({ changes, batches }, got) => {
        const batch = await got(batches.get(this.key));
        const over = (sent) => sent.path === change.path || (sent.value === null && change.path.startsWith(`${sent.path}/`));
        const underway = batch?.changes.some(over);
        const needless = !change.bad && !change.settle && !underway && Field.same(change.value, this.model.base.answers[change.path]);
        if (!needless) { changes.put({ ...change, form: this.key }); return; }
        changes.delete([this.key, change.path]);
        if (this.model.changes.get(change.path) === change) this.model.changes.delete(change.path);
      });
    }
    async guard(act) {
      try { return await act(); } catch (error) {
        console.warn("twinning field:", error);
        this.bar.failed = error?.name === "QuotaExceededError" ? this.words.full : this.words.no_store;
        this.bar.draw();
        return null;
      }
    }

    // What a control holds, if it is another answer than the one that stands.
    typed(element) {
      const { path } = element.dataset;
      const { question } = this.model.place(path);
      const { value, bad } = this.model.clean(question, this.shown.read(element, question));
      const kept = this.model.changes.get(path);
      const standing = kept ? kept.value : this.model.base.answers[path];
      if (Field.same(value, standing) && (kept?.bad || "") === (bad || "")) return;
      this.change(path, value, { bad });
    }

    // Remarks and what was not sent -----------------------------------------------------------------------
    async seenTo(id) {
      this.record = await this.store.alter(this.key, (kept) => ({ ...kept, seen_to: [...(kept.seen_to || []), id] }));
      this.shown.refresh();
      this.keeper.soon(200);
    }
    notesRead() {
      this.record.notes = [];
      this.store.alter(this.key, (kept) => ({ ...kept, notes: [] }));
    }
    async discard() {
      const answer = await ask(this.words.discard_sure, [["yes", this.words.discard, "button danger"], ["", this.words.stay, "button secondary"]]);
      if (answer !== "yes") return;
      await this.store.transact(["changes", "batches", "photos"], async ({ changes, batches, photos }, got) => {
        for (const id of await got(changes.index("form").getAllKeys(this.key))) changes.delete(id);
        for (const id of await got(photos.index("form").getAllKeys(this.key))) photos.delete(id);
        batches.delete(this.key);
      });
      await this.heard(this.key);
    }

    // Doing -----------------------------------------------------------------------------------------------
    bind() {
      const { form } = this;
      const field = (event) => event.target.closest(".field[data-path]");
      form.addEventListener("input", (event) => {
        if (event.target.type === "search") this.rows.filter(event.target.closest("[data-group]"), event.target.value);
        else if (event.target.id === "about") this.about(event.target.value);
        else if (event.target.type !== "file" && field(event)) this.typed(field(event));
      });
      form.addEventListener("change", (event) => {
        if (event.target.type === "file") this.photos.take(field(event).dataset.path, event.target);
        else if (event.target.type !== "search" && field(event)) this.typed(field(event));
      });
      form.addEventListener("focusout", () => this.shown.later());
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        const { name, value } = event.submitter || {};
        const acts = { _add: () => this.rows.add(value), _remove: () => this.rows.remove(value), _up: () => this.rows.move(value, -1), _down: () => this.rows.move(value, 1) };
        if (acts[name]) acts[name](); else this.keeper.now();
      });
      form.addEventListener("click", (event) => {
        if (event.target.closest("[data-position]")) this.position(field(event));
        const link = event.target.closest(".row-folded a");
        if (link) { event.preventDefault(); this.rows.unfold(link.closest(".row")); }
      });
      // "toggle" does not bubble.
      form.addEventListener("toggle", (event) => { if (event.target.matches?.(".row[open]")) this.rows.unfold(event.target); }, true);
      addEventListener("hashchange", () => this.bar.goTo(location.hash));
      const about = byId("about");
      if (about && this.record?.about) about.value = this.record.about;
      byId("fill-keep")?.addEventListener("click", ({ target }) => this.keepHere(target));
      if (this.data.urls.fill) Field.kept.list().then((kept) => { if (kept.includes(this.data.urls.fill)) byId("fill-keep").textContent = this.words.kept; });
    }
    async about(text) {
      await this.begin();
      this.record = await this.store.alter(this.key, (kept) => ({ ...kept, about: text.trim() }));
      this.bar.draw();
      this.keeper.soon(3000);
    }
    async keepHere(place) {
      const done = await Field.kept.keep(location.pathname);
      place.textContent = done ? this.words.kept : this.words.not_kept;
      if (done) this.opensHere(true);
    }
    opensHere(does) {
      byId("fill-opens").textContent = does ? this.words.opens : this.words.opens_not;
    }
    position(element) {
      const input = element.querySelector("input");
      const { path } = element.dataset;
      this.shown.complain(path, "");
      input.placeholder = this.words.finding;
      navigator.geolocation.getCurrentPosition(({ coords }) => {
        input.value = `${coords.latitude.toFixed(5)} ${coords.longitude.toFixed(5)}`;
        this.typed(element);
      }, () => { input.placeholder = "13.08 80.27"; this.shown.complain(path, this.words.no_position); }, { enableHighAccuracy: true, timeout: 30000, maximumAge: 60000 });
    }
  }

  const start = async () => {
    const page = new Page(Field.data());
    try {
      await page.start();
    } catch (error) {
      console.warn("twinning field:", error);
      if (!page.store) byId("fill-notes").append(note(page.words.no_store));
    }
  };
  start();
})();
