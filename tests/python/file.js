// Runs one test file in a kernel of its own: in a page (page.js) or in a worker (worker.js).
import { createKernel } from "/pkg/kernel.js";

import { forget, remember, settled } from "../support/settled.js";

/** How a file ended, and what it left alive. @typedef {{ problem: string, left?: { handles: number, objects: number } }} Ended */

/** What tests use that stays: the loop's own objects are there before anything is counted. */
const WARM = `
import asyncio, js, pyodide.ffi
await js.Promise.resolve()
await asyncio.sleep(0)
`;

/** What tests import: `name.py` of this folder is the module `name`. */
const SUPPORT = "/tests/python/support/";
const SHARED = ["checks"];

/** Files that a test imports lie in the working directory, where Python finds them. @param {any} kernel @param {string} text */
async function supply(kernel, text) {
  for (const name of SHARED.filter((name) => new RegExp(`^from ${name} import `, "m").test(text))) {
    const answer = await fetch(`${SUPPORT}${name}.py`);
    if (!answer.ok) throw new Error(`${SUPPORT}${name}.py answered ${answer.status}`);
    kernel.globals.set("_text", await answer.text());
    kernel.runPython(`with open("${name}.py", "w") as _file: _file.write(_text)\ndel _file, _text`);
  }
}

/** @param {string} file an address below this folder @returns {Promise<Ended>} no problem if all is well */
export async function runFile(file) {
  try {
    const answer = await fetch(file);
    if (!answer.ok) throw new Error(`${file} answered ${answer.status}`);
    const text = await answer.text();
    const kernel = await createKernel();
    await kernel.runPythonAsync(WARM);
    await supply(kernel, text);
    remember(kernel);
    const before = await settled(kernel, { handles: 0, objects: 0 });
    await kernel.runPythonAsync(text, { filename: file.replace("/tests/python/", "") });
    forget(kernel);
    const after = await settled(kernel, before);
    return { problem: "", left: { handles: after.handles - before.handles, objects: after.objects - before.objects } };
  } catch (error) {
    return { problem: String(error?.traceback ?? error?.message ?? error) || "failed without a message" };
  }
}
