// Proxies that are lent for a call: an embedder may ask for them (`createKernel({ borrow: true })`; `loadPyodide` does). The rules
// are Pyodide's: what a call of Python's passes lives until the function returns, the promise that it gives settles, or the
// generator that it gives ends, and a Python object that it gives is Python's alone again. Without the mode none of this runs.

// @ts-check

import { answer, IN_AN_ARRAY, PY_OBJECT, PY_OBJECT_LAST, take } from "./cells.js";
import { alive, borrowing, end, Lent, letGo, lifeOf, register, remember, retain, viewOf } from "./lent.js";
import { cells, views, words } from "./memory.js";
import { makeProxy } from "./pyproxy.js";
import { hearReleases, slots } from "./slab.js";

const ADVICE = "Try using create_proxy or create_once_callable.";
const AFTER_CALL = `This borrowed proxy was automatically destroyed at the end of a function call. ${ADVICE}`;
const AFTER_NEW = `This borrowed proxy was automatically destroyed. ${ADVICE}`;
const AFTER_PROMISE = `This borrowed proxy was automatically destroyed at the end of an asynchronous function call. ${ADVICE}`;
const AFTER_GENERATOR = `This borrowed proxy was automatically destroyed when a generator completed execution. ${ADVICE}`;
const AFTER_ITERATION = "This borrowed proxy was automatically destroyed when an iterator was exhausted.";

/** Functions that keep what they are given: those that settle the promises of Python's programs and tasks. @type {WeakSet<Function>} */
const keepers = new WeakSet();
/** Listeners live as long as they are added; so that they can be removed, an object is one and the same proxy for these. */
const LISTENS = new Set(["addEventListener", "removeEventListener", "addListener", "removeListener"]);
/** What `create_proxy` made, which no call ends. @type {WeakSet<Lent>} */
export const lasting = new WeakSet();
/** Promises that calls gave: a Python object that one resolves with is Python's alone. @type {WeakSet<object>} */
const answers = new WeakSet();
/** Lists of arguments, with what was made for them: `Array.of` keeps it, and `Reflect.apply` passes it. @type {WeakMap<object, Lent[]>} */
const lists = new WeakMap();
/** The keyword arguments that the next call has last. @type {object | undefined} */
let keywords;

/** Marks a function that keeps what it is given. @param {Function} f */
export function keeps(f) {
  if (borrowing) keepers.add(f);
}

/** @param {object} record the keyword arguments of the next call */
export function namesArguments(record) {
  if (borrowing) keywords = record;
}

/** The life of a proxy that ends when Python has got its object. @param {unknown} value @returns {Lent | undefined} */
function passing(value) {
  if (value === null || (typeof value !== "object" && typeof value !== "function")) return undefined;
  const lent = viewOf(value)?.lent;
  return lent === undefined || lent.id < 0 || lent.roundtrip ? undefined : lent;
}

/** Takes over what stands in an array or record of arguments. @param {unknown} value @param {Lent[]} made */
function adopt(value, made) {
  const lent = passing(value);
  if (lent !== undefined && !lasting.has(lent)) made.push(lent);
}

/** The arguments of a call; the lives of those that were made for it go to `made`. @param {number} count @param {Lent[]} made @returns {unknown[]} */
function borrowed(count, made) {
  /** @type {unknown[]} */
  let values;
  if (count === IN_AN_ARRAY) {
    values = take(0);
    for (const value of values) adopt(value, made);
  } else {
    values = new Array(count);
    for (let i = 0; i < count; i++) {
      const at = (cells + i * 16) >> 2;
      if (words[at] === PY_OBJECT) {
        // The collector need not know it: it ends with the call.
        const lent = new Lent(words[at + 2], words[at + 1], false);
        values[i] = makeProxy(lent, lent);
        made.push(lent);
      } else {
        values[i] = take(i);
      }
    }
  }
  if (keywords !== undefined && values.length > 0 && values[values.length - 1] === keywords) {
    for (const value of Object.values(keywords)) adopt(value, made);
  }
  return values;
}

/** @param {Iterable<Lent>} made @param {string} message */
function giveBack(made, message) {
  for (const lent of made) end(lent, message);
}

/** What a value is to `Object.prototype.toString`. @param {unknown} value */
function tagOf(value) {
  try {
    return value !== null && typeof value === "object" ? Object.prototype.toString.call(value) : "";
  } catch {
    // A revoked Proxy.
    return "";
  }
}

/**
 * Leaves a Python object that is Python's alone in cell 0; its proxy ends, and those that were made for the call.
 * @param {Lent} lent @param {Lent[]} made @param {string} [message]
 */
function answerLast(lent, made, message = AFTER_CALL) {
  const { id } = lent;
  retain(id);
  end(lent, message);
  giveBack(made, AFTER_CALL);
  views();
  const tag = letGo(id) ? PY_OBJECT_LAST : PY_OBJECT;
  words[(cells + 8) >> 2] = id;
  words[cells >> 2] = tag;
  return tag;
}

/** Gives Python a value that nobody else asks for. @param {unknown} value */
export function answerOnce(value) {
  const lent = borrowing ? passing(value) : undefined;
  return lent === undefined ? answer(value) : answerLast(lent, []);
}

/** The name of a function. Asking comes after the arguments have been taken: a Proxy may run anything. @param {any} f */
function nameOf(f) {
  // Those of Python's would ask Python.
  return viewOf(f) === undefined ? f.name : "";
}

/** What a listener is passed as: the proxy that its object has had before, or from now on. @param {unknown} value @param {Lent[]} made */
function listener(value, made) {
  const lent = passing(value);
  if (lent === undefined || !made.includes(lent)) return value;
  const before = lifeOf(lent.id);
  if (before === undefined) {
    register(lent);
    remember(lent);
    return value;
  }
  end(lent, AFTER_CALL);
  return before.proxy;
}

/** Calls a function for Python and writes the result into cell 0. @param {any} f @param {unknown} receiver @param {number} count */
export function callBorrowing(f, receiver, count) {
  /** @type {Lent[]} */
  let made = [];
  let args = borrowed(count, made);
  keywords = undefined;
  let value;
  try {
    if (f === Array.of) {
      value = Reflect.apply(f, receiver, args);
      made.forEach(register);
      lists.set(value, made);
      return answer(value);
    }
    const passed = f === Reflect.apply ? lists.get(/** @type {object} */ (args[2])) : undefined;
    if (passed !== undefined) {
      // A call by another name.
      [f, receiver, args] = /** @type {[any, unknown, unknown[]]} */ (args);
      lists.delete(args);
      made.push(...passed);
    }
    if (made.length > 0) {
      const name = nameOf(f);
      if (keepers.has(f)) {
        made.forEach(register);
        made = [];
      } else if (LISTENS.has(name)) {
        args = args.map((value) => listener(value, made));
        made = [];
      } else if (name === "next" && isGenerator(receiver)) {
        lendTo(receiver, made);
        made = [];
        f = /** @type {any} */ (receiver).next;
      }
    }
    value = Reflect.apply(f, receiver, args);
    const lent = passing(value);
    if (lent !== undefined) return answerLast(lent, made);
    if (tagOf(value) === "[object Promise]") {
      value = untilSettled(value, made);
      made = [];
    } else if (made.length > 0 && isGenerator(value)) {
      lendTo(value, made);
      made = [];
    }
  } catch (error) {
    giveBack(made, AFTER_CALL);
    throw error;
  }
  giveBack(made, AFTER_CALL);
  return answer(value);
}

/** `new f(...)` @param {any} f @param {number} count */
export function constructBorrowing(f, count) {
  /** @type {Lent[]} */
  const made = [];
  const args = borrowed(count, made);
  keywords = undefined;
  let value;
  try {
    value = Reflect.construct(f, args);
  } finally {
    giveBack(made, AFTER_NEW);
  }
  return answer(value);
}

// ----------------------------------------------------------------------------------------------------------- promises

/**
 * What Python gets for a promise that a call gave: the lives end when it is settled.
 * @param {any} promise @param {Lent[]} made
 */
function untilSettled(promise, made) {
  answers.add(promise);
  if (made.length === 0) return promise;
  made.forEach(register);
  // After the promise that comes of this one has got the value: for that the engine asks it for `then`.
  /** @param {unknown} [value] */
  const settled = (value) =>
    queueMicrotask(() => {
      pass(promise, value);
      giveBack(made, AFTER_PROMISE);
    });
  if (Object.getPrototypeOf(promise) !== Promise.prototype || Reflect.ownKeys(promise).length > 0) {
    promise.then(settled, () => settled());
    return promise;
  }
  // One of its own, so that a rejection that nobody handles stays one.
  const following = promise.then(
    /** @param {unknown} value */
    (value) => {
      settled(value);
      return value;
    },
    /** @param {unknown} error */
    (error) => {
      settled();
      throw error;
    },
  );
  answers.add(following);
  promise = following;
  return following;
}

/**
 * What Python holds of objects that promises resolved with: their proxies have ended, but who awaits such a promise gets the
 * object, today or later, as long as Python refers to the promise.
 * @type {WeakMap<Lent, Lent>}
 */
const heirs = new WeakMap();
/** The promises of those. @type {WeakMap<object, Lent>} */
const inherited = new WeakMap();
/** How often Python awaits a promise. @type {WeakMap<object, number>} */
const awaited = new WeakMap();

/** Whether Python may still ask for what a promise resolves with. @param {object} promise */
function isWanted(promise) {
  return awaited.has(promise) || slots.includes(promise);
}

/** Ends the proxy of what a promise resolved with. @param {object} promise @param {unknown} value */
function pass(promise, value) {
  const lent = passing(value);
  if (lent === undefined) return;
  if (isWanted(promise)) {
    heirs.set(lent, new Lent(lent.id, lent.abilities));
    inherited.set(promise, lent);
    hearReleases(released);
  }
  end(lent, AFTER_PROMISE);
}

/** Python has let go of a value. @param {any} value */
function released(value) {
  if (inherited.has(value)) queueMicrotask(() => disinherit(value));
}

/** @param {object} promise */
function disinherit(promise) {
  const lent = inherited.get(promise);
  if (lent === undefined || isWanted(promise)) return;
  inherited.delete(promise);
  const heir = heirs.get(lent);
  heirs.delete(lent);
  if (heir !== undefined) end(heir, "");
}

/** The id of an object whose proxy is over, for Python. @param {Lent} lent */
export function heirOf(lent) {
  return alive(heirs.get(lent) ?? lent);
}

/** Python begins to await a promise. @param {object} promise */
export function awaits(promise) {
  if (borrowing && answers.has(promise)) awaited.set(promise, (awaited.get(promise) ?? 0) + 1);
}

/** Python awaits a promise no longer: it is settled. Whether it was one of a call. @param {object} promise */
export function awaitsNoMore(promise) {
  const times = awaited.get(promise);
  if (times === undefined) return false;
  if (times > 1) awaited.set(promise, times - 1);
  else awaited.delete(promise);
  return true;
}

/** Gives Python what an awaited promise resolves with. @param {object} promise @param {unknown} value */
export function answerAwaited(promise, value) {
  if (!awaitsNoMore(promise)) return answer(value);
  if (isWanted(promise)) {
    pass(promise, value);
    return answer(value);
  }
  const before = inherited.get(promise);
  const lent = (before && heirs.get(before)) ?? passing(value);
  if (lent === undefined) return answer(value);
  inherited.delete(promise);
  if (before !== undefined) heirs.delete(before);
  return answerLast(lent, [], AFTER_PROMISE);
}

// --------------------------------------------------------------------------------------------------------- generators

/** What generators have been lent. @type {WeakMap<object, Set<Lent>>} */
const lentTo = new WeakMap();

/** @param {unknown} value */
function isGenerator(value) {
  const tag = tagOf(value);
  return tag === "[object Generator]" || tag === "[object AsyncGenerator]";
}

/** Lends to a generator until it ends. It gets methods of its own that notice this. @param {any} generator @param {Lent[]} made */
function lendTo(generator, made) {
  made.forEach(register);
  const before = lentTo.get(generator);
  if (before !== undefined) {
    for (const lent of made) before.add(lent);
    return;
  }
  const lives = new Set(made);
  lentTo.set(generator, lives);
  const isLater = tagOf(generator) === "[object AsyncGenerator]";
  /** @param {IteratorResult<unknown>} step */
  const stepped = (step) => {
    if (step.done) {
      // The value that it returns is for whoever asked.
      const last = passing(step.value);
      if (last !== undefined) lives.delete(last);
      giveBack(lives, AFTER_GENERATOR);
    }
    return step;
  };
  /** @param {unknown} error */
  const failed = (error) => {
    giveBack(lives, AFTER_GENERATOR);
    throw error;
  };
  for (const name of ["next", "throw", "return"]) {
    const method = generator[name];
    if (typeof method !== "function") continue;
    /** @param {unknown[]} args */
    const noticing = (...args) => {
      let step;
      try {
        step = Reflect.apply(method, generator, args);
      } catch (error) {
        return failed(error);
      }
      return isLater ? step.then(stepped, failed) : stepped(step);
    };
    Object.defineProperty(noticing, "name", { value: name });
    Reflect.defineProperty(generator, name, { value: noticing, writable: true, configurable: true });
  }
}

/** One step of an iterator that gets a value of Python's. @param {any} iterator @param {unknown} value @returns {unknown} */
export function sendBorrowing(iterator, value) {
  const lent = passing(value);
  if (lent === undefined || lasting.has(lent)) return iterator.next(value);
  if (isGenerator(iterator)) {
    lendTo(iterator, [lent]);
    return iterator.next(value);
  }
  try {
    return iterator.next(value);
  } finally {
    end(lent, AFTER_CALL);
  }
}

/** The items of an iteration by JavaScript, which end with it. @param {unknown[]} items */
export function endItems(items) {
  for (const item of items) {
    const lent = passing(item);
    if (lent !== undefined) end(lent, AFTER_ITERATION);
  }
}
