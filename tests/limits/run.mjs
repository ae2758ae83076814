// Walks every kind of deep recursion in kernels in Chromium: `node tests/limits/run.mjs [part of a name]`, where a name is
// `place/group/kind`, as in `worker/source/compile_sum`. A kind is a function of tests/limits/kinds/*.py. A kind fails when
// it raises what it should not, or ends the kernel: then the others go on in a new one. `--some` is what continuous integration
// runs: each kind once, in the place with the smallest stack, without those that are known to fail, and no sizes.
import { readdir } from "node:fs/promises";
import path from "node:path";

import { mounts, repo } from "../../crates/xtask/web/places.mjs";
import { startServer } from "../../crates/xtask/web/server.mjs";
import { launch } from "../support/browser.mjs";

/** A call that JavaScript waits for, the event loop of a page, that of a worker: each has a stack of another size. */
const PLACES = ["call", "loop", "worker"];
/** Groups to which the stack does not matter. */
const ANYWHERE = ["sizes"];
/** Milliseconds that one kind may take. */
const PATIENCE = 30_000;
const CRASHED = "the page crashed";

const some = process.argv[2] === "--some";
const filter = some ? "" : (process.argv[2] ?? "");
const groups = (await readdir(path.join(repo, "tests/limits/kinds")))
  .filter((name) => name.endsWith(".py"))
  .map((name) => name.slice(0, -3))
  .filter((name) => !some || !ANYWHERE.includes(name))
  .sort();
const server = await startServer({ mounts, rules: [{ path: "/favicon.ico", status: 204, body: "" }] });

/**
 * Walks `names` in a new kernel until one of them ends it.
 * @param {{ group: string, names: string[], place: string, times: number }} task
 * @returns {Promise<{ ended: Map<string, string>, names: string[], known: Record<string, string>, running: string, death: string }>}
 */
async function attempt(task) {
  const browser = await launch();
  /** @type {Map<string, string>} */
  const ended = new Map();
  /** @type {string[]} */
  let names = [];
  /** @type {Record<string, string>} */
  let known = {};
  let running = "";
  let depth = "";
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  try {
    const page = await browser.newPage();
    /** @type {string} */
    const death = await new Promise((resolve) => {
      const alive = () => {
        clearTimeout(timer);
        timer = setTimeout(() => resolve(`it did not end within ${PATIENCE / 1000} s`), PATIENCE);
      };
      alive();
      page.on("crash", () => resolve(CRASHED));
      page.on("console", (message) => {
        const line = message.text();
        if (!line.startsWith("limits ")) return;
        alive();
        const [kind, first, problem] = JSON.parse(line.slice(7));
        if (kind === "start") [running, depth] = [first, ""];
        else if (kind === "at") depth = ` at ${first} levels`;
        else if (kind === "end") {
          ended.set(first, problem);
          running = "";
        } else if (kind === "names") [names, known] = [first, problem];
        else {
          resolve(kind === "done" ? "" : first);
        }
      });
      const query = new URLSearchParams({ task: JSON.stringify(task) });
      page.goto(`${server.origin}/tests/limits/page.html?${query}`).catch((error) => resolve(String(error)));
    });
    return { ended, names, known, running, death: running === "" ? death : `${death}${depth}` };
  } finally {
    clearTimeout(timer);
    await browser.close();
  }
}

const times = some ? 1 : 2;
let passed = 0;
let expected = 0;
let failed = 0;
/** @param {string} name @param {string} problem @param {string} [reason] why it is known to fail */
const note = (name, problem, reason) => {
  if (problem !== "" && reason !== undefined) {
    expected += 1;
    if (filter !== "") console.log(`  known ${name}: ${problem.trim().split("\n").slice(0, 4).join("\n        ")}`);
  }
  else if (problem === "" && reason === undefined) passed += 1;
  else {
    failed += 1;
    const text = problem === "" ? `passes, but is known to fail: ${reason}` : problem.trim().split("\n").slice(0, 4).join("\n        ");
    console.log(`  FAIL  ${name}: ${text}`);
  }
};

try {
  for (const group of groups) {
    const listing = { group, names: [], place: "loop", times };
    let found = await attempt(listing);
    if (found.death === CRASHED) {
      // Nothing that is deep has run when the names are listed: it is the browser that fell. Twice is a failure.
      console.log(`  ${group}: the page crashed when the names were listed, once more`);
      found = await attempt(listing);
    }
    if (found.death !== "") {
      note(group, found.death);
      continue;
    }
    for (const place of some ? ["loop"] : ANYWHERE.includes(group) ? PLACES.slice(0, 1) : PLACES) {
      let left = found.names.filter((name) => `${place}/${group}/${name}`.includes(filter) && !(some && name in found.known));
      const begun = performance.now();
      const count = left.length;
      while (left.length > 0) {
        const { ended, running, death } = await attempt({ group, names: left, place, times });
        for (const [name, problem] of ended) note(`${place}/${group}/${name}`, problem, found.known[name]);
        if (running !== "") note(`${place}/${group}/${running}`, death, found.known[running]);
        else if (death !== "") note(`${place}/${group}`, death);
        if (death !== "" && ended.size === 0 && running === "") break;
        left = left.filter((name) => !ended.has(name) && name !== running);
      }
      if (count > 0) console.log(`  ${place}/${group}: ${count} kinds (${((performance.now() - begun) / 1000).toFixed(1)} s)`);
    }
  }
} finally {
  await server.close();
}
if (expected > 0) console.log(`limits: ${expected} fail as known`);
console.log(`limits: ${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
