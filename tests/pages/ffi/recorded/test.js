// Programs and what Pyodide 314.0.7 makes of them, one after the other in one kernel. `cases.json` has them: programs in Python
// ("py", `make` is the JavaScript of `x`) and in JavaScript ("js", `make` is the Python of `x`). Those with `where` "page" want the
// stack of a page, which workers do not have.
import { run } from "../cases.js";
import { shower } from "./show.js";

/** @typedef {{ kind: string, where?: string, make: string | null, code: string, expect: string }} Case */

const [cases, source] = await Promise.all([
  fetch("cases.json").then((answer) => /** @type {Promise<Case[]>} */ (answer.json())),
  fetch("answer.py").then((answer) => answer.text()),
]);
const AsyncFunction = /** @type {any} */ (async () => {}).constructor;

/** @param {any} kernel @param {Case} recorded @returns {Promise<string>} */
async function answerTo(kernel, { kind, make, code }) {
  const show = shower(kernel.ffi);
  /** @type {any} */ (globalThis).shown = show;
  if (kind === "py") return kernel.globals.get("answer")(code, make ?? undefined);
  /** @type {string[]} */
  const lines = [];
  const out = (/** @type {unknown[]} */ ...values) => lines.push(values.map(show).join(" "));
  try {
    const x = make === null ? undefined : kernel.runPython(make);
    const value = await new AsyncFunction("k", "x", "out", "show", code)(kernel, x, out, show);
    if (value !== undefined || lines.length === 0) out(value);
  } catch (error) {
    lines.push(`throw ${show(error)}`);
  }
  return lines.join("\n");
}

/** @type {Record<string, (kernel: any) => Promise<void>>} */
const all = { "the programs' surroundings": (kernel) => kernel.runPythonAsync(source) };
for (const recorded of cases) {
  if (recorded.where === "page" && typeof document === "undefined") continue;
  all[`${recorded.make ?? ""} ${recorded.code}`] = async (kernel) => {
    // They were recorded in a page, whose global object is another.
    const answer = (await answerTo(kernel, recorded)).replace(/(Dedicated)?WorkerGlobalScope/g, "Window");
    if (answer !== recorded.expect) throw new Error(`\n  gave     ${answer}\n  expected ${recorded.expect}`);
  };
}
// The programs' own names are forgotten; what they put into the page stays.
await run(all, {}, { handles: 31, objects: 8 });
