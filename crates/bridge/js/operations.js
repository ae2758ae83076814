// What Python does with JavaScript objects. Each operation is one crossing: operands in, a tag out; the result is in
// cell 0. Thrown values come back as ERROR.

// @ts-check

import { answer, fail, give, take, takeAll, UNDEFINED } from "./cells.js";
import { OVERFLOW_ERROR, Raise, VALUE_ERROR } from "./kinds.js";
import { borrowing, IS_SEQUENCE, viewOf } from "./lent.js";
import { begin, cells, views, words } from "./memory.js";
import { stepped } from "./objects.js";
import { slots } from "./slab.js";
import { stepsOf } from "./steps.js";
import { callBorrowing, constructBorrowing } from "./borrow.js";

/** Calls function `target` with `self` (0 is undefined) and `count` argument cells. */
/** @param {number} target @param {number} self @param {number} count */
export function call(target, self, count) {
  begin();
  try {
    const f = /** @type {any} */ (slots[target]);
    const receiver = slots[self];
    if (borrowing) return callBorrowing(f, receiver, count);
    // Functions may have lost what functions inherit, or have a `call` of their own.
    if (f.call !== Function.prototype.call) return answer(Reflect.apply(f, receiver, takeAll(count, 0)));
    switch (count) {
      case 0:
        return answer(f.call(receiver));
      case 1:
        return answer(f.call(receiver, take(0)));
      case 2:
        return answer(f.call(receiver, take(0), take(1)));
      case 3:
        return answer(f.call(receiver, take(0), take(1), take(2)));
      case 4:
        return answer(f.call(receiver, take(0), take(1), take(2), take(3)));
      default:
        return answer(Reflect.apply(f, receiver, takeAll(count, 0)));
    }
  } catch (error) {
    return fail(error);
  }
}

/** @param {number} target @param {number} count */
export function construct(target, count) {
  begin();
  try {
    if (borrowing) return constructBorrowing(slots[target], count);
    return answer(Reflect.construct(/** @type {any} */ (slots[target]), takeAll(count, 0)));
  } catch (error) {
    return fail(error);
  }
}

/** @param {any} object @param {string} method */
function has(object, method) {
  return typeof object[method] === "function";
}

/** @param {any} object */
function isArrayLike(object) {
  return Array.isArray(object) || (ArrayBuffer.isView(object) && !(object instanceof DataView)) ||
    (typeof object.length === "number" && typeof object !== "function" && typeof object[Symbol.iterator] === "function");
}

/** Whether it is a Python object whose items are no sequence: it has a length and can be iterated, as arrays. @param {any} object */
function isMapOfPython(object) {
  const view = viewOf(object);
  return view !== undefined && (view.abilities & IS_SEQUENCE) === 0;
}

/** The length of something like an array, as far as Python can count. @param {any} object @returns {number} */
function lengthOf(object) {
  const { length } = object;
  if (length < 0) throw new Raise(VALUE_ERROR, `length ${length} of object is negative`);
  if (length > 2147483647 && !Array.isArray(object)) {
    throw new Raise(OVERFLOW_ERROR, `length ${length} of object is larger than INT_MAX (2147483647)`);
  }
  return length;
}

/** `object[key]` as Python means it: arrays by index, maps by `get`. Tag UNDEFINED with length 1 is a missing key, 2 a missing index, 3 what is no index. */
/** @param {number} target */
export function getItem(target) {
  begin();
  try {
    const object = /** @type {any} */ (slots[target]);
    const key = take(0);
    /** @param {number} why */
    const missing = (why) => {
      views();
      words[(cells + 4) >> 2] = why;
      words[cells >> 2] = UNDEFINED;
      return UNDEFINED;
    };
    if (isArrayLike(object) && !isMapOfPython(object)) {
      if (typeof key !== "number") return missing(3);
      const index = key < 0 ? key + lengthOf(object) : key;
      const item = object[index];
      if (index < 0 || index >= object.length || (item === undefined && !(index in object))) return missing(2);
      words[(cells + 4) >> 2] = 0;
      return answer(item);
    }
    // It had the method when it was asked what it can do; if it has lost it since, this says so.
    const value = object.get(key);
    if (value === undefined && has(object, "has") && !object.has(key)) return missing(1);
    words[(cells + 4) >> 2] = 0;
    return answer(value);
  } catch (error) {
    return fail(error);
  }
}

/** Cell 0 is the key, cell 1 the value; with `deleting` there is no value. Answers false where it is not possible. */
/** @param {number} target @param {boolean} deleting */
export function setItem(target, deleting) {
  begin();
  try {
    const object = /** @type {any} */ (slots[target]);
    const key = take(0);
    if (isArrayLike(object) && viewOf(object) === undefined) {
      const index = key < 0 ? key + object.length : key;
      if (!(index >= 0 && index < object.length)) return answer(1);
      if (deleting) {
        if (!Array.isArray(object)) return answer(false);
        object.splice(index, 1);
      } else {
        object[index] = take(1);
      }
      return answer(true);
    }
    if (deleting) return answer(object.delete(key) === false ? 2 : true);
    object.set(key, take(1));
    return answer(true);
  } catch (error) {
    return fail(error);
  }
}

/** Questions that need no key; `what` is one of the numbers in `src/proxy.rs`. @param {number} target @param {number} what */
export function ask(target, what) {
  begin();
  try {
    const object = /** @type {any} */ (slots[target]);
    switch (what) {
      case 0: // length
        return answer(typeof object.size === "number" && typeof object !== "function" ? object.size
          : typeof object.length === "number" && typeof object !== "function" ? object.length : undefined);
      case 1: // str
        return answer(text_of(object));
      case 2: // truth
        return answer(truth(object));
      case 3: // iterator
        return answer(iteratorOf(object));
      case 4: // typeof
        return answer(typeof object);
      default:
        return answer(undefined);
    }
  } catch (error) {
    return fail(error);
  }
}

/** @param {any} object */
function iteratorOf(object) {
  const iterate = object[Symbol.iterator];
  if (typeof iterate === "function") return stepsOf(object, iterate) ?? iterate.call(object);
  // It could be iterated when it was asked what it can do; if it has lost that since, this says so.
  return iterate === undefined && typeof object.next === "function" ? object : object[Symbol.iterator]();
}

/** One step of an iterator. Tag UNDEFINED with length 1 is the end without a value. @param {number} target */
export function next(target) {
  begin();
  try {
    const step = /** @type {any} */ (slots[target]).next();
    if (step?.done === true && step.value === undefined) {
      views();
      words[(cells + 4) >> 2] = 1;
      words[cells >> 2] = UNDEFINED;
      return UNDEFINED;
    }
    const value = stepped(step);
    views();
    words[(cells + 4) >> 2] = 0;
    return give(value, 0);
  } catch (error) {
    return fail(error);
  }
}

/** @param {number} target */
export function contains(target) {
  begin();
  try {
    const object = /** @type {any} */ (slots[target]);
    const key = take(0);
    if (has(object, "has")) return answer(!!object.has(key));
    if (has(object, "includes")) return answer(!!object.includes(key));
    if (typeof object[Symbol.iterator] === "function") {
      for (const item of object) if (item === key) return answer(true);
      return answer(false);
    }
    return answer(undefined);
  } catch (error) {
    return fail(error);
  }
}

/** @param {number} a @param {number} b */
export function same(a, b) {
  return slots[a] === slots[b];
}

/** @param {unknown} object */
function text_of(object) {
  if (typeof object === "symbol") return object.toString();
  let hasText;
  try {
    hasText = object === null || typeof object !== "object" || typeof object.toString === "function";
  } catch {
    // An accessor that throws, or a revoked Proxy, which has no other text either.
  }
  return hasText ? String(object) : Object.prototype.toString.call(object);
}

/** @param {any} object */
function truth(object) {
  if (!object) return false;
  if (typeof object === "function") return true;
  if (typeof object.size === "number" && !(typeof HTMLElement !== "undefined" && object instanceof HTMLElement)) {
    return object.size !== 0;
  }
  if (Array.isArray(object) || /^\[object (?:NodeList|HTMLCollection)\]$/.test(Object.prototype.toString.call(object))) {
    return object.length !== 0;
  }
  if (typeof object.byteLength === "number") return object.byteLength !== 0;
  return true;
}
