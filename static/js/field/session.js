// On every page of somebody who is signed in: sends what the device still holds of theirs, warns before they sign out
// with something unsent, and clears what an earlier user of the browser left open to be read.
(() => {
  "use strict";
  const { dataset } = document.getElementById("field-session");
  const { user } = dataset;
  const userKey = "twinning:field:user";
  const waitingKey = `twinning:field:waiting:${user}`;
  const waiting = () => Number(localStorage.getItem(waitingKey) || 0);

  const load = (src) => new Promise((resolve, reject) => {
    const script = document.createElement("script");
    Object.assign(script, { src, async: false, onload: resolve, onerror: reject });
    document.head.append(script);
  });
  // What a page of the field has anyway, and others only need when there is something to do.
  const tools = async () => {
    if (!globalThis.Field?.Sync) for (const src of dataset.scripts.split(" ")) await load(src);
    return globalThis.Field;
  };

  // Another user of this browser: pages kept for others go, and so do their forms, but for what was never sent.
  const tidy = async () => {
    if (localStorage.getItem(userKey) === user) return;
    for (const name of await caches.keys()) {
      if (/^twinning-(pages|kept)-/.test(name) && !name.endsWith(`-${user}`)) await caches.delete(name);
    }
    await (await caches.open("twinning-who")).put("/who", new Response(user));
    const Field = await tools();
    for (const { name } of (await indexedDB.databases?.()) || []) {
      const other = /^twinning-field-(\d+)$/.exec(name)?.[1];
      if (other && other !== user) await purge(await Field.open(other));
    }
    localStorage.setItem(userKey, user);
  };
  const purge = async (store) => {
    const left = await store.waiting();
    for (const form of await store.forms()) if (!left[form.key]) await store.forget(form.key);
    store.db.close();
  };

  const send = async () => {
    const Field = await tools();
    const store = await Field.open(user);
    const sync = new Field.Sync(store);
    let state = "busy";
    for (let tries = 0; state === "busy" && tries < 20; tries += 1) {
      state = await sync.run();
      if (state === "busy") await new Promise((resolve) => { setTimeout(resolve, 500); });
    }
    await store.tell("");
    return store;
  };

  // A page that fills a form sends by itself.
  if (!document.getElementById("fill")) {
    const now = () => { if (waiting() && navigator.onLine) send().then((store) => store.db.close()).catch(() => {}); };
    addEventListener("online", now);
    now();
  }
  if ("caches" in globalThis && globalThis.indexedDB) tidy().catch(() => {});

  // Before they sign out.
  const question = async (form) => {
    const words = dataset;
    const { ask } = await tools().then((Field) => Field.parts);
    const text = words.unsent.replace("{n}", waiting());
    const answer = await ask(text, [["send", words.send, "button"], ["leave", words.leave, "button danger"], ["stay", words.stay, "button secondary"]]);
    if (answer === "send") { await send(); return waiting() ? question(form) : true; }
    return answer === "leave";
  };
  const leave = async (form) => {
    if (waiting() && !(await question(form))) return;
    if (globalThis.indexedDB && navigator.onLine) await purge(await (await tools()).open(user)).catch(() => {});
    form.dataset.asked = "yes";
    form.requestSubmit();
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches?.("form[data-forget-drafts]") || form.dataset.asked) return;
    event.preventDefault();
    leave(form).catch(() => { form.dataset.asked = "yes"; form.requestSubmit(); });
  }, true);
})();
