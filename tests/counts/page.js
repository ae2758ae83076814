// Counts what one program costs: `kraitCount(name)` in a page of its own.
import { createKernel } from "/pkg/kernel.js";

import { settled } from "../support/settled.js";
import { PROGRAMS } from "./programs.mjs";

const list = document.createElement("ul");
list.id = "list";
for (let i = 0; i < 1000; i += 1) {
  const item = document.createElement("li");
  item.id = `item-${i}`;
  list.append(item);
}
document.body.append(list);

/** @param {string} name */
globalThis.kraitCount = async (name) => {
  const program = PROGRAMS.find((candidate) => candidate.name === name);
  if (program === undefined) throw new Error(`there is no program "${name}"`);
  const kernel = await createKernel({ stdout: () => {} });
  let before = { handles: 0, objects: 0, crossings: 0, strings: 0, entries: 0 };
  if (program.warm === false) {
    if (program.code !== "") {
      before = kernel.counts;
      await kernel.runPythonAsync(program.code);
    }
  } else {
    await kernel.runPythonAsync(program.code);
    const isAsync = program.code.includes("async def run");
    const call = isAsync ? "await run()" : "run()";
    await kernel.runPythonAsync(call);
    before = await settled(kernel, { handles: 0, objects: 0 });
    await kernel.runPythonAsync(call);
  }
  // What crossed is read before anything else crosses; what is alive, after the garbage has gone.
  const { crossings, strings, entries } = kernel.counts;
  const after = await settled(kernel, before);
  return {
    crossings: crossings - before.crossings,
    strings: strings - before.strings,
    entries: entries - before.entries,
    handles: after.handles - before.handles,
    objects: after.objects - before.objects,
  };
};
