/**
 * Calls, attributes, iteration, callbacks, exceptions.
 *
 * @typedef {import("../types.js").FfiRow} FfiRow
 */

const CALLS_A_RUN = 10_000;

/**
 * JavaScript calls a Python function.
 *
 * @param {number} args
 * @returns {FfiRow}
 */
function into(args) {
  const names = ["a", "b", "c", "d"].slice(0, args);
  const sum = names.length === 0 ? "1" : names.join(" + ");
  return {
    name: `JS calls Py, ${args} ${args === 1 ? "argument" : "arguments"}, 10 k`,
    python: `def f(${names.join(", ")}):\n    return ${sum}\n`,
    twin: () => ({ f: (/** @type {number[]} */ ...given) => (args === 0 ? 1 : given.reduce((x, y) => x + y)) }),
    drive(names) {
      const f = names.get("f");
      let total = 0;
      if (args === 0) for (let i = 0; i < CALLS_A_RUN; i++) total += f();
      else if (args === 1) for (let i = 0; i < CALLS_A_RUN; i++) total += f(i);
      else for (let i = 0; i < CALLS_A_RUN; i++) total += f(i, 1, 2, 3);
      f.destroy?.();
      return String(total);
    },
    expected: String(args === 0 ? CALLS_A_RUN : (CALLS_A_RUN * (CALLS_A_RUN - 1)) / 2 + (args === 4 ? 6 * CALLS_A_RUN : 0)),
  };
}

const PRELUDE = "from js import ffi\n\n";

/** @type {readonly FfiRow[]} */
export const CALLS = [
  into(0),
  into(1),
  into(4),
  {
    name: "Py calls JS, 10 k",
    shared: () => ({ f: (/** @type {number} */ x) => x + 1 }),
    python: `${PRELUDE}
def run():
    f = ffi.f
    total = 0
    for i in range(10_000):
        total += f(i)
    return str(total)
`,
    twin: (ffi) => ({
      run() {
        let total = 0;
        for (let i = 0; i < 10_000; i++) total += ffi.f(i);
        return String(total);
      },
    }),
    expected: "50005000",
  },
  {
    name: "attribute get, 10 k",
    shared: () => ({ number: 7 }),
    python: `${PRELUDE}
def run():
    total = 0
    for i in range(10_000):
        total += ffi.number
    return str(total)
`,
    twin: (ffi) => ({
      run() {
        let total = 0;
        for (let i = 0; i < 10_000; i++) total += ffi.number;
        return String(total);
      },
    }),
    expected: "70000",
  },
  {
    name: "attribute set, 10 k",
    shared: () => ({ number: 0 }),
    python: `${PRELUDE}
def run():
    for i in range(10_000):
        ffi.number = i
    return str(ffi.number)
`,
    twin: (ffi) => ({
      run() {
        for (let i = 0; i < 10_000; i++) ffi.number = i;
        return String(ffi.number);
      },
    }),
    expected: "9999",
  },
  {
    name: "method call with a string, 10 k",
    shared: () => ({ measure: (/** @type {string} */ text) => text.length }),
    python: `${PRELUDE}
def run():
    total = 0
    for i in range(10_000):
        total += ffi.measure("some text")
    return str(total)
`,
    twin: (ffi) => ({
      run() {
        let total = 0;
        for (let i = 0; i < 10_000; i++) total += ffi.measure("some text");
        return String(total);
      },
    }),
    expected: "90000",
  },
  {
    name: "iteration of a 100 k array",
    shared: () => ({ numbers: Array.from({ length: 100_000 }, (_, i) => i % 1000) }),
    python: `${PRELUDE}
def run():
    total = 0
    for number in ffi.numbers:
        total += number
    return str(total)
`,
    twin: (ffi) => ({
      run() {
        let total = 0;
        for (const number of ffi.numbers) total += number;
        return String(total);
      },
    }),
    expected: "49950000",
  },
  {
    name: "callback made and dropped, 5 k",
    shared: () => ({ call: (/** @type {(x: number) => number} */ f) => f(1) }),
    python: `${PRELUDE}
def run():
    total = 0
    for i in range(5_000):
        total += ffi.call(lambda x: x + i)
    return str(total)
`,
    twin: (ffi) => ({
      run() {
        let total = 0;
        for (let i = 0; i < 5_000; i++) total += ffi.call((/** @type {number} */ x) => x + i);
        return String(total);
      },
    }),
    expected: "12502500",
  },
  {
    name: "exception of JS caught in Py, 2 k",
    shared: () => ({
      fail() {
        throw new RangeError("no");
      },
    }),
    python: `${PRELUDE}
def run():
    caught = 0
    for i in range(2_000):
        try:
            ffi.fail()
        except Exception as error:
            caught += "no" in str(error)
    return str(caught)
`,
    twin: (ffi) => ({
      run() {
        let caught = 0;
        for (let i = 0; i < 2_000; i++) {
          try {
            ffi.fail();
          } catch (error) {
            caught += Number(String(error).includes("no"));
          }
        }
        return String(caught);
      },
    }),
    expected: "2000",
  },
  {
    name: "exception of Py caught in JS, 2 k",
    python: `
def fail():
    raise ValueError("no")
`,
    twin: () => ({
      fail() {
        throw new RangeError("no");
      },
    }),
    drive(names) {
      const fail = names.get("fail");
      let caught = 0;
      for (let i = 0; i < 2_000; i++) {
        try {
          fail();
        } catch (error) {
          caught += Number(String(error).includes("no"));
        }
      }
      fail.destroy?.();
      return String(caught);
    },
    expected: "2000",
  },
];
