// Makes the table of docs/stdlib.md in a kernel: `kraitTable()`.
import { createKernel } from "/pkg/kernel.js";

globalThis.kraitTable = async () => {
  const kernel = await createKernel();
  const program = await (await fetch("modules.py")).text();
  return String(await kernel.runPythonAsync(program, { filename: "modules.py" }));
};
