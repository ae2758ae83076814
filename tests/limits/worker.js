// A worker that walks the kinds that the page sends it.
import { walk } from "./walk.js";

addEventListener("message", (event) => walk(event.data, (line) => postMessage(line)));
