// Runs the page tests: `node tests/pages/run.mjs [--bless] [part of a name]`. See CONTRIBUTING.md for what a case is.
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";

import { repo } from "../../crates/xtask/web/places.mjs";
import { launch } from "../support/browser.mjs";
import { runAll } from "../support/report.mjs";
import { PageCase } from "./case.mjs";
import { checkCase } from "./schema.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { bless: { type: "boolean", default: false }, jobs: { type: "string", default: process.env["KRAIT_TEST_JOBS"] ?? "2" } },
});
const filter = positionals[0] ?? "";
const root = path.join(repo, "tests/pages");

/** @returns {Promise<string[]>} folders with a case.json, by name */
async function discover() {
  const entries = await readdir(root, { recursive: true });
  return entries
    .filter((entry) => path.basename(entry) === "case.json")
    .map((entry) => path.dirname(entry).split(path.sep).join("/"))
    .filter((name) => name.includes(filter))
    .sort();
}

const names = await discover();
if (names.length === 0 && filter === "") throw new Error("no page test found in tests/pages");
const browser = names.length === 0 ? undefined : await launch(["--js-flags=--expose-gc"]);
try {
  const tests = names.map((name) => ({
    name,
    async run() {
      const folder = path.join(root, name);
      const text = await readFile(path.join(folder, "case.json"), "utf8");
      /** @type {unknown} */
      let spec;
      try {
        spec = JSON.parse(text);
      } catch (error) {
        return [`case.json is not JSON: ${error instanceof Error ? error.message : error}`];
      }
      const problems = checkCase(spec);
      if (problems.length > 0 || browser === undefined) return problems;
      const checked = /** @type {import("./case.d.ts").Case} */ (spec);
      if (checked.profile !== undefined && checked.profile !== (process.env["KRAIT_PROFILE"] ?? "release")) {
        console.log(`  left out: ${name} is about the ${checked.profile} build`);
        return [];
      }
      const options = { name, folder, spec: checked, browser, bless: values.bless };
      const once = new PageCase(options);
      const found = await once.run();
      if (!once.crashed || checked.known_failure !== undefined) return found;
      // Once in thousands of pages it is the browser that falls; a page that makes it fall does so again.
      console.log(`  ${name}: once more, since ${found.join("\n        ")}`);
      return new PageCase(options).run();
    },
  }));
  process.exitCode = (await runAll("pages", tests, Number(values.jobs))) ? 0 : 1;
} finally {
  await browser?.close();
}
