/**
 * The rows of `compute`, `dom` and `ffi`: programs, each in every engine.
 *
 * @typedef {import("../types.js").Options} Options
 * @typedef {import("../types.js").Row} Row
 * @typedef {import("../types.js").EngineId} EngineId
 * @typedef {import("../types.js").Measured} Measured
 * @typedef {import("../types.js").ProgramMode} ProgramMode
 * @typedef {import("playwright-core").BrowserContext} BrowserContext
 * @typedef {Partial<Record<EngineId, Partial<Record<string, (Measured | { fault: string })[]>>>>} Raw
 */
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";

import { reason, withFreshBrowser, within } from "../lib/browser.mjs";
import { ROWS } from "../ffi/rows.mjs";
import { BENCH } from "../lib/paths.mjs";
import { rotated } from "../lib/rounds.mjs";

/** A program that takes longer, in milliseconds, is stuck. */
const PATIENCE = 90_000;

/**
 * A program is a pair of twins, `name.py` and `name.js`, or a row of `ffi`.
 *
 * @param {ProgramMode} mode
 * @returns {Promise<string[]>}
 */
async function programsOf(mode) {
  if (mode === "ffi") return ROWS.map(({ name }) => name);
  const files = await readdir(join(BENCH, mode));
  const stems = files.filter((file) => file.endsWith(".py")).map((file) => file.slice(0, -3));
  return stems.filter((stem) => files.includes(`${stem}.js`)).sort();
}

/**
 * @param {ProgramMode} mode
 * @returns {Promise<Record<string, string>>} by name of the program; none where the page checks
 */
async function expectedValues(mode) {
  if (mode === "dom") return {};
  if (mode === "ffi") return Object.fromEntries(ROWS.map(({ name, expected }) => [name, expected]));
  /** @type {{ values: Record<string, string> }} */
  const { values } = JSON.parse(await readFile(join(BENCH, "compute", "expected.json"), "utf8"));
  return values;
}

/**
 * @param {Measured} measured
 * @param {string | undefined} expected undefined where the page itself has checked
 * @returns {string | null}
 */
function wrong({ results, complaint }, expected) {
  if (complaint !== null) return `wrong: ${complaint}`;
  if (expected === undefined) return null;
  const bad = results.find((result) => result !== expected);
  return bad === undefined ? null : `wrong: returned ${bad}, not ${expected}`;
}

/**
 * Where one engine runs its programs in a round: a browser of its own with a fresh page. A program that fails gets a new page after
 * it, so that it takes none of the others with it.
 */
class Place {
  /** @type {import("playwright-core").Page | null} */
  #page = null;
  /** Why the engine does not start. @type {string | null} */
  #broken = null;

  /**
   * @param {EngineId} id
   * @param {BrowserContext} context
   * @param {string} origin
   */
  constructor(id, context, origin) {
    this.id = id;
    this.context = context;
    this.origin = origin;
  }

  async #open() {
    const page = await this.context.newPage();
    await page.goto(`${this.origin}/bench/harness/index.html`);
    await within(page.evaluate((engine) => globalThis.bench.boot(engine), this.id), PATIENCE, "starting the engine");
    return page;
  }

  /**
   * @param {ProgramMode} mode
   * @param {string} name
   * @param {number} runs
   * @returns {Promise<Measured | { fault: string }>}
   */
  async measure(mode, name, runs) {
    if (this.#broken !== null) return { fault: this.#broken };
    try {
      this.#page ??= await this.#open();
      const work = this.#page.evaluate(([m, n, r]) => globalThis.bench.measure(m, n, r), /** @type {const} */ ([mode, name, runs]));
      return await within(work, PATIENCE, "the program");
    } catch (error) {
      if (this.#page === null) this.#broken = reason(error);
      await this.#page?.close();
      this.#page = null;
      return { fault: reason(error) };
    }
  }
}

/**
 * @param {typeof import("playwright-core")} playwright
 * @param {string} origin
 * @param {readonly EngineId[]} ids
 * @param {(places: Place[]) => Promise<void>} use
 * @param {Place[]} [opened]
 * @returns {Promise<void>}
 */
function withPlaces(playwright, origin, ids, use, opened = []) {
  const [id, ...others] = ids;
  if (id === undefined) return use(opened);
  return withFreshBrowser(playwright, (context) => withPlaces(playwright, origin, others, use, [...opened, new Place(id, context, origin)]));
}

/**
 * @param {typeof import("playwright-core")} playwright
 * @param {string} origin
 * @param {Options} options
 * @param {(line: string) => void} say
 * @returns {Promise<{ rows: Row[], raw: Raw }>}
 */
export async function measurePrograms(playwright, origin, options, say) {
  if (options.mode === "start") throw new Error("A start is no program.");
  const { mode } = options;
  const names = await programsOf(mode);
  const expected = await expectedValues(mode);
  const missing = names.find((name) => mode === "compute" && expected[name] === undefined);
  if (missing !== undefined) throw new Error(`expected.json has no "${missing}". Run compute/expect.py.`);
  /** @type {Raw} */
  const raw = {};
  for (let round = 0; round < options.rounds; round++) {
    await withPlaces(playwright, origin, options.engines, async (places) => {
      // Program by program and not engine by engine: what else the machine does changes in minutes.
      for (const [index, name] of names.entries()) {
        say(`round ${round + 1} of ${options.rounds}: ${name}`);
        for (const place of rotated(places, round + index)) {
          const kept = ((raw[place.id] ??= {})[name] ??= []);
          // A row with one failure is a failed row: it is not asked again, since one that hangs takes all of `PATIENCE`.
          if (kept.some((outcome) => "fault" in outcome)) continue;
          kept.push(await place.measure(mode, name, options.runs));
        }
      }
    });
  }
  return { rows: names.map((name) => row(name, raw, expected[name])), raw };
}

/**
 * @param {string} name
 * @param {Raw} raw
 * @param {string | undefined} expected
 * @returns {Row}
 */
function row(name, raw, expected) {
  /** @type {Row} */
  const made = { name, series: {} };
  for (const [id, programs] of Object.entries(raw)) {
    /** @type {number[]} */
    const values = [];
    /** @type {number[]} */
    const first = [];
    /** @type {string | null} */
    let fault = null;
    for (const outcome of programs[name] ?? []) {
      if ("fault" in outcome) {
        fault ??= outcome.fault;
        continue;
      }
      values.push(...outcome.times);
      first.push(outcome.first);
      fault ??= wrong(outcome, expected);
    }
    made.series[/** @type {EngineId} */ (id)] = { values, first, fault };
  }
  return made;
}
