import { equal, ok, rejects, run, throws } from "../cases.js";

const waits = "from pyodide.ffi import run_sync\n";

/** A promise with the function that fulfils it. */
function deferred() {
  /** @type {(value: any) => void} */
  let resolve = () => {};
  const promise = new Promise((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

await run({
  "callPromising lets a function wait, a plain call does not": async (kernel) => {
    const f = kernel.runPython(`${waits}def wait(promise, *, more=1):\n  return run_sync(promise) + more\nwait`);
    equal(await f.callPromising(Promise.resolve(2)), 3);
    equal(await f.callPromisingKwargs(Promise.resolve(2), { more: 5 }), 7);
    await rejects(f.callPromising(Promise.reject(new TypeError("no"))), /no/);
    throws(() => f(Promise.resolve(2)), /callPromising/);
    equal(await f.callPromising(Promise.resolve(4)), 5);
  },
  "what a callback sets in the outermost context while a stack waits is kept": async (kernel) => {
    kernel.runPython("from contextvars import ContextVar\nv = ContextVar('v', default='none')\nv.set('first')");
    const { promise, resolve } = deferred();
    kernel.globals.set("promise", promise);
    const program = kernel.runPythonAsync(`${waits}v.set('inside')\nrun_sync(promise)\nv.get()`);
    await Promise.resolve();
    equal(kernel.runPython("v.get()"), "first");
    kernel.runPython("v.set('meanwhile')");
    resolve(1);
    equal(await program, "inside");
    equal(kernel.runPython("v.get()"), "meanwhile");
  },
  "what runs while a stack waits in an except block handles no exception": async (kernel) => {
    const { promise, resolve } = deferred();
    kernel.globals.set("promise", promise);
    const program = kernel.runPythonAsync(`${waits}import sys
try:
  raise KeyError("waits")
except KeyError:
  run_sync(promise)
  told = repr(sys.exception())
told`);
    await Promise.resolve();
    equal(kernel.runPython("import sys; repr(sys.exception())"), "None");
    equal(kernel.runPython("try:\n  1 / 0\nexcept ArithmeticError as error:\n  told = repr(error.__context__)\ntold"), "None");
    resolve(1);
    equal(await program, "KeyError('waits')");
    equal(kernel.runPython("repr(sys.exception())"), "None");
  },
  "fifty stacks wait at once, and each has its own value": async (kernel) => {
    const f = kernel.runPython(`${waits}lambda promise, n: run_sync(promise) * n`);
    const { promise, resolve } = deferred();
    const all = Array.from({ length: 50 }, (_, n) => f.callPromising(promise, n));
    resolve(2);
    equal(await Promise.all(all), Array.from({ length: 50 }, (_, n) => 2 * n));
  },
  "a deep recursion above many waiting stacks ends in RecursionError": async (kernel) => {
    const f = kernel.runPython(`${waits}
def down(n, promise):
  return run_sync(promise) if n == 0 else down(n - 1, promise)
def deep(n=0):
  try:
    return deep(n + 1)
  except RecursionError:
    return n
down`);
    const { promise, resolve } = deferred();
    const all = Array.from({ length: 8 }, () => f.callPromising(60, promise));
    await Promise.resolve();
    ok(kernel.runPython("deep()") > 300);
    ok((await kernel.runPythonAsync("deep()")) > 300);
    resolve(7);
    equal(await Promise.all(all), Array(8).fill(7));
    ok(kernel.runPython("deep()") > 900);
  },
  "an exception passes through a stack that waited": async (kernel) => {
    const f = kernel.runPython(`${waits}
def fails(promise):
  try:
    run_sync(promise)
  finally:
    raise KeyError("mine")
fails`);
    await rejects(f.callPromising(Promise.reject(new Error("theirs"))), /KeyError: .mine/);
  },
});
