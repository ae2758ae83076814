// PyProxy: Python objects in JavaScript. References to them are ids in the kernel's table.

// @ts-check

import { ERROR, fail, give, PY_OBJECT, take, UNDEFINED } from "./cells.js";
import { guarded } from "./death.js";
import { cells, kernel, views, words } from "./memory.js";
import { PythonError } from "./pythonerror.js";
import { hold, release, slots } from "./slab.js";

export const DESTROYED = "This Python object is gone: its proxy was destroyed. Keep a reference to it, or make a new one.";

/** @type {WeakMap<object, {id: number, roundtrip?: boolean, captureThis?: boolean}>} */
export const pyIds = new WeakMap();
/** Whether there has been a proxy at all; until then nothing needs to be looked up. */
export let anyProxy = false;
/** Proxies by id, so that one Python object is one JavaScript object as long as someone holds it. */
/** @type {Map<number, WeakRef<object>>} */
const proxies = new Map();
export const collected = new FinalizationRegistry((/** @type {{id: number}} */ record) => {
  if (record.id >= 0) {
    const id = record.id;
    record.id = -1;
    if (proxies.get(id)?.deref() === undefined) proxies.delete(id);
    kernel.krait_py_release(id);
  }
});

/** Forgets the proxies, for a session that ends. */
export function forgetProxies() {
  proxies.clear();
}

/** A Python object in JavaScript. */
export class PyProxy {
  /** @param {unknown} value */
  static [Symbol.hasInstance](value) {
    return value !== null && (typeof value === "object" || typeof value === "function") && pyIds.has(value);
  }
}

/** @param {{id: number}} record */
function alive(record) {
  if (record.id < 0) throw new Error(DESTROYED);
  return record.id;
}

/** Writes arguments into the cells, spilling beyond their number into an array. @param {unknown[]} args */
function giveAll(args) {
  views();
  if (args.length > 250) {
    give(args, 0);
    return -1;
  }
  for (let i = 0; i < args.length; i++) give(args[i], i);
  return args.length;
}

/** Reads the result of an export and throws what Python raised. @param {number} tag @returns {any} */
function result(tag) {
  views();
  const value = takeResult();
  if (tag === ERROR) {
    if (value instanceof PythonError) value.leaves(result);
    throw value;
  }
  return value;
}

function takeResult() {
  const at = cells;
  switch (words[at >> 2]) {
    case ERROR: {
      // The result cell holds a handle that Python gave away.
      const index = words[(at + 8) >> 2];
      const value = slots[index];
      release(index);
      return value;
    }
    default: {
      const value = take(0);
      kernel.krait_py_drop_result();
      return value;
    }
  }
}

/** @param {{id: number}} record @param {unknown[]} args */
function callPython(record, args) {
  const id = alive(record);
  const count = giveAll(args);
  return result(guarded(() => kernel.krait_py_call(id, count)));
}

/** @param {{id: number}} record @param {number} operation @param {unknown[]} args */
function operate(record, operation, args) {
  const id = alive(record);
  const count = giveAll(args);
  return result(guarded(() => kernel.krait_py_operate(id, operation, count)));
}

// Operations of `krait_py_operate`; `src/pyproxy.rs` has the same numbers.
const GETATTR = 0, SETATTR = 1, DELATTR = 2, HASATTR = 3, DIR = 4, STR = 5, TYPE = 6, LENGTH = 7, GETITEM = 8, SETITEM = 9,
  DELITEM = 10, CONTAINS = 11, ITER = 12, NEXT = 13, TO_JS = 14, THEN = 15, CALL_KW = 16;
// Abilities in the length field of a PY_OBJECT cell.
const CALLABLE = 1, AWAITABLE = 2, ITERABLE = 4, ITERATOR = 8, SIZED = 16, SUBSCRIPT = 32;

/** @typedef {{id: number, abilities: number}} Lent */
/** @typedef {(record: Lent) => unknown} Member */

/** @type {{[name: string]: Member}} */
const members = {
  type: (r) => operate(r, TYPE, []),
  toString: (/** @type {Lent} */ r) => () => operate(r, STR, []),
  toJs: (r) => (/** @type {any} */ options) => operate(r, TO_JS, [options?.depth ?? -1]),
  destroy: (r) => () => destroy(r),
  copy: (r) => () => copy(r),
  length: (r) => (r.abilities & SIZED ? operate(r, LENGTH, []) : undefined),
  get: (r) => (r.abilities & SUBSCRIPT ? (/** @type {unknown} */ key) => operate(r, GETITEM, [key]) : undefined),
  set: (r) => (r.abilities & SUBSCRIPT ? (/** @type {unknown} */ key, /** @type {unknown} */ value) => operate(r, SETITEM, [key, value]) : undefined),
  delete: (r) => (r.abilities & SUBSCRIPT ? (/** @type {unknown} */ key) => operate(r, DELITEM, [key]) : undefined),
  has: (r) => (r.abilities & SUBSCRIPT ? (/** @type {unknown} */ key) => operate(r, CONTAINS, [key]) : undefined),
  then: (r) => (r.abilities & AWAITABLE ? (/** @type {any} */ f, /** @type {any} */ g) => promiseOf(r).then(f, g) : undefined),
  catch: (r) => (r.abilities & AWAITABLE ? (/** @type {any} */ g) => promiseOf(r).catch(g) : undefined),
  finally: (r) => (r.abilities & AWAITABLE ? (/** @type {any} */ f) => promiseOf(r).finally(f) : undefined),
  next: (r) => (r.abilities & ITERATOR ? () => operate(r, NEXT, []) : undefined),
  callKwargs: (r) => (r.abilities & CALLABLE ? (/** @type {unknown[]} */ ...args) => operate(r, CALL_KW, args) : undefined),
  call: (r) => (r.abilities & CALLABLE ? (/** @type {unknown} */ _self, /** @type {unknown[]} */ ...args) => callPython(r, args) : undefined),
  apply: (r) => (r.abilities & CALLABLE ? (/** @type {unknown} */ _self, /** @type {unknown[]} */ args) => callPython(r, args ?? []) : undefined),
  bind: (r) => (r.abilities & CALLABLE ? (/** @type {unknown} */ _this, /** @type {unknown[]} */ ...bound) => (/** @type {unknown[]} */ ...args) => callPython(r, [...bound, ...args]) : undefined),
};

/** @param {{id: number}} record */
function promiseOf(record) {
  return new Promise((resolve, reject) => {
    operate(record, THEN, [resolve, reject]);
  });
}

/** @param {{id: number}} record */
function destroy(record) {
  if (record.id < 0) return;
  const id = record.id;
  record.id = -1;
  proxies.delete(id);
  kernel.krait_py_release(id);
}

/** @param {{id: number, abilities: number}} record */
function copy(record) {
  const id = kernel.krait_py_copy(alive(record));
  return makeProxy(id, record.abilities);
}

/** @type {ProxyHandler<any>} */
const handler = {
  get(target, key) {
    const record = target.record;
    if (typeof key === "symbol") {
      if (key === Symbol.toStringTag) return "PyProxy";
      if (key === Symbol.iterator) {
        if (!(record.abilities & (ITERABLE | ITERATOR))) return undefined;
        return () => operate(record, ITER, []);
      }
      if (key === Symbol.toPrimitive) return (/** @type {string} */ hint) => (hint === "number" ? NaN : operate(record, STR, []));
      if (typeof Symbol.dispose === "symbol" && key === Symbol.dispose) return () => destroy(record);
      return undefined;
    }
    const member = Object.hasOwn(members, key) ? members[key](record) : undefined;
    if (member !== undefined) return member;
    if (key === "prototype" && record.abilities & CALLABLE) return undefined;
    return operate(record, GETATTR, [key.startsWith("$") ? key.slice(1) : key]);
  },
  set(target, key, value) {
    if (typeof key === "symbol") return false;
    operate(target.record, SETATTR, [key, value]);
    return true;
  },
  has(target, key) {
    if (typeof key === "symbol") return key === Symbol.iterator && (target.record.abilities & ITERABLE) !== 0;
    return Object.hasOwn(members, key) || operate(target.record, HASATTR, [key]);
  },
  deleteProperty(target, key) {
    if (typeof key === "symbol") return false;
    operate(target.record, DELATTR, [key]);
    return true;
  },
  ownKeys(target) {
    const own = Reflect.ownKeys(target);
    const names = /** @type {string[]} */ (JSON.parse(operate(target.record, DIR, [])));
    return [...new Set([...own, ...names])];
  },
  getOwnPropertyDescriptor(target, key) {
    const own = Reflect.getOwnPropertyDescriptor(target, key);
    if (own !== undefined) return own;
    if (typeof key === "symbol") return undefined;
    return operate(target.record, HASATTR, [key]) ? { configurable: true, enumerable: false, writable: true, value: undefined } : undefined;
  },
  apply(target, self, args) {
    return callPython(target.record, target.record.captureThis ? [self, ...args] : args);
  },
};

/** @param {number} id @param {number} abilities */
function makeProxy(id, abilities) {
  const record = { id, abilities };
  // A function, so that `typeof` says so and `apply` traps; the arrow form has no `prototype` of its own.
  const target = /** @type {any} */ (abilities & CALLABLE ? () => undefined : {});
  Object.defineProperty(target, "record", { value: record, configurable: true, enumerable: false });
  const proxy = new Proxy(target, handler);
  anyProxy = true;
  pyIds.set(proxy, record);
  collected.register(proxy, record);
  return proxy;
}

/** The proxy of a Python object: the one that is alive, or a new one. @param {number} id @param {number} abilities */
export function proxyFor(id, abilities) {
  const known = proxies.get(id)?.deref();
  if (known !== undefined) {
    // The kernel counted this crossing as one more reference; the proxy has one already.
    kernel.krait_py_release(id);
    return known;
  }
  const proxy = makeProxy(id, abilities);
  proxies.set(id, new WeakRef(proxy));
  return proxy;
}

/** How many proxies there are that JavaScript has not been seen to drop. */
export function liveProxies() {
  return proxies.size;
}

/**
 * A proxy with a life of its own, as `create_proxy` makes it; held. With `roundtrip` Python gets the proxy back, and not its
 * object.
 * @param {number} id @param {number} abilities @param {boolean} captureThis @param {boolean} roundtrip
 */
export function createProxy(id, abilities, captureThis, roundtrip) {
  const proxy = makeProxy(id, abilities);
  Object.assign(/** @type {object} */ (pyIds.get(proxy)), { captureThis, roundtrip });
  return hold(proxy);
}

/** Gives Python the object of a proxy that it holds. @param {number} target */
export function unwrapped(target) {
  try {
    views();
    const record = pyIds.get(/** @type {object} */ (slots[target]));
    words[cells >> 2] = record === undefined ? UNDEFINED : PY_OBJECT;
    if (record !== undefined) words[(cells + 8) >> 2] = alive(record);
    return words[cells >> 2];
  } catch (error) {
    return fail(error);
  }
}
