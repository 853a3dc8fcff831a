// Pages that stay on the device: asks the service worker to keep, drop and list them.
(() => {
  "use strict";
  const Field = (globalThis.Field ??= {});
  const able = "serviceWorker" in navigator;
  const PATIENCE = 30000;

  const ask = async (message) => {
    if (!able) return null;
    return new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }) => resolve(data);
      setTimeout(() => resolve(null), PATIENCE); // also where a worker never gets ready
      navigator.serviceWorker.ready.then(({ active }) => active.postMessage(message, [port2]));
    });
  };
  // Until a worker is at work, or is given up: only then what pages are made of is on the device.
  const installed = (worker) => new Promise((resolve) => {
    const look = () => { if (!worker || ["activated", "redundant"].includes(worker.state)) resolve(); };
    worker?.addEventListener("statechange", look);
    look();
  });

  Field.kept = {
    // Let the worker look after this page and those like it; whether it opens without a connection from now on. What
    // the worker did not bring, or could not keep, is fetched once more.
    async register(url) {
      if (!able) return false;
      try {
        const { installing, waiting } = await navigator.serviceWorker.register(url, { scope: "/", updateViaCache: "none" });
        await installed(installing || waiting);
      } catch { return false; }
      const here = { url: location.pathname };
      return Boolean((await ask({ type: "held", ...here })) || (await ask({ type: "open", ...here })));
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
