// What the boundary costs, in counts that are the same on every machine: `node tests/counts/run.mjs [--bless] [part of a
// name]` holds small programs against tests/counts.snap. Then work that is done many times must leave memory flat:
// KRAIT_MANY says how often, 200000 times if it is not set.
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";

import { mounts, repo } from "../../crates/xtask/web/places.mjs";
import { startServer } from "../../crates/xtask/web/server.mjs";
import { launch } from "../support/browser.mjs";
import { runAll } from "../support/report.mjs";
import { FLAT } from "./flat.mjs";
import { PROGRAMS } from "./programs.mjs";

const COLUMNS = /** @type {const} */ (["crossings", "strings", "entries", "handles", "objects"]);
/** @typedef {Record<(typeof COLUMNS)[number], number>} Row */

const HEAD = `# What small programs cost at the boundary, counted by tests/counts: crossings from Python into JavaScript, strings
# copied, entries from JavaScript into Python; handles and objects that are left alive. \`cargo xtask bless\` accepts others.
`;
const snapshot = path.join(repo, "tests/counts.snap");

/** @param {Map<string, Row>} rows */
function render(rows) {
  const line = (/** @type {string} */ name, /** @type {readonly (string | number)[]} */ cells) =>
    name.padEnd(48) + cells.map((cell) => String(cell).padStart(11)).join("");
  const lines = [...rows].map(([name, row]) => line(name, COLUMNS.map((column) => row[column])));
  return `${HEAD}${[line("program", COLUMNS), ...lines].join("\n")}\n`;
}

/** @param {string} text @returns {Map<string, Row>} */
function parse(text) {
  const [head = "", ...lines] = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const columns = head.slice(48).trim().split(/\s+/);
  return new Map(
    lines.map((line) => {
      const cells = line.slice(48).trim().split(/\s+/).map(Number);
      return [line.slice(0, 48).trim(), /** @type {Row} */ (Object.fromEntries(columns.map((column, i) => [column, cells[i]])))];
    }),
  );
}

const { values, positionals } = parseArgs({ allowPositionals: true, options: { bless: { type: "boolean", default: false } } });
const filter = positionals[0] ?? "";
const chosen = PROGRAMS.filter(({ name }) => name.includes(filter));
const flat = values.bless ? [] : FLAT.filter(({ name }) => name.includes(filter));
const MANY = Number(process.env["KRAIT_MANY"] ?? 200_000);
/** Bytes by which a memory may differ between two looks at it: the browser's own garbage, a page of the allocator's. */
const SLACK = 1_000_000;
/** Milliseconds for one program, which is far more than it needs. */
const PATIENCE = 300_000;
const accepted = parse(await readFile(snapshot, "utf8").catch(() => ""));
/** @type {Map<string, Row>} */
const counted = new Map();

if (chosen.length + flat.length === 0) {
  console.log("counts: 0 passed, 0 failed");
} else {
  const browser = await launch(["--js-flags=--expose-gc", "--enable-precise-memory-info"]);
  const server = await startServer({ mounts, rules: [{ path: "/favicon.ico", status: 204, body: "" }] });
  const context = await browser.newContext();
  try {
    /**
     * Calls a function that a page of tests/counts puts on its globalThis.
     * @param {string} file @param {string} name @param {unknown[]} args
     */
    const call = async (file, name, args) => {
      const page = await context.newPage();
      try {
        await page.goto(`${server.origin}/tests/counts/${file}`);
        await page.waitForFunction((wanted) => wanted in globalThis, name);
        /** @type {NodeJS.Timeout | undefined} */
        let timer;
        const late = new Promise((_, fail) => {
          timer = setTimeout(() => fail(new Error(`did not end within ${PATIENCE / 1000} s`)), PATIENCE);
        });
        const work = page.evaluate(([f, a]) => /** @type {any} */ (globalThis)[f](...a), /** @type {const} */ ([name, args]));
        return await Promise.race([work, late]).finally(() => clearTimeout(timer));
      } finally {
        await page.close();
      }
    };
    const tests = chosen.map(({ name }) => ({
      name,
      run: async () => {
        const row = /** @type {Row} */ (await call("page.html", "kraitCount", [name]));
        counted.set(name, row);
        if (values.bless) return [];
        const old = accepted.get(name);
        if (old === undefined) return ["is not in tests/counts.snap: `cargo xtask bless` puts it there"];
        return COLUMNS.filter((column) => row[column] !== old[column]).map(
          (column) => `${column}: ${row[column]}, was ${old[column]}. If that is meant, \`cargo xtask bless\` accepts it.`,
        );
      },
    }));
    for (const { name } of flat) {
      tests.push({
        name: `${MANY} ${name}`,
        run: async () => {
          /** @typedef {{ handles: number, objects: number, wasm: number, heap: number }} Look */
          const looks = /** @type {{ start: Look, middle: Look, end: Look }} */ (await call("flat.html", "kraitFlat", [name, MANY]));
          const { start, middle, end } = looks;
          const problems = (/** @type {const} */ (["handles", "objects"]))
            .filter((kind) => end[kind] !== start[kind])
            .map((kind) => `${kind}: ${end[kind]} at the end, ${start[kind]} at the start`);
          for (const kind of /** @type {const} */ (["wasm", "heap"])) {
            if (!(end[kind] - middle[kind] <= SLACK)) {
              problems.push(`${kind} memory: ${start[kind]} bytes, ${middle[kind]} after one half, ${end[kind]} at the end`);
            }
          }
          return problems;
        },
      });
    }
    const passed = await runAll("counts", tests, 2);
    process.exitCode = passed ? 0 : 1;
    if (values.bless && passed) {
      const rows = PROGRAMS.flatMap(({ name }) => {
        const row = counted.get(name) ?? accepted.get(name);
        return row === undefined ? [] : [/** @type {[string, Row]} */ ([name, row])];
      });
      await writeFile(snapshot, render(new Map(rows)));
    }
  } finally {
    await browser.close();
    await server.close();
  }
}
