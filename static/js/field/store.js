// What a device keeps: forms, changed answers and photos, in a database of its own for each user of the browser.
// Nothing here reaches the server, and no page opens the database of another user.
(() => {
  "use strict";
  const Field = (globalThis.Field ??= {});
  const VERSION = 1;
  const nameOf = (user) => `twinning-field-${user}`;
  const waitingName = (user) => `twinning:field:waiting:${user}`;

  const done = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

  const connect = (user) => {
    const request = indexedDB.open(nameOf(user), VERSION);
    request.onupgradeneeded = () => {
      const db = request.result;
      db.createObjectStore("forms", { keyPath: "key" });
      db.createObjectStore("changes", { keyPath: ["form", "path"] }).createIndex("form", "form");
      db.createObjectStore("photos", { keyPath: "id" }).createIndex("form", "form");
      db.createObjectStore("batches", { keyPath: "form" });
    };
    return done(request);
  };

  // Whether a change still has to be sent: not one that the person or the server found wrong.
  const waits = (change) => !change.bad && !change.refused;

  class Store {
    constructor(user, db) {
      this.user = user;
      this.db = db;
      this.channel = "BroadcastChannel" in globalThis ? new BroadcastChannel(nameOf(user)) : null;
      db.onversionchange = () => db.close();
    }

    // "work" gets the stores by name, and may await only what they answer. All of it is kept, or nothing.
    async transact(names, work) {
      const tx = this.db.transaction(names, "readwrite", { durability: "strict" });
      const end = new Promise((resolve, reject) => {
        tx.oncomplete = resolve;
        tx.onabort = tx.onerror = () => reject(tx.error || new Error("aborted"));
      });
      const stores = Object.fromEntries(names.map((name) => [name, tx.objectStore(name)]));
      let answer;
      try {
        answer = await work(stores, done);
      } catch (error) {
        try { tx.abort(); } catch { /* it is over already */ }
        end.catch(() => {});
        throw error;
      }
      await end;
      return answer;
    }

    read(name) { return this.db.transaction(name).objectStore(name); }
    form(key) { return done(this.read("forms").get(key)); }
    forms() { return done(this.read("forms").getAll()); }
    changes(form) { return done(form ? this.read("changes").index("form").getAll(form) : this.read("changes").getAll()); }
    photos(form) { return done(this.read("photos").index("form").getAll(form)); }
    photo(id) { return done(this.read("photos").get(id)); }
    batch(form) { return done(this.read("batches").get(form)); }

    // Put what "alter" makes of the form as it is kept now; a form that is not kept is made from {}.
    alter(key, alter) {
      return this.transact(["forms"], async ({ forms }, got) => {
        const form = alter((await got(forms.get(key))) || { key }) || null;
        if (form) forms.put(form);
        return form;
      });
    }

    async put(form, changes, gone = []) {
      await this.transact(["changes"], ({ changes: kept }) => {
        for (const change of changes) kept.put({ ...change, form });
        for (const path of gone) kept.delete([form, path]);
      });
      await this.tell(form);
    }

    addPhoto(photo) { return this.transact(["photos"], ({ photos }) => { photos.put(photo); }); }

    // Take a form off the device, with all that was not sent.
    async forget(key) {
      await this.transact(["forms", "changes", "photos", "batches"], async (stores, got) => {
        stores.forms.delete(key);
        stores.batches.delete(key);
        for (const name of ["changes", "photos"]) {
          for (const id of await got(stores[name].index("form").getAllKeys(key))) stores[name].delete(id);
        }
      });
      await this.tell(key);
    }

    // {key: how many answers of it wait to be sent}; a photo is part of the answer that shows it.
    async waiting() {
      const counted = {};
      for (const change of await this.changes()) if (waits(change)) counted[change.form] = (counted[change.form] || 0) + 1;
      return counted;
    }

    // Tell other pages of this user, and leave the count where every page finds it without opening the database.
    async tell(form, extra = {}) {
      const count = Object.values(await this.waiting()).reduce((sum, one) => sum + one, 0);
      try {
        if (count) localStorage.setItem(waitingName(this.user), String(count));
        else localStorage.removeItem(waitingName(this.user));
      } catch { /* the count is a convenience */ }
      this.channel?.postMessage({ form, ...extra });
    }
  }

  const device = {
    key: "twinning:field:device",
    get name() {
      const agent = navigator.userAgent;
      const kind = /iPhone|iPad/.exec(agent)?.[0] || (/Android/.test(agent) ? "Android" : navigator.platform || "");
      const browser = /Firefox|Edg|OPR|SamsungBrowser|Chrome|Safari/.exec(agent)?.[0].replace("Edg", "Edge").replace("OPR", "Opera") || "";
      return globalThis.localStorage?.getItem(this.key) || [kind, browser].filter(Boolean).join(" ");
    },
    set name(text) { localStorage.setItem(this.key, text.trim().slice(0, 60)); },
  };

  Field.open = async (user) => new Store(user, await connect(user));
  Field.waiting = (user) => Number(localStorage.getItem(waitingName(user)) || 0);
  Field.waits = waits;
  Field.device = device;
  // Answers come with a page row by row, without their paths: see diagnostics/forms_fill/device.py.
  const unpacked = ({ single, rows }) => {
    const answers = { ...single };
    const lay = (path, value) => { if (value !== null) answers[path] = value; };
    for (const [group, [names, list]] of Object.entries(rows)) {
      for (const [row, place, ...values] of list) {
        lay(`${group}/${row}`, place);
        values.forEach((value, at) => lay(`${group}/${row}/${names[at]}`, value));
      }
    }
    return answers;
  };
  // The data that a page hands to its scripts.
  Field.data = () => {
    const data = JSON.parse(document.getElementById("fill-data").content.textContent);
    if (data.standing) data.standing.answers = unpacked(data.standing.answers);
    return data;
  };
  Field.say = (words, name, values = {}) => {
    const text = words[name];
    const form = typeof text === "string" ? text : text[new Intl.PluralRules(document.documentElement.lang || "en").select(values.n)] || text.other;
    return form.replace(/\{(\w+)\}/g, (whole, key) => (key in values ? values[key] : whole));
  };
})();
