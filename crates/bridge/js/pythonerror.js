// Exceptions on their way: Python's in JavaScript, and the stacks of JavaScript's for Python.

// @ts-check

import { name } from "./attributes.js";
import { answer, thrownText } from "./cells.js";
import { death, guarded } from "./death.js";
import { kind } from "./kinds.js";
import { own, result } from "./lent.js";
import { begin, cells, kernel, views, words } from "./memory.js";
import { hold, slots } from "./slab.js";
import { framesBelow } from "./stack.js";

/** @typedef {ErrorConstructor & {stackTraceLimit?: number | undefined}} Engine */
const engine = /** @type {Engine} */ (Error);

/** Frames of this side between where an error is noted and who called. */
const OWN_FRAMES = 4;

/**
 * An exception of Python, thrown in JavaScript. Its message is the traceback, which is made when someone asks for it: most
 * exceptions that cross are caught and forgotten.
 */
export class PythonError extends Error {
  /** The exception's id in the table. @type {number} */
  #id;
  /** Made where it left the kernel: an error of the engine's own, which takes down its stack in half the time that
   * `captureStackTrace` does. @type {{stack?: string} | undefined} */
  #thrown;
  /** @type {string | undefined} */
  #way;

  /** For `newPythonError`, which keeps the engine from noting a stack. @param {string} type @param {number} id */
  constructor(type, id) {
    super();
    /** The exception's class name. */
    this.type = type;
    this.#id = id;
    // Accessors of the prototype answer instead of what the engine made.
    Reflect.deleteProperty(this, "stack");
    own(id, this);
  }

  get id() {
    return this.#id;
  }

  /** @override */
  get message() {
    const text = textOf(this.#id, this.type);
    this.message = text;
    return text;
  }

  /** From then on it is a property of its own, as structured clones want it. @override */
  set message(text) {
    Object.defineProperty(this, "message", { value: text, writable: true, configurable: true });
  }

  /** @override */
  get stack() {
    return `${this.name}: ${this.message}${this.way}`;
  }

  /** @override */
  set stack(text) {
    this.#thrown = { stack: text };
    this.#way = undefined;
  }

  /** Notes where it leaves the kernel, once. */
  leaves() {
    this.#thrown ??= withLimit((limit) => limit + OWN_FRAMES, () => new Error());
  }

  /** JavaScript's frames since it left the kernel, for `framesOf`; empty where the engine writes them in another way. */
  get way() {
    return (this.#way ??= framesBelow(this.#thrown?.stack ?? ""));
  }
}
Object.defineProperty(PythonError.prototype, "name", { value: "PythonError", writable: true, configurable: true });

/** @param {number} id @param {string} type */
function textOf(id, type) {
  if (death() !== undefined) return `${type} (the session has ended, and its traceback with it)`;
  return result(guarded(kernel.krait_error_text, id));
}

/** Changes how many frames the engine notes while `make` runs. @template T @param {(limit: number) => number} change @param {() => T} make */
function withLimit(change, make) {
  const limit = engine.stackTraceLimit;
  if (typeof limit !== "number") return make();
  engine.stackTraceLimit = limit === 0 ? 0 : change(limit);
  try {
    return make();
  } finally {
    engine.stackTraceLimit = limit;
  }
}

/** The error that stands for a Python exception. @param {string} type @param {number} id */
export function newPythonError(type, id) {
  return withLimit(() => 0, () => new PythonError(type, id));
}

/** The same, held for Python. @param {number} typeAt @param {number} typeLength @param {number} id */
export function pythonError(typeAt, typeLength, id) {
  views();
  return hold(newPythonError(name(typeAt, typeLength).text, id));
}

/** What a held thrown value says; its flags are in the length of cell 1. @param {number} target */
export function errorText(target) {
  begin();
  const thrown = slots[target];
  const text = thrownText(thrown);
  const flags = kind(target);
  const tag = answer(text);
  words[(cells + 16 + 4) >> 2] = flags;
  return tag;
}
