import { exhaust } from "./programs.js";

await exhaust((name, outcome) => postMessage({ name, outcome }), ["a list of bytearrays", "a text that doubles", "a shift"]);
postMessage({});
