// The end of a session: how a trap is noticed, and what is told to whom.

// @ts-check

import { depthAt, disturb, kernel, views, words } from "./memory.js";
import { PythonError } from "./pythonerror.js";
import { slots } from "./slab.js";

/** Why the session cannot be used any more. @type {Error | undefined} */
let reason;
/** What the kernel said before it stopped. */
let lastWords = "";
/**
 * The depth before a call that threw, until it has been found out why it did: -1 when it has. Where the engine's stack has no
 * room left even for that, it is done by the next call.
 */
let suspect = -1;
/** What that call threw. @type {unknown} */
let evidence;
/** @type {((error: Error) => void)[]} */
const mourners = [];

/** @returns {unknown} */
export function death() {
  return reason;
}

/** @param {string} message */
export function panicked(message) {
  lastWords = message;
}

/** Calls `f` with the session's end, at once if it has come. @param {(error: Error) => void} f */
export function onDeath(f) {
  if (reason === undefined) mourners.push(f);
  else f(reason);
}

/**
 * Calls `f`, which enters the kernel. A call that does not return leaves the kernel's depth raised: that is a trap, and
 * the session is dead.
 * @template T @param {(a: any, b: any, c: any) => T} f @param {number} [a] @param {number} [b] @param {number} [c] @returns {T}
 */
export function guarded(f, a, b, c) {
  if (reason !== undefined || suspect >= 0) refuseTheDead();
  const depth = depthNow();
  try {
    return f(a, b, c);
  } catch (error) {
    suspect = depth;
    evidence = error;
    throw failure(error, depth);
  }
}

/**
 * The same for calls of Python objects: at a place of its own the engine knows what is called, and needs no check of it.
 * @param {number} id @param {number} count @param {number} names
 */
export function guardedCall(id, count, names) {
  if (reason !== undefined || suspect >= 0) refuseTheDead();
  const depth = depthNow();
  try {
    return kernel.krait_py_call(id, count, names);
  } catch (error) {
    suspect = depth;
    evidence = error;
    throw failure(error, depth);
  }
}

/**
 * And for those whose arguments are numbers.
 * @param {number} id @param {number} count @param {number} first @param {number} second @param {number} third @param {number} fourth
 */
export function guardedNumbers(id, count, first, second, third, fourth) {
  if (reason !== undefined || suspect >= 0) refuseTheDead();
  const depth = depthNow();
  try {
    return kernel.krait_py_call_numbers(id, count, first, second, third, fourth);
  } catch (error) {
    suspect = depth;
    evidence = error;
    throw failure(error, depth);
  }
}

/** Throws why the session has ended, if it has. */
function refuseTheDead() {
  // Calls below that one may have returned since.
  if (suspect >= 0 && depthNow() > suspect) die(evidence);
  suspect = -1;
  evidence = undefined;
  if (reason !== undefined) throw reason;
}

/** What to throw when a call into the kernel threw. @param {unknown} error @param {number} depth what it was before */
function failure(error, depth) {
  if (error instanceof PythonError) error.leaves();
  else if (depthNow() !== depth && reason === undefined) die(error);
  suspect = -1;
  evidence = undefined;
  return reason ?? error;
}

function depthNow() {
  if (kernel === undefined) return 0;
  views();
  return words[depthAt];
}

/** A call that can be suspended did not end. @param {unknown} error */
export function trapped(error) {
  die(error);
  reportUncaught(reason);
}

/** @param {unknown} error */
function reportUncaught(error) {
  if (typeof reportError === "function") reportError(error);
  else console.error(error);
}

/** @param {unknown} error */
function die(error) {
  if (reason !== undefined) return;
  const what = lastWords !== "" ? lastWords : error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  reason = Object.assign(
    new Error(`(KR0004): The Python session has ended and cannot go on: ${what}. Reload the page to start again.`, { cause: error }),
    { name: "KraitError", code: "KR0004" },
  );
  for (const f of mourners.splice(0)) {
    try {
      f(reason);
    } catch (failure) {
      console.error(failure);
    }
  }
}

/** @returns {unknown} */
export function guard() {
  return guarded;
}

/** @param {number} index */
export function report(index) {
  disturb();
  reportUncaught(slots[index]);
}

/** Notices traps that escape from handlers which the browser calls directly: those pass no guard. */
export function watch() {
  globalThis.addEventListener?.("error", onError);
}

/** @param {Event} event */
function onError(event) {
  const error = /** @type {ErrorEvent} */ (event).error;
  if (isTrap(error)) die(error);
}

/** Ends the session on purpose: every later call throws `error`, and nobody is told. @param {Error} error */
export function end(error) {
  reason ??= error;
  mourners.length = 0;
  globalThis.removeEventListener?.("error", onError);
}

/** Whether an error is the engine's word for a call into wasm that did not end. @param {unknown} error */
function isTrap(error) {
  if (error instanceof WebAssembly.RuntimeError) return true;
  return error instanceof RangeError && /wasm/.test(error.stack ?? "") && reason === undefined;
}
