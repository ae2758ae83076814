/**
 * What the Python engines have in common. A result is read from the globals, because MicroPython's `runPython` returns
 * none, and as a string, because its integers lose their upper half on the way out.
 *
 * @typedef {import("../types.js").Adapter} Adapter
 * @typedef {object} Runtime
 * @property {(code: string) => unknown} runPython
 * @property {{ get(name: string): any }} globals
 */

/**
 * @param {Runtime} runtime
 * @returns {Adapter}
 */
export function pythonAdapter(runtime) {
  return {
    async prepare(mode, name) {
      const response = await fetch(`/bench/${mode}/${name}.py`);
      if (!response.ok) throw new Error(`The program ${mode}/${name}.py answers ${response.status}.`);
      await runtime.runPython(await response.text());
      return async () => {
        await runtime.runPython("result = run()");
        return String(runtime.globals.get("result"));
      };
    },
    async define(row) {
      await runtime.runPython(row.python);
      return { get: (name) => runtime.globals.get(name) };
    },
  };
}

/**
 * Imports a module that only the server knows.
 *
 * @template T
 * @param {string} path
 * @returns {Promise<T>}
 */
export async function importServed(path) {
  return /** @type {T} */ (await import(path));
}
