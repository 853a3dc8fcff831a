// A form as it stands on this device: what the server knows, and over it what was changed here. Says what is asked,
// what is answered and what is wrong, as diagnostics/rules/answers.py does.
(() => {
  "use strict";
  const Field = globalThis.Field;
  const { parse, evaluate, truth, numberOf } = Field.expressions;
  const LISTS = ["several", "photo", "product-group"];
  const NUMBERS = ["integer", "decimal"];

  class Model {
    constructor(form, words) {
      this.form = form;
      this.words = words;
      this.questions = new Map(); // name: { question, repeat, section }
      this.repeats = new Map();
      for (const section of form.sections) {
        for (const item of section.items) {
          if (item.rows) this.repeats.set(item.name, item);
          for (const question of item.rows || [item]) {
            this.questions.set(question.name, { question, repeat: item.rows ? item.name : "", section });
          }
        }
      }
      this.base = { answers: {}, clashes: {}, remarks: [], photos: {}, version: 0, is_open: true };
      this.changes = new Map();
      this.answers = {};
    }

    // The answers as the person sees them. A row that was removed here takes its answers along.
    stand(base, changes) {
      this.base = base;
      this.changes = new Map(changes.map((change) => [change.path, change]));
      this.weave();
    }
    weave() {
      this.answers = { ...this.base.answers };
      for (const [path, change] of this.changes) this.lay(path, change);
      this.order = new Map();
    }
    lay(path, change) {
      if (change.value !== null && !change.bad) { this.answers[path] = change.value; return; }
      delete this.answers[path];
      if (change.value !== null || Field.depth(path) !== 1) return;
      for (const inner of Object.keys(this.answers)) if (inner.startsWith(`${path}/`)) delete this.answers[inner];
    }

    place(path) {
      const parts = path.split("/");
      const known = this.questions.get(parts[parts.length - 1]);
      return known ? { ...known, row: parts.length === 3 ? parts[1] : "" } : null;
    }
    path(question, row) {
      const { repeat } = this.questions.get(question.name);
      return repeat ? `${repeat}/${row}/${question.name}` : question.name;
    }
    rows(repeat) {
      if (!this.order.has(repeat)) {
        const head = `${repeat}/`;
        const rows = Object.keys(this.answers).filter((path) => path.startsWith(head) && Field.depth(path) === 1).map((path) => path.slice(head.length));
        const at = (row) => Number(this.answers[head + row]) || 0;
        this.order.set(repeat, rows.sort((a, b) => at(a) - at(b) || (a < b ? -1 : 1)));
      }
      return this.order.get(repeat);
    }

    // Conditions ------------------------------------------------------------------------------------------
    value(name, row) {
      const known = this.questions.get(name);
      if (!known) return this.repeats.has(name) ? this.rows(name) : null;
      if (!known.repeat) return this.answers[name] ?? null;
      if (row && this.answers[`${known.repeat}/${row}`] !== undefined) return this.answers[this.path(known.question, row)] ?? null;
      return this.rows(known.repeat).map((one) => this.answers[this.path(known.question, one)]).filter((one) => one !== undefined);
    }
    holds(text, row = "", own = null) {
      if (!text) return true;
      return truth(evaluate(parse(text), (name) => this.value(name, row), own, this.today()));
    }
    today() {
      const now = new Date();
      return [now.getFullYear(), String(now.getMonth() + 1).padStart(2, "0"), String(now.getDate()).padStart(2, "0")].join("-");
    }

    // Every question that is asked, with its row: the order of the form.
    * asked() {
      for (const section of this.form.sections) {
        if (!this.holds(section.relevant)) continue;
        for (const item of section.items) {
          if (!this.holds(item.relevant)) continue;
          if (!item.rows) { if (item.type !== "note") yield { path: item.name, question: item, row: "", section }; continue; }
          for (const row of this.rows(item.name)) {
            for (const question of item.rows) {
              if (question.type !== "note" && this.holds(question.relevant, row)) yield { path: this.path(question, row), question, row, section };
            }
          }
        }
      }
    }
    // What is not right about an answer that is given; "" where nothing is.
    wrong(question, row, path) {
      const change = this.changes.get(path);
      if (change?.bad || change?.refused) return change.bad || change.refused;
      const value = this.answers[path];
      if (value === undefined || !question.constraint || this.holds(question.constraint, row, value)) return "";
      return question.message || this.words.not_allowed;
    }
    // Counts by section and by row, and what is wrong by path.
    survey() {
      const found = { asked: new Set(), sections: {}, rows: {}, wrong: new Map(), answered: 0, look: 0 };
      const remarked = new Set(this.base.remarks.map((remark) => remark.path));
      const count = (group, key, path, bad) => {
        const one = (group[key] ??= { answered: 0, asked: 0, look: 0 });
        one.asked += 1;
        if (this.answers[path] !== undefined) one.answered += 1;
        if (bad) one.look += 1;
      };
      for (const { path, question, row, section } of this.asked()) {
        const wrong = this.wrong(question, row, path);
        if (wrong) found.wrong.set(path, wrong);
        found.asked.add(path);
        if (this.answers[path] !== undefined) found.answered += 1;
        const bad = wrong || this.base.clashes[path] || remarked.has(path);
        count(found.sections, section.name, path, bad);
        if (row) count(found.rows, Field.rowOf(path), path, bad);
      }
      for (const [path, change] of this.changes) if ((change.bad || change.refused) && !found.wrong.has(path)) found.wrong.set(path, change.bad || change.refused);
      found.look = new Set([...found.wrong.keys(), ...Object.keys(this.base.clashes), ...remarked]).size;
      return found;
    }

    // Answers ---------------------------------------------------------------------------------------------
    // What was typed as it is kept: { value } or { value, bad } where it cannot be kept by the server.
    clean(question, raw) {
      if (LISTS.includes(question.type)) return { value: raw.length ? raw : null };
      const text = String(raw ?? "").replace(/\r\n/g, "\n").trim();
      if (!text) return { value: null };
      if (NUMBERS.includes(question.type)) return this.number(question, text);
      if (question.type === "place") return this.position(text);
      return { value: text };
    }
    number(question, text) {
      let plain = text.replace(/[ \u00a0\u202f]/g, "");
      if (plain.includes(",") && !plain.includes(".") && !/^-?\d{1,3}(,\d{3})+$/.test(plain)) plain = plain.replaceAll(",", ".");
      plain = plain.replaceAll(",", "");
      if (!/^-?\d{1,15}(\.\d{1,6})?$/.test(plain)) return { value: text, bad: Field.say(this.words, "not_number", { text: text.slice(0, 30) }) };
      if (question.type === "integer" && plain.includes(".")) return { value: text, bad: this.words.whole };
      return { value: plain };
    }
    position(text) {
      const found = text.split(/[\s,;]+/).slice(0, 2).map(numberOf).filter(Boolean);
      const good = found.length === 2 && Math.abs(Number(found[0])) <= 90 && Math.abs(Number(found[1])) <= 180;
      return good ? { value: `${found[0]} ${found[1]}` } : { value: text, bad: this.words.bad_place };
    }
    // An answer in words.
    text(path, value = this.answers[path]) {
      if (value === undefined || value === null) return "";
      const question = this.place(path)?.question;
      if (question?.type === "photo") return value.map((one) => this.base.photos[one] || this.words.photo).join(", ");
      const labels = this.form.choices[question?.choices] || {};
      return Array.isArray(value) ? value.map((one) => labels[one] || one).join(", ") : labels[value] || String(value);
    }
    // What a row is called, "" where nothing in it says so yet.
    named(repeat, row) {
      const { title, rows } = this.repeats.get(repeat);
      const named = [...rows.filter((one) => one.name === title), ...rows].filter((one) => one.type !== "photo");
      const path = named.map((one) => this.path(one, row)).find((one) => this.answers[one] !== undefined);
      return path ? this.text(path).slice(0, 120) : "";
    }
    title(repeat, row) { return this.named(repeat, row) || this.words.untitled; }
  }

  Field.Model = Model;
})();
