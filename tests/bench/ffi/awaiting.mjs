/**
 * Awaiting: promises from Python, and turns of the loop.
 *
 * @typedef {import("../types.js").FfiRow} FfiRow
 */

/** @type {readonly FfiRow[]} */
export const AWAITING = [
  {
    name: "await of a resolved promise, 10 k",
    shared: () => ({ promise: Promise.resolve(2) }),
    python: `from js import ffi

async def run():
    total = 0
    for i in range(10_000):
        total += await ffi.promise
    return str(total)
`,
    twin: (ffi) => ({
      async run() {
        let total = 0;
        for (let i = 0; i < 10_000; i++) total += await ffi.promise;
        return String(total);
      },
    }),
    expected: "20000",
  },
  {
    name: "asyncio.sleep(0), 10 k",
    python: `import asyncio

async def run():
    count = 0
    for i in range(10_000):
        await asyncio.sleep(0)
        count += 1
    return str(count)
`,
    twin: () => ({
      async run() {
        const { port1, port2 } = new MessageChannel();
        let count = 0;
        for (let i = 0; i < 10_000; i++) {
          await new Promise((done) => {
            port1.onmessage = done;
            port2.postMessage(0);
          });
          count += 1;
        }
        port1.close();
        return String(count);
      },
    }),
    expected: "10000",
  },
];
