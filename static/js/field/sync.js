// Sends what waits on this device, form by form: the form itself, its photos, its answers. Everything may be sent
// again: what was on its way when the line broke is kept as it was and sent as it was, before anything newer.
(() => {
  "use strict";
  const Field = globalThis.Field;
  const MOST_CHANGES = 200;
  const MOST_CHARACTERS = 250000;
  const PATIENCE = 30000;
  const PATIENCE_PHOTO = 120000;
  const A_DAY = 86400000;

  // Why a run ends early: offline, later (the server is unwell), signed_out, other_user.
  class Stop extends Error {
    constructor(why) { super(why); this.why = why; }
  }
  class Refused extends Error {
    constructor(status, problem) { super(problem.detail); this.status = status; this.problem = problem; }
  }

  // As it is when something is sent: it changes whenever somebody signs in. A service worker has no document.
  const token = async () => {
    if (!globalThis.document) return (await globalThis.cookieStore?.get("csrftoken"))?.value || "";
    return /(?:^|; )csrftoken=([^;]*)/.exec(document.cookie)?.[1] || "";
  };

  const post = async (url, user, body, patience = PATIENCE) => {
    const headers = { "X-CSRFToken": await token(), "Field-User": String(user), Accept: "application/json" };
    if (!(body instanceof FormData)) headers["Content-Type"] = "application/json";
    let response;
    let data = null;
    try {
      response = await fetch(url, {
        method: "POST", headers, credentials: "same-origin", redirect: "manual", signal: AbortSignal.timeout(patience),
        body: body instanceof FormData ? body : JSON.stringify(body),
      });
      if (/json/.test(response.headers.get("content-type") || "")) data = await response.json();
    } catch {
      throw new Stop("offline");
    }
    if (response.type === "opaqueredirect") throw new Stop("signed_out");
    if (response.ok && data) return data;
    if (data?.reason === "other_user") throw new Stop("other_user");
    // Without a document of ours it came from something in between, or the token was of another day.
    if (!data || response.status >= 500 || response.status === 429) throw new Stop("later");
    throw new Refused(response.status, data);
  };

  const rowOf = (path) => path.slice(0, path.lastIndexOf("/"));
  const depth = (path) => path.split("/").length - 1;
  const same = (a, b) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
  const isLocal = (one) => typeof one === "string" && one.startsWith("local:");
  const hasLocal = (change) => Array.isArray(change.value) && change.value.some(isLocal);
  const mark = () => `${Date.now()}-${Math.random().toString(36).slice(2)}`;

  class Sync {
    // "changed(key)" is called when what is kept of a form changed.
    constructor(store, changed = () => {}) { this.store = store; this.changed = changed; }

    // Send what waits, and ask after the forms of "poll". Answers idle, busy (another page is at it) or why it stopped.
    async run(poll = []) {
      if (!navigator.onLine) return "offline";
      const work = async (lock) => {
        if (!lock) return "busy";
        try {
          for (const key of await this.due(poll)) await this.one(key, poll.includes(key));
          return "idle";
        } catch (error) {
          if (error instanceof Stop) return error.why;
          throw error;
        }
      };
      if (!navigator.locks) return work(true);
      return navigator.locks.request(`twinning-field-${this.store.user}`, { ifAvailable: true }, work);
    }

    async due(poll) {
      const waiting = await this.store.waiting();
      const forms = await this.store.forms();
      return forms.filter((form) => waiting[form.key] || form.seen_to?.length || (form.pk && poll.includes(form.key))).map((form) => form.key);
    }

    async one(key, poll) {
      try {
        let form = await this.store.form(key);
        if (!form.pk) {
          if (form.of_firm && !form.about) return;
          await this.create(form);
        } else if (form.blocked) {
          await this.exchange(key, null);
        }
        form = await this.store.form(key);
        if (!form || form.blocked) return;
        for (const photo of await this.store.photos(key)) if (!photo.server && !photo.refused) await this.photo(form, photo);
        let batch;
        let sent = 0;
        while ((batch = await this.next(key))) { await this.exchange(key, batch); sent += 1; }
        if (poll && !sent) await this.exchange(key, null);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        await this.block(key, error);
      }
    }

    async create(form) {
      const made = await post(form.urls.create, this.store.user, { ...form.create, key: form.key, about: form.about || "", title: "" });
      await this.store.alter(form.key, (kept) => ({
        ...kept, pk: made.pk, title: made.title, urls: { ...kept.urls, ...made.urls }, blocked: null, retired: made.retired,
      }));
      await this.tell(form.key, { created: made.urls.fill });
    }

    async photo(form, photo) {
      const local = `local:${photo.id}`;
      const shown = (change) => change.path === photo.path && Array.isArray(change.value) && change.value.includes(local);
      if (!(await this.store.changes(form.key)).some(shown)) {
        // Its row may have been taken away with a way back.
        if (Date.now() - photo.at > A_DAY) await this.store.transact(["photos"], ({ photos }) => { photos.delete(photo.id); });
        return;
      }
      const body = new FormData();
      body.append("photo", photo.blob, photo.name);
      let server = null;
      let refused = "";
      try {
        server = (await post(form.urls.photo, this.store.user, body, PATIENCE_PHOTO)).id;
      } catch (error) {
        if (!(error instanceof Refused) || error.status !== 400) throw error;
        refused = error.problem.detail;
      }
      await this.store.transact(["photos", "changes"], async ({ photos, changes }, got) => {
        // The picture itself is on the server now; the small one stays, to be shown without loading it back.
        photos.put({ ...photo, server, refused, blob: server ? null : photo.blob });
        const change = await got(changes.get([form.key, photo.path]));
        if (!change || !shown(change)) return;
        if (refused) changes.put({ ...change, refused });
        else changes.put({ ...change, value: change.value.map((one) => (one === local ? server : one)) });
      });
      await this.tell(form.key);
    }

    // What to send next: what is on its way already, else the choices between two answers, else all other changes.
    async next(key) {
      const kept = await this.store.batch(key);
      if (kept) return kept;
      const form = await this.store.form(key);
      const ready = (await this.store.changes(key)).filter((change) => Field.waits(change) && !hasLocal(change));
      const settle = ready.some((change) => change.settle);
      const changes = [];
      let size = 0;
      for (const change of ready.filter((one) => Boolean(one.settle) === settle).sort((a, b) => depth(a.path) - depth(b.path))) {
        size += JSON.stringify(change.value).length;
        if (changes.length && (changes.length >= MOST_CHANGES || size > MOST_CHARACTERS)) break;
        changes.push({ path: change.path, value: change.value, seen: change.seen, mark: change.mark });
      }
      const seen_to = form.seen_to || [];
      if (!changes.length && !seen_to.length) return null;
      const batch = { form: key, changes, settle, seen_to };
      await this.store.transact(["batches"], ({ batches }) => { batches.put(batch); });
      return batch;
    }

    // Send a batch, or nothing, and take in what the server says of the form.
    async exchange(key, batch) {
      const form = await this.store.form(key);
      const { changes = [], settle = false, seen_to = [] } = batch || {};
      const told = await post(form.urls.save, this.store.user, {
        device: form.device || Field.device.name, since: form.base.version, settle, seen_to,
        changes: changes.map(({ path, value, seen }) => ({ path, value, seen })),
      });
      await this.store.transact(["forms", "changes", "batches"], async (stores, got) => {
        const kept = await got(stores.forms.get(key));
        if (!kept) return;
        const pending = new Map((await got(stores.changes.index("form").getAll(key))).map((one) => [one.path, one]));
        const { put, gone, notes } = this.merge(kept, pending, { changes, told });
        for (const change of put) stores.changes.put({ ...change, form: key });
        for (const path of gone) stores.changes.delete([key, path]);
        if (batch) stores.batches.delete(key);
        stores.forms.put({
          ...kept, base: baseOf(kept.base, told), notes: [...(kept.notes || []), ...notes].slice(-20),
          seen_to: (kept.seen_to || []).filter((id) => !seen_to.includes(id)), newer: told.number !== kept.number,
          retired: told.retired, blocked: told.is_open ? null : { kind: "not_open", detail: "" },
        });
      });
      await this.tell(key);
    }

    // What becomes of the changes that wait, once the server has spoken. "put": to be kept so; "gone": paths done with.
    merge(kept, pending, { changes, told }) {
      const before = kept.base.answers;
      const now = baseOf(kept.base, told).answers;
      const sent = new Map(changes.map((one) => [one.path, one]));
      const put = [];
      const gone = new Set();
      const notes = [];
      for (const one of changes) {
        const change = pending.get(one.path);
        if (one.value === null && depth(one.path) === 1 && now[one.path] !== undefined && !told.refused[one.path]) {
          notes.push({ kind: "row_kept", path: one.path });
        }
        if (!change) continue;
        if (change.mark !== one.mark) {
          // Typed over while it was on its way: the newer answer has seen the older one, unless that met another.
          if (!told.clashes[one.path]) put.push({ ...change, seen: told.version });
        } else if (told.refused[one.path]) put.push({ ...change, refused: told.refused[one.path] });
        else gone.add(one.path);
      }
      for (const [path, change] of pending) {
        if (!sent.has(path) && !change.settle && same(change.value, now[path]) && !hasLocal(change)) gone.add(path);
      }
      for (const row of Object.keys(told.answers).filter((path) => depth(path) === 1 && before[path] !== undefined && !sent.has(path))) {
        const inside = (path) => path.startsWith(`${row}/`);
        const mine = new Set([...sent.values(), ...pending.values()].filter((one) => inside(one.path) && one.value !== null).map((one) => one.path));
        if (!mine.size || pending.get(row)?.value === null) continue;
        const untouched = (path) => !sent.has(path) && !pending.has(path);
        const lost = Object.keys(before).filter((path) => (path === row || inside(path)) && told.answers[path] === null && untouched(path));
        for (const path of lost) put.push({ path, value: before[path], seen: told.version, mark: mark() });
        if (lost.length) notes.push({ kind: "row_back", path: row });
      }
      return { put, gone, notes };
    }

    async block(key, error) {
      const kind = error.problem.reason === "form_not_open" ? "not_open" : [403, 404].includes(error.status) ? "gone" : "failed";
      await this.store.transact(["forms", "batches"], async ({ forms, batches }, got) => {
        const form = await got(forms.get(key));
        if (form) forms.put({ ...form, blocked: { kind, detail: error.problem.detail || "" } });
        batches.delete(key); // refused as a whole, so nothing of it is on the server
      });
      await this.tell(key);
    }

    async tell(key, extra = {}) {
      await this.store.tell(key, extra);
      this.changed(key, extra);
    }
  }

  const baseOf = (base, told) => {
    const answers = { ...base.answers };
    for (const [path, value] of Object.entries(told.answers)) {
      if (value === null) delete answers[path]; else answers[path] = value;
    }
    const { version, status, is_open, clashes, remarks, photos } = told;
    return { version, status, is_open, clashes, remarks, photos, answers };
  };

  // Keeps at it while a page is open: soon after a change, when the line or the page comes back, and once a minute to
  // hear of others; after a failure ever more rarely.
  class Keeper {
    constructor(sync, { poll, said }) {
      Object.assign(this, { sync, poll, said, failures: 0, timer: 0, running: false, again: false });
      addEventListener("online", () => this.now());
      addEventListener("offline", () => this.said("offline"));
      document.addEventListener("visibilitychange", () => { if (!document.hidden) this.now(); });
      setInterval(() => { if (!document.hidden && !this.failures) this.now(); }, 60000);
    }
    soon(after = 900) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.now(), after);
    }
    async now() {
      if (this.running) { this.again = true; return; }
      this.running = true;
      clearTimeout(this.timer);
      this.said("sending");
      let state = "later";
      try { state = await this.sync.run(this.poll()); } catch (error) { console.warn("twinning field:", error); }
      this.running = false;
      this.said(state);
      this.failures = ["offline", "later"].includes(state) ? this.failures + 1 : 0;
      if (this.failures) await Field.kept?.later();
      if (state === "busy") this.soon(1500);
      else if (this.failures && navigator.onLine) this.soon(Math.min(2000 * 2 ** this.failures, 300000) * (0.75 + Math.random() / 2));
      else if (this.again && state === "idle") this.soon(50);
      this.again = false;
    }
  }

  Field.Sync = Sync;
  Field.Keeper = Keeper;
  Field.mark = mark;
  Field.rowOf = rowOf;
  Field.depth = depth;
  Field.same = same;
  Field.isLocal = isLocal;
})();
