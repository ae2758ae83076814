// Suspending Python: where the engine can suspend WebAssembly (JSPI), Python waits in the middle of a function and the
// page goes on.
//
// There is one stack in linear memory, so suspended stacks lie on top of each other: what is entered while one is suspended
// runs above it, and the one that was suspended last goes on first. The interpreter sees a suspended call as one that has
// called back. That holds only if nothing of the kernel is below an entry: entries come from the event loop alone.

// @ts-check

import { death, guarded, trapped } from "./death.js";
import { kernel } from "./memory.js";

/** @typedef {(...args: number[]) => Promise<unknown>} Promising */
/** @typedef {{promising?: (f: Function) => Promising, Suspending?: new (f: (token: number, delay: number) => Promise<number>) => object}} Engine */
const engine = /** @type {Engine} */ (/** @type {unknown} */ (WebAssembly));

/** A module of one function that calls an imported one: what can be suspended must be called by wasm. */
const SHIM = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 7, 1, 96, 2, 127, 124, 1, 127, 2, 7, 1, 1, 107, 1, 115, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 102,
  0, 1, 10, 10, 1, 8, 0, 32, 0, 32, 1, 16, 0, 11,
]);

/** @typedef {{token: number, ready: boolean, gate: Promise<number>, open: (value: number) => void}} Stack */
/** Suspended stacks, innermost last. @type {Stack[]} */
const stacks = [];
/** Whether a stack is about to go on: nothing may be suspended on top of it. */
let resuming = false;
/** Entries that wait for that. @type {(() => void)[]} */
const waiting = [];
/** Whether an entry is running that could be suspended. */
let inside = false;
/** Whether the engine can suspend. */
const supported = engine.promising !== undefined && engine.Suspending !== undefined;
/** Whether the kernel has the function that suspends; unknown until it wants it. @type {boolean | undefined} */
let connected;
/** The kernel's exports that can be suspended, made when first used. @type {{[name: string]: Promising}} */
const promising = {};

/** Whether the engine can suspend WebAssembly. */
export function canSuspend() {
  return supported;
}

/** Whether this is a browser's worker: engines give those smaller stacks. */
export function inWorker() {
  return "WorkerGlobalScope" in globalThis;
}

/** Puts the function that suspends into the kernel's table; false if the page's policy forbids it. @param {WebAssembly.Table} table @param {number} index */
export function connectSuspension(table, index) {
  if (connected !== undefined) return connected;
  connected = false;
  if (engine.Suspending === undefined) return connected;
  try {
    const instance = new WebAssembly.Instance(new WebAssembly.Module(SHIM), {
      k: { s: /** @type {WebAssembly.ImportValue} */ (new engine.Suspending(suspended)) },
    });
    table.set(index, instance.exports["f"]);
    connected = true;
  } catch (error) {
    // A policy may forbid modules that are not fetched.
    console.warn(`Python cannot wait without await here: ${error}`);
  }
  return connected;
}

/** @param {number} token @param {number} delay milliseconds, negative for none @returns {Promise<number>} */
function suspended(token, delay) {
  /** @type {(value: number) => void} */
  let open = () => {};
  const gate = /** @type {Promise<number>} */ (new Promise((resolve) => (open = resolve)));
  stacks.push({ token, ready: false, gate, open });
  if (delay >= 0) setTimeout(() => wake(token), Math.min(delay, 2147483647));
  return gate;
}

/** What the stack `token` waits for has come. @param {number} token */
export function wake(token) {
  const stack = stacks.find((stack) => stack.token === token);
  if (stack === undefined) return;
  stack.ready = true;
  // What runs now may yet be suspended, and would be on top of a stack that goes on.
  if (!inside) resume();
}

/** Lets the innermost stack go on if it can. */
function resume() {
  const stack = stacks.at(-1);
  if (resuming || stack === undefined || !stack.ready || death() !== undefined) return;
  stacks.pop();
  resuming = true;
  stack.open(1);
  // The engine waits for the same promise and was first: this runs after the stack has ended or is suspended again.
  stack.gate.then(() => {
    resuming = false;
    for (const enter of waiting.splice(0)) enter();
    resume();
  });
}

/**
 * Enters the kernel from the event loop, so that Python can be suspended. `before` writes what the export reads.
 * @param {"krait_loop_run" | "krait_settled" | "krait_job"} name @param {number} argument @param {() => void} [before]
 */
export function enter(name, argument, before) {
  if (death() !== undefined) return;
  if (!supported) {
    before?.();
    guarded(() => kernel[name](argument));
  } else if (resuming) {
    waiting.push(() => enter(name, argument, before));
  } else {
    before?.();
    const entry = (promising[name] ??= /** @type {NonNullable<typeof engine.promising>} */ (engine.promising)(kernel[name]));
    inside = true;
    let end;
    try {
      end = entry(argument);
    } finally {
      // The engine throws at once where it has no room for another stack.
      inside = false;
    }
    end.then(undefined, trapped);
    resume();
  }
}

/** Runs a job of the kernel's in the next microtask: then nothing of the kernel is on the stack. @param {number} id */
export function startJob(id) {
  queueMicrotask(() => enter("krait_job", id));
}

/** Whether a stack waits for a promise. */
export function isSuspended() {
  return stacks.length > 0;
}

/** Forgets the stacks that wait and the entries that keep the instance alive, for a session that ends. */
export function forgetStacks() {
  stacks.length = 0;
  waiting.length = 0;
  for (const name of Object.keys(promising)) delete promising[/** @type {keyof typeof promising} */ (name)];
}
