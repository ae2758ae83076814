// Two tabs with one mount.
import assert from "node:assert/strict";

/** @param {import("./run.mjs").Browser} browser @param {string} kind */
async function two({ tab }, kind) {
  const pages = [await tab(), await tab()];
  for (const page of pages) await page.evaluate(`fs.mount("/data", "${kind}")`);
  return /** @type {[import("playwright-core").Page, import("playwright-core").Page]} */ (pages);
}

const text = (/** @type {string} */ path) => `fs.exists("${path}") ? fs.readFile("${path}", "utf8") : null`;

/** @param {import("./run.mjs").Browser} browser */
export async function each_sees_what_the_other_stored(browser) {
  for (const kind of ["idb", "opfs"]) {
    const [a, b] = await two(browser, kind);
    await a.evaluate(`py("import os; os.mkdir('/data/d'); open('/data/d/f', 'w').write('one')").then(() => fs.sync())`);
    await b.waitForFunction(`(${text("/data/d/f")}) === "one"`);
    await b.evaluate(`py("open('/data/d/f', 'a').write(' two')").then(() => fs.sync())`);
    await a.waitForFunction(`(${text("/data/d/f")}) === "one two"`);
    await a.evaluate(`py("os.rename('/data/d/f', '/data/g'); os.rmdir('/data/d')").then(() => fs.sync())`);
    await b.waitForFunction(`(${text("/data/g")}) === "one two" && !fs.exists("/data/d")`);
    for (const page of [a, b]) await page.close();
  }
}

/** @param {import("./run.mjs").Browser} browser */
export async function of_two_that_write_one_file_at_once_both_are_kept(browser) {
  for (const kind of ["idb", "opfs"]) {
    const [a, b] = await two(browser, kind);
    await a.evaluate(`py("open('/data/notes.txt', 'w').write('old')").then(() => fs.sync())`);
    await b.waitForFunction(`(${text("/data/notes.txt")}) === "old"`);
    // Both have written before either is stored.
    await Promise.all([a.evaluate(`py("open('/data/notes.txt', 'w').write('from a')")`), b.evaluate(`py("open('/data/notes.txt', 'w').write('from b')")`)]);
    await Promise.all([a.evaluate(`fs.sync()`), b.evaluate(`fs.sync()`)]);
    for (const page of [a, b]) {
      await page.evaluate(`fs.sync()`);
      const names = await page.evaluate(`fs.readdir("/data")`);
      assert.deepEqual(names, ["notes.conflict-1.txt", "notes.txt"], kind);
      const texts = await page.evaluate(`fs.readdir("/data").map((name) => fs.readFile("/data/" + name, "utf8")).sort()`);
      assert.deepEqual(texts, ["from a", "from b"], kind);
    }
    const problems = /** @type {string[]} */ (
      await Promise.all([a, b].map((page) => page.evaluate(`[...fs.mounts.get("/data").problems]`))).then((all) => all.flat())
    );
    assert.deepEqual(problems, ["notes.txt was written elsewhere too: that version is now notes.conflict-1.txt"]);
    for (const page of [a, b]) await page.close();
  }
}

/** @param {import("./run.mjs").Browser} browser */
export async function many_writes_of_two_tabs_all_arrive(browser) {
  for (const kind of ["idb", "opfs"]) {
    const [a, b] = await two(browser, kind);
    const program = (/** @type {string} */ name) => `
import asyncio, os
for number in range(30):
    with open(f"/data/${name}-{number}", "w") as file:
        file.write("${name}" * number)
    with open("/data/both", "w") as file:
        file.write(f"${name}-{number}")
    if number % 3 == 2:
        await asyncio.sleep(0.02)
`;
    await Promise.all([a.evaluate(`py(${JSON.stringify(program("a"))})`), b.evaluate(`py(${JSON.stringify(program("b"))})`)]);
    for (const page of [a, b, a, b]) await page.evaluate(`fs.sync()`);
    for (const page of [a, b]) {
      const wrong = await page.evaluate(`["a", "b"].flatMap((name) => Array.from({ length: 30 }, (_, number) => name + "-" + number).filter((file, number) => fs.readFile("/data/" + file, "utf8") !== name.repeat(number)))`);
      assert.deepEqual(wrong, [], kind);
      const last = /** @type {string[]} */ (await page.evaluate(`fs.readdir("/data").filter((name) => name.startsWith("both")).map((name) => fs.readFile("/data/" + name, "utf8"))`));
      assert.ok(last.includes("a-29") && last.includes("b-29"), `${kind}: ${last}`);
    }
    for (const page of [a, b]) await page.close();
  }
}

/** @param {import("./run.mjs").Browser} browser */
export async function a_change_outlives_a_removal_elsewhere(browser) {
  for (const kind of ["idb", "opfs"]) {
    const [a, b] = await two(browser, kind);
    await a.evaluate(`py("import os; os.makedirs('/data/d/e'); open('/data/d/e/f', 'w').write('old')").then(() => fs.sync())`);
    await b.waitForFunction(`(${text("/data/d/e/f")}) === "old"`);
    await Promise.all([
      a.evaluate(`py("import shutil; shutil.rmtree('/data/d')")`),
      b.evaluate(`py("open('/data/d/e/f', 'w').write('changed')")`),
    ]);
    for (const page of [a, b, a, b]) await page.evaluate(`fs.sync()`);
    for (const page of [a, b]) assert.equal(await page.evaluate(text("/data/d/e/f")), "changed", kind);
    for (const page of [a, b]) await page.close();
  }
}

/** @param {import("./run.mjs").Browser} browser */
export async function a_file_and_a_directory_of_one_name_are_both_kept(browser) {
  for (const kind of ["idb", "opfs"]) {
    const [a, b] = await two(browser, kind);
    await Promise.all([
      a.evaluate(`py("import os; os.mkdir('/data/x'); open('/data/x/in', 'w').write('inside')")`),
      b.evaluate(`py("open('/data/x', 'w').write('a file')")`),
    ]);
    for (const page of [a, b, a, b]) await page.evaluate(`fs.sync()`);
    for (const page of [a, b]) {
      assert.equal(await page.evaluate(text("/data/x/in")), "inside", kind);
      assert.equal(await page.evaluate(text("/data/x.conflict-1")), "a file", kind);
    }
    for (const page of [a, b]) await page.close();
  }
}
