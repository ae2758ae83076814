/** Tests of what decides how a result is shown: `node --test tests/bench/bench.test.mjs`. */
import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { test } from "node:test";

import { ROWS } from "./ffi/rows.mjs";
import { barLine, barsOf } from "./lib/bars.mjs";
import { chart } from "./lib/chart.mjs";
import { readOptions, UsageError } from "./lib/options.mjs";
import { isComplete } from "./lib/report.mjs";
import { rotated } from "./lib/rounds.mjs";
import { groupsOf, pageOf, sectionsOf } from "./lib/results.mjs";
import { geometricMean, median } from "./lib/stats.mjs";
import { faults, firstRuns, losses, table } from "./lib/table.mjs";
import { figuresOf } from "./start/trace.mjs";

/** @typedef {import("./types.js").Series} Series */

/**
 * @param {number[]} values
 * @returns {Series}
 */
function good(...values) {
  return { values, fault: null };
}

/**
 * @param {string} fault
 * @returns {Series}
 */
function bad(fault) {
  return { values: [1], fault };
}

test("the command line is read", () => {
  const options = readOptions(["dom", "--rounds", "3", "--engines", "krait,js"]);
  assert.equal(options.mode, "dom");
  assert.equal(options.rounds, 3);
  assert.deepEqual(options.engines, ["js", "krait"]);
  assert.equal(isComplete(options), false);
  assert.equal(isComplete(readOptions(["dom"])), true);
  assert.equal(isComplete(readOptions(["dom", "--quick"])), false);
});

for (const args of [
  [],
  ["stop"],
  ["start", "dom"],
  ["start", "--rounds", "0"],
  ["start", "--rounds", "two"],
  ["start", "--engines", "brython"],
  ["start", "--engines", ""],
  ["start", "--throttle", "2g"],
  ["dom", "--throttle", "4g"],
  ["dom", "--trace"],
  ["start", "--throttle", "4g", "--trace"],
  ["start", "--unknown"],
]) {
  test(`the command line "${args.join(" ")}" is refused`, () => {
    assert.throws(() => readOptions(args), UsageError);
  });
}

test("medians and means", () => {
  assert.equal(median([9, 1, 5]), 5);
  assert.equal(median([4, 1, 3, 2]), 2.5);
  assert.equal(Math.round(geometricMean([1, 10, 100])), 10);
});

test("a trace is summed up by thread, until the greeting, and what lies in a piece of the same kind counts once", () => {
  /** @param {string} name @param {number} tid @param {number} ts @param {number} dur */
  const piece = (name, tid, ts, dur) => ({ name, ph: "X", pid: 1, tid, ts, dur });
  const events = [
    piece("RunTask", 1, 1000, 6000),
    piece("wasm.CompileLazy", 1, 2000, 1000),
    piece("wasm.CompileLazy", 1, 4000, 2000),
    piece("V8.GC_A", 1, 6000, 900),
    piece("V8.GC_B", 1, 6100, 200),
    piece("wasm.ValidateFunctionsStreaming", 2, 500, 2500),
    { ...piece("RunTask", 1, 9000, 5000), pid: 2 },
    { ...piece("bench: hello", 1, 10_000, 0), ph: "I" },
  ];
  const figures = figuresOf(events, 10, [1, 2, 3]);
  const expected = {
    greeting: 10,
    "wasm: answer ends": 3,
    "page's thread, busy": 6,
    "- functions are compiled when called": 3,
    "- how many functions": 2,
    "- garbage": 0.9,
    "page's other threads, busy": 2.5,
    "- validation": 2.5,
    "browser's other processes, busy": 1,
  };
  for (const [row, ms] of Object.entries(expected)) assert.equal(figures.get(row), ms, row);
  assert.throws(() => figuresOf(events.slice(0, 7), 10, null), /does not hold the greeting/);
});

test("each round begins with another", () => {
  assert.deepEqual([0, 1, 3].map((round) => rotated(["a", "b", "c"], round).join("")), ["abc", "bca", "abc"]);
});

test("a wrong answer is shown as wrong, counts in no ratio and is explained", () => {
  const rows = [{ name: "fib", series: { js: good(2), pyodide: good(4, 6, 8), krait: bad("wrong: returned 1, not 2") } }];
  const text = table(rows, ["js", "pyodide", "krait"], { programs: true });
  assert.match(text, /\| fib \| 2 \| 6 \(4\) \| wrong \| 3 \| - \| - \|/);
  assert.deepEqual(faults(rows), ["Krait, fib: wrong: returned 1, not 2"]);
});

test("a failure and a missing build are told apart", () => {
  const rows = [{ name: "fib", series: { pyodide: bad("crashed"), krait: bad("not built") } }];
  const text = table(rows, ["pyodide", "krait"], { programs: true });
  assert.match(text, /\| fib \| error \| not built \| - \|/);
  assert.deepEqual(faults(rows), ["Pyodide, fib: crashed"]);
});

test("rows that we lose are named", () => {
  const rows = [
    { name: "fib", series: { pyodide: good(4), krait: good(8) } },
    { name: "sort", series: { pyodide: good(4), krait: good(2) } },
  ];
  assert.deepEqual(losses(rows), ["Krait is behind Pyodide in 1 of 2: fib."]);
});

test("first runs are compared by their medians, those that count", () => {
  const first = (/** @type {number[]} */ ...values) => ({ ...good(1), first: values });
  const rows = [
    { name: "slow", series: { krait: first(4, 400, 2), pyodide: first(2, 2, 2) } },
    { name: "quick", series: { krait: first(1), pyodide: first(2) } },
    { name: "failed", series: { krait: first(1), pyodide: { ...bad("crashed"), first: [] } } },
  ];
  assert.deepEqual(firstRuns(rows), [
    "Of the first runs, before any warm-up, the geometric mean of Krait / Pyodide is 1; behind in 1 of 2: slow (2).",
  ]);
  assert.deepEqual(firstRuns([{ name: "only", series: { krait: first(1) } }]), []);
});

test("bars pass, miss or have no figure", () => {
  const lines = (/** @type {Series} */ krait) =>
    barsOf({ mode: "dom" }, [{ name: "set_text", series: { pyodide: good(10), krait } }]).map(barLine);
  assert.match(lines(good(5))[0] ?? "", /^pass: .*: 0\.50, at most 0\.50$/);
  assert.match(lines(good(6))[0] ?? "", /^MISS: /);
  assert.match(lines(bad("crashed"))[0] ?? "", /^no figure: /);
});

test("a bar of a start that is missed says why, and the wire's is not asked where there is a slow one", () => {
  const rows = [
    { name: "cold start, ms", series: { pyodide: good(1000), micropython: good(100), krait: good(110) } },
    { name: "warm start, ms", series: { pyodide: good(1000), micropython: good(100), krait: good(90) } },
  ];
  const lines = (/** @type {string | null} */ throttle) => barsOf({ mode: "start", throttle }, rows).map(barLine);
  assert.match(lines(null).find((line) => line.includes("cold start, Krait / PyScript on MicroPython")) ?? "", /^MISS: .*: 1\.10, at most 1 \(its wasm/);
  assert.match(lines(null).find((line) => line.includes("warm start, Krait / PyScript on MicroPython")) ?? "", /^pass: .*: 0\.90, at most 1$/);
  assert.equal(lines("4g").some((line) => line.includes("cold start, Krait / PyScript on MicroPython")), false);
});

test("the bars of ffi want every row ahead, and figures for all of them", () => {
  const row = (/** @type {string} */ name, /** @type {Series} */ krait) => ({ name, series: { pyodide: good(10), krait } });
  const lines = (/** @type {Series} */ second) => barsOf({ mode: "ffi" }, [row("a", good(1)), row("b", second)]).map(barLine);
  assert.deepEqual(lines(good(9)).map((line) => line.slice(0, 4)), ["pass", "pass"]);
  assert.match(lines(good(20))[0] ?? "", /^MISS: .*: 2, at most 1$/);
  assert.match(lines(bad("crashed"))[0] ?? "", /^no figure: /);
});

test("JavaScript's twins in ffi return what is expected", async () => {
  const names = ROWS.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  for (const row of ROWS) {
    const twin = row.twin(row.shared?.() ?? {});
    const given = row.drive ? await row.drive({ get: (name) => twin[name] }) : await twin.run();
    assert.equal(String(given), row.expected, row.name);
  }
});

test("bars look at rows that exist", async () => {
  const programs = await readdir(new URL("dom", import.meta.url));
  assert.ok(programs.includes("set_text.py"));
  const source = await readFile(new URL("start/mode.mjs", import.meta.url), "utf8");
  const bars = await readFile(new URL("lib/bars.mjs", import.meta.url), "utf8");
  const names = [...bars.matchAll(/(?:ratio|krait|sum)\(("[^)]*")/g)].flatMap(([, list = ""]) => list.match(/"[^"]*"/g) ?? []);
  const rows = names.filter((name) => !["\"pyodide\"", "\"micropython\""].includes(name));
  assert.equal(new Set(rows).size, 8);
  for (const name of rows) assert.ok(source.includes(`name: ${name}`), name);
});

test("JavaScript's twins return what CPython returns", async () => {
  const folder = new URL("compute/", import.meta.url);
  /** @type {{ values: Record<string, string> }} */
  const { values } = JSON.parse(await readFile(new URL("expected.json", folder), "utf8"));
  const stems = (await readdir(folder)).filter((file) => file.endsWith(".js")).map((file) => file.slice(0, -3));
  assert.deepEqual(stems.sort(), Object.keys(values).sort());
  for (const stem of stems) {
    /** @type {{ run: () => string }} */
    const { run } = await import(new URL(`${stem}.js`, folder).href);
    assert.equal(run(), values[stem], stem);
  }
});

test("the chart and the page say what the results say", () => {
  const sections = sectionsOf(`# Results
<!-- begin start -->
## start

A page with \`<script>\`,
on two lines.

|  | JavaScript | Pyodide | Krait | Krait / Pyodide |
| --- | ---: | ---: | ---: | ---: |
| cold start, ms | 10 | 200 (150) | 100 (90) | 0.50 |
| warm start, ms | 10 | error | 50 | - |

- one
- two,
  still two
<!-- end start -->
`);
  assert.deepEqual(groupsOf(sections), [
    { title: "First visit", bars: [{ engine: "Pyodide", value: 200, text: "200 ms" }, { engine: "Krait", value: 100, text: "100 ms" }] },
    { title: "Second visit", bars: [{ engine: "Krait", value: 50, text: "50 ms" }] },
  ]);
  const page = pageOf(sections);
  assert.match(page, /<p>A page with <code>&lt;script&gt;<\/code>, on two lines\.<\/p>/);
  assert.match(page, /<tr><th scope="row">cold start, ms<\/th><td>10<\/td><td>200 \(150\)<\/td><td class="ours">100 \(90\)<\/td><td>0\.50<\/td><\/tr>/);
  assert.match(page, /<li>one<\/li>\n {2}<li>two, {3}still two<\/li>/);
  const drawing = chart(groupsOf(sections), 'a "title"');
  assert.match(drawing, /aria-label="a &quot;title&quot;"/);
  assert.match(drawing, /<rect x="92" y="28" width="190\.0"/);
  assert.match(drawing, /<rect class="ours" x="92" y="50" width="95\.0"/);
});

test("the chart that is committed is that of the results", async () => {
  const text = await readFile(new URL("RESULTS.md", import.meta.url), "utf8");
  const drawing = await readFile(new URL("start.svg", import.meta.url), "utf8");
  const rects = (/** @type {string} */ svg) => svg.match(/<rect[^>]*>/g);
  assert.deepEqual(rects(drawing), rects(chart(groupsOf(sectionsOf(text)), "")), "run `node tests/bench/page.mjs`");
});
