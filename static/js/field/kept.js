// Pages that stay on the device: asks the service worker to keep, drop and list them.
(() => {
  "use strict";
  const Field = (globalThis.Field ??= {});
  const able = "serviceWorker" in navigator;

  const ask = async (message) => {
    if (!able) return null;
    const { active } = await navigator.serviceWorker.ready;
    return new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }) => resolve(data);
      setTimeout(() => resolve(null), 30000);
      active.postMessage(message, [port2]);
    });
  };

  Field.kept = {
    // Let the worker look after this page and those like it. A page that it did not bring is fetched once more.
    async register(url) {
      if (!able) return;
      const brought = Boolean(navigator.serviceWorker.controller);
      try { await navigator.serviceWorker.register(url, { scope: "/", updateViaCache: "none" }); } catch { return; }
      if (!brought) await ask({ type: "open", url: location.pathname });
    },
    // Each answers true when the page is on the device afterwards.
    open: (url) => ask({ type: "open", url }),
    keep: (url) => { navigator.storage?.persist?.(); return ask({ type: "keep", url }); },
    drop: (url) => ask({ type: "drop", url }),
    // Where the browser can, what waits is sent even when no page is open any more.
    later: async () => {
      try { await (await navigator.serviceWorker?.getRegistration())?.sync?.register("twinning-field"); } catch { /* it may be forbidden */ }
    },
    list: async () => (await ask({ type: "list" })) || [],
  };
})();
