// Whole structures for `to_py`, in one go: the values in the order in which Python makes them, as numbers, and all their
// text as one string. Python reads both from memory and makes its objects without another crossing.
//
// Nothing of Python runs in between, so this is for conversions without a converter; `deep.js` serves the others.

// @ts-check

import { fail } from "./cells.js";
import { BYTES, containerOf, DICT, MAP, OTHER, refuseEqualKeys, SET } from "./deep.js";
import { CONVERSION_ERROR, kindOf, Raise, RECURSION_ERROR } from "./kinds.js";
import { alive, viewOf } from "./lent.js";
import { begin, cells, memory, views, words } from "./memory.js";
import { counters, hold, release, slots } from "./slab.js";

// What a number of the stream says in its lowest five bits; what is above them is its operand. `src/deep/flat.rs` has the same numbers.
const UNDEFINED = 0, NULL = 1, FALSE = 2, TRUE = 3;
/** Without operand: the number follows. */
const INTEGER = 4, FLOAT = 5;
/** Code units of the digits. */
const BIGINT = 6;
/** Code units. */
const TEXT = 7;
/** A text that is a property's name, which is known by its ordinal from then on. */
const NEW_NAME = 8;
/** The ordinal. */
const NAME = 9;
/** How many items, or pairs of key and value, follow. */
const LIST_OF = 10, DICT_OF = 11, SET_OF = 12;
/** The ordinal of a container. */
const SEEN = 13;
/** Slot; its flags follow. */
const OBJECT = 14;
/** Id. */
const PY_OBJECT = 15;
/** Slot of a buffer or view. */
const BUFFER = 16;

/** By which an operand is multiplied. */
const ABOVE_KIND = 32;

/** Containers in containers up to which there is certainly room on the engine's stack. */
const DEEPEST = 900;

/** Numbers up to which a stream is kept for the next structure. */
const SPARE = 1 << 15;

/** @type {Float64Array<ArrayBuffer> | undefined} */
let spare;
/** The structure that Python takes now. @type {Flattening | undefined} */
let finished;

/** One conversion. */
class Flattening {
  stream = spare ?? new Float64Array(512);
  length = 0;
  texts = "";
  /** Ordinals of containers. @type {Map<object, number>} */
  seen = new Map();
  /** Ordinals of properties' names. @type {Map<string, number>} */
  names = new Map();
  /** Slots that Python will take. @type {number[]} */
  held = [];

  constructor() {
    // Getters of the structure may begin another conversion.
    spare = undefined;
  }

  /** @param {number} a */
  put1(a) {
    if (this.length + 1 > this.stream.length) this.grow();
    this.stream[this.length++] = a;
  }

  /** @param {number} a @param {number} b */
  put2(a, b) {
    if (this.length + 2 > this.stream.length) this.grow();
    this.stream[this.length++] = a;
    this.stream[this.length++] = b;
  }

  grow() {
    const before = this.stream;
    this.stream = new Float64Array(before.length * 4);
    this.stream.set(before);
  }

  end() {
    if (this.stream.length <= SPARE) spare = this.stream;
    finished = undefined;
  }

  /** @param {number} kind @param {number} operand */
  put(kind, operand) {
    this.put1(kind + ABOVE_KIND * operand);
  }

  /** @param {number} kind @param {string} text */
  text(kind, text) {
    this.put(kind, text.length);
    this.texts += text;
  }

  /** @param {string} name */
  name(name) {
    const known = this.names.get(name);
    if (known !== undefined) {
      this.put(NAME, known);
      return;
    }
    this.names.set(name, this.names.size);
    this.text(NEW_NAME, name);
  }

  /** @param {unknown} value */
  hold(value) {
    const slot = hold(value);
    this.held.push(slot);
    return slot;
  }

  /**
   * @param {any} value
   * @param {number} depth levels that are still converted, negative for all
   * @param {number} level
   */
  value(value, depth, level) {
    switch (typeof value) {
      case "string":
        return this.text(TEXT, value);
      case "number":
        return this.put2(Number.isSafeInteger(value) ? INTEGER : FLOAT, value);
      case "boolean":
        return this.put1(value ? TRUE : FALSE);
      case "bigint":
        return this.text(BIGINT, value.toString(16));
      case "undefined":
        if (value === undefined) return this.put1(UNDEFINED);
        break;
      case "object":
        if (value === null) return this.put1(NULL);
    }
    const isObject = typeof value === "object" || typeof value === "function";
    const lent = isObject ? viewOf(value)?.lent : undefined;
    if (lent !== undefined && !lent.roundtrip) return this.put(PY_OBJECT, alive(lent));
    const kind = isObject && depth !== 0 ? containerOf(value) : OTHER;
    if (kind === OTHER) {
      return this.put2(OBJECT + ABOVE_KIND * this.hold(value), isObject ? kindOf(value) : 0);
    }
    if (kind === BYTES) return this.put(BUFFER, this.hold(value));
    this.container(value, kind, depth - 1, level + 1);
  }

  /** @param {any} value @param {number} kind @param {number} depth @param {number} level */
  container(value, kind, depth, level) {
    const known = this.seen.get(value);
    if (known !== undefined) return this.put(SEEN, known);
    if (level > DEEPEST) throw new Raise(RECURSION_ERROR, "maximum recursion depth exceeded while converting from JavaScript");
    this.seen.set(value, this.seen.size);
    if (kind === DICT) {
      const names = Object.keys(value);
      this.put(DICT_OF, names.length);
      for (const name of names) {
        this.name(name);
        this.value(value[name], depth, level);
      }
    } else if (kind === MAP) {
      refuseEqualKeys(value, "Map");
      const entries = [...value];
      this.put(DICT_OF, entries.length);
      for (const [key, item] of entries) {
        this.key(key, "dict");
        this.value(item, depth, level);
      }
    } else if (kind === SET) {
      refuseEqualKeys(value, "Set");
      const items = [...value];
      this.put(SET_OF, items.length);
      for (const item of items) this.key(item, "set");
    } else {
      const count = value.length;
      this.put(LIST_OF, count);
      for (let i = 0; i < count; i++) this.value(value[i], depth, level);
    }
  }

  /** Keys and members of sets are what is immutable on both sides. @param {any} key @param {string} container */
  key(key, container) {
    const isObject = (typeof key === "object" && key !== null) || typeof key === "function" || typeof key === "symbol";
    const lent = isObject && typeof key !== "symbol" ? viewOf(key)?.lent : undefined;
    if (isObject && (lent === undefined || lent.roundtrip)) {
      throw new Raise(CONVERSION_ERROR, `Cannot use key of type ${String(key.constructor?.name ?? typeof key)} as a key to a Python ${container}`);
    }
    this.value(key, 0, 0);
  }
}

/**
 * Flattens what a slot holds, `depth` levels deep (negative: all). Answers whether it is a container, -1 if there is an error in
 * cell 0; cell 0 has the length of the stream and of the text.
 * @param {number} target @param {number} depth
 */
export function flatten(target, depth) {
  begin();
  const value = /** @type {any} */ (slots[target]);
  const kind = containerOf(value);
  if (kind === OTHER || kind === BYTES) return 0;
  const work = new Flattening();
  try {
    work.container(value, kind, depth - 1, 1);
  } catch (error) {
    for (const slot of work.held) release(slot);
    work.end();
    fail(error);
    return -1;
  }
  finished = work;
  views();
  words[(cells + 4) >> 2] = work.length;
  words[(cells + 8) >> 2] = work.texts.length;
  return 1;
}

const encoder = new TextEncoder();

/**
 * Copies the stream to `streamAt` and the text to `textAt`, where there is a byte for each code unit. Answers whether that was
 * enough: whether all of it is ASCII.
 * @param {number} streamAt @param {number} textAt
 */
export function takeFlat(streamAt, textAt) {
  begin();
  if (finished === undefined) return true;
  counters.strings++;
  const { stream, length, texts } = finished;
  new Float64Array(memory.buffer, streamAt, length).set(stream.subarray(0, length));
  const { read, written } = encoder.encodeInto(texts, new Uint8Array(memory.buffer, textAt, texts.length));
  const isAscii = read === texts.length && written === read;
  if (isAscii) finished.end();
  return isAscii;
}

/** Copies the text to `at` as UTF-16. @param {number} at */
export function takeFlatUnits(at) {
  begin();
  if (finished === undefined) return;
  const { texts } = finished;
  const units = new Uint16Array(memory.buffer, at, texts.length);
  for (let i = 0; i < texts.length; i++) units[i] = texts.charCodeAt(i);
  finished.end();
}
