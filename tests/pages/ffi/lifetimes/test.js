import { equal, ok, run, throws } from "../cases.js";

await run({
  "a destroyed proxy says what it was": (kernel) => {
    const l = kernel.runPython("[1]");
    l.destroy();
    l.destroy();
    throws(() => l.length, /Object has already been destroyed[^]*type "list"/);
    throws(() => l.toString(), "destroyed");
    throws(() => l.anything, "destroyed");
    throws(() => "x" in l, "destroyed");
    const f = kernel.runPython("lambda: 0");
    f.destroy();
    throws(() => f(), /already been destroyed[^]*type "function"/);
    throws(() => f.bind(), "destroyed");
    throws(() => f.copy(), "destroyed");
    ok(l instanceof kernel.ffi.PyProxy);
    const told = kernel.runPython("{}");
    told.destroy({ message: "mine is over" });
    throws(() => told.get(1), "mine is over");
  },
  "with setDebug the error has the repr": (kernel) => {
    equal(kernel.setDebug(true), false);
    const l = kernel.runPython("[1, 'a']");
    l.destroy();
    throws(() => l.length, `had repr "[1, 'a']"`);
    equal(kernel.setDebug(false), true);
  },
  "the object goes when its proxy is destroyed": (kernel) => {
    const ended = kernel.runPython("ended = []\nclass A:\n  def __del__(self): ended.append(1)\nended");
    const a = kernel.runPython("A()");
    equal(ended.length, 0);
    a.destroy();
    equal(ended.length, 1);
    kernel.runPython("A()")[Symbol.dispose ?? "destroy"]();
    equal(ended.length, 2);
  },
  "copies have a life of their own": (kernel) => {
    const a = kernel.runPython("class A:\n  items = [1]\nA()");
    const b = a.copy();
    ok(a !== b && a.items === b.items);
    a.destroy();
    equal(b.items[0], 1);
    b.destroy();
    throws(() => b.items, "destroyed");
  },
  "attributes are borrowed": (kernel) => {
    const a = kernel.runPython("class A:\n  def __init__(self): self.list = [5]\n  def m(self): return 1\nA()");
    const list = a.list;
    const method = a.m;
    a.destroy();
    throws(() => list.length, /borrowed attribute proxy was automatically destroyed[^]*copy/);
    throws(() => method(), "borrowed attribute");
    const b = kernel.runPython("b = A(); b");
    const kept = b.list.copy();
    const owned = kernel.runPython("b.list");
    b.destroy();
    equal([kept[0], owned[0]], [5, 5]);
    kept.destroy();
    equal(owned[0], 5);
    owned.destroy();
    throws(() => owned[0], "destroyed");
  },
  "who got an object twice destroys it twice": (kernel) => {
    kernel.runPython("x = [1]");
    const a = kernel.globals.get("x");
    const b = kernel.globals.get("x");
    a.destroy();
    equal(b[0], 1);
    b.destroy();
    throws(() => b[0], "destroyed");
    equal(kernel.globals.get("x")[0], 1);
  },
  "bound and capturing proxies share the life": (kernel) => {
    const f = kernel.runPython("lambda *a: len(a)");
    const bound = f.bind(null, 1);
    f.destroy();
    throws(() => bound(), "destroyed");
  },
  "without `borrow` what a call passes lives as long as it is referred to": async (kernel) => {
    /** @type {any[]} */
    let kept = [];
    kernel.registerJsModule("page", { keep: (/** @type {any[]} */ ...all) => all.at(-1)?.x ?? (kept = all)[0], later: async (/** @type {any} */ x) => (kept = [x]) });
    ok(kernel.runPython("import page; l = [1]; page.keep(l, x=l) is l and page.keep(l, 2) is l"));
    equal(kept[0][0], 1);
    await kernel.runPythonAsync("await page.later([2])");
    equal(kept[0][0], 2);
    kernel.unregisterJsModule("page");
  },
  "counts are back where they were": (kernel) => {
    const work = kernel.runPython(`
class Thing:
    def __init__(self): self.items = [1, 2]
    def m(self, *args): return len(args)
def make(*args): return Thing()
make`);
    const once = () => {
      const p = work({}, "text".repeat(100), 10n ** 40n, () => 0, work);
      p.m(1, {});
      p.items.map((/** @type {number} */ x) => x);
      [...p.items];
      p.extra = { a: 1 };
      delete p.extra;
      ok(!("extra" in p));
      Object.getOwnPropertyNames(p);
      JSON.stringify(kernel.toPy({ a: [1] }).asJsJson());
      const copy = p.copy();
      copy.m.bind(null, 1)(2);
      copy.destroy();
      p.destroy();
      try {
        work.callKwargs(p, { a: 1 });
      } catch {}
      const view = kernel.runPython("bytearray(5)").getBuffer();
      view.release();
    };
    once();
    const before = { ...kernel.counts };
    for (let i = 0; i < 50; i++) once();
    const after = kernel.counts;
    equal([after.handles, after.buffers], [before.handles, before.buffers]);
  },
}, {}, { handles: 2, objects: 1 });
