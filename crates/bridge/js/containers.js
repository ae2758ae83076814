// Arrays, objects and buffers made for Python, and taken apart for it: the pieces of `to_js` and `to_py`.

// @ts-check

import { answer, take, takeAll } from "./cells.js";
import { bytes, views } from "./memory.js";
import { hold, slots } from "./slab.js";

/** Makes an object of `count` name and value cells, for keyword arguments; held. @param {number} count @param {number} from */
export function record(count, from) {
  views();
  /** @type {Record<string, unknown>} */
  const object = {};
  for (let i = 0; i < count; i++) object[take(from + 2 * i)] = take(from + 2 * i + 1);
  return hold(object);
}

/** Makes an array of cells; held. @param {number} count */
export function array(count) {
  views();
  return hold(takeAll(count, 0));
}

/** Appends cell 0 to a held array. @param {number} target */
export function push(target) {
  views();
  /** @type {unknown[]} */ (slots[target]).push(take(0));
}

/** @returns {number} */
export function emptyArray() {
  return hold([]);
}

/** @returns {number} */
export function emptyObject() {
  return hold({});
}

/** Sets property cell 0 to cell 1. @param {number} target */
export function put(target) {
  views();
  Object.defineProperty(/** @type {object} */ (slots[target]), take(0), {
    value: take(1), writable: true, enumerable: true, configurable: true,
  });
}

/** Copies bytes into a new Uint8Array; held. @param {number} at @param {number} length */
export function uint8Array(at, length) {
  views();
  return hold(bytes.slice(at, at + length));
}

/** Bytes of a buffer or view; -1 if it is none. @param {number} target */
export function byteLength(target) {
  const value = slots[target];
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return value.byteLength;
  return -1;
}

/** Copies a buffer or view to `at`. @param {number} target @param {number} at */
export function copyBytes(target, at) {
  views();
  const value = slots[target];
  const source = value instanceof ArrayBuffer ? new Uint8Array(value)
    : ArrayBuffer.isView(value) ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    : new Uint8Array(0);
  bytes.set(source, at);
}

/** What kind of container `to_py` sees: 0 other, 1 array, 2 map, 3 set, 4 plain object, 5 buffer. @param {number} target */
export function container(target) {
  const value = slots[target];
  if (Array.isArray(value)) return 1;
  if (value instanceof Map) return 2;
  if (value instanceof Set) return 3;
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return 5;
  if (typeof value === "object" && value !== null) {
    const prototype = Object.getPrototypeOf(value);
    if (prototype === null || prototype === Object.prototype) return 4;
    // Objects of another realm (an iframe) have another Object.prototype.
    if (Object.getPrototypeOf(prototype) === null && prototype.constructor?.name === "Object") return 4;
  }
  return 0;
}

/** Entries of an object or map, or the items of a set, as a held array. @param {number} target @param {number} kind */
export function entries(target, kind) {
  const value = /** @type {any} */ (slots[target]);
  if (kind === 3) return hold([...value]);
  return hold(kind === 2 ? [...value.entries()].flat(1) : Object.entries(value).flat(1));
}

/** @param {number} target @param {number} index */
export function item(target, index) {
  return answer(/** @type {any[]} */ (slots[target])[index]);
}

/** @param {number} target */
export function itemCount(target) {
  return /** @type {any[]} */ (slots[target]).length;
}
