/**
 * Turns rows into Markdown.
 *
 * @typedef {import("../types.js").Row} Row
 * @typedef {import("../types.js").Series} Series
 * @typedef {import("../types.js").EngineId} EngineId
 */
import { engine } from "../engines/list.mjs";
import { geometricMean, median } from "./stats.mjs";

/**
 * Which ratios a table shows: the first over the second.
 *
 * @type {readonly (readonly [EngineId, EngineId])[]}
 */
const RATIOS = [
  ["pyodide", "js"],
  ["micropython", "js"],
  ["krait", "js"],
  ["krait", "pyodide"],
  ["krait", "micropython"],
];

/**
 * @param {number} value
 * @returns {string}
 */
export function figure(value) {
  if (!Number.isFinite(value)) return "-";
  if (Number.isInteger(value)) return String(value);
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/**
 * The median of a series that counts.
 *
 * @param {Row | undefined} row
 * @param {EngineId} id
 * @returns {number | null}
 */
export function medianOf(row, id) {
  const series = row?.series[id];
  if (!series || series.fault !== null || series.values.length === 0) return null;
  const value = median(series.values);
  return Number.isFinite(value) ? value : null;
}

/**
 * @param {Row | undefined} row
 * @param {EngineId} over
 * @param {EngineId} under
 * @returns {number | null}
 */
export function ratioOf(row, over, under) {
  const a = medianOf(row, over);
  const b = medianOf(row, under);
  return a === null || b === null || b === 0 ? null : a / b;
}

/**
 * @param {Series | undefined} series
 * @returns {string}
 */
function cell(series) {
  if (!series) return "not run";
  if (series.fault?.startsWith("wrong")) return "wrong";
  if (series.fault !== null) return series.fault === "not built" ? "not built" : "error";
  const middle = figure(median(series.values));
  const least = figure(Math.min(...series.values));
  return middle === least ? middle : `${middle} (${least})`;
}

/** @param {string[]} cells */
function line(cells) {
  return `| ${cells.join(" | ")} |`;
}

/**
 * @param {readonly Row[]} rows
 * @param {readonly EngineId[]} ids
 * @param {{ programs: boolean }} options programs have a mean, and JavaScript as their measure; a start has neither
 * @returns {string}
 */
export function table(rows, ids, { programs }) {
  const ratios = RATIOS.filter(
    ([over, under]) => ids.includes(over) && ids.includes(under) && (programs || under !== "js"),
  );
  const title = (/** @type {EngineId} */ id) => engine(id).title;
  const head = ["", ...ids.map(title), ...ratios.map((pair) => pair.map(title).join(" / "))];
  const lines = [line(head), line(head.map((_, i) => (i === 0 ? "---" : "---:")))];
  for (const row of rows) {
    const shown = ratios.map(([over, under]) => {
      const ratio = ratioOf(row, over, under);
      return ratio === null ? "-" : figure(ratio);
    });
    lines.push(line([row.name, ...ids.map((id) => cell(row.series[id])), ...shown]));
  }
  if (programs) {
    const means = ratios.map(([over, under]) => {
      const known = rows.map((row) => ratioOf(row, over, under)).filter((ratio) => ratio !== null);
      if (known.length === 0) return "-";
      const text = figure(geometricMean(known));
      return known.length === rows.length ? text : `${text} (of ${known.length})`;
    });
    lines.push(line(["geometric mean", ...ids.map(() => ""), ...means]));
  }
  return lines.join("\n");
}

/**
 * What a cell of the table has no room for.
 *
 * @param {readonly Row[]} rows
 * @returns {string[]}
 */
export function faults(rows) {
  return rows.flatMap((row) =>
    Object.entries(row.series).flatMap(([id, series]) =>
      series.fault === null || series.fault === "not built"
        ? []
        : [`${engine(/** @type {EngineId} */ (id)).title}, ${row.name}: ${series.fault}`],
    ),
  );
}

/**
 * The rows in which Krait is behind a peer.
 *
 * @param {readonly Row[]} rows
 * @returns {string[]}
 */
export function losses(rows) {
  /** @type {EngineId[]} */
  const peers = ["pyodide", "micropython"];
  return peers.flatMap((peer) => {
    const lost = rows.filter((row) => (ratioOf(row, "krait", peer) ?? 0) > 1).map(({ name }) => name);
    return lost.length === 0 ? [] : [`Krait is behind ${engine(peer).title} in ${lost.length} of ${rows.length}: ${lost.join("; ")}.`];
  });
}

/**
 * How Krait's first runs compare with Pyodide's: what a warm-up hides.
 *
 * @param {readonly Row[]} rows
 * @returns {string[]}
 */
export function firstRuns(rows) {
  const ratios = rows.flatMap(({ name, series: { krait, pyodide } }) => {
    if (!krait?.first || !pyodide?.first || krait.fault !== null || pyodide.fault !== null) return [];
    const ratio = median(krait.first) / median(pyodide.first);
    return Number.isFinite(ratio) && ratio > 0 ? [{ name, ratio }] : [];
  });
  if (ratios.length === 0) return [];
  const behind = ratios.filter(({ ratio }) => ratio > 1).map(({ name, ratio }) => `${name} (${figure(ratio)})`);
  const mean = figure(geometricMean(ratios.map(({ ratio }) => ratio)));
  return [`Of the first runs, before any warm-up, the geometric mean of Krait / Pyodide is ${mean}; behind in ${behind.length} of ${ratios.length}${behind.length === 0 ? "" : `: ${behind.join("; ")}`}.`];
}
