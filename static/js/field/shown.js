// What a form looks like: the answers in their controls, what is not asked, complaints, two answers to choose from,
// remarks, and what is said above it all.
(() => {
  "use strict";
  const Field = globalThis.Field;
  const { make, button, clash, remark, note, unsent } = Field.parts;

  class Shown {
    constructor(page) { this.page = page; this.told = []; }
    get model() { return this.page.model; }

    element(path) { return this.page.root.querySelector(`.field[data-path="${CSS.escape(path)}"]`); }

    // What a control holds.
    read(element, question) {
      const { path, kind } = element.dataset;
      const chosen = () => [...element.querySelectorAll("input:checked")].map((one) => one.value);
      if (kind === "photo") return this.model.answers[path] || [];
      if (kind === "several") return Object.keys(this.model.form.choices[question.choices]).filter((one) => chosen().includes(one));
      if (kind === "product-group") {
        const more = element.querySelector("[name$='+more']").value.split(/[,;\n]/).map((one) => one.trim());
        return [...new Set([...chosen(), ...more])].filter(Boolean);
      }
      if (kind === "one" && element.querySelector("fieldset")) return chosen()[0] || "";
      return element.querySelector("input, textarea, select").value;
    }

    // Put the answer that stands into its control, unless somebody is typing there.
    show(path) {
      const element = this.element(path);
      if (!element) return;
      const { question } = this.model.place(path);
      const change = this.model.changes.get(path);
      const value = change ? change.value : this.model.base.answers[path] ?? null;
      const { kind } = element.dataset;
      if (kind === "photo") { this.page.photos.draw(element.querySelector(".photos"), path); return; }
      if (Field.same(this.model.clean(question, this.read(element, question)).value, value)) return;
      const list = Array.isArray(value) ? value : [value ?? ""];
      const options = element.querySelectorAll("input[type=radio], input[type=checkbox]");
      for (const option of options) option.checked = option.value !== "" && list.includes(option.value);
      if (kind === "product-group") element.querySelector("[name$='+more']").value = list.filter((one) => one && !this.page.data.groups.includes(one)).join(", ");
      else if (!options.length) element.querySelector("input, textarea, select").value = list[0];
    }
    draw() {
      const { page } = this;
      page.rows.arrange();
      for (const element of page.root.querySelectorAll(".field[data-path]")) this.show(element.dataset.path);
      document.getElementById("fill-notes").replaceChildren(...this.notes());
      this.refresh();
    }
    later() {
      clearTimeout(this.drawing);
      this.drawing = setTimeout(() => this.refresh(), 150);
    }
    // Conditions, counts and complaints, after an answer changed.
    refresh() {
      const { page, model } = this;
      const survey = model.survey();
      for (const element of page.root.querySelectorAll("[data-path]")) this.mark(element, survey);
      for (const group of page.rows.groups) {
        const repeat = model.repeats.get(group.dataset.group);
        group.hidden = !model.holds(repeat.relevant) && !model.rows(repeat.name).length;
      }
      page.rows.tell(survey);
      this.remarks();
      page.bar.count(survey);
    }

    // One question ----------------------------------------------------------------------------------------
    mark(element, survey) {
      const { path } = element.dataset;
      const { question, row } = this.model.place(path);
      const asked = question.type === "note" ? this.model.holds(question.relevant, row) : survey.asked.has(path);
      const answered = this.model.answers[path] !== undefined || this.model.changes.get(path)?.value;
      element.hidden = !asked && !answered;
      if (question.type === "note") return;
      element.classList.toggle("off", !asked && Boolean(answered));
      this.line(element, "off-note muted small", !asked && answered ? this.page.words.not_asked : "", "");
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
      const panel = clash(this.model, path, sides, async (value) => { await this.page.change(path, value, { settle: true }); this.show(path); this.refresh(); });
      panel.dataset.sides = now;
      element.append(panel);
    }

    // Remarks and notes -----------------------------------------------------------------------------------
    remarks() {
      const { page } = this;
      const { root } = page;
      const seen = new Set(page.record?.seen_to || []);
      const open = this.model.base.remarks.filter((one) => !seen.has(one.id));
      for (const element of root.querySelectorAll("[data-remark]")) if (!open.some((one) => String(one.id) === element.dataset.remark)) element.remove();
      for (const one of open) {
        const row = Field.depth(one.path) && root.querySelector(`[data-row="${CSS.escape(one.path.split("/").slice(0, 2).join("/"))}"]`);
        if (row) page.rows.unfold(row);
        const place = this.element(one.path) || (row && row.querySelector(".row-body")) || root.querySelector(".fill-all");
        const known = root.querySelector(`[data-remark="${one.id}"]`);
        if (known?.dataset.live) continue;
        known?.remove();
        const made = remark(page.words, one, page.open ? (id) => page.seenTo(id) : null);
        made.dataset.live = "yes";
        if (place.classList.contains("field")) place.append(made); else place.prepend(made);
      }
    }
    notes() {
      const { page } = this;
      const { record, words } = page;
      if (!record) return [];
      if (record.notes?.length) {
        this.told.push(...record.notes.map((one) => Field.say(words, one.kind, { title: this.model.title(...one.path.split("/")) })));
        page.notesRead();
      }
      const said = this.told.map((text) => {
        const line = note(text, button(words.dismiss, () => { this.told.splice(this.told.indexOf(text), 1); line.remove(); }, "button link"));
        return line;
      });
      if (record.newer) said.unshift(note(words.newer));
      if (record.retired && !record.newer) said.unshift(note(words.retired));
      const blocked = record.blocked || (page.open ? null : { kind: "not_open", detail: "" });
      if (blocked) said.unshift(unsent(this.model, blocked, { detail: record.urls.detail, discard: () => page.discard() }));
      return said;
    }
  }

  Field.Shown = Shown;
})();
