// Python's operations (`operations.txt`) on JavaScript's values (`values.txt`).
import { cross } from "../crossed.js";
import { shower } from "../recorded/show.js";

await cross(async (kernel, operations) => {
  /** @type {any} */ (globalThis).shown = shower(kernel.ffi);
  for (const file of ["../recorded/answer.py", "cells.py"]) await kernel.runPythonAsync(await (await fetch(file)).text());
  const answers = kernel.globals.get("cells")(operations);
  return async (make) => {
    const proxy = await answers(make);
    const texts = proxy.toJs();
    proxy.destroy();
    return texts;
  };
});
