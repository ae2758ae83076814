// What a page does with Python objects that it has from `kernel.globals`: calls, attributes, items, conversion, exceptions.

// @ts-check

const PYTHON = `
import asyncio

def nothing():
    return 1

def double(number):
    return 2 * number

def describe(name, *rest, sep=", ", **more):
    return sep.join([name, *map(str, rest), *(f"{key}={value}" for key, value in more.items())])

def fails(text):
    raise ValueError(text)

def broken():
    return 1 / 0

def many():
    # Enough for collections of all generations, with some garbage.
    made = []
    for number in range(15_000):
        cycle = [number, {"a": number}]
        if number % 100 == 0:
            cycle.append(cycle)
        else:
            made.append(cycle)
    return len(made)

def each(items):
    for item in items:
        yield item * 2

async def later(value):
    await asyncio.sleep(0)
    return value

def use(function, value):
    return function(value)

def keys_of(record):
    return sorted(record.to_py())

class Point:
    """A place."""

    def __init__(self, x, y=0):
        self.x = x
        self.y = y

    def moved(self, dx, dy=0):
        return Point(self.x + dx, self.y + dy)

    def __eq__(self, other):
        return isinstance(other, Point) and (self.x, self.y) == (other.x, other.y)

    def __repr__(self):
        return f"Point({self.x}, {self.y})"

point = Point(1, 2)
numbers = [3, 1, 2]
record = {"name": "a", "tags": ["x", "y"], "price": 1.5, "stock": {"here": 1, "there": None}, "sold": True}
pair = ("a", 1)
letters = {"a", "b"}
data = bytearray(b"some bytes")
big = 2**70
`;

/** @param {boolean} holds @param {string} what */
function check(holds, what) {
  if (!holds) throw new Error(`the embedder's program went wrong: ${what}`);
}

/** @param {() => unknown} call @returns {any} what it throws */
function thrown(call) {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error("the embedder's program went wrong: nothing was thrown");
}

/** @param {any} kernel a session, with all that its members do guarded */
export default async function embed(kernel) {
  kernel.runPython(PYTHON);
  const globals = kernel.workshop.withFallback(kernel.globals, kernel.builtins);
  const get = (/** @type {string} */ name) => globals.get(name);

  check(get("nothing")() === 1 && get("double")(4) === 8 && get("double")(1.5) === 3 && get("double")("a") === "aa", "calls");
  check(get("describe")("a", 1, true) === "a, 1, True", "arguments");
  check(get("describe").callKwargs("a", 1, { sep: "-", more: 2 }) === "a-1-more=2", "keywords");
  check(get("use")((/** @type {number} */ x) => x + 1, 4) === 5, "callbacks");
  check(globals.has("point") && globals.has("len") && !globals.has("nowhere") && globals.get("nowhere") === undefined, "names");
  globals.set("answer", 42);
  check(kernel.runPython("answer") === 42, "a name that was set");
  globals.delete("answer");
  check(get("big") === 2n ** 70n && get("len")(get("numbers")) === 3, "integers");

  const point = get("point");
  check(point.x === 1 && point.type === "Point" && String(point) === "Point(1, 2)" && "moved" in point, "attributes");
  point.x = 5;
  point.label = "somewhere";
  delete point.label;
  const moved = point.moved(1);
  check(moved.x === 6 && point.moved.callKwargs(0, { dy: 3 }).y === 5, "methods");
  const made = get("Point")(7);
  check(made.x === 7 && made.y === 0, "an instance");
  moved.destroy();
  made.destroy();

  const numbers = get("numbers");
  check(numbers.length === 3 && numbers.get(0) === 3 && [...numbers].join() === "3,1,2" && numbers.includes(2), "a list");
  numbers.push(9);
  numbers.set(0, 4);
  numbers.sort();
  check(numbers.map((/** @type {number} */ n) => n + 1).join() === "2,3,5,10" && numbers.toJs().length === 4 && numbers.pop() === 9, "a list that changed");
  check([...get("each")(numbers)].join() === "2,4,8", "a generator");

  const record = get("record");
  check(record.get("name") === "a" && record.has("tags") && record.length === 5, "a dict");
  record.set("more", [1, 2]);
  check(record.toJs().tags.length === 2 && record.toJs({ dict_converter: Object.fromEntries }).price === 1.5, "a dict as an object");
  check(JSON.stringify(record.asJsJson().tags) === '["x","y"]' && [...record].length === 6, "a dict as JSON");
  check(get("pair").toJs().join() === "a,1" && get("letters").toJs().has("a"), "tuples and sets");
  const made2 = kernel.toPy({ a: [1, 2.5, "b", null, undefined, true], b: new Map([["c", new Set([1])]]), c: new Uint8Array(3), d: new Date(0) });
  check(made2.get("a").length === 6 && get("keys_of")({ b: 1, a: { c: "ä" } }).toJs().join() === "a,b", "to Python");
  const view = get("data").getBuffer("u8");
  check(view.data[0] === 115, "a buffer");
  view.release();

  check(thrown(() => get("fails")("why")).message.includes("ValueError: why"), "an exception");
  check(thrown(() => get("broken")()).type === "ZeroDivisionError" && get("many")() === 14_850, "what is broken, and many objects");
  check(thrown(() => get("double")()).message.includes("TypeError"), "an exception of a call");
  check(thrown(() => point.nowhere()).constructor === TypeError, "a method that is missing");
  check(get("use")((/** @type {unknown} */ given) => given, point) === point, "an object there and back");
  kernel.registerJsModule("from_js", { greet: (/** @type {string} */ name) => `hello ${name}`, fail: () => { throw new RangeError("too far"); }, list: [1, 2, 3] });
  check(kernel.runPython(`
import from_js
from from_js import greet
from js import Object
from pyodide.ffi import JsException, create_proxy, to_js
try:
    from_js.fail()
except JsException as error:
    told = error.name
proxy = create_proxy(lambda: 1)
proxy.destroy()
f"{greet('you')} {told} {sum(from_js.list)} {to_js([1, {'a': 2}]).length} {to_js({'a': [2]}, dict_converter=Object.fromEntries).a[0]}"`) === "hello you RangeError 6 2 2", "a module");
  check((await get("later")(3)) === 3 && (await kernel.runPythonAsync("await later(4)")) === 4, "waiting");
  check((await kernel.runPythonAsync("from js import Promise\nawait Promise.resolve(5)")) === 5, "waiting for a promise");
  const join = kernel.pyimport("os.path.join");
  check(join("a", "b") === "a/b", "an import");
  for (const proxy of [point, numbers, record, made2, join]) proxy.destroy();
  globals.destroy();
}
