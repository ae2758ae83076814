/**
 * Runs in a page: a second engine beside the first, and one in a worker, each from asking for it to the answer of a first
 * program.
 *
 * @typedef {import("../types.js").EngineId} EngineId
 * @typedef {import("../types.js").Again} Again
 * @typedef {import("../types.js").Adapter} Adapter
 * @typedef {{ boot(given?: unknown): Promise<Adapter>, share?(): Promise<unknown> }} Engine
 */

/** The shortest program of which something can be seen. */
const PROGRAM = { name: "again", python: "def run():\n    return 6 * 7\n", twin: () => ({ run: () => 42 }), expected: "42" };

/**
 * @param {EngineId} id
 * @returns {Promise<Engine>}
 */
async function engineOf(id) {
  return import(`../engines/${id}.mjs`);
}

/**
 * @param {Adapter} adapter
 * @returns {Promise<void>}
 */
async function answer(adapter) {
  const names = await adapter.define(PROGRAM);
  const given = String(await names.get("run")());
  if (given !== PROGRAM.expected) throw new Error(`The first program returned ${given}, not ${PROGRAM.expected}.`);
}

/**
 * @param {EngineId} id
 * @param {unknown} given what the page shares with its workers, if the engine can
 * @returns {Promise<number>} milliseconds
 */
async function startWorker(id, given) {
  const begun = performance.now();
  const worker = new Worker(new URL(`again-worker.mjs#${id}`, import.meta.url), { type: "module" });
  try {
    await new Promise((done, fail) => {
      worker.onmessage = ({ data }) => (data === "ready" ? done(undefined) : fail(new Error(String(data))));
      worker.onerror = ({ message }) => fail(new Error(message));
      worker.postMessage(given);
    });
    return performance.now() - begun;
  } finally {
    worker.terminate();
  }
}

/**
 * @param {EngineId} id
 * @returns {Promise<Again>}
 */
export async function again(id) {
  const { boot, share } = await engineOf(id);
  await answer(await boot());
  let second = null;
  // JavaScript has no second one.
  if (id !== "js") {
    const begun = performance.now();
    await answer(await boot());
    second = performance.now() - begun;
  }
  return { second, worker: await startWorker(id, await share?.()) };
}

/**
 * The same in a worker.
 *
 * @param {EngineId} id
 * @param {unknown} given
 * @returns {Promise<void>}
 */
export async function bootAndAnswer(id, given) {
  const { boot } = await engineOf(id);
  await answer(await boot(given));
}
