// Two tabs that write the same files at once. Every write adds a mark to what its tab has read, so a file tells which writes
// it follows. What `sync()` has reported stored is found by a third tab: in the file, in a version beside it, or it was removed
// by somebody who had read it.
import assert from "node:assert/strict";

const KINDS = ["idb", "opfs"];

/**
 * A write: what it added to which file, and the moments before it and after the `sync()` that stored it, counted by the test.
 * @typedef {{ mark: string, kind: string, name: string, begun: number, stored: number }} Write
 */

/** What a tab does, in the page. `moment()` counts, `report()` tells the test. @param {{ tab: string, seed: number, steps: number, kinds: string[] }} how */
async function live({ tab, seed, steps, kinds }) {
  const { fs, moment, report } = /** @type {any} */ (globalThis);
  let state = seed;
  const draw = (/** @type {number} */ below) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 16) % below;
  };
  /** @type {Omit<Write, "stored">[]} */
  let writes = [];
  /** @type {[kind: string, mark: string][]} */
  let dropped = [];
  let number = 0;
  const read = (/** @type {string} */ path) => (fs.exists(path) ? fs.readFile(path, "utf8") : "");
  const marks = (/** @type {string} */ text) => text.split("\n").filter((mark) => mark !== "");
  for (let step = 0; step < steps; step += 1) {
    const begun = await moment();
    const [act, one, two] = [draw(10), draw(3), draw(3)];
    for (const kind of kinds) {
      const add = (/** @type {string} */ name) => {
        const mark = `${tab}${++number}`;
        fs.writeFile(`/${kind}/${name}`, `${read(`/${kind}/${name}`)}${mark}\n`);
        writes.push({ mark, kind, name, begun });
      };
      const drop = (/** @type {string} */ name) => dropped.push(...marks(read(`/${kind}/${name}`)).map((mark) => /** @type {[string, string]} */ ([kind, mark])));
      const [moving, target, folder] = [`moving-${one}`, `moving-${two}`, `d${one}`];
      if (act < 4) add(`same-${one}`);
      else if (act === 4) for (let file = 0; file < 12; file += 1) add(`own-${tab}-${file}`);
      else if (act === 5) add(moving);
      else if (act === 6 && fs.exists(`/${kind}/${moving}`) && moving !== target) {
        drop(target);
        fs.rename(`/${kind}/${moving}`, `/${kind}/${target}`);
      } else if (act === 7 && fs.exists(`/${kind}/${moving}`)) {
        drop(moving);
        fs.unlink(`/${kind}/${moving}`);
      } else if (act === 8) {
        fs.mkdir(`/${kind}/${folder}`, { recursive: true });
        add(`${folder}/in`);
      } else if (act === 9 && fs.exists(`/${kind}/${folder}`)) {
        for (const name of fs.readdir(`/${kind}/${folder}`)) {
          drop(`${folder}/${name}`);
          fs.unlink(`/${kind}/${folder}/${name}`);
        }
        fs.rmdir(`/${kind}/${folder}`);
      }
    }
    // What was dropped counts from the moment at which it was: the store may hear of it before `sync()` is called.
    await report({ dropped });
    dropped = [];
    if (draw(3) > 0) continue;
    const stored = writes;
    writes = [];
    await fs.sync();
    await report({ stored });
  }
}

/** All files of a mount, in the page. @param {string} root */
function everything(root) {
  const { fs } = /** @type {any} */ (globalThis);
  /** @type {[string, string][]} */
  const files = [];
  const visit = (/** @type {string} */ path) => {
    for (const name of fs.readdir(path)) {
      const below = `${path}/${name}`;
      if (fs.stat(below).isDirectory()) visit(below);
      else files.push([below.slice(root.length + 1), fs.readFile(below, "utf8")]);
    }
  };
  visit(root);
  return files;
}

/** @param {import("./run.mjs").Browser} browser @param {{ deaf: boolean, seed: number, killed: boolean }} how */
async function histories({ tab }, { deaf, seed, killed }) {
  const pages = [await tab(), await tab({ deaf })];
  let now = 0;
  /** @type {Write[]} */
  const stored = [];
  /** @type {Map<string, Set<string>>} */
  const dropped = new Map(KINDS.map((kind) => [kind, new Set()]));
  /** @type {() => void} */
  let enough = () => {};
  const half = new Promise((done) => void (enough = () => done(undefined)));
  for (const [index, page] of pages.entries()) {
    assert.deepEqual(await page.evaluate(`keep("idb", "opfs")`), []);
    let syncs = 0;
    await page.exposeFunction("moment", () => ++now);
    await page.exposeFunction("report", (/** @type {{ stored?: Write[], dropped?: [string, string][] }} */ told) => {
      for (const write of told.stored ?? []) stored.push({ ...write, stored: ++now });
      for (const [kind, mark] of told.dropped ?? []) dropped.get(kind)?.add(mark);
      if (told.stored && index === 0 && ++syncs === 6) enough();
    });
  }
  const lives = pages.map((page, index) => page.evaluate(live, { tab: "ab".charAt(index), seed: seed + index, steps: 60, kinds: KINDS }));
  const [first, second] = pages;
  assert.ok(first && second);
  const kill = async (/** @type {import("playwright-core").Page} */ page) => {
    const devtools = await page.context().newCDPSession(page);
    const crashed = page.waitForEvent("crash");
    devtools.send("Page.crash").catch(() => {});
    await crashed;
  };
  if (killed) {
    lives[0]?.catch(() => {});
    await Promise.race([half, ...lives]);
    await kill(first);
    await lives[1];
  } else await Promise.all(lives);
  // Nobody settles anything: what is stored now is all there is.
  await kill(second);
  if (!killed) await kill(first);

  const third = await tab();
  const problems = await third.evaluate(`keep("idb", "opfs")`);
  assert.deepEqual(problems, []);
  for (const kind of KINDS) {
    const files = await third.evaluate(everything, `/${kind}`);
    const there = new Set(files.flatMap(([, text]) => text.split("\n")));
    const mine = stored.filter((write) => write.kind === kind);
    assert.ok(mine.length > 40, `${kind}: ${mine.length} writes were stored`);
    const lost = mine.filter(({ mark }) => !there.has(mark) && !dropped.get(kind)?.has(mark));
    assert.deepEqual(lost, [], `${kind}: reported stored, and nowhere`);
    if (deaf) assert.ok(files.some(([name]) => name.includes(".conflict-")), `${kind}: nothing was written at once`);
    // The name belongs to the write that was stored last.
    for (const [name, text] of files) {
      if (!/^same-\d$/.test(name)) continue;
      const last = mine.find(({ mark }) => mark === text.trim().split("\n").at(-1));
      const later = mine.filter((write) => last && write.name === name && write.begun > last.stored);
      assert.deepEqual(later, [], `${kind}: ${name} ends with ${last?.mark}`);
    }
  }
}

/** @param {import("./run.mjs").Browser} browser */
export async function no_write_that_was_stored_is_lost_if_tabs_hear_each_other(browser) {
  await histories(browser, { deaf: false, seed: 7, killed: false });
}

/** @param {import("./run.mjs").Browser} browser */
export async function no_write_that_was_stored_is_lost_if_a_tab_hears_nothing(browser) {
  await histories(browser, { deaf: true, seed: 21, killed: false });
}

/** @param {import("./run.mjs").Browser} browser */
export async function no_write_that_was_stored_is_lost_if_a_tab_crashes(browser) {
  await histories(browser, { deaf: true, seed: 63, killed: true });
}
