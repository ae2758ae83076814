// One instance of the wasm with its half of the bridge. `cargo xtask build` bundles this file with wasm-bindgen's glue and
// the bridge, and puts the whole into a function, `prepare`, that gives `instantiate`: each call has a bridge, a slab and a
// memory of its own, so a page can hold several kernels, and one that is dropped leaves nothing.

// @ts-check

import { close } from "krait-bridge/close.js";
import { setBuild } from "krait-bridge/memory.js";
import { adoptHandles, nameHandles } from "krait-bridge/named.js";
import { setRest } from "krait-bridge/rest.js";
import init, { forget, imports, Kernel, prepareImage } from "krait-glue";

/** @param {WebAssembly.Module} module @param {import("krait-bridge/rest.js").Rest} [rest] what was split off, if anything was */
export async function instantiate(module, rest = { address: "", split: () => [] }) {
  let name = "";
  const exports = await init({ module_or_path: module });
  // A module that begins with an image was sealed with references in its table's free list.
  const [image] = WebAssembly.Module.customSections(module, "krait-image");
  if (image !== undefined) {
    const { build, references } = JSON.parse(new TextDecoder().decode(image));
    setBuild(build);
    name = build;
    const table = exports.__wbindgen_externrefs;
    if (table.length < references) table.grow(references - table.length);
  }
  setRest({ exports, imports, build: name, rest });
  const instance = {
    Kernel,
    prepareImage,
    /** @type {typeof exports | undefined} */
    exports,
    build: name,
    nameHandles,
    adoptHandles,
    drop() {
      close();
      setRest(undefined);
      forget();
      // Whoever still has this object must not keep the memory.
      instance.exports = undefined;
    },
  };
  return instance;
}
