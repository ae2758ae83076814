import { equal, ok, rejects, run, throws } from "../cases.js";

await run({
  "programs give the value of their last expression": async (kernel) => {
    equal(kernel.runPython("x = 5\nx + 1"), 6);
    equal(kernel.runPython("x = 5"), undefined);
    equal(kernel.runPython("  1 + 1"), 2);
    equal(await kernel.runPythonAsync("import asyncio\nawait asyncio.sleep(0)\n'later'"), "later");
    throws(() => kernel.runPython("1 +"), "SyntaxError");
    throws(() => kernel.runPython("await x"), /SyntaxError: 'await' outside function.*runPythonAsync/);
    await rejects(kernel.runPythonAsync("1 / 0"), "ZeroDivisionError");
    throws(() => kernel.runPython("raise ValueError('here')", { filename: "mine.py" }), 'File "mine.py", line 1');
  },
  "what is no text is refused, and harms nothing": async (kernel) => {
    for (const code of [5, undefined, null, {}, ["1"], new String("1")]) {
      throws(() => kernel.runPython(code), "must be a string");
      await rejects(kernel.runPythonAsync(code), "must be a string");
      throws(() => kernel.pyimport(code), "must be a string");
      throws(() => kernel.registerJsModule(code, {}), "must be a string");
      throws(() => kernel.unregisterJsModule(code), "must be a string");
    }
    equal(kernel.runPython("1 + 1"), 2);
  },
  "a program with a lone surrogate is none": async (kernel) => {
    const error = throws(() => kernel.runPython("'\ud800'"), "'utf-8' codec can't encode character '\\ud800' in position 1");
    equal(error.type, "UnicodeEncodeError");
    await rejects(kernel.runPythonAsync("# \udfff\n5"), "surrogates not allowed");
    equal(kernel.runPython("'\ud83d\ude00'"), "😀");
    throws(() => kernel.runPython("from pyodide.code import eval_code\neval_code(chr(0xd800))"), "UnicodeEncodeError");
  },
  "programs run in other namespaces": async (kernel) => {
    const globals = kernel.runPython("dict(a=5)");
    equal(kernel.runPython("b = a + 1\nb", { globals }), 6);
    equal([globals.b, kernel.globals.has("b")], [6, false]);
    equal(await kernel.runPythonAsync("import asyncio\nawait asyncio.sleep(0)\na * 2", { globals }), 10);
    const locals = kernel.runPython("{}");
    equal(kernel.runPython("c = a\nc", { globals, locals }), 5);
    equal([locals.c, globals.c], [5, undefined]);
    throws(() => kernel.runPython("1", { globals: {} }), "globals must be a dict");
    throws(() => kernel.runPython("1", { filename: 5 }), "options of runPython");
  },
  "globals have get, set, has and delete, and know the built-in names": (kernel) => {
    const { globals } = kernel;
    globals.set("fresh", 7);
    equal(kernel.runPython("fresh"), 7);
    ok(globals.has("fresh") && globals.has("len") && !globals.has("nothing_like_it"));
    equal(globals.get("len")(kernel.toPy([1, 2])), 2);
    globals.delete("fresh");
    throws(() => kernel.runPython("fresh"), "NameError");
    equal(globals.get("fresh"), undefined);
    ok(globals instanceof kernel.ffi.PyDict && globals.type === "dict");
    ok(kernel.runPython("lambda g: g is globals()")(globals));
    kernel.runPython("shown = 3");
    equal(globals.shown, 3);
    ok(kernel.globals === globals);
  },
  "pyimport gives modules and their attributes": (kernel) => {
    equal(kernel.pyimport("math").sqrt(16), 4);
    equal(kernel.pyimport("os.path").join("a", "b"), "a/b");
    equal(kernel.pyimport("os.path.join")("a", "b"), "a/b");
    throws(() => kernel.pyimport("no_such_module_at_all"), "ModuleNotFoundError");
    throws(() => kernel.pyimport("math.nothing"), "Error");
  },
  "JavaScript modules": (kernel) => {
    kernel.registerJsModule("mine", { x: 1, sub: { y: 2 }, f: (/** @type {number} */ a) => a + 1 });
    equal(kernel.runPython("import mine\nfrom mine import f\nmine.x + mine.sub.y + f(10)"), 14);
    kernel.unregisterJsModule("mine");
    equal(kernel.runPython("import mine, sys\nsys.modules.pop('mine').x"), 1);
    throws(() => kernel.runPython("import mine"), "ModuleNotFoundError");
    throws(() => kernel.unregisterJsModule("mine"), "ValueError");
  },
  "standard output by line, by byte and by block": (kernel) => {
    /** @type {unknown[]} */
    const got = [];
    kernel.setStdout({ batched: (/** @type {string} */ line) => got.push(line) });
    kernel.runPython("print('one\\ntwo'); print('grün', end='')");
    equal(got.splice(0), ["one", "two", "grün"]);
    kernel.setStdout({ raw: (/** @type {number} */ byte) => got.push(byte) });
    kernel.runPython("print('aé')");
    equal(got.splice(0), [97, 195, 169, 10]);
    kernel.setStdout({ write: (/** @type {Uint8Array} */ bytes) => { got.push(bytes[0]); return 1; } });
    kernel.runPython("print('xy')");
    equal(got.splice(0), [120, 121, 10]);
    kernel.setStderr({ batched: (/** @type {string} */ line) => got.push(`err ${line}`) });
    kernel.runPython("import sys; print('no', file=sys.stderr)");
    equal(got.splice(0), ["err no"]);
    throws(() => kernel.setStdout({ batched() {}, raw() {} }), "Only one of");
    kernel.setStdout();
    kernel.setStderr();
  },
  "standard input": (kernel) => {
    const lines = ["first", "second\n"];
    kernel.setStdin({ stdin: () => lines.shift() });
    equal(kernel.runPython("[input(), input()]").toJs(), ["first", "second"]);
    throws(() => kernel.runPython("input()"), "EOFError");
    const bytes = [104, 105, 10];
    kernel.setStdin({ stdin: () => bytes.shift() });
    equal(kernel.runPython("input()"), "hi");
    let read = false;
    kernel.setStdin({ read: (/** @type {Uint8Array} */ buffer) => { if (read) return 0; read = true; return new TextEncoder().encodeInto("grün\nrest", buffer).written; } });
    equal(kernel.runPython("[input(), input()]").toJs(), ["grün", "rest"]);
    kernel.setStdin({ error: true });
    throws(() => kernel.runPython("input()"), "OSError");
    kernel.setStdin();
  },
  "counts by kind": (kernel) => {
    const { javascript, python, buffers } = kernel.debug.handles();
    ok(Number.isInteger(javascript) && Number.isInteger(python) && buffers === 0);
    const hold = kernel.runPython("held = []\nheld.append");
    hold({});
    equal(kernel.debug.handles().javascript, javascript + 1);
    kernel.runPython("held.clear()");
    equal(kernel.debug.handles().javascript, javascript);
    ok(kernel.debug.handles().python > python);
  },
  "a version": (kernel) => ok(/^\d+\.\d+\.\d+/.test(kernel.version)),
});
