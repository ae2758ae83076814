// How much of what RustPython passes natively is passed here. A test counts if RustPython's own marks expect it to pass and it
// was not skipped: what needs an operating system (sockets, processes, threads) is skipped, or its module is left out.
import { readFile } from "node:fs/promises";
import path from "node:path";

/** The least share of each module, and of all, that is wanted. */
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

/**
 * A sentence on all modules, and one on each that is below the bar.
 * @param {Map<string, import("./snap.mjs").Entry>} modules @param {string} root the folder of the tests
 */
export async function barOf(modules, root) {
  let [passed, wanted] = [0, 0];
  const below = [];
  for (const [module, entry] of modules) {
    const unread = [...entry.named.keys()].some((name) => name.startsWith("unittest.loader._FailedTest"));
    const text = unread ? await readFile(path.join(root, `${module}.py`), "utf8").catch(() => "") : "";
    const share = shareOf(entry, Math.max(1, methodsIn(text)));
    passed += share.passed;
    wanted += share.wanted;
    if (share.passed < share.wanted * BAR) below.push(`  below ${BAR * 100} %: ${module}, ${share.passed} of ${share.wanted}`);
  }
  const part = wanted === 0 ? 100 : (100 * passed) / wanted;
  return [`bar: ${passed} of ${wanted} tests that RustPython passes natively pass here, ${part.toFixed(1)} %`, ...below];
}
