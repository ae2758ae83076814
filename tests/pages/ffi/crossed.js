// Every kind of value by every operation. Each pair is done with a value of its own and answers one character: a letter
// for the class of the exception (`LETTERS`), a point for a value. So one line of a snapshot tells
// of one value; a second one has what the points stand for, short texts as they are and long ones as a sum.
// After some values everything must have been given back, and the session must be alive.
import { createKernel } from "/pkg/kernel.js";

import { settled } from "../../support/settled.js";

/** @typedef {(kernel: any, operations: string[]) => Promise<(make: string) => Promise<string[]>>} Side */

/** Exceptions of Python by their class, errors of JavaScript by their name: others are `?` and `E`. */
const LETTERS = new Map([
  ["TypeError", "T"], ["AttributeError", "A"], ["KeyError", "K"], ["IndexError", "I"], ["ValueError", "V"],
  ["NotImplementedError", "N"], ["StopIteration", "S"], ["ConversionError", "C"], ["BufferError", "B"],
  ["RuntimeError", "R"], ["SystemExit", "X"], ["KeyboardInterrupt", "X"], ["StopAsyncIteration", "S"],
  ["UnsupportedOperation", "N"], ["SyntaxError", "Y"], ["UnicodeEncodeError", "U"], ["OverflowError", "O"], ["JavaScript TypeError", "J"], ["JavaScript RangeError", "G"],
  ["JavaScript SyntaxError", "Z"], ["JavaScript DataCloneError", "D"],
]);
/** The last exception that left Python is kept, with its frames. */
const FORGET = `
import sys as _sys
for _name in ("last_exc", "last_value", "last_type", "last_traceback"):
    if hasattr(_sys, _name):
        delattr(_sys, _name)
None
`;
/** Values after which it is counted what is alive. */
const TOGETHER = 8;

/** @param {string} answer an exception begins with `!` */
function symbol(answer) {
  if (answer.startsWith("!")) return LETTERS.get(answer.slice(1)) ?? (answer.startsWith("!JavaScript ") ? "E" : "?");
  return ".";
}

/** Characters up to which an answer stands in the snapshot itself. */
const SHORT = 12;
/** Between answers. */
const BETWEEN = " \u00a6 ";

/** What the snapshot says of an answer: without addresses of objects and of the page, and without white space. @param {string} answer */
function brief(answer) {
  const text = answer.replace(/0x[0-9a-f]+/g, "0x").replace(/https?:\/\/[^/\s]+/g, "").replace(/\s+/g, "_");
  if (text.length <= SHORT && !text.includes("\u00a6")) return text;
  // FNV-1a, which tells texts apart and is not meant to hide any.
  let sum = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) sum = Math.imul(sum ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return `#${sum.toString(36)}`;
}

/** Lines of a file of this test; `\n` in one is a new line of the program. @param {string} file */
async function linesOf(file) {
  const text = await (await fetch(file)).text();
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("# ")).map((line) => line.replaceAll("\\n", "\n"));
}

/** What the snapshot says of each value, by its text. @returns {Promise<{ codes: Map<string, string>, values: Map<string, string[]> }>} */
async function expected() {
  const answer = await fetch("expected.txt");
  const lines = answer.ok ? (await answer.text()).split("\n") : [];
  /** @param {RegExp} form @returns {[string, string][]} */
  const found = (form) => lines.flatMap((line) => {
    const [, first = "", second = ""] = form.exec(line) ?? [];
    return first === "" ? [] : [[first, second]];
  });
  const codes = found(/^text \.row: (\S+) (.*)$/);
  const numbers = new Map(found(/^text \.values: (\d+): (.*)$/));
  return {
    codes: new Map(codes.map(([text, make]) => [make, text])),
    values: new Map(codes.map(([, make], n) => [make, numbers.get(String(n))?.split(BETWEEN) ?? []])),
  };
}

/** @param {Side} side gives the answers to all operations for one value */
export async function cross(side) {
  const [values, operations, known] = await Promise.all([linesOf("values.txt"), linesOf("operations.txt"), expected()]);
  const table = /** @type {HTMLElement} */ (document.querySelector("#table"));
  const failures = /** @type {HTMLElement} */ (document.querySelector("#failures"));
  // Promises and tasks that an operation makes and nobody wants.
  addEventListener("unhandledrejection", (event) => event.preventDefault());
  addEventListener("error", (event) => event.preventDefault());
  try {
    const kernel = await createKernel();
    const answersFor = await side(kernel, operations);
    await answersFor(values[0]);
    kernel.runPython(FORGET);
    let before = await settled(kernel, { handles: 0, objects: 0 });
    for (const [n, make] of values.entries()) {
      const answers = await answersFor(make);
      const codes = answers.map(symbol).join("");
      const row = document.createElement("p");
      row.className = "row";
      const name = make.replace(/\s+/g, " ");
      row.textContent = `${codes} ${name}`;
      const given = document.createElement("p");
      given.className = "values";
      given.textContent = `${n}: ${answers.filter((answer) => symbol(answer) === ".").map(brief).join(BETWEEN)}`;
      table.append(row, given);
      const old = known.codes.get(name);
      const were = [...(known.values.get(name) ?? [])];
      for (let i = 0; old !== undefined && i < answers.length; i += 1) {
        const before = old[i] === "." ? were.shift() : undefined;
        const same = old[i] === codes[i] && (before === undefined || before === brief(answers[i]));
        if (!same) failures.append(`${operations[i]}  with  ${name}  now gives  ${answers[i]}  and not  ${before ?? old[i]}\n`);
      }
      if (n % TOGETHER !== TOGETHER - 1 && n !== values.length - 1) continue;
      kernel.runPython(FORGET);
      const after = await settled(kernel, before);
      if (after.handles > before.handles || after.objects > before.objects) {
        failures.append(`the values up to ${name} leave ${after.handles - before.handles} handles and ${after.objects - before.objects} objects\n`);
        before = after;
      }
    }
    if (kernel.runPython("1 + 1") !== 2) failures.append("the session counts wrong\n");
  } catch (error) {
    failures.append(`${/** @type {Error} */ (error)?.stack ?? error}\n`);
  }
  document.body.dataset.state = "done";
}
