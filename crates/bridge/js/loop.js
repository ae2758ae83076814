// The event loop's clock. A message or a timer begins a turn. Turns that one asks for which a message began follow it for a moment,
// each after the promises that are settled by then, so that a loop of short turns does not cost a message each.

// @ts-check

import { answer, fail } from "./cells.js";
import { Raise, TYPE_ERROR } from "./kinds.js";
import { begin } from "./memory.js";
import { slots } from "./slab.js";
import { enter } from "./suspend.js";
import { answerAwaited, awaitsNoMore, awaits } from "./borrow.js";

// Node's own way is as quick, and does not keep an idle process alive as an open channel does.
const immediate = /** @type {((f: () => void) => void) | undefined} */ (/** @type {any} */ (globalThis).setImmediate);
const channel = immediate !== undefined || typeof MessageChannel === "undefined" ? undefined : new MessageChannel();
if (channel !== undefined) channel.port1.onmessage = turn;

/** Milliseconds for which turns follow one another before the browser has one. */
const PIECE = 2;
/** When the browser has its turn. */
let until = 0;
/** Whether a turn runs. */
let turning = false;

function turn() {
  until = performance.now() + PIECE;
  follow();
}

function follow() {
  if (stopped) return;
  turning = true;
  try {
    enter("krait_loop_run", 0);
  } finally {
    turning = false;
  }
}
/** Whether the session was ended on purpose. */
let stopped = false;

/** Timers that have not ended. @type {Set<unknown>} */
const timers = new Set();

/** Asks for one run of the loop: as the next task (0) or after `delay` milliseconds with a number to know it by. @param {number} delay @param {number} id */
export function schedule(delay, id) {
  if (delay <= 0) {
    if (turning && performance.now() < until) queueMicrotask(follow);
    else if (channel !== undefined) channel.port2.postMessage(0);
    else (immediate ?? setTimeout)(turn);
    return 0;
  }
  // A browser's timer holds 31 bits of milliseconds.
  const timer = setTimeout(() => {
    timers.delete(timer);
    enter("krait_loop_run", id);
  }, Math.min(delay, 2147483647));
  timers.add(timer);
  return /** @type {any} */ (timer);
}

/** @param {number} timer */
export function unschedule(timer) {
  clearTimeout(timer);
  timers.delete(timer);
}

/** No turn comes after this. */
export function stop() {
  stopped = true;
  channel?.port1.close();
  channel?.port2.close();
  for (const timer of timers) clearTimeout(/** @type {number} */ (timer));
  timers.clear();
}

/** Tells the kernel when promise `target` is settled; `id` is the future that waits for it. @param {number} target @param {number} id */
export function awaitPromise(target, id) {
  begin();
  try {
    const promise = /** @type {any} */ (slots[target]);
    // It had the method when it was asked what it can do.
    if (typeof promise.then !== "function") throw new Raise(TYPE_ERROR, "object JsProxy can't be used in 'await' expression");
    // Foreign thenables may call back at once; by way of a promise they never do.
    awaits(promise);
    Promise.resolve(promise).then(
      (value) => settled(id, () => answerAwaited(promise, value)),
      (error) => {
        awaitsNoMore(promise);
        settled(id, () => fail(error));
      },
    );
    return answer(undefined);
  } catch (error) {
    return fail(error);
  }
}

/** @param {number} id @param {() => number} write */
function settled(id, write) {
  enter("krait_settled", id, () => {
    try {
      write();
    } catch (error) {
      fail(error);
    }
  });
}
