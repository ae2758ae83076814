// Finds out which functions of the wasm pages enter: opens pages of the tests and of the gallery in Chromium, with a copy of the
// package whose wasm counts. `node entered.mjs <package> <answer> <page>...`; pages are paths below `www` or, with `tests/`,
// below `tests/pages`. The answer has the places of the functions, one a line.

// @ts-check

import { writeFile } from "node:fs/promises";
import path from "node:path";

import { launch } from "../../../tests/support/browser.mjs";
import { repo } from "./places.mjs";
import { startServer } from "./server.mjs";

const [pkg, answer, ...pages] = process.argv.slice(2);
if (!pkg || !answer) throw new Error("usage: entered.mjs PACKAGE ANSWER PAGE...");

/** Longest time for a page to be done, in milliseconds; some pages of the tests are made not to be. */
const PATIENCE = 8000;

const server = await startServer({ mounts: { "/": path.join(repo, "www/"), "/tests/": path.join(repo, "tests/pages/"), "/pkg/": `${pkg}/` } });
const browser = await launch();
/** @type {Set<number>} */
const entered = new Set();
for (const name of pages) {
  const page = await browser.newPage();
  await page.addInitScript((patience) => {
    const { instantiate } = WebAssembly;
    const here = /** @type {any} */ (globalThis);
    here.instances = [];
    // @ts-expect-error The forms of this function are those of the one that it calls.
    WebAssembly.instantiate = async (...given) => {
      // @ts-expect-error
      const made = await instantiate.apply(WebAssembly, given);
      here.instances.push(/** @type {any} */ (made).exports ?? /** @type {any} */ (made).instance.exports);
      return made;
    };
    here.done = new Promise((resolve) => {
      addEventListener("py:all-done", resolve);
      setTimeout(resolve, patience);
    });
  }, PATIENCE);
  await page.goto(server.origin + name);
  await page.evaluate(() => /** @type {any} */ (globalThis).done);
  for (const button of await page.locator("button:visible, input:visible").all()) await button.click({ timeout: 300 }).catch(() => {});
  for (const field of await page.locator("textarea:visible, input[type=text]:visible").all()) await field.fill("Some words, *some* more words.", { timeout: 300 }).catch(() => {});
  for (const list of await page.locator("select:visible").all()) await list.selectOption({ index: 1 }, { timeout: 300 }).catch(() => {});
  for (const key of ["ArrowLeft", "a", "Enter"]) await page.keyboard.press(key);
  // Two frames, for what runs at each of them.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  const places = await page.evaluate(() => {
    /** @type {number[]} */
    const found = [];
    for (const exports of /** @type {any} */ (globalThis).instances) {
      for (let word = 0; exports[`entered${word}`] !== undefined; word++) {
        for (let bits = BigInt.asUintN(64, exports[`entered${word}`].value), place = word * 64; bits > 0n; bits >>= 1n, place++) if (bits & 1n) found.push(place);
      }
    }
    return found;
  });
  for (const place of places) entered.add(place);
  console.log(`${name}: ${places.length}`);
  await page.close();
}
await browser.close();
await writeFile(answer, [...entered].join("\n"));
process.exit(0);
