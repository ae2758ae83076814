// Walks kinds of recursion in a kernel of its own; the same in a page and in a worker.
import { createKernel } from "/pkg/kernel.js";

/** @param {string} address */
const text = async (address) => {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address} answered ${answer.status}`);
  return answer.text();
};

/**
 * `place` is `call` (JavaScript waits for Python) or anything else (the event loop turns it, on a stack that can be suspended
 * where the engine has those). Without `names` it reports which there are.
 * `times` is how often each kind is walked.
 * @param {{ group: string, names: string[], place: string, times: number }} task
 * @param {(line: string) => void} report
 */
export async function walk({ group, names, place, times }, report) {
  try {
    const kernel = await createKernel({ stdout: () => {}, stderr: () => {} });
    kernel.registerJsModule("_limits", { report, names: JSON.stringify(names) });
    for (const file of ["/tests/limits/walk.py", `/tests/limits/kinds/${group}.py`]) {
      await kernel.runPythonAsync(await text(file), { filename: file });
    }
    await kernel.runPythonAsync("import _limits, json, asyncio\n_names = json.loads(_limits.names)");
    if (times === 1) kernel.globals.set("TIMES", 1);
    if (names.length === 0) report(/** @type {string} */ (kernel.runPython("json.dumps(['names', list(KINDS), KNOWN])")));
    else if (place === "call") kernel.runPython("walk(_names, _limits.report)");
    else await kernel.runPythonAsync("await asyncio.sleep(0)\nwalk(_names, _limits.report)");
    report('["done"]');
  } catch (error) {
    const failed = /** @type {{ traceback?: string, message?: string }} */ (error);
    report(JSON.stringify(["died", String(failed?.traceback ?? failed?.message ?? error)]));
  }
}
