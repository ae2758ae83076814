// Exceptions on their way: Python's in JavaScript, and the stacks of JavaScript's for Python.

// @ts-check

import { answer, fail, take, wtf8 } from "./cells.js";
import { death, guarded } from "./death.js";
import { kernel, views } from "./memory.js";
import { own } from "./lent.js";
import { counters, hold, slots } from "./slab.js";

/** @typedef {ErrorConstructor & {captureStackTrace?: (target: object, above?: Function) => void, stackTraceLimit?: number | undefined}} Engine */
const engine = /** @type {Engine} */ (Error);

/** Makes an error that has no stack yet. @template T @param {() => T} make @returns {T} */
function withoutStack(make) {
  const limit = engine.stackTraceLimit;
  engine.stackTraceLimit = 0;
  try {
    return make();
  } finally {
    engine.stackTraceLimit = limit;
  }
}

/**
 * An exception of Python, thrown in JavaScript. Its message is the traceback, which is made when someone asks for it: most
 * exceptions that cross are caught and forgotten.
 */
export class PythonError extends Error {
  /** The exception's id in the table. @type {number} */
  #id;
  /** @type {string | undefined} */
  #message;
  /** Where it was thrown. @type {{stack?: string} | undefined} */
  #thrown;

  /** @param {string} type @param {number} id */
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
    return (this.#message ??= textOf(this.#id, this.type));
  }

  /** @override */
  set message(text) {
    this.#message = text;
  }

  /** @override */
  get stack() {
    const stack = this.#thrown?.stack ?? "";
    const frames = stack.indexOf("\n    at ");
    return `${this.name}: ${this.message}${frames < 0 ? "" : stack.slice(frames)}`;
  }

  /** @override */
  set stack(text) {
    this.#thrown = { stack: text };
  }

  /** Notes where it leaves the kernel, once. @param {Function} above */
  leaves(above) {
    if (this.#thrown !== undefined || engine.captureStackTrace === undefined) return;
    this.#thrown = {};
    engine.captureStackTrace(this.#thrown, above);
  }

  /** JavaScript's frames since it left the kernel, for `framesOf`. */
  get way() {
    return this.#thrown?.stack ?? "";
  }
}
Object.defineProperty(PythonError.prototype, "name", { value: "PythonError", writable: true, configurable: true });

/** @param {number} id @param {string} type */
function textOf(id, type) {
  if (death() !== undefined) return `${type} (the session has ended, and its traceback with it)`;
  guarded(() => kernel.krait_error_text(id));
  views();
  const text = take(0);
  kernel.krait_py_drop_result();
  return text;
}

/** Makes the error that stands for a Python exception; held. @param {number} typeAt @param {number} typeLength @param {number} id */
export function pythonError(typeAt, typeLength, id) {
  views();
  const type = wtf8(typeAt, typeLength);
  return hold(withoutStack(() => new PythonError(type, id)));
}

/** What a thrown value says: an error's name and message, or that it is none. @param {number} target */
export function errorText(target) {
  counters.crossings++;
  const thrown = slots[target];
  try {
    // Errors of another realm are no instances of this one's, but have the two texts.
    if (thrown !== null && typeof thrown === "object") {
      const { name, message } = /** @type {{name?: unknown, message?: unknown}} */ (thrown);
      if (typeof name === "string" && typeof message === "string") return answer(`${name}: ${message}`);
    }
    let text = `A value of type ${typeof thrown} with tag ${Object.prototype.toString.call(thrown)} was thrown as an error!`;
    try {
      text += `\nString interpolation of the thrown value gives """${thrown}""".`;
    } catch {
      // Symbols and objects without `toString` have no text.
    }
    return answer(text);
  } catch (error) {
    return fail(error);
  }
}
