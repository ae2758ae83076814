// The glue (`pkg/krait_web.js`): wasm-bindgen's and the bridge, as `glue.ts` and the build put them together.

export interface KernelOptions {
  /** Where the parts of the library lie, by name. */
  parts?: Record<string, string>;
}

export interface Globals {
  get(name: string): unknown;
  set(name: string, value: unknown): unknown;
  has(name: string): boolean;
  delete(name: string): unknown;
}

export class Kernel {
  constructor(options: KernelOptions);
  runPython(code: string, options?: object): unknown;
  runPythonAsync(code: string, options?: object): Promise<unknown>;
  readonly globals: Globals;
  pyimport(name: string): unknown;
  toPy(value: unknown, options?: object): unknown;
  /** What the bridge has for the JavaScript API. */
  readonly workshop: { ffi: Record<string, unknown>; withFallback(namespace: unknown, builtins: unknown): unknown; setDebug(on: boolean): boolean; setBorrowing(on: boolean): void; setApi(api: object | undefined): void };
  /** Wraps every call into the session: notices a trap and refuses calls after it. */
  readonly guard: <T>(call: () => T) => T;
  onDeath(told: (error: Error) => void): void;
  setOutput(stream: 1 | 2, hook: object | undefined): void;
  setInput(hook: object | undefined): void;
  /** The session's files; one object is enough for a session. */
  readonly files: import("./fs/session.js").RawFiles & { free(): void };
  setFiles(load: () => Promise<object>): void;
  readonly builtins: unknown;
  readonly version: string;
  readonly counts: { handles: number; objects: number; proxies: number; buffers: number; crossings: number; entries: number; strings: number };
  missingParts(program: string): string[];
  supply(part: string, bytes: Uint8Array): void;
  /** Lines of what need not be copied: `name address length`. */
  prepareSnapshot(): string;
  restored(): void;
  unregisterJsModule(name: string): void;
  registerJsModule(name: string, module: object): void;
  startPage(host: object): Promise<void>;
  free(): void;
}

/** What the instances of a page share of the rest of the wasm. */
export interface Rest {
  /** Where it lies. */
  readonly address: string;
  /** Gives its modules. Throws when the file is none of the kind. */
  split(file: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>[];
  /** The modules, when somebody has compiled them. */
  modules?: WebAssembly.Module[] | undefined;
}

/** An instance of the wasm and its half of the bridge. */
export interface Instance {
  readonly Kernel: typeof Kernel;
  readonly exports: { readonly memory: WebAssembly.Memory; readonly __wbindgen_externrefs: WebAssembly.Table };
  /** Names the build of the image that the instance began with. */
  readonly build: string;
  /** Slots of the JavaScript values that Python holds, with the global names that lead to them. Throws if one has none. */
  nameHandles(): [slot: number, name: string][];
  /** Fills the slots of an instance that nothing has run in. Throws if a name leads to nothing. */
  adoptHandles(handles: [slot: number, name: string][]): void;
  /** Ends the instance: what JavaScript still holds of it fails, and none of it keeps the instance's memory alive. */
  drop(): void;
}

/** Starts an instance of the compiled kernel. */
export type Instantiate = (module: WebAssembly.Module, rest: Rest) => Promise<Instance>;

/** Makes JavaScript's side of an instance, which needs no module yet. What it gives starts that one instance. */
export function prepare(): Instantiate;

/** Both at once. */
export const instantiate: Instantiate;
