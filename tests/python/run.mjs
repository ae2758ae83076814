// Runs tests/python/**/*.py, each in a kernel of its own in Chromium: `node tests/python/run.mjs [part of a name]`.
// A file passes when it runs to its end and leaves nothing alive at the boundary: no handle of JavaScript's, no Python object
// that JavaScript holds. A file that has to says how many and why, in a comment: `# leaves: handles=2 objects=1: the reason`.
// One with a line `# also in a worker` runs in one as well.
// Those of kernel/ also run natively, in a test of the kernel. What files share is in support/ (see file.js).
import { readdir, readFile } from "node:fs/promises";
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
  .filter((entry) => entry.endsWith(".py") && !/^support\/|__pycache__/.test(entry) && entry.includes(filter))
  .sort();

if (files.length === 0) {
  console.log("python: 0 passed, 0 failed");
} else {
  const browser = await launch(["--js-flags=--expose-gc"]);
  // Files of the kernel may be kept: the second file compiles nothing anew.
  const server = await startServer({ mounts, rules: [{ path: "/favicon.ico", status: 204, body: "" }] });
  const context = await browser.newContext();

  /** @typedef {{ handles: number, objects: number }} Left */

  /** @param {string} file */
  const textOf = (file) => readFile(path.join(repo, "tests/python", file), "utf8");

  /** What a file says that it leaves alive. @param {string} file @returns {Promise<Left>} */
  const declared = async (file) => {
    const text = await textOf(file);
    const line = /^# leaves:(.*)$/m.exec(text)?.[1];
    if (line === undefined) return { handles: 0, objects: 0 };
    const counts = /^ handles=(\d+) objects=(\d+): \S.*$/.exec(line);
    if (counts === null) throw new Error(`"# leaves:${line}" is not "# leaves: handles=N objects=N: the reason"`);
    return { handles: Number(counts[1]), objects: Number(counts[2]) };
  };

  /** @param {string} file @param {boolean} inWorker @returns {Promise<string[]>} */
  const runFile = async (file, inWorker) => {
    const page = await context.newPage();
    /** @type {string[]} */
    const printed = [];
    page.on("console", (message) => printed.push(message.text()));
    try {
      /** Until the page has the function, it must not begin. @type {Promise<unknown>} */
      let ready = Promise.resolve();
      const finished = new Promise((done) => {
        ready = page.exposeFunction("kraitTestFinished", done);
        page.on("pageerror", (error) => done({ problem: `uncaught in the page: ${error}` }));
        page.on("crash", () => done({ problem: "the page crashed" }));
        setTimeout(() => done({ problem: `did not end within ${TIMEOUT / 1000} s` }), TIMEOUT).unref();
      });
      await ready;
      await page.goto(`${server.origin}/tests/python/page.html?file=/tests/python/${encodeURI(file)}${inWorker ? "&worker" : ""}`);
      const { problem, left } = /** @type {{ problem: string, left?: Left }} */ (await finished);
      if (problem !== "") return [problem, ...printed.slice(-20)];
      const allowed = await declared(file);
      return (/** @type {const} */ (["handles", "objects"])).flatMap((kind) => {
        const [is, may] = [left?.[kind] ?? Number.NaN, allowed[kind]];
        if (is === may) return [];
        const kept = kind === "handles" ? "JavaScript values that Python still holds" : "Python objects that JavaScript still holds";
        return [`${kind}: ${is} ${kept} after the test, ${may} expected (a "# leaves:" comment says otherwise)`];
      });
    } finally {
      await page.close();
    }
  };

  try {
    const tests = [];
    for (const name of files) {
      tests.push({ name, run: () => runFile(name, false) });
      const twice = /^# also in a worker$/m.test(await textOf(name));
      if (twice) tests.push({ name: `${name} in a worker`, run: () => runFile(name, true) });
    }
    process.exitCode = (await runAll("python", tests, 2)) ? 0 : 1;
  } finally {
    await browser.close();
    await server.close();
  }
}
