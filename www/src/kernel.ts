// Python for embedders: `import { createKernel } from "krait"`. Importing this module does nothing by itself.

import { boot, loadKernel, loadPart } from "./boot.js";
import { embed, type Kernel } from "./embed.js";
import type { InputOptions } from "./streams.js";

export { ERROR_TABLE, KraitError } from "./boot.js";
export type { ErrorCode, ErrorEntry } from "./boot.js";
export type { Counts, Kernel, RunOptions } from "./embed.js";
export type * from "./ffi.js";
export type { EmscriptenFS, FsError, KernelFs, Mount, MountSource, Stats, UrlFile } from "./fs.js";
export type { InputOptions, OutputOptions } from "./streams.js";

export interface CreateKernelOptions {
  /** Takes each line that Python prints; the console is the default. */
  stdout?: (line: string) => void;
  /** Takes each line of `sys.stderr`. */
  stderr?: (line: string) => void;
  /** Gives each line of `sys.stdin`; the default is the browser's own dialog, in Node the input of the process. */
  stdin?: InputOptions["stdin"];
  /** What another kernel's `snapshot()` gave: the session begins as that one was. It must be of the same build. */
  snapshot?: Uint8Array;
  /** Called while the kernel downloads; `total` is 0 if it is not known. */
  onProgress?: (loaded: number, total: number) => void;
}

/** Downloads the kernel, unless that has been done, and starts a Python session. A page may have several; each has a memory of its own. */
export async function createKernel(options: CreateKernelOptions = {}): Promise<Kernel> {
  const files = import("./fs.js");
  files.catch(() => {});
  const { session, drop, instance } = await boot(await loadKernel(options.onProgress), options.snapshot);
  const capturer = async () => {
    const { capture } = await import("./snapshot.js");
    return () => capture(instance);
  };
  const kernel = embed(session, await files, loadPart, drop, capturer);
  if (options.stdout) kernel.setStdout({ batched: options.stdout });
  if (options.stderr) kernel.setStderr({ batched: options.stderr });
  if (options.stdin) kernel.setStdin({ stdin: options.stdin });
  return kernel;
}
