import { importServed, pythonAdapter } from "./python.mjs";

/** Krait as an embedder starts it. */
export async function boot() {
  /** @type {{ createKernel: () => Promise<import("./python.mjs").Runtime> }} */
  const { createKernel } = await importServed("/pkg/kernel.js");
  return pythonAdapter(await createKernel());
}
