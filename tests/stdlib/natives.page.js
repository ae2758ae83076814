// Makes the calls of natives.py in a kernel of its own, and tells the runner by lines on the console: those get out even when
// the page then stops answering.
import { createKernel } from "/pkg/kernel.js";

/** @type {{ module: string, without: string[], only: string, every: boolean }} */
const { module, without, only, every } = JSON.parse(new URLSearchParams(location.search).get("task") ?? "");
/** @param {unknown[]} line */
const report = (...line) => console.debug(`natives ${JSON.stringify(line)}`);

/** The modules that are in the wasm, and the one that stands for threads, which is not native here and is elsewhere. */
const NATIVE = `
import json, sys
json.dumps(sorted([*sys.builtin_module_names, "_thread"]))
`;
/** Milliseconds between two signs of life. */
const ALIVE = 1000;

let now = "";
try {
  const kernel = await createKernel({ stdin: () => null, stdout: () => {}, stderr: () => {} });
  if (module === "") {
    report("modules", JSON.parse(String(kernel.runPython(NATIVE))));
  } else {
    let [told, toldAt] = ["", 0];
    /** @param {string} call */
    const hear = (call) => {
      now = call;
      // A line for each would take longer than the calls; which one hangs is found by telling every one.
      const name = call.slice(0, call.indexOf("("));
      if (!every && name === told && performance.now() < toldAt + ALIVE) return;
      report("now", call);
      [told, toldAt] = [name, performance.now()];
    };
    kernel.registerJsModule("_natives", { module, without: JSON.stringify(without), only, hear });
    const program = await (await fetch("natives.py")).text();
    const made = await kernel.runPythonAsync(program, { filename: "natives.py" });
    // Whoever came through is asked whether it still works.
    report("done", Number(made), String(kernel.runPython("str(sum(map(int, '1 2 3'.split())))")));
  }
} catch (error) {
  const failed = /** @type {{ code?: string, message?: string, traceback?: string }} */ (error);
  report("died", now, failed.code ?? "", String(failed.traceback ?? failed.message ?? error));
}
