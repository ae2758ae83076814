// What every use of Python begins with: loading the kernel and starting a session. The page entry and the embedder's import
// the same copy of this module.

import type { Instance, Kernel as Session } from "./krait_web.js";
import { KraitError, messageOf } from "./errors.js";
import { type Loaded, loadPart, partAddresses } from "./load.js";

export { ERROR_TABLE, KraitError, messageOf } from "./errors.js";
export type { ErrorCode, ErrorEntry } from "./errors.js";
export type { CompiledKernel } from "./load.js";
export { loadKernel, loadPart } from "./load.js";
export { turn } from "./turn.js";

/** Starts a session in a new instance, from a snapshot if there is one. `drop` ends it and gives everything back that it held. */
export async function boot({ instantiate }: Loaded, snapshot?: Uint8Array): Promise<{ session: Session; drop: () => void; instance: Instance }> {
  const instance = await instantiate();
  const { Kernel, drop } = instance;
  if (snapshot) await (await import("./snapshot.js")).restore(instance, snapshot, loadPart);
  try {
    const session = new Kernel({ parts: partAddresses() });
    // The code of files and mounts is loaded by those who use them.
    session.setFiles(async () => (await import("./fs.js")).filesOf(session));
    if (snapshot) session.guard(() => session.restored());
    return { session, drop, instance };
  } catch (error) {
    throw new KraitError("KR0005", `Python did not start: ${messageOf(error)}`, error);
  }
}
