import { equal, ok, run, throws } from "../cases.js";

await run({
  "get, set, has, delete and length of a dict": (kernel) => {
    const d = kernel.runPython("d = {'a': 1, 2: 'two', (1, 2): 'tuple'}; d");
    equal(d.length, 3);
    equal(d.get("a"), 1);
    equal(d.get(2), "two");
    equal(d.get("missing"), undefined);
    ok(d.has("a") && d.has(2) && !d.has("missing"));
    d.set("b", [1]);
    ok(Array.isArray(d.get("b")));
    d.delete("b");
    throws(() => d.delete("b"), "KeyError");
    equal(kernel.runPython("sorted(map(str, d))").toJs(), ["(1, 2)", "2", "a"]);
  },
  "keys of a dict are properties behind its attributes": (kernel) => {
    const d = kernel.runPython("{'a': 1, 'items': 'hidden', 7: 'seven', None: 0}");
    equal(d.a, 1);
    equal(d[7], "seven");
    equal(typeof d.items, "function");
    equal(d.missing, undefined);
    ok("a" in d && 7 in d && !("missing" in d));
    d.fresh = 5;
    equal(d.get("fresh"), 5);
    d[7] = "changed";
    equal(d.get(7), "changed");
    delete d.a;
    ok(!d.has("a"));
    equal(Object.keys(d).sort(), ["7", "fresh", "items"].sort());
    equal({ ...kernel.runPython("{'x': 1, 'y': 2}") }, { x: 1, y: 2 });
  },
  "subclasses of dict are no PyDict but have get": (kernel) => {
    const d = kernel.runPython("class D(dict): pass\nD(a=1)");
    ok(!(d instanceof kernel.ffi.PyDict));
    equal(d.a, undefined);
    equal(d.get("a"), 1);
  },
  "sequences have indices and a length": (kernel) => {
    const l = kernel.runPython("l = [1, 'a', None, [2]]; l");
    equal(l.length, 4);
    equal(l[0], 1);
    equal(l[1], "a");
    equal(l[2], undefined);
    equal(l[3][0], 2);
    equal(l[4], undefined);
    equal(l["-1"], undefined);
    ok(0 in l && !(4 in l) && "length" in l && "append" in l);
    l[0] = 10;
    equal(l.get(0), 10);
    equal(l.get(-4), 10);
    throws(() => { l[9] = 1; }, "trap returned falsish");
    delete l[0];
    equal(l.length, 3);
    equal(kernel.runPython("(1, 2)")[1], 2);
    equal(kernel.runPython("range(5)")[4], 4);
    const names = Object.getOwnPropertyNames(l);
    ok(names.includes("0") && names.includes("length") && names.includes("append"));
  },
  "Array's methods that read": (kernel) => {
    const l = kernel.runPython("[5, 3, 8, 3]");
    equal(l.join("-"), "5-3-8-3");
    equal(l.slice(1, 3), [3, 8]);
    equal(l.slice(-2), [8, 3]);
    equal([l.indexOf(3), l.indexOf(3, 2), l.indexOf(9), l.lastIndexOf(3), l.lastIndexOf(3, 2)], [1, 3, -1, 3, 1]);
    equal(l.map((/** @type {number} */ x, /** @type {number} */ i) => x * i), [0, 3, 16, 9]);
    equal(l.filter((/** @type {number} */ x) => x > 3), [5, 8]);
    ok(l.some((/** @type {number} */ x) => x > 7) && !l.every((/** @type {number} */ x) => x > 7));
    equal(l.reduce((/** @type {number} */ a, /** @type {number} */ b) => a + b), 19);
    equal(l.reduceRight((/** @type {string} */ a, /** @type {number} */ b) => a + b, ""), "3835");
    equal([l.at(-1), l.at(0), l.at(9)], [3, 5, undefined]);
    equal(l.concat([1], 2), [5, 3, 8, 3, 1, 2]);
    equal([0].concat(l), [0, 5, 3, 8, 3]);
    ok(l.includes(8) && !l.includes(9));
    equal([...l.entries()], [[0, 5], [1, 3], [2, 8], [3, 3]]);
    equal([...l.keys()], [0, 1, 2, 3]);
    equal([...l.values()], [5, 3, 8, 3]);
    equal([l.find((/** @type {number} */ x) => x > 5), l.findIndex((/** @type {number} */ x) => x > 5)], [8, 2]);
    equal(JSON.stringify(l), "[5,3,8,3]");
    /** @type {number[]} */
    const seen = [];
    l.forEach((/** @type {number} */ x) => seen.push(x));
    equal(seen, [5, 3, 8, 3]);
    equal(Array.from(l), [5, 3, 8, 3]);
    const tuple = kernel.runPython("(1, 2, 3)");
    equal(tuple.map((/** @type {number} */ x) => x + 1), [2, 3, 4]);
    equal(tuple.push, undefined);
  },
  "Array's methods that change": (kernel) => {
    const l = kernel.runPython("[3, 1, 10]");
    ok(l.sort() === l);
    equal([...l], [1, 10, 3]);
    l.sort((/** @type {number} */ a, /** @type {number} */ b) => b - a);
    equal([...l], [10, 3, 1]);
    ok(l.reverse() === l);
    equal([...l], [1, 3, 10]);
    equal(l.push(4, 5), 5);
    equal([l.pop(), l.shift()], [5, 1]);
    equal(l.unshift(8, 9), 5);
    equal([...l], [8, 9, 3, 10, 4]);
    equal(l.splice(1, 2, "a", "b", "c"), [9, 3]);
    equal([...l], [8, "a", "b", "c", 10, 4]);
    equal(l.splice(4), [10, 4]);
    equal(l.splice(-1, 1), ["c"]);
    equal([...l.fill(0, 1)], [8, 0, 0]);
    equal([...l.copyWithin(1, 0, 1)], [8, 8, 0]);
    const empty = kernel.runPython("[]");
    equal([empty.pop(), empty.shift()], [undefined, undefined]);
    throws(() => kernel.runPython("[2, 1]").sort(() => { throw new Error("no order"); }), "no order");
  },
  "asJsJson sees dicts as objects and lists as arrays": (kernel) => {
    const data = kernel.runPython("data = {'a': [1, {'b': None, 'keys': 2}], 'c': {'d': 'e'}, 5: (1, 2), 'f': True}; data");
    const json = data.asJsJson();
    equal(JSON.stringify(json), '{"a":[1,{"keys":2}],"c":{"d":"e"},"5":[1,2],"f":true}');
    equal(json.a[1].keys, 2);
    equal(json.c.d, "e");
    equal(json[5][1], 2);
    equal(Object.keys(json), ["a", "c", "5", "f"]);
    json.c.d = "changed";
    equal(kernel.runPython("data['c']['d']"), "changed");
    delete json.f;
    equal(kernel.runPython("'f' in data"), false);
    ok(json.a === data.asJsJson().a);
    equal(kernel.runPython("[[1], {'a': 2}]").asJsJson()[1].a, 2);
    equal([...kernel.runPython("[{'a': 2}]").asJsJson()].map((item) => item.a), [2]);
    ok(kernel.runPython("lambda o: o is data")(json));
  },
  "JSON.stringify of a list in itself throws, and harms nothing": (kernel) => {
    const ring = kernel.runPython("ring = [1]\nring.append(ring)\nring");
    for (let i = 0; i < 3; i += 1) throws(() => JSON.stringify(ring), "Maximum call stack size exceeded");
    throws(() => JSON.stringify(ring.asJsJson()), "Maximum call stack size exceeded");
    // What the interpreter had locked when the stack ended would still be.
    equal(kernel.runPython("import sys\nsys.intern('a text that nobody has had before')\nlen(ring)"), 2);
  },
  "toJs converts deeply": (kernel) => {
    equal(kernel.runPython("{'a': [1, (2, {'b': {3}})], 'n': None}").toJs(), { a: [1, [2, { b: new Set([3]) }]], n: undefined });
    const shallow = kernel.runPython("[[1], [2]]").toJs({ depth: 1 });
    ok(Array.isArray(shallow) && shallow[0] instanceof kernel.ffi.PyProxy);
    equal(kernel.runPython("[1, 2]").toJs({ depth: 0 }).type, "list");
    ok(kernel.runPython("b'ab'").toJs() instanceof Uint8Array);
    const cycle = kernel.runPython("c = [1]; c.append(c); c").toJs();
    ok(cycle[1] === cycle);
    const shared = kernel.runPython("s = []; [s, s]").toJs();
    ok(shared[0] === shared[1]);
  },
  "toJs takes converters": (kernel) => {
    equal(kernel.runPython("{'a': {'b': 1}}").toJs({ dict_converter: Object.fromEntries }), { a: { b: 1 } });
    const map = kernel.runPython("{'a': {'b': 1}}").toJs({ dict_converter: (/** @type {Iterable<[string, unknown]>} */ items) => new Map(items) });
    ok(map instanceof Map && map.get("a") instanceof Map);
    /** @type {any[]} */
    const proxies = [];
    const list = kernel.runPython("[object(), 1]").toJs({ pyproxies: proxies });
    ok(proxies.length === 1 && proxies[0] === list[0]);
    throws(() => kernel.runPython("[object()]").toJs({ create_pyproxies: false }), "ConversionError");
    const named = kernel.runPython("class P:\n  x = 4\n[P()]").toJs({ default_converter: (/** @type {any} */ o) => ({ x: o.x }) });
    equal(named, [{ x: 4 }]);
  },
  "toPy is the way back": (kernel) => {
    equal(kernel.toPy({ a: [1, { b: 2 }] }).type, "dict");
    equal(kernel.runPython("lambda o: repr(o)")(kernel.toPy({ a: [1, { b: 2 }], m: new Map([["k", new Set([1])]]) })), "{'a': [1, {'b': 2}], 'm': {'k': {1}}}");
    equal(kernel.toPy(5), 5);
    equal(kernel.toPy("x"), "x");
    const shallow = kernel.toPy([[1]], { depth: 1 });
    ok(Array.isArray(shallow[0]));
    equal(kernel.toPy(new (class Own { value = 3; })(), { defaultConverter: (/** @type {any} */ o) => o.value }), 3);
  },
});
