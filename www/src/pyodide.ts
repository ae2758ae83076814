// `loadPyodide`, for code that knows no other name: a kernel, with Pyodide's names for what it can do.

import { createKernel } from "./kernel.js";
import type { Kernel } from "./embed.js";
import type { InputOptions } from "./streams.js";

export type * from "./ffi.js";

export interface LoadPyodideOptions {
  /** Takes each line of the standard output. */
  stdout?: (line: string) => void;
  /** Takes each line of the standard error. */
  stderr?: (line: string) => void;
  /** Gives each line of the standard input. */
  stdin?: InputOptions["stdin"];
  /** Environment variables. */
  env?: Record<string, string>;
  /** What follows the program's name in `sys.argv`. */
  args?: string[];
  /** The object that `import js` gives, if it is not the global one. */
  jsglobals?: object;
  /** Says where Pyodide's own files are; Krait's lie beside this module. */
  indexURL?: string;
}

/** The kernel. Names of Pyodide that it does not have are not there, so that `"name" in pyodide` tells the truth. */
export type PyodideAPI = Kernel;

/** Starts a Python session. */
export async function loadPyodide(options: LoadPyodideOptions = {}): Promise<PyodideAPI> {
  const { stdout, stderr, stdin, env, args, jsglobals } = options;
  const kernel = await createKernel({ ...(stdout && { stdout }), ...(stderr && { stderr }), ...(stdin && { stdin }) });
  if (jsglobals !== undefined) kernel.registerJsModule("js", jsglobals);
  if (env !== undefined || args !== undefined) {
    const set = kernel.runPython(`
def _set(env, args):
    import os, sys
    os.environ.update(env)
    sys.argv[1:] = args
_set`);
    set(kernel.toPy(env ?? {}), kernel.toPy(args ?? []));
    kernel.globals.delete("_set");
    set.destroy();
  }
  return kernel;
}
