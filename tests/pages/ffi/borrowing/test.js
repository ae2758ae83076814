import { equal, ok, rejects, run, throws } from "../cases.js";

/** Lets everything happen that is due: two turns of the event loop. */
async function turns() {
  for (let i = 0; i < 2; i++) await new Promise((resolve) => setTimeout(resolve, 0));
}

/** Collects garbage until `reached` is true, as far as the engine can be asked to. @param {() => boolean} reached */
async function collected(reached) {
  for (let i = 0; i < 20 && !reached(); i++) {
    /** @type {any} */ (globalThis).gc?.();
    await turns();
  }
}

/** What the page lends: functions of JavaScript's that Python calls. @type {any} */
const js = {};

/** A namespace in which Python finds them as `page`. @param {any} kernel */
function python(kernel) {
  kernel.registerJsModule("page", js);
  return kernel;
}

const AFTER_CALL = /borrowed proxy was automatically destroyed at the end of a function call\. Try using create_proxy or create_once_callable\./;

await run(
  {
    "what a call passes ends with it": (kernel) => {
      let kept;
      js.keep = (/** @type {any} */ x) => {
        kept = x;
        return x.length;
      };
      equal(python(kernel).runPython("import page; page.keep([1, 2])"), 2);
      throws(() => kept.length, AFTER_CALL);
      throws(() => kept.toString(), "pyodide.setDebug(true)");
    },
    "listeners of pyodide.ffi.wrappers live until they are removed": (kernel) => {
      js.target = new EventTarget();
      python(kernel).runPython(`
from page import target
from pyodide.ffi.wrappers import add_event_listener, remove_event_listener
heard = []
first, second = lambda event: heard.append("first"), lambda event: heard.append("second")
add_event_listener(target, "x", first)
add_event_listener(target, "x", second)`);
      js.target.dispatchEvent(new Event("x"));
      kernel.runPython('remove_event_listener(target, "x", first)');
      js.target.dispatchEvent(new Event("x"));
      kernel.runPython('remove_event_listener(target, "x", second)');
      js.target.dispatchEvent(new Event("x"));
      equal(kernel.runPython('"".join(heard)'), "firstsecondsecond");
      throws(() => kernel.runPython('remove_event_listener(target, "x", second)'), "no such listener");
      kernel.runPython("del target, first, second, heard");
    },
    "also after an exception": (kernel) => {
      let kept;
      js.fails = (/** @type {any} */ x) => {
        kept = x;
        throw new Error("no");
      };
      python(kernel).runPython("import page\ntry: page.fails([1])\nexcept Exception as e: caught = str(e)");
      equal(kernel.globals.get("caught"), "Error: no");
      throws(() => kept.length, AFTER_CALL);
    },
    "with setDebug the error has the type and the repr": (kernel) => {
      let kept;
      js.keep = (/** @type {any} */ x) => void (kept = x);
      kernel.setDebug(true);
      python(kernel).runPython("import page; page.keep(['a'])");
      kernel.setDebug(false);
      throws(() => kept.length, `The object was of type "list" and had repr "['a']"`);
    },
    "keyword arguments, and very many of them": (kernel) => {
      /** @type {any[]} */
      let kept = [];
      js.take = (/** @type {any[]} */ ...all) => void (kept = all);
      python(kernel).runPython("import page; page.take(1, a=[1], b={}, c=3)");
      equal([kept.length, kept[1].c], [2, 3]);
      throws(() => kept[1].a.length, AFTER_CALL);
      throws(() => kept[1].b.get(1), AFTER_CALL);
      kernel.runPython("page.take(*[[i] for i in range(300)], last=[300])");
      equal(kept.length, 301);
      for (const proxy of [kept[0], kept[299], kept[300].last]) throws(() => proxy.length, AFTER_CALL);
    },
    "create_proxy, create_once_callable and copies are not lent": (kernel) => {
      /** @type {any[]} */
      let kept = [];
      js.take = (/** @type {any[]} */ ...all) => void (kept = all);
      python(kernel).runPython("import page\nfrom pyodide.ffi import create_proxy, create_once_callable\np = create_proxy([1])\npage.take(p, create_once_callable(lambda: 5), x=p)");
      equal([kept[0][0], kept[1](), kept[2].x[0]], [1, 5, 1]);
      kernel.runPython("page.take(*[p] * 300, x=p)");
      equal([kept[0][0], kept[300].x[0]], [1, 1]);
      kernel.runPython("p.destroy(); del p");
      let copy;
      js.copy = (/** @type {any} */ x) => void (copy = x.copy());
      kernel.runPython("page.copy([7])");
      equal(copy[0], 7);
      copy.destroy();
    },
    "functions of Python's that Python calls by a proxy": (kernel) => {
      ok(kernel.runPython("from pyodide.ffi import create_proxy\nl = [1]\np = create_proxy(lambda a, b=0: a)\np(l) is l and p(5, b=l) == 5 and p(l, b=l) is l"));
      equal(kernel.runPython("create_proxy(lambda *a: len(a))(*[l] * 300)"), 300);
      kernel.runPython("p.destroy(); del p, l");
    },
    "a function whose name Python has to tell": (kernel) => {
      const name = kernel.runPython("from pyodide.ffi import create_proxy\np = create_proxy(lambda: 'n')\np");
      js.odd = new Proxy((/** @type {any} */ x) => x.length, { get: (f, key) => (key === "name" ? name() : Reflect.get(f, key)) });
      equal(python(kernel).runPython("import page; page.odd([1, 2])"), 2);
      kernel.runPython("p.destroy(); del p");
    },
    "a proxy that is over equals nothing": (kernel) => {
      js.list = [];
      ok(python(kernel).runPython("import page\npage.list.push([], 1)\npage.list.count([]) == 0 and page.list.index(1) == 1"));
      throws(() => kernel.runPython("page.list.remove([])"), "is not in list");
      throws(() => kernel.runPython("page.list[0]"), "borrowed proxy");
    },
    "what is stored in an object of JavaScript's is not lent": (kernel) => {
      js.object = {};
      js.list = [];
      js.map = new Map();
      python(kernel).runPython("import page\npage.object.x = [1]\npage.list.append([2])\npage.map['x'] = [3]");
      equal([js.object.x[0], js.list[0][0], js.map.get("x")[0]], [1, 2, 3]);
      for (const proxy of [js.object.x, js.list[0], js.map.get("x")]) proxy.destroy();
    },
    "new": (kernel) => {
      let kept;
      js.Thing = class {
        constructor(/** @type {any} */ x) {
          kept = x;
          this.length = x.length;
        }
      };
      equal(python(kernel).runPython("import page; page.Thing.new([1, 2]).length"), 2);
      throws(() => kept.length, /borrowed proxy was automatically destroyed\. Try using create_proxy/);
    },
    "a Python object as result is Python's alone": (kernel) => {
      const stored = kernel.runPython("stored = [1]; stored");
      js.stored = () => stored;
      js.same = (/** @type {any} */ x) => x;
      js.item = (/** @type {any} */ x) => x.items;
      ok(python(kernel).runPython("import page; page.stored() is stored"));
      throws(() => stored.length, AFTER_CALL);
      ok(kernel.runPython("page.same(stored) is stored and page.same(f := lambda: 0) is f"));
      ok(kernel.runPython("class A:\n  def __init__(self): self.items = [1]\na = A()\npage.item(a) is a.items"));
      ok(kernel.runPython("page.item(A()) == [1]"));
      const { ffi } = kernel;
      js.made = () => kernel.toPy([1]);
      const objects = kernel.debug.handles().python;
      equal(kernel.runPython("made = page.made(); len(made)"), 1);
      equal(kernel.debug.handles().python, objects);
      ok(!(js.made instanceof ffi.PyProxy));
    },
    "a result that create_proxy made lives on": (kernel) => {
      kernel.runPython("from pyodide.ffi import create_proxy\np = create_proxy([1])");
      let kept;
      js.same = (/** @type {any} */ x) => (kept = x);
      python(kernel).runPython("import page; page.same(p)");
      equal(/** @type {any} */ (kept)[0], 1);
      kernel.runPython("p.destroy(); del p");
    },
    "a promise keeps what its call was given until it is settled": async (kernel) => {
      let kept, go;
      const called = new Promise((resolve) => {
        js.later = async (/** @type {any} */ x) => {
          kept = x;
          resolve(undefined);
          await new Promise((resolve) => (go = resolve));
          return x.length;
        };
      });
      const done = python(kernel).runPythonAsync("import page; await page.later([1, 2])");
      await called;
      await turns();
      equal(/** @type {any} */ (kept).length, 2);
      /** @type {any} */ (go)();
      equal(await done, 2);
      await turns();
      throws(() => kept.length, "destroyed at the end of an asynchronous function call");
    },
    "also one that is rejected, which stays unhandled where nobody handles it": async (kernel) => {
      let kept;
      js.later = async (/** @type {any} */ x) => {
        kept = x;
        await undefined;
        throw new Error("late");
      };
      equal(await python(kernel).runPythonAsync("import page\ntry: await page.later([1])\nexcept Exception as e: t = str(e)\nt"), "Error: late");
      await turns();
      throws(() => kept.length, "asynchronous function call");
      const heard = new Promise((resolve) => globalThis.addEventListener("unhandledrejection", (event) => {
        event.preventDefault();
        resolve(/** @type {any} */ (event).reason.message);
      }, { once: true }));
      kernel.runPython("p = page.later([1]); del p");
      equal(await heard, "late");
    },
    "what a promise of a call resolves with is Python's, whenever it asks": async (kernel) => {
      let kept;
      js.same = async (/** @type {any} */ x) => (kept = x);
      ok(await python(kernel).runPythonAsync(`
import page, asyncio
a = [1]
p = page.same(a)
await asyncio.sleep(0.01)
await p is a and await p is a`));
      throws(() => kept.length, "asynchronous function call");
      js.made = async () => (kept = kernel.toPy([1, 2]));
      equal(await kernel.runPythonAsync("len(await page.made())"), 2);
      throws(() => kept.length, "asynchronous function call");
      // What Python does not hold any more is gone without a collection.
      kernel.runPython("class A:\n  def __del__(self): ended.append(1)\nended = []\ndel p, a");
      const count = kernel.runPythonAsync(`
async def await_twice():
    p = page.same(A())
    await asyncio.gather(p, p)
    a = await p
    b = await page.same(A())
    return len(ended)
n = await await_twice()
await asyncio.sleep(0)
n, len(ended)`);
      equal((await count).toJs(), [0, 2]);
      // Nobody awaits this one.
      await kernel.runPythonAsync("page.same(A())\nfor _ in range(3): await asyncio.sleep(0.001)");
      equal(kernel.runPython("len(ended)"), 3);
    },
    "handlers of a promise live until they have been called": async (kernel) => {
      let go, asked;
      js.promise = new Promise((resolve) => (go = resolve));
      const called = new Promise((resolve) => (asked = resolve));
      js.asked = asked;
      const done = python(kernel).runPythonAsync(`
import page
from js import Promise
seen = []
p = page.promise.then(lambda v: seen.append(v)).finally_(lambda: seen.append("end"))
r = Promise.reject(5).catch(lambda e: seen.append("caught"))
page.asked()
await p
await r
seen`);
      await called;
      await turns();
      /** @type {any} */ (go)("value");
      const seen = await done;
      equal(seen.toJs().sort(), ["caught", "end", "value"]);
      seen.destroy();
      kernel.runPython("del p, r");
    },
    "a generator keeps what it is given until it ends": (kernel) => {
      /** @type {any[]} */
      const kept = [];
      js.generate = function* (/** @type {any} */ x) {
        kept.push(x);
        kept.push(yield x.length);
        kept.push(yield 2);
        return kernel.toPy(kept.map(String));
      };
      equal(python(kernel).runPython("import page; g = page.generate([1, 2]); next(g)"), 2);
      kernel.runPython("g.send({1})");
      ok(kernel.runPython("x = 0\ntry: g.send({3})\nexcept StopIteration as e: x = e.value\nx == ['[1, 2]', '{1}', '{3}']"));
      equal(kept.length, 3);
      for (const proxy of kept) throws(() => proxy.length, "when a generator completed execution");
      kept.length = 0;
      kernel.runPython("g = page.generate([4]); next(g); g.close()");
      kernel.runPython("h = page.generate([5])\nfor _ in h: break");
      js.generate = function* (/** @type {any} */ x) {
        kept.push(x);
        yield 1;
      };
      kernel.runPython("list(page.generate([4]))");
      throws(() => kept[0].length, "when a generator completed execution");
      kernel.runPython("del g, h, x");
    },
    "so does an asynchronous one": async (kernel) => {
      /** @type {any[]} */
      const kept = [];
      js.generate = async function* (/** @type {any} */ x) {
        kept.push(x);
        kept.push(yield x.length);
        kept.push(yield 2);
        return 1;
      };
      equal(await python(kernel).runPythonAsync("import page; g = page.generate([1, 2]); await g.asend(None)"), 2);
      await kernel.runPythonAsync("await g.asend({1})");
      equal(kept.map(String), ["[1, 2]", "{1}"]);
      await kernel.runPythonAsync("try: await g.asend({3})\nexcept StopAsyncIteration: pass");
      equal(kept.length, 3);
      for (const proxy of kept) throws(() => proxy.length, "when a generator completed execution");
      kernel.runPython("del g");
    },
    "a listener lives as long as it is added, without create_proxy": (kernel) => {
      js.target = new EventTarget();
      python(kernel).runPython("import page\nheard = []\ndef listen(event): heard.append(event.type)\npage.target.addEventListener('a', listen)");
      js.target.dispatchEvent(new Event("a"));
      js.target.dispatchEvent(new Event("a"));
      equal(kernel.runPython("len(heard)"), 2);
      kernel.runPython("page.target.removeEventListener('a', listen)");
      js.target.dispatchEvent(new Event("a"));
      equal(kernel.runPython("len(heard)"), 2);
      kernel.runPython("page.target.addEventListener('b', listen, once=True)");
      js.target.dispatchEvent(new Event("b"));
      js.target.dispatchEvent(new Event("b"));
      equal(kernel.runPython("len(heard)"), 3);
      delete js.target;
    },
    "items of an iteration end with it, but for one that is left early": (kernel) => {
      const list = kernel.runPython("[[1], [2], [3]]");
      const items = [...list];
      throws(() => items[0].length, "destroyed when an iterator was exhausted");
      let found;
      for (const item of list) {
        if (item[0] === 2) {
          found = item;
          break;
        }
      }
      equal(/** @type {any} */ (found)[0], 2);
      /** @type {any} */ (found).destroy();
      const numbers = kernel.runPython("[1, 'a', None]");
      equal([...numbers], [1, "a", undefined]);
      list.destroy();
      numbers.destroy();
    },
    "attributes end with their object, and are one proxy until then": (kernel) => {
      const a = kernel.runPython("class A:\n  def __init__(self): self.x = self.y = [1]\n  def m(self): return 1\nA()");
      const { x, m } = a;
      ok(x === a.x && x === a.y && m === a.m);
      a.destroy();
      throws(() => x.length, /borrowed attribute proxy was automatically destroyed[^]*copy/);
      throws(() => m(), "borrowed attribute");
    },
    "an object is a new proxy each time, ended by one destroy": (kernel) => {
      kernel.runPython("x = [1]");
      const a = kernel.globals.get("x");
      const b = kernel.globals.get("x");
      ok(a !== b);
      a.destroy();
      throws(() => a[0], "already been destroyed");
      equal(b[0], 1);
      b.destroy();
    },
    "what is awaited is of no more use": async (kernel) => {
      const task = kernel.runPython("async def f(): return [5]\nf()");
      const value = await task;
      equal([value[0], (await task)[0]], [5, 5]);
      throws(() => task.done, "already been destroyed");
      value.destroy();
      await rejects(kernel.runPython("async def f(): raise ValueError(7)\nf()"), "ValueError: 7");
    },
    "what programs and functions give to JavaScript is not lent": async (kernel) => {
      const given = await kernel.runPythonAsync("import asyncio; await asyncio.sleep(0); [1]");
      const make = kernel.runPython("lambda: [2]");
      const later = kernel.runPython("async def f():\n  await asyncio.sleep(0)\n  return [3]\nf");
      const [made, came] = [make(), await later()];
      await turns();
      equal([given[0], made[0], came[0]], [1, 2, 3]);
      for (const proxy of [given, make, later, made, came]) proxy.destroy();
    },
    "calls within calls lend for themselves": (kernel) => {
      /** @type {any[]} */
      const inner = [];
      js.outer = (/** @type {any} */ x, /** @type {any} */ f) => {
        f([1]);
        return x.length + f(1);
      };
      js.inner = (/** @type {any} */ x) => {
        inner.push(x);
        return x.length;
      };
      equal(python(kernel).runPython("import page\nl = [1, 2]\npage.outer(l, lambda _: page.inner(l))"), 4);
      equal(inner.length, 2);
      for (const proxy of inner) throws(() => proxy.length, AFTER_CALL);
    },
    "counts are back where they were": async (kernel) => {
      js.keep = (/** @type {any[]} */ ...all) => all.length;
      js.same = (/** @type {any} */ x) => x;
      js.later = async (/** @type {any} */ x) => void String(x);
      js.generate = function* (/** @type {any} */ x) {
        yield x.length;
      };
      const work = python(kernel).runPython(`
import page
class Thing:
    def __init__(self): self.items = [[1], {}]
def sync():
    page.keep([1], {}, lambda: 0, a=[1], b=Thing())
    page.keep(*[[1]] * 300)
    page.same(Thing()).items
    list(page.generate([1]))
    page.Array.new([1])
sync`);
      const later = kernel.runPython("async def later():\n  await page.later([1])\nlater");
      js.Array = Array;
      const once = async () => {
        work();
        await later();
        const list = kernel.runPython("[[1], [2]]");
        list.map((/** @type {any} */ x) => x.destroy());
        [...list];
        list.destroy();
      };
      await once();
      await turns();
      await collected(() => false);
      const before = kernel.debug.handles();
      for (let i = 0; i < 20; i++) await once();
      await turns();
      const now = kernel.debug.handles();
      equal([now.python, now.javascript, now.buffers], [before.python, before.javascript, before.buffers]);
      work.destroy();
      later.destroy();
    },
  },
  { borrow: true },
  { handles: 2, objects: 0 },
);
