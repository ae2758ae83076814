// Which modules of the standard library work: `node tests/stdlib/run.mjs [--bless] [part of a name]` makes the table in a browser
// and holds it against docs/stdlib.md, and calls all that native modules have with what they do not expect (natives.mjs).
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";

import { mounts, repo } from "../../crates/xtask/web/places.mjs";
import { startServer } from "../../crates/xtask/web/server.mjs";
import { launch } from "../support/browser.mjs";
import { runAll } from "../support/report.mjs";
import { nativesTests } from "./natives.mjs";

const { values, positionals } = parseArgs({ allowPositionals: true, options: { bless: { type: "boolean", default: false } } });
const document = path.join(repo, "docs/stdlib.md");

/** The lines that only one of two texts has. @param {string} was @param {string} is */
function differences(was, is) {
  const [before, now] = [new Set(was.split("\n")), new Set(is.split("\n"))];
  return [
    ...[...before].filter((line) => !now.has(line)).map((line) => `- ${line}`),
    ...[...now].filter((line) => !before.has(line)).map((line) => `+ ${line}`),
  ];
}

const browser = await launch();
const server = await startServer({ mounts, rules: [{ path: "/favicon.ico", status: 204, body: "" }] });
const run = async () => {
  const page = await (await browser.newContext()).newPage();
  await page.goto(`${server.origin}/tests/stdlib/page.html`);
  await page.waitForFunction(() => "kraitTable" in globalThis);
  const table = /** @type {string} */ (await page.evaluate(() => /** @type {any} */ (globalThis).kraitTable()));
  const accepted = await readFile(document, "utf8").catch(() => "");
  if (values.bless) await writeFile(document, table);
  else if (table !== accepted) return ["docs/stdlib.md is stale; `cargo xtask bless` accepts this:", ...differences(accepted, table)];
  return [];
};
const filter = positionals[0] ?? "";
const natives = values.bless ? undefined : await nativesTests(server.origin, filter);
try {
  const tests = [{ name: "docs/stdlib.md", run }].filter(({ name }) => name.includes(filter));
  process.exitCode = (await runAll("stdlib", [...tests, ...(natives?.tests ?? [])], 2)) ? 0 : 1;
} finally {
  await natives?.close();
  await browser.close();
  await server.close();
}
