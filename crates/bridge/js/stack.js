// JavaScript's stacks as Python wants them: name, file and line of each frame, without this side's own.

// @ts-check

import { answer, fail } from "./cells.js";
import { begin } from "./memory.js";
import { slots } from "./slab.js";

// The words of V8 (`at name (file:1:2)`, code of `eval` in parentheses of its own), and of the others (`name@file:1:2`).
const EVAL = /^\s+at (?:async )?(.*?) \(eval at .*, (.*?):(\d+):\d+\)$/;
const V8 = /^\s+at (?:async )?(?:(.*) \()?(.*?):(\d+):\d+\)?$/;
const OTHER = /^(.*?)@(.*):(\d+):\d+$/;

/** @param {string} file */
function isOwn(file) {
  return file === import.meta.url || /\/krait_web\.js|\/snippets\/krait-bridge-/.test(file);
}

/** The lines of V8's stack from the first that is not of this side. @param {string} stack */
export function framesBelow(stack) {
  const lines = stack.split("\n");
  let first = lines.findIndex((line) => line.startsWith("    at "));
  if (first < 0) return "";
  while (first < lines.length - 1 && isOwn((EVAL.exec(lines[first]) ?? V8.exec(lines[first]))?.[2] ?? "")) first++;
  return `\n${lines.slice(first).join("\n")}`;
}

/**
 * The frames between where an error comes from and where Python's begin, innermost first: three lines each, and no line
 * at all if there are none. Frames of this side at the top are skipped: they lead to where the error was made.
 * @param {string} stack
 */
export function framesOf(stack) {
  /** @type {(string | undefined)[]} */
  const found = [];
  for (const line of stack.split("\n")) {
    if (/wasm-function\[|wasm:\/\//.test(line)) {
      if (found.length > 0) break;
      continue;
    }
    const frame = EVAL.exec(line) ?? V8.exec(line) ?? OTHER.exec(line);
    if (frame === null) continue;
    const [, name, file, number] = frame;
    if (isOwn(file)) {
      if (found.length > 0) break;
      continue;
    }
    found.push(name || "<anonymous>", file, number);
  }
  return found.join("\n");
}

/** The frames of a held error's stack as text. @param {number} target */
export function stackFrames(target) {
  begin();
  try {
    const stack = /** @type {{stack?: unknown}} */ (slots[target])?.stack;
    return answer(typeof stack === "string" ? framesOf(stack) : "");
  } catch (error) {
    return fail(error);
  }
}
