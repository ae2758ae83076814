// Runs tests/files/*.test.mjs: mounts in tabs of one browser that are opened, closed, crashed and short of room:
// `node tests/files/run.mjs [part of a name]`. Each exported function is a test with a browser profile of its own.
import { readdir } from "node:fs/promises";
import path from "node:path";

import { mounts, repo } from "../../crates/xtask/web/places.mjs";
import { startServer } from "../../crates/xtask/web/server.mjs";
import { launch } from "../support/browser.mjs";
import { runAll } from "../support/report.mjs";

const filter = process.argv[2] ?? "";
/** Milliseconds that a test may take. */
const TIMEOUT = 60_000;

/**
 * What a test gets.
 * @typedef {object} Browser
 * @property {() => Promise<import("playwright-core").Page>} tab opens a tab with a kernel: `kernel`, `fs`, `py(code)`
 * @property {import("playwright-core").BrowserContext} context
 * @property {string} origin
 * @property {Map<string, number>} requests how often each path was asked for
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

  /** @param {(browser: Browser) => Promise<void>} test @returns {Promise<string[]>} */
  const run = async (test) => {
    // Another port is another origin, and has a store of its own even where profiles would share one.
    const server = await startServer({ mounts, rules: [{ path: "/favicon.ico", status: 204, body: "" }] });
    const context = await browser.newContext();
    context.setDefaultTimeout(TIMEOUT / 2);
    /** @type {string[]} */
    const said = [];
    const requests = new Map();
    context.on("request", (request) => {
      const name = new URL(request.url()).pathname;
      requests.set(name, (requests.get(name) ?? 0) + 1);
    });
    const tab = async () => {
      const page = await context.newPage();
      page.on("console", (message) => said.push(message.text()));
      page.on("pageerror", (error) => said.push(`uncaught: ${error}`));
      await page.goto(`${server.origin}/tests/files/page.html`);
      await page.evaluate("kernel");
      return page;
    };
    /** @type {NodeJS.Timeout | undefined} */
    let timer;
    const late = new Promise((_, fail) => {
      timer = setTimeout(() => fail(new Error(`did not end within ${TIMEOUT / 1000} s`)), TIMEOUT);
    });
    try {
      await Promise.race([test({ tab, context, origin: server.origin, requests }), late]);
      return [];
    } catch (error) {
      return [error instanceof Error ? (error.stack ?? error.message) : String(error), ...said.slice(-20)];
    } finally {
      clearTimeout(timer);
      await context.close();
      await server.close();
    }
  };

  try {
    process.exitCode = (await runAll("files", chosen.map(({ name, test }) => ({ name, run: () => run(test) })), 2)) ? 0 : 1;
  } finally {
    await browser.close();
  }
}
