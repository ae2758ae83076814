// Runs CPython's own tests in kernels in Chromium: `cargo xtask libtest [MODULE...] [--from FOLDER] [--bless]`.
// The suite comes from outside: FOLDER is a `Lib/test` of CPython 3.14 (or of RustPython, which marks what it cannot do).
// What differs from tests/libtest.snap is a failure; so is a test that ends its kernel, and a whole run below the bar of bar.mjs.
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";

import { mounts, repo } from "../../crates/xtask/web/places.mjs";
import { startServer } from "../../crates/xtask/web/server.mjs";
import { launch } from "../support/browser.mjs";
import { barOf, missed } from "./bar.mjs";
import { bundle } from "./bundle.mjs";
import { LEFT_OUT } from "./left-out.mjs";
import { QUIET, differences, entryOf, readSnap, writeSnap } from "./snap.mjs";

const SNAP = path.join(repo, "tests/libtest.snap");
/** Milliseconds without a word after which a kernel counts as hanging. */
const PATIENCE = 120_000;
/** Tests that may end the kernel before a module is given up. */
const TRIES = 12;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    from: { type: "string" },
    bless: { type: "boolean", default: false },
    jobs: { type: "string", default: "2" },
    verbose: { type: "boolean", default: false },
  },
});
const root = values.from ?? process.env["KRAIT_LIBTEST"];
if (root === undefined) {
  console.error(
    "libtest: name the folder of the tests with --from or KRAIT_LIBTEST: Lib/test of a CPython 3.14 source tree, or of RustPython's.",
  );
  process.exit(2);
}

const here = (await readdir(root)).filter((name) => /^test_\w+(\.py)?$/.test(name)).map((name) => name.replace(/\.py$/, ""));
const snap = await readSnap(SNAP);
const chosen = positionals.length > 0 ? positionals : here.filter((name) => !(name in LEFT_OUT)).sort();
const unknown = chosen.filter((name) => !here.includes(name));
if (unknown.length > 0) {
  console.error(`libtest: ${root} has no ${unknown.join(", ")}.`);
  process.exit(2);
}

const bundles = await mkdtemp(path.join(os.tmpdir(), "krait-libtest-"));
const server = await startServer({
  mounts: { ...mounts, "/bundles/": bundles },
  rules: [{ path: "/favicon.ico", status: 204, body: "" }],
});

/** The browser of one worker: one whose page hangs is closed with it. */
class Lane {
  /** @type {import("playwright-core").Browser | undefined} */
  browser;
  async page() {
    this.browser ??= await launch();
    return (await this.browser.newContext()).newPage();
  }
  async drop() {
    const browser = this.browser;
    this.browser = undefined;
    await browser?.close().catch(() => {});
  }
}

/**
 * One try of a module: what each test did, and which test ended the kernel.
 * @param {Lane} lane @param {string} module @param {string[]} deny @param {Map<string, string>} notes
 */
async function attempt(lane, module, deny, notes) {
  /** @type {Map<string, string>} */
  const results = new Map();
  let running = "";
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const page = await lane.page();
  /** @type {string} */
  const end = await new Promise((resolve) => {
    const alive = () => {
      clearTimeout(timer);
      timer = setTimeout(() => resolve("hang"), PATIENCE);
    };
    alive();
    page.on("crash", () => resolve("trap"));
    page.on("console", (message) => {
      const text = message.text();
      if (!text.startsWith("libtest ")) return;
      alive();
      const [kind, name, status, note] = JSON.parse(text.slice(8));
      if (kind === "start") running = name;
      else if (kind === "end") {
        results.set(name, status);
        notes.set(name, note ?? "");
        running = "";
      } else if (kind === "done") resolve("");
      else {
        notes.set(running || module, name);
        resolve(/KR0004/.test(name) ? "trap" : "stopped");
      }
    });
    const query = new URLSearchParams({ module, deny: JSON.stringify(deny) });
    page.goto(`${server.origin}/tests/libtest/page.html?${query}`).catch((error) => {
      notes.set(module, String(error));
      resolve("stopped");
    });
  });
  clearTimeout(timer);
  if (end === "") await page.context().close();
  else await lane.drop();
  return { results, end, running };
}

/** @param {Lane} lane @param {string} module @param {Map<string, string>} notes */
async function runModule(lane, module, notes) {
  await writeFile(path.join(bundles, `${module}.bin`), await bundle(/** @type {string} */ (root), module));
  /** @type {Map<string, string>} */
  const ended = new Map();
  for (let tries = 0; ; tries++) {
    const { results, end, running } = await attempt(lane, module, [...ended.keys()], notes);
    if (end === "" || running === "" || tries === TRIES) {
      for (const [name, status] of ended) results.set(name, status);
      if (end !== "") results.set(running || module, end);
      return results;
    }
    ended.set(running, end);
  }
}

await mkdir(path.join(repo, "tests/out/libtest"), { recursive: true });
let failed = 0;
let passed = 0;
/** @type {Record<string, number>} */
const sums = {};
/** What this run found. @type {typeof snap.modules} */
const came = new Map();
let next = 0;
const work = async () => {
  const lane = new Lane();
  for (let module = chosen[next++]; module !== undefined; module = chosen[next++]) {
    const begun = performance.now();
    /** @type {Map<string, string>} */
    const notes = new Map();
    const results = await runModule(lane, module, notes);
    const expected = snap.modules.get(module);
    const actual = entryOf(results, expected);
    came.set(module, actual);
    for (const status of results.values()) sums[status] = (sums[status] ?? 0) + 1;
    const problems = expected === undefined ? ["not in the list yet; --bless accepts it"] : differences(expected, actual);
    const log = [...results].map(([name, status]) => `${status} ${name}${QUIET.includes(status) ? "" : `\n    ${notes.get(name) ?? ""}`}`);
    await writeFile(path.join(repo, "tests/out/libtest", `${module}.txt`), `${log.join("\n")}\n`);
    if (values.bless) {
      snap.modules.set(module, actual);
      await writeSnap(SNAP, snap.head, snap.modules);
    }
    const good = values.bless || problems.length === 0;
    if (good) passed += 1;
    else failed += 1;
    const counts = QUIET.map((kind) => `${actual.counts[kind] ?? 0} ${kind}`).join(", ");
    console.log(`  ${good ? "ok   " : "DIFF "} ${module} (${((performance.now() - begun) / 1000).toFixed(0)} s): ${counts}, ${actual.named.size} not`);
    if (!values.bless) for (const problem of problems) console.log(`          ${problem}`);
    if (values.verbose) {
      for (const [name, status] of results) if (!QUIET.includes(status)) console.log(`        ${status} ${name}\n            ${notes.get(name) ?? ""}`);
    }
  }
  await lane.drop();
};
try {
  await Promise.all(Array.from({ length: Number(values.jobs) }, work));
} finally {
  await server.close();
  await rm(bundles, { recursive: true, force: true });
}
console.log(`tests: ${Object.entries(sums).map(([kind, count]) => `${count} ${kind}`).join(", ")}`);
const whole = positionals.length === 0;
const bar = await barOf(whole ? came : new Map([...snap.modules, ...came]), root);
for (const line of bar.lines) console.log(line);
const problems = missed(bar, whole);
for (const problem of problems) console.log(`libtest: ${problem}`);
console.log(`libtest: ${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && problems.length === 0 ? 0 : 1;
