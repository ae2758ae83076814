// Python for embedders: `import { createKernel } from "krait"`. Importing this module does nothing by itself.

import { boot, type CompiledKernel, KraitError, loadKernel, loadPart } from "./boot.js";
import { embed, type Kernel } from "./embed.js";
import type { InputOptions } from "./streams.js";

export { ERROR_TABLE, KraitError } from "./boot.js";
export type { CompiledKernel, ErrorCode, ErrorEntry } from "./boot.js";
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
  /** What `compileKernel()` of the same build gave in another page or worker: nothing is downloaded or compiled then. */
  compiled?: CompiledKernel;
  /**
   * Lifetimes as Pyodide has them. A Python object that a call gives to JavaScript is lent to it: its proxy is destroyed when the
   * function returns, when the promise that it gives is settled, or when the generator that it gives ends, and what it returns is
   * Python's alone again. What JavaScript is to keep needs `create_proxy` or `create_once_callable`. Each time an object crosses it
   * is a new proxy, which is ended by one `destroy()`. Without it (the default) a proxy lives as long as JavaScript refers to it.
   * An error of JavaScript that Python does not catch is then a `PythonError` too, whose `type` is `"JsException"`; without it the
   * error itself comes back.
   */
  borrow?: boolean;
  /** Called while the kernel downloads; `total` is 0 if it is not known. */
  onProgress?: (loaded: number, total: number) => void;
}

/**
 * Downloads and compiles the kernel, unless that has been done; all kernels of the page start from it. A worker to which it is
 * posted starts its kernels from it too: `createKernel({ compiled })`.
 */
export async function compileKernel(options: Pick<CreateKernelOptions, "onProgress"> = {}): Promise<CompiledKernel> {
  return (await loadKernel(options.onProgress)).compiled;
}

/** Downloads the kernel, unless that has been done, and starts a Python session. A page may have several; each has a memory of its own. */
export async function createKernel(options: CreateKernelOptions = {}): Promise<Kernel> {
  const { compiled } = options;
  // Not `instanceof`: it may be another frame's.
  const isModule = (value: unknown): boolean => Object.prototype.toString.call(value) === "[object WebAssembly.Module]";
  if (compiled && ![compiled.module, compiled.rest ?? []].flat().every(isModule)) {
    throw new KraitError("KR0002", "The option `compiled` of createKernel() is not what compileKernel() gave");
  }
  const files = import("./fs.js");
  files.catch(() => {});
  const loaded = await loadKernel(options.onProgress, undefined, compiled);
  const { session, drop, instance } = await boot(loaded, options.snapshot);
  const capturer = async () => {
    const [{ capture }, fresh] = await Promise.all([import("./snapshot.js"), loaded.instantiate()]);
    return { take: (archives: string) => capture(instance, fresh, archives), end: () => fresh.drop() };
  };
  const kernel = embed(session, await files, loadPart, drop, capturer);
  if (options.borrow) session.workshop.setBorrowing(true);
  if (options.stdout) kernel.setStdout({ batched: options.stdout });
  if (options.stderr) kernel.setStderr({ batched: options.stderr });
  if (options.stdin) kernel.setStdin({ stdin: options.stdin });
  return kernel;
}
