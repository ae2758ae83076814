// Python for embedders: `import { createKernel } from "krait"`. Importing this module does nothing by itself.

import type { Kernel as Session } from "./krait_web.js";
import { KraitError, messageOf } from "./errors.js";
import type { KernelFs } from "./fs.js";
import { type Loaded, loadKernel, loadLibrary, STD } from "./load.js";

export { ERROR_TABLE, KraitError } from "./errors.js";
export type { ErrorCode, ErrorEntry } from "./errors.js";
export type { EmscriptenFS, FsError, KernelFs, Mount, MountSource, Stats, UrlFile } from "./fs.js";
/** @internal */
export { loadKernel, loadLibrary } from "./load.js";

export interface CreateKernelOptions {
  /** Takes each line that Python prints; the console is the default. */
  stdout?: (line: string) => void;
  /** Takes each line of `sys.stderr`. */
  stderr?: (line: string) => void;
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
  /** Takes a JavaScript module away again. */
  unregisterJsModule(name: string): void;
  /** Files: what Python sees, and mounts that are kept. */
  readonly fs: KernelFs;
  /** Live references across the boundary, and counts of what crossed it: into JavaScript, into Python, strings. */
  readonly counts: { handles: number; objects: number; proxies: number; crossings: number; entries: number; strings: number };
  /** Ends the session; every later call throws. */
  dispose(): void;
}

/** Downloads the kernel, unless that has been done, and starts a Python session. A page may have several; each has a memory of its own. */
export async function createKernel(options: CreateKernelOptions = {}): Promise<Kernel> {
  // Pages that only have scripts do not load this: it comes with the rest of what an embedder gets.
  const files = import("./fs.js");
  files.catch(() => {});
  const { session, drop } = await boot(await loadKernel(options.onProgress));
  const { closeFiles, filesOf } = await files;
  let disposed = false;
  const live = (): Session => {
    if (disposed) throw new KraitError("KR0004", "This session has been disposed of");
    return session;
  };
  const guard = session.guard;
  session.setOutput({ stdout: options.stdout, stderr: options.stderr });
  const call = <T>(f: (session: Session) => T): T => {
    const alive = live();
    return guard(() => f(alive));
  };
  let library: Promise<void> | undefined;
  /** Fetches the rest of the library before a program runs that imports something of it. */
  const supply = async (code: string): Promise<void> => {
    if (!call((session) => session.needsLibrary(code))) return;
    library ??= loadLibrary().then((archive) => call((session) => session.addLibrary(archive)));
    await library;
  };
  return {
    runPython: (code, run) => call((session) => session.runPython(code, run)),
    runPythonAsync: async (code, run) => {
      await supply(code);
      return call((session) => session.runPythonAsync(code, run));
    },
    get globals() {
      return call((session) => session.globals);
    },
    pyimport: (name) => call((session) => session.pyimport(name)),
    registerJsModule: (name, module) => call((session) => session.registerJsModule(name, module)),
    unregisterJsModule: (name) => call((session) => session.unregisterJsModule(name)),
    get fs() {
      return filesOf(live());
    },
    get counts() {
      return call((session) => session.counts);
    },
    dispose() {
      if (!disposed) {
        disposed = true;
        // What is not stored yet is stored before the session is given up.
        const ending = closeFiles(session);
        if (ending) void ending.then(drop);
        else drop();
      }
    },
  };
}

/** Starts a session in a new instance. `drop` ends it and gives everything back that it held.
 * @internal */
export async function boot({ instantiate }: Loaded): Promise<{ session: Session; drop: () => void }> {
  const { Kernel, drop } = await instantiate();
  try {
    const session = new Kernel({ stdUrl: STD.href });
    // The code of mounts is loaded by those who mount.
    session.setFiles(async () => (await import("./fs.js")).filesOf(session));
    return { session, drop };
  } catch (error) {
    throw new KraitError("KR0005", `Python did not start: ${messageOf(error)}`, error);
  }
}
