import { importServed, pythonAdapter } from "./python.mjs";

/** Pyodide as its own API starts it. */
export async function boot() {
  /** @type {{ loadPyodide: () => Promise<import("./python.mjs").Runtime> }} */
  const { loadPyodide } = await importServed("/peers/pyodide/pyodide.mjs");
  return pythonAdapter(await loadPyodide());
}
