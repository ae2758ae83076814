// PyProxy: sequences as arrays, dicts as objects, and both as JSON.

// @ts-check

import { CONTAINS, HAS_GET, IS_CALLABLE, IS_JSON_DICT, IS_JSON_SEQUENCE, IS_SEQUENCE, KEYS, LENGTH, operate, POP, SORT, SPLICE, View, viewOf } from "./lent.js";
import { getMethods, handler, hasMethods, makeProxy, ownNames, setMethods, VIEW, viewIn } from "./pyproxy.js";
import { PythonError } from "./pythonerror.js";

/** @typedef {import("./pyproxy.js").Target} Target */

/** Array's methods, for the receivers that the standard allows: anything with a length and indices. @type {any} */
const array = Array.prototype;

/** @param {string | symbol} key @returns {key is string} */
export const isIndex = (key) => typeof key === "string" && /^[0-9]+$/.test(key);

/** @param {unknown} error @param {string} type */
const isA = (error, type) => error instanceof PythonError && error.type === type;

/** Runs a change; false, which throws in strict code, if Python says that there is no such place. @param {() => void} change @param {string} type */
function changed(change, type) {
  try {
    change();
    return true;
  } catch (error) {
    if (isA(error, type)) return false;
    throw error;
  }
}

// ---------------------------------------------------------------------------------------------------------- as arrays

/**
 * Throws the engine's RangeError if its stack is nearly used up. Here it does no harm; in the middle of the kernel it would end
 * the session. @param {number} levels @returns {number}
 */
function leaveRoom(levels) {
  return levels === 0 ? 0 : 1 + leaveRoom(levels - 1);
}

/** Array's methods that read, by name: they work on everything that has a length and indices. */
const READING = ["join", "slice", "indexOf", "forEach", "map", "filter", "some", "every", "reduce", "reduceRight", "at", "concat", "entries", "keys", "values", "find", "findIndex"];

/** @type {{[name: string | symbol]: unknown}} */
export const sequenceMethods = {
  get [Symbol.isConcatSpreadable]() {
    return true;
  },
  /** @this {any} @param {unknown} item @param {number} [from] */
  lastIndexOf(item, from = this.length) {
    return array.lastIndexOf.call(this, item, from);
  },
  /** By Python's `==`. @this {any} @param {unknown} item */
  includes(item) {
    return operate(viewIn(this).lent, CONTAINS, [item]);
  },
  /** @this {any} */
  toJSON() {
    // Each call makes an array of its own, so `JSON.stringify` does not notice a list that contains itself.
    leaveRoom(1000);
    return Array.from(this);
  },
};
for (const name of READING) {
  sequenceMethods[name] = /** @this {unknown} @param {unknown[]} args */ function (...args) {
    return array[name].apply(this, args);
  };
}

/** @param {unknown} a @param {unknown} b */
function byText(a, b) {
  const [left, right] = [String(a), String(b)];
  return left === right ? 0 : left < right ? -1 : 1;
}

export const mutableSequenceMethods = {
  /** @this {any} */
  reverse() {
    this.$reverse();
    return this;
  },
  /** Sorts in place, by text if there is no `compare`, as arrays do. @this {any} @param {(a: any, b: any) => number} [compare] */
  sort(compare = byText) {
    operate(viewIn(this).lent, SORT, [
      /** @param {unknown} a @param {unknown} b */
      (a, b) => (a === undefined ? (b === undefined ? 0 : 1) : b === undefined ? -1 : compare(a, b)),
    ]);
    return this;
  },
  /** @this {any} @param {number} start @param {number} [count] @param {unknown[]} items */
  splice(start, count, ...items) {
    if (arguments.length === 0) return [];
    const length = this.length;
    const from = start < 0 ? Math.max(length + start, 0) : Math.min(start, length);
    const to = count === undefined ? length : Math.min(from + Math.max(count, 0), length);
    return operate(viewIn(this).lent, SPLICE, [from, to, items]);
  },
  /** @this {any} @param {unknown[]} items */
  push(...items) {
    for (const item of items) this.append(item);
    return this.length;
  },
  /** @this {any} */
  pop() {
    return operate(viewIn(this).lent, POP, [false]);
  },
  /** @this {any} */
  shift() {
    return operate(viewIn(this).lent, POP, [true]);
  },
  /** @this {any} @param {unknown[]} items */
  unshift(...items) {
    items.forEach((item, index) => this.insert(index, item));
    return this.length;
  },
  /** @this {any} @param {number[]} args */
  copyWithin(...args) {
    array.copyWithin.apply(this, args);
    return this;
  },
  /** @this {any} @param {unknown[]} args */
  fill(...args) {
    array.fill.apply(this, args);
    return this;
  },
};

/** @param {Target} target @returns {number} */
const lengthOf = (target) => operate(target[VIEW].lent, LENGTH, []);

/** @type {ProxyHandler<Target>} */
export const sequenceHandler = {
  get(target, key) {
    if (key === "length") return lengthOf(target);
    if (isIndex(key)) return getMethods.get.call(target, Number(key));
    return handler.get?.(target, key, target);
  },
  set(target, key, value) {
    if (isIndex(key)) return changed(() => setMethods.set.call(target, Number(key), value), "IndexError");
    return /** @type {any} */ (handler.set)(target, key, value, target);
  },
  has(target, key) {
    if (isIndex(key)) return Number(key) < lengthOf(target);
    return /** @type {any} */ (handler.has)(target, key);
  },
  deleteProperty(target, key) {
    if (isIndex(key)) return changed(() => setMethods.delete.call(target, Number(key)), "IndexError");
    return /** @type {any} */ (handler.deleteProperty)(target, key);
  },
  ownKeys(target) {
    const indices = Array.from({ length: lengthOf(target) }, (_, index) => String(index));
    return [...new Set([...ownNames(target), ...indices, "length"])];
  },
  apply: (target, self, args) => handler.apply?.(target, self, args),
  construct: (target, args, newTarget) => /** @type {any} */ (handler.construct)(target, args, newTarget),
};

// --------------------------------------------------------------------------------------------------------- as objects

/** The key that a property stands for: JavaScript's properties are strings, dicts have numbers as well. @param {Target} target @param {string} key */
function keyOf(target, key) {
  return isIndex(key) && !hasMethods.has.call(target, key) ? Number(key) : key;
}

/** Keys that are properties in JavaScript. @param {Target} target @returns {string[]} */
const keysOf = (target) => [...new Set(/** @type {string[]} */ (operate(target[VIEW].lent, KEYS, [])))];

/** A key of the dict as a property. @param {Target} target @param {string} key */
function entry(target, key) {
  const value = getMethods.get.call(target, key);
  if (value !== undefined || !isIndex(key)) return value;
  return hasMethods.has.call(target, key) ? value : getMethods.get.call(target, Number(key));
}

/** @param {Target} target @param {string} key @returns {boolean} */
const hasEntry = (target, key) => hasMethods.has.call(target, keyOf(target, key));

/** @param {Target} target @param {string | symbol} key @param {(key: string) => unknown} read @returns {PropertyDescriptor | undefined} */
function describe(target, key, read) {
  if (typeof key === "symbol" || !hasEntry(target, key)) return undefined;
  return { configurable: true, enumerable: true, writable: true, value: read(key) };
}

/** Attributes come first, then keys. @type {ProxyHandler<Target>} */
export const dictHandler = {
  get(target, key) {
    const value = handler.get?.(target, key, target);
    if (value !== undefined || typeof key === "symbol" || handler.has?.(target, key)) return value;
    return entry(target, key);
  },
  set(target, key, value) {
    if (typeof key === "symbol" || handler.has?.(target, key)) return /** @type {any} */ (handler.set)(target, key, value, target);
    return changed(() => setMethods.set.call(target, keyOf(target, key), value), "KeyError");
  },
  has(target, key) {
    return /** @type {any} */ (handler.has)(target, key) || (typeof key === "string" && hasEntry(target, key));
  },
  deleteProperty(target, key) {
    if (typeof key === "symbol" || handler.has?.(target, key)) return /** @type {any} */ (handler.deleteProperty)(target, key);
    return changed(() => setMethods.delete.call(target, keyOf(target, key)), "KeyError");
  },
  getOwnPropertyDescriptor(target, key) {
    const own = key === VIEW ? undefined : Reflect.getOwnPropertyDescriptor(target, key);
    return own ?? describe(target, key, (name) => entry(target, name));
  },
  ownKeys: (target) => [...new Set([...ownNames(target), ...keysOf(target)])],
};

/** Members of JavaScript that a key must not hide: without them the view could not be used. */
const NEEDED = new Set(["copy", "constructor", "toString", "destroy"]);

/** Keys only. @type {ProxyHandler<Target>} */
export const jsonDictHandler = {
  get(target, key) {
    if (typeof key === "symbol" || NEEDED.has(key)) return target[key];
    const value = entry(target, key);
    return value !== undefined || hasEntry(target, key) ? value : target[key];
  },
  set(target, key, value) {
    if (typeof key === "symbol") return false;
    return changed(() => setMethods.set.call(target, keyOf(target, key), value), "KeyError");
  },
  has: (target, key) => typeof key === "string" && hasEntry(target, key),
  deleteProperty(target, key) {
    if (typeof key === "symbol") return false;
    return changed(() => setMethods.delete.call(target, keyOf(target, key)), "KeyError");
  },
  getOwnPropertyDescriptor: (target, key) => describe(target, key, (name) => entry(target, name)),
  ownKeys: (target) => keysOf(target),
};

/** The view of a proxy as JSON has it; other values as they are. @param {any} value */
export function viewAsJson(value) {
  if (value === null || (typeof value !== "object" && typeof value !== "function")) return value;
  const view = viewOf(value) ?? /** @type {View | undefined} */ (value[VIEW]);
  if (view === undefined || (view.abilities & (IS_SEQUENCE | HAS_GET)) === 0) return value;
  const { lent } = view;
  if (lent.json === undefined) {
    // A function's target has properties that cannot be hidden; as JSON, nothing can be called.
    const abilities = (lent.abilities & ~IS_CALLABLE) | (lent.abilities & IS_SEQUENCE ? IS_JSON_SEQUENCE : IS_JSON_DICT);
    lent.json = makeProxy(lent, new View(lent, abilities));
  }
  return lent.json;
}
