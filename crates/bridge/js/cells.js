// Cells: how values cross. A cell is 16 bytes in linear memory: u32 tag, u32 length, f64 or two u32 of payload. A call
// writes its argument cells, makes one crossing, and reads one result cell.

// @ts-check

import { marked, name } from "./attributes.js";
import { kindOf, knownKind, Raise } from "./kinds.js";
import { viewOf } from "./lent.js";
import { bytes, cells, doubles, keptAt, memory, REPEATED, TEXT, text, textBytes, views, words } from "./memory.js";
import { proxyFor } from "./pyproxy.js";
import { PythonError } from "./pythonerror.js";
import { counters, hold, release, slots } from "./slab.js";
import { framesOf } from "./stack.js";
// Last, as everywhere: what it needs computes with the constants of others when it is loaded.
import { heirOf } from "./borrow.js";

// Tags. `src/cell.rs` has the same table.
export const UNDEFINED = 0;
export const NULL = 1;
export const FALSE = 2;
export const TRUE = 3;
export const INTEGER = 4;
export const FLOAT = 5;
export const BIGINT = 6;
export const STRING_SHORT = 7;
export const STRING_HELD = 8;
export const OBJECT = 9;
export const FUNCTION = 10;
export const PROMISE = 11;
export const PY_OBJECT = 12;
export const NAME = 13;
export const ERROR = 14;
export const STRING = 15;
export const METHOD = 16;
/** A PY_OBJECT that JavaScript has let go of: Python takes it out of its table. */
export const PY_OBJECT_LAST = 17;
/** A string that Python has kept, by its place. */
export const STRING_KEPT = 18;

// Strings for which there is room are written into the text area as UTF-8, those of a few characters by a loop, which
// beats the encoder there. Longer ones are held and copied by a second crossing that knows the size, as are those with a
// lone surrogate, which UTF-8 has not.

/** Characters up to which the loop is quicker than the encoder. */
const BY_CHARACTER = 32;
/** Bytes of the text area that values of the present operation take. */
let used = 0;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * The flags of a value for cell `n`. Asking an object of the page may run code that comes back here and uses the cells: those
 * before `n` are kept.
 * @param {object} value @param {number} n
 */
function kindBehind(value, n) {
  const known = knownKind(value);
  if (known >= 0) return known;
  const written = words.slice(cells >> 2, (cells >> 2) + n * 4);
  const taken = used;
  const texts = bytes.slice(text, text + taken);
  inside++;
  let flags;
  try {
    flags = kindOf(value);
  } finally {
    inside--;
  }
  views();
  words.set(written, cells >> 2);
  bytes.set(texts, text);
  used = taken;
  return flags;
}

const LONE = /\p{Surrogate}/u;

/** @param {string} value */
function isWellFormed(value) {
  return value.isWellFormed === undefined ? !LONE.test(value) : value.isWellFormed();
}

/** Writes a string to `at` as UTF-8, and tells its bytes; -1 if it has a lone surrogate. @param {string} value @param {number} at */
function writeShort(value, at) {
  const b = bytes;
  const { length } = value;
  let next = at;
  for (let i = 0; i < length; i++) {
    const unit = value.charCodeAt(i);
    if (unit < 0x80) {
      b[next++] = unit;
    } else if (unit < 0x800) {
      b[next++] = 0xc0 | (unit >> 6);
      b[next++] = 0x80 | (unit & 0x3f);
    } else if (unit < 0xd800 || unit > 0xdfff) {
      b[next++] = 0xe0 | (unit >> 12);
      b[next++] = 0x80 | ((unit >> 6) & 0x3f);
      b[next++] = 0x80 | (unit & 0x3f);
    } else {
      const code = /** @type {number} */ (value.codePointAt(i));
      if (code < 0x10000) return -1;
      i++;
      b[next++] = 0xf0 | (code >> 18);
      b[next++] = 0x80 | ((code >> 12) & 0x3f);
      b[next++] = 0x80 | ((code >> 6) & 0x3f);
      b[next++] = 0x80 | (code & 0x3f);
    }
  }
  return next - at;
}

// A short string that comes a second time is kept by Python (`src/repeated.rs`), and from then on its place crosses instead of it.
// Each has one place, which is computed from a few of its characters, and is lost to the next one that has the same.

/** The string that was met last, by place. @type {(string | undefined)[]} */
const met = new Array(REPEATED).fill(undefined);
/** What Python writes to the place's word when it has kept that one, 0 if it was not asked to. */
const marks = new Uint32Array(REPEATED);
/** How often Python was asked to keep one. */
let asked = 0;
/** Whether foreign code runs while cells are written: what they refer to stays. */
let inside = 0;

/** @param {string} value not empty */
function placeOf(value) {
  const { length } = value;
  const last = value.charCodeAt(length - 1) + 3 * value.charCodeAt(length > 1 ? length - 2 : 0);
  return (length + 31 * value.charCodeAt(0) + 17 * value.charCodeAt(length >> 1) + 7 * last) % REPEATED;
}

/** The mark with which Python is to keep the string of a place. @param {number} place */
function newMark(place) {
  // No mark is used twice.
  if (++asked === 1 << 24) {
    asked = 1;
    marks.fill(0);
    words.fill(0, keptAt, keptAt + REPEATED);
  }
  return (marks[place] = asked * REPEATED + place);
}

/** Writes a string for Python into cell `n`, which is at `at`. @param {string} value @param {number} at @param {number} n @returns {number} its tag */
function giveText(value, at, n) {
  const { length } = value;
  let mark = 0;
  if (length <= BY_CHARACTER && length > 0) {
    const place = placeOf(value);
    if (met[place] !== value) {
      met[place] = value;
      marks[place] = 0;
    } else if (marks[place] !== 0 && words[keptAt + place] === marks[place]) {
      words[(at + 8) >> 2] = place;
      return STRING_KEPT;
    } else if (n === 0 && inside === 0) {
      // Only with the first cell: no cell before it refers to what was kept at the place.
      mark = newMark(place);
    }
  }
  counters.strings++;
  const room = TEXT - used;
  words[(at + 8) >> 2] = used;
  words[(at + 12) >> 2] = mark;
  if (length <= BY_CHARACTER && length * 3 <= room) {
    const written = writeShort(value, text + used);
    if (written >= 0) {
      words[(at + 4) >> 2] = written;
      used += written;
      return STRING_SHORT;
    }
  }
  const wellFormed = isWellFormed(value);
  // A code unit takes three bytes at most.
  if (wellFormed && length * 3 <= room) {
    const { written } = encoder.encodeInto(value, used === 0 ? textBytes : textBytes.subarray(used));
    words[(at + 4) >> 2] = written;
    used += written;
    return STRING_SHORT;
  }
  words[(at + 4) >> 2] = length;
  words[(at + 8) >> 2] = hold(value);
  words[(at + 12) >> 2] = wellFormed ? 1 : 0;
  return STRING_HELD;
}

/**
 * Writes a JavaScript value into cell `n` for Python.
 * @param {unknown} value @param {number} n @returns {number} its tag
 */
export function give(value, n) {
  const at = cells + n * 16;
  let tag = UNDEFINED;
  if (n === 0) used = 0;
  switch (typeof value) {
    case "undefined":
      // `document.all` is the one object of this type.
      if (value !== undefined) {
        tag = OBJECT;
        words[(at + 4) >> 2] = 0;
        words[(at + 8) >> 2] = hold(value);
      }
      break;
    case "boolean":
      tag = value ? TRUE : FALSE;
      break;
    case "number":
      tag = Number.isSafeInteger(value) ? INTEGER : FLOAT;
      doubles[(at + 8) >> 3] = value;
      break;
    case "string":
      tag = giveText(value, at, n);
      break;
    case "bigint": {
      tag = BIGINT;
      // Python refuses to read decimal numbers of more than 4300 digits.
      const digits = value.toString(16);
      words[(at + 4) >> 2] = digits.length;
      words[(at + 8) >> 2] = hold(digits);
      words[(at + 12) >> 2] = 1;
      break;
    }
    case "function":
    case "object": {
      if (value === null) {
        tag = NULL;
        break;
      }
      const lent = viewOf(value)?.lent;
      if (lent !== undefined) {
        const id = lent.id < 0 ? heirOf(lent) : lent.id;
        if (!lent.roundtrip) {
          tag = PY_OBJECT;
          words[(at + 8) >> 2] = id;
          break;
        }
      }
      tag = typeof value === "function" ? FUNCTION : OBJECT;
      const flags = n === 0 ? kindOf(value) : kindBehind(value, n);
      views();
      words[(at + 4) >> 2] = flags;
      words[(at + 8) >> 2] = hold(value);
      break;
    }
    default:
      // Symbols.
      tag = OBJECT;
      words[(at + 4) >> 2] = 0;
      words[(at + 8) >> 2] = hold(value);
  }
  words[at >> 2] = tag;
  return tag;
}

/** @param {unknown} error */
export function fail(error) {
  views();
  if (error instanceof Raise) {
    words[(cells + 4) >> 2] = error.type;
    words[(cells + 8) >> 2] = hold(error.value);
  } else if (error instanceof PythonError) {
    const frames = error.way === "" ? "" : framesOf(error.way);
    words[(cells + 4) >> 2] = 1;
    words[(cells + 8) >> 2] = error.id;
    words[(cells + 12) >> 2] = frames === "" ? 0 : hold(frames);
  } else {
    // Asking for its texts may run foreign code, which comes before anything is written.
    const said = thrownText(error);
    const flags = error !== null && (typeof error === "object" || typeof error === "function") ? kindOf(error) : 0;
    views();
    used = 0;
    give(said, 1);
    words[(cells + 4) >> 2] = 0;
    words[(cells + 8) >> 2] = hold(error);
    words[(cells + 12) >> 2] = flags;
  }
  words[cells >> 2] = ERROR;
  return ERROR;
}

/** What a thrown value says: an error's name and message, or that it is none. @param {unknown} thrown */
export function thrownText(thrown) {
  try {
    // Errors of another realm are no instances of this one's, but have the two texts.
    if (thrown !== null && typeof thrown === "object") {
      const { name, message } = /** @type {{name?: unknown, message?: unknown}} */ (thrown);
      if (typeof name === "string" && typeof message === "string") return name && message ? `${name}: ${message}` : name || message;
    }
    if (typeof thrown === "string") return `Error: ${thrown}`;
    let text = `Error: A value of type ${typeof thrown} with tag ${Object.prototype.toString.call(thrown)} was thrown as an error!`;
    try {
      text += `\nString interpolation of the thrown value gives """${thrown}""".`;
    } catch {
      // Symbols and objects without `toString` have no text.
      text += "\nString interpolation of the thrown value fails.";
    }
    try {
      text += `\nThe thrown value's toString method returns """${/** @type {any} */ (thrown).toString()}""".`;
    } catch {
      text += "\nThe thrown value's toString method fails.";
    }
    return text;
  } catch {
    return "";
  }
}

/** @param {unknown} value */
export function answer(value) {
  views();
  return give(value, 0);
}

/** Whether there is a place in the text area for more of a batch. */
export function hasRoom() {
  return used < TEXT - 3 * BY_CHARACTER;
}

/**
 * Copies a held string to `at` as UTF-8, as much of it as there is room for, and releases it when all is copied. The length
 * of cell 0 says how many code units are left.
 * @param {number} index @param {number} at @param {number} room @returns {number} how many bytes it wrote
 */
export function takeText(index, at, room) {
  views();
  const value = /** @type {string} */ (slots[index]);
  const { read, written } = encoder.encodeInto(value, bytes.subarray(at, at + room));
  const left = value.length - read;
  words[(cells + 4) >> 2] = left;
  if (left === 0) release(index);
  else slots[index] = value.slice(read);
  return written;
}

/**
 * Copies a held string with lone surrogates as UTF-16 code units to `at` and releases it.
 * @param {number} index @param {number} at
 */
export function takeUnits(index, at) {
  views();
  const value = /** @type {string} */ (slots[index]);
  const units = new Uint16Array(memory.buffer, at, value.length);
  for (let i = 0; i < value.length; i++) units[i] = value.charCodeAt(i);
  release(index);
}

/** @param {number} at @param {number} length @returns {string} */
export function utf8(at, length) {
  counters.strings++;
  if (length > 40) return wtf8(at, length);
  let all = 0;
  for (let i = 0; i < length; i++) all |= bytes[at + i];
  if (all > 127) return mixed(at, length);
  let ascii = "";
  let next = at;
  for (let rest = length; ; rest -= 8, next += 8) {
    if (rest <= 8) return ascii + few(bytes, next, rest);
    ascii += few(bytes, next, 8);
  }
}

const unit = String.fromCharCode;

/** Up to eight code units: one call with as many arguments beats as many calls. @param {Uint8Array | Uint16Array} b @param {number} at @param {number} length */
function few(b, at, length) {
  switch (length) {
    case 0:
      return "";
    case 1:
      return unit(b[at]);
    case 2:
      return unit(b[at], b[at + 1]);
    case 3:
      return unit(b[at], b[at + 1], b[at + 2]);
    case 4:
      return unit(b[at], b[at + 1], b[at + 2], b[at + 3]);
    case 5:
      return unit(b[at], b[at + 1], b[at + 2], b[at + 3], b[at + 4]);
    case 6:
      return unit(b[at], b[at + 1], b[at + 2], b[at + 3], b[at + 4], b[at + 5]);
    case 7:
      return unit(b[at], b[at + 1], b[at + 2], b[at + 3], b[at + 4], b[at + 5], b[at + 6]);
    default:
      return unit(b[at], b[at + 1], b[at + 2], b[at + 3], b[at + 4], b[at + 5], b[at + 6], b[at + 7]);
  }
}

/** Code units on their way into a string; a character may take two. */
const units = new Uint16Array(9);

/** A short string that is not ASCII alone: the decoder costs as much as hundreds of characters. @param {number} at @param {number} length */
function mixed(at, length) {
  const b = bytes;
  const end = at + length;
  let made = "";
  let count = 0;
  for (let i = at; i < end; ) {
    const first = b[i++];
    if (first < 0x80) {
      units[count++] = first;
    } else if (first < 0xe0) {
      units[count++] = ((first & 0x1f) << 6) | (b[i++] & 0x3f);
    } else if (first < 0xf0) {
      units[count++] = ((first & 0x0f) << 12) | ((b[i++] & 0x3f) << 6) | (b[i++] & 0x3f);
    } else {
      const code = (((first & 0x07) << 18) | ((b[i++] & 0x3f) << 12) | ((b[i++] & 0x3f) << 6) | (b[i++] & 0x3f)) - 0x10000;
      units[count++] = 0xd800 | (code >> 10);
      units[count++] = 0xdc00 | (code & 0x3ff);
    }
    if (count < 8) continue;
    made += few(units, 0, 8);
    units[0] = units[8];
    count -= 8;
  }
  return made + few(units, 0, count);
}

/** Python strings may hold lone surrogates, which UTF-8 cannot; they come as three-byte sequences. */
/** @param {number} at @param {number} length @returns {string} */
export function wtf8(at, length) {
  const part = bytes.subarray(at, at + length);
  const text = decoder.decode(part);
  if (!text.includes("\ufffd")) return text;
  let result = "";
  for (let i = 0; i < length; ) {
    const a = part[i];
    const width = a < 0x80 ? 1 : a < 0xe0 ? 2 : a < 0xf0 ? 3 : 4;
    let code = a;
    if (width === 2) code = ((a & 0x1f) << 6) | (part[i + 1] & 0x3f);
    else if (width === 3) code = ((a & 0x0f) << 12) | ((part[i + 1] & 0x3f) << 6) | (part[i + 2] & 0x3f);
    else if (width === 4)
      code = ((a & 0x07) << 18) | ((part[i + 1] & 0x3f) << 12) | ((part[i + 2] & 0x3f) << 6) | (part[i + 3] & 0x3f);
    result += String.fromCodePoint(code);
    i += width;
  }
  return result;
}

/** Reads cell `n`, which Python wrote. @param {number} n @returns {any} */
export function take(n) {
  const at = cells + n * 16;
  const payload = (at + 8) >> 2;
  switch (words[at >> 2]) {
    case UNDEFINED:
      return undefined;
    case NULL:
      return null;
    case FALSE:
      return false;
    case TRUE:
      return true;
    case INTEGER:
    case FLOAT:
      return doubles[(at + 8) >> 3];
    case BIGINT:
      return BigInt(utf8(words[payload], words[(at + 4) >> 2]));
    case STRING: {
      const mark = words[payload + 1];
      return mark === 0 ? utf8(words[payload], words[(at + 4) >> 2]) : marked(mark, words[payload], words[(at + 4) >> 2]);
    }
    case NAME:
      return name(words[payload], words[(at + 4) >> 2]).text;
    case PY_OBJECT:
      return proxyFor(words[payload], words[(at + 4) >> 2]);
    default:
      return slots[words[payload]];
  }
}

/** The count of arguments that are too many for the cells: the first has an array of them. */
export const IN_AN_ARRAY = 0xffffffff;

/** @param {number} count @param {number} from @returns {any[]} */
export function takeAll(count, from) {
  if (count === IN_AN_ARRAY) return take(0);
  const values = new Array(count);
  for (let i = 0; i < count; i++) values[i] = take(from + i);
  return values;
}
