// How long a page's start keeps the page's own thread busy without a break.
//
// Long tasks by the clock (`PerformanceObserver`) are also made by a busy machine. The browser's trace has the processor time of
// each task, which leaves that out, and of several visits the best one counts, which leaves out most of the rest (cold caches
// of the processor, a collection of garbage).

import { keepNoBodies } from "../support/bodies.mjs";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {{ name: string, ph: string, pid: number, tid: number, ts: number, tdur?: number }} TraceEvent */

const CATEGORIES = ["disabled-by-default-devtools.timeline", "blink.user_timing"];
const MARK = "krait-test: started";

/**
 * Traces a visit until `started` resolves.
 *
 * @param {Page} page
 * @param {() => Promise<unknown>} started goes to the page and waits
 * @returns {Promise<number[]>} milliseconds of processor time of the tasks on the page's main thread, the longest first
 */
export async function traceTasks(page, started) {
  await keepNoBodies(page);
  const cdp = await page.context().newCDPSession(page);
  /** @type {TraceEvent[]} */
  const events = [];
  cdp.on("Tracing.dataCollected", ({ value }) => void events.push(.../** @type {any} */ (value)));
  const complete = new Promise((done) => cdp.once("Tracing.tracingComplete", done));
  await cdp.send("Tracing.start", { transferMode: "ReportEvents", traceConfig: { includedCategories: CATEGORIES, excludedCategories: ["*"] } });
  try {
    await started();
    await page.evaluate((mark) => void performance.mark(mark), MARK);
  } finally {
    await cdp.send("Tracing.end");
    await complete;
    await cdp.detach();
  }
  // Other pages of the browser are in it too.
  const end = events.find(({ name }) => name === MARK);
  if (end === undefined) throw new Error("the trace of the page's start does not hold its end");
  return events
    .filter(({ name, ph, pid, tid, ts }) => name === "RunTask" && ph === "X" && pid === end.pid && tid === end.tid && ts < end.ts)
    .map(({ tdur = 0 }) => tdur / 1000)
    .sort((a, b) => b - a);
}
