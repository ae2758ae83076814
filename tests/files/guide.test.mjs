// Every example of docs/files.md does what the page says.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";

import { repo } from "../../crates/xtask/web/places.mjs";

const text = await readFile(path.join(repo, "docs/files.md"), "utf8");
const examples = [...text.matchAll(/^```(\w+)\n([^]*?)^```$/gm)].map(([, language, code]) => ({ language, code: String(code) }));

/** Examples of a language that hold each of some words, in their order. @param {string} language @param {string[]} words */
function holding(language, words) {
  const codes = examples.filter((example) => example.language === language).map(({ code }) => code);
  assert.equal(codes.length, words.length, `a test for each example in ${language}`);
  for (const [index, word] of words.entries()) assert.ok(codes[index]?.includes(word), `${word} in\n${codes[index]}`);
  return codes;
}

/** Gives the page a folder of the user's and files at addresses. @param {import("playwright-core").Page} page */
async function furnish(page) {
  await page.evaluate(`{
    // The test's driver counts as a click; a visitor who has just come has not clicked.
    Object.defineProperty(navigator, "userActivation", { value: { isActive: false } });
    globalThis.showDirectoryPicker = async () => (await navigator.storage.getDirectory()).getDirectoryHandle("users-documents", { create: true });
  }`);
  const archive = `
import io, zipfile
buffer = io.BytesIO()
with zipfile.ZipFile(buffer, "w") as archive:
    archive.writestr("rivers.csv", "river,length\\nRhine,1233\\n")
list(buffer.getvalue())`;
  const zip = /** @type {number[]} */ (await page.evaluate(`py(${JSON.stringify(archive)}).then((list) => list.toJs())`));
  for (const [name, body] of Object.entries({ "atlas.zip": Buffer.from(zip), "cities.csv": Buffer.from("city,people\n"), "notes.txt": Buffer.from("notes") })) {
    await page.route(`**/${name}`, (route) => route.fulfill({ body }));
  }
}

/** @param {import("./run.mjs").Browser} browser */
export async function the_examples_in_Python_run({ tab }) {
  const [first, second, folder, archive, addresses, room, problems] = holding("python", ["/data/visits.txt", "async with", "folders.mount", "atlas.zip", "cities.csv", "ENOSPC", "problems"]);
  const page = await tab();
  await furnish(page);
  /** @type {string[]} */
  const printed = [];
  page.on("console", (message) => void (message.type() === "log" && printed.push(message.text())));
  const run = (/** @type {string | undefined} */ code) => page.evaluate(`py(${JSON.stringify(code)}).then(() => null)`);
  await run(first);
  assert.deepEqual(await page.evaluate(`[...fs.mounts.keys()]`), ["/data"]);
  await run(second);
  assert.equal(await page.evaluate(`fs.exists("/data/backup/list.txt")`), false, "taken down");
  const choosing = run(folder);
  await page.click("dialog.pyscript-fs button");
  await choosing;
  assert.equal(await page.evaluate(`showDirectoryPicker().then((folder) => folder.getFileHandle("letter.txt")).then((file) => file.getFile()).then((file) => file.text())`), "Dear reader");
  await run(archive);
  await run(addresses);
  assert.equal(await page.evaluate(`fs.readFile("/web/deep/notes.txt", "utf8")`), "notes");
  await run(room);
  // Somebody else writes a file, and so does this page, which does not know.
  const other = await tab({ deaf: true });
  await other.evaluate(`fs.mount("/data", { type: "idb" })`);
  await page.evaluate(`fs.writeFile("/data/notes.txt", "mine")`);
  await page.evaluate(`fs.sync("/data")`);
  await other.evaluate(`fs.writeFile("/data/notes.txt", "theirs")`);
  await other.evaluate(`fs.sync()`);
  await other.evaluate(`py(${JSON.stringify(`from krait import fs\n${problems}`)})`);
  await run(problems);
  const again = await tab();
  await again.evaluate(`fs.mount("/data", "idb")`);
  assert.equal(await again.evaluate(`fs.readFile("/data/visits.txt", "utf8")`), "one more\n");
  assert.deepEqual(await again.evaluate(`["notes.txt", "notes.conflict-1.txt"].map((name) => fs.readFile("/data/" + name, "utf8"))`), ["theirs", "mine"]);
  await again.evaluate(`fs.mount("/backup", { type: "opfs", name: "backup" })`);
  assert.equal(await again.evaluate(`fs.readFile("/backup/list.txt", "utf8")`), "kept");
  assert.deepEqual(printed.map((line) => line.trim()).filter((line) => line !== ""), ["river,length", "city,people", "no room"]);
  assert.deepEqual(await other.evaluate(`[...fs.mounts.get("/data").problems]`), [/# (notes\.txt was .*)$/m.exec(problems ?? "")?.[1]]);
}
the_examples_in_Python_run.apart = true;

/** @param {import("./run.mjs").Browser} browser */
export async function the_examples_in_JavaScript_run({ tab }) {
  const codes = holding("js", ["createKernel", "showDirectoryPicker", "ENOENT", "FS.mount"]);
  const page = await tab();
  await furnish(page);
  /** @type {string[]} */
  const printed = [];
  page.on("console", (message) => void (message.type() === "log" && printed.push(message.text())));
  const module = `${codes.join("\n").replace(`from "krait"`, `from "/pkg/kernel.js"`)}\nglobalThis.written = FS.readdir("/kept"); await kernel.fs.sync(); globalThis.done = true;`;
  await page.addScriptTag({ type: "module", content: module });
  await page.waitForFunction(`globalThis.done`);
  assert.deepEqual(printed, ["6", "[]", "ENOENT 2"]);
  const again = await tab();
  await again.evaluate(`Promise.all([fs.mount("/data", "idb"), fs.mount("/kept", "idb")])`);
  assert.deepEqual(await again.evaluate(`[fs.readFile("/data/numbers.json", "utf8"), fs.readFile("/data/total.txt", "utf8"), fs.readFile("/kept/a.txt", "utf8")]`), ["[1,2,3]", "6", "hello"]);
}
the_examples_in_JavaScript_run.apart = true;
