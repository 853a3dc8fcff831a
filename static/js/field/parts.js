// Pieces of the page that the script makes: two answers to choose from, remarks, notes, what was not sent.
(() => {
  "use strict";
  const Field = globalThis.Field;

  const make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else if (value === true) element.setAttribute(name, "");
      else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
    }
    element.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
    return element;
  };
  const button = (text, act, css = "button secondary") => make("button", { type: "button", class: css, onclick: act }, text);

  // sides: what stands first, then what waits. choose(value) settles it.
  const clash = (model, path, sides, choose) => {
    const { words } = model;
    const several = sides.every((side) => side.value === null || Array.isArray(side.value));
    const line = (side) => make("li", {},
      make("p", { class: "answer" }, model.text(path, side.value) || make("span", { class: "muted" }, words.no_answer)),
      make("p", { class: "muted small" }, Field.say(words, "said_by", side), side.device ? ` (${side.device})` : ""),
      button(words.keep_this, () => choose(side.value)));
    const both = () => [...new Set(sides.flatMap((side) => side.value || []))];
    return make("div", { class: "panel warning clash", role: "group", "aria-label": words.two_answers },
      make("h3", {}, words.two_answers), make("ul", { class: "plain" }, ...sides.map(line)),
      several ? button(words.keep_both, () => choose(both())) : "");
  };

  const remark = (words, one, close) => make("div", { class: "note warning remark", "data-remark": one.id },
    make("p", {}, make("b", {}, `${one.name}:`), ` ${one.text} `, make("span", { class: "muted small" }, one.at)),
    close ? button(words.seen_to, () => close(one.id), "button secondary small") : "");

  const note = (text, ...acts) => make("div", { class: "note warning", role: "status" }, make("p", {}, text), ...acts);

  // The answers that a form does not take in any more, for the person to copy.
  const unsent = (model, blocked, { discard, detail }) => {
    const { words } = model;
    const label = (path) => {
      const place = model.place(path);
      if (!place) return path;
      return place.row ? `${model.title(place.repeat, place.row)}: ${place.question.label}` : place.question.label;
    };
    const lines = [...model.changes.values()].filter((change) => change.value !== null && Field.depth(change.path) !== 1)
      .map((change) => [label(change.path), model.text(change.path, change.value)]);
    const copy = button(words.copy, async () => {
      await navigator.clipboard.writeText(lines.map((line) => line.join(": ")).join("\n"));
      copy.textContent = words.copied;
    });
    return make("div", { class: "panel warning wide unsent", role: "alert" },
      make("h2", {}, words[blocked.kind]), make("p", {}, blocked.detail), make("p", {}, words[`${blocked.kind}_text`]),
      detail ? make("p", {}, make("a", { href: detail }, words.look_at)) : "",
      make("dl", { class: "facts" }, ...lines.map(([name, text]) => make("div", {}, make("dt", {}, name), make("dd", {}, text)))),
      make("p", { class: "buttons" }, lines.length ? copy : "", button(words.discard, discard, "button link")));
  };

  // A question that stops what follows until it is answered; resolves to the key of the button, "" when closed.
  const ask = (text, choices) => new Promise((resolve) => {
    const dialog = make("dialog", { "aria-labelledby": "field-question" }, make("p", { id: "field-question" }, text));
    const row = make("p", { class: "buttons" });
    for (const [key, label, css] of choices) row.append(button(label, () => { dialog.returnValue = key; dialog.close(key); }, css));
    dialog.append(row);
    dialog.addEventListener("close", () => { dialog.remove(); resolve(dialog.returnValue); });
    document.body.append(dialog);
    dialog.showModal();
  });

  Field.parts = { make, button, clash, remark, note, unsent, ask };
})();
