/**
 * The promises that the project makes about its figures.
 *
 * @typedef {import("../types.js").Bar} Bar
 * @typedef {import("../types.js").EngineId} EngineId
 * @typedef {import("../types.js").Mode} Mode
 * @typedef {import("../types.js").Row} Row
 */
import { geometricMean } from "./stats.mjs";
import { figure, medianOf, ratioOf } from "./table.mjs";

/** Why a bar is missed where it is, as far as it is known. It is said beside a bar that is missed, and nowhere else. */
const REASONS = new Map([
  ["cold start, Krait / PyScript on Pyodide", "on a slow line the bytes take most of it: see the row on the wire"],
  [
    "warm start, Krait / PyScript on Pyodide",
    "what a visit unpacks and compiles is the same whether it comes from the network or from the cache; what is saved is the wire",
  ],
  [
    "warm start, Krait / PyScript on MicroPython",
    "its wasm is a ninth of Krait's, which has the whole language; from the cache it is the unpacking and compiling that counts",
  ],
  [
    "cold start, Krait / PyScript on MicroPython",
    "its wasm is a ninth of Krait's, which has the whole language",
  ],
  ["a kernel in a worker, ms", "a worker that does nothing takes most of it (JavaScript's column); the rest compiles the wasm's functions again"],
]);

/**
 * @param {{ mode: Mode, throttle?: string | null }} options
 * @param {readonly Row[]} rows
 * @returns {Bar[]}
 */
export function barsOf({ mode, throttle = null }, rows) {
  const row = (/** @type {string} */ name) => rows.find((candidate) => candidate.name === name);
  if (mode === "start") {
    const ratio = (/** @type {string} */ name, /** @type {EngineId} */ peer) => ratioOf(row(name), "krait", peer);
    const krait = (/** @type {string} */ name) => medianOf(row(name), "krait");
    const sum = (/** @type {string[]} */ ...names) => names.reduce((/** @type {number | null} */ all, name) => {
      const one = krait(name);
      return all === null || one === null ? null : all + one;
    }, 0);
    /** @type {[text: string, actual: number | null, limit: number][]} */
    const bars = [
      ["cold start, Krait / PyScript on Pyodide", ratio("cold start, ms", "pyodide"), 0.12],
      ["warm start, Krait / PyScript on Pyodide", ratio("warm start, ms", "pyodide"), 0.1],
      // Without the wire only: there the one that is a ninth of the bytes must win.
      ...(throttle === null ? [/** @type {[string, number | null, number]} */ (["cold start, Krait / PyScript on MicroPython", ratio("cold start, ms", "micropython"), 1])] : []),
      ["warm start, Krait / PyScript on MicroPython", ratio("warm start, ms", "micropython"), 1],
      ["hello world on the wire, kB", krait("on the wire, cold, kB"), 2500],
      ["a second kernel in the page, ms", krait("second in the page, ready, ms"), 60],
      ["a kernel in a worker, ms", krait("worker, ready, ms"), 60],
      ["memory after hello world, MB", sum("WebAssembly memory, MB", "JavaScript heap, MB"), 40],
      ["longest task of a cold start, ms", krait("longest task over 50, cold, ms"), 50],
    ];
    return bars.map(([text, actual, limit]) => ({ text, actual, limit, show: figure, because: REASONS.get(text) }));
  }
  if (mode === "dom") {
    return [
      {
        text: "10 000 x querySelector and textContent, Krait / Pyodide",
        actual: ratioOf(row("set_text"), "krait", "pyodide"),
        limit: 0.5,
        show: figure,
      },
    ];
  }
  if (mode === "ffi") {
    const ratios = rows.map((row) => ratioOf(row, "krait", "pyodide"));
    const known = ratios.filter((ratio) => ratio !== null);
    // A row without a figure of Krait's misses the bar; one that Pyodide has no figure for cannot.
    const isWhole = rows.every((row) => medianOf(row, "krait") !== null);
    return [
      {
        text: "every row, the slowest of Krait / Pyodide",
        actual: isWhole && known.length > 0 ? Math.max(...known) : null,
        limit: 1,
        show: figure,
      },
      {
        text: "all rows, geometric mean of Krait / Pyodide",
        actual: isWhole && known.length > 0 ? geometricMean(known) : null,
        limit: 0.5,
        show: figure,
      },
    ];
  }
  return [];
}

/**
 * @param {Bar} bar
 * @returns {string}
 */
export function barLine({ text, actual, limit, show, because }) {
  if (actual === null) return `no figure: ${text}, at most ${show(limit)}`;
  if (actual <= limit) return `pass: ${text}: ${show(actual)}, at most ${show(limit)}`;
  return `MISS: ${text}: ${show(actual)}, at most ${show(limit)}${because === undefined ? "" : ` (${because})`}`;
}
