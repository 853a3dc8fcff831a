// Rows of repeated groups: made from the blank row that the page brings, unfolded when they are opened, added, taken
// away with a way back, moved, found by their words.
(() => {
  "use strict";
  const Field = globalThis.Field;
  const { button, note } = Field.parts;
  const MANY = 15;
  const idOf = (path) => `f-${path.replaceAll("/", "-")}`;

  class Rows {
    constructor(page) { this.page = page; this.taken = new Map(); }

    get groups() { return this.page.root.querySelectorAll("[data-group]"); }

    // A row as the page makes it, with its own names in the place of the blank one's.
    made(group, row) {
      const blank = `${group.dataset.group}/ROW`;
      const copy = group.querySelector("template[data-blank-row]").content.firstElementChild.cloneNode(true);
      for (const element of [copy, ...copy.querySelectorAll("*")]) {
        for (const attribute of [...element.attributes]) {
          if (attribute.value.includes("ROW")) attribute.value = attribute.value.replaceAll(blank, `${group.dataset.group}/${row}`).replaceAll(idOf(blank), idOf(`${group.dataset.group}/${row}`));
        }
      }
      return copy;
    }

    // Bring the rows of every group to what stands: those that are there in their order, no others.
    arrange() {
      for (const group of this.groups) {
        const name = group.dataset.group;
        const box = group.querySelector(".rows");
        const standing = new Map([...box.children].map((element) => [element.dataset.row, element]));
        const order = this.page.model.rows(name).map((row) => `${name}/${row}`);
        for (const [path, element] of standing) if (!order.includes(path)) element.remove();
        order.forEach((path, place) => {
          const element = standing.get(path) || this.folded(group, path);
          if (box.children[place] !== element) box.insertBefore(element, box.children[place] || null);
        });
        group.querySelector(".group-count").textContent = order.length ? `(${order.length})` : "";
        group.querySelector(".group-filter").hidden = order.length <= MANY;
      }
    }
    folded(group, path) {
      const element = this.made(group, path.split("/")[1]);
      element.open = false;
      element.querySelector(".row-body").remove();
      return element;
    }
    unfold(element) {
      if (element.querySelector(".row-body")) return;
      const row = element.dataset.row.split("/")[1];
      element.querySelector(".row-folded")?.remove();
      element.append(this.made(element.closest("[data-group]"), row).querySelector(".row-body"));
      for (const field of element.querySelectorAll("[data-path]")) this.page.shown.show(field.dataset.path);
      this.page.shown.refresh();
    }

    // What each summary says.
    tell(survey) {
      const { model, words } = this.page;
      for (const group of this.groups) {
        [...group.querySelector(".rows").children].forEach((element, place) => {
          const [name, row] = element.dataset.row.split("/");
          const { answered = 0, asked = 0, look = 0 } = survey.rows[element.dataset.row] || {};
          const state = element.querySelector(".row-state");
          element.querySelector(".row-number").textContent = place + 1;
          element.querySelector(".row-title").textContent = model.title(name, row);
          state.textContent = look ? Field.say(words, "look", { n: look }) : Field.say(words, "of", { answered, asked });
          state.classList.toggle("look", look > 0);
        });
      }
    }

    // Acts ------------------------------------------------------------------------------------------------
    async add(name) {
      const { page } = this;
      const rows = page.model.rows(name);
      const last = rows.length ? Number(page.model.answers[`${name}/${rows.at(-1)}`]) : -1;
      const [high, low] = crypto.getRandomValues(new Uint32Array(2));
      const path = `${name}/r${high.toString(36)}${(low % 46656).toString(36)}`;
      await page.change(path, last + 1);
      this.arrange();
      const element = document.getElementById(idOf(path));
      this.unfold(element);
      element.open = true;
      page.shown.refresh();
      element.scrollIntoView({ block: "start" });
      element.querySelector("input:not([type=hidden]), textarea, select")?.focus({ preventScroll: true });
    }

    async remove(path) {
      const { page } = this;
      const { answers, changes } = page.model;
      const [name, row] = path.split("/");
      const title = page.model.named(name, row);
      const n = page.model.rows(name).indexOf(row) + 1;
      const inside = Object.keys(answers).filter((one) => one === path || one.startsWith(`${path}/`));
      const before = Object.fromEntries(inside.map((one) => [one, answers[one]]));
      await page.drop([...changes.keys()].filter((one) => one.startsWith(`${path}/`)));
      await page.change(path, null);
      this.arrange();
      page.shown.refresh();
      const group = page.root.querySelector(`[data-group="${name}"]`);
      group.querySelector(":scope > .note.undo")?.remove();
      const line = note(Field.say(page.words, title ? "removed" : "removed_row", { title, n }), button(page.words.undo, async () => {
        line.remove();
        for (const [one, value] of Object.entries(before)) await page.change(one, value);
        this.arrange();
        page.shown.refresh();
        document.getElementById(idOf(path)).querySelector("summary").focus();
      }, "button secondary small"));
      line.classList.add("undo");
      group.querySelector(".rows").after(line);
      line.querySelector("button").focus();
    }

    async move(path, step) {
      const { page } = this;
      const [name, row] = path.split("/");
      const order = [...page.model.rows(name)];
      const at = order.indexOf(row);
      if (at + step < 0 || at + step >= order.length) return;
      order.splice(at, 1);
      order.splice(at + step, 0, row);
      for (const [place, one] of order.entries()) {
        if (page.model.answers[`${name}/${one}`] !== place) await page.change(`${name}/${one}`, place);
      }
      this.arrange();
      page.shown.refresh();
      document.getElementById(idOf(path)).querySelector(`[name="${step < 0 ? "_up" : "_down"}"]`)?.focus();
    }

    filter(group, typed) {
      const wanted = typed.toLocaleLowerCase().split(/\s+/).filter(Boolean);
      const { model } = this.page;
      for (const element of group.querySelector(".rows").children) {
        const head = `${element.dataset.row}/`;
        const text = Object.keys(model.answers).filter((path) => path.startsWith(head)).map((path) => model.text(path)).join(" ").toLocaleLowerCase();
        element.hidden = !wanted.every((word) => text.includes(word));
      }
    }
  }

  Field.Rows = Rows;
  Field.idOf = idOf;
})();
