// Runs tests/python/**/*.py, each in a kernel of its own in Chromium: `node tests/python/run.mjs [part of a name]`.
// A file passes when it runs to its end. The same files run natively in a test of the kernel.
import { readdir } from "node:fs/promises";
import path from "node:path";

import { mounts, repo } from "../../crates/xtask/web/places.mjs";
import { startServer } from "../../crates/xtask/web/server.mjs";
import { launch } from "../support/browser.mjs";
import { runAll } from "../support/report.mjs";

const filter = process.argv[2] ?? "";
/** Milliseconds that a file may take, with the start of its kernel. */
const TIMEOUT = 60_000;

const entries = await readdir(path.join(repo, "tests/python"), { recursive: true });
const files = entries
  .map((entry) => entry.split(path.sep).join("/"))
  .filter((entry) => entry.endsWith(".py") && !entry.includes("__pycache__") && entry.includes(filter))
  .sort();

if (files.length === 0) {
  console.log("python: 0 passed, 0 failed");
} else {
  const browser = await launch();
  // Files of the kernel may be kept: the second file compiles nothing anew.
  const server = await startServer({ mounts, rules: [{ path: "/favicon.ico", status: 204, body: "" }] });
  const context = await browser.newContext();

  /** @param {string} file @returns {Promise<string[]>} */
  const runFile = async (file) => {
    const page = await context.newPage();
    /** @type {string[]} */
    const printed = [];
    page.on("console", (message) => printed.push(message.text()));
    try {
      const finished = new Promise((done, fail) => {
        page.exposeFunction("kraitTestFinished", done).catch(fail);
        page.on("pageerror", (error) => done(`uncaught in the page: ${error}`));
        page.on("crash", () => done("the page crashed"));
        setTimeout(() => done(`did not end within ${TIMEOUT / 1000} s`), TIMEOUT).unref();
      });
      await page.goto(`${server.origin}/tests/python/page.html?file=/tests/python/${encodeURI(file)}`);
      const problem = String(await finished);
      return problem === "" ? [] : [problem, ...printed.slice(-20)];
    } finally {
      await page.close();
    }
  };

  try {
    const tests = files.map((name) => ({ name, run: () => runFile(name) }));
    process.exitCode = (await runAll("python", tests, 2)) ? 0 : 1;
  } finally {
    await browser.close();
    await server.close();
  }
}
