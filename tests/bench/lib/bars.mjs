/**
 * The promises that the project makes about its figures.
 *
 * @typedef {import("../types.js").Bar} Bar
 * @typedef {import("../types.js").Mode} Mode
 * @typedef {import("../types.js").Row} Row
 */
import { geometricMean } from "./stats.mjs";
import { figure, medianOf, ratioOf } from "./table.mjs";

/**
 * @param {Mode} mode
 * @param {readonly Row[]} rows
 * @returns {Bar[]}
 */
export function barsOf(mode, rows) {
  const row = (/** @type {string} */ name) => rows.find((candidate) => candidate.name === name);
  if (mode === "start") {
    return [
      {
        text: "cold start, Krait / PyScript on Pyodide",
        actual: ratioOf(row("cold start, ms"), "krait", "pyodide"),
        limit: 0.3,
        show: figure,
      },
      {
        text: "hello world on the wire, kB",
        actual: medianOf(row("on the wire, cold, kB"), "krait"),
        limit: 4200,
        show: figure,
      },
    ];
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
export function barLine({ text, actual, limit, show }) {
  if (actual === null) return `no figure: ${text}, at most ${show(limit)}`;
  return `${actual <= limit ? "pass" : "MISS"}: ${text}: ${show(actual)}, at most ${show(limit)}`;
}
