// What every use of Python begins with: loading the kernel and starting a session. The page entry and the embedder's import
// the same copy of this module.

import type { Kernel as Session } from "./krait_web.js";
import { KraitError, messageOf } from "./errors.js";
import { type Loaded, partAddresses } from "./load.js";

export { ERROR_TABLE, KraitError } from "./errors.js";
export type { ErrorCode, ErrorEntry } from "./errors.js";
export { loadKernel, loadPart } from "./load.js";

/** Starts a session in a new instance. `drop` ends it and gives everything back that it held. */
export async function boot({ instantiate }: Loaded): Promise<{ session: Session; drop: () => void }> {
  const { Kernel, drop } = await instantiate();
  try {
    const session = new Kernel({ parts: partAddresses() });
    // The code of files and mounts is loaded by those who use them.
    session.setFiles(async () => (await import("./fs.js")).filesOf(session));
    return { session, drop };
  } catch (error) {
    throw new KraitError("KR0005", `Python did not start: ${messageOf(error)}`, error);
  }
}
