// Two tabs with the same mounts.
import assert from "node:assert/strict";

const KINDS = ["idb", "opfs"];

/** @param {import("./run.mjs").Browser} browser @param {{ deaf?: boolean }} [how] of the second */
async function two({ tab }, how = {}) {
  const pages = [await tab(), await tab(how)];
  for (const page of pages) await page.evaluate(`keep("idb", "opfs")`);
  return /** @type {[import("playwright-core").Page, import("playwright-core").Page]} */ (pages);
}

const text = (/** @type {string} */ path) => `(fs.exists("${path}") ? fs.readFile("${path}", "utf8") : null)`;

/** Runs a program in which `{kind}` is each kind of mount in turn. @param {string} program */
const each = (program) => `py(${JSON.stringify(KINDS.map((kind) => program.replaceAll("{kind}", kind)).join("\n"))})`;

/** @param {import("playwright-core").Page[]} pages */
async function settle(pages) {
  for (const page of [...pages, ...pages]) await page.evaluate(`fs.sync()`);
}

/** @param {import("./run.mjs").Browser} browser */
export async function each_sees_what_the_other_stored(browser) {
  const [a, b] = await two(browser);
  await a.evaluate(each("import os; os.mkdir('/{kind}/d'); open('/{kind}/d/f', 'w').write('one')"));
  for (const kind of KINDS) await b.waitForFunction(`${text(`/${kind}/d/f`)} === "one"`);
  await b.evaluate(each("open('/{kind}/d/f', 'a').write(' two')"));
  for (const kind of KINDS) await a.waitForFunction(`${text(`/${kind}/d/f`)} === "one two"`);
  await a.evaluate(each("os.rename('/{kind}/d/f', '/{kind}/g'); os.rmdir('/{kind}/d')"));
  for (const kind of KINDS) await b.waitForFunction(`${text(`/${kind}/g`)} === "one two" && !fs.exists("/${kind}/d")`);
}

/** @param {import("./run.mjs").Browser} browser */
export async function a_version_that_was_not_seen_is_kept_beside_the_later_one(browser) {
  const [a, b] = await two(browser, { deaf: true });
  await a.evaluate(each("open('/{kind}/notes.txt', 'w').write('old')"));
  await a.evaluate(`fs.sync()`);
  await b.evaluate(`fs.sync()`);
  await a.evaluate(each("open('/{kind}/notes.txt', 'w').write('from a')"));
  await a.evaluate(`fs.sync()`);
  await b.evaluate(each("open('/{kind}/notes.txt', 'w').write('from b')"));
  await b.evaluate(`fs.sync()`);
  await a.evaluate(`fs.sync()`);
  for (const kind of KINDS) {
    for (const page of [a, b]) {
      assert.equal(await page.evaluate(text(`/${kind}/notes.txt`)), "from b", kind);
      assert.equal(await page.evaluate(text(`/${kind}/notes.conflict-1.txt`)), "from a", kind);
    }
    const problems = await b.evaluate(`[...fs.mounts.get("/${kind}").problems]`);
    assert.deepEqual(problems, ["notes.txt was written elsewhere too: that version is now notes.conflict-1.txt"]);
  }
  // Two that write the same have no conflict.
  await a.evaluate(each("open('/{kind}/same', 'w').write('same')"));
  await a.evaluate(`fs.sync()`);
  await b.evaluate(each("open('/{kind}/same', 'w').write('same')"));
  await settle([b, a]);
  for (const kind of KINDS) for (const page of [a, b]) assert.equal(await page.evaluate(`fs.exists("/${kind}/same.conflict-1")`), false);
}

/** @param {import("./run.mjs").Browser} browser */
export async function many_writes_of_two_tabs_all_arrive(browser) {
  const [a, b] = await two(browser);
  const program = (/** @type {string} */ name) => `
import asyncio, os
for number in range(30):
    for kind in "idb", "opfs":
        with open(f"/{kind}/${name}-{number}", "w") as file:
            file.write("${name}" * number)
        with open(f"/{kind}/both", "w") as file:
            file.write(f"${name}-{number}")
    if number % 3 == 2:
        await asyncio.sleep(0.02)
`;
  await Promise.all([a.evaluate(`py(${JSON.stringify(program("a"))})`), b.evaluate(`py(${JSON.stringify(program("b"))})`)]);
  await settle([a, b]);
  for (const kind of KINDS) {
    for (const page of [a, b]) {
      const wrong = await page.evaluate(
        `["a", "b"].flatMap((name) => Array.from({ length: 30 }, (_, number) => name + "-" + number).filter((file, number) => fs.readFile("/${kind}/" + file, "utf8") !== name.repeat(number)))`,
      );
      assert.deepEqual(wrong, [], kind);
    }
    const states = await Promise.all(
      [a, b].map((page) => page.evaluate(`fs.readdir("/${kind}").map((name) => [name, fs.readFile("/${kind}/" + name, "utf8")])`)),
    );
    assert.deepEqual(states[0], states[1], `${kind}: both see the same`);
  }
}

/** @param {import("./run.mjs").Browser} browser */
export async function a_change_outlives_a_removal_elsewhere(browser) {
  const [a, b] = await two(browser, { deaf: true });
  await a.evaluate(each("import os; os.makedirs('/{kind}/d/e'); open('/{kind}/d/e/f', 'w').write('old')"));
  await settle([a, b]);
  await a.evaluate(each("import shutil; shutil.rmtree('/{kind}/d')"));
  await a.evaluate(`fs.sync()`);
  await b.evaluate(each("open('/{kind}/d/e/f', 'w').write('changed')"));
  await settle([b, a]);
  for (const kind of KINDS) for (const page of [a, b]) assert.equal(await page.evaluate(text(`/${kind}/d/e/f`)), "changed", kind);
  // And the other way round: what was changed is not removed by one who has not seen the change.
  await a.evaluate(each("open('/{kind}/d/e/f', 'w').write('once more')"));
  await a.evaluate(`fs.sync()`);
  await b.evaluate(each("import os; os.remove('/{kind}/d/e/f')"));
  await settle([b, a]);
  for (const kind of KINDS) for (const page of [a, b]) assert.equal(await page.evaluate(text(`/${kind}/d/e/f`)), "once more", kind);
}

/** @param {import("./run.mjs").Browser} browser */
export async function a_file_and_a_directory_of_one_name_are_both_kept(browser) {
  const [a, b] = await two(browser, { deaf: true });
  for (const order of ["directory", "file"]) {
    await a.evaluate(each(`import os; os.mkdir('/{kind}/${order}'); open('/{kind}/${order}/in', 'w').write('inside')`));
    if (order === "directory") await a.evaluate(`fs.sync()`);
    await b.evaluate(each(`open('/{kind}/${order}', 'w').write('a file')`));
    await settle([b, a]);
    for (const kind of KINDS) {
      for (const page of [a, b]) {
        assert.equal(await page.evaluate(text(`/${kind}/${order}/in`)), "inside", `${kind} ${order}`);
        assert.equal(await page.evaluate(text(`/${kind}/${order}.conflict-1`)), "a file", `${kind} ${order}`);
      }
    }
  }
}
