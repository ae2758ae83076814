import { equal, ok, run } from "../cases.js";

/** All that was reported since the last look: what kind of event, and what was thrown. @type {[string, any][]} */
let heard = [];
globalThis.addEventListener("error", (event) => {
  heard.push(["error", event.error]);
  event.preventDefault();
});
globalThis.addEventListener("unhandledrejection", (event) => {
  heard.push(["rejection", event.reason]);
  event.preventDefault();
});

/** A turn of the loop later, when events of what was thrown have been dispatched. */
async function reported() {
  for (let turn = 0; turn < 3; turn++) await new Promise((done) => setTimeout(done));
  const all = heard;
  heard = [];
  return all;
}

const raises = "def raises(*args):\n  raise ValueError('mine')\nraises";

/** @param {[string, any][]} all @param {string} kind @param {string} type */
function once(all, kind, type) {
  equal(all.map(([kind]) => kind), [kind]);
  const [[, error]] = all;
  equal(error.name, "PythonError");
  equal(error.type, type);
  ok(error.message.startsWith("Traceback (most recent call last):\n"), error.message);
}

await run({
  "a timer's callback": async (kernel) => {
    const callback = kernel.runPython(raises);
    setTimeout(callback, 0, 1);
    await new Promise((done) => setTimeout(done, 1));
    once(await reported(), "error", "ValueError");
    callback.destroy();
  },
  "a timer's callback that Python gave away": async (kernel) => {
    kernel.runPython(`${raises}\nimport js\nfrom pyodide.ffi import create_once_callable\njs.setTimeout(create_once_callable(raises), 0)\nNone`);
    await new Promise((done) => setTimeout(done, 1));
    once(await reported(), "error", "ValueError");
  },
  "a listener; the others hear the event all the same": async (kernel) => {
    const target = new EventTarget();
    let others = 0;
    kernel.globals.set("target", target);
    kernel.runPython(`${raises}\ntarget.addEventListener("go", raises)\nNone`);
    target.addEventListener("go", () => (others += 1));
    target.dispatchEvent(new Event("go"));
    target.dispatchEvent(new Event("go"));
    equal(others, 2);
    equal((await reported()).map(([kind, error]) => `${kind} ${error.type}`), ["error ValueError", "error ValueError"]);
    kernel.runPython("target.removeEventListener('go', raises)");
    target.dispatchEvent(new Event("go"));
    equal(await reported(), []);
  },
  "a microtask": async (kernel) => {
    const callback = kernel.runPython(raises);
    queueMicrotask(callback);
    once(await reported(), "error", "ValueError");
    callback.destroy();
  },
  "a coroutine function called by JavaScript rejects, and is quiet if somebody takes the rejection": async (kernel) => {
    const callback = kernel.runPython("import asyncio\nclass Own(Exception): pass\nasync def fails():\n  await asyncio.sleep(0)\n  raise Own\nfails");
    // A coroutine is begun by whoever asks for its promise.
    Promise.resolve(callback());
    once(await reported(), "rejection", "Own");
    const taken = await Promise.resolve(callback()).catch((/** @type {any} */ error) => error.type);
    equal(taken, "Own");
    equal(await reported(), []);
    callback.destroy();
  },
  "a handler of then() rejects its promise": async (kernel) => {
    const callback = kernel.runPython(raises);
    Promise.resolve(1).then(callback);
    once(await reported(), "rejection", "ValueError");
    callback.destroy();
  },
});
