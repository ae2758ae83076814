// The kernel as JavaScript sees it: its exports, and views on its linear memory.

// @ts-check

import { counters, FIRST_HANDLE } from "./slab.js";

/**
 * What the wasm exports for this side; `src/pyproxy.rs` and `src/runtime.rs` have the functions.
 * @typedef {object} Exports
 * @property {(id: number) => number} krait_error_text
 * @property {(id: number) => void} krait_job
 * @property {(id: number) => void} krait_loop_run
 * @property {(id: number) => number} krait_py_attribute
 * @property {(id: number, count: number, names: number) => number} krait_py_call
 * @property {(id: number, count: number, first: number, second: number, third: number, fourth: number) => number} krait_py_call_numbers
 * @property {() => void} krait_py_drop_result
 * @property {(id: number, operation: number, count: number) => number} krait_py_operate
 * @property {(id: number) => void} krait_py_release
 * @property {(id: number) => void} krait_settled
 * @property {(lease: number) => void} krait_py_release_buffer
 * @property {() => number} krait_sqlite_buffer
 * @property {() => number} krait_sqlite_callback
 * @property {(operation: number, fd: number, offset: number, length: number) => number} krait_sqlite_file
 * @property {(length: number) => number} krait_sqlite_room
 * @property {(on: boolean) => void} krait_wrap_errors
 */

/** @type {Exports} */
export let kernel;
/** @type {WebAssembly.Memory} */
export let memory;
// Live bindings: importers see the present views. Memory that grows detaches them, so every operation begins with
// `views()`, and again after foreign code has run.
export let bytes = new Uint8Array(0);
export let words = new Uint32Array(0);
export let doubles = new Float64Array(0);
/** Address of the cells. */
export let cells = 0;
/** Address of the text area, where short strings are put for Python. */
export let text = 0;
/** The text area. */
export let textBytes = new Uint8Array(0);
/** Address of the words in which Rust counts its references to each slot below `FIRST_HANDLE`. */
export let pinCounts = 0;
/** Bytes of the text area. `src/cell.rs` has the same number. */
export const TEXT = 4096;
/** Index of the word that counts calls from JavaScript which have not returned. A trap leaves it raised. */
export let depthAt = 0;
/** Index of the word with the number of the batch that Python has read ahead; 0 if there is none that is still right. */
export let aheadAt = 0;
/** Index of the word that counts how many items of that batch Python has used. */
export let usedAt = 0;
/** Index of the first of the `REPEATED` words in which Python tells which strings it has kept. */
export let keptAt = 0;
/** Places for strings that come again and again. `src/cell.rs` has the same number. */
export const REPEATED = 256;

/**
 * Connects the two halves. `cellsAt` is where cells are exchanged (16 bytes each), `textAt` the text area for short strings; what
 * else is shared lies behind it, in the order of `Exchange` in `src/cell.rs`.
 * @param {Exports} exports @param {WebAssembly.Memory} linear @param {number} cellsAt @param {number} textAt
 */
export function connect(exports, linear, cellsAt, textAt) {
  kernel = exports;
  memory = linear;
  cells = cellsAt;
  text = textAt;
  pinCounts = textAt + TEXT;
  depthAt = (pinCounts >> 2) + FIRST_HANDLE;
  aheadAt = depthAt + 1;
  usedAt = depthAt + 2;
  keptAt = depthAt + 3;
  views();
  // What another instance had kept, if this one's memory began as its image.
  words.fill(0, keptAt, keptAt + REPEATED);
}

/** Names the build of the image that this instance began with. */
let build = "";

/** @param {string} name */
export function setBuild(name) {
  build = name;
}

/**
 * Puts tables to the places in memory that the image left empty; false if they are of another build. `xtask/web/image.mjs`
 * writes them: "KRTABLES", the build's name (32 characters), u32 count, count x { u32 address, u32 length }, bytes.
 * @param {Uint8Array} tables
 */
export function fillTables(tables) {
  const head = new TextDecoder().decode(tables.subarray(0, 40));
  if (head !== `KRTABLES${build}`) return false;
  // The argument is a view on the memory that is written.
  const source = tables.slice();
  const view = new DataView(source.buffer);
  const count = view.getUint32(40, true);
  let at = 44 + count * 8;
  views();
  for (let entry = 44; entry < 44 + count * 8; entry += 8) {
    const length = view.getUint32(entry + 4, true);
    bytes.set(source.subarray(at, at + length), view.getUint32(entry, true));
    at += length;
  }
  return true;
}

/** Lets the instance go. What still refers to it afterwards gets `ended`; finalizers, which come at any time, get nothing. @param {Error} ended */
export function disconnect(ended) {
  const refuse = () => {
    throw ended;
  };
  kernel = {
    krait_job: () => undefined,
    krait_error_text: refuse,
    krait_settled: () => undefined,
    krait_loop_run: () => undefined,
    krait_py_release: () => undefined,
    krait_py_drop_result: () => undefined,
    krait_py_call: refuse,
    krait_py_call_numbers: refuse,
    krait_py_attribute: refuse,
    krait_py_operate: refuse,
    krait_py_release_buffer: () => undefined,
    krait_sqlite_buffer: refuse,
    krait_sqlite_callback: refuse,
    krait_sqlite_file: refuse,
    krait_sqlite_room: refuse,
    krait_wrap_errors: () => undefined,
  };
  memory = new WebAssembly.Memory({ initial: 0 });
  bytes = new Uint8Array(0);
  cells = text = 0;
  views();
}

/** Makes the views right again if memory has grown: that detaches them, and their length is 0. `memory.buffer` is a slow call. */
export function views() {
  if (bytes.length === 0 && memory !== undefined) {
    bytes = new Uint8Array(memory.buffer);
    words = new Uint32Array(memory.buffer);
    doubles = new Float64Array(memory.buffer);
    textBytes = text === 0 ? bytes : new Uint8Array(memory.buffer, text, TEXT);
  }
}

/**
 * Foreign code may run now, or a value of JavaScript may change: what Python has read ahead is right no more. Makes the views
 * right, too.
 */
export function disturb() {
  views();
  words[aheadAt] = 0;
}

/** Begins an operation that Python asks for. */
export function begin() {
  counters.crossings++;
  disturb();
}
