// Arrays, objects and buffers made for Python, and taken apart for it: the pieces of `to_js` and `to_py`.

// @ts-check

import { answer, fail, take, takeAll } from "./cells.js";
import { BUFFER, kind } from "./kinds.js";
import { viewOf } from "./lent.js";
import { begin, bytes, views } from "./memory.js";
import { bytesOf } from "./objects.js";
import { hold, slots } from "./slab.js";
import { namesArguments } from "./borrow.js";

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

/** Appends `count` cells to a held array. @param {number} target @param {number} count */
export function append(target, count) {
  views();
  /** @type {unknown[]} */ (slots[target]).push(...takeAll(count, 0));
}

/** @returns {number} */
export function emptyArray() {
  return hold([]);
}

/** @returns {number} */
export function emptyObject() {
  return hold({});
}

/** Sets property cell 0 to cell 1: an argument by its name. @param {number} target */
export function put(target) {
  views();
  const record = /** @type {object} */ (slots[target]);
  namesArguments(record);
  Object.defineProperty(record, take(0), { value: take(1), writable: true, enumerable: true, configurable: true });
}

/** Bytes of a buffer or view; -1 if it is none. @param {number} target */
export function byteLength(target) {
  return kind(target) & BUFFER ? /** @type {ArrayBuffer} */ (slots[target]).byteLength : -1;
}

/**
 * Copies a buffer or view to `at`, as much as there is room for.
 * @param {number} target @param {number} at @param {number} room @returns {number} how many bytes it wrote
 */
export function copyBytes(target, at, room) {
  if (!(kind(target) & BUFFER)) return 0;
  views();
  const all = bytesOf(slots[target]);
  const some = all.length > room ? all.subarray(0, room) : all;
  bytes.set(some, at);
  return some.length;
}

/** Whether an item is a proxy that is over. @param {number} target @param {number} index */
export function isOver(target, index) {
  const value = /** @type {any[]} */ (slots[target])[index];
  const lent = value !== null && (typeof value === "object" || typeof value === "function") ? viewOf(value)?.lent : undefined;
  return lent !== undefined && lent.id < 0;
}

/** @param {number} target @param {number} index */
export function item(target, index) {
  begin();
  try {
    return answer(/** @type {any[]} */ (slots[target])[index]);
  } catch (error) {
    return fail(error);
  }
}
