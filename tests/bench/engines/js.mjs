import { importServed } from "./python.mjs";

/**
 * @typedef {import("../types.js").Adapter} Adapter
 */

/** @returns {Promise<Adapter>} */
export async function boot() {
  return {
    async prepare(mode, name) {
      /** @type {{ run: () => string }} */
      const { run } = await importServed(`/bench/${mode}/${name}.js`);
      return async () => run();
    },
    async define(row) {
      const twin = row.twin(globalThis.ffi ?? {});
      return { get: (name) => twin[name] };
    },
  };
}
