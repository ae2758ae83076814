// Iterators of arrays, as Python gets them. In JavaScript they are like the engine's own; unlike those they know where they
// are, so that Python can read items ahead of a loop, many in one crossing.
//
// What was read ahead is right only as long as nothing can have changed the array: until Python does anything else with
// JavaScript, or JavaScript runs (`disturb` in `memory.js`, `ascend` in `src/cell.rs`). Then it is thrown away, and the loop
// goes on where it is in the array as it is now, as an iterator of JavaScript does. A loop that does such things reads one
// item at a time; one that does not reads twice as many each time.

// @ts-check

import { answer, BIGINT, fail, FUNCTION, give, hasRoom, OBJECT, PROMISE, STRING_HELD } from "./cells.js";
import { detect, ERROR_LIKE, knownKind, learn, STEPS } from "./kinds.js";
import { viewOf } from "./lent.js";
import { aheadAt, begin, cells, doubles, memory, usedAt, views, words } from "./memory.js";
import { release, slots, watchSlot } from "./slab.js";

const arrayValues = Array.prototype.values;
const typedArray = Object.getPrototypeOf(Uint8Array.prototype);
const typedValues = typedArray.values;
const typedKeys = typedArray.keys;
const engines = Object.getPrototypeOf([][Symbol.iterator]());
const enginesNext = engines.next;

/** Items that are read at once if they are no numbers. */
const FEW = 128;
/** Says that a batch is of numbers; `src/proxy/iteration.rs` has the same number. */
const NUMBERS = 1 << 16;

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

  /**
   * Writes the next item into cell 0, and up to `want` - 1 after it into the next cells: answers how many. If they are numbers,
   * they lie there as doubles without gaps, and the answer has `NUMBERS` in it.
   * @param {Steps} steps @param {number} want
   */
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
    const first = array[at];
    views();
    batch = (batch + 1) >>> 0 || 1;
    const mine = batch;
    words[aheadAt] = mine;
    let count = 1;
    if (want > 1) {
      if (typeof first === "number") count = Steps.#numbers(array, at, want);
      // Items that are numbers need neither handles nor the text area, so that the first may come last.
      if (count > 1 && !Steps.#isDisturbed(steps, at, mine)) count |= NUMBERS;
      else count = isPlain(first) ? Steps.#ahead(steps, at, first, want, mine) : 1;
    }
    if (count === 1 || count > NUMBERS) answer(first);
    views();
    current = steps;
    words[usedAt] = 0;
    words[aheadAt] = mine;
    return count;
  }

  /**
   * Whether reading item `at` + 1 and those after it has run Python, or code that moved the iterator.
   * @param {Steps} steps @param {number} at @param {number} mine the number of the batch
   */
  static #isDisturbed(steps, at, mine) {
    views();
    return words[aheadAt] !== mine || steps.#at !== at + 1;
  }

  /** Writes the numbers that follow item `at` behind cell 0, and answers how many items there are with that one. @param {any} array @param {number} at @param {number} want */
  static #numbers(array, at, want) {
    const from = (cells >> 3) + 1;
    let count = 1;
    try {
      const most = Math.min(want, lengthOf(array) - at);
      for (; count < most; count++) {
        const value = array[at + count];
        if (typeof value !== "number") break;
        doubles[from + count] = value;
      }
    } catch {
      // A getter: it throws again when its turn comes.
    }
    return count;
  }

  /**
   * Writes `first`, which is item `at`, and what follows it into the cells, and answers how many are written; 1 if only the first is to
   * be taken, which the caller writes then.
   * @param {Steps} steps @param {number} at @param {unknown} first @param {number} want @param {number} mine
   */
  static #ahead(steps, at, first, want, mine) {
    const array = steps.#array;
    /** @type {number[]} */
    const held = [];
    /** @param {number} tag @param {number} n */
    const keep = (tag, n) => {
      if (tag === OBJECT || tag === FUNCTION || tag === PROMISE || tag === STRING_HELD || tag === BIGINT) held.push(words[(cells + n * 16 + 8) >> 2]);
    };
    let count = 1;
    try {
      keep(answer(first), 0);
      const most = Math.min(want, FEW, lengthOf(array) - at);
      for (; count < most && hasRoom(); count++) {
        const value = array[at + count];
        if (Steps.#isDisturbed(steps, at, mine) || (typeof value !== "number" && !isPlain(value))) break;
        keep(give(value, count), count);
      }
    } catch {
      // A getter: it throws again when its turn comes.
    }
    if (count > 1 && !Steps.#isDisturbed(steps, at, mine)) return count;
    // What stands in the cells may be another's by now.
    for (const slot of held) release(slot);
    Steps.settle();
    return 1;
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
 * The next items of such an iterator, `want` at most, as `Steps.some` writes them. Answers how many: 0 at the end, -1 if there
 * is an error in cell 0.
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
