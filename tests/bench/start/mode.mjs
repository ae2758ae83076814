/**
 * The rows of `start`: how long a visitor waits for a greeting, and what it costs.
 *
 * @typedef {import("../types.js").Options} Options
 * @typedef {import("../types.js").Row} Row
 * @typedef {import("../types.js").Load} Load
 * @typedef {import("../types.js").Again} Again
 * @typedef {import("../types.js").EngineId} EngineId
 * @typedef {{ cold: Load, warm: Load, again: Again }} Seen
 * @typedef {Seen | { fault: string }} Visit
 */
import { reason, withFreshBrowser } from "../lib/browser.mjs";
import { rotated } from "../lib/rounds.mjs";
import { installProbe } from "./probe.mjs";
import { load, loadAgain } from "./load.mjs";

/** @type {readonly { name: string, of: (visit: Seen) => number | null }[]} */
const ROWS = [
  { name: "cold start, ms", of: ({ cold }) => cold.ms },
  { name: "warm start, ms", of: ({ warm }) => warm.ms },
  { name: "second in the page, ready, ms", of: ({ again }) => again.second },
  { name: "worker, ready, ms", of: ({ again }) => again.worker },
  { name: "longest task over 50, cold, ms", of: ({ cold }) => cold.longest },
  { name: "tasks beyond 50 ms, cold, ms", of: ({ cold }) => cold.blocked },
  { name: "tasks beyond 50 ms, warm, ms", of: ({ warm }) => warm.blocked },
  { name: "on the wire, cold, kB", of: ({ cold }) => cold.wire / 1000 },
  { name: "on the wire, warm, kB", of: ({ warm }) => warm.wire / 1000 },
  { name: "requests, cold", of: ({ cold }) => cold.requests },
  { name: "WebAssembly memory, MB", of: ({ cold }) => cold.wasm / 1e6 },
  { name: "JavaScript heap, MB", of: ({ cold }) => cold.heap / 1e6 },
  { name: "process, resident, MB", of: ({ cold }) => (cold.resident === null ? null : cold.resident / 1e6) },
];

/** How long a first visit lasts after its figures are taken, in milliseconds: V8's compiled WebAssembly is kept two seconds after the last of it. */
const STAY = 4000;

/**
 * A cold visit and a warm one in a browser of their own, then a page with two engines and a worker.
 *
 * @param {typeof import("playwright-core")} playwright
 * @param {string} origin
 * @param {EngineId} id
 * @param {Options} options
 * @returns {Promise<Visit>}
 */
async function visit(playwright, origin, id, options) {
  try {
    return await withFreshBrowser(playwright, async (context) => {
      await context.addInitScript(installProbe);
      const path = `/bench/start/${id}.html`;
      const cold = await load(context, origin, path, { ...options, stay: STAY });
      const warm = await load(context, origin, path, { ...options, stay: 0 });
      const foreign = [...cold.foreign, ...warm.foreign];
      if (foreign.length > 0) return { fault: `asked another origin: ${foreign.join(" ")}` };
      return { cold, warm, again: await loadAgain(context, origin, id) };
    });
  } catch (error) {
    return { fault: reason(error) };
  }
}

/**
 * @param {typeof import("playwright-core")} playwright
 * @param {string} origin
 * @param {Options} options
 * @param {(line: string) => void} say
 * @returns {Promise<{ rows: Row[], raw: Partial<Record<EngineId, Visit[]>> }>}
 */
export async function measureStart(playwright, origin, options, say) {
  /** @type {Partial<Record<EngineId, Visit[]>>} */
  const raw = {};
  for (const id of options.engines) {
    say(`${id}: a visit that does not count (compresses what is served)`);
    await visit(playwright, origin, id, { ...options, throttle: null });
    raw[id] = [];
  }
  for (let round = 0; round < options.rounds; round++) {
    for (const id of rotated(options.engines, round)) {
      const one = await visit(playwright, origin, id, options);
      raw[id]?.push(one);
      const text = "fault" in one ? one.fault : `cold ${Math.round(one.cold.ms)} ms, warm ${Math.round(one.warm.ms)} ms, second ${Math.round(one.again.second ?? 0)} ms, worker ${Math.round(one.again.worker)} ms`;
      say(`round ${round + 1} of ${options.rounds}: ${id}: ${text}`);
    }
  }
  return { rows: ROWS.map(({ name, of }) => row(name, of, raw)), raw };
}

/**
 * @param {string} name
 * @param {(visit: Seen) => number | null} of
 * @param {Partial<Record<EngineId, Visit[]>>} raw
 * @returns {Row}
 */
function row(name, of, raw) {
  /** @type {Row} */
  const made = { name, series: {} };
  for (const [id, visits] of Object.entries(raw)) {
    /** @type {number[]} */
    const values = [];
    /** @type {string | null} */
    let fault = null;
    for (const one of visits) {
      if ("fault" in one) fault ??= one.fault;
      else values.push(of(one) ?? Number.NaN);
    }
    made.series[/** @type {EngineId} */ (id)] = { values, fault };
  }
  return made;
}
