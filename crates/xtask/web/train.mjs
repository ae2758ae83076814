// Finds out which functions of the wasm programs use right from the start: runs the programs of a folder in a copy that counts
// (`crates/xtask/src/split/counted.rs`), and how often the parts of large ones run (`crates/xtask/src/outline`).
// `node train.mjs <wasm> <glue> <pkg> <folder of programs> <entered> <ran>`; the first answer has the places of the functions
// that were entered, the second the counts, one a line.

// @ts-check

import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";

import { world } from "./training-world.mjs";

const [wasmPath, gluePath, pkg, folder, answer, ranAnswer] = process.argv.slice(2);
if (!wasmPath || !gluePath || !pkg || !folder || !answer || !ranAnswer) throw new Error("usage: train.mjs WASM GLUE PKG PROGRAMS ENTERED RAN");

/** As many as a page names. */
const PARTS = ["core", "std", "sources", "names", "codecs", "sqlite", "rest"];

// The same answer from the same sources: nothing that is drawn here may differ from one build to the next.
let clock = 0;
Object.defineProperty(globalThis.crypto, "getRandomValues", { value: (/** @type {Uint8Array} */ bytes) => bytes.fill(42) });
Date.now = () => Date.UTC(2026, 0, 1) + clock;
performance.now = () => clock++;

Object.assign(globalThis, world());
console.log = () => {};
const { instantiate } = await import(pathToFileURL(gluePath).href);
const instance = await instantiate(await WebAssembly.compile(new Uint8Array(await readFile(wasmPath))));
const { exports, Kernel } = instance;
const parts = Object.fromEntries(PARTS.map((part) => [part, pathToFileURL(path.join(pkg, `krait-${part}.bin`)).href]));
const kernel = new Kernel({ parts });
/** @type {string[]} */
const said = [];
for (const stream of [1, 2]) kernel.guard(() => kernel.setOutput(stream, { isatty: false, line: (/** @type {string} */ line) => said.push(line) }));

/** @param {string} program */
async function run(program) {
  const code = await readFile(path.join(folder ?? "", program), "utf8");
  kernel.guard(() => kernel.missingParts(code));
  const globals = kernel.guard(() => kernel.runPython("{'__name__': '__main__'}"));
  await kernel.guard(() => kernel.runPythonAsync(code, { filename: program, globals }));
}

/** A session whose members are used under its guard, as embedders do (`www/src/embed.ts`). @param {any} session */
function guarded(session) {
  return new Proxy(session, {
    get(_, name) {
      const member = session.guard(() => session[name]);
      return typeof member === "function" ? (/** @type {unknown[]} */ ...given) => session.guard(() => member.apply(session, given)) : member;
    },
  });
}

for (const program of (await readdir(folder)).filter((name) => name.endsWith(".py")).sort()) {
  /** @type {unknown} */
  let failure;
  try {
    await run(program);
  } catch (error) {
    failure = error;
  }
  const raises = program.startsWith("raises_");
  if (raises !== (failure !== undefined)) throw new Error(`${program} ${raises ? "did not raise" : "failed"}\n${said.slice(-5).join("\n")}`, { cause: failure });
}

const { default: embed } = await import(pathToFileURL(path.join(folder, "embedder.mjs")).href);
await embed(guarded(kernel));

/** @type {number[]} */
const entered = [];
for (let word = 0; ; word++) {
  const bits = exports[`entered${word}`];
  if (bits === undefined) break;
  for (let bit = 0n; bit < 64n; bit++) if ((bits.value >> bit) & 1n) entered.push(word * 64 + Number(bit));
}
await writeFile(answer, entered.join("\n"));
/** @type {number[]} */
const ran = [];
for (let count; (count = exports[`ran${ran.length}`]) !== undefined; ) ran.push(count.value);
await writeFile(ranAnswer, ran.join("\n"));
process.stdout.write(`training: ${entered.length} functions entered, ${said.length} lines printed\n`);
process.exit(0);
