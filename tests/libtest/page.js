// Runs the module named in the query in a kernel of its own. What happens is told by lines on the console, because those
// get out even when the page then stops answering.
import { createKernel } from "/pkg/kernel.js";

/** @param {string} address */
const get = async (address) => {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address} answered ${answer.status}`);
  return answer;
};

const query = new URLSearchParams(location.search);
try {
  const bundle = new Uint8Array(await (await get(`/bundles/${query.get("module")}.bin`)).arrayBuffer());
  const kernel = await createKernel({ stdout: () => {}, stderr: () => {} });
  kernel.registerJsModule("_libtest", {
    bundle,
    module: query.get("module"),
    deny: query.get("deny"),
    report: (/** @type {string} */ line) => console.debug(`libtest ${line}`),
  });
  await kernel.runPythonAsync(await (await get("driver.py")).text(), { filename: "driver.py" });
  console.debug('libtest ["done"]');
} catch (error) {
  console.debug(`libtest ${JSON.stringify(["died", String(error?.traceback ?? error?.message ?? error)])}`);
}
