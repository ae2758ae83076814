/**
 * Where the time of a start goes, by the browser's own trace: `start --trace`.
 *
 * @typedef {import("playwright-core").BrowserContext} BrowserContext
 * @typedef {import("../types.js").Options} Options
 * @typedef {{ name: string, ph: string, pid: number, tid: number, ts: number, dur?: number, args?: any }} Event
 * @typedef {Map<string, number>} Figures what a start took, by the name of the row, in milliseconds
 */
import { withFreshBrowser, within } from "../lib/browser.mjs";
import { rotated } from "../lib/rounds.mjs";
import { median } from "../lib/stats.mjs";
import { followNetwork, untilIdle } from "./calm.mjs";
import { installProbe } from "./probe.mjs";

const CATEGORIES = ["toplevel", "devtools.timeline", "disabled-by-default-devtools.timeline", "v8", "v8.wasm", "disabled-by-default-v8.compile", "disabled-by-default-v8.wasm.detailed", "blink.user_timing"];
const HELLO = "bench: hello";
const PATIENCE = 120_000;

/** What the browser calls pieces of work; of pieces in each other only the outer one counts. @type {readonly (readonly [row: string, names: RegExp])[]} */
const ON_PAGE = [
  ["the wasm's bytes are taken", /^v8\.wasm\.compileConsume$/],
  ["its end is waited for", /^v8\.wasm\.compileConsumeDone$|^wasm\.(Finish|.*Finisher)/],
  ["instantiation", /^wasm\..*Instantiate/],
  ["functions are compiled when called", /^wasm\.CompileLazy$/],
  ["JavaScript is compiled", /^V8\.CompileCode$|^v8\.compile(Module)?$/],
  ["garbage", /^(MinorGC|MajorGC|V8\.GC_)/],
  ["style, layout, paint", /^(UpdateLayoutTree|Layout|PrePaint|Paint|Layerize|Commit)$/],
];
/** @type {typeof ON_PAGE} */
const BESIDE = [["validation", /^wasm\.ValidateFunctions/]];

/**
 * How long at least one of the pieces lasted.
 *
 * @param {readonly Event[]} pieces
 * @param {number} from
 * @param {number} to
 */
function covered(pieces, from, to) {
  let sum = 0;
  let end = from;
  for (const { ts, dur = 0 } of pieces.toSorted((a, b) => a.ts - b.ts)) {
    const until = Math.min(ts + dur, to);
    sum += Math.max(0, until - Math.max(ts, end));
    end = Math.max(end, until);
  }
  return sum / 1000;
}

/**
 * @param {readonly Event[]} events
 * @param {number} ms when the greeting came, after the start of the navigation
 * @param {readonly [asked: number, answered: number, here: number] | null} wasm the largest module
 * @returns {Figures}
 */
export function figuresOf(events, ms, wasm) {
  const hello = events.findLast(({ name }) => name === HELLO);
  if (hello === undefined) throw new Error("The trace does not hold the greeting.");
  const [from, to] = [hello.ts - ms * 1000, hello.ts];
  const pieces = events.filter(({ ph, ts, dur = 0 }) => ph === "X" && ts < to && ts + dur > from);
  /** @type {Map<string, Event[]>} */
  const threads = new Map();
  for (const piece of pieces) {
    const thread = `${piece.pid} ${piece.tid}`;
    const known = threads.get(thread);
    if (known) known.push(piece);
    else threads.set(thread, [piece]);
  }
  const page = threads.get(`${hello.pid} ${hello.tid}`) ?? [];
  /** @param {(event: Event) => boolean} where */
  const others = (where) => {
    let sum = 0;
    for (const thread of threads.values()) {
      const first = thread[0];
      if (first !== undefined && where(first)) sum += covered(thread, from, to);
    }
    return sum;
  };
  /** @type {Figures} */
  const figures = new Map([["greeting", ms]]);
  if (wasm !== null) ["wasm: asked for", "wasm: answer begins", "wasm: answer ends"].forEach((row, n) => figures.set(row, wasm[n] ?? Number.NaN));
  figures.set("page's thread, busy", covered(page, from, to));
  for (const [row, names] of ON_PAGE) figures.set(`- ${row}`, covered(page.filter(({ name }) => names.test(name)), from, to));
  figures.set("- how many functions", page.filter(({ name }) => name === "wasm.CompileLazy").length);
  figures.set("page's other threads, busy", others(({ pid, tid }) => pid === hello.pid && tid !== hello.tid));
  const beside = pieces.filter(({ pid, tid }) => pid === hello.pid && tid !== hello.tid);
  for (const [row, names] of BESIDE) figures.set(`- ${row}`, covered(beside.filter(({ name }) => names.test(name)), from, to));
  figures.set("browser's other processes, busy", others(({ pid }) => pid !== hello.pid));
  return figures;
}

/**
 * @param {BrowserContext} context
 * @param {string} origin
 * @param {string} path
 * @returns {Promise<Figures>}
 */
async function visit(context, origin, path) {
  const page = await context.newPage();
  await page.goto(`${origin}/bench/harness/blank.html`);
  await followNetwork(page, await context.newCDPSession(page));
  await untilIdle(context);
  const cdp = await context.browser()?.newBrowserCDPSession();
  if (cdp === undefined) throw new Error("The browser takes no commands.");
  /** @type {Event[]} */
  const events = [];
  cdp.on("Tracing.dataCollected", ({ value }) => void events.push(.../** @type {any} */ (value)));
  const complete = new Promise((done) => cdp.once("Tracing.tracingComplete", done));
  await cdp.send("Tracing.start", { transferMode: "ReportEvents", traceConfig: { includedCategories: CATEGORIES, excludedCategories: ["*"] } });
  await page.goto(origin + path, { waitUntil: "commit" });
  const greeted = page.evaluate(async (mark) => {
    const ms = await globalThis.startProbe.hello;
    performance.mark(mark, { startTime: ms });
    return ms;
  }, HELLO);
  const ms = await within(greeted, PATIENCE, `the greeting of ${path}`);
  await cdp.send("Tracing.end");
  await complete;
  await cdp.detach();
  const wasm = await page.evaluate(() => {
    const modules = /** @type {PerformanceResourceTiming[]} */ (performance.getEntriesByType("resource")).filter(({ name }) => name.endsWith(".wasm"));
    const largest = modules.sort((a, b) => b.decodedBodySize - a.decodedBodySize)[0];
    return largest ? /** @type {[number, number, number]} */ ([largest.startTime, largest.responseStart, largest.responseEnd]) : null;
  });
  await page.close();
  return figuresOf(events, ms, wasm);
}

/**
 * Medians over the rounds, as lines of text.
 *
 * @param {typeof import("playwright-core")} playwright
 * @param {string} origin
 * @param {Options} options
 * @param {(line: string) => void} say
 * @returns {Promise<string>}
 */
export async function traceStart(playwright, origin, { engines, rounds }, say) {
  /** @type {Map<string, Figures[]>} */
  const columns = new Map(engines.flatMap((id) => [[`${id}, cold`, []], [`${id}, warm`, []]]));
  // The first round compresses what is served.
  for (let round = -1; round < rounds; round++) {
    for (const id of rotated(engines, Math.max(round, 0))) {
      await withFreshBrowser(playwright, async (context) => {
        await context.addInitScript(installProbe);
        for (const column of [`${id}, cold`, `${id}, warm`]) {
          const figures = await visit(context, origin, `/bench/start/${id}.html`);
          if (round >= 0) columns.get(column)?.push(figures);
        }
      });
    }
    if (round >= 0) say(`round ${round + 1} of ${rounds}`);
  }
  const rows = [...new Set([...columns.values()].flatMap((seen) => seen.flatMap((figures) => [...figures.keys()])))];
  const width = Math.max(...rows.map((row) => row.length));
  const lines = rows.map((row) => {
    const cells = [...columns].map(([column, seen]) => {
      const values = seen.map((figures) => figures.get(row)).filter((value) => value !== undefined);
      return (values.length > 0 ? median(values).toFixed(1) : "-").padStart(column.length);
    });
    return `${row.padEnd(width)}  ${cells.join("  ")}`;
  });
  return [`${"ms, medians".padEnd(width)}  ${[...columns.keys()].join("  ")}`, ...lines].join("\n");
}
