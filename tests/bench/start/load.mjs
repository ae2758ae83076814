/**
 * Loads a start page once and takes its figures.
 *
 * @typedef {import("playwright-core").BrowserContext} BrowserContext
 * @typedef {import("playwright-core").CDPSession} CDPSession
 * @typedef {import("../types.js").Load} Load
 * @typedef {import("../types.js").Again} Again
 * @typedef {import("../types.js").EngineId} EngineId
 */
import { readFile } from "node:fs/promises";

import { within } from "../lib/browser.mjs";
import { followNetwork, untilIdle } from "./calm.mjs";

/** Chromium's own preset "Fast 4G". */
const FAST_4G = {
  offline: false,
  latency: 165,
  downloadThroughput: (9_000_000 / 8) * 0.9,
  uploadThroughput: (1_500_000 / 8) * 0.9,
};

/** Long enough for the slowest engine on the slowest line, short enough to notice a page that never greets. */
const PATIENCE = 120_000;

/**
 * Counts what comes over the wire, and knows when nothing is under way.
 *
 * @param {CDPSession} cdp
 * @param {string} origin
 */
function watchNetwork(cdp, origin) {
  /** @type {Set<string>} */
  const open = new Set();
  /** @type {string[]} */
  const foreign = [];
  /** @type {(() => void)[]} */
  let waiting = [];
  const seen = { requests: 0, wire: 0 };

  /** @param {string} id */
  function close(id) {
    open.delete(id);
    if (open.size > 0) return;
    for (const wake of waiting) wake();
    waiting = [];
  }

  cdp.on("Network.requestWillBeSent", ({ requestId, request }) => {
    if (!/^https?:/.test(request.url)) return;
    open.add(requestId);
    seen.requests += 1;
    if (new URL(request.url).origin !== origin) foreign.push(request.url);
  });
  cdp.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    if (!open.has(requestId)) return;
    seen.wire += encodedDataLength;
    close(requestId);
  });
  cdp.on("Network.loadingFailed", ({ requestId }) => close(requestId));
  return {
    seen,
    foreign,
    /** @returns {Promise<void>} */
    quiet: () => (open.size === 0 ? Promise.resolve() : new Promise((done) => waiting.push(done))),
  };
}

/**
 * The resident memory of the page's process, by the system's own account.
 *
 * @param {number} pid
 * @returns {Promise<number | null>}
 */
async function residentOf(pid) {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) * 1024;
}

/**
 * The pages of one browser share no process with another page here, so the largest renderer is this page's.
 *
 * @param {BrowserContext} context
 * @returns {Promise<number | null>}
 */
async function residentMemory(context) {
  const session = await context.browser()?.newBrowserCDPSession();
  if (!session) return null;
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  const renderers = processInfo.filter(({ type }) => type === "renderer");
  const sizes = await Promise.all(renderers.map(({ id }) => residentOf(id)));
  const known = sizes.filter((size) => size !== null);
  return known.length === 0 ? null : Math.max(...known);
}

/**
 * @param {BrowserContext} context
 * @param {string} origin
 * @param {string} path
 * @param {{ throttle: "4g" | null, stay: number }} options the line, and how long the page stays when its figures are taken
 * @returns {Promise<Load>}
 */
export async function load(context, origin, path, { throttle, stay }) {
  const page = await context.newPage();
  // The process and its connection are up before the clock starts.
  await page.goto(`${origin}/bench/harness/blank.html`);
  const cdp = await context.newCDPSession(page);
  await followNetwork(page, cdp);
  await cdp.send("Performance.enable");
  if (throttle) await cdp.send("Network.emulateNetworkConditions", FAST_4G);
  const network = watchNetwork(cdp, origin);
  await untilIdle(context);
  await page.goto(origin + path, { waitUntil: "commit" });
  const hello = page.evaluate(() => globalThis.startProbe.hello);
  const ms = await within(hello, PATIENCE, `the greeting of ${path}`);
  await page.waitForLoadState("load");
  await network.quiet();
  const wasm = await page.evaluate(() => {
    let bytes = 0;
    for (const memory of globalThis.startProbe.memories) bytes += memory.buffer.byteLength;
    return bytes;
  });
  const tasks = await page.evaluate(() => globalThis.startProbe.tasks);
  const longest = Math.max(0, ...tasks);
  const blocked = tasks.reduce((sum, ms) => sum + ms - 50, 0);
  const resident = await residentMemory(context);
  await cdp.send("HeapProfiler.collectGarbage");
  const { metrics } = await cdp.send("Performance.getMetrics");
  const heap = metrics.find(({ name }) => name === "JSHeapUsedSize")?.value ?? Number.NaN;
  await page.waitForTimeout(stay);
  await page.close();
  return { ms, ...network.seen, wasm, heap, resident, longest, blocked, foreign: network.foreign };
}

/**
 * A page without Python, in which a first engine is started, then a second one and a worker.
 *
 * @param {BrowserContext} context
 * @param {string} origin
 * @param {EngineId} id
 * @returns {Promise<Again>}
 */
export async function loadAgain(context, origin, id) {
  const page = await context.newPage();
  await page.goto(`${origin}/bench/harness/blank.html`);
  const figures = page.evaluate(async (id) => {
    // As text: the module is the server's.
    /** @type {{ again: (id: EngineId) => Promise<Again> }} */
    const { again } = await import(String("/bench/start/again.mjs"));
    return again(id);
  }, id);
  const seen = await within(figures, PATIENCE, `a second engine and a worker (${id})`);
  await page.close();
  return seen;
}
