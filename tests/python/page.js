// Runs the file named in the query in a kernel of its own and tells the runner how it ended.
import { createKernel } from "/pkg/kernel.js";

const file = new URLSearchParams(location.search).get("file") ?? "";
/** @param {string} problem empty when all is well */
const finish = (problem) => globalThis.kraitTestFinished(problem);
try {
  const answer = await fetch(file);
  if (!answer.ok) throw new Error(`${file} answered ${answer.status}`);
  const kernel = await createKernel();
  await kernel.runPythonAsync(await answer.text(), { filename: file.replace("/tests/python/", "") });
  await finish("");
} catch (error) {
  await finish(String(error?.traceback ?? error?.message ?? error) || "failed without a message");
}
