// The glue (`pkg/krait_web.js`): wasm-bindgen's and the bridge, as `glue.ts` and the build put them together.

export interface KernelOptions {
  /** Where the archive of the library lies. */
  stdUrl?: string;
}

export interface Globals {
  get(name: string): unknown;
  set(name: string, value: unknown): unknown;
  has(name: string): boolean;
  delete(name: string): unknown;
}

export class Kernel {
  constructor(options: KernelOptions);
  runPython(code: string, options?: { filename?: string }): unknown;
  runPythonAsync(code: string, options?: { filename?: string }): Promise<unknown>;
  readonly globals: Globals;
  pyimport(name: string): unknown;
  /** Wraps every call into the session: notices a trap and refuses calls after it. */
  readonly guard: <T>(call: () => T) => T;
  onDeath(told: (error: Error) => void): void;
  setOutput(hooks: { stdout: ((line: string) => void) | undefined; stderr: ((line: string) => void) | undefined }): void;
  /** The session's files; one object is enough for a session. */
  readonly files: import("./fs/session.js").RawFiles & { free(): void };
  setFiles(load: () => Promise<object>): void;
  readonly counts: { handles: number; objects: number; proxies: number; crossings: number; entries: number; strings: number };
  needsLibrary(code: string): boolean;
  addLibrary(archive: Uint8Array): void;
  unregisterJsModule(name: string): void;
  registerJsModule(name: string, module: object): void;
  startPage(host: object): Promise<void>;
  free(): void;
}

/** An instance of the wasm and its half of the bridge. */
export interface Instance {
  readonly Kernel: typeof Kernel;
  /** Ends the instance: what JavaScript still holds of it fails, and none of it keeps the instance's memory alive. */
  drop(): void;
}

/** Starts an instance of the compiled kernel. */
export function instantiate(module: WebAssembly.Module): Promise<Instance>;
