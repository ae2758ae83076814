/**
 * Reads the command line.
 *
 * @typedef {import("../types.js").Mode} Mode
 * @typedef {import("../types.js").Options} Options
 * @typedef {import("../types.js").EngineId} EngineId
 */
import { parseArgs } from "node:util";

import { ENGINES } from "../engines/list.mjs";

export const USAGE =
  "node tests/bench/run.mjs start|compute|dom|ffi [--rounds N] [--engines js,pyodide,micropython,krait] [--quick] [--throttle 4g] [--trace]";

/** Rounds that give a steady median: a start has one figure a round, a program has several. */
const ROUNDS = { start: 7, compute: 5, dom: 5, ffi: 5 };

export class UsageError extends Error {}

/**
 * @param {string | undefined} word
 * @returns {Mode}
 */
function mode(word) {
  if (word === "start" || word === "compute" || word === "dom" || word === "ffi") return word;
  throw new UsageError(`The first argument is start, compute, dom or ffi, not "${word ?? ""}".`);
}

/**
 * @param {string | undefined} list
 * @returns {EngineId[]}
 */
function engines(list) {
  if (list === undefined) return ENGINES.map(({ id }) => id);
  const wanted = list.split(",").filter((name) => name !== "");
  const unknown = wanted.find((name) => !ENGINES.some(({ id }) => id === name));
  if (unknown !== undefined) throw new UsageError(`--engines names "${unknown}", which is no engine.`);
  if (wanted.length === 0) throw new UsageError("--engines names no engine.");
  return ENGINES.map(({ id }) => id).filter((id) => wanted.includes(id));
}

/**
 * @param {string | undefined} text
 * @param {number} otherwise
 */
function rounds(text, otherwise) {
  if (text === undefined) return otherwise;
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) {
    throw new UsageError(`--rounds takes a whole number from 1 up, not "${text}".`);
  }
  return number;
}

/**
 * @param {string[]} given
 * @returns {Options}
 */
export function readOptions(given) {
  let parsed;
  try {
    parsed = parseArgs({
      args: given,
      allowPositionals: true,
      options: {
        rounds: { type: "string" },
        engines: { type: "string" },
        quick: { type: "boolean", default: false },
        throttle: { type: "string" },
        trace: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  const { values, positionals } = parsed;
  if (positionals.length > 1) throw new UsageError(`"${positionals[1]}" is one argument too many.`);
  const chosen = mode(positionals[0]);
  const { throttle } = values;
  if (throttle !== undefined && throttle !== "4g") {
    throw new UsageError(`--throttle knows 4g only, not "${throttle}".`);
  }
  if (throttle !== undefined && chosen !== "start") throw new UsageError("--throttle goes with start only.");
  const trace = values.trace === true;
  if (trace && (chosen !== "start" || throttle !== undefined)) throw new UsageError("--trace goes with start only, without --throttle.");
  const quick = values.quick === true;
  return {
    mode: chosen,
    rounds: rounds(values.rounds, quick ? 1 : ROUNDS[chosen]),
    runs: quick ? 1 : 3,
    engines: engines(values.engines),
    quick,
    throttle: throttle ?? null,
    trace,
    given,
  };
}
