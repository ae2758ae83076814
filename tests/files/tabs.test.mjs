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

/** @param {import("./run.mjs").Browser} browser */
export async function a_version_beside_is_that_version_while_the_file_changes(browser) {
  const [a, b] = [await browser.tab({ patient: true }), await browser.tab({ deaf: true })];
  for (const page of [a, b]) await page.evaluate(`keep("idb", "opfs")`);
  const write = (/** @type {string} */ content) => `(() => { for (const kind of ${JSON.stringify(KINDS)}) fs.writeFile("/" + kind + "/f", ${JSON.stringify(content)}); })()`;
  await a.evaluate(write("old"));
  await settle([a, b]);
  await a.evaluate(write("from a"));
  await a.evaluate(`fs.sync()`);
  // This is not stored yet when a, coming to the front, sees what b has made of the version before it.
  await a.evaluate(write("once more"));
  await b.evaluate(write("from b"));
  await b.evaluate(`fs.sync()`);
  await a.evaluate(`void document.dispatchEvent(new Event("visibilitychange"))`);
  for (const kind of KINDS) {
    await a.waitForFunction(`fs.exists("/${kind}/f.conflict-1")`);
    assert.equal(await a.evaluate(text(`/${kind}/f.conflict-1`)), "from a", kind);
    assert.equal(await a.evaluate(text(`/${kind}/f`)), "once more", kind);
  }
  await a.evaluate(`fs.sync()`);
  const third = await browser.tab();
  assert.deepEqual(await third.evaluate(`keep("idb", "opfs")`), []);
  for (const kind of KINDS) {
    const found = await third.evaluate(`fs.readdir("/${kind}").map((name) => [name, fs.readFile("/${kind}/" + name, "utf8")])`);
    assert.deepEqual(found, [["f", "once more"], ["f.conflict-1", "from a"], ["f.conflict-2", "from b"]], kind);
  }
}

/** @param {import("./run.mjs").Browser} browser */
export async function what_is_written_while_another_version_is_read_is_not_replaced(browser) {
  const [a, b] = [await browser.tab({ patient: true }), await browser.tab({ deaf: true })];
  for (const page of [a, b]) await page.evaluate(`keep("idb", "opfs")`);
  await a.evaluate(`{ for (const kind of ${JSON.stringify(KINDS)}) fs.writeFile("/" + kind + "/f", "old"); }`);
  await settle([a, b]);
  await b.evaluate(`{ for (const kind of ${JSON.stringify(KINDS)}) fs.writeFile("/" + kind + "/f", "theirs"); }`);
  await b.evaluate(`fs.sync()`);
  // A program's turn comes when the content of the other version is asked for.
  await a.evaluate(`{
    globalThis.written = [];
    const between = (prototype, name, kind, applies) => {
      const read = prototype[name];
      prototype[name] = function (...args) {
        if (applies(this) && !written.includes(kind)) {
          written.push(kind);
          fs.writeFile("/" + kind + "/f", "mine");
        }
        return read.apply(this, args);
      };
    };
    between(IDBObjectStore.prototype, "getAll", "idb", (store) => store.name === "contents");
    between(Blob.prototype, "arrayBuffer", "opfs", () => true);
  }`);
  await a.evaluate(`void document.dispatchEvent(new Event("visibilitychange"))`);
  await a.waitForFunction(`written.length === 2`);
  await a.evaluate(`fs.sync()`);
  const third = await browser.tab();
  assert.deepEqual(await third.evaluate(`keep("idb", "opfs")`), []);
  for (const kind of KINDS) {
    const found = await third.evaluate(`fs.readdir("/${kind}").map((name) => [name, fs.readFile("/${kind}/" + name, "utf8")])`);
    assert.deepEqual(found, [["f", "mine"], ["f.conflict-1", "theirs"]], kind);
  }
}

/** @param {import("./run.mjs").Browser} browser */
export async function what_is_written_to_a_file_that_was_moved_elsewhere_is_not_in_what_it_became(browser) {
  const [a, b] = [await browser.tab({ patient: true }), await browser.tab({ deaf: true })];
  for (const page of [a, b]) await page.evaluate(`keep("idb", "opfs")`);
  const all = (/** @type {string} */ act) => `{ for (const root of ["/idb", "/opfs"]) ${act}; }`;
  await a.evaluate(all(`fs.writeFile(root + "/f", "old")`));
  await a.evaluate(all(`fs.writeFile(root + "/h", "before")`));
  await settle([a, b]);
  await a.evaluate(all(`fs.writeFile(root + "/f", "new")`));
  // One name is new to the other tab, the other it knows already.
  for (const name of ["g", "h"]) {
    await b.evaluate(all(`fs.rename(root + "/f", root + "/${name}")`));
    await b.evaluate(`fs.sync()`);
    await a.evaluate(`void document.dispatchEvent(new Event("visibilitychange"))`);
    for (const kind of KINDS) await a.waitForFunction(`${text(`/${kind}/${name}`)} === "old"`);
    await a.evaluate(all(`fs.writeFile(root + "/f", "new")`));
    await a.evaluate(`fs.sync()`);
    await b.evaluate(`fs.sync()`);
    for (const page of [a, b, await browser.tab()]) {
      await page.evaluate(`fs.mounts.size > 0 || keep("idb", "opfs")`);
      for (const kind of KINDS) {
        assert.equal(await page.evaluate(text(`/${kind}/${name}`)), "old", `${kind} ${name}`);
        assert.equal(await page.evaluate(text(`/${kind}/f`)), "new", `${kind} ${name}`);
      }
    }
    // The same once more, from the same beginning.
    await a.evaluate(all(`fs.writeFile(root + "/f", "old")`));
    await settle([a, b]);
    await a.evaluate(all(`fs.writeFile(root + "/f", "new")`));
  }
}

/** @param {import("./run.mjs").Browser} browser */
export async function a_change_that_keeps_the_length_is_a_change(browser) {
  const [a, b] = await two(browser, { deaf: true });
  const write = (/** @type {string} */ content) => `{ for (const kind of ${JSON.stringify(KINDS)}) fs.writeFile("/" + kind + "/f", ${JSON.stringify(content)}); }`;
  await a.evaluate(write("one"));
  await settle([a, b]);
  await a.evaluate(write("two"));
  await settle([a, b]);
  for (const kind of KINDS) assert.equal(await b.evaluate(text(`/${kind}/f`)), "two", kind);
  await a.evaluate(write("six"));
  await a.evaluate(`fs.sync()`);
  await b.evaluate(write("ten"));
  await settle([b, a]);
  for (const kind of KINDS) {
    for (const page of [a, b]) {
      assert.equal(await page.evaluate(text(`/${kind}/f`)), "ten", kind);
      assert.equal(await page.evaluate(text(`/${kind}/f.conflict-1`)), "six", kind);
    }
  }
}

/** @param {import("./run.mjs").Browser} browser */
export async function a_removal_that_gave_way_to_a_change_is_undone(browser) {
  const [a, b] = [await browser.tab({ deaf: true }), await browser.tab({ patient: true })];
  for (const page of [a, b]) await page.evaluate(`keep("idb", "opfs")`);
  const all = (/** @type {string} */ act) => `{ for (const root of ["/idb", "/opfs"]) { ${act} } }`;
  await a.evaluate(all(`fs.writeFile(root + "/f", "old"); fs.writeFile(root + "/sign", "")`));
  await settle([a, b]);
  await b.evaluate(all(`fs.rename(root + "/f", root + "/g")`));
  await a.evaluate(all(`fs.writeFile(root + "/f", "changed"); fs.writeFile(root + "/sign", "changed")`));
  await a.evaluate(`fs.sync()`);
  // The other tab looks at what is new while its own change is not stored, and leaves the name aside.
  await b.evaluate(`void document.dispatchEvent(new Event("visibilitychange"))`);
  for (const kind of KINDS) await b.waitForFunction(`${text(`/${kind}/sign`)} === "changed"`);
  await b.evaluate(`fs.sync()`);
  for (const kind of KINDS) {
    assert.equal(await b.evaluate(text(`/${kind}/f`)), "changed", kind);
    assert.equal(await b.evaluate(text(`/${kind}/g`)), "old", kind);
  }
  // What it writes now follows what it sees.
  await b.evaluate(all(`fs.writeFile(root + "/f", fs.readFile(root + "/f", "utf8") + ", seen")`));
  await settle([b, a]);
  for (const kind of KINDS) assert.deepEqual(await a.evaluate(`fs.readdir("/${kind}").map((name) => [name, fs.readFile("/${kind}/" + name, "utf8")])`), [["f", "changed, seen"], ["g", "old"], ["sign", "changed"]], kind);
}

/** @param {import("./run.mjs").Browser} browser */
export async function what_was_written_before_a_move_comes_with_it(browser) {
  const [a, b] = await two(browser);
  await a.evaluate(each("import os; [open(f'/{kind}/{name}', 'w').write('old') for name in 'fh']; '{kind}' == 'idb' and os.link('/idb/h', '/idb/same')"));
  await settle([a, b]);
  await a.evaluate(each("[(open(f'/{kind}/{name}', 'a').write(', and new'), os.rename(f'/{kind}/{name}', f'/{kind}/{name}2')) for name in 'fh']"));
  await settle([a, b]);
  for (const kind of KINDS) for (const name of ["f2", "h2"]) for (const page of [a, b]) assert.equal(await page.evaluate(text(`/${kind}/${name}`)), "old, and new", `${kind} ${name}`);
  // A second name stays one.
  for (const page of [a, b]) {
    assert.equal(await page.evaluate(text("/idb/same")), "old, and new");
    assert.equal(await page.evaluate(`fs.stat("/idb/same").ino === fs.stat("/idb/h2").ino`), true);
  }
}
