// How much of what RustPython passes natively is passed here. A test counts if RustPython's own marks expect it to pass and it
// was not skipped: what needs an operating system (sockets, processes, threads) is skipped, or its module is left out.
import { readFile } from "node:fs/promises";
import path from "node:path";

/** The least share of all modules that is wanted; one that is below it alone is named. */
export const BAR = 0.85;

/**
 * Tests of one module: how many are expected to pass, and how many do. Of a module that could not be imported, `methods` says how
 * many it has.
 * @param {import("./snap.mjs").Entry} entry @param {number} [methods]
 */
export function shareOf({ counts, named }, methods = 1) {
  const passed = counts["ok"] ?? 0;
  let failed = 0;
  for (const [name, status] of named) {
    if (status !== "varies") failed += name.startsWith("unittest.loader._FailedTest") ? methods : 1;
  }
  return { passed, wanted: passed + failed };
}

/** Test methods in the text of a module. @param {string} text */
export const methodsIn = (text) => [...text.matchAll(/^[ \t]+(?:async )?def test/gm)].length;

/** Results of a test that ended its kernel, or never came. Nothing excuses them: the list of results does not either. */
const ENDED = ["trap", "hang", "stopped"];

/** @typedef {{ passed: number, wanted: number, ended: string[], lines: string[] }} Bar */

/**
 * The share of all modules and the tests that ended a kernel, with a sentence on all modules and one on each that is below the bar.
 * @param {Map<string, import("./snap.mjs").Entry>} modules @param {string} root the folder of the tests
 * @returns {Promise<Bar>}
 */
export async function barOf(modules, root) {
  let [passed, wanted] = [0, 0];
  const below = [];
  const ended = [];
  for (const [module, entry] of modules) {
    const unread = [...entry.named.keys()].some((name) => name.startsWith("unittest.loader._FailedTest"));
    const text = unread ? await readFile(path.join(root, `${module}.py`), "utf8").catch(() => "") : "";
    const share = shareOf(entry, Math.max(1, methodsIn(text)));
    passed += share.passed;
    wanted += share.wanted;
    if (share.passed < share.wanted * BAR) below.push(`  below ${BAR * 100} %: ${module}, ${share.passed} of ${share.wanted}`);
    for (const [name, status] of entry.named) if (ENDED.includes(status)) ended.push(`${name}: ${status}`);
  }
  const part = wanted === 0 ? 100 : (100 * passed) / wanted;
  const sentence = `bar: ${passed} of ${wanted} tests that RustPython passes natively pass here, ${part.toFixed(1)} %`;
  return { passed, wanted, ended, lines: [sentence, ...below] };
}

/**
 * Why a run has failed though every module did what the list of results says. What a run of some modules found says nothing about
 * the suite, so only a whole one is held to the bar.
 * @param {Pick<Bar, "passed" | "wanted" | "ended">} bar @param {boolean} whole
 */
export function missed({ passed, wanted, ended }, whole) {
  const problems = ended.map((test) => `a test that ends its kernel is a defect, also when it is in the list: ${test}`);
  if (whole && wanted === 0) problems.push("no test ran that RustPython passes natively");
  else if (whole && passed < wanted * BAR) {
    problems.push(`${((100 * passed) / wanted).toFixed(1)} % of the tests that RustPython passes natively pass here, ${BAR * 100} % are wanted`);
  }
  return problems;
}
