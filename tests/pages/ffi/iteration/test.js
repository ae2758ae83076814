import { equal, ok, rejects, run, throws } from "../cases.js";

await run({
  "for of": (kernel) => {
    equal([...kernel.runPython("[1, 'a', None]")], [1, "a", undefined]);
    equal([...kernel.runPython("{'a': 1, 'b': 2}")], ["a", "b"]);
    equal([...kernel.runPython("{'a': 1}").items()].map((item) => item.toJs()), [["a", 1]]);
    equal([...kernel.runPython("(x * x for x in range(4))")], [0, 1, 4, 9]);
    equal([...kernel.runPython("class S:\n  def __getitem__(self, i):\n    if i > 2: raise IndexError\n    return i\nS()")], [0, 1, 2]);
    equal(new Map(kernel.runPython("[('a', 1)]")).get("a"), 1);
    equal(Math.max(...kernel.runPython("range(100)")), 99);
  },
  "an object whose iterator is JavaScript's": (kernel) => {
    const give = kernel.runPython("class Box:\n  def __init__(self, a): self.a = a\n  def __iter__(self): return self.a.values()\nBox");
    equal([...give([1, 2])], [1, 2]);
  },
  "an iteration that raises, and one that is left": (kernel) => {
    throws(() => [...kernel.runPython("(1 // x for x in (1, 0))")], "ZeroDivisionError");
    const objects = kernel.counts.proxies;
    for (const item of kernel.runPython("iterated = list(range(10)); iterated")) if (item === 3) break;
    ok(kernel.counts.proxies <= objects + 1);
  },
  "iterators have next": (kernel) => {
    const i = kernel.runPython("iter([1, 2])");
    equal(i.next(), { done: false, value: 1 });
    ok(i[Symbol.iterator]() === i);
    equal([...i], [2]);
    equal(i.next(), { done: true, value: undefined });
  },
  "generators take values, errors and an end": (kernel) => {
    const make = kernel.runPython(`
log = []
def gen():
    got = yield 1
    log.append(got)
    try:
        yield 2
    except ValueError as error:
        log.append(str(error))
        yield 3
    finally:
        log.append("closed")
    return "end"
gen`);
    const g = make();
    equal(g.next(), { done: false, value: 1 });
    equal(g.next("sent"), { done: false, value: 2 });
    equal(g.throw(kernel.runPython("ValueError('thrown')")), { done: false, value: 3 });
    equal(g.next(), { done: true, value: "end" });
    equal(kernel.runPython("log").toJs(), ["sent", "thrown", "closed"]);
    const left = make();
    left.next();
    equal(left.return("mine"), { done: true, value: "mine" });
    equal(left.next(), { done: true, value: undefined });
    throws(() => make().throw(5), "exceptions must be classes or instances deriving from BaseException");
    const stubborn = kernel.runPython("def g():\n  try: yield 1\n  except GeneratorExit: return 'own'\ng()");
    stubborn.next();
    equal(stubborn.return("mine"), { done: true, value: "own" });
    const failing = make();
    failing.next();
    throws(() => failing.throw(kernel.runPython("KeyError('k')")), "KeyError");
    const thrown = make();
    thrown.next();
    const mine = new Error("from JavaScript");
    equal(throws(() => thrown.throw(mine), "from JavaScript"), mine);
  },
  "yield* into a generator of Python's": (kernel) => {
    function* outer() {
      return yield* kernel.runPython("def g():\n  x = yield 1\n  yield x\n  return 'r'\ng()");
    }
    const g = outer();
    equal(g.next(), { done: false, value: 1 });
    equal(g.next("x"), { done: false, value: "x" });
    const end = g.next();
    equal([end.done, end.value], [true, "r"]);
  },
  "for await": async (kernel) => {
    const seen = [];
    for await (const x of kernel.runPython("import asyncio\nasync def g():\n  for i in range(3):\n    await asyncio.sleep(0)\n    yield i\ng()")) seen.push(x);
    equal(seen, [0, 1, 2]);
    const iterable = kernel.runPython(`
class Count:
    def __init__(self): self.n = 0
    def __aiter__(self): return Count.It()
    class It:
        n = 0
        def __aiter__(self): return self
        async def __anext__(self):
            self.n += 1
            if self.n > 3: raise StopAsyncIteration
            return self.n
Count()`);
    const again = [];
    for await (const x of iterable) again.push(x);
    for await (const x of iterable) again.push(x);
    equal(again, [1, 2, 3, 1, 2, 3]);
    await rejects((async () => {
      for await (const _ of kernel.runPython("async def g():\n  yield 1\n  raise ValueError('in the middle')\ng()"));
    })(), "ValueError: in the middle");
  },
  "async generators take values, errors and an end": async (kernel) => {
    const make = kernel.runPython("async def g():\n  try:\n    x = yield 1\n    yield x\n  except ValueError:\n    yield 'caught'\ng");
    const g = make();
    equal(await g.next(), { done: false, value: 1 });
    equal(await g.next("sent"), { done: false, value: "sent" });
    equal(await g.throw(kernel.runPython("ValueError()")), { done: false, value: "caught" });
    equal(await g.next(), { done: true, value: undefined });
    const left = make();
    await left.next();
    equal(await left.return("mine"), { done: true, value: "mine" });
    equal(await left.next(), { done: true, value: undefined });
    const failing = make();
    await failing.next();
    await rejects(failing.throw(kernel.runPython("KeyError('k')")), "KeyError");
  },
  "awaitables are thenables": async (kernel) => {
    const make = kernel.runPython("import asyncio\nasync def c(x):\n  await asyncio.sleep(0.001)\n  return x\nc");
    equal(await make(1), 1);
    equal(await Promise.all([make(1), make(2), make(3)]), [1, 2, 3]);
    equal(await make(5).then((/** @type {number} */ x) => x + 1), 6);
    let ended = false;
    equal(await make(7).finally(() => { ended = true; }), 7);
    ok(ended);
    const future = kernel.runPython("future = asyncio.get_event_loop().create_future(); future");
    kernel.runPython("asyncio.get_event_loop().call_soon(future.set_result, 'late')");
    equal(await future, "late");
    equal(await future, "late");
    equal(await kernel.runPython("async def bad(): raise ValueError('b')\nbad")().catch((/** @type {any} */ e) => e.type), "ValueError");
    equal(await kernel.runPython("class A:\n  def __await__(self):\n    yield from asyncio.sleep(0).__await__()\n    return 'own'\nA()"), "own");
  },
});
