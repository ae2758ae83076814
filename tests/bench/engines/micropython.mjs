import { importServed, pythonAdapter } from "./python.mjs";

/** MicroPython as its own API starts it, with the heap that it takes by itself. */
export async function boot() {
  /** @type {{ loadMicroPython: () => Promise<import("./python.mjs").Runtime> }} */
  const { loadMicroPython } = await importServed("/peers/@micropython/micropython-webassembly-pyscript/micropython.mjs");
  return pythonAdapter(await loadMicroPython());
}
