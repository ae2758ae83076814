import { importServed, pythonAdapter } from "./python.mjs";

/**
 * @typedef {object} Package
 * @property {(options?: { compiled?: unknown }) => Promise<import("./python.mjs").Runtime>} createKernel
 * @property {() => Promise<unknown>} compileKernel
 */

/** @returns {Promise<Package>} */
const krait = () => importServed("/pkg/kernel.js");

/**
 * Krait as an embedder starts it.
 *
 * @param {unknown} [compiled] what `share` gave in another page or worker
 */
export async function boot(compiled) {
  const { createKernel } = await krait();
  return pythonAdapter(await createKernel(compiled === undefined ? {} : { compiled }));
}

/** What a worker is given, so that it need not compile again. */
export async function share() {
  return (await krait()).compileKernel();
}
