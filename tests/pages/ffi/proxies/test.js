import { equal, ok, run, throws } from "../cases.js";

await run({
  "the type has its module's name unless that is builtins or __main__": (kernel) => {
    equal(kernel.runPython("[1]").type, "list");
    equal(kernel.runPython("class Foo: pass\nFoo()").type, "Foo");
    equal(kernel.runPython("import collections; collections.deque()").type, "collections.deque");
  },
  "toString is str()": (kernel) => {
    const shown = kernel.runPython(`
class Shown:
    def __str__(self): return "as str"
    def __repr__(self): return "as repr"
Shown()`);
    equal(shown.toString(), "as str");
    equal(`${shown}`, "as str");
    equal(String(kernel.runPython("[1, 'a']")), "[1, 'a']");
    equal(Object.prototype.toString.call(shown), "[object PyProxy]");
  },
  "instanceof of every class": (kernel) => {
    const { ffi } = kernel;
    /** @param {string} code @param {string} names */
    const is = (code, names) => {
      const proxy = kernel.runPython(code);
      const found = Object.keys(ffi).filter((name) => name.startsWith("Py") && name !== "PyBufferView" && name !== "PythonError" && proxy instanceof ffi[name]);
      equal(found.sort(), ["PyProxy", ...names.split(" ").filter(Boolean)].sort());
    };
    is("object()", "");
    is("{}", "PyDict PyIterable PyProxyWithGet PyProxyWithHas PyProxyWithLength PyProxyWithSet");
    is("[]", "PyIterable PyMutableSequence PyProxyWithGet PyProxyWithHas PyProxyWithLength PyProxyWithSet PySequence");
    is("(1,)", "PyIterable PyProxyWithGet PyProxyWithHas PyProxyWithLength PySequence");
    is("range(3)", "PyIterable PyProxyWithGet PyProxyWithHas PyProxyWithLength PySequence");
    is("{1}", "PyIterable PyProxyWithHas PyProxyWithLength");
    is("b'a'", "PyBuffer PyIterable PyProxyWithGet PyProxyWithHas PyProxyWithLength PySequence");
    is("bytearray(b'a')", "PyBuffer PyIterable PyMutableSequence PyProxyWithGet PyProxyWithHas PyProxyWithLength PyProxyWithSet PySequence");
    is("iter([])", "PyIterable PyIterator");
    is("(x for x in [])", "PyGenerator PyIterable PyIterator");
    is("lambda: 0", "PyCallable");
    is("len", "PyCallable");
    is("class C:\n  pass\nC", "PyCallable");
    is("class C:\n  def __call__(self): pass\n  def __len__(self): return 3\nC()", "PyCallable PyProxyWithLength");
    is("class C:\n  def __await__(self): yield\nC()", "PyAwaitable");
    is("class C:\n  def __aiter__(self): return self\nC()", "PyAsyncIterable");
    is("class C:\n  def __aiter__(self): return self\n  async def __anext__(self): pass\nC()", "PyAsyncIterable PyAsyncIterator");
    is("async def f():\n  yield 1\nf()", "PyAsyncGenerator PyAsyncIterable PyAsyncIterator");
    is("import collections\ncollections.deque()", "PyIterable PyMutableSequence PyProxyWithGet PyProxyWithHas PyProxyWithLength PyProxyWithSet PySequence");
    is("from collections.abc import Sequence\nclass S(Sequence):\n  def __len__(self): return 0\n  def __getitem__(self, i): raise IndexError\nS()", "PyIterable PyProxyWithGet PyProxyWithHas PyProxyWithLength PySequence");
    for (const value of [undefined, null, 1, "a", {}, [], () => 0]) ok(!(value instanceof ffi.PyProxy));
    throws(() => new ffi.PyProxy(), "PyProxy is not a constructor");
    throws(() => new ffi.PyDict(), "PyProxy is not a constructor");
  },
  "callables are functions": (kernel) => {
    const f = kernel.runPython("def f(a=1): return a + 1\nf");
    equal(typeof f, "function");
    ok(f instanceof Function);
    equal(f(), 2);
    equal(f(5), 6);
    equal(typeof kernel.runPython("[]"), "object");
  },
  "a class can be called with new": (kernel) => {
    const Point = kernel.runPython("class Point:\n  def __init__(self, x): self.x = x\nPoint");
    equal(new Point(3).x, 3);
    equal(Point(4).x, 4);
  },
  "attributes: JavaScript's first, then Python's; $ is Python's": (kernel) => {
    const p = kernel.runPython(`
class Thing:
    def __init__(self): self.x = 1; self.destroy = "python"; self.name = "n"
    def type(self): return "method"
Thing()`);
    equal(p.x, 1);
    equal(p.name, "n");
    equal(p.missing, undefined);
    equal(typeof p.destroy, "function");
    equal(p.$destroy, "python");
    equal(p.type, "Thing");
    equal(p.$type(), "method");
    p.x = 7;
    equal(p.x, 7);
    p.$destroy = "changed";
    equal(p.$destroy, "changed");
    p.fresh = [1];
    ok("fresh" in p && "x" in p && "$x" in p && !("missing" in p) && "toString" in p);
    delete p.fresh;
    ok(!("fresh" in p));
    throws(() => { "use strict"; delete p.fresh; }, "AttributeError");
    equal(kernel.runPython("lambda o: o.x")(p), 7);
  },
  "functions' own names are Python's": (kernel) => {
    const f = kernel.runPython("def f(): pass\nf.name = 'n'; f.length = 5; f");
    equal(f.name, "n");
    equal(f.length, 5);
    equal(kernel.runPython("lambda: 0").name, undefined);
    equal(f.prototype, undefined);
    equal(f.__name__, "f");
  },
  "own names are dir()": (kernel) => {
    const p = kernel.runPython("class A:\n  b = 1\nA()");
    const names = Object.getOwnPropertyNames(p);
    ok(names.includes("b") && names.includes("__class__"));
    equal(Object.keys(p), []);
    ok(Reflect.ownKeys(p).every((key) => typeof key === "string"));
  },
  "an attribute that raises throws": (kernel) => {
    const p = kernel.runPython("class A:\n  @property\n  def bad(self): raise ValueError('no')\n  @property\n  def gone(self): raise AttributeError('x')\nA()");
    throws(() => p.bad, "ValueError: no");
    equal(p.gone, undefined);
  },
  "attributes are the same proxy each time": (kernel) => {
    const p = kernel.runPython("class A:\n  def m(self): return 1\n  def n(self): return 2\nA.items = []\na = A(); a.own = a.m\na");
    ok(p.m === p.m && p.m !== p.n && p.items === p.items && p.own === p.own);
    equal(p.m() + p.n() + p.own(), 4);
    const before = p.m;
    kernel.runPython("A.m = lambda self: 'new'");
    ok(p.m !== before);
    equal(p.m(), "new");
    equal(before(), 1);
    ok(kernel.runPython("[]").append !== kernel.runPython("[]").append);
  },
  "one Python object is one proxy, and comes back as itself": (kernel) => {
    const a = kernel.runPython("thing = object(); thing");
    ok(a === kernel.runPython("thing") && a === kernel.globals.get("thing"));
    ok(kernel.runPython("lambda o: o is thing")(a));
    const same = kernel.runPython("lambda o: o");
    ok(same(a) === a);
    for (const value of [{}, [], () => 0, Symbol("s"), new Map()]) ok(same(value) === value);
  },
  "immutable values cross as values": (kernel) => {
    const same = kernel.runPython("lambda o: o");
    for (const value of [undefined, null, true, false, 0, 1.5, NaN, Infinity, 2 ** 53, 10n ** 30n, -5n, "", "a", "grün 🐍", "\ud800", "x".repeat(5000), "é".repeat(5000)]) {
      equal(same(value), value);
    }
    equal(kernel.runPython("2**53 - 1"), 2 ** 53 - 1);
    equal(kernel.runPython("2**53"), 2n ** 53n);
    equal(kernel.runPython("-2**70"), -(2n ** 70n));
  },
  "symbols are kept on the proxy": (kernel) => {
    const p = kernel.runPython("object()");
    const mark = Symbol("mark");
    p[mark] = 5;
    equal(p[mark], 5);
    equal(Object.getOwnPropertySymbols(p), [mark]);
    equal(p[Symbol.for("other")], undefined);
  },
  "a member is not called on other things": (kernel) => {
    const { toString } = kernel.runPython("object()");
    throws(() => toString.call({}), "was called on something else");
  },
  "a long attribute name, and one that is no identifier": (kernel) => {
    const p = kernel.runPython("class A: pass\nA()");
    const long = "n".repeat(500);
    p[long] = 1;
    p["with space"] = 2;
    equal([p[long], p["with space"], p["🐍"]], [1, 2, undefined]);
  },
});
