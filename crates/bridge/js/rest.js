// The rest of the wasm: modules with the functions that few programs use. They are fetched when one of those is called; the first
// module's stubs call `loadRest` then. `crates/xtask/src/split` makes them.

// @ts-check

import { fetchNow } from "./host.js";

/**
 * What the instances of a page share of the rest.
 * @typedef {object} Rest
 * @property {string} address where it lies
 * @property {(file: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>[]} split gives its modules
 * @property {WebAssembly.Module[]} [modules] the modules, when somebody has compiled them
 */
/**
 * The instance that the rest belongs to.
 * @typedef {object} First
 * @property {object} exports
 * @property {() => WebAssembly.Imports} imports
 * @property {string} build names the build that it was split from
 * @property {Rest} rest
 */

/** @type {First | undefined} */
let first;

/** @param {First | undefined} instance */
export function setRest(instance) {
  first = instance;
}

/** Has the rest here when it returns. Throws an error that says why it cannot be had: whoever called the function then does not return. */
export function loadRest() {
  if (first === undefined) throw new Error("This session has been disposed of");
  const { exports, imports, build, rest } = first;
  const here = /** @type {any} */ (exports)["rest:here"];
  if (here.value === 1) return;
  try {
    // Compiling waits, as a call does that wants a result: browsers allow that up to 8 MB.
    rest.modules ??= rest.split(/** @type {Uint8Array<ArrayBuffer>} */ (fetchNow(rest.address))).map((bytes) => new WebAssembly.Module(bytes));
    for (const module of rest.modules) {
      const [told] = WebAssembly.Module.customSections(module, "krait-image");
      const theirs = told && JSON.parse(new TextDecoder().decode(told)).build;
      if (theirs !== build) throw new Error(`it belongs to another build (${theirs}) than the kernel that runs (${build}); serve the files of one build, and reload the page`);
      new WebAssembly.Instance(module, { ...imports(), rest: /** @type {WebAssembly.ModuleImports} */ (exports) });
    }
  } catch (error) {
    throw new Error(`(KR0001): A function that this program calls is in ${rest.address}, which could not be had: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
  here.value = 1;
}
