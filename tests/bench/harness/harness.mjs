/**
 * Runs in the page: starts one engine, then times programs in it.
 *
 * @typedef {import("../types.js").Adapter} Adapter
 * @typedef {import("../types.js").ProgramMode} ProgramMode
 * @typedef {object} PageOfProgram
 * @property {(stage: Element) => void} setup
 * @property {(stage: Element, result: string) => string | null} check
 */
import { ROWS } from "../ffi/rows.mjs";

/**
 * How long a program runs before it is timed, in milliseconds: engines compile what is hot while it runs. The rows of `ffi` are
 * short, and the browser counts the work of a function, not its time: it takes most of a second until all is compiled.
 *
 * @type {Record<ProgramMode, number>}
 */
const WARM_UP = { compute: 200, dom: 200, ffi: 1500 };

/** @type {Adapter | null} */
let adapter = null;

/**
 * @param {ProgramMode} mode
 * @param {string} name
 * @returns {Promise<PageOfProgram | null>}
 */
async function pageOf(mode, name) {
  if (mode !== "dom") return null;
  return /** @type {PageOfProgram} */ (await import(`/bench/dom/${name}.page.js`));
}

/** Lets the page draw what is pending, so that no run pays for the one before. */
async function settle() {
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
}

/**
 * @param {string} name
 * @param {Adapter} engine
 * @returns {Promise<() => Promise<string>>}
 */
async function prepareRow(name, engine) {
  const row = ROWS.find((candidate) => candidate.name === name);
  if (!row) throw new Error(`There is no row "${name}".`);
  globalThis.ffi = row.shared?.();
  const names = await engine.define(row);
  const { drive } = row;
  if (drive) return async () => drive(names);
  const run = names.get("run");
  return async () => String(await run());
}

/** @type {import("../types.js").Bench} */
const bench = {
  async boot(engine) {
    const before = performance.now();
    /** @type {{ boot: () => Promise<Adapter> }} */
    const module = await import(`/bench/engines/${engine}.mjs`);
    adapter = await module.boot();
    return performance.now() - before;
  },

  async measure(mode, name, runs) {
    if (!adapter) throw new Error("No engine has been started.");
    const stage = document.querySelector("#stage");
    if (!stage) throw new Error("The harness page has no stage.");
    const page = await pageOf(mode, name);
    const run = mode === "ffi" ? await prepareRow(name, adapter) : await adapter.prepare(mode, name);
    /** @type {number[]} */
    const times = [];
    /** @type {string[]} */
    const results = [];
    /** @type {string | null} */
    let complaint = null;
    let cold = 0;
    while (times.length <= runs) {
      const warm = cold >= WARM_UP[mode];
      if (page || warm || times.length === 0) {
        stage.replaceChildren();
        page?.setup(stage);
        await settle();
      }
      const before = performance.now();
      const result = await run();
      const took = performance.now() - before;
      if (warm || times.length === 0) times.push(took);
      // The clock of a browser may not see a short run at all.
      cold += Math.max(took, 0.01);
      results.push(result);
      complaint ??= page?.check(stage, result) ?? null;
    }
    stage.replaceChildren();
    const [first = Number.NaN, ...rest] = times;
    return { first, times: rest, results, complaint };
  },
};

globalThis.bench = bench;
