// The service worker. It keeps the pages of forms, which their header says may be kept and for whom, and what they are
// made of. Everything else goes to the server as ever; without a connection it is answered with a page that says so.
"use strict";
const { shell, offline, logout, keeper, digest, hashed, engine } = self.FIELD;
importScripts(...engine);
const SHELL = `twinning-shell-${digest}`;
const WHO = "twinning-who";
const opened = (user) => `twinning-pages-${user}`;
const kept = (user) => `twinning-kept-${user}`;
const KEEPABLE = /^\/p\/[\w-]+\/diagnostics\/(field(\/[\w-]+\/[\w-]+)?|\d+\/fill)$/;
const MOST_OPENED = 40;
const PATIENCE = 4000;
const ANY = { ignoreSearch: true, ignoreVary: true };

const names = async (prefix) => (await caches.keys()).filter((name) => name.startsWith(prefix));
const who = async () => (await (await caches.open(WHO)).match("/who"))?.text() ?? "";

// From now on the pages of this user are kept; those of anybody else leave the device.
const become = async (user) => {
  if ((await who()) === user) return;
  await (await caches.open(WHO)).put("/who", new Response(user));
  for (const name of [...(await names("twinning-pages-")), ...(await names("twinning-kept-"))]) {
    if (name !== opened(user) && name !== kept(user)) await caches.delete(name);
  }
};

const find = async (path) => {
  const user = await who();
  if (!user) return undefined;
  for (const name of [kept(user), opened(user)]) {
    const found = (await caches.has(name)) && (await (await caches.open(name)).match(path, ANY));
    if (found) return found;
  }
  return undefined;
};

const forget = async (path) => {
  for (const name of [...(await names("twinning-pages-")), ...(await names("twinning-kept-"))]) await (await caches.open(name)).delete(path, ANY);
};

// Pages that are being put away, by their path, so that one can ask when that is over.
const putting = new Map();
const put = (path, response, forGood = false) => {
  const done = stow(path, response, forGood).finally(() => { if (putting.get(path) === done) putting.delete(path); });
  putting.set(path, done);
  return done;
};
// Whether a page is on the device, once it is no more on its way there.
const held = async (path) => {
  await putting.get(path)?.catch(() => {});
  return Boolean(await find(path));
};

// Keep a page that says for whom it may be kept; whether it did.
const stow = async (path, response, forGood = false) => {
  const user = response.headers.get(keeper);
  if (!response.ok || !user || response.redirected) return false;
  await become(user);
  const good = await caches.open(kept(user));
  if (forGood || (await good.match(path, ANY))) { await good.put(path, response); return true; }
  const cache = await caches.open(opened(user));
  await cache.delete(path, ANY); // so that it counts as the newest
  await cache.put(path, response);
  const keys = await cache.keys();
  for (const old of keys.slice(0, Math.max(0, keys.length - MOST_OPENED))) await cache.delete(old);
  return true;
};

const bring = async (path, forGood) => {
  try {
    return await put(path, await fetch(path, { credentials: "same-origin", redirect: "manual", cache: "no-cache" }), forGood);
  } catch {
    return false;
  }
};

// After a release every kept page is fetched anew; what the old ones are made of stays until that has worked.
const renew = async () => {
  let all = true;
  const user = await who();
  for (const name of user ? [kept(user), opened(user)] : []) {
    for (const { url } of await (await caches.open(name)).keys()) all = (await bring(new URL(url).pathname, name === kept(user))) && all;
  }
  if (all) for (const name of await names("twinning-shell-")) if (name !== SHELL) await caches.delete(name);
};

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil((async () => {
    const cache = await caches.open(SHELL);
    await cache.addAll(shell);
    // Asked for by nobody, so that no name of a user stands in it.
    await cache.put(offline, await fetch(offline, { credentials: "omit", cache: "no-cache" }));
  })());
});

self.addEventListener("activate", (event) => event.waitUntil((async () => {
  await self.clients.claim();
  await renew();
})()));

const withoutLine = async () => (await caches.match(offline, ANY)) || Response.error();

// The server's page where it answers in time, else the one that is kept; what comes late is kept for the next time.
const page = async (event, url) => {
  const fresh = fetch(event.request).then(async (response) => {
    const copy = response.clone();
    if (response.status === 403 || response.status === 404) event.waitUntil(forget(url.pathname));
    else if (!url.searchParams.has("open") && !url.searchParams.has("removed")) event.waitUntil(put(url.pathname, copy));
    return response;
  });
  event.waitUntil(fresh.catch(() => {}));
  const known = await find(url.pathname);
  if (!known) return fresh.catch(withoutLine);
  const late = new Promise((resolve) => { setTimeout(() => resolve(known), PATIENCE); });
  return Promise.race([fresh.then((response) => (response.status >= 500 ? known : response), () => known), late]);
};

const still = async (request) => {
  const known = await caches.match(request, { ignoreVary: true });
  if (known && hashed) return known;
  return fetch(request).catch((error) => { if (known) return known; throw error; });
};

const signOut = async (request) => {
  try {
    const response = await fetch(request);
    for (const name of [WHO, ...(await names("twinning-pages-")), ...(await names("twinning-kept-"))]) await caches.delete(name);
    return response;
  } catch {
    return withoutLine();
  }
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.mode !== "navigate") {
    if (request.method === "GET" && shellLike(url.pathname)) event.respondWith(still(request));
    return;
  }
  if (request.method === "POST" && url.pathname === logout) event.respondWith(signOut(request));
  else if (request.method === "GET" && KEEPABLE.test(url.pathname)) event.respondWith(page(event, url));
  else event.respondWith(fetch(request).catch(withoutLine));
});

// The line came back after the last page was closed.
const sendLater = async () => {
  const user = await who();
  if (!user) return;
  const store = await self.Field.open(user);
  const state = await new self.Field.Sync(store).run();
  store.db.close();
  if (["offline", "later"].includes(state)) throw new Error(state); // the browser tries again
};
self.addEventListener("sync", (event) => event.waitUntil(sendLater()));

// Where our own style, scripts and pictures lie, of this release or an older one.
const folders = [...new Set(shell.map((path) => path.slice(0, path.lastIndexOf("/") + 1)))];
const shellLike = (path) => folders.some((folder) => path.startsWith(folder) && !path.slice(folder.length).includes("/"));

self.addEventListener("message", (event) => {
  const { type, url } = event.data || {};
  const path = url ? new URL(url, self.location.origin).pathname : "";
  const act = async () => {
    if (type === "list") {
      const user = await who();
      const cache = user ? await caches.open(kept(user)) : null;
      return cache ? (await cache.keys()).map((one) => new URL(one.url).pathname) : [];
    }
    if (!KEEPABLE.test(path)) return false;
    if (type === "drop") { await forget(path); return true; }
    if (type === "held") return held(path);
    return bring(path, type === "keep");
  };
  event.waitUntil(act().then((answer) => event.ports[0]?.postMessage(answer)));
});
