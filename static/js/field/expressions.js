// The conditions of a questionnaire, worked out as diagnostics/rules/expressions.py works them out: whoever changes
// one changes the other. Numbers are decimals of 28 digits as there, since 0.1 + 0.2 must be 0.3 on a phone too.
(() => {
  "use strict";
  const Field = (globalThis.Field ??= {});
  const LONGEST = 1000;
  const DEEPEST = 40;
  const DIGITS = 28;
  const FUNCTIONS = {
    selected: [2, 2], "count-selected": [1, 1], not: [1, 1], true: [0, 0], false: [0, 0], "string-length": [1, 1],
    today: [0, 0], if: [3, 3], coalesce: [2, 2], count: [1, 1], sum: [1, 1], number: [1, 1],
  };
  const LEVELS = [["or"], ["and"], ["=", "!=", "<", "<=", ">", ">="], ["+", "-"], ["*", "div", "mod"]];
  const SPACE = " \\t\\n\\r\\f\\v";
  const TOKEN = new RegExp(
    `[${SPACE}]*(?:(?<number>[0-9]+(?:\\.[0-9]+)?)|(?<string>'[^']*'|"[^"]*")|\\$\\{(?<reference>[a-z][a-z0-9_]*)\\}` +
    "|(?<word>[a-z][a-z-]*)|(?<sign><=|>=|!=|[=<>+\\-*(),.]))", "y");
  const NUMBER = /^-?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})$/;
  const WORD = new RegExp(`[^${SPACE}]+`, "g");
  const strip = (text) => text.replace(new RegExp(`^[${SPACE}]+|[${SPACE}]+$`, "g"), "");

  // Decimals: n * 10 ** e ------------------------------------------------------------------------------------
  class Decimal {
    constructor(n, e = 0) { this.n = n; this.e = e; }
    static of(text) {
      const [whole, part = ""] = text.split(".");
      const digits = `${whole.replace("-", "")}${part}` || "0";
      return new Decimal(whole.startsWith("-") ? -BigInt(digits) : BigInt(digits), -part.length);
    }
    get digits() { return (this.n < 0n ? -this.n : this.n).toString().length; }
    rounded() {
      const over = this.digits - DIGITS;
      if (over <= 0) return this;
      const unit = 10n ** BigInt(over);
      const size = this.n < 0n ? -this.n : this.n;
      const rest = size % unit;
      let kept = size / unit;
      if (rest * 2n > unit || (rest * 2n === unit && kept % 2n === 1n)) kept += 1n;
      return new Decimal(this.n < 0n ? -kept : kept, this.e + over);
    }
    toString() {
      if (this.n === 0n) return "0";
      const sign = this.n < 0n ? "-" : "";
      const digits = (this.n < 0n ? -this.n : this.n).toString();
      if (this.e >= 0) return sign + digits + "0".repeat(this.e);
      const padded = digits.padStart(1 - this.e, "0");
      return (sign + padded.slice(0, this.e) + "." + padded.slice(this.e)).replace(/\.?0+$/, "");
    }
  }
  const together = (a, b) => {
    const e = Math.min(a.e, b.e);
    return [a.n * 10n ** BigInt(a.e - e), b.n * 10n ** BigInt(b.e - e), e];
  };
  const compared = (a, b) => { const [x, y] = together(a, b); return x < y ? -1 : x > y ? 1 : 0; };
  const plus = (a, b) => { const [x, y, e] = together(a, b); return new Decimal(x + y, e).rounded(); };
  const times = (a, b) => new Decimal(a.n * b.n, a.e + b.e).rounded();
  const over = (a, b) => {
    if (b.n === 0n) return null;
    const more = Math.max(0, DIGITS + 3 + b.digits - a.digits);
    const whole = a.n * 10n ** BigInt(more);
    let n = whole / b.n;
    // A last digit that is not zero stands for all that was cut off, so that a half is told from more than a half.
    let e = a.e - b.e - more;
    if (whole % b.n !== 0n) { n = n * 10n + ((whole < 0n) === (b.n < 0n) ? 1n : -1n); e -= 1; }
    return new Decimal(n, e).rounded();
  };
  const left = (a, b) => {
    const [x, y, e] = together(a, b);
    if (y === 0n) return null;
    const whole = x / y;
    return (whole < 0n ? -whole : whole) < 10n ** BigInt(DIGITS) ? new Decimal(x % y, e).rounded() : null;
  };

  // Text to tree ---------------------------------------------------------------------------------------------
  class BadExpression extends Error {}

  const tokensOf = (text) => {
    const end = text.replace(new RegExp(`[${SPACE}]+$`), "").length;
    const tokens = [];
    let place = 0;
    while (place < end) {
      TOKEN.lastIndex = place;
      const found = TOKEN.exec(text);
      if (!found) throw new BadExpression(`cannot be read at ${place}`);
      const [kind, value] = Object.entries(found.groups).find(([, one]) => one !== undefined);
      tokens.push({ kind, text: value });
      place = TOKEN.lastIndex;
    }
    return [...tokens, { kind: "end", text: "" }];
  };

  class Parser {
    constructor(text) { this.tokens = tokensOf(text); this.place = 0; this.depth = 0; }
    get next() { return this.tokens[this.place]; }
    take(text = "") {
      const token = this.next;
      if (text && token.text !== text) throw new BadExpression(`${text} is missing`);
      this.place += 1;
      return token;
    }
    level(depth = 0) {
      if (depth === LEVELS.length) return this.unary();
      let node = this.level(depth + 1);
      while (["word", "sign"].includes(this.next.kind) && LEVELS[depth].includes(this.next.text)) {
        node = { sign: this.take().text, left: node, right: this.level(depth + 1) };
      }
      return node;
    }
    unary() {
      this.depth += 1;
      if (this.depth > DEEPEST) throw new BadExpression("is nested too deeply");
      try {
        if (this.next.kind !== "sign" || this.next.text !== "-") return this.atom();
        this.take();
        return { sign: "-", left: { value: new Decimal(0n) }, right: this.unary() };
      } finally {
        this.depth -= 1;
      }
    }
    atom() {
      const token = this.take();
      if (token.kind === "number") return { value: Decimal.of(token.text) };
      if (token.kind === "string") return { value: token.text.slice(1, -1) };
      if (token.kind === "reference") return { name: token.text };
      if (token.text === ".") return { name: "." };
      if (token.text === "(") {
        const inner = this.level();
        this.take(")");
        return inner;
      }
      if (token.kind === "word" && Object.hasOwn(FUNCTIONS, token.text)) return this.call(token.text);
      throw new BadExpression(`${token.text} is out of place`);
    }
    call(name) {
      this.take("(");
      const given = [];
      while (this.next.text !== ")" || this.next.kind !== "sign") {
        if (given.length) this.take(",");
        given.push(this.level());
      }
      this.take(")");
      const [least, most] = FUNCTIONS[name];
      if (given.length < least || given.length > most) throw new BadExpression(`${name} takes ${most}`);
      if (["count", "sum"].includes(name) && !given[0].name) throw new BadExpression(`${name} takes a name`);
      return { call: name, given };
    }
  }

  const known = new Map();
  const parse = (text) => {
    if (!known.has(text)) {
      if ([...text].length > LONGEST) throw new BadExpression("is too long");
      const parser = new Parser(text);
      if (parser.next.kind === "end") throw new BadExpression("is empty");
      const node = parser.level();
      if (parser.next.kind !== "end") throw new BadExpression(`${parser.next.text} is out of place`);
      known.set(text, node);
    }
    return known.get(text);
  };

  // Tree to value: null, true, false, a text, a Decimal, a list ------------------------------------------------
  const numberOf = (value) => {
    if (typeof value === "boolean") return new Decimal(value ? 1n : 0n);
    if (value instanceof Decimal) return value;
    if (!["string", "number"].includes(typeof value)) return null;
    const text = strip(String(value));
    return NUMBER.test(text) ? Decimal.of(text) : null;
  };
  const textOf = (value) => value === null || value === undefined ? "" : Array.isArray(value) ? value.map(String).join(" ") : String(value);
  const truth = (value) => Array.isArray(value) || typeof value === "string" ? value.length > 0 : value instanceof Decimal ? value.n !== 0n : Boolean(value);
  const wordsOf = (value) => Array.isArray(value) ? value : textOf(value).match(WORD) || [];

  const before = (a, b) => {
    const [x, y] = [[...a], [...b]];
    for (let i = 0; i < Math.min(x.length, y.length); i += 1) {
      if (x[i] !== y[i]) return x[i].codePointAt(0) < y[i].codePointAt(0) ? -1 : 1;
    }
    return x.length - y.length;
  };
  const relate = (sign, a, b) => {
    const [x, y] = [numberOf(a), numberOf(b)];
    if (sign === "=" || sign === "!=") {
      const same = x !== null && y !== null ? compared(x, y) === 0 : textOf(a) === textOf(b);
      return same === (sign === "=");
    }
    let order;
    if (typeof a === "string" && typeof b === "string" && x === null) {
      if (!a || !b) return false;
      order = before(a, b);
    } else {
      if (x === null || y === null) return false;
      order = compared(x, y);
    }
    return { "<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0 }[sign];
  };
  const reckon = (sign, a, b) => {
    const [x, y] = [numberOf(a), numberOf(b)];
    if (x === null || y === null) return null;
    if (sign === "+") return plus(x, y);
    if (sign === "-") return plus(x, new Decimal(-y.n, y.e));
    if (sign === "*") return times(x, y);
    return sign === "div" ? over(x, y) : left(x, y);
  };

  // "lookup" gives the answer to a question: null, a text, a list; for count and sum the answers of all rows.
  const evaluate = (node, lookup, own, today) => {
    const work = (one) => evaluate(one, lookup, own, today);
    if ("value" in node) return node.value;
    if ("name" in node) return (node.name === "." ? own : lookup(node.name)) ?? null;
    if ("call" in node) return call(node, lookup, today, work);
    if (node.sign === "and" || node.sign === "or") {
      const first = truth(work(node.left));
      return first === (node.sign === "or") ? first : truth(work(node.right));
    }
    const [a, b] = [work(node.left), work(node.right)];
    return LEVELS[2].includes(node.sign) ? relate(node.sign, a, b) : reckon(node.sign, a, b);
  };
  const call = ({ call: name, given }, lookup, today, work) => {
    if (name === "true" || name === "false") return name === "true";
    if (name === "today") return today;
    if (name === "count" || name === "sum") {
      const found = lookup(given[0].name) ?? [];
      const rows = Array.isArray(found) ? found : [found];
      if (name === "count") return new Decimal(BigInt(rows.length));
      return rows.map(numberOf).filter(Boolean).reduce(plus, new Decimal(0n));
    }
    const values = given.map(work);
    if (name === "selected") return wordsOf(values[0]).includes(textOf(values[1]));
    if (name === "count-selected") return new Decimal(BigInt(wordsOf(values[0]).length));
    if (name === "not") return !truth(values[0]);
    if (name === "string-length") return new Decimal(BigInt([...textOf(values[0])].length));
    if (name === "if") return truth(values[0]) ? values[1] : values[2];
    if (name === "coalesce") return textOf(values[0]) ? values[0] : values[1];
    return numberOf(values[0]);
  };

  Field.expressions = { BadExpression, Decimal, parse, evaluate, truth, numberOf };
})();
