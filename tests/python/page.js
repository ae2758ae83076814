// Runs the file that the query names, here or in a worker, and tells the runner how it ended.
import { runFile } from "./file.js";

/** @typedef {import("./file.js").Ended} Ended */

const query = new URLSearchParams(location.search);
const file = query.get("file") ?? "";

/** @returns {Promise<Ended>} */
function inWorker() {
  const worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
  return new Promise((done) => {
    worker.onmessage = ({ data }) => done(data);
    worker.onerror = ({ message }) => done({ problem: `the worker failed: ${message}` });
    worker.postMessage(file);
  });
}

await globalThis.kraitTestFinished(query.has("worker") ? await inWorker() : await runFile(file));
