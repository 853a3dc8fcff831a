// Photos: made smaller before they are kept, kept as they are until they are sent, shown small from this device.
(() => {
  "use strict";
  const Field = globalThis.Field;
  const { make, button } = Field.parts;
  const LONGEST = 1600;
  const SMALL = 288;
  const MOST = 12;

  const drawn = (bitmap, longest) => {
    const scale = Math.min(1, longest / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(bitmap.width * scale));
    canvas.height = Math.max(1, Math.round(bitmap.height * scale));
    const context = canvas.getContext("2d");
    context.fillStyle = "#fff"; // a JPEG has no see-through parts
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    return canvas;
  };

  // { blob, small }: a JPEG of at most 1600 pixels, and a picture for this device only. Throws for what is no picture.
  const shrunk = async (file) => {
    const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    const blob = await new Promise((resolve) => { drawn(bitmap, LONGEST).toBlob(resolve, "image/jpeg", 0.82); });
    const small = drawn(bitmap, SMALL).toDataURL("image/jpeg", 0.7);
    bitmap.close();
    if (!blob) throw new Error("no picture");
    return { blob, small };
  };

  const nameOf = (file) => `${(file.name || "photo").replace(/\.[^.]*$/, "").slice(0, 80) || "photo"}.jpg`;

  class Photos {
    constructor(page) { this.page = page; this.kept = new Map(); }

    async load() {
      this.kept = new Map((await this.page.store.photos(this.page.key)).map((photo) => [photo.id, photo]));
    }
    // What this device has of a photo, by the name that an answer calls it.
    of(one) {
      if (Field.isLocal(one)) return this.kept.get(one.slice(6));
      return [...this.kept.values()].find((photo) => photo.server === one);
    }

    async take(path, input) {
      const { page } = this;
      const [file] = input.files;
      input.value = "";
      if (!file) return;
      const standing = page.model.answers[path] || [];
      if (standing.length >= MOST) { page.shown.complain(path, page.words.many_photos); return; }
      let picture;
      try { picture = await shrunk(file); } catch { page.shown.complain(path, page.words.bad_photo); return; }
      const photo = { id: crypto.randomUUID(), form: page.key, path, name: nameOf(file), server: null, at: Date.now(), ...picture };
      await page.guard(() => page.store.addPhoto(photo));
      this.kept.set(photo.id, photo);
      await page.change(path, [...(page.model.answers[path] || []), `local:${photo.id}`]);
      page.shown.show(path);
    }

    draw(list, path) {
      const { page } = this;
      list.replaceChildren(...(page.model.answers[path] || []).map((one) => {
        const photo = this.of(one);
        const name = photo?.name || page.model.base.photos[one] || page.words.photo;
        const file = `${page.data.files}${one}`;
        const source = photo?.small || file;
        const picture = make("img", { src: source, alt: photo ? page.words.photo : "", width: 96, height: 96, loading: "lazy" });
        const words = make("span", {}, name, Field.isLocal(one) ? ` (${page.words.photo_waits})` : "");
        const shown = Field.isLocal(one) ? make("span", {}, picture, words) : make("a", { href: file }, picture, words);
        const drop = async () => {
          await page.change(path, page.model.answers[path].filter((other) => other !== one));
          page.shown.show(path);
        };
        return make("li", { "data-photo": one }, shown, page.open ? button(page.words.remove_photo, drop, "button link") : "");
      }));
    }
  }

  Field.Photos = Photos;
})();
