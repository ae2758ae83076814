import { equal, ok, rejects, run, throws } from "../cases.js";

/** @param {any} kernel */
const show = (kernel) => kernel.runPython("def show(*args, **kwargs): return repr((list(args), kwargs))\nshow");

await run({
  "call, apply and bind": (kernel) => {
    const f = show(kernel);
    equal(f.call(null, 1, 2), "([1, 2], {})");
    equal(f.apply(null, [1, "a"]), "([1, 'a'], {})");
    equal(f.apply({}), "([], {})");
    equal(f.apply(null, { length: 2, 0: "x", 1: "y" }), "(['x', 'y'], {})");
    equal(f.bind(null, 1)(2), "([1, 2], {})");
    equal(f.bind(null, 1).bind(null, 2)(3), "([1, 2, 3], {})");
    equal(Function.prototype.call.call(f, null, 5), "([5], {})");
    equal(Reflect.apply(f, null, [6]), "([6], {})");
  },
  "captureThis passes this": (kernel) => {
    const f = kernel.runPython("lambda this, *args: (this.name, *args)");
    const object = { name: "o", f: f.captureThis() };
    equal(object.f(1).toJs(), ["o", 1]);
    equal(f.captureThis().call({ name: "c" }, 2).toJs(), ["c", 2]);
    equal(f.captureThis().bind({ name: "b" }, 1)(2).toJs(), ["b", 1, 2]);
    equal(f.captureThis().bind({ name: "b" }, 1).bind({ name: "late" }, 2)(3).toJs(), ["b", 1, 2, 3]);
    ok(kernel.runPython("lambda a, b: a is b")(f, f.captureThis()));
  },
  "callKwargs": (kernel) => {
    const f = show(kernel);
    equal(f.callKwargs(1, { a: 2, b: "c" }), "([1], {'a': 2, 'b': 'c'})");
    equal(f.callKwargs({}), "([], {})");
    throws(() => f.callKwargs(), "callKwargs requires at least one argument");
    throws(() => f.callKwargs(new Map()), "kwargs argument is not an object");
    throws(() => f.callKwargs(5), "kwargs argument is not an object");
    equal(f.callWithOptions({ kwargs: true }, 1, { z: 1 }), "([1], {'z': 1})");
    equal(f.callWithOptions({}, 1, 2), "([1, 2], {})");
    throws(() => f.callWithOptions({ kwargs: true }), "requires at least one argument");
  },
  "callRelaxed leaves out what is too much": (kernel) => {
    const f = kernel.runPython("def f(a, b=2): return [a, b]\nf");
    equal(f.callRelaxed(1, 5, 7, 8).toJs(), [1, 5]);
    equal(f.callKwargsRelaxed(1, { b: 3, c: 4 }).toJs(), [1, 3]);
    equal(f.callWithOptions({ relaxed: true, kwargs: true }, 1, 2, 3, { x: 1 }).toJs(), [1, 2]);
    throws(() => f.callRelaxed(), "TypeError");
    throws(() => f(1, 2, 3), "TypeError");
  },
  "callPromising comes later and gives a promise": async (kernel) => {
    const calls = kernel.runPython("calls = []\ndef f(a, **kw):\n  calls.append(a)\n  return kw.get('k', a)\ncalls");
    const f = kernel.globals.get("f");
    const promise = f.callPromising(1);
    equal(calls.length, 0);
    equal(await promise, 1);
    equal(calls.length, 1);
    equal(await f.callPromisingKwargs(1, { k: "v" }), "v");
    equal(await f.callWithOptions({ promising: true, kwargs: true }, 2, { k: "w" }), "w");
    await rejects(kernel.runPython("def bad(): raise ValueError('late')\nbad").callPromising(), "ValueError: late");
  },
  "many arguments": (kernel) => {
    const count = kernel.runPython("lambda *a: (len(a), sum(a))");
    for (const n of [0, 1, 4, 5, 249, 250, 251, 255, 256, 257, 1000]) {
      equal(count(...Array(n).fill(1)).toJs(), [n, n]);
    }
  },
  "strings of all lengths as arguments and results": (kernel) => {
    const join = kernel.runPython("lambda *a: '|'.join(a)");
    for (const size of [0, 1, 23, 24, 25, 95, 96, 97, 5000]) {
      const text = "aé🐍".repeat(size).slice(0, size);
      equal(join(text, text, "x"), `${text}|${text}|x`);
    }
  },
  "what Python raises is a PythonError, and comes back as itself": (kernel) => {
    const { PythonError } = kernel.ffi;
    const bad = kernel.runPython("class Own(Exception): pass\nown = Own('mine')\ndef bad(): raise own\nbad");
    const error = throws(() => bad(), "Own: mine");
    ok(error instanceof PythonError && error instanceof Error);
    equal(/** @type {any} */ (error).type, "Own");
    equal(/** @type {any} */ (error).name, "PythonError");
    ok(kernel.runPython(`
def catches(f):
    try:
        f()
    except Own as error:
        return error is own
catches`)(() => { throw error; }));
  },
  "what JavaScript throws comes back as itself": (kernel) => {
    const thrown = new RangeError("mine");
    const error = throws(() => kernel.runPython("lambda f: f()")(() => { throw thrown; }), "mine");
    ok(error === thrown);
  },
  "a destroyed argument throws and holds nothing": (kernel) => {
    const f = kernel.runPython("lambda *a: len(a)");
    const gone = kernel.runPython("[1]");
    gone.destroy();
    const before = kernel.counts.handles;
    throws(() => f({}, "a".repeat(200), 10n ** 30n, gone), "Object has already been destroyed");
    equal(kernel.counts.handles, before);
    equal(f(1, {}), 2);
  },
  "coroutines that come back are started": async (kernel) => {
    const f = kernel.runPython("import asyncio\nasync def f(x):\n  await asyncio.sleep(0)\n  return x * 2\nf");
    equal(await f(21), 42);
    await rejects(kernel.runPython("async def g(): raise KeyError('k')\ng")(), "KeyError");
  },
}, {}, { handles: 1, objects: 2 });
