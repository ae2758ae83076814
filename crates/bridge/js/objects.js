// What Python's methods of JavaScript objects do: arrays, slices, maps, generators, views of objects as dicts. One
// operation is one crossing, by its number.

// @ts-check

import { answer, fail, takeAll } from "./cells.js";
import { INDEX_ERROR, KEY_ERROR, Raise, RUNTIME_ERROR, STOP, TYPE_ERROR, VALUE_ERROR } from "./kinds.js";
import { borrowing, viewOf } from "./lent.js";
import { begin } from "./memory.js";
import { release, slots } from "./slab.js";
import { answerOnce, sendBorrowing } from "./borrow.js";

/** The bounds of a slice of `length` items, as Python computes them. @param {number} length @param {any} start @param {any} stop @param {any} step */
function bounds(length, start, stop, step) {
  const by = step === undefined ? 1 : Number(step);
  if (by === 0) throw new Raise(VALUE_ERROR, "slice step cannot be zero");
  const low = by < 0 ? -1 : 0;
  const high = by < 0 ? length - 1 : length;
  /** @param {any} value @param {number} otherwise */
  const bound = (value, otherwise) => {
    if (value === undefined) return otherwise;
    const n = Number(value);
    return Math.min(Math.max(n < 0 ? n + length : n, low), high);
  };
  const from = bound(start, by < 0 ? high : low);
  const to = bound(stop, by < 0 ? low : high);
  const count = by < 0 ? Math.max(0, Math.ceil((from - to) / -by)) : Math.max(0, Math.ceil((to - from) / by));
  return { from, to, by, count };
}

/** @param {ArrayLike<any>} array @param {any} start @param {any} stop @param {any} step */
function getSlice(array, start, stop, step) {
  const { from, to, by, count } = bounds(array.length, start, stop, step);
  if (by === 1) return Array.prototype.slice.call(array, from, Math.max(from, to));
  const result = new Array(count);
  for (let i = 0; i < count; i++) result[i] = array[from + i * by];
  return result;
}

/** @param {any[]} array @param {any} start @param {any} stop @param {any} step @param {any[]} values */
function setSlice(array, start, stop, step, values) {
  const { from, to, by, count } = bounds(array.length, start, stop, step);
  const items = Array.prototype.slice.call(values);
  if (step === undefined || by === 1) {
    splice(array, from, Math.max(0, to - from), items);
    return;
  }
  if (items.length !== count) {
    throw new Raise(VALUE_ERROR, `attempt to assign sequence of size ${items.length} to extended slice of size ${count}`);
  }
  for (let i = 0; i < count; i++) array[from + i * by] = items[i];
}

/** `splice`, for more items than a call takes arguments. @param {any[]} array @param {number} at @param {number} gone @param {any[]} items */
function splice(array, at, gone, items) {
  if (items.length < 10_000) {
    array.splice(at, gone, ...items);
    return;
  }
  const tail = array.slice(at + gone);
  array.length = at;
  for (const item of items) array.push(item);
  for (const item of tail) array.push(item);
}

/** @param {any[]} array @param {any} start @param {any} stop @param {any} step */
function deleteSlice(array, start, stop, step) {
  const { from, to, by, count } = bounds(array.length, start, stop, step);
  if (by === 1) {
    array.splice(from, Math.max(0, to - from));
    return;
  }
  const first = by < 0 ? from + (count - 1) * by : from;
  const width = Math.abs(by);
  for (let i = count - 1; i >= 0; i--) array.splice(first + i * width, 1);
}

/** @param {any[]} array @param {ArrayLike<any>} more */
function extend(array, more) {
  const length = more.length;
  for (let i = 0; i < length; i++) array.push(more[i]);
}

/** The items of an array, or of something like one by its iterator. @param {any} array @returns {ArrayLike<any>} */
const itemsOf = (array) => (Array.isArray(array) ? array : Array.from(array));

/** @param {ArrayLike<any>} array @param {any} times */
function repeated(array, times) {
  const n = Math.max(0, Number(times));
  /** @type {any[]} */
  const result = [];
  const items = itemsOf(array);
  if (items.length * n > 2 ** 32 - 1) throw new Raise(VALUE_ERROR, "the result is longer than a JavaScript array can be");
  for (let i = 0; i < n; i++) extend(result, items);
  return result;
}

/** @param {any} index @param {number} length */
function place(index, length) {
  const n = Number(index);
  return n < 0 ? Math.max(0, n + length) : Math.min(n, length);
}

/** @param {ArrayLike<any>} array */
function* backwards(array) {
  for (let i = array.length - 1; i >= 0; i--) yield array[i];
}

/** One step of a generator or iterator for Python: the value, or StopIteration. @param {any} step */
export function stepped(step) {
  if (step === null || typeof step !== "object") throw new Raise(TYPE_ERROR, `Result should have type "object" not "${typeof step}"`);
  if (typeof step.done === "undefined" && typeof step.then === "function") {
    throw new Raise(TYPE_ERROR, "Result was a promise, use anext() / asend() / athrow() instead.");
  }
  if (typeof step.done === "undefined") throw new Raise(TYPE_ERROR, 'Result has no "done" field.');
  if (step.done) throw new Raise(STOP, step.value);
  return step.value;
}

/** @type {WeakMap<object, number>} */
const numbers = new WeakMap();
/** @type {Map<symbol, number>} */
const symbolNumbers = new Map();
let lastNumber = 0;

/** A number that an object keeps. @param {any} value */
function numberOf(value) {
  /** @type {{get(key: any): number | undefined, set(key: any, value: number): unknown}} */
  const known = typeof value === "symbol" ? symbolNumbers : numbers;
  let number = known.get(value);
  if (number === undefined) {
    number = ++lastNumber;
    known.set(value, number);
  }
  return number;
}

/** @param {any} object */
function namesOf(object) {
  const found = new Set();
  const isArray = typeof object === "object" && (Array.isArray(object) || ArrayBuffer.isView(object));
  for (let o = Object(object); o !== null; o = Object.getPrototypeOf(o)) {
    for (const key of Object.getOwnPropertyNames(o)) {
      if (!/^\d+$/.test(key) && !(isArray && key === "keys")) found.add(key);
    }
  }
  return [...found];
}

/** @param {any} a @param {any} b @param {number} operator */
function compare(a, b, operator) {
  switch (operator) {
    case 0: return a < b;
    case 1: return a > b;
    case 2: return a <= b;
    default: return a >= b;
  }
}

/** An own property named by a string. @param {any} object @param {any} key */
function owns(object, key) {
  return typeof key === "string" && Object.prototype.propertyIsEnumerable.call(object, key);
}

/** @param {any} object @param {any} key */
function own(object, key) {
  if (!owns(object, key)) throw new Raise(KEY_ERROR, key);
  return object[key];
}

/** @param {Uint8Array} bytes @param {string | undefined} encoding */
function decode(bytes, encoding) {
  const decoder = new TextDecoder(encoding ?? "utf-8", { fatal: true, ignoreBOM: true });
  try {
    // A view of shared memory is not decoded, its copy is.
    return decoder.decode(bytes.buffer instanceof ArrayBuffer ? bytes : bytes.slice());
  } catch {
    throw new Raise(VALUE_ERROR, `Failed to decode Javascript TypedArray as ${encoding ?? "utf8"}`);
  }
}

/** The bytes of a buffer or a view, not a copy. @param {any} value */
export function bytesOf(value) {
  return ArrayBuffer.isView(value) ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength) : new Uint8Array(value);
}

/** Operations by number; `src/proxy/methods.rs` has the same order. @type {((object: any, ...args: any[]) => unknown)[]} */
const operations = [
  /* 0 */ (object) => Object.entries(object),
  /* 1 */ (object) => Object.keys(object),
  /* 2 */ (object) => Object.values(object),
  /* 3 */ numberOf,
  /* 4 */ (object) => new WeakRef(object),
  /* 5 */ namesOf,
  /* 6 */ compare,
  /* 7 */ getSlice,
  /* 8 */ setSlice,
  /* 9 */ deleteSlice,
  /* 10 */ (array, value) => void array.push(value),
  /* 11 */ (array, more) => void extend(array, more),
  /* 12 */ (array, index, value) => void array.splice(place(index, array.length), 0, value),
  /* 13 */ (array, index) => {
    if (array.length === 0) throw new Raise(INDEX_ERROR, "pop from empty array");
    const n = index === undefined ? -1 : Number(index);
    const at = n < 0 ? n + array.length : n;
    if (!(at >= 0 && at < array.length)) throw new Raise(INDEX_ERROR, "pop index out of range");
    return array.splice(at, 1)[0];
  },
  /* 14 */ (array) => void array.reverse(),
  /* 15 */ backwards,
  /* 16 */ (array, more) => {
    const result = Array.prototype.slice.call(itemsOf(array));
    extend(result, more);
    return result;
  },
  /* 17 */ repeated,
  /* 18 */ (array, times) => {
    const all = repeated(array, times);
    array.length = 0;
    extend(array, all);
  },
  /* 19 */ (array) => void (array.length = 0),
  /* 20 */ (iterator, value) => stepped(borrowing ? sendBorrowing(iterator, value) : iterator.next(value)),
  /* 21 */ (generator, error) => stepped(generator.throw(error)),
  /* 22 */ (generator) => {
    const step = generator.return();
    if (step?.done !== true) throw new Raise(RUNTIME_ERROR, "JavaScript generator ignored return");
  },
  /* 23 */ (object) => void object[Symbol.dispose](),
  /* 24 */ (map) => (typeof map.keys === "function" && viewOf(map) === undefined ? map.keys() : map[Symbol.iterator]()),
  /* 25 */ own,
  /* 26 */ (object, key, value) => {
    if (typeof key !== "string") throw new Raise(TYPE_ERROR, "Can only assign keys of type string to JavaScript object map");
    object[key] = value;
  },
  /* 27 */ (object, key) => {
    own(object, key);
    delete object[key];
  },
  /* 28 */ owns,
  /* 29 */ (object) => Object.keys(object).length,
  /* 30 */ (object) => Object.keys(object)[Symbol.iterator](),
  /* 31 */ (buffer, encoding) => decode(bytesOf(buffer), encoding),
  /* 32 */ (object) => ("clear" in object && typeof object.clear === "function" ? void object.clear() : undefined),
  /* 33 */ (object) => object[Symbol.asyncDispose](),
  /* 34 */ (object) => object[Symbol.asyncIterator](),
  /* 35 */ (proxies) => {
    for (let i = 0; i < proxies.length; i++) proxies[i].destroy();
  },
];

/** @param {number} target @param {number} operation @param {number} count */
export function operate(target, operation, count) {
  begin();
  try {
    return answer(operations[operation](slots[target], ...takeAll(count, 0)));
  } catch (error) {
    return fail(error);
  }
}

/** Gives Python what a slot holds, and frees the slot. @param {number} index */
export function unhold(index) {
  const value = slots[index];
  release(index);
  return answerOnce(value);
}

/** What the class of an object is called. @param {number} target */
export function constructorName(target) {
  begin();
  try {
    const value = /** @type {any} */ (slots[target]);
    return answer(String(value.constructor?.name ?? typeof value));
  } catch (error) {
    return fail(error);
  }
}

/** The format letter of a view's items as Python writes it, as a character code; bytes for all else. @param {number} target */
export function itemFormat(target) {
  const name = Object.prototype.toString.call(slots[target]).slice(8, -1);
  return (formats[name] ?? "B").charCodeAt(0);
}

/** @type {Record<string, string>} */
const formats = {
  Int8Array: "b", Int16Array: "h", Uint16Array: "H", Int32Array: "i", Uint32Array: "I", Float32Array: "f",
  Float64Array: "d", BigInt64Array: "q", BigUint64Array: "Q", Float16Array: "e",
};
