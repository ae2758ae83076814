// PyProxy: iterators, generators and awaitables, synchronous and asynchronous.

// @ts-check

import { AITER, alive, ARETURN, ASEND, ATHROW, borrowing, destroy, IS_JSON_DICT, IS_JSON_SEQUENCE, ITER, Lent, NEXT, operate, iteratorOf, RETURN, SEND, step, THEN, THROW, viewOf } from "./lent.js";
import { viewIn } from "./pyproxy.js";
import { viewAsJson } from "./pysequence.js";
import { PythonError } from "./pythonerror.js";
import { endItems, keeps } from "./borrow.js";

/** @param {Lent} iterator @param {boolean} json @returns {Generator<unknown, void, undefined>} */
function* items(iterator, json) {
  /** Borrowed items. They outlive a loop that is left early: its last one may be what it looked for. @type {unknown[]} */
  const given = [];
  try {
    for (;;) {
      let next;
      try {
        next = step(iterator, NEXT, []);
      } catch (error) {
        endItems(given);
        throw error;
      }
      const { done, value } = next;
      if (done) {
        endItems(given);
        return;
      }
      if (borrowing && !json && (typeof value === "object" || typeof value === "function")) given.push(value);
      yield json ? viewAsJson(value) : value;
    }
  } finally {
    destroy(iterator, "");
  }
}

export const iterableMethods = {
  [Symbol.iterator]() {
    const view = viewIn(this);
    const iterator = iteratorOf(view.lent, ITER);
    if (!(iterator instanceof Lent)) return iterator;
    return items(iterator, (view.abilities & (IS_JSON_DICT | IS_JSON_SEQUENCE)) !== 0);
  },
};

export const iteratorMethods = {
  [Symbol.iterator]() {
    return this;
  },
  /** The next item; `value` is what `yield` gives in a generator. @param {unknown} [value] @returns {IteratorResult<any, any>} */
  next(value) {
    return step(viewIn(this).lent, SEND, [value]);
  },
};

export const generatorMethods = {
  /** Raises `error` where the generator waits. @param {unknown} error @returns {IteratorResult<any, any>} */
  throw(error) {
    return step(viewIn(this).lent, THROW, [error]);
  },
  /** Raises GeneratorExit where the generator waits. @param {unknown} [value] @returns {IteratorResult<any, any>} */
  return(value) {
    return step(viewIn(this).lent, RETURN, [value]);
  },
};

// ----------------------------------------------------------------------------------------------------- asynchronously

/**
 * The promise of an awaitable. It is made once: what is awaited twice gives the same.
 * @param {Lent} lent @returns {Promise<any>}
 */
export function promiseOf(lent) {
  if (lent.promise !== undefined) return lent.promise;
  alive(lent);
  /** @type {(value: unknown) => void} */
  let resolve = () => {};
  /** @type {(error: unknown) => void} */
  let reject = () => {};
  // Python does not run inside the promise's executor: that would turn a trap into a rejection.
  const promise = new Promise((onValue, onError) => {
    resolve = onValue;
    reject = onError;
  });
  lent.promise = promise;
  keeps(resolve);
  keeps(reject);
  operate(lent, THEN, [resolve, reject]);
  // Its task lives on; the object is of no more use.
  if (borrowing) destroy(lent, "");
  return promise;
}

export const awaitableMethods = {
  /** @param {((value: any) => any) | null} [onValue] @param {((error: any) => any) | null} [onError] */
  then(onValue, onError) {
    return promiseOf(viewIn(this).lent).then(onValue, onError);
  },
  /** @param {((error: any) => any) | null} [onError] */
  catch(onError) {
    return promiseOf(viewIn(this).lent).catch(onError);
  },
  /** @param {(() => void) | null} [onEnd] */
  finally(onEnd) {
    return promiseOf(viewIn(this).lent).finally(onEnd);
  },
};

/** Waits for an awaitable of Python's that only this side knows. @param {any} awaitable */
async function outcome(awaitable) {
  const lent = viewOf(awaitable)?.lent;
  if (lent === undefined) return await awaitable;
  try {
    return await promiseOf(lent);
  } finally {
    destroy(lent, "");
  }
}

/** @param {unknown} error @param {string[]} types */
const isA = (error, ...types) => error instanceof PythonError && types.includes(error.type);

/** @param {Lent} iterator @returns {AsyncGenerator<unknown, void, undefined>} */
async function* itemsLater(iterator) {
  try {
    for (;;) {
      let value;
      try {
        value = await outcome(operate(iterator, ASEND, []));
      } catch (error) {
        if (isA(error, "StopAsyncIteration")) return;
        throw error;
      }
      yield value;
    }
  } finally {
    destroy(iterator, "");
  }
}

export const asyncIterableMethods = {
  [Symbol.asyncIterator]() {
    const iterator = iteratorOf(viewIn(this).lent, AITER);
    return iterator instanceof Lent ? itemsLater(iterator) : iterator;
  },
};

export const asyncIteratorMethods = {
  [Symbol.asyncIterator]() {
    return this;
  },
  /** @param {unknown} [value] @returns {Promise<IteratorResult<any, any>>} */
  async next(value) {
    try {
      return { done: false, value: await outcome(operate(viewIn(this).lent, ASEND, [value])) };
    } catch (error) {
      if (isA(error, "StopAsyncIteration")) return { done: true, value: undefined };
      throw error;
    }
  },
};

export const asyncGeneratorMethods = {
  /** @param {unknown} error @returns {Promise<IteratorResult<any, any>>} */
  async throw(error) {
    try {
      return { done: false, value: await outcome(operate(viewIn(this).lent, ATHROW, [error])) };
    } catch (failure) {
      if (isA(failure, "StopAsyncIteration", "GeneratorExit")) return { done: true, value: undefined };
      throw failure;
    }
  },
  /** @param {unknown} [value] @returns {Promise<IteratorResult<any, any>>} */
  async return(value) {
    try {
      return { done: false, value: await outcome(operate(viewIn(this).lent, ARETURN, [])) };
    } catch (error) {
      if (isA(error, "StopAsyncIteration")) return { done: true, value: undefined };
      if (isA(error, "GeneratorExit")) return { done: true, value };
      throw error;
    }
  },
};
