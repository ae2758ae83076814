// Cases of the JavaScript API, run against one kernel in the page and then against one in a worker; what fails is shown.
import { createKernel } from "/pkg/kernel.js";

import { forget, remember, settled } from "../../support/settled.js";

/** @param {unknown} condition @param {string} [message] */
export function ok(condition, message = "it is not true") {
  if (!condition) throw new Error(message);
}

/** @param {unknown} value @returns {string} */
function show(value) {
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(show).join(", ")}]`;
  if (value instanceof Map) return `Map${show([...value])}`;
  if (value instanceof Set) return `Set${show([...value])}`;
  if (ArrayBuffer.isView(value)) return `${value.constructor.name}${show([.../** @type {any} */ (value)])}`;
  if (value !== null && typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype) {
    return `{${Object.entries(value).map(([key, item]) => `${key}: ${show(item)}`).join(", ")}}`;
  }
  return Object.is(value, -0) ? "-0" : String(value);
}

/** Compares structures of plain values. @param {unknown} actual @param {unknown} expected */
export function equal(actual, expected) {
  if (Object.is(actual, expected)) return;
  const [left, right] = [show(actual), show(expected)];
  if (typeof actual !== typeof expected || left !== right) throw new Error(`${left} is not ${right}`);
}

/** @param {() => unknown} act @param {RegExp | string} pattern what the error's text holds */
export function throws(act, pattern) {
  let result;
  try {
    result = act();
  } catch (error) {
    const text = String(/** @type {Error} */ (error)?.message ?? error);
    if (typeof pattern === "string" ? text.includes(pattern) : pattern.test(text)) return error;
    throw new Error(`it threw ${show(text)}, which is not ${pattern}`);
  }
  throw new Error(`it gave ${show(result)} and did not throw ${pattern}`);
}

/** @param {Promise<unknown>} promise @param {RegExp | string} pattern */
export async function rejects(promise, pattern) {
  let result;
  try {
    result = await promise;
  } catch (error) {
    return throws(() => {
      throw error;
    }, pattern);
  }
  throw new Error(`it gave ${show(result)} and was not rejected with ${pattern}`);
}

/** What came of the cases. @typedef {{ passed: number, all: number, failures: string[] }} Outcome */

/** What cases use that stays: the loop's own objects are there before anything is counted. */
const WARM = `
import asyncio, js, pyodide.ffi, pyodide.ffi.wrappers, pyodide.code
from pyodide.ffi import to_js, create_proxy
await js.Promise.resolve()
await asyncio.sleep(0)
`;

/** What is alive on both sides of the boundary. @typedef {{ handles: number, objects: number }} Alive */

/**
 * All cases together must leave as many handles and lent objects alive as there were before them, and what they keep on purpose.
 * @param {Record<string, (kernel: any) => unknown>} cases
 * @param {import("/pkg/kernel.js").CreateKernelOptions} options
 * @param {Alive} leaves
 * @returns {Promise<Outcome>}
 */
async function runAll(cases, options, leaves) {
  let passed = 0;
  /** @type {string[]} */
  const failures = [];
  try {
    const kernel = await createKernel(options);
    await kernel.runPythonAsync(WARM);
    kernel.globals.get("js");
    kernel.registerJsModule("krait_test_warm", {});
    kernel.runPython("import krait_test_warm; del krait_test_warm");
    kernel.unregisterJsModule("krait_test_warm");
    remember(kernel);
    const before = await settled(kernel, { handles: 0, objects: 0 }, 3);
    for (const [name, act] of Object.entries(cases)) {
      try {
        await act(kernel);
        passed += 1;
      } catch (error) {
        const text = /** @type {Error} */ (error);
        failures.push(`${name}: ${text?.message ?? error}\n${text?.stack?.split("\n").slice(1, 4).join("\n")}`);
      }
    }
    forget(kernel);
    const floor = { handles: before.handles + leaves.handles, objects: before.objects + leaves.objects };
    const after = await settled(kernel, floor, 20);
    const left = { handles: after.handles - before.handles, objects: after.objects - before.objects };
    if (left.handles > leaves.handles || left.objects > leaves.objects) {
      failures.push(`the cases left ${left.handles} handles of JavaScript values and ${left.objects} Python objects alive`);
    }
  } catch (error) {
    failures.push(`no kernel: ${error}`);
  }
  return { passed, all: Object.keys(cases).length, failures };
}

/** Runs the same file in a worker. @param {string} file @returns {Promise<Outcome>} */
function inWorker(file) {
  const worker = new Worker(file, { type: "module" });
  return new Promise((done) => {
    worker.onmessage = ({ data }) => done(data);
    worker.onerror = ({ message }) => done({ passed: 0, all: 0, failures: [`the worker failed: ${message}`] });
  });
}

/**
 * Runs the cases one after the other, in the page and in a worker. Each gets the kernel.
 * @param {Record<string, (kernel: any) => unknown>} cases @param {import("/pkg/kernel.js").CreateKernelOptions} [options] the kernel's
 * @param {Alive} [leaves] what the cases keep on purpose: listeners, registered modules, namespaces of their own
 */
export async function run(cases, options = {}, leaves = { handles: 0, objects: 0 }) {
  const here = await runAll(cases, options, leaves);
  if (typeof document === "undefined") {
    /** @type {any} */ (globalThis).postMessage(here);
    return;
  }
  const out = /** @type {HTMLElement} */ (document.querySelector("#out"));
  const failures = /** @type {HTMLElement} */ (document.querySelector("#failures"));
  const { src } = /** @type {HTMLScriptElement} */ (document.querySelector("script[type=module]"));
  const there = await inWorker(src);
  failures.append(...here.failures.map((text) => `${text}\n`), ...there.failures.map((text) => `in a worker: ${text}\n`));
  out.textContent = `${here.passed} of ${here.all}, in a worker ${there.passed} of ${there.all}`;
  document.body.dataset.state = "done";
}
