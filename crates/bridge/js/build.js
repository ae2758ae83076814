// Whole structures for `to_js`, in one go: Python writes down what they are made of, as numbers, and they are built here.
// Texts are read where Python has them. No code of anybody runs in between.

// @ts-check

import { name } from "./attributes.js";
import { answer, fail, utf8 } from "./cells.js";
import { CONVERSION_ERROR, Raise } from "./kinds.js";
import { begin, doubles } from "./memory.js";
import { slots } from "./slab.js";

// What stands in the stream, each followed by its operands. `src/deep/stream.rs` has the same numbers.
const UNDEFINED = 0, NULL = 1, FALSE = 2, TRUE = 3;
/** The number. */
const NUMBER = 4;
/** Address and length of the digits. */
const BIGINT = 5;
/** Address and length. */
const TEXT = 6;
/** Address and length of an interned string. */
const NAME = 7;
/** Address and length of a key, which may come again. */
const KEY = 8;
/** How many items, or pairs of key and value, follow. */
const LIST = 9, DICT = 10, SET = 11;
/** The ordinal of a container. */
const SEEN = 12;
/** A slot. */
const SLOT = 13;

class Building {
  /** By ordinal. @type {unknown[]} */
  containers = [];
  /** Keys by address. @type {Map<number, string>} */
  keys = new Map();

  /** @param {number} at @param {boolean} isFromEntries */
  constructor(at, isFromEntries) {
    this.at = at;
    this.isFromEntries = isFromEntries;
  }

  next() {
    return doubles[this.at++];
  }

  /** @returns {any} */
  value() {
    switch (this.next()) {
      case UNDEFINED:
        return undefined;
      case NULL:
        return null;
      case FALSE:
        return false;
      case TRUE:
        return true;
      case NUMBER:
        return this.next();
      case BIGINT:
        return BigInt(utf8(this.next(), this.next()));
      case TEXT:
        return utf8(this.next(), this.next());
      case NAME:
        return name(this.next(), this.next()).text;
      case KEY:
        return this.key(this.next(), this.next());
      case LIST:
        return this.list(this.next());
      case DICT:
        return this.dict(this.next());
      case SET:
        return this.set(this.next());
      case SEEN:
        return this.containers[this.next()];
      case SLOT:
        return slots[this.next()];
      default:
        throw new Error("Python wrote a structure that makes no sense");
    }
  }

  /** @param {number} at @param {number} length */
  key(at, length) {
    let known = this.keys.get(at);
    if (known === undefined) {
      // See `name` of attributes.js.
      [known] = Object.keys({ [utf8(at, length)]: 0 });
      this.keys.set(at, known);
    }
    return known;
  }

  /** @param {number} count */
  list(count) {
    const array = new Array(count);
    this.containers.push(array);
    for (let i = 0; i < count; i++) array[i] = this.value();
    return array;
  }

  /** @param {number} count */
  dict(count) {
    /** @type {Record<string, unknown>} */
    const object = {};
    this.containers.push(object);
    for (let i = 0; i < count; i++) {
      const key = this.value();
      const value = this.value();
      if (!(key in object)) {
        object[key] = value;
      } else if (this.isFromEntries) {
        Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
      } else {
        throw new Raise(CONVERSION_ERROR, `Key collision when converting Python dictionary to JavaScript. Key: '${String(key)}'`);
      }
    }
    return object;
  }

  /** @param {number} count */
  set(count) {
    const set = new Set();
    this.containers.push(set);
    for (let i = 0; i < count; i++) set.add(this.value());
    return set;
  }
}

/** Builds what is written at `at`. Dicts become objects, `isFromEntries` as `Object.fromEntries` makes them. @param {number} at @param {boolean} isFromEntries */
export function build(at, isFromEntries) {
  begin();
  try {
    return answer(new Building(at >> 3, isFromEntries).value());
  } catch (error) {
    return fail(error);
  }
}

const { fromEntries } = Object;

/** Whether a slot holds `Object.fromEntries`, which `build` can stand in for. @param {number} target */
export function isFromEntries(target) {
  return slots[target] === fromEntries;
}
