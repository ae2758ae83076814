// The committed list of results: what each test module is expected to do in the browser.
//
//   test_json: 181 ok, 12 skip, 3 xfail
//     fail test.test_json.test_scanner.TestPyScanner.test_x
//     varies test.test_json.test_speed.TestSpeed.test_y
//
// Tests that pass are counted, all others named. `varies` is written by hand: such a test is not compared.
import { readFile, writeFile } from "node:fs/promises";

/** Results that are only counted. */
export const QUIET = ["ok", "skip", "xfail"];

/**
 * One module: the result of each test by its name.
 * @typedef {{ counts: Record<string, number>, named: Map<string, string> }} Entry
 */

/** @param {string} file @returns {Promise<{ head: string[], modules: Map<string, Entry> }>} */
export async function readSnap(file) {
  const text = await readFile(file, "utf8").catch(() => "");
  /** @type {string[]} */
  const head = [];
  /** @type {Map<string, Entry>} */
  const modules = new Map();
  /** @type {Entry | undefined} */
  let entry;
  for (const line of text.split("\n")) {
    if (line.startsWith("#")) head.push(line);
    else if (line.startsWith("  ") && entry !== undefined) {
      const [, status = "", name = ""] = /^ {2}(\S+) (.*)$/.exec(line) ?? [];
      entry.named.set(name, status);
    } else if (line !== "") {
      const [module = "", rest = ""] = line.split(": ", 2);
      /** @type {Record<string, number>} */
      const counts = {};
      for (const part of rest.split(", ")) {
        const [number = "", kind = ""] = part.split(" ");
        counts[kind] = Number(number);
      }
      entry = { counts, named: new Map() };
      modules.set(module, entry);
    }
  }
  return { head, modules };
}

/** @param {string} file @param {string[]} head @param {Map<string, Entry>} modules */
export async function writeSnap(file, head, modules) {
  const lines = [...head];
  for (const [module, { counts, named }] of [...modules].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const sums = QUIET.filter((kind) => counts[kind]).map((kind) => `${counts[kind]} ${kind}`);
    lines.push(`${module}: ${sums.join(", ") || "0 ok"}`);
    for (const [name, status] of [...named].sort(([a], [b]) => (a < b ? -1 : 1))) lines.push(`  ${status} ${name}`);
  }
  await writeFile(file, `${lines.join("\n")}\n`);
}

/**
 * What came, in the form of the snapshot. Tests that vary are left out of both.
 * @param {Map<string, string>} results
 * @param {Entry | undefined} expected
 * @returns {Entry}
 */
export function entryOf(results, expected) {
  /** @type {Entry} */
  const entry = { counts: {}, named: new Map() };
  for (const [name, status] of expected?.named ?? []) if (status === "varies") entry.named.set(name, status);
  for (const [name, came] of results) {
    // A success that RustPython's marks did not expect is a success.
    const status = came === "xpass" ? "ok" : came;
    if (entry.named.get(name) === "varies") continue;
    if (QUIET.includes(status)) entry.counts[status] = (entry.counts[status] ?? 0) + 1;
    else entry.named.set(name, status);
  }
  return entry;
}

/** Sentences on what differs. @param {Entry} expected @param {Entry} actual */
export function differences(expected, actual) {
  const problems = [];
  for (const [name, status] of actual.named) {
    const before = expected.named.get(name);
    if (before !== status) problems.push(`${name}: ${status}, expected ${before ?? "to pass"}`);
  }
  for (const [name, status] of expected.named) {
    if (!actual.named.has(name)) problems.push(`${name}: passes or is gone, expected ${status}; --bless accepts that`);
  }
  for (const kind of QUIET) {
    const [before = 0, now = 0] = [expected.counts[kind], actual.counts[kind]];
    if (before !== now && problems.length === 0) problems.push(`${now} ${kind}, expected ${before}; --bless accepts that`);
  }
  return problems;
}
