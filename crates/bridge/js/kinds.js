// What a JavaScript object can do, as Python sees it: the flags that choose the class of its proxy.

// @ts-check

import {
  HAS_CONTAINS, HAS_GET, HAS_LENGTH, HAS_SET, IS_ASYNC_ITERABLE, IS_ASYNC_ITERATOR, IS_AWAITABLE, IS_CALLABLE, IS_ITERABLE,
  IS_ITERATOR, IS_SEQUENCE, viewOf,
} from "./lent.js";
import { begin } from "./memory.js";
import { slots } from "./slab.js";

// `src/proxy/flags.rs` has the same numbers.
export const CALLABLE = 1;
export const AWAITABLE = 1 << 1;
export const ITERABLE = 1 << 2;
export const ASYNC_ITERABLE = 1 << 3;
export const ITERATOR = 1 << 4;
export const ASYNC_ITERATOR = 1 << 5;
export const GENERATOR = 1 << 6;
export const ASYNC_GENERATOR = 1 << 7;
export const LENGTH = 1 << 8;
export const GET = 1 << 9;
export const SET = 1 << 10;
export const HAS = 1 << 11;
export const INCLUDES = 1 << 12;
export const ARRAY = 1 << 13;
export const TYPED_ARRAY = 1 << 14;
export const ARRAY_LIKE = 1 << 15;
export const BUFFER = 1 << 16;
export const DISPOSE = 1 << 17;
export const ASYNC_DISPOSE = 1 << 18;
export const DOUBLE_PROXY = 1 << 19;
export const ERROR_LIKE = 1 << 20;
export const WEAK_REFERENCE = 1 << 24;
/** An iterator of an array that Python may read ahead of (`steps.js`). */
export const STEPS = 1 << 25;

const tagOf = Object.prototype.toString;

/** Whether an answer to the question in progress was refused by a throw. */
let refused = false;

/** A property, or `undefined` where asking throws: a getter, a revoked Proxy. @param {any} value @param {PropertyKey} key @returns {any} */
function look(value, key) {
  try {
    return value[key];
  } catch {
    refused = true;
    return undefined;
  }
}

/** @param {any} value @param {PropertyKey} key */
function can(value, key) {
  return typeof look(value, key) === "function";
}

/** @template T @param {() => T} question @param {T} otherwise */
function ask(question, otherwise) {
  try {
    return question();
  } catch {
    refused = true;
    return otherwise;
  }
}

/** Abilities of Python objects, and what their proxies can do by them. */
const BY_ABILITY = [
  [HAS_LENGTH, LENGTH], [HAS_GET, GET], [HAS_SET, SET], [HAS_CONTAINS, HAS], [IS_ITERABLE, ITERABLE], [IS_ITERATOR, ITERATOR],
  [IS_AWAITABLE, AWAITABLE], [IS_CALLABLE, CALLABLE], [IS_ASYNC_ITERABLE, ASYNC_ITERABLE], [IS_ASYNC_ITERATOR, ASYNC_ITERATOR],
  [IS_SEQUENCE, ARRAY_LIKE],
];

/** The flags of a Python object's proxy: asking it would run Python. @param {number} abilities */
function kindOfPython(abilities) {
  let flags = DOUBLE_PROXY | (typeof Symbol.dispose === "symbol" ? DISPOSE : 0);
  for (const [ability, flag] of BY_ABILITY) if (abilities & ability) flags |= flag;
  return flags;
}

/** Asks a value everything. Never throws. @param {any} value @returns {number} */
export function detect(value) {
  const view = viewOf(value);
  if (view !== undefined) return kindOfPython(view.abilities);
  let flags = 0;
  const isFunction = typeof value === "function";
  if (isFunction) flags |= CALLABLE;
  if (can(value, "then")) flags |= AWAITABLE;
  const iterable = can(value, Symbol.iterator);
  const asyncIterable = can(value, Symbol.asyncIterator);
  if (iterable) flags |= ITERABLE;
  if (asyncIterable) flags |= ASYNC_ITERABLE;
  const tag = ask(() => tagOf.call(value), "");
  if (can(value, "next")) {
    if (iterable || !asyncIterable) flags |= ITERATOR;
    if (!iterable || asyncIterable) flags |= ASYNC_ITERATOR;
    if (tag === "[object Generator]") flags |= GENERATOR;
    if (tag === "[object AsyncGenerator]") flags |= ASYNC_GENERATOR;
  }
  const hasLength = !isFunction && typeof look(value, "length") === "number";
  if (hasLength || (!isFunction && typeof look(value, "size") === "number")) flags |= LENGTH;
  if (can(value, "get")) flags |= GET;
  if (can(value, "set")) flags |= SET;
  if (can(value, "has")) flags |= HAS;
  if (can(value, "includes")) flags |= INCLUDES;
  const isView = ArrayBuffer.isView(value);
  if (isView || tag === "[object ArrayBuffer]" || tag === "[object SharedArrayBuffer]") flags |= BUFFER;
  if (ask(() => Array.isArray(value), false)) {
    flags |= ARRAY;
  } else if (isView) {
    if (tag !== "[object DataView]") flags |= TYPED_ARRAY;
  } else if (hasLength && iterable && !(flags & (ITERATOR | ASYNC_ITERATOR))) {
    flags |= ARRAY_LIKE;
  }
  if (typeof Symbol.dispose === "symbol" && can(value, Symbol.dispose)) flags |= DISPOSE;
  if (typeof Symbol.asyncDispose === "symbol" && can(value, Symbol.asyncDispose)) flags |= ASYNC_DISPOSE;
  if (!isFunction && !(flags & BUFFER) && isErrorLike(value, tag)) flags |= ERROR_LIKE;
  if (tag === "[object WeakRef]") flags |= WEAK_REFERENCE;
  return flags;
}

/** @param {any} value @param {string} tag */
function isErrorLike(value, tag) {
  return typeof look(value, "name") === "string" && typeof look(value, "message") === "string" &&
    (tag === "[object Error]" || tag === "[object DOMException]" || typeof look(value, "stack") === "string");
}

/**
 * Flags that hold for all objects of a prototype, -1 where each object is asked. The browser's own classes put nothing on
 * the objects themselves that decides one of the flags.
 * @type {WeakMap<object, number>}
 */
const byPrototype = new WeakMap();
/** The prototype asked about last: rows and loops ask about the same again and again. @type {object | null} */
let lastPrototype = null;
let lastFlags = 0;

/** @param {object} prototype */
function isNative(prototype) {
  const constructor = Object.getOwnPropertyDescriptor(prototype, "constructor")?.value;
  return typeof constructor === "function" && constructor.prototype === prototype &&
    /\{\s*\[native code\]\s*\}$/.test(Function.prototype.toString.call(constructor));
}

/**
 * Whether a function has nothing that decides a flag, as most have. At a place of its own the engine knows functions only,
 * and answers all of this without looking. @param {any} value
 */
function isPlainFunction(value) {
  return typeof value === "function" && value.then === undefined && value.next === undefined && value.get === undefined &&
    value.set === undefined && value.has === undefined && value.includes === undefined &&
    value[Symbol.iterator] === undefined && value[Symbol.asyncIterator] === undefined &&
    value[Symbol.toStringTag] === undefined && value[Symbol.dispose] === undefined &&
    value[Symbol.asyncDispose] === undefined;
}

/** The flags of an object or function. Never throws. @param {object} value @returns {number} */
export function kindOf(value) {
  try {
    const prototype = Object.getPrototypeOf(value);
    if (prototype === lastPrototype && prototype !== null) return lastFlags;
    if (prototype === Function.prototype) return isPlainFunction(value) ? CALLABLE : detect(value);
    if (prototype === null || prototype === Object.prototype) return detect(value);
    let flags = byPrototype.get(prototype);
    if (flags === undefined) {
      refused = false;
      flags = detect(value);
      // A value that refuses to answer says nothing about its kin.
      if (refused) return flags;
      if (!isNative(prototype)) {
        byPrototype.set(prototype, -1);
        return flags;
      }
      byPrototype.set(prototype, flags);
    }
    if (flags < 0) return detect(value);
    lastPrototype = prototype;
    lastFlags = flags;
    return flags;
  } catch {
    return detect(value);
  }
}

/** Says what all objects of a prototype can do. @param {object} prototype @param {number} flags */
export function learn(prototype, flags) {
  byPrototype.set(prototype, flags);
}

/** The flags of an object whose kin were asked before and answer alike, -1 of any other. @param {object} value */
export function knownKind(value) {
  try {
    return byPrototype.get(/** @type {object} */ (Object.getPrototypeOf(value))) ?? -1;
  } catch {
    return -1;
  }
}

/** The flags of what a slot holds. @param {number} index */
export function kind(index) {
  begin();
  const value = slots[index];
  return (typeof value === "object" && value !== null) || typeof value === "function" ? kindOf(value) : 0;
}

/** Thrown by an operation to raise one of Python's own exceptions. */
export class Raise {
  /** @param {number} type @param {unknown} value the message, the key or the value that the exception gets */
  constructor(type, value) {
    this.type = type;
    this.value = value;
  }
}

// Types of `Raise`, in the length field of an ERROR cell; `src/convert.rs` has the same numbers. 0 and 1 are errors of
// JavaScript and exceptions of Python.
export const INDEX_ERROR = 2;
export const KEY_ERROR = 3;
export const VALUE_ERROR = 4;
export const TYPE_ERROR = 5;
export const STOP = 6;
export const NOT_IMPLEMENTED = 7;
export const OVERFLOW_ERROR = 8;
export const RUNTIME_ERROR = 9;
export const CONVERSION_ERROR = 10;
export const RECURSION_ERROR = 11;
