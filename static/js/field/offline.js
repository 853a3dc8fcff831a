// Without a connection: names the pages that are on this device, so that one goes on from there.
(async () => {
  "use strict";
  const list = document.getElementById("offline-pages");
  const user = await (await (await caches.open("twinning-who")).match("/who"))?.text();
  const found = new Map();
  for (const name of user ? [`twinning-kept-${user}`, `twinning-pages-${user}`] : []) {
    const cache = await caches.open(name);
    for (const { url } of await cache.keys()) {
      const { pathname } = new URL(url);
      const text = await (await cache.match(url)).text();
      const title = new DOMParser().parseFromString(text, "text/html").querySelector("h1")?.textContent.trim();
      if (title && !/\/field\/./.test(pathname)) found.set(pathname, title);
    }
  }
  // The page that names all forms first, then the forms.
  for (const [path, title] of [...found].sort(([a], [b]) => b.endsWith("/field") - a.endsWith("/field"))) {
    const link = Object.assign(document.createElement("a"), { href: path, textContent: title });
    const item = document.createElement("li");
    item.append(link);
    list.append(item);
  }
  document.getElementById("offline-some").hidden = !found.size;
})();
