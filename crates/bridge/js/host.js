// What the browser gives a session: clocks, entropy, blocking, the console, input, a synchronous fetch.

// @ts-check

import { disturb } from "./memory.js";

/** Milliseconds since the epoch. */
export function now() {
  return Date.now();
}

/** Milliseconds of a clock that never goes back. */
export function ticks() {
  return performance.now();
}

/** Memory that can be waited on. A page that is not isolated has no constructor for it, but WebAssembly has. */
function sharedBytes() {
  if (typeof SharedArrayBuffer !== "undefined") return new SharedArrayBuffer(4);
  return new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer;
}

/** Blocks for so many milliseconds; false where that is not possible. @param {number} milliseconds */
export function block(milliseconds) {
  try {
    const cell = new Int32Array(sharedBytes());
    // Long waits go in steps, as the argument of one wait may be rounded to 32 bits.
    for (let rest = milliseconds; rest > 0; rest -= 1e6) Atomics.wait(cell, 0, 0, Math.min(rest, 1e6));
    return true;
  } catch {
    // A window's main thread may not wait.
    return false;
  }
}

/** @param {Uint8Array} buffer */
export function entropy(buffer) {
  if (typeof crypto === "undefined") return false;
  // The view is on the kernel's memory, which `getRandomValues` refuses if it is shared; a copy always works.
  const bytes = new Uint8Array(buffer.length);
  crypto.getRandomValues(bytes);
  buffer.set(bytes);
  return true;
}

/**
 * Where output goes: hooks that take lines, or bytes. `isatty` is what Python is told of the stream.
 * @typedef {{line?: (line: string) => void, bytes?: (bytes: Uint8Array) => void, isatty?: boolean}} Hook
 */
/** @type {Hook} */
const toConsole = { line: (line) => console.log(line) };
/** @type {Hook} */
const toErrors = { line: (line) => console.error(line) };
/** By stream: 1 is the output, 2 the errors. @type {Hook[]} */
const hooks = [{}, toConsole, toErrors];

/** @param {number} stream @param {string} text */
export function line(stream, text) {
  disturb();
  try {
    hooks[stream].line?.(text);
  } catch (error) {
    // A hook that throws must not end the program that prints.
    console.error(error);
  }
}

/** @param {number} stream @param {Uint8Array} bytes */
export function writeBytes(stream, bytes) {
  disturb();
  try {
    // A copy: the view is on the kernel's memory.
    hooks[stream].bytes?.(bytes.slice());
  } catch (error) {
    console.error(error);
  }
}

/** @param {number} stream @param {Hook | undefined} hook */
export function setHook(stream, hook) {
  hooks[stream] = hook ?? (stream === 1 ? toConsole : toErrors);
}

/**
 * Where input comes from: `read` gives at most so many bytes, none at the end of the input.
 * @typedef {{read: (max: number) => Uint8Array, isatty?: boolean}} Input
 */
/** @type {Input | undefined} */
let input;
/** What was typed into the browser's dialog and not read yet. */
let typed = new Uint8Array();

/** @param {Input | undefined} hook */
export function setInput(hook) {
  input = hook;
}

/** Whether a stream says that a person is at its other end. @param {number} descriptor */
export function isTerminal(descriptor) {
  return (descriptor === 0 ? input : hooks[descriptor])?.isatty === true;
}

/** What Python imports as `pyodide_js`, if an embedder has an object for it. @type {object | undefined} */
let embedder;

/** @param {object | undefined} api */
export function setApi(api) {
  embedder = api;
}

/** @returns {object | undefined} */
export function api() {
  return embedder;
}

/** Loads the code of `krait.fs` and gives its object. @type {(() => Promise<object>) | undefined} */
let loadFiles;

/** @param {() => Promise<object>} load */
export function setFiles(load) {
  loadFiles = load;
}

/** What JavaScript has as `kernel.fs`. @returns {Promise<object>} */
export async function files() {
  disturb();
  if (loadFiles === undefined) throw new Error("whoever started this kernel gave it no way to load the code of mounts");
  return loadFiles();
}

/** Input, none at its end. Without a hook the browser's own dialog asks for a line. @param {number} max @returns {Uint8Array} */
export function readInput(max) {
  disturb();
  if (input !== undefined) return input.read(max);
  const files = nodeFiles();
  if (files !== undefined) return readDescriptor(files, max);
  if (typed.length === 0) {
    if (typeof prompt !== "function") throw new Error("nothing here can ask a person; there is no prompt() in a worker");
    const line = prompt();
    if (line === null) return typed;
    typed = new TextEncoder().encode(`${line}\n`);
  }
  const part = typed.subarray(0, max);
  typed = typed.subarray(part.length);
  return part;
}

/** @typedef {{readFileSync: (url: URL) => ArrayLike<number>, readSync: (descriptor: number, into: Uint8Array) => number}} NodeFiles */

/** Node's files. `import` would be too late, and bundlers would look for the module. @returns {NodeFiles | undefined} */
function nodeFiles() {
  return /** @type {any} */ (globalThis).process?.getBuiltinModule?.("node:fs");
}

/** What the process is given. @param {NodeFiles} files @param {number} max @returns {Uint8Array} */
function readDescriptor(files, max) {
  const bytes = new Uint8Array(max);
  for (;;) {
    try {
      return bytes.subarray(0, files.readSync(0, bytes));
    } catch (error) {
      const { code } = /** @type {{code?: string}} */ (error);
      // On Windows the end of a pipe is an error.
      if (code === "EOF") return new Uint8Array();
      // A terminal or a pipe that does not block, and has nothing yet.
      if (code !== "EAGAIN" || !block(10)) throw error;
    }
  }
}

/** Where the parts of the library lie, by name. @type {Record<string, string>} */
let parts = {};

/** @param {Record<string, string> | undefined} addresses */
export function setParts(addresses) {
  parts = addresses ?? {};
}

/** @param {string} part @returns {string | undefined} */
export function partAddress(part) {
  return parts[part];
}

/** Fetches bytes and waits for them. @param {string} url @returns {Uint8Array} */
export function fetchNow(url) {
  if (url.startsWith("file:")) {
    // Node: the package lies on a disk.
    const files = nodeFiles();
    if (files !== undefined) return new Uint8Array(files.readFileSync(new URL(url)));
  }
  const request = new XMLHttpRequest();
  request.open("GET", url, false);
  // A window's synchronous request may not ask for an ArrayBuffer; this charset keeps each byte in a code unit.
  request.overrideMimeType("text/plain; charset=x-user-defined");
  request.send();
  if (request.status !== 200) throw new Error(`the server answered ${request.status} ${request.statusText}`.trim());
  const text = request.responseText;
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}
