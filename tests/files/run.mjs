// Runs tests/files/*.test.mjs: mounts in tabs of one browser that are opened, closed, crashed and short of room:
// `node tests/files/run.mjs [part of a name]`. Each exported function is a test.
import { readdir } from "node:fs/promises";
import path from "node:path";

import { mounts, repo } from "../../crates/xtask/web/places.mjs";
import { startServer } from "../../crates/xtask/web/server.mjs";
import { launch, launchAsUsers } from "../support/browser.mjs";
import { runAll } from "../support/report.mjs";

const filter = process.argv[2] ?? "";
/** Milliseconds that a test may take; a kernel starts in one second, or in ten if the machine has much else to do. */
const TIMEOUT = 180_000;
/** Takes the timers away that write back, the shortest of which has a quarter of a second; what is to come at once still does. */
const PATIENT = `{
  const { setTimeout } = globalThis;
  globalThis.setTimeout = (act, delay = 0, ...args) => (delay < 250 ? setTimeout(act, delay, ...args) : 0);
}`;

/**
 * What a test gets. Tests share a browser profile and an origin, unless one has the property `apart`: a name of its own
 * (`name`) keeps its mounts from those of the others. With the property `asUsers` it has a browser of its own, whose tabs
 * can be hidden.
 * @typedef {object} Browser
 * @property {(how?: How) => Promise<import("playwright-core").Page>} tab opens a tab with a kernel: `kernel`, `fs`,
 *   `py(code)`, `keep(kind...)`
 * @property {string} name
 * @property {string} origin
 * @property {(act: () => Promise<unknown>) => void} after what to do when the test has ended, however it did
 *
 * @typedef {object} How
 * @property {boolean} [deaf] it hears nothing of what others store until it stores something itself
 * @property {boolean} [patient] nothing is written back because time has passed
 */

const folder = path.join(repo, "tests/files");
/** @type {{ name: string, test: (browser: Browser) => Promise<void> }[]} */
const found = [];
for (const file of (await readdir(folder)).filter((name) => name.endsWith(".test.mjs")).sort()) {
  const module = await import(path.join(folder, file));
  for (const [name, test] of Object.entries(module)) found.push({ name: `${file.replace(".test.mjs", "")}/${name}`, test });
}
const chosen = found.filter(({ name }) => name.includes(filter));

if (chosen.length === 0) {
  console.log("files: 0 passed, 0 failed");
} else {
  const browser = await launch();
  const open = async (asUsers = false) => {
    const server = await startServer({ mounts, rules: [{ path: "/favicon.ico", status: 204, body: "" }] });
    const own = asUsers ? await launchAsUsers() : undefined;
    const context = own?.context ?? (await browser.newContext());
    context.setDefaultTimeout(TIMEOUT / 2);
    const close = async () => {
      await (own ?? context).close();
      await server.close();
    };
    return { server, context, close };
  };
  const shared = await open();

  /** @param {string} name @param {((browser: Browser) => Promise<void>) & { apart?: boolean, asUsers?: boolean }} test @returns {Promise<string[]>} */
  const run = async (name, test) => {
    const { server, context, close } = test.apart || test.asUsers ? await open(test.asUsers) : shared;
    /** @type {string[]} */
    const said = [];
    /** @type {import("playwright-core").Page[]} */
    const tabs = [];
    /** @type {(() => Promise<unknown>)[]} */
    const ending = [];
    const tab = async ({ deaf = false, patient = false } = {}) => {
      const page = await context.newPage();
      tabs.push(page);
      if (deaf) await page.addInitScript(`delete globalThis.BroadcastChannel`);
      if (patient) await page.addInitScript(PATIENT);
      page.on("console", (message) => said.push(message.text()));
      page.on("pageerror", (error) => said.push(`uncaught: ${error}`));
      await page.goto(`${server.origin}/tests/files/page.html?${name}`);
      await page.evaluate("kernel");
      return page;
    };
    /** @type {NodeJS.Timeout | undefined} */
    let timer;
    const late = new Promise((_, fail) => {
      timer = setTimeout(() => fail(new Error(`did not end within ${TIMEOUT / 1000} s`)), TIMEOUT);
    });
    try {
      await Promise.race([test({ tab, name, origin: server.origin, after: (act) => void ending.push(act) }), late]);
      return [];
    } catch (error) {
      return [error instanceof Error ? (error.stack ?? error.message) : String(error), ...said.slice(-20)];
    } finally {
      clearTimeout(timer);
      for (const page of tabs) await page.close();
      for (const act of ending) await act();
      if (close !== shared.close) await close();
    }
  };

  try {
    process.exitCode = (await runAll("files", chosen.map(({ name, test }) => ({ name, run: () => run(name, test) })), 2)) ? 0 : 1;
  } finally {
    await shared.close();
    await browser.close();
  }
  // A browser that never answered its driver leaves a connection behind that would keep this process.
  process.exit();
}
