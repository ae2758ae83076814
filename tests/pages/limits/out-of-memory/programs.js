// Programs that want more memory than there is, each in a kernel of its own, and what becomes of both. The same in a page and in a worker.
import { createKernel } from "/pkg/kernel.js";

/** Python that no memory is enough for. @type {Record<string, string>} */
const PROGRAMS = {
  "a list of bytearrays": "kept = []\nwhile True:\n    kept.append(bytearray(2**28))",
  "2 GiB of bytes": "kept = bytes(2**31)",
  "a text that doubles": "kept = 'ab' * 2**20\nwhile True:\n    kept += kept",
  "a list that is multiplied": "kept = [0] * 2**30",
  "a shift": "kept = 1 << 2**33",
  "a dict of long texts": "kept = {}\nwhile True:\n    kept[len(kept)] = str(len(kept)) * 2**24",
  "a joined text": "kept = ','.join(['a' * 2**20] * 5000)",
};

/** @param {(name: string, outcome: string) => void} report @param {string[]} [names] which of them */
export async function exhaust(report, names = Object.keys(PROGRAMS)) {
  for (const name of names) {
    const program = PROGRAMS[name];
    const begun = performance.now();
    const kernel = await createKernel({ stdout: () => {}, stderr: () => {} });
    let outcome = "nothing raised";
    try {
      await kernel.runPythonAsync(program);
    } catch (error) {
      outcome = error.code ?? error.type ?? String(error);
    }
    // What was kept goes, and then there is room again; a session that has ended says so each time.
    let after;
    try {
      kernel.runPython("globals().pop('kept', None); None");
      after = String(kernel.runPython("len(bytearray(2**24)) + sum(range(10))"));
    } catch (error) {
      after = error.code ?? error.type ?? String(error);
    }
    report(name, `${outcome}, then ${after}`);
    kernel.dispose();
    console.log(`${name}: ${Math.round(performance.now() - begun)} ms`);
  }
}
