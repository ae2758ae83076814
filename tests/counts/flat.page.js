// Does the same work many times and says what it left: `kraitFlat(name, times)` in a page of its own.
import { settled } from "../support/settled.js";
import { FLAT } from "./flat.mjs";

/** The memory of the kernel, which its interface does not give away. @type {WebAssembly.Memory | undefined} */
let memory;
for (const name of /** @type {const} */ (["instantiate", "instantiateStreaming"])) {
  const original = /** @type {(...args: any[]) => Promise<any>} */ (WebAssembly[name]);
  /** @type {any} */ (WebAssembly)[name] = async (/** @type {any[]} */ ...args) => {
    const made = await original.apply(WebAssembly, args);
    memory ??= (made.instance ?? made).exports.memory;
    return made;
  };
}
const { createKernel } = await import("/pkg/kernel.js");

/** Items between two turns of the loop: finalizers run in turns only. */
const BATCH = 1000;

/** Items between two collections. The browser sees the few bytes of a proxy, not the Python object behind it: by itself it
 * collects late, and how late is no property of ours. */
const COLLECT = 5_000;

/** @param {string} name @param {number} times */
globalThis.kraitFlat = async (name, times) => {
  const work = FLAT.find((candidate) => candidate.name === name);
  if (work === undefined) throw new Error(`there is no work "${name}"`);
  const kernel = await createKernel();
  await kernel.runPythonAsync(work.code);
  const channel = new MessageChannel();
  const turn = () =>
    new Promise((done) => {
      channel.port1.onmessage = done;
      channel.port2.postMessage(0);
    });
  const some = async (/** @type {number} */ count) => {
    for (let done = 0; done < count; done += BATCH) {
      work.batch(kernel, Math.min(BATCH, count - done));
      await turn();
      if (done % COLLECT === 0) /** @type {any} */ (globalThis).gc();
    }
  };
  const look = async (/** @type {{ handles: number, objects: number }} */ floor) => {
    const { handles, objects } = await settled(kernel, floor);
    const heap = /** @type {any} */ (performance).memory.usedJSHeapSize;
    return { handles, objects, wasm: memory?.buffer.byteLength ?? Number.NaN, heap };
  };
  await some(BATCH);
  const start = await look({ handles: 0, objects: 0 });
  // What the allocators keep for later use is there after the first half.
  await some(times / 2);
  const middle = await look(start);
  await some(times / 2);
  return { start, middle, end: await look(start) };
};
