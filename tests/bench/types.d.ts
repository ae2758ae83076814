/** What is timed: a start of a page, programs without a page, programs on a page, what crosses between the languages. */
export type Mode = "start" | "compute" | "dom" | "ffi";

/** A mode whose programs lie in a folder of its name. */
export type FileMode = "compute" | "dom";

/** A mode that runs programs. */
export type ProgramMode = FileMode | "ffi";

/** Names that a program defined, as JavaScript sees them. */
export interface Names {
  get(name: string): any;
}

/** A row of `ffi`. */
export interface FfiRow {
  name: string;
  /** The Python program. */
  python: string;
  /** What Python finds as `js.ffi`, made anew for each engine. */
  shared?(): Record<string, any>;
  /** JavaScript's own names in place of Python's; it gets what `shared` made. */
  twin(ffi: any): Record<string, any>;
  /** What is timed; without it, a call of `run`. */
  drive?(names: Names): string | Promise<string>;
  /** What it has to return. */
  expected: string;
}

export type EngineId = "js" | "pyodide" | "micropython" | "krait";

/** How an engine reaches the harness page: load the program, get a function that runs it once. */
export interface Adapter {
  prepare(mode: FileMode, name: string): Promise<() => Promise<string>>;
  /** The names of a row of `ffi`. */
  define(row: FfiRow): Promise<Names>;
}

/** What the harness page reports about one program in one engine. */
export interface Measured {
  /** The first run, before any warm-up, in milliseconds. */
  first: number;
  /** The runs after it. */
  times: number[];
  /** What each run returned, the first included. */
  results: string[];
  /** What the page's own check found wrong, if it has a check and found something. */
  complaint: string | null;
}

/** The functions that the harness page gives to the driver. */
export interface Bench {
  boot(engine: EngineId): Promise<number>;
  measure(mode: ProgramMode, name: string, runs: number): Promise<Measured>;
}

/** What the observer sets in a start page. */
export interface StartProbe {
  /** Resolves with performance.now() when the greeting is in the page. */
  hello: Promise<number>;
  /** Every WebAssembly memory that an instance exports or imports. */
  memories: Set<WebAssembly.Memory>;
  /** Durations of the main thread's tasks that took longer than 50 ms, in milliseconds. */
  tasks: number[];
}

/** What comes after the first engine of a page, from asking for it to its first answer, in milliseconds. */
export interface Again {
  /** A second one in the page; null where there is none. */
  second: number | null;
  /** One in a worker. */
  worker: number;
}

declare global {
  var ffi: Record<string, any> | undefined;
  var bench: Bench;
  var startProbe: StartProbe;
}

/** One load of a start page. */
export interface Load {
  /** From the start of the navigation to the greeting, in milliseconds. */
  ms: number;
  /** Bytes that the browser received, headers included. */
  wire: number;
  requests: number;
  /** Bytes of WebAssembly memory after it. */
  wasm: number;
  /** Bytes of live JavaScript objects after a collection. */
  heap: number;
  /** Resident bytes of the page's process, or null where the system does not tell. */
  resident: number | null;
  /** The longest task of the main thread until the page was quiet, in milliseconds; 0 if none took longer than 50. */
  longest: number;
  /** What those tasks took beyond 50 ms each, together. */
  blocked: number;
  /** Requests to other origins: there should be none. */
  foreign: string[];
}

/** All figures of one engine for one row, in the order of the rounds. */
export interface Series {
  values: number[];
  /** The runs before any warm-up, of programs. */
  first?: number[];
  /** Why the figures do not count, or null. */
  fault: string | null;
}

/** One line of a result table: a series per engine. */
export interface Row {
  name: string;
  series: Partial<Record<EngineId, Series>>;
}

/** A promise that the project made about a figure. */
export interface Bar {
  text: string;
  /** Null where there is no figure. */
  actual: number | null;
  limit: number;
  show(value: number): string;
  /** Why it is missed, where it is. */
  because?: string | undefined;
}

export interface Options {
  mode: Mode;
  rounds: number;
  /** Timed runs of a program on one page, after the warm-up. */
  runs: number;
  engines: EngineId[];
  quick: boolean;
  throttle: "4g" | null;
  /** Where the time of a start goes, in place of how long it takes. */
  trace: boolean;
  /** The arguments as they were given, for the report. */
  given: string[];
}
