// Iterators of arrays, as Python gets them. In JavaScript they are like the engine's own; unlike those they know where they
// are, so that Python can read items ahead of a loop, many in one crossing.
//
// What was read ahead is right only as long as nothing can have changed the array: until Python does anything else with
// JavaScript, or JavaScript runs (`disturb` in `memory.js`, `ascend` in `src/cell.rs`). Then it is thrown away, and the loop
// goes on where it is in the array as it is now, as an iterator of JavaScript does. A loop that does such things reads one
// item at a time; one that does not reads twice as many each time.

// @ts-check

import { answer, fail, give, hasRoom } from "./cells.js";
import { detect, ERROR_LIKE, knownKind, learn, STEPS } from "./kinds.js";
import { viewOf } from "./lent.js";
import { aheadAt, begin, memory, usedAt, views, words } from "./memory.js";
import { slots, watchSlot } from "./slab.js";

const arrayValues = Array.prototype.values;
const typedArray = Object.getPrototypeOf(Uint8Array.prototype);
const typedValues = typedArray.values;
const typedKeys = typedArray.keys;
const engines = Object.getPrototypeOf([][Symbol.iterator]());
const enginesNext = engines.next;

/** The iterator whose items were read ahead last, while Python holds it. @type {Steps | undefined} */
let current;
/** The number of the last batch. */
let batch = 0;

/** @param {any} array */
function lengthOf(array) {
  const { length } = array;
  if (length === 0 && ArrayBuffer.isView(array)) {
    // Throws as the engine's iterator does if the buffer was detached or has become too short.
    typedKeys.call(array);
  }
  if (Number.isSafeInteger(length) && length >= 0) return length;
  const number = Math.trunc(Number(length));
  return number > 0 ? Math.min(number, Number.MAX_SAFE_INTEGER) : 0;
}

/** Whether Python gets the value without code of anybody running, now and when it takes it. @param {unknown} value */
function isPlain(value) {
  switch (typeof value) {
    case "bigint":
    case "function":
      return false;
    case "object": {
      if (value === null) return true;
      const lent = viewOf(value)?.lent;
      if (lent !== undefined) return lent.id >= 0 && !lent.roundtrip;
      const flags = knownKind(value);
      return flags >= 0 && (flags & ERROR_LIKE) === 0;
    }
    default:
      return true;
  }
}

class Steps {
  /** Nothing when the iteration has ended. @type {any} */
  #array;
  #at = 0;

  /** @param {object} array */
  constructor(array) {
    this.#array = array;
  }

  next() {
    Steps.settle();
    const array = this.#array;
    if (array === undefined) return { value: undefined, done: true };
    if (this.#at >= lengthOf(array)) {
      this.#array = undefined;
      return { value: undefined, done: true };
    }
    return { value: array[this.#at++], done: false };
  }

  /** Python has used so many of the items that it read ahead; from there the iterator goes on. */
  static settle() {
    if (current === undefined) return;
    views();
    current.#at += words[usedAt];
    current = undefined;
    words[aheadAt] = 0;
  }

  /** Writes the next item into cell 0, and up to `want` - 1 after it into the next cells. @param {Steps} steps @param {number} want */
  static some(steps, want) {
    Steps.settle();
    const array = steps.#array;
    if (array === undefined) return 0;
    const at = steps.#at;
    if (at >= lengthOf(array)) {
      steps.#array = undefined;
      return 0;
    }
    steps.#at = at + 1;
    answer(array[at]);
    let count = 1;
    if (want > 1) count = Steps.ahead(array, at, want);
    views();
    current = steps;
    batch = (batch + 1) >>> 0 || 1;
    words[usedAt] = 0;
    words[aheadAt] = batch;
    return count;
  }

  /** Writes what follows item `at` into the cells from 1 on, and answers how many cells are written. @param {any} array @param {number} at @param {number} want */
  static ahead(array, at, want) {
    let count = 1;
    try {
      const most = Math.min(want, lengthOf(array) - at);
      for (; count < most && hasRoom(); count++) {
        const value = array[at + count];
        if (typeof value !== "number" && !isPlain(value)) break;
        views();
        give(value, count);
      }
    } catch {
      // A getter: it throws again when its turn comes.
    }
    return count;
  }

  /** @param {unknown} value @returns {value is Steps} */
  static is(value) {
    return typeof value === "object" && value !== null && #array in value;
  }
}
Reflect.deleteProperty(Steps.prototype, "constructor");
Object.setPrototypeOf(Steps.prototype, engines);
let learnt = false;

/**
 * The iterator of `object` for Python, if `iterate`, its `Symbol.iterator`, is what arrays have and nobody has changed it.
 * @param {any} object @param {Function} iterate
 */
export function stepsOf(object, iterate) {
  const isTyped = iterate === typedValues;
  if ((!isTyped && iterate !== arrayValues) || engines.next !== enginesNext || typeof object !== "object") return undefined;
  if (ArrayBuffer.isView(object)) {
    // Python may write into its own memory without anybody noticing here.
    if (object.buffer === memory.buffer) return undefined;
    typedKeys.call(object);
  } else if (isTyped) {
    return undefined;
  }
  if (!learnt) {
    learnt = true;
    learn(Steps.prototype, detect(new Steps([])) | STEPS);
  }
  return new Steps(object);
}

/**
 * The next items of such an iterator, `want` at most, in as many cells. Answers how many: 0 at the end, -1 if there is an error
 * in cell 0.
 * @param {number} target @param {number} want
 */
export function nextSome(target, want) {
  begin();
  try {
    const steps = slots[target];
    if (!Steps.is(steps)) return 0;
    const count = Steps.some(steps, want);
    if (count > 0) watchSlot(target, Steps.settle);
    return count;
  } catch (error) {
    fail(error);
    return -1;
  }
}

/** Forgets what was read ahead, for a session that ends. */
export function forgetSteps() {
  current = undefined;
}
