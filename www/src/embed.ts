// The object that embedders get: a session with a method for everything that can be done with it.

import type { Kernel as Session } from "./krait_web.js";
import { KraitError, messageOf } from "./boot.js";
import type { KernelFs } from "./fs.js";
import type { Ffi, PyDict, PyProxy } from "./ffi.js";
import { type InputOptions, inputHook, type OutputOptions, outputHook } from "./streams.js";

export interface RunOptions {
  /** The namespace: a dict. Without it that of `__main__`. */
  globals?: PyProxy;
  /** Where names are bound, if not in `globals`. */
  locals?: PyProxy;
  /** The name that tracebacks show. */
  filename?: string;
}

/** Live references across the boundary by kind, and counts of what crossed it. */
export interface Counts {
  /** JavaScript values that Python holds. */
  readonly handles: number;
  /** Python objects that JavaScript holds. */
  readonly objects: number;
  /** The same, as JavaScript counts them. */
  readonly proxies: number;
  /** Buffers that were lent by `getBuffer` and not released. */
  readonly buffers: number;
  /** Calls from Python into JavaScript. */
  readonly crossings: number;
  /** Calls from JavaScript into Python. */
  readonly entries: number;
  /** Strings copied either way. */
  readonly strings: number;
}

/** A Python session. */
export interface Kernel {
  /** Runs a program and returns the value of its last expression. */
  runPython(code: string, options?: RunOptions): any;
  /** Runs a program that may `await` outside of functions. */
  runPythonAsync(code: string, options?: RunOptions): Promise<any>;
  /** The names of `__main__`; `get` and `has` know the built-in ones as well. */
  readonly globals: PyDict;
  /** Imports a module, or an attribute of one: `pyimport("os.path.join")`. */
  pyimport(name: string): any;
  /** Makes Python's own containers of JavaScript's; other objects come back as they are. */
  toPy(value: unknown, options?: { depth?: number; defaultConverter?: (value: any, convert: (value: any) => any, cache: (value: any, result: any) => void) => any }): any;
  /** Makes a JavaScript object importable in Python. */
  registerJsModule(name: string, module: object): void;
  /** Takes a JavaScript module away again. */
  unregisterJsModule(name: string): void;
  /** The classes of Python objects, for `instanceof`. */
  readonly ffi: Ffi;
  readonly version: string;
  /** Files: what Python sees, and mounts that are kept. */
  readonly fs: KernelFs;
  setStdin(options?: InputOptions): void;
  setStdout(options?: OutputOptions): void;
  setStderr(options?: OutputOptions): void;
  /** Whether proxies that were destroyed tell their `repr`; answers what was set before. */
  setDebug(on: boolean): boolean;
  /** Makes an object what Python imports as `pyodide_js`. */
  offerToPython(api: object): void;
  /**
   * The session as bytes, for `createKernel({ snapshot })` here, in a worker or at a later visit: what has been imported and
   * defined is there at once. Nothing may be under way, JavaScript may hold no Python object (`destroy()` them), Python only such
   * JavaScript values as a global name leads to (`fetch`, `console.log`), and nothing may be mounted. `kernel.globals` has to be
   * asked for again afterwards. The session goes on. The archives of the library that it has loaded are not in the bytes: where
   * they are used next, they are fetched.
   */
  snapshot(): Promise<Uint8Array>;
  readonly counts: Counts;
  readonly debug: {
    /** Live references by kind. */
    handles(): { javascript: number; python: number; buffers: number };
  };
  /** Ends the session; every later call throws. */
  dispose(): void;
}

/** The message of a `PythonError` is made when it is read. A structured clone does not read it: a program's error has it before. */
function withMessage(error: unknown): unknown {
  if (error instanceof Error) void error.message;
  return error;
}

/** What wasm-bindgen takes on trust: another type would be read as an address. */
function text(value: unknown, what: string): string {
  if (typeof value !== "string") throw new TypeError(`${what} must be a string, not ${value === null ? "null" : typeof value}`);
  return value;
}

/** What copies a session's memory. */
interface Capturer {
  /** Copies it, but for archives of the library: lines of `name address length`. */
  take(archives: string): Uint8Array;
  /** Gives back what was wanted for it. */
  end(): void;
}

/**
 * Wraps a session. `files` has the code for its files, `loadPart` fetches what the session's memory leaves out of the library,
 * `drop` ends the session, `capturer` loads what copies its memory.
 */
export function embed(session: Session, files: typeof import("./fs.js"), loadPart: (part: string) => Promise<Uint8Array>, drop: () => void, capturer: () => Promise<Capturer>): Kernel {
  let disposed = false;
  const { guard } = session;
  const call = <T>(f: (session: Session) => T): T => {
    if (disposed) throw new KraitError("KR0004", "This session has been disposed of");
    return guard(() => f(session));
  };
  const parts = new Map<string, Promise<void>>();
  /** Fetches the parts of the library that a program wants before it runs, side by side and each once. */
  const supply = async (code: string): Promise<void> => {
    const missing = call((session) => session.missingParts(code));
    await Promise.all(missing.map((part) => {
      const coming = parts.get(part) ?? loadPart(part).then((bytes) => call((session) => session.supply(part, bytes)));
      parts.set(part, coming);
      // The next program that wants it tries again.
      coming.catch(() => parts.delete(part));
      return coming;
    }));
  };
  /** Source text for a program. One with a lone surrogate is none: UTF-8 has no such text, and `compile` says so. */
  const program = (code: string, what: string): string => {
    if (/\p{Surrogate}/u.test(text(code, what))) call((session) => session.pyimport("builtins.compile") as (...args: unknown[]) => unknown)(code, "<exec>", "exec");
    return code;
  };
  /** What rejects programs that wait when the session ends. */
  const waiting = new Set<(reason: Error) => void>();
  let watched = false;
  /** `promise`, or the end of the session: a promise of Python's is not settled by a session that has died. */
  const whileAlive = <T>(promise: Promise<T>): Promise<T> => {
    if (!watched) {
      watched = true;
      session.onDeath((reason) => waiting.forEach((reject) => reject(reason)));
    }
    return new Promise<T>((resolve, reject) => {
      waiting.add(reject);
      promise.then(resolve, reject).finally(() => waiting.delete(reject));
    });
  };
  let globals: PyDict | undefined;
  let builtins: PyProxy | undefined;
  /** Programs of `runPythonAsync` that have not ended. */
  let running = 0;
  return {
    runPython: (code, run) => {
      try {
        const source = program(code, "The code for runPython()");
        return call((session) => session.runPython(source, run));
      } catch (error) {
        throw withMessage(error);
      }
    },
    runPythonAsync: async (code, run) => {
      running += 1;
      try {
        const source = program(code, "The code for runPythonAsync()");
        await supply(source);
        return await whileAlive(call((session) => session.runPythonAsync(source, run)));
      } catch (error) {
        throw withMessage(error);
      } finally {
        running -= 1;
      }
    },
    get globals() {
      return call((session) => (globals ??= session.workshop.withFallback(session.globals, (builtins = session.builtins as PyProxy)) as PyDict));
    },
    pyimport: (name) => call((session) => session.pyimport(text(name, "The name of a module"))),
    toPy: (value, options) => call((session) => session.toPy(value, options)),
    registerJsModule: (name, module) => call((session) => session.registerJsModule(text(name, "The name of a module"), module)),
    unregisterJsModule: (name) => call((session) => session.unregisterJsModule(text(name, "The name of a module"))),
    get ffi() {
      return call((session) => session.workshop.ffi as unknown as Ffi);
    },
    get version() {
      return session.version;
    },
    get fs() {
      if (disposed) throw new KraitError("KR0004", "This session has been disposed of");
      // Not guarded: what a session that has died had written is stored all the same, and can be waited for.
      return files.filesOf(session);
    },
    setStdin: (options = {}) => call((session) => session.setInput(inputHook(options))),
    setStdout: (options = {}) => call((session) => session.setOutput(1, outputHook(options))),
    setStderr: (options = {}) => call((session) => session.setOutput(2, outputHook(options))),
    setDebug: (on) => call((session) => session.workshop.setDebug(on)),
    offerToPython: (api) => call((session) => session.workshop.setApi(api)),
    async snapshot() {
      const { take, end } = await capturer();
      try {
        if (call(() => files.filesOf(session)).mounts.size > 0) throw new KraitError("KR0006", "A snapshot cannot hold what is mounted: unmount it first");
        if (running > 0) throw new KraitError("KR0006", "A snapshot cannot be taken now: a program of runPythonAsync has not ended");
        globals?.destroy();
        builtins?.destroy();
        globals = builtins = undefined;
        return call((session) => {
          try {
            return take(session.prepareSnapshot());
          } catch (error) {
            throw new KraitError("KR0006", messageOf(error), error);
          }
        });
      } finally {
        end();
      }
    },
    get counts() {
      return call((session) => session.counts);
    },
    debug: {
      handles: () => {
        const { handles, objects, buffers } = call((session) => session.counts);
        return { javascript: handles, python: objects, buffers };
      },
    },
    dispose() {
      if (disposed) return;
      disposed = true;
      globals = undefined;
      // What is not stored yet is stored before the session is given up.
      const ending = files.closeFiles(session);
      if (ending) void ending.then(drop);
      else drop();
    },
  };
}
