/**
 * What a page test says in its `case.json`. Unknown keys are errors (schema.mjs).
 *
 * A `Pattern` is a plain string, compared after white space is collapsed, or `/expression/flags`, searched for.
 */
export type Pattern = string;

/** Something to wait for: an event's name (`py:all-done`), or one of these. */
export type Wait =
  | string
  | { event: string; count?: number }
  | { selector: string; text?: Pattern; hidden?: boolean }
  | { console: Pattern }
  | { banner: Pattern };

/** One action, by its key. */
export type Step =
  | { click: string }
  | { dblclick: string }
  | { hover: string }
  | { check: string }
  | { press: string; on?: string }
  | { fill: [selector: string, text: string] }
  | { type: [selector: string, text: string] }
  | { select: [selector: string, value: string] }
  | { dispatch: [selector: string, event: string] }
  | { eval: string }
  | { reload: true }
  /** Collects garbage in the page. */
  | { gc: true }
  | { wait: Wait }
  | { expect: Expect };

/** What has to hold. Everything about the DOM may come true until the time is over. */
export interface Expect {
  /** Text content of the first match. */
  text?: Record<string, Pattern>;
  /** Inner HTML of the first match. */
  html?: Record<string, Pattern>;
  /** Value of a form control. */
  value?: Record<string, Pattern>;
  /** Attributes of the first match; `null`: it has none of that name. */
  attributes?: Record<string, Record<string, Pattern | null>>;
  /** Number of matches. */
  count?: Record<string, number>;
  /** Console lines (`log: text`, `error: text`...) that come in this order, others between them. */
  console?: Pattern[];
  /** Console lines that must not come. */
  notConsole?: Pattern[];
  /** Events (`py:done #id`) that come in this order, others between them. */
  events?: Pattern[];
  /** Texts of all error banners; without it there must be none. */
  banner?: Pattern[];
  /** How often a path of the server was asked for. */
  requests?: Record<string, number>;
  /**
   * What the page may hold at most after a collection of garbage: pages (64 KiB) of all WebAssembly memories together, bytes of
   * JavaScript objects.
   */
  memory?: { wasmPages?: number; heap?: number };
  /** Whether `console.error` and uncaught errors fail the test; true unless banners are expected. */
  noConsoleErrors?: boolean;
  /** The page is no wider than the window: nothing but what scrolls by itself has to be scrolled sideways. */
  fits?: boolean;
}

export interface Case {
  /** What the test shows, in a sentence. */
  about?: string;
  /** The page: relative to the case, or a path of the server. Default `index.html`. */
  page?: string;
  /** What ends the loading. Default: `py:all-done`. `null`: the page's `load` event. */
  wait?: Wait | null;
  steps?: Step[];
  expect?: Expect;
  /**
   * No task of the page's own thread may take longer until `wait` has come, in milliseconds of processor time. The page is
   * visited until it is so, `visits` times at most.
   */
  tasks?: { longest: number; visits: number };
  /** A second visit of the same browser takes the compiled wasm from its cache. */
  kept?: boolean;
  /** The build that it is about; with another one it is left out. */
  profile?: "release";
  /** The whole transcript is compared with `expected.txt`, which `cargo xtask bless` writes. */
  snapshot?: { selectors?: string[]; progress?: boolean };
  /** How the server behaves. */
  serve?: {
    headers?: Record<string, string>;
    rules?: import("../../crates/xtask/web/server.d.ts").Rule[];
    isolated?: boolean;
    /** `true`: the browser may keep what `headers` allow. Else it may keep nothing. */
    cache?: boolean;
    bytesPerSecond?: number;
  };
  /** Width and height. */
  viewport?: [number, number];
  /** Runs in the page before anything else, to take a feature away for instance. */
  before?: string;
  /** Why it fails at present. It fails when it starts to pass. */
  known_failure?: string;
  /** Seconds. Default 30. */
  timeout?: number;
}
