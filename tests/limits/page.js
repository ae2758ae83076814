// Walks the kinds that the runner asks for, here or in a worker. What happens is told by lines on the console, because those
// get out even when the page then stops answering.
import { walk } from "./walk.js";

const task = JSON.parse(new URLSearchParams(location.search).get("task") ?? "");
/** @param {string} line */
const report = (line) => console.debug(`limits ${line}`);
if (task.place === "worker") {
  const worker = new Worker("worker.js", { type: "module" });
  worker.onmessage = (event) => report(event.data);
  worker.onerror = (event) => report(JSON.stringify(["died", event.message]));
  worker.postMessage(task);
} else {
  await walk(task, report);
}
