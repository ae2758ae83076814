// Deep conversion: what `to_py` asks of JavaScript's containers, and what `to_js` builds.

// @ts-check

import { fail, take, UNDEFINED } from "./cells.js";
import { CONVERSION_ERROR, Raise } from "./kinds.js";
import { begin, bytes, cells, views, words } from "./memory.js";
import { bytesOf } from "./objects.js";
import { hold, slots } from "./slab.js";

// What `open` finds; `src/deep/to_py.rs` has the same numbers.
export const OTHER = 0;
export const LIST = 1;
export const MAP = 2;
export const SET = 3;
export const DICT = 4;
export const BYTES = 5;
const SEEN = 6;

/** @param {any} value */
export function containerOf(value) {
  try {
    if (Array.isArray(value)) return LIST;
    const tag = Object.prototype.toString.call(value);
    if (tag === "[object Map]") return MAP;
    if (tag === "[object Set]") return SET;
    if (ArrayBuffer.isView(value) || tag === "[object ArrayBuffer]" || tag === "[object SharedArrayBuffer]") return BYTES;
    if (typeof value !== "object" || value === null) return OTHER;
    if (tag !== "[object Object]") return OTHER;
    // By its name: objects of another realm (an iframe) have another Object.
    return value.constructor === undefined || value.constructor.name === "Object" ? DICT : OTHER;
  } catch {
    return OTHER;
  }
}

/** Equal keys of Python that JavaScript tells apart. @param {Map<any, any> | Set<any>} keys @param {string} what */
export function refuseEqualKeys(keys, what) {
  for (const [number, truth] of /** @type {[number, boolean][]} */ ([[0, false], [1, true]])) {
    if (keys.has(number) && keys.has(truth)) {
      throw new Raise(CONVERSION_ERROR, `Cannot faithfully convert ${what} into Python since it contains both ${number} and ${truth} as keys.`);
    }
  }
}

/** @returns {number} a held map of what was converted, by ordinal */
export function newSeen() {
  return hold(new Map());
}

/**
 * Looks into a value for `to_py`. The answer is what it is; cell 0 then has the ordinal of one that was seen before, or
 * the slot and the number of the items (keys and values by turns).
 * @param {number} target @param {number} seenAt
 */
export function open(target, seenAt) {
  begin();
  try {
    const value = /** @type {any} */ (slots[target]);
    const seen = /** @type {Map<unknown, number>} */ (slots[seenAt]);
    const known = seen.get(value);
    if (known !== undefined) return opened(SEEN, known, 0);
    const kind = containerOf(value);
    if (kind === OTHER || kind === BYTES) return opened(kind, 0, 0);
    /** @type {any[]} */
    let items;
    if (kind === LIST) {
      items = value;
    } else if (kind === DICT) {
      items = Object.entries(value).flat(1);
    } else {
      refuseEqualKeys(value, kind === MAP ? "Map" : "Set");
      items = kind === SET ? [...value] : [...value].flat(1);
    }
    seen.set(value, seen.size);
    return opened(kind, hold(items), items.length);
  } catch (error) {
    fail(error);
    return -1;
  }
}

/** @param {number} kind @param {number} payload @param {number} length */
function opened(kind, payload, length) {
  views();
  words[cells >> 2] = UNDEFINED;
  words[(cells + 4) >> 2] = length;
  words[(cells + 8) >> 2] = payload;
  return kind;
}

/** Gives a value the next ordinal, or tells the one that it has. @param {number} target @param {number} seenAt */
export function remember(target, seenAt) {
  const seen = /** @type {Map<unknown, number>} */ (slots[seenAt]);
  const known = seen.get(slots[target]);
  if (known !== undefined) return known;
  seen.set(slots[target], seen.size);
  return seen.size - 1;
}

/** Sets property cell 0 of an object to cell 1; a name that is there already is an error. @param {number} target */
export function enter(target) {
  begin();
  try {
    const object = /** @type {any} */ (slots[target]);
    const key = take(0);
    const value = take(1);
    if (key in object) {
      throw new Raise(CONVERSION_ERROR, `Key collision when converting Python dictionary to JavaScript. Key: '${String(key)}'`);
    }
    object[key] = value;
    return UNDEFINED;
  } catch (error) {
    return fail(error);
  }
}

/** Sets item `index` of a held array to cell 0. @param {number} target @param {number} index */
export function setAt(target, index) {
  views();
  /** @type {any[]} */ (slots[target])[index] = take(0);
}

/** Adds cell 0 to a held set. @param {number} target */
export function add(target) {
  views();
  /** @type {Set<unknown>} */ (slots[target]).add(take(0));
}

/** @returns {number} */
export function emptySet() {
  return hold(new Set());
}

/** @type {Record<string, any>} */
const arrays = {
  b: Int8Array, B: Uint8Array, c: Uint8Array, s: Uint8Array, p: Uint8Array, h: Int16Array, H: Uint16Array, i: Int32Array,
  I: Uint32Array, l: Int32Array, L: Uint32Array, n: Int32Array, N: Uint32Array, P: Uint32Array, q: BigInt64Array,
  Q: BigUint64Array, f: Float32Array, d: Float64Array,
};

/**
 * A copy of Python's buffer as the array of its format; held, 0 if there is none for the format. Formats are told by a
 * character code; `swap` is for the other byte order.
 * @param {number} at @param {number} length @param {number} format @param {boolean} swap
 */
export function arrayOfBuffer(at, length, format, swap) {
  views();
  const letter = String.fromCharCode(format);
  const copy = bytes.slice(at, at + length);
  if (letter === "?") return hold(Array.from(copy, (byte) => byte !== 0));
  const kind = arrays[letter];
  if (kind === undefined) return 0;
  const size = kind.BYTES_PER_ELEMENT;
  if (swap) for (let i = 0; i + size <= length; i += size) copy.subarray(i, i + size).reverse();
  return hold(new kind(copy.buffer, 0, Math.floor(length / size)));
}

/** Copies bytes of Python into a buffer or view. @param {number} target @param {number} at @param {number} length */
export function fillBytes(target, at, length) {
  begin();
  bytesOf(slots[target]).set(bytes.subarray(at, at + length));
}
