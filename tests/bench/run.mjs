/**
 * The benchmark: JavaScript, Pyodide, MicroPython and Krait in one Chromium, in turn.
 *
 *     node tests/bench/run.mjs start|compute|dom|ffi [--rounds N] [--engines js,krait] [--quick] [--throttle 4g] [--trace]
 *
 * Ends with 1 if Krait or JavaScript gave a wrong answer or failed, with 2 if the command line is not understood. A bar
 * that is missed is printed and changes nothing: milliseconds of a shared machine stop nobody.
 *
 * @typedef {import("./types.js").EngineId} EngineId
 * @typedef {import("./types.js").Options} Options
 * @typedef {import("./types.js").Row} Row
 */
import { readFile } from "node:fs/promises";
import { loadavg } from "node:os";
import { join } from "node:path";

import { ENGINES, engine } from "./engines/list.mjs";
import { measurePrograms } from "./harness/mode.mjs";
import { barLine, barsOf } from "./lib/bars.mjs";
import { reason, withFreshBrowser } from "./lib/browser.mjs";
import { readOptions, USAGE, UsageError } from "./lib/options.mjs";
import { BENCH, PKG } from "./lib/paths.mjs";
import { exists, installPeers, loadPlaywright, versionOf } from "./lib/peers.mjs";
import { isComplete, sectionText, writeRaw, writeResults } from "./lib/report.mjs";
import { serve } from "./lib/server.mjs";
import { measureStart } from "./start/mode.mjs";
import { traceStart } from "./start/trace.mjs";

/** @param {string} line */
function say(line) {
  process.stderr.write(`bench: ${line}\n`);
}

/**
 * @param {EngineId} id
 * @param {Options} options
 * @returns {Promise<boolean>}
 */
async function isBuilt(id, { mode }) {
  const { built } = engine(id);
  return built === null || exists(join(PKG, mode === "start" ? built.start : built.programs));
}

/**
 * @param {string} modules
 * @param {typeof import("playwright-core")} playwright
 * @param {Options} options
 * @returns {Promise<Record<string, string>>}
 */
async function versions(modules, playwright, { mode, engines }) {
  /** @type {Record<string, string>} */
  const found = {};
  found.Chromium = await withFreshBrowser(playwright, async (context) => context.browser()?.version() ?? "unknown");
  found.Node = process.versions.node;
  const pyscript = mode === "start" && engines.some((id) => id === "pyodide" || id === "micropython");
  if (pyscript) found.PyScript = await versionOf(modules, "@pyscript/core");
  for (const { id, title, peer } of ENGINES) {
    if (peer !== null && engines.includes(id)) found[title] = await versionOf(modules, peer);
  }
  if (engines.includes("krait")) {
    const text = await readFile(join(PKG, "package.json"), "utf8").catch(() => "{}");
    /** @type {{ version?: string }} */
    const { version } = JSON.parse(text);
    if (version !== undefined) found.Krait = version;
  }
  return found;
}

/**
 * @param {readonly Row[]} rows
 * @returns {boolean}
 */
function isSound(rows) {
  return rows.every(({ series }) =>
    [series.js, series.krait].every((one) => one === undefined || one.fault === null || one.fault === "not built"),
  );
}

async function main() {
  const options = readOptions(process.argv.slice(2));
  const modules = await installPeers(say);
  const playwright = loadPlaywright(modules);
  const loadBefore = loadavg();
  /** @type {EngineId[]} */
  const missing = [];
  for (const id of options.engines) if (!(await isBuilt(id, options))) missing.push(id);
  for (const id of missing) say(`${id} is not built: run \`cargo xtask build\` first`);
  const present = { ...options, engines: options.engines.filter((id) => !missing.includes(id)) };
  if (present.engines.length === 0) throw new Error("No engine is there to run. Run `cargo xtask build` first.");

  const mounts = [
    { prefix: "/bench/", folder: BENCH, lasting: false },
    { prefix: "/peers/", folder: modules, lasting: true },
    { prefix: "/pkg/", folder: PKG, lasting: true },
  ];
  const server = await serve(mounts, { compress: options.mode === "start" });
  try {
    if (options.trace) {
      process.stdout.write(`${await traceStart(playwright, server.origin, present, say)}\n`);
      return;
    }
    const measure = options.mode === "start" ? measureStart : measurePrograms;
    const { rows, raw } = await measure(playwright, server.origin, present, say);
    for (const { series } of rows) for (const id of missing) series[id] = { values: [], fault: "not built" };
    const run = { options, rows, raw, versions: await versions(modules, playwright, present), loadBefore };
    await writeRaw(run);
    if (isComplete(options)) await writeResults(run);
    else say("RESULTS.md stays as it is: this run is not a complete one");
    process.stdout.write(`${sectionText(run)}\n`);
    for (const bar of barsOf(options, rows)) process.stdout.write(`${barLine(bar)}\n`);
    if (!isSound(rows)) {
      say("an answer of Krait or JavaScript is wrong or missing: see above");
      process.exitCode = 1;
    }
  } finally {
    await server.close();
  }
}

main().catch((error) => {
  say(reason(error));
  if (error instanceof UsageError) say(USAGE);
  process.exitCode = error instanceof UsageError ? 2 : 1;
});
