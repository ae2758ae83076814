// References to Python objects: what JavaScript was lent, and the calls into Python that use them.
//
// The kernel's table has one entry per object, with an id. JavaScript counts its references to an id here and gives the
// entry back when the last one goes, so that lending an object which is already known costs nothing.

// @ts-check

import { BIGINT, ERROR, FUNCTION, give, OBJECT, PROMISE, PY_OBJECT, STRING, STRING_HELD, take } from "./cells.js";
import { death, guarded, guardedCall, guardedNumbers } from "./death.js";
import { cells, kernel, views, words } from "./memory.js";
import { newPythonError, PythonError } from "./pythonerror.js";
import { release, slots } from "./slab.js";

// What an object can do, in the length field of a PY_OBJECT cell. `src/abilities.rs` has the same numbers.
export const HAS_LENGTH = 1, HAS_GET = 2, HAS_SET = 4, HAS_CONTAINS = 8, IS_ITERABLE = 16, IS_ITERATOR = 32,
  IS_AWAITABLE = 64, IS_BUFFER = 128, IS_CALLABLE = 256, IS_ASYNC_ITERABLE = 512, IS_ASYNC_ITERATOR = 1024,
  IS_GENERATOR = 2048, IS_ASYNC_GENERATOR = 4096, IS_SEQUENCE = 8192, IS_MUTABLE_SEQUENCE = 16384, IS_JSON_DICT = 32768,
  IS_JSON_SEQUENCE = 65536, IS_DICT = 131072;

// Operations of `krait_py_operate`; `src/pyproxy.rs` has the same numbers.
export const GETATTR = 0, SETATTR = 1, DELATTR = 2, HASATTR = 3, DIR = 4, STR = 5, TYPE = 6, LENGTH = 7, GETITEM = 8,
  SETITEM = 9, DELITEM = 10, CONTAINS = 11, ITER = 12, NEXT = 13, TO_JS = 14, THEN = 15, REPR = 16, SEND = 17, THROW = 18,
  RETURN = 19, AITER = 20, ASEND = 21, ATHROW = 22, ARETURN = 23, SPLICE = 24, POP = 25, SORT = 26, KEYS = 27,
  RELAXED = 28, BUFFER = 29, PROMISING = 30;
/** Bytes up to which Python keeps a string that is a result by itself. */
const KEPT = 1024;
/** Added to the tag of a result that ends an iteration. */
const DONE = 256;

const GONE = "Object has already been destroyed";
const BORROWED = "This borrowed attribute proxy was automatically destroyed in the process of destroying the proxy it was borrowed from. Try using the 'copy' method.";

/**
 * One way to look at a Python object. Aliases (`bind`, `captureThis`, `asJsJson`) are views of the same Lent.
 */
export class View {
  /** @param {Lent | undefined} lent @param {number} abilities */
  constructor(lent, abilities) {
    /** @type {Lent} */
    this.lent = lent ?? /** @type {Lent} */ (/** @type {unknown} */ (this));
    this.abilities = abilities;
    /** Whether calls pass their `this` on as the first argument. */
    this.captureThis = false;
    this.isBound = false;
    /** @type {unknown} */
    this.boundThis = undefined;
    /** Arguments that `bind` has put before the others. @type {unknown[] | undefined} */
    this.boundArgs = undefined;
    /** Asked for keys that this one has not: the built-in names behind the global ones. @type {Lent | undefined} */
    this.fallback = undefined;
  }
}

/** One life of a reference to a Python object. It ends when it is destroyed, or collected with its proxies. */
export class Lent extends View {
  /** @param {number} id @param {number} abilities @param {boolean} [isCollected] whether the collector may end it */
  constructor(id, abilities, isCollected = true) {
    super(undefined, abilities);
    /** The entry of the kernel's table; -1 when the life is over. */
    this.id = id;
    this.reference = isCollected ? own(id, this) : count(id);
    /** How often the proxy was given to JavaScript; so often can it be destroyed. */
    this.handed = 1;
    /** How many objects have it among their attributes. */
    this.borrowers = 0;
    /** @type {Attributes | undefined} */
    this.attributes = undefined;
    /** Why it cannot be used any more. */
    this.message = "";
    /** What `then` made of it. @type {Promise<unknown> | undefined} */
    this.promise = undefined;
    /** Whether Python gets the proxy, and not its object, when it comes back. */
    this.roundtrip = false;
    /** @type {object | undefined} */
    this.proxy = undefined;
    /** Its view as JSON. @type {object | undefined} */
    this.json = undefined;
  }
}

/** Proxies of attributes that were asked for; copies of a proxy share them. */
class Attributes {
  /** @type {Map<string, {lent: Lent, proxy: object, method: number}>} */
  names = new Map();
  owners = 1;
}

/** References to each id; ids are small, and used again. @type {number[]} */
const owners = [];
/** How many ids have a reference. */
let live = 0;
/** The life in which an object is one and the same proxy, by its id. @type {(WeakRef<Lent> | undefined)[]} */
const known = [];
/** Whether destroyed proxies tell what they were in detail. */
let debug = false;

/** Whether proxies are borrowed: new each time, and ended with what they were made for (`borrow.js`). */
export let borrowing = false;

/** Who has Pyodide's lives has its errors: all that leave Python are a `PythonError`. @param {boolean} on */
export function setBorrowing(on) {
  borrowing = on;
  kernel.krait_wrap_errors(on);
}

/** @param {boolean} on */
export function setDebug(on) {
  const before = debug;
  debug = on;
  return before;
}

/**
 * One counted reference to an id, which is -1 when it has been given back. A life that is destroyed stays registered until it
 * is collected: taking it out of the registry costs several times as much as a look at this.
 * @typedef {{id: number}} Reference
 */

/** Lives that ended without being destroyed. */
const collected = new FinalizationRegistry(disown);

/** Counts a reference that ends with `keeper`, or when it is given to `disown`. @param {number} id @param {object} keeper @returns {Reference} */
export function own(id, keeper) {
  const reference = count(id);
  collected.register(keeper, reference);
  return reference;
}

/** @param {number} id @returns {Reference} */
function count(id) {
  retain(id);
  return { id };
}

/** One reference more. @param {number} id */
export function retain(id) {
  while (owners.length <= id) owners.push(0);
  if (owners[id]++ === 0) live++;
}

/** One reference less; whether it was the last one, of which the kernel has to be told. @param {number} id */
export function letGo(id) {
  // All references are forgotten when the session ends.
  if (!(owners[id] > 0) || --owners[id] > 0) return false;
  live--;
  known[id] = undefined;
  return true;
}

/** A life that was to end with a call lasts longer. @param {Lent} lent */
export function register(lent) {
  if (lent.id >= 0) collected.register(lent, lent.reference);
}

/** @param {Reference} reference */
function disown(reference) {
  const { id } = reference;
  reference.id = -1;
  if (id < 0 || !letGo(id)) return;
  if (death() === undefined) guarded(kernel.krait_py_release, id);
}

/** The life in which `id` is one proxy, if it is there. @param {number} id */
export function lifeOf(id) {
  const lent = known[id]?.deref();
  return lent !== undefined && lent.id >= 0 ? lent : undefined;
}

/** @param {Lent} lent */
export function remember(lent) {
  while (known.length <= lent.id) known.push(undefined);
  known[lent.id] = new WeakRef(lent);
}

/** Python objects that JavaScript refers to. */
export function liveProxies() {
  return live;
}

/** Forgets all references, for a session that ends. */
export function forgetProxies() {
  known.length = owners.length = live = 0;
}

/**
 * Ends one of the uses that the proxy was handed out for; with the last one the life ends. Objects are one proxy, so two
 * owners of the same object each destroy it once.
 * @param {Lent} lent @param {string} message
 */
export function destroy(lent, message) {
  if (lent.id < 0) return;
  if (lent.handed > 0) {
    lent.handed--;
    if (lent.handed > 0 || lent.borrowers > 0) return;
  }
  end(lent, message);
}

/** Ends a life, whoever has the proxy. @param {Lent} lent @param {string} message */
export function end(lent, message) {
  const id = lent.id;
  if (id < 0) return;
  lent.message = farewell(lent, message);
  lent.id = -1;
  if (known[id]?.deref() === lent) known[id] = undefined;
  const attributes = lent.attributes;
  lent.attributes = undefined;
  if (attributes !== undefined && --attributes.owners === 0) {
    for (const { lent: item } of attributes.names.values()) {
      item.borrowers--;
      if (item.handed === 0 && item.borrowers === 0) end(item, BORROWED);
    }
  }
  disown(lent.reference);
}

/** What is thrown when the proxy is used after its end. @param {Lent} lent @param {string} message */
function farewell(lent, message) {
  let text = message || GONE;
  // Who borrows ends lives by the thousand, and asks for none of them.
  if (borrowing && !debug) return `${text}\nFor more information about the cause of this error, use \`pyodide.setDebug(true)\``;
  try {
    text += `\nThe object was of type "${operate(lent, TYPE, [])}"`;
    if (debug) text += ` and had repr "${operate(lent, REPR, [])}"`;
  } catch {
    // The object's own `__repr__`, or a session that has ended.
    if (debug && death() === undefined) text += " and an error was raised when trying to generate its repr";
  }
  return text;
}

/** @param {Lent} lent */
export function alive(lent) {
  if (lent.id < 0) throw new Error(lent.message);
  return lent.id;
}

// ------------------------------------------------------------------------------------------------------------- calls

/** Writes arguments into the cells; more than they hold go through an array. @param {unknown[]} args */
function giveAll(args) {
  views();
  if (args.length > 250) {
    give(args, 0);
    return -1;
  }
  let i = 0;
  try {
    for (; i < args.length; i++) give(args[i], i);
  } catch (error) {
    // A destroyed proxy: what was written before it is not going to be read.
    while (i-- > 0) {
      const at = (cells + i * 16) >> 2;
      const tag = words[at];
      if (tag === OBJECT || tag === FUNCTION || tag === PROMISE || tag === STRING_HELD || tag === BIGINT) release(words[at + 2]);
    }
    throw error;
  }
  return args.length;
}

/** Reads the result of an export and throws what Python raised. @param {number} tag @returns {any} */
export function result(tag) {
  views();
  if (tag === ERROR) {
    const index = words[(cells + 8) >> 2];
    if (words[(cells + 4) >> 2] === 1) {
      const error = newPythonError(take(1), index);
      error.leaves();
      throw error;
    }
    const error = slots[index];
    // Python gave the slot away.
    release(index);
    if (error instanceof PythonError) error.leaves();
    throw error;
  }
  const value = take(0);
  // These refer to something of Python's, which waits until it has been read.
  if (tag === OBJECT || tag === BIGINT || (tag === STRING && words[(cells + 4) >> 2] > KEPT)) kernel.krait_py_drop_result();
  return value;
}

/** Whether these are few, and all of them numbers. @param {unknown[]} args @returns {args is number[]} */
function areFewNumbers(args) {
  const { length } = args;
  if (length > 4) return false;
  for (let i = 0; i < length; i++) if (typeof args[i] !== "number") return false;
  return true;
}

/** @param {Lent} lent @param {unknown[]} args */
export function callPython(lent, args) {
  const id = alive(lent);
  if (areFewNumbers(args)) {
    const { length } = args;
    // Reading behind the end of an array is slow.
    const first = length > 0 ? args[0] : 0;
    const second = length > 1 ? args[1] : 0;
    const third = length > 2 ? args[2] : 0;
    return result(guardedNumbers(id, length, first, second, third, length > 3 ? args[3] : 0));
  }
  const count = giveAll(args);
  return result(guardedCall(id, count, 0));
}

/** Calls with keyword arguments. @param {Lent} lent @param {unknown[]} args @param {Record<string, unknown>} kwargs */
export function callWithKeywords(lent, args, kwargs) {
  const id = alive(lent);
  const names = Object.keys(kwargs);
  const count = giveAll([...args, ...Object.values(kwargs), ...names]);
  return result(guardedCall(id, count, names.length));
}

/** @param {Lent} lent @param {number} operation @param {unknown[]} args */
export function operate(lent, operation, args) {
  const id = alive(lent);
  const count = giveAll(args);
  return result(guarded(kernel.krait_py_operate, id, operation, count));
}

/** An operation that is one step of an iteration. @param {Lent} lent @param {number} operation @param {unknown[]} args @returns {IteratorResult<any, any>} */
export function step(lent, operation, args) {
  const id = alive(lent);
  const count = giveAll(args);
  const tag = guarded(kernel.krait_py_operate, id, operation, count);
  return { done: tag >= DONE, value: result(tag & (DONE - 1)) };
}

/**
 * An operation that gives an iterator. Python's own gets no proxy, as only this side knows it; one of JavaScript's comes as
 * it is.
 * @param {Lent} lent @param {number} operation @returns {any}
 */
export function iteratorOf(lent, operation) {
  const id = alive(lent);
  const tag = guarded(kernel.krait_py_operate, id, operation, 0);
  if (tag !== PY_OBJECT) return result(tag);
  views();
  return new Lent(words[(cells + 8) >> 2], words[(cells + 4) >> 2]);
}

/**
 * An attribute; `undefined` if there is none. Methods are made anew by each access in Python, but here they are the same as
 * long as the class has the same function.
 * @param {Lent} lent @param {string} name
 */
export function attribute(lent, name) {
  const id = alive(lent);
  views();
  give(name, 0);
  const tag = guarded(kernel.krait_py_attribute, id);
  if (tag !== METHOD) return borrow(lent, name, result(tag), 0);
  views();
  const method = words[(cells + 8) >> 2];
  const before = lent.attributes?.names.get(name);
  if (before !== undefined && before.method === method && before.lent.id >= 0) return before.proxy;
  return borrow(lent, name, operate(lent, GETATTR, [name]), method);
}

/** What `krait_py_attribute` answers for a method of the class; the cell has the function's address. */
const METHOD = 512;

/**
 * Keeps an attribute's proxy with the proxy that it was read from.
 * @param {Lent} lent @param {string} name @param {any} value @param {number} method
 */
function borrow(lent, name, value, method) {
  if (value === null || (typeof value !== "object" && typeof value !== "function")) return value;
  const item = viewOf(value)?.lent;
  if (item === undefined || item === lent || item.proxy !== value) return value;
  item.handed--;
  lent.attributes ??= new Attributes();
  const before = lent.attributes.names.get(name);
  if (borrowing && before?.lent !== item) {
    for (const cached of lent.attributes.names.values()) {
      if (cached.lent.id !== item.id) continue;
      // The object is there by this name, or another: nobody has seen the new proxy.
      item.id = -1;
      disown(item.reference);
      if (cached !== before) {
        cached.lent.borrowers++;
        lent.attributes.names.set(name, { lent: cached.lent, proxy: cached.proxy, method });
      }
      return cached.proxy;
    }
  }
  if (before?.lent !== item) {
    if (before !== undefined) before.lent.borrowers--;
    item.borrowers++;
    lent.attributes.names.set(name, { lent: item, proxy: value, method });
  }
  return value;
}

/** A second life of the same object, with the same attributes. @param {Lent} lent */
export function secondLife(lent) {
  const second = new Lent(alive(lent), lent.abilities);
  lent.attributes ??= new Attributes();
  lent.attributes.owners++;
  second.attributes = lent.attributes;
  return second;
}

// ----------------------------------------------------------------------------------------------------------- proxies

/** What each proxy is a view of. @type {WeakMap<object, View>} */
const viewsOfProxies = new WeakMap();
/** Whether there has been a proxy at all; until then nothing needs to be looked up. */
export let anyProxy = false;

/** @param {object} value */
export function viewOf(value) {
  return anyProxy ? viewsOfProxies.get(value) : undefined;
}

/** @param {object} proxy @param {View} view */
export function setView(proxy, view) {
  anyProxy = true;
  viewsOfProxies.set(proxy, view);
}
