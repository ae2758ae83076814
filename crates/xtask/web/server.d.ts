/** How one path is answered instead of, or beside, the plain file. */
export interface Rule {
  /** The exact path of the URL, such as `/pkg/krait_web_bg.wasm`. */
  path: string;
  /** Answer with this status and no file. */
  status?: number;
  /** Answer with this text and no file. */
  body?: string;
  /** Additional headers. */
  headers?: Record<string, string>;
  /** Milliseconds before the answer begins. */
  delay?: number;
  /** Never answer. */
  hang?: boolean;
  /** Break the connection after so many bytes. */
  truncate?: number;
  /** Send no faster than this. */
  bytesPerSecond?: number;
}

export interface ServerOptions {
  /** URL prefix, ending with a slash, to folder. The longest prefix counts. */
  mounts: Record<string, string>;
  /** 0 or nothing: a free one. */
  port?: number;
  /** Headers of every answer, such as a content security policy. */
  headers?: Record<string, string>;
  rules?: Rule[];
  /** Send the headers that make a page cross-origin isolated. */
  isolated?: boolean;
  /** `false`: nothing may be kept by the client. */
  cache?: boolean;
  /** `false`: never send `.br` siblings. */
  brotli?: boolean;
  /** Send no file faster than this. */
  bytesPerSecond?: number;
}

/** One request that was answered. */
export interface Served {
  method: string;
  path: string;
  status: number;
  /** Bytes of the body that were sent, after compression. */
  bytes: number;
  encoding: string | undefined;
}

export interface RunningServer {
  /** Without a slash at the end. */
  origin: string;
  /** All requests so far, in order. */
  served: Served[];
  close(): Promise<void>;
}

export function startServer(options: ServerOptions): Promise<RunningServer>;
export function resolve(mounts: Record<string, string>, pathname: string): { file: string } | { status: number };
