// Attributes of JavaScript objects; names that Python interned, and strings that it gives again; pinned methods, functions of
// prototypes that have a slot of their own.

// @ts-check

import { answer, fail, METHOD, take, UNDEFINED, utf8 } from "./cells.js";
import { CALLABLE, kindOf } from "./kinds.js";
import { begin, cells, pinCounts, REPEATED, views, words } from "./memory.js";
import { viewOf } from "./lent.js";
import { FIRST_HANDLE, FIRST_PIN, slots } from "./slab.js";

/**
 * A name, and the pinned function that was found last under it.
 * @typedef {{ text: string, method: unknown, slot: number }} Name
 */

/** What no property is: the method of a name that has none. */
const NO_METHOD = {};

/**
 * Names by their address; interned strings never move or end.
 * @type {Map<number, Name>}
 */
const names = new Map();
/** The names that were asked for last, by a part of their address: a look at these is quicker than one into the map. */
const RECENT = 256;
/** @type {number[]} */
const recentAt = new Array(RECENT).fill(0);
/** @type {Name[]} */
const recent = new Array(RECENT).fill({ text: "", method: NO_METHOD, slot: 0 });

/** @param {number} at @param {number} length @returns {Name} */
export function name(at, length) {
  const place = (at >>> 3) % RECENT;
  return recentAt[place] === at ? recent[place] : remembered(at, length, place);
}

/** @param {number} at @param {number} length @param {number} place @returns {Name} */
function remembered(at, length, place) {
  let known = names.get(at);
  if (known === undefined) {
    // As a property's name it is the engine's own copy of the text, which needs no look-up when it is used as one.
    const [text] = Object.keys({ [utf8(at, length)]: 0 });
    known = { text, method: NO_METHOD, slot: 0 };
    names.set(at, known);
  }
  recentAt[place] = at;
  recent[place] = known;
  return known;
}

// Other short strings of Python's come with a mark when they cross a second time (`src/repeated.rs`). What has the same mark is the
// same string.

/** The strings that were marked last, by a part of their address. @type {string[]} */
const markedTexts = new Array(REPEATED).fill("");
const marks = new Uint32Array(REPEATED);

/** @param {number} mark not 0 @param {number} at @param {number} length @returns {string} */
export function marked(mark, at, length) {
  const place = (at >>> 3) % REPEATED;
  if (marks[place] === mark) return markedTexts[place];
  const text = utf8(at, length);
  marks[place] = mark;
  return (markedTexts[place] = text);
}

/**
 * Methods of prototypes are called again and again: such a function gets a slot once, and Python refers to it without
 * taking or releasing a handle. Rust counts its references in linear memory; when all slots are taken, those that are
 * not referred to become free.
 * @type {Map<unknown, number>}
 */
const pins = new Map();
/** @type {number[]} */
const freePins = [];
for (let slot = FIRST_HANDLE - 1; slot >= FIRST_PIN; slot--) freePins.push(slot);
/** Functions that are not pinned because a sweep has just found every slot in use. */
let pinsToSkip = 0;

/** The slot of a method, 0 if it gets none. @param {Name} known @param {object} object @param {Function} method */
function pin(known, object, method) {
  let slot = pins.get(method);
  if (slot === undefined) {
    if (Object.hasOwn(object, known.text) || viewOf(method) !== undefined || kindOf(method) !== CALLABLE) return 0;
    if (freePins.length === 0 && !sweepPins()) return 0;
    slot = /** @type {number} */ (freePins.pop());
    pins.set(method, slot);
    slots[slot] = method;
  }
  known.method = method;
  known.slot = slot;
  return slot;
}

/** Forgets names, texts and pins, for a session that ends. */
export function forgetNames() {
  names.clear();
  recentAt.fill(0);
  marks.fill(0);
  markedTexts.fill("");
  pins.clear();
}

/** Whether it freed a slot. */
function sweepPins() {
  if (pinsToSkip-- > 0) return false;
  views();
  for (const [method, slot] of pins) {
    if (words[(pinCounts >> 2) + slot] !== 0) continue;
    pins.delete(method);
    slots[slot] = undefined;
    freePins.push(slot);
  }
  for (const known of names.values()) {
    if (known.slot === 0 || pins.has(known.method)) continue;
    known.method = NO_METHOD;
    known.slot = 0;
  }
  if (freePins.length > 0) return true;
  pinsToSkip = 1000;
  return false;
}

/**
 * A pinned method is told in the answer itself: `METHOD`, and its slot from bit 8 on.
 * @param {number} target @param {number} at @param {number} length
 */
export function get(target, at, length) {
  begin();
  try {
    const object = /** @type {any} */ (slots[target]);
    const key = name(at, length);
    const value = object[key.text];
    if (value === key.method) return METHOD | (key.slot << 8);
    if (value === undefined && !(key.text in Object(object))) {
      words[(cells + 4) >> 2] = 1;
      words[cells >> 2] = UNDEFINED;
      return UNDEFINED;
    }
    if (typeof value === "function") {
      const slot = pin(key, object, value);
      if (slot !== 0) return METHOD | (slot << 8);
    }
    words[(cells + 4) >> 2] = 0;
    return answer(value);
  } catch (error) {
    return fail(error);
  }
}

/** @param {number} target @param {number} at @param {number} length */
export function set(target, at, length) {
  begin();
  try {
    /** @type {any} */ (slots[target])[name(at, length).text] = take(0);
    return UNDEFINED;
  } catch (error) {
    return fail(error);
  }
}

/** @param {number} target @param {number} at @param {number} length */
export function remove(target, at, length) {
  begin();
  try {
    const object = /** @type {any} */ (slots[target]);
    // As in a strict function: what cannot be deleted throws, what is not there does not.
    delete object[name(at, length).text];
    return UNDEFINED;
  } catch (error) {
    return fail(error);
  }
}
