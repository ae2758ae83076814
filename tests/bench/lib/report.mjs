/**
 * Writes RESULTS.md, in which each mode has a section that a run of it replaces, and the raw figures.
 *
 * @typedef {import("../types.js").Mode} Mode
 * @typedef {import("../types.js").Options} Options
 * @typedef {import("../types.js").Row} Row
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { arch, availableParallelism, cpus, loadavg, platform, release, totalmem } from "node:os";
import { join } from "node:path";

import { ENGINES } from "../engines/list.mjs";
import { barLine, barsOf } from "./bars.mjs";
import { BENCH, OUT } from "./paths.mjs";
import { writePage } from "./results.mjs";
import { faults, firstRuns, losses, table } from "./table.mjs";

const HEAD = `# Results of the benchmark

Written by \`cargo xtask bench start|compute|dom|ffi\`; a run of all engines replaces its own section, a run with
\`--quick\` or of some engines only prints. All engines run in one run, in the same Chromium, from the same server, in
turn, another one first each time: a start after another's start, a program after the same one in another engine. A cell
is the median over all rounds and, in brackets, the least. Smaller is better everywhere. Compare the ratios, not the milliseconds.
"wrong" is an answer that is not CPython's (or a page that is not as it should be), "error" a program that failed;
neither is left out. \`js\` and \`py\` programs are twins of the same algorithm, see \`compute/\`, \`dom/\` and \`ffi/\`.
`;

/** @type {Record<Mode, string>} */
const METHOD = {
  start: `A page with one script that displays "hello". Each visit has a browser and a profile of its own; cold is its
first load, which stays for four seconds more, warm the second one, with what the browser has cached. The clock runs from the start of the navigation to
the greeting in the DOM; before that the browser has come to rest, and it keeps no copies of what it downloads for its
driver. All files are served alike: brotli, quality 11, where it saves 3 % or more. On the wire is
what the browser counted, headers included. Memory is taken after the cold load. PyScript's peers start as PyScript
starts them, from this server, and ask no other. Tasks are those of the page's main thread that \`PerformanceObserver\`
reports until the page is quiet: of each what it takes beyond 50 ms. The second engine and the one in a worker are started
by the engines' own functions in a page of its own, where a first one has run, and are ready when they have answered a
first program; JavaScript's worker is one that does nothing else.`,
  compute: `Milliseconds. Each round has a fresh browser and page per engine; each program runs once and on for 200 ms as a
warm-up, then as often as said below. Expected values are CPython's, from \`compute/expect.py\`.`,
  dom: `Milliseconds. Each round has a fresh browser and page per engine; each program runs once and on for 200 ms as a
warm-up, then as often as said below, on a page that is set up anew each time. The time is that of the script; layout and paint come after
it and are the same for all. The page that results is checked element by element.`,
  ffi: `Milliseconds. What crosses between Python and JavaScript, in the number that the row says. Each round has a fresh
browser and page per engine; each row runs once and on for 1.5 s as a warm-up, then as often as said below; every result is checked. The first run, in
which the engine's functions are compiled and what is missing is fetched, is told below the table. JavaScript's column is the same without a border: a plain call, \`structuredClone\`, a copy of the bytes, a message to
itself as a turn of the loop. MicroPython has neither \`to_py\` nor \`to_bytes\`.`,
};

const THROTTLED = ` The line is Chromium's "Fast 4G": 8.1 Mbit/s, 165 ms.`;

const ORDER = ["start", "start 4g", "compute", "dom", "ffi"];

/**
 * @param {Options} options
 * @returns {string}
 */
function titleOf({ mode, throttle }) {
  return throttle === null ? mode : `${mode} ${throttle}`;
}

/**
 * @param {string} text
 * @param {string} title
 * @returns {string | null}
 */
function section(text, title) {
  const found = new RegExp(`<!-- begin ${title} -->\n([^]*?)<!-- end ${title} -->`).exec(text);
  return found?.[1] ?? null;
}

/** @returns {string} */
function machine() {
  const model = cpus()[0]?.model.trim() ?? "unknown processor";
  return `${model}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GB, ${platform()} ${release()} ${arch()}`;
}

/**
 * @typedef {object} Run
 * @property {Options} options
 * @property {Row[]} rows
 * @property {unknown} raw
 * @property {Record<string, string>} versions
 * @property {readonly number[]} loadBefore
 */

/**
 * @param {Run} run
 * @returns {string}
 */
export function sectionText({ options, rows, versions, loadBefore }) {
  const { mode, rounds, runs, engines, given } = options;
  const load = (/** @type {readonly number[]} */ l) => (l[0] ?? Number.NaN).toFixed(1);
  const timed = mode === "start" ? "" : `, ${runs} timed ${runs === 1 ? "run" : "runs"} a round`;
  const parts = [
    `## ${titleOf(options)}\n\n${METHOD[mode]}${options.throttle === null ? "" : THROTTLED}`,
    mode === "start" && options.throttle === null ? "![The same as bars](start.svg)" : "",
    table(rows, engines, { programs: mode !== "start" }),
    [...losses(rows), ...(mode === "ffi" ? firstRuns(rows) : []), ...faults(rows)].map((text) => `- ${text}`).join("\n"),
    barsOf(options, rows)
      .map((bar) => `- bar, ${barLine(bar)}`)
      .join("\n"),
    [
      `- ${new Date().toISOString().slice(0, 10)}, \`cargo xtask bench ${given.join(" ")}\`, ${rounds} ${rounds === 1 ? "round" : "rounds"}${timed}`,
      `- ${machine()}; load ${load(loadBefore)} before, ${load(loadavg())} after`,
      `- ${Object.entries(versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(", ")}`,
    ].join("\n"),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

/**
 * What a run has to be to replace a section: complete.
 *
 * @param {Options} options
 */
export function isComplete({ quick, engines }) {
  return !quick && engines.length === ENGINES.length;
}

/**
 * @param {Run} run
 * @returns {Promise<void>}
 */
export async function writeResults(run) {
  const title = titleOf(run.options);
  const path = join(BENCH, "RESULTS.md");
  const old = await readFile(path, "utf8").catch(() => "");
  const sections = ORDER.flatMap((name) => {
    const text = name === title ? sectionText(run) : section(old, name);
    return text === null ? [] : [`<!-- begin ${name} -->\n${text}<!-- end ${name} -->\n`];
  });
  await writeFile(path, [HEAD, ...sections].join("\n"));
  await writePage();
}

/**
 * @param {Run} run
 * @returns {Promise<void>}
 */
export async function writeRaw(run) {
  await mkdir(OUT, { recursive: true });
  const { options, rows, raw, versions } = run;
  const text = JSON.stringify({ date: new Date().toISOString(), machine: machine(), versions, options, rows, raw }, null, 1);
  await writeFile(join(OUT, `bench-${titleOf(options).replace(" ", "-")}.json`), `${text}\n`);
}
