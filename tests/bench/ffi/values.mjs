/**
 * Deep conversion, strings and buffers.
 *
 * @typedef {import("../types.js").FfiRow} FfiRow
 */

/** MicroPython has the function elsewhere, and its own meaning of it: dicts become objects. */
const TO_JS = `
from js import Object, ffi

try:
    from pyodide.ffi import to_js as convert

    def to_js(value):
        return convert(value, dict_converter=Object.fromEntries)
except ImportError:
    from jsffi import to_js
`;

/**
 * About 100 bytes of JSON each.
 *
 * @param {number} count
 */
function records(count) {
  return Array.from({ length: count }, (_, i) => ({
    id: i,
    name: `record ${i}`,
    price: i + 0.25,
    tags: ["one", "two", `tag-${i % 10}`],
    stock: { here: i % 7, there: null, open: i % 2 === 0 },
  }));
}

/**
 * @param {string} size
 * @param {number} count records
 * @param {number} times
 * @returns {FfiRow[]}
 */
function deep(size, count, times) {
  const text = JSON.stringify(records(count));
  const expected = String(times * text.length);
  return [
    {
      name: `to_js of ${size} of JSON, x ${times}`,
      shared: () => ({ text, size: (/** @type {unknown} */ value) => JSON.stringify(value, (_, x) => (x === undefined ? null : x)).length }),
      python: `import json
${TO_JS}
value = json.loads(ffi.text)

def run():
    for i in range(${times}):
        made = to_js(value)
    return str(ffi.size(made) * ${times})
`,
      twin: (ffi) => {
        const value = JSON.parse(text);
        return {
          run() {
            let made;
            for (let i = 0; i < times; i++) made = structuredClone(value);
            return String(ffi.size(made) * times);
          },
        };
      },
      expected,
    },
    {
      name: `to_py of ${size} of JSON, x ${times}`,
      shared: () => ({ value: JSON.parse(text) }),
      python: `from js import ffi

def run():
    for i in range(${times}):
        made = ffi.value.to_py()
    last = made[-1]
    assert last["id"] == ${count - 1} and last["tags"][0] == "one" and last["price"] == ${count - 1}.25
    assert sum(len(record) for record in made) == 5 * ${count}
    return str(len(made))
`,
      twin: (ffi) => ({
        run() {
          let made;
          for (let i = 0; i < times; i++) made = structuredClone(ffi.value);
          return String(made.length);
        },
      }),
      expected: String(count),
    },
  ];
}

/**
 * @param {string} size
 * @param {number} length
 * @param {number} times
 * @returns {FfiRow[]}
 */
function strings(size, length, times) {
  const expected = String(length * times);
  /** Some that differ, so that none is remembered from the time before. @param {number} i */
  const text = (i) => String(i).padStart(length, i % 2 === 0 ? "abcdefghi " : "été ");
  const texts = () => Array.from({ length: Math.min(times, 50) }, (_, i) => text(i));
  return [
    {
      name: `string of ${size} to JS, x ${times}`,
      shared: () => ({ texts: texts(), measure: (/** @type {string} */ given) => given.length }),
      python: `from js import ffi

texts = [str(ffi.texts[i]) for i in range(ffi.texts.length)]
count = len(texts)

def run():
    measure = ffi.measure
    total = 0
    for i in range(${times}):
        total += measure(texts[i % count])
    return str(total)
`,
      twin: (ffi) => ({
        run() {
          let total = 0;
          for (let i = 0; i < times; i++) total += ffi.measure(ffi.texts[i % ffi.texts.length]);
          return String(total);
        },
      }),
      expected,
    },
    {
      name: `string of ${size} to Py, x ${times}`,
      shared: () => {
        const all = texts();
        let next = 0;
        return { give: () => all[next++ % all.length] };
      },
      python: `from js import ffi

def run():
    give = ffi.give
    total = 0
    for i in range(${times}):
        total += len(give())
    return str(total)
`,
      twin: (ffi) => ({
        run() {
          let total = 0;
          for (let i = 0; i < times; i++) total += ffi.give().length;
          return String(total);
        },
      }),
      expected,
    },
  ];
}

const MEGABYTE = 1_000_000;

/** @type {readonly FfiRow[]} */
export const VALUES = [
  ...deep("10 kB", 88, 20),
  ...deep("1 MB", 8500, 1),
  ...strings("10 B", 10, 10_000),
  ...strings("1 kB", 1000, 2_000),
  ...strings("1 MB", MEGABYTE, 20),
  {
    name: "buffer of 1 MB to JS, x 20",
    shared: () => ({ last: (/** @type {Uint8Array} */ bytes) => (bytes instanceof Uint8Array ? bytes[bytes.length - 1] : -1) }),
    python: `${TO_JS}
data = bytes([3]) * ${MEGABYTE}

def run():
    total = 0
    for i in range(20):
        total += ffi.last(to_js(data))
    return str(total)
`,
    twin: (ffi) => {
      const data = new Uint8Array(MEGABYTE).fill(3);
      return {
        run() {
          let total = 0;
          for (let i = 0; i < 20; i++) total += ffi.last(data.slice());
          return String(total);
        },
      };
    },
    expected: "60",
  },
  {
    name: "buffer of 1 MB to Py, x 20",
    shared: () => ({ data: new Uint8Array(MEGABYTE).fill(3) }),
    python: `from js import ffi

def run():
    total = 0
    for i in range(20):
        copy = ffi.data.to_bytes()
        total += copy[-1] if len(copy) == ${MEGABYTE} else -1
    return str(total)
`,
    twin: (ffi) => ({
      run() {
        let total = 0;
        for (let i = 0; i < 20; i++) total += ffi.data.slice().at(-1) ?? -1;
        return String(total);
      },
    }),
    expected: "60",
  },
];
