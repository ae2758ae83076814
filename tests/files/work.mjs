// A kernel in a worker of a tab.

/** Starts a worker in a page; `tell("py", code)` there answers what the worker says. @param {import("playwright-core").Page} page @param {string} name */
export async function work(page, name) {
  await page.evaluate(`{
    globalThis.worker = new Worker("/tests/files/worker.js?${name}", { type: "module" });
    let asked = 0;
    const waiting = new Map();
    worker.onmessage = ({ data: [number, good, value] }) => waiting.get(number)[good ? 0 : 1](good ? value : new Error(value));
    globalThis.tell = (...order) => new Promise((...settle) => { waiting.set(++asked, settle); worker.postMessage([asked, ...order]); });
  }`);
  return (/** @type {string} */ operation, /** @type {unknown[]} */ ...args) => page.evaluate(`tell(${[operation, ...args].map((arg) => JSON.stringify(arg)).join()})`);
}
