// Running tests with some in parallel, and saying what came of it.

/**
 * One test: it has passed when `run` resolves without a sentence.
 * @typedef {{ name: string, run: () => Promise<string[]> }} Test
 */

/**
 * Runs tests, `jobs` at a time, prints a line for each and the sum at the end. A test's `run` returns what is wrong.
 * @param {string} suite
 * @param {Test[]} tests
 * @param {number} jobs
 * @returns {Promise<boolean>} whether all passed
 */
export async function runAll(suite, tests, jobs) {
  let passed = 0;
  /** @type {string[]} */
  const failed = [];
  let next = 0;
  const work = async () => {
    for (let test = tests[next++]; test !== undefined; test = tests[next++]) {
      const begun = performance.now();
      /** @type {string[]} */
      let problems;
      try {
        problems = await test.run();
      } catch (error) {
        problems = [error instanceof Error ? (error.stack ?? error.message) : String(error)];
      }
      const took = `${((performance.now() - begun) / 1000).toFixed(1)} s`;
      if (problems.length === 0) {
        passed += 1;
        console.log(`  ok    ${test.name} (${took})`);
      } else {
        failed.push(test.name);
        const text = problems.map((problem) => problem.replaceAll("\n", "\n        ")).join("\n        ");
        console.log(`  FAIL  ${test.name} (${took})\n        ${text}`);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs, tests.length) }, work));
  if (failed.length > 0) console.log(`${suite}, not passed: ${failed.join(", ")}`);
  console.log(`${suite}: ${passed} passed, ${failed.length} failed`);
  return failed.length === 0;
}

/**
 * Two texts, the lines in which they differ marked.
 * @param {string} expected
 * @param {string} actual
 */
export function diff(expected, actual) {
  const [a, b] = [expected.split("\n"), actual.split("\n")];
  // Longest common subsequence; the texts are short.
  const rows = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  const at = (/** @type {number} */ i, /** @type {number} */ j) => rows[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const row = rows[i];
      if (row !== undefined) row[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push(`  ${a[i++]}`);
      j++;
    } else if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1))) {
      lines.push(`- ${a[i++]}`);
    } else {
      lines.push(`+ ${b[j++]}`);
    }
  }
  return lines.join("\n");
}
