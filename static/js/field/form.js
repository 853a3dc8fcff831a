// The page of a form: takes over from the plain form, keeps every change on the device at once and sends it soon.
// Where the browser keeps nothing, the page stays the plain form that it is without a script.
(() => {
  "use strict";
  const Field = globalThis.Field;
  const { make, button, clash, remark, note, unsent, ask } = Field.parts;
  const root = document.getElementById("fill");
  const byId = (id) => document.getElementById(id);

  class Page {
    constructor(data) {
      Object.assign(this, { data, words: data.words, root, state: "idle", busy: new Map(), told: [], edits: 0 });
      this.model = new Field.Model(data.form, data.words);
      this.rows = new Field.Rows(this);
      this.photos = new Field.Photos(this);
      this.form = byId("fill-form");
    }
    get open() { return this.model.base.is_open; }

    async start() {
      this.store = await Field.open(this.data.user);
      this.key = this.data.key || this.ownKey();
      await this.adopt();
      await this.photos.load();
      this.keeper = new Field.Keeper(new Field.Sync(this.store, (key, told) => this.heard(key, told)), {
        poll: () => (this.record?.pk ? [this.key] : []), said: (state) => { this.state = state; this.bar(); },
      });
      if (this.store.channel) this.store.channel.onmessage = ({ data }) => this.heard(data.form, data);
      root.classList.add("live");
      this.bind();
      this.draw();
      this.goTo(location.hash);
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
      this.draw();
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
      this.bar();
      this.later();
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
        this.failed = error?.name === "QuotaExceededError" ? this.words.full : this.words.no_store;
        this.bar();
        return null;
      }
    }

    // What a control holds.
    read(element, question) {
      const { path, kind } = element.dataset;
      const chosen = () => [...element.querySelectorAll("input:checked")].map((one) => one.value);
      if (kind === "photo") return this.model.answers[path] || [];
      if (kind === "several") return Object.keys(this.data.form.choices[question.choices]).filter((one) => chosen().includes(one));
      if (kind === "product-group") {
        const more = element.querySelector("[name$='+more']").value.split(/[,;\n]/).map((one) => one.trim());
        return [...new Set([...chosen(), ...more])].filter(Boolean);
      }
      if (kind === "one" && element.querySelector("fieldset")) return chosen()[0] || "";
      return element.querySelector("input, textarea, select").value;
    }
    typed(element) {
      const { path } = element.dataset;
      const { question } = this.model.place(path);
      const { value, bad } = this.model.clean(question, this.read(element, question));
      const kept = this.model.changes.get(path);
      const standing = kept ? kept.value : this.model.base.answers[path];
      if (Field.same(value, standing) && (kept?.bad || "") === (bad || "")) return;
      this.change(path, value, { bad });
    }

    // Showing ---------------------------------------------------------------------------------------------
    element(path) { return root.querySelector(`.field[data-path="${CSS.escape(path)}"]`); }

    // Put the answer that stands into its control, unless somebody is typing there.
    show(path) {
      const element = this.element(path);
      if (!element) return;
      const { question } = this.model.place(path);
      const change = this.model.changes.get(path);
      const value = change ? change.value : this.model.base.answers[path] ?? null;
      const { kind } = element.dataset;
      if (kind === "photo") { this.photos.draw(element.querySelector(".photos"), path); return; }
      if (Field.same(this.model.clean(question, this.read(element, question)).value, value)) return;
      const list = Array.isArray(value) ? value : [value ?? ""];
      const options = element.querySelectorAll("input[type=radio], input[type=checkbox]");
      for (const option of options) option.checked = option.value !== "" && list.includes(option.value);
      if (kind === "product-group") element.querySelector("[name$='+more']").value = list.filter((one) => one && !this.data.groups.includes(one)).join(", ");
      else if (!options.length) element.querySelector("input, textarea, select").value = list[0];
    }
    draw() {
      this.rows.arrange();
      for (const element of root.querySelectorAll(".field[data-path]")) this.show(element.dataset.path);
      byId("fill-notes").replaceChildren(...this.notes());
      this.refresh();
    }
    later() {
      clearTimeout(this.drawing);
      this.drawing = setTimeout(() => this.refresh(), 150);
    }
    // Conditions, counts and complaints, after an answer changed.
    refresh() {
      const survey = this.model.survey();
      for (const element of root.querySelectorAll("[data-path]")) this.mark(element, survey);
      for (const group of this.rows.groups) {
        const repeat = this.model.repeats.get(group.dataset.group);
        group.hidden = !this.model.holds(repeat.relevant) && !this.model.rows(repeat.name).length;
      }
      this.rows.tell(survey);
      this.sections(survey);
      this.remarks();
      this.survey = survey;
      this.bar();
    }
    mark(element, survey) {
      const { path } = element.dataset;
      const { question, row } = this.model.place(path);
      const asked = question.type === "note" ? this.model.holds(question.relevant, row) : survey.asked.has(path);
      const answered = this.model.answers[path] !== undefined || this.model.changes.get(path)?.value;
      element.hidden = !asked && !answered;
      if (question.type === "note") return;
      element.classList.toggle("off", !asked && Boolean(answered));
      this.line(element, "off-note muted small", !asked && answered ? this.words.not_asked : "", "");
      const typing = element.contains(document.activeElement) && !element.classList.contains("invalid");
      this.complain(path, typing ? "" : survey.wrong.get(path) || "", element);
      this.clash(element, path);
    }
    // A line of text below the label, there or not.
    line(element, css, text, id) {
      const known = element.querySelector(`.${css.split(" ")[0]}`);
      if (known?.textContent === text || (!known && !text)) return;
      known?.remove();
      if (!text) return;
      const label = element.querySelector(".hint, legend, label");
      label.after(make("p", { class: css, id: id || null }, text));
    }
    complain(path, text, element = this.element(path)) {
      const id = `${Field.idOf(path)}-error`;
      this.line(element, "field-error", text, id);
      element.classList.toggle("invalid", Boolean(text));
      const control = element.querySelector("fieldset") || element.querySelector("input, textarea, select");
      const described = [element.querySelector(".hint")?.id, text ? id : ""].filter(Boolean).join(" ");
      if (described) control.setAttribute("aria-describedby", described); else control.removeAttribute("aria-describedby");
      if (control.tagName !== "FIELDSET") control.toggleAttribute("aria-invalid", false);
      if (text && control.tagName !== "FIELDSET") control.setAttribute("aria-invalid", "true");
    }
    clash(element, path) {
      const sides = this.model.base.clashes[path];
      const settled = this.model.changes.get(path)?.settle;
      const now = sides && !settled ? JSON.stringify(sides) : "";
      const known = element.querySelector(".clash");
      if ((known?.dataset.sides ?? (known ? "server" : "")) === now) return;
      known?.remove();
      if (!now) return;
      const panel = clash(this.model, path, sides, async (value) => { await this.change(path, value, { settle: true }); this.show(path); this.refresh(); });
      panel.dataset.sides = now;
      element.append(panel);
    }
    remarks() {
      const seen = new Set(this.record?.seen_to || []);
      const open = this.model.base.remarks.filter((one) => !seen.has(one.id));
      for (const element of root.querySelectorAll("[data-remark]")) if (!open.some((one) => String(one.id) === element.dataset.remark)) element.remove();
      for (const one of open) {
        const row = Field.depth(one.path) && root.querySelector(`[data-row="${CSS.escape(one.path.split("/").slice(0, 2).join("/"))}"]`);
        if (row) this.rows.unfold(row);
        const place = this.element(one.path) || (row && row.querySelector(".row-body")) || root.querySelector(".fill-all");
        const known = root.querySelector(`[data-remark="${one.id}"]`);
        if (known?.dataset.live) continue;
        known?.remove();
        const made = remark(this.words, one, this.open ? (id) => this.seenTo(id) : null);
        made.dataset.live = "yes";
        if (place.classList.contains("field")) place.append(made); else place.prepend(made);
      }
    }
    async seenTo(id) {
      this.record = await this.store.alter(this.key, (kept) => ({ ...kept, seen_to: [...(kept.seen_to || []), id] }));
      this.refresh();
      this.keeper.soon(200);
    }
    notes() {
      const { record, words } = this;
      if (!record) return [];
      if (record.notes?.length) {
        this.told.push(...record.notes.map((one) => Field.say(words, one.kind, { title: this.model.title(...one.path.split("/")) })));
        record.notes = [];
        this.store.alter(this.key, (kept) => ({ ...kept, notes: [] }));
      }
      const said = this.told.map((text) => {
        const line = note(text, button(words.dismiss, () => { this.told.splice(this.told.indexOf(text), 1); line.remove(); }, "button link"));
        return line;
      });
      if (record.newer) said.unshift(note(words.newer));
      if (record.retired && !record.newer) said.unshift(note(words.retired));
      const blocked = record.blocked || (this.open ? null : { kind: "not_open", detail: "" });
      if (blocked) said.unshift(unsent(this.model, blocked, { detail: record.urls.detail, discard: () => this.discard() }));
      return said;
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

    // Sections --------------------------------------------------------------------------------------------
    sections(survey) {
      for (const link of root.querySelectorAll("[data-to]")) {
        const section = this.data.form.sections.find((one) => one.name === link.dataset.to);
        const { answered = 0, asked = 0, look = 0 } = survey.sections[section.name] || {};
        const count = link.querySelector("[data-count]");
        count.textContent = look ? Field.say(this.words, "look", { n: look }) : Field.say(this.words, "of", { answered, asked });
        count.classList.toggle("look", look > 0);
        const off = !asked && !this.model.holds(section.relevant) && !section.items.some((item) => this.model.answers[item.name] !== undefined || this.model.rows(item.name).length);
        link.parentElement.hidden = off;
      }
      byId("fill-progress").textContent = Field.say(this.words, "of_all", { answered: survey.answered, asked: survey.asked.size });
    }
    get parts() { return [...root.querySelectorAll("[data-part]")].filter((part) => !root.querySelector(`[data-to="${part.dataset.part}"]`).parentElement.hidden); }

    // Show the section that an address names, or the one around the answer that it names.
    goTo(hash) {
      const named = hash.length > 1 ? byId(decodeURIComponent(hash.slice(1))) : null;
      const folded = !named && /^#f-(\w+)-(\w+)-/.exec(hash);
      if (folded) {
        const row = byId(`f-${folded[1]}-${folded[2]}`);
        if (row) { this.rows.unfold(row); this.goTo(hash); return; }
      }
      const part = named?.closest("[data-part]") || this.parts[0];
      for (const one of root.querySelectorAll("[data-part]")) one.classList.toggle("current", one === part);
      for (const link of root.querySelectorAll("[data-to]")) {
        const here = link.dataset.to === part.dataset.part;
        if (here) link.setAttribute("aria-current", "step"); else link.removeAttribute("aria-current");
        if (here) byId("fill-where").textContent = link.firstElementChild.textContent;
      }
      const row = named?.closest(".row");
      if (row) { this.rows.unfold(row); row.open = true; }
      if (named) named.scrollIntoView({ block: "start" });
      if (named && named === part) { root.querySelector(".fill-nav details").open = false; part.focus({ preventScroll: true }); }
      this.bar();
    }

    bar() {
      const { words } = this;
      const waiting = [...this.model.changes.values()].filter(Field.waits).length;
      const look = this.survey?.look || 0;
      const login = `/accounts/login/?next=${encodeURIComponent(location.pathname + location.search)}`;
      const stopped = ["signed_out", "other_user"].includes(this.state);
      let said = !this.record && !waiting ? words.nothing : words.sent;
      if (this.failed) said = this.failed;
      else if (this.record?.blocked) said = words[this.record.blocked.kind];
      else if (waiting && stopped) said = this.state === "signed_out" ? make("a", { href: login }, words.signed_out) : words.other_user;
      else if (waiting && this.record?.of_firm && !this.record.pk && !this.record.about) said = words.say_firm;
      else if (waiting && (!navigator.onLine || ["offline", "later"].includes(this.state))) said = Field.say(words, "waits", { n: waiting });
      else if (waiting) said = this.state === "sending" ? words.sending : Field.say(words, "unsent", { n: waiting });
      const mark = this.record?.blocked || this.failed ? "bad" : waiting ? "busy" : "good";
      const state = byId("fill-state");
      const badge = make("span", { class: `badge ${mark}` }, said);
      if (state.textContent !== badge.textContent + (look ? ` · ${Field.say(words, "look", { n: look })}` : "") || state.firstChild?.className !== badge.className) {
        state.replaceChildren(badge, ...(look ? [` · ${Field.say(words, "look", { n: look })}`] : []));
      }
      const { parts } = this;
      const at = parts.findIndex((part) => part.classList.contains("current"));
      const next = parts[at + 1] || parts[0];
      const link = byId("fill-next");
      link.href = `#${next.id}`;
      link.textContent = at + 1 < parts.length ? Field.say(words, "next", { title: next.querySelector("h2").textContent }) : words.done;
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
      form.addEventListener("focusout", () => this.later());
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
      addEventListener("hashchange", () => this.goTo(location.hash));
      const about = byId("about");
      if (about && this.record?.about) about.value = this.record.about;
      byId("fill-keep")?.addEventListener("click", ({ target }) => this.keepHere(target));
      if (this.data.urls.fill) Field.kept.list().then((kept) => { if (kept.includes(this.data.urls.fill)) byId("fill-keep").textContent = this.words.kept; });
    }
    async about(text) {
      await this.begin();
      this.record = await this.store.alter(this.key, (kept) => ({ ...kept, about: text.trim() }));
      this.bar();
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
      this.complain(path, "");
      input.placeholder = this.words.finding;
      navigator.geolocation.getCurrentPosition(({ coords }) => {
        input.value = `${coords.latitude.toFixed(5)} ${coords.longitude.toFixed(5)}`;
        this.typed(element);
      }, () => { input.placeholder = "13.08 80.27"; this.complain(path, this.words.no_position); }, { enableHighAccuracy: true, timeout: 30000, maximumAge: 60000 });
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
