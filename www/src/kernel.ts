// Python for embedders: `import { createKernel } from "krait"`. Importing this module does nothing by itself.

import type { Kernel as Session } from "./krait_web.js";
import { KraitError, messageOf } from "./errors.js";
import { type Loaded, loadKernel, STD } from "./load.js";

export { ERROR_TABLE, KraitError } from "./errors.js";
export type { ErrorCode, ErrorEntry } from "./errors.js";

export interface CreateKernelOptions {
  /** Called while the kernel downloads; `total` is 0 if it is not known. */
  onProgress?: (loaded: number, total: number) => void;
}

export interface RunOptions {
  /** The name that tracebacks show. */
  filename?: string;
}

/** The names of `__main__`. */
export interface Globals {
  get(name: string): unknown;
  set(name: string, value: unknown): void;
  has(name: string): boolean;
  delete(name: string): void;
}

/** A Python session. */
export interface Kernel {
  /** Runs a program and returns the value of its last expression. */
  runPython(code: string, options?: RunOptions): unknown;
  /** Runs a program that may `await` outside of functions. */
  runPythonAsync(code: string, options?: RunOptions): Promise<unknown>;
  readonly globals: Globals;
  /** Imports a module, or an attribute of one: `pyimport("os.path.join")`. */
  pyimport(name: string): unknown;
  /** Makes a JavaScript object importable in Python. */
  registerJsModule(name: string, module: object): void;
  /** Ends the session; every later call throws. */
  dispose(): void;
}

let taken = false;

/** Downloads the kernel, unless that has been done, and boots Python. There is one session per page. */
export async function createKernel(options: CreateKernelOptions = {}): Promise<Kernel> {
  if (taken) {
    throw new KraitError("PY0000", "This page has a Python session, and a second one needs a realm of its own: use the first, or start one in a frame");
  }
  taken = true;
  let session: Session;
  try {
    session = boot(await loadKernel(options.onProgress));
  } catch (error) {
    taken = false;
    throw error;
  }
  let disposed = false;
  const live = (): Session => {
    if (disposed) throw new KraitError("KR0004", "This session has been disposed of");
    return session;
  };
  return {
    runPython: (code, run) => live().runPython(code, run),
    runPythonAsync: async (code, run) => live().runPythonAsync(code, run),
    get globals() {
      return live().globals;
    },
    pyimport: (name) => live().pyimport(name),
    registerJsModule: (name, module) => live().registerJsModule(name, module),
    dispose() {
      if (!disposed) {
        disposed = true;
        session.free();
      }
    },
  };
}

/** Boots a session from the core archive.
 * @internal */
export function boot({ core, Session }: Loaded): Session {
  try {
    return new Session({ library: [core], stdUrl: STD.href });
  } catch (error) {
    throw new KraitError("KR0005", `Python did not start: ${messageOf(error)}`, error);
  }
}
