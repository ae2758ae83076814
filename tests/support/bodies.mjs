/**
 * The driver follows the network of each page, and the browser keeps the bodies of all answers for it: it copies them, and when one
 * is complete it makes text of it on the page's own thread, 20 ms for ten megabytes. Who measures a page asks for none.
 *
 * @typedef {import("playwright-core").Page} Page
 */

/** Parameters of `Network.enable`: the events, not the bodies. */
export const WITHOUT_BODIES = { maxTotalBufferSize: 0, maxResourceBufferSize: 0 };

/**
 * Nobody will ask for the bodies of this page's answers. The driver has no way to be told, so its session of the page is.
 *
 * @param {Page} page
 */
export async function keepNoBodies(page) {
  const { _connection: connection } = /** @type {any} */ (page);
  const session = connection?.toImpl?.(page)?.delegate?._mainFrameSession?._client;
  if (typeof session?.send !== "function") throw new Error("The driver is another one: its session of a page has to be found anew.");
  await session.send("Network.enable", WITHOUT_BODIES);
}
