// Where one is in a form: its sections with what is answered in each, the one that is open, and below it what is sent,
// what waits and where one goes on.
(() => {
  "use strict";
  const Field = globalThis.Field;
  const { make } = Field.parts;
  const byId = (id) => document.getElementById(id);

  class Bar {
    constructor(page) { this.page = page; this.state = "idle"; this.failed = ""; }

    // The sections that are asked for now.
    get parts() {
      const { root } = this.page;
      return [...root.querySelectorAll("[data-part]")].filter((part) => !root.querySelector(`[data-to="${part.dataset.part}"]`).parentElement.hidden);
    }

    count(survey) {
      const { model, words, root } = this.page;
      for (const link of root.querySelectorAll("[data-to]")) {
        const section = model.form.sections.find((one) => one.name === link.dataset.to);
        const { answered = 0, asked = 0, look = 0 } = survey.sections[section.name] || {};
        const count = link.querySelector("[data-count]");
        count.textContent = look ? Field.say(words, "look", { n: look }) : Field.say(words, "of", { answered, asked });
        count.classList.toggle("look", look > 0);
        const given = section.items.some((item) => model.answers[item.name] !== undefined || model.rows(item.name).length);
        link.parentElement.hidden = !asked && !model.holds(section.relevant) && !given;
      }
      byId("fill-progress").textContent = Field.say(words, "of_all", { answered: survey.answered, asked: survey.asked.size });
      this.look = survey.look;
      this.draw();
    }

    // Show the section that an address names, or the one around the answer that it names.
    goTo(hash) {
      const { root, rows } = this.page;
      const named = hash.length > 1 ? byId(decodeURIComponent(hash.slice(1))) : null;
      const folded = !named && /^#f-(\w+)-(\w+)-/.exec(hash);
      if (folded) {
        const row = byId(`f-${folded[1]}-${folded[2]}`);
        if (row) { rows.unfold(row); this.goTo(hash); return; }
      }
      const part = named?.closest("[data-part]") || this.parts[0];
      for (const one of root.querySelectorAll("[data-part]")) one.classList.toggle("current", one === part);
      for (const link of root.querySelectorAll("[data-to]")) {
        const here = link.dataset.to === part.dataset.part;
        if (here) link.setAttribute("aria-current", "step"); else link.removeAttribute("aria-current");
        if (here) byId("fill-where").textContent = link.firstElementChild.textContent;
      }
      const row = named?.closest(".row");
      if (row) { rows.unfold(row); row.open = true; }
      if (named) named.scrollIntoView({ block: "start" });
      if (named && named === part) { root.querySelector(".fill-nav details").open = false; part.focus({ preventScroll: true }); }
      this.draw();
    }

    draw() {
      this.tell();
      const { parts } = this;
      const at = parts.findIndex((part) => part.classList.contains("current"));
      const next = parts[at + 1] || parts[0];
      const link = byId("fill-next");
      link.href = `#${next.id}`;
      link.textContent = at + 1 < parts.length ? Field.say(this.page.words, "next", { title: next.querySelector("h2").textContent }) : this.page.words.done;
    }
    // Said again only where it changed, since it is read aloud.
    tell() {
      const { words, record, model } = this.page;
      const waiting = [...model.changes.values()].filter(Field.waits).length;
      const look = this.look ? ` · ${Field.say(words, "look", { n: this.look })}` : "";
      const mark = record?.blocked || this.failed ? "bad" : waiting ? "busy" : "good";
      const badge = make("span", { class: `badge ${mark}` }, this.said(waiting));
      const state = byId("fill-state");
      if (state.textContent === badge.textContent + look && state.firstChild?.className === badge.className) return;
      state.replaceChildren(badge, look);
    }
    said(waiting) {
      const { words, record, data } = this.page;
      if (this.failed) return this.failed;
      if (record?.blocked) return words[record.blocked.kind];
      if (!waiting) return record ? words.sent : words.nothing;
      if (this.state === "signed_out") return make("a", { href: `${data.login}?next=${encodeURIComponent(location.pathname + location.search)}` }, words.signed_out);
      if (this.state === "other_user") return words.other_user;
      if (record?.of_firm && !record.pk && !record.about) return words.say_firm;
      if (!navigator.onLine || ["offline", "later"].includes(this.state)) return Field.say(words, "waits", { n: waiting });
      return this.state === "sending" ? words.sending : Field.say(words, "unsent", { n: waiting });
    }
  }

  Field.Bar = Bar;
})();
