// Which modules of the standard library work: `node tests/stdlib/run.mjs [--bless]` makes the table in a browser and holds it
// against docs/stdlib.md.
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";

import { mounts, repo } from "../../crates/xtask/web/places.mjs";
import { startServer } from "../../crates/xtask/web/server.mjs";
import { launch } from "../support/browser.mjs";
import { runAll } from "../support/report.mjs";

const { values } = parseArgs({ allowPositionals: true, options: { bless: { type: "boolean", default: false } } });
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
try {
  process.exitCode = (await runAll("stdlib", [{ name: "docs/stdlib.md", run }], 1)) ? 0 : 1;
} finally {
  await browser.close();
  await server.close();
}
