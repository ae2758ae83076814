// Makes the table of docs/stdlib.md in a kernel: `kraitTable()`.
import { createKernel } from "/pkg/kernel.js";

globalThis.kraitTable = async () => {
  const kernel = await createKernel();
  const text = async (/** @type {string} */ name) => (await fetch(name)).text();
  // What the program imports lies in the working directory.
  kernel.globals.set("_text", await text("sentences.py"));
  kernel.runPython('with open("sentences.py", "w") as _file: _file.write(_text)');
  const program = await text("modules.py");
  return String(await kernel.runPythonAsync(program, { filename: "modules.py" }));
};
