// Python's exceptions in JavaScript.

// @ts-check

import { wtf8 } from "./cells.js";
import { views } from "./memory.js";
import { collected } from "./pyproxy.js";
import { hold } from "./slab.js";

/** An exception of Python, thrown in JavaScript. */
export class PythonError extends Error {
  /** The exception's id in the table, -1 if it is not kept there. @type {number} */
  id = -1;

  /** @param {string} message @param {string} type @param {number} id */
  constructor(message, type, id) {
    super(message);
    this.name = "PythonError";
    /** The exception's class name. */
    this.type = type;
    Object.defineProperty(this, "id", { value: id, enumerable: false });
    const record = { id };
    if (id >= 0) collected.register(this, record);
  }
}

/** Makes the error that stands for a Python exception; held. @param {number} at @param {number} length @param {number} typeAt @param {number} typeLength @param {number} id */
export function pythonError(at, length, typeAt, typeLength, id) {
  views();
  return hold(new PythonError(wtf8(at, length), wtf8(typeAt, typeLength), id));
}
