/**
 * What a visit is not to be charged with: the browser's own start, and the driver's copies of all that is downloaded.
 *
 * @typedef {import("playwright-core").BrowserContext} BrowserContext
 * @typedef {import("playwright-core").CDPSession} CDPSession
 * @typedef {import("playwright-core").Page} Page
 */
import { keepNoBodies, WITHOUT_BODIES } from "../../support/bodies.mjs";

/**
 * Follows the network.
 *
 * @param {Page} page
 * @param {CDPSession} cdp
 */
export async function followNetwork(page, cdp) {
  await keepNoBodies(page);
  await cdp.send("Network.enable", WITHOUT_BODIES);
}

/** How long the browser is looked at, in milliseconds, and how much of it its processes may work. */
const WHILE = 200;
const IDLE = 0.05;
/** A browser that works for longer has something else to do. */
const PATIENCE = 10_000;

/**
 * Waits until a browser that has just been started has nothing more to do: it makes its own pages while a first one loads.
 *
 * @param {BrowserContext} context
 */
export async function untilIdle(context) {
  const cdp = await context.browser()?.newBrowserCDPSession();
  if (cdp === undefined) return;
  const worked = async () => {
    const { processInfo } = await cdp.send("SystemInfo.getProcessInfo");
    return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime * 1000, 0);
  };
  const end = performance.now() + PATIENCE;
  let before = await worked();
  for (let calm = 0; calm < 2 && performance.now() < end; ) {
    await new Promise((done) => setTimeout(done, WHILE));
    const now = await worked();
    calm = now - before < WHILE * IDLE ? calm + 1 : 0;
    before = now;
  }
  await cdp.detach();
}
