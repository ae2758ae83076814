// JavaScript's operations (`operations.txt`) on Python's values (`values.txt`).
import { cross } from "../crossed.js";
import { shower } from "../recorded/show.js";

const AsyncFunction = /** @type {any} */ (async () => {}).constructor;
/** Python's own exceptions and JavaScript's errors, by name. @param {any} error */
const classOf = (error) => (error?.name === "PythonError" ? error.type : `JavaScript ${error?.name}`);

await cross(async (kernel, operations) => {
  const show = shower(kernel.ffi);
  const { PyProxy } = kernel.ffi;
  const maker = kernel.runPython(`
from pyodide.code import CodeRunner
lambda source: CodeRunner(source, filename="cell.py").compile()
`);
  const programs = operations.map((text) => {
    const make = /\bawait\b/.test(text) ? AsyncFunction : Function;
    return new make("k", "x", "out", "show", "fresh", `"use strict"; return (${text});`);
  });

  /** A proxy that is shared with other cells, as that of a class is, ends with this one all the same. @param {any} value */
  const end = (value) => {
    if (!(value instanceof PyProxy)) return;
    try {
      for (let i = 0; i < 100; i += 1) value.destroy();
    } catch {
      // It has ended.
    }
  };

  return async (make) => {
    const code = maker(make);
    const fresh = () => code.run();
    const answers = [];
    for (const program of programs) {
      /** @type {string[]} */
      const lines = [];
      const out = (/** @type {unknown[]} */ ...values) => lines.push(values.map(show).join(" "));
      let x;
      try {
        x = fresh();
        let value = program(kernel, x, out, show, fresh);
        if (program instanceof AsyncFunction) value = await value;
        lines.push(show(value));
        end(value);
        answers.push(lines.join("\n"));
      } catch (error) {
        if (error?.name === "KraitError") throw error;
        answers.push(`!${classOf(error)}`);
      }
      end(x);
    }
    code.destroy();
    return answers;
  };
});
