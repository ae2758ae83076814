import { equal, ok, run, throws } from "../cases.js";

/** Forgets modules that were imported. @param {any} kernel @param {string} name */
const forget = (kernel, name) =>
  kernel.runPython(`import sys\nfor known in [k for k in sys.modules if k == '${name}' or k.startswith('${name}.')]: del sys.modules[known]`);

await run({
  "an object inside a JavaScript module is a module too": (kernel) => {
    kernel.registerJsModule("mine", { sub: { y: 2, deep: { z: 3 } } });
    equal(kernel.runPython("from mine.sub import y\ny"), 2);
    equal(kernel.runPython("import mine.sub.deep\nmine.sub.deep.z"), 3);
    equal(kernel.runPython("import sys\nd = sys.modules['mine.sub.deep']\nd.__name__, d.__package__, d.__spec__.name").toJs(), ["mine.sub.deep", "mine.sub.deep", "mine.sub.deep"]);
    throws(() => kernel.runPython("import mine.sub.y"), "No module named 'mine.sub.y'");
    throws(() => kernel.runPython("from mine.sub import nothing"), "cannot import name 'nothing' from 'mine.sub'");
    kernel.unregisterJsModule("mine");
    forget(kernel, "mine");
    throws(() => kernel.runPython("import mine.sub"), "No module named 'mine'");
  },
  "what the import machinery notes does not show in JavaScript": (kernel) => {
    const object = { sub: {} };
    kernel.registerJsModule("noted", object);
    kernel.runPython("import noted.sub");
    equal([Object.getOwnPropertyNames(object), Object.getOwnPropertyNames(object.sub)], [["sub"], []]);
    forget(kernel, "noted");
  },
  "frozen objects are modules": (kernel) => {
    kernel.registerJsModule("frozen", Object.freeze({ a: 1, sub: Object.freeze({ b: 2 }) }));
    equal(kernel.runPython("import frozen\nfrom frozen.sub import b\nfrozen.a + b"), 3);
    forget(kernel, "frozen");
  },
  "what is registered again is imported again": (kernel) => {
    kernel.registerJsModule("twice", { sub: { n: 1 } });
    equal(kernel.runPython("import twice.sub\ntwice.sub.n"), 1);
    kernel.registerJsModule("twice", { sub: { n: 2 } });
    equal(kernel.runPython("from twice.sub import n\nn"), 2);
    forget(kernel, "twice");
  },
  "objects of the page are modules below js": (kernel) => {
    Object.assign(globalThis, { box: { inner: { value: 7 } } });
    equal(kernel.runPython("from js.box.inner import value\nimport js\nvalue + js.box.inner.value"), 14);
    equal(kernel.runPython("import importlib.util\nimportlib.util.find_spec('js').name"), "js");
    throws(() => kernel.runPython("from js import not_there_at_all"), "cannot import name 'not_there_at_all' from 'js'");
    forget(kernel, "js.box");
  },
  "import * takes an object's own names, or those in __all__": (kernel) => {
    kernel.registerJsModule("starred", { a: 2, _b: 3, f: (/** @type {number} */ x) => x + 1 });
    equal(kernel.runPython("g = {}\nexec('from starred import *', g)\nsorted(name for name in g if name != '__builtins__')").toJs(), ["a", "f"]);
    kernel.registerJsModule("starred", { a: 2, b: 3, __all__: kernel.toPy(["b"]) });
    equal(kernel.runPython("g = {}\nexec('from starred import *', g)\nsorted(name for name in g if name != '__builtins__')").toJs(), ["b"]);
    throws(() => kernel.registerJsModule("number", /** @type {any} */ (5)), "must be a JsProxy, not 'int'");
    ok(!kernel.runPython("'number' in __import__('sys').modules"));
    forget(kernel, "starred");
  },
}, {}, { handles: 4, objects: 1 });
