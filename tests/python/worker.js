// Runs the file that the page names.
import { runFile } from "./file.js";

addEventListener("message", async ({ data }) => postMessage(await runFile(data)), { once: true });
