// One instance of the wasm with its half of the bridge. `cargo xtask build` bundles this file with wasm-bindgen's glue and
// the bridge, and puts the whole into a function, `instantiate`: each call has a bridge, a slab and a memory of its own, so
// a page can hold several kernels, and one that is dropped leaves nothing.

// @ts-check

import { close } from "krait-bridge/close.js";
import init, { forget, Kernel } from "krait-glue";

/** @param {WebAssembly.Module} module */
export async function instantiate(module) {
  await init({ module_or_path: module });
  return {
    Kernel,
    drop() {
      close();
      forget();
    },
  };
}
