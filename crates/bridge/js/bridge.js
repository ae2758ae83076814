// The JavaScript half of the bridge: the slab of JavaScript values that Python holds, the conversion of values in both
// directions, and PyProxy.
//
// Values cross as 16-byte cells in linear memory: u32 tag, u32 length, f64 or two u32 of payload. A call writes its
// argument cells, makes one crossing, and reads one result cell. Python's references to JavaScript values are indices
// into `slots`; JavaScript's references to Python objects are ids in the kernel's table.

// @ts-check

// Tags. `src/cell.rs` has the same table.
const UNDEFINED = 0;
const NULL = 1;
const FALSE = 2;
const TRUE = 3;
const INTEGER = 4;
const FLOAT = 5;
const BIGINT = 6;
const STRING_SHORT = 7;
const STRING_HELD = 8;
const OBJECT = 9;
const FUNCTION = 10;
const PROMISE = 11;
const PY_OBJECT = 12;
const NAME = 13;
const ERROR = 14;
const STRING = 15;

// Strings up to this many code units are written into the scratch area one by one; longer ones are held and copied by
// a second crossing that knows the size.
const SHORT = 96;

/** @type {unknown[]} */
const slots = [undefined, null, globalThis];
/** @type {number[]} */
const free = [];

/** Counts for tests: crossings from Python into JavaScript, and strings copied either way. */
const counters = { crossings: 0, strings: 0 };

/** @type {any} */
let kernel;
/** @type {WebAssembly.Memory} */
let memory;
let bytes = new Uint8Array(0);
let words = new Uint32Array(0);
let doubles = new Float64Array(0);
let cells = 0;
let text = 0;

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const encoder = new TextEncoder();

/**
 * Connects the two halves. `cellsAt` is where cells are exchanged (16 bytes each), `textAt` a scratch area for short strings.
 * @param {any} exports @param {WebAssembly.Memory} linear @param {number} cellsAt @param {number} textAt
 */
export function connect(exports, linear, cellsAt, textAt) {
  kernel = exports;
  memory = linear;
  cells = cellsAt;
  text = textAt;
  views();
  // Handlers that the browser calls directly pass no guard; what escapes from them arrives here.
  globalThis.addEventListener?.("error", (event) => {
    const error = /** @type {ErrorEvent} */ (event).error;
    if (isTrap(error)) die(error);
  });
}

/** Whether an error is the engine's word for a call into wasm that did not end. @param {unknown} error */
function isTrap(error) {
  if (error instanceof WebAssembly.RuntimeError) return true;
  return error instanceof RangeError && /wasm/.test(error.stack ?? "") && reason === undefined;
}

function views() {
  if (bytes.byteLength === 0 || bytes.buffer !== memory.buffer) {
    bytes = new Uint8Array(memory.buffer);
    words = new Uint32Array(memory.buffer);
    doubles = new Float64Array(memory.buffer);
  }
}

// ------------------------------------------------------------------------------------------------------------ handles

/** @param {unknown} value @returns {number} */
export function hold(value) {
  const index = free.pop();
  if (index === undefined) return slots.push(value) - 1;
  slots[index] = value;
  return index;
}

/** @param {number} index */
export function release(index) {
  slots[index] = undefined;
  free.push(index);
}

/** @param {number} index @returns {unknown} */
export function held(index) {
  return slots[index];
}

/** Live handles that Python holds. */
export function liveHandles() {
  return slots.length - 3 - free.length;
}

/** @returns {number} */
export function crossings() {
  return counters.crossings;
}

/** @returns {number} */
export function copiedStrings() {
  return counters.strings;
}

// ---------------------------------------------------------------------------------------------- JavaScript to Python

/** What a prototype says about its objects; own properties of plain objects are asked each time. */
/** @type {WeakMap<object, number>} */
const kinds = new WeakMap();
/** The prototype asked about last: rows and loops ask about the same again and again. @type {object | null} */
let lastPrototype = null;
let lastKind = OBJECT;

/** @param {object} value @returns {number} */
function objectKind(value) {
  // A revoked Proxy throws at every question; it is an object that can do nothing.
  try {
    const prototype = Object.getPrototypeOf(value);
    if (prototype === null || prototype === Object.prototype) {
      return typeof (/** @type {any} */ (value).then) === "function" ? PROMISE : OBJECT;
    }
    if (prototype === lastPrototype) return lastKind;
    let kind = kinds.get(prototype);
    if (kind === undefined) {
      kind = typeof (/** @type {any} */ (value).then) === "function" ? PROMISE : OBJECT;
      kinds.set(prototype, kind);
    }
    lastPrototype = prototype;
    lastKind = kind;
    return kind;
  } catch {
    return OBJECT;
  }
}

/**
 * Writes a JavaScript value into cell `n` for Python.
 * @param {unknown} value @param {number} n @returns {number} its tag
 */
function give(value, n) {
  const at = cells + n * 16;
  let tag = UNDEFINED;
  switch (typeof value) {
    case "undefined":
      // `document.all` is the one object of this type.
      if (value !== undefined) {
        tag = OBJECT;
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
    case "string": {
      const length = value.length;
      if (length <= SHORT && n === 0) {
        // The scratch area holds one string, that of cell 0.
        let wide = 0;
        for (let i = 0; i < length; i++) {
          const unit = value.charCodeAt(i);
          wide |= unit;
          words[(text >> 2) + i] = unit;
        }
        tag = STRING_SHORT;
        words[(at + 4) >> 2] = length;
        words[(at + 8) >> 2] = wide;
      } else {
        tag = STRING_HELD;
        words[(at + 4) >> 2] = length;
        words[(at + 8) >> 2] = hold(value);
      }
      counters.strings++;
      break;
    }
    case "bigint": {
      tag = BIGINT;
      const digits = value.toString();
      words[(at + 4) >> 2] = digits.length;
      words[(at + 8) >> 2] = hold(digits);
      break;
    }
    case "function":
    case "object": {
      if (value === null) {
        tag = NULL;
        break;
      }
      const id = anyProxy ? pyIds.get(value) : undefined;
      if (id !== undefined) {
        if (id.id < 0) throw new Error(DESTROYED);
        tag = PY_OBJECT;
        words[(at + 8) >> 2] = id.id;
        break;
      }
      tag = typeof value === "function" ? FUNCTION : objectKind(value);
      words[(at + 8) >> 2] = hold(value);
      break;
    }
    default:
      // Symbols.
      tag = OBJECT;
      words[(at + 8) >> 2] = hold(value);
  }
  words[at >> 2] = tag;
  return tag;
}

/** @param {unknown} error */
function fail(error) {
  views();
  if (error instanceof PythonError && error.id >= 0) {
    words[(cells + 4) >> 2] = 1;
    words[(cells + 8) >> 2] = error.id;
  } else {
    words[(cells + 4) >> 2] = 0;
    words[(cells + 8) >> 2] = hold(error);
  }
  words[cells >> 2] = ERROR;
  return ERROR;
}

/** @param {unknown} value */
function answer(value) {
  views();
  return give(value, 0);
}

/**
 * Copies a held string as UTF-16 code units to `at` and releases it.
 * @param {number} index @param {number} at
 */
export function takeString(index, at) {
  views();
  const value = /** @type {string} */ (slots[index]);
  const units = new Uint16Array(memory.buffer, at, value.length);
  for (let i = 0; i < value.length; i++) units[i] = value.charCodeAt(i);
  release(index);
}

// ---------------------------------------------------------------------------------------------- Python to JavaScript

/**
 * Names that Python interned, by their address; interned strings never move or end.
 * @type {Map<number, string>}
 */
const names = new Map();

/** @param {number} at @param {number} length @returns {string} */
function utf8(at, length) {
  counters.strings++;
  if (length <= 24) {
    let ascii = "";
    for (let i = 0; i < length; i++) {
      const byte = bytes[at + i];
      if (byte > 127) return wtf8(at, length);
      ascii += String.fromCharCode(byte);
    }
    return ascii;
  }
  return wtf8(at, length);
}

/** Python strings may hold lone surrogates, which UTF-8 cannot; they come as three-byte sequences. */
/** @param {number} at @param {number} length @returns {string} */
function wtf8(at, length) {
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

/** @param {number} at @param {number} length @returns {string} */
function name(at, length) {
  let known = names.get(at);
  if (known === undefined) {
    known = utf8(at, length);
    names.set(at, known);
  }
  return known;
}

/** Reads cell `n`, which Python wrote. @param {number} n @returns {any} */
function take(n) {
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
    case STRING:
      return utf8(words[payload], words[(at + 4) >> 2]);
    case NAME:
      return name(words[payload], words[(at + 4) >> 2]);
    case PY_OBJECT:
      return proxyFor(words[payload], words[(at + 4) >> 2]);
    default:
      return slots[words[payload]];
  }
}

/** @param {number} count @param {number} from @returns {any[]} */
function takeAll(count, from) {
  const values = new Array(count);
  for (let i = 0; i < count; i++) values[i] = take(from + i);
  return values;
}

// -------------------------------------------------------------------------------------------------------- operations
// Each is one crossing: operands in, a tag out; the result is in cell 0. Thrown values come back as ERROR.

/** @param {number} target @param {number} at @param {number} length */
export function get(target, at, length) {
  counters.crossings++;
  try {
    views();
    const object = /** @type {any} */ (slots[target]);
    const key = name(at, length);
    const value = object[key];
    if (value === undefined && !(key in Object(object))) {
      words[(cells + 4) >> 2] = 1;
      words[cells >> 2] = UNDEFINED;
      return UNDEFINED;
    }
    words[(cells + 4) >> 2] = 0;
    return answer(value);
  } catch (error) {
    return fail(error);
  }
}

/** @param {number} target @param {number} at @param {number} length */
export function set(target, at, length) {
  counters.crossings++;
  try {
    views();
    /** @type {any} */ (slots[target])[name(at, length)] = take(0);
    return UNDEFINED;
  } catch (error) {
    return fail(error);
  }
}

/** @param {number} target @param {number} at @param {number} length */
export function remove(target, at, length) {
  counters.crossings++;
  try {
    views();
    const object = /** @type {any} */ (slots[target]);
    const key = name(at, length);
    if (!(key in object)) return answer(false);
    return answer(Reflect.deleteProperty(object, key));
  } catch (error) {
    return fail(error);
  }
}

/** Calls function `target` with `self` (0 is undefined) and `count` argument cells. */
/** @param {number} target @param {number} self @param {number} count */
export function call(target, self, count) {
  counters.crossings++;
  try {
    views();
    const f = /** @type {any} */ (slots[target]);
    const receiver = slots[self];
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
  counters.crossings++;
  try {
    views();
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
    (typeof object.length === "number" && typeof object[Symbol.iterator] === "function" && !has(object, "get"));
}

/** `object[key]` as Python means it: arrays by index, maps by `get`. Tag UNDEFINED with length 1 is a missing key, 2 a missing index, 3 no subscript. */
/** @param {number} target */
export function getItem(target) {
  counters.crossings++;
  try {
    views();
    const object = /** @type {any} */ (slots[target]);
    const key = take(0);
    /** @param {number} why */
    const missing = (why) => {
      views();
      words[(cells + 4) >> 2] = why;
      words[cells >> 2] = UNDEFINED;
      return UNDEFINED;
    };
    if (isArrayLike(object)) {
      if (typeof key !== "number") return missing(3);
      const index = key < 0 ? key + object.length : key;
      if (index < 0 || index >= object.length) return missing(2);
      words[(cells + 4) >> 2] = 0;
      return answer(object[index]);
    }
    if (has(object, "get")) {
      const value = object.get(key);
      if (value === undefined && has(object, "has") && !object.has(key)) return missing(1);
      words[(cells + 4) >> 2] = 0;
      return answer(value);
    }
    return missing(3);
  } catch (error) {
    return fail(error);
  }
}

/** Cell 0 is the key, cell 1 the value; with `deleting` there is no value. Answers false where it is not possible. */
/** @param {number} target @param {boolean} deleting */
export function setItem(target, deleting) {
  counters.crossings++;
  try {
    views();
    const object = /** @type {any} */ (slots[target]);
    const key = take(0);
    if (isArrayLike(object)) {
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
    if (deleting ? has(object, "delete") : has(object, "set")) {
      if (deleting) return answer(object.delete(key) === false ? 2 : true);
      object.set(key, take(1));
      return answer(true);
    }
    return answer(false);
  } catch (error) {
    return fail(error);
  }
}

/** Questions that need no key; `what` is one of the numbers in `src/proxy.rs`. @param {number} target @param {number} what */
export function ask(target, what) {
  counters.crossings++;
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
        if (typeof object[Symbol.iterator] === "function") return answer(object[Symbol.iterator]());
        return answer(typeof object.next === "function" ? object : undefined);
      case 4: // typeof
        return answer(typeof object);
      case 5: // dir
        return answer(JSON.stringify(properties(object)));
      case 6: // async iterator
        if (typeof object[Symbol.asyncIterator] === "function") return answer(object[Symbol.asyncIterator]());
        return answer(typeof object.next === "function" ? object : undefined);
      default:
        return answer(undefined);
    }
  } catch (error) {
    return fail(error);
  }
}

/** One step of an iterator. Tag UNDEFINED with length 1 is the end. @param {number} target */
export function next(target) {
  counters.crossings++;
  try {
    const step = /** @type {any} */ (slots[target]).next();
    if (step === null || typeof step !== "object") throw new TypeError("iterator result is not an object");
    views();
    if (step.done) {
      words[(cells + 4) >> 2] = 1;
      words[cells >> 2] = UNDEFINED;
      return UNDEFINED;
    }
    words[(cells + 4) >> 2] = 0;
    return give(step.value, 0);
  } catch (error) {
    return fail(error);
  }
}

/** @param {number} target */
export function contains(target) {
  counters.crossings++;
  try {
    views();
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
  if (object !== null && typeof object === "object" && typeof object.toString !== "function") {
    return Object.prototype.toString.call(object);
  }
  return String(object);
}

/** @param {any} object */
function truth(object) {
  if (!object) return false;
  if (typeof object === "function") return true;
  if (typeof object.size === "number" && !(typeof HTMLElement !== "undefined" && object instanceof HTMLElement)) {
    return object.size !== 0;
  }
  if (Array.isArray(object)) return object.length !== 0;
  if (typeof object.byteLength === "number") return object.byteLength !== 0;
  return true;
}

/** @param {any} object */
function properties(object) {
  const found = new Set();
  for (let o = Object(object); o !== null; o = Object.getPrototypeOf(o)) {
    for (const key of Object.getOwnPropertyNames(o)) {
      if (!(Array.isArray(object) && /^\d+$/.test(key))) found.add(key);
    }
  }
  return [...found];
}

/** Makes an object of `count` name and value cells, for keyword arguments; held. @param {number} count @param {number} from */
export function record(count, from) {
  views();
  /** @type {Record<string, unknown>} */
  const object = {};
  for (let i = 0; i < count; i++) object[take(from + 2 * i)] = take(from + 2 * i + 1);
  return hold(object);
}

/** Makes an array of cells; held. @param {number} count */
export function array(count) {
  views();
  return hold(takeAll(count, 0));
}

/** Appends cell 0 to a held array. @param {number} target */
export function push(target) {
  views();
  /** @type {unknown[]} */ (slots[target]).push(take(0));
}

/** @returns {number} */
export function emptyArray() {
  return hold([]);
}

/** @returns {number} */
export function emptyObject() {
  return hold({});
}

/** Sets property cell 0 to cell 1. @param {number} target */
export function put(target) {
  views();
  Object.defineProperty(/** @type {object} */ (slots[target]), take(0), {
    value: take(1), writable: true, enumerable: true, configurable: true,
  });
}

/** Copies bytes into a new Uint8Array; held. @param {number} at @param {number} length */
export function uint8Array(at, length) {
  views();
  return hold(bytes.slice(at, at + length));
}

/** Bytes of a buffer or view; -1 if it is none. @param {number} target */
export function byteLength(target) {
  const value = slots[target];
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return value.byteLength;
  return -1;
}

/** Copies a buffer or view to `at`. @param {number} target @param {number} at */
export function copyBytes(target, at) {
  views();
  const value = slots[target];
  const source = value instanceof ArrayBuffer ? new Uint8Array(value)
    : ArrayBuffer.isView(value) ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    : new Uint8Array(0);
  bytes.set(source, at);
}

/** What kind of container `to_py` sees: 0 other, 1 array, 2 map, 3 set, 4 plain object, 5 buffer. @param {number} target */
export function container(target) {
  const value = slots[target];
  if (Array.isArray(value)) return 1;
  if (value instanceof Map) return 2;
  if (value instanceof Set) return 3;
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return 5;
  if (typeof value === "object" && value !== null) {
    const prototype = Object.getPrototypeOf(value);
    if (prototype === null || prototype === Object.prototype) return 4;
    // Objects of another realm (an iframe) have another Object.prototype.
    if (Object.getPrototypeOf(prototype) === null && prototype.constructor?.name === "Object") return 4;
  }
  return 0;
}

/** Entries of an object or map, or the items of a set, as a held array. @param {number} target @param {number} kind */
export function entries(target, kind) {
  const value = /** @type {any} */ (slots[target]);
  if (kind === 3) return hold([...value]);
  return hold(kind === 2 ? [...value.entries()].flat(1) : Object.entries(value).flat(1));
}

/** @param {number} target @param {number} index */
export function item(target, index) {
  return answer(/** @type {any[]} */ (slots[target])[index]);
}

/** @param {number} target */
export function itemCount(target) {
  return /** @type {any[]} */ (slots[target]).length;
}

// ---------------------------------------------------------------------------------------------------------- PyProxy

const DESTROYED = "This Python object is gone: its proxy was destroyed. Keep a reference to it, or make a new one.";

/** @type {WeakMap<object, {id: number}>} */
const pyIds = new WeakMap();
/** Whether there has been a proxy at all; until then nothing needs to be looked up. */
let anyProxy = false;
/** Proxies by id, so that one Python object is one JavaScript object as long as someone holds it. */
/** @type {Map<number, WeakRef<object>>} */
const proxies = new Map();
const collected = new FinalizationRegistry((/** @type {{id: number}} */ record) => {
  if (record.id >= 0) {
    const id = record.id;
    record.id = -1;
    if (proxies.get(id)?.deref() === undefined) proxies.delete(id);
    kernel.krait_py_release(id);
  }
});

/** An exception of Python, thrown in JavaScript. */
export class PythonError extends Error {
  /** @param {string} message @param {string} type @param {number} id */
  constructor(message, type, id) {
    super(message);
    this.name = "PythonError";
    /** The exception's class name. */
    this.type = type;
    Object.defineProperty(this, "id", { value: id, enumerable: false });
    const record = { id };
    if (id >= 0) collected.register(this, record);
  }
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
  if (tag === ERROR) throw value;
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
  DELITEM = 10, CONTAINS = 11, ITER = 12, NEXT = 13, TO_JS = 14, THEN = 15, CALL_KW = 16, REPR = 17;
// Abilities in the length field of a PY_OBJECT cell.
const CALLABLE = 1, AWAITABLE = 2, ITERABLE = 4, ITERATOR = 8, SIZED = 16, SUBSCRIPT = 32;

/** @type {Record<string, (record: {id: number, abilities: number}, self: any) => unknown>} */
const members = {
  type: (r) => operate(r, TYPE, []),
  toString: (r) => () => operate(r, STR, []),
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
  bind: (r, self) => (r.abilities & CALLABLE ? (/** @type {unknown} */ _this, /** @type {unknown[]} */ ...bound) => (/** @type {unknown[]} */ ...args) => callPython(r, [...bound, ...args]) : undefined),
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
  get(target, key, receiver) {
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
    const member = Object.hasOwn(members, key) ? members[key](record, receiver) : undefined;
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
  apply(target, _self, args) {
    return callPython(target.record, args);
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
function proxyFor(id, abilities) {
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

/** Makes the error that stands for a Python exception; held. @param {number} at @param {number} length @param {number} typeAt @param {number} typeLength @param {number} id */
export function pythonError(at, length, typeAt, typeLength, id) {
  views();
  return hold(new PythonError(wtf8(at, length), wtf8(typeAt, typeLength), id));
}

// -------------------------------------------------------------------------------------------------------- event loop

// Node's own way is as quick, and does not keep an idle process alive as an open channel does.
const immediate = /** @type {((f: () => void) => void) | undefined} */ (/** @type {any} */ (globalThis).setImmediate);
const channel = immediate !== undefined || typeof MessageChannel === "undefined" ? undefined : new MessageChannel();
if (channel !== undefined) channel.port1.onmessage = () => guarded(() => kernel.krait_loop_run(0));

/** Asks for one run of the loop: as the next task (0) or after `delay` milliseconds with a number to know it by. @param {number} delay @param {number} id */
export function schedule(delay, id) {
  if (delay <= 0) {
    if (channel !== undefined) channel.port2.postMessage(0);
    else (immediate ?? setTimeout)(() => guarded(() => kernel.krait_loop_run(0)));
    return 0;
  }
  // A browser's timer holds 31 bits of milliseconds.
  return /** @type {any} */ (setTimeout(() => guarded(() => kernel.krait_loop_run(id)), Math.min(delay, 2147483647)));
}

/** @param {number} timer */
export function unschedule(timer) {
  clearTimeout(timer);
}

// ------------------------------------------------------------------------------------------------------------- death

/** Why the session cannot be used any more. @type {Error | undefined} */
let reason;
/** What the kernel said before it stopped. */
let lastWords = "";
/** @type {((error: Error) => void)[]} */
const mourners = [];

/** @returns {unknown} */
export function death() {
  return reason;
}

/** @param {string} message */
export function panicked(message) {
  lastWords = message;
}

/** Calls `f` with the session's end, at once if it has come. @param {(error: Error) => void} f */
export function onDeath(f) {
  if (reason === undefined) mourners.push(f);
  else f(reason);
}

/**
 * Runs `f`, which enters the kernel. A call that does not return leaves the kernel's depth raised: that is a trap, and
 * the session is dead.
 * @template T @param {() => T} f @returns {T}
 */
function guarded(f) {
  if (reason !== undefined) throw reason;
  const depth = kernel === undefined ? 0 : kernel.krait_depth();
  try {
    return f();
  } catch (error) {
    if (kernel !== undefined && kernel.krait_depth() !== depth && reason === undefined) die(error);
    throw reason ?? error;
  }
}

/** @param {unknown} error */
function die(error) {
  if (reason !== undefined) return;
  const what = lastWords !== "" ? lastWords : error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  reason = Object.assign(
    new Error(`(KR0004): The Python session has ended and cannot go on: ${what}. Reload the page to start again.`, { cause: error }),
    { name: "KraitError", code: "KR0004" },
  );
  for (const f of mourners.splice(0)) {
    try {
      f(reason);
    } catch (failure) {
      console.error(failure);
    }
  }
}

/** @returns {unknown} */
export function guard() {
  return guarded;
}

/** @param {number} index */
export function report(index) {
  const error = slots[index];
  if (typeof reportError === "function") reportError(error);
  else console.error(error);
}
