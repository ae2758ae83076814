// Whether a page's second visit has the compiled wasm of the first.
//
// Chromium writes down what V8 has compiled of a module that was compiled while it was downloaded, some seconds after the
// last of it, and takes it from there when the same address answers with the same file.

import { readdir } from "node:fs/promises";
import path from "node:path";

import { launchWithProfile } from "../support/browser.mjs";

/** @typedef {import("playwright-core").Page} Page */

/** Milliseconds in which the browser has written it down, and between two looks at that. */
const PATIENCE = 60_000;
const PERIOD = 200;
/** What the trace says when it is taken from there. */
const HIT = "v8.wasm.moduleCacheHit";
const CATEGORIES = ["devtools.timeline", "disabled-by-default-devtools.timeline", "v8.wasm"];

/** The files in which the browser keeps compiled wasm, without those that it always has there. @param {string} profile */
async function keptIn(profile) {
  const files = await readdir(path.join(profile, "Default/Code Cache/wasm")).catch(() => []);
  return files.filter((name) => /^[0-9a-f]+_\d+$/.test(name));
}

/**
 * Visits a page twice in a browser with a profile on disk.
 *
 * @param {(page: Page) => Promise<unknown>} visit goes to the page and waits until it has started
 * @returns {Promise<string | undefined>} what is wrong
 */
export async function secondVisit(visit) {
  const { context, profile, close } = await launchWithProfile();
  try {
    const first = await context.newPage();
    await visit(first);
    for (const end = performance.now() + PATIENCE; (await keptIn(profile)).length === 0; ) {
      if (performance.now() > end) return "the browser has not kept the compiled wasm";
      await new Promise((done) => setTimeout(done, PERIOD));
    }
    await first.close();

    const second = await context.newPage();
    const cdp = await context.newCDPSession(second);
    /** @type {Set<string>} */
    const seen = new Set();
    cdp.on("Tracing.dataCollected", ({ value }) => {
      for (const { name } of /** @type {{name: string}[]} */ (/** @type {unknown} */ (value))) seen.add(name);
    });
    const complete = new Promise((done) => cdp.once("Tracing.tracingComplete", done));
    await cdp.send("Tracing.start", { transferMode: "ReportEvents", traceConfig: { includedCategories: CATEGORIES, excludedCategories: ["*"] } });
    try {
      await visit(second);
    } finally {
      await cdp.send("Tracing.end");
      await complete;
    }
    return seen.has(HIT) ? undefined : "the second visit has compiled the wasm anew";
  } finally {
    await close();
  }
}
