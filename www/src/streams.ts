// Standard streams of a kernel: what an embedder gives for them, as the bridge wants it.

/** Where output goes: one of these. Without any, the console. */
export interface OutputOptions {
  /** Takes each line, without its newline; what has no newline yet comes when a program ends. */
  batched?: (line: string) => void;
  /** Takes each byte. */
  raw?: (byte: number) => void;
  /** Takes bytes and answers how many it took. */
  write?: (bytes: Uint8Array) => number;
  /** What `isatty()` says; `false` without it. Not for `batched`. */
  isatty?: boolean;
}

/** What a `stdin` function may give: a line, bytes, one byte, or nothing at the end of the input. */
export type Given = string | ArrayBuffer | ArrayBufferView | ArrayLike<number> | number | null | undefined;

/** Where input comes from: one of these. Without any, the browser's own dialog asks; in Node it is the input of the process. */
export interface InputOptions {
  /** Gives a line, bytes, one byte, or nothing at the end of the input. A line needs no newline. */
  stdin?: () => Given;
  /** Whether an end of the input follows each piece that `stdin` gives as bytes; `true` without it. */
  autoEOF?: boolean;
  /** Fills the bytes and answers how many there were, 0 at the end. */
  read?: (bytes: Uint8Array) => number;
  /** Reading raises an OSError. */
  error?: boolean;
  /** What `isatty()` says; `false` without it. */
  isatty?: boolean;
}

/** A hook as the bridge has it: lines, or bytes. */
export type OutputHook = { isatty: boolean } & ({ line: (line: string) => void } | { bytes: (bytes: Uint8Array) => void });

/** The hook for what was asked for; `undefined` stands for the console. Functions are called as methods of the options. */
export function outputHook(options: OutputOptions): OutputHook | undefined {
  const { batched, raw, write, isatty = false } = options;
  if ([batched, raw, write].filter((way) => way !== undefined).length > 1) {
    throw new TypeError("Only one of 'batched', 'raw' and 'write' can be given");
  }
  if (batched !== undefined) {
    if (isatty) throw new TypeError("Cannot set 'isatty' to true with 'batched': a terminal wants its bytes at once, use 'write'");
    return { isatty, line: (line) => options.batched?.(line) };
  }
  if (raw !== undefined) return { isatty, bytes: (bytes) => bytes.forEach((byte) => options.raw?.(byte)) };
  if (write === undefined) return undefined;
  return {
    isatty,
    bytes(bytes) {
      for (let rest = bytes; rest.length > 0; ) {
        const taken = options.write?.(rest);
        if (typeof taken !== "number") throw new TypeError(`write returned ${taken}; a correct implementation must return a number`);
        if (!(Number.isInteger(taken) && taken > 0)) throw new TypeError(`write() took ${taken} of ${rest.length} bytes`);
        rest = rest.subarray(taken);
      }
    },
  };
}

/** Input as the bridge reads it: at most `max` bytes, none at the end. */
export interface InputHook {
  isatty: boolean;
  read(max: number): Uint8Array;
}

const nothing = new Uint8Array();

/** The reader for what was asked for; `undefined` stands for the browser's dialog. Functions are called as methods of the options. */
export function inputHook(options: InputOptions): InputHook | undefined {
  const { stdin, read, error, autoEOF = true, isatty = false } = options;
  if ([stdin, read, error || undefined].filter((way) => way !== undefined).length > 1) {
    throw new TypeError("Only one of 'stdin', 'read' and 'error' can be given");
  }
  if (error) {
    return {
      isatty: false,
      read() {
        throw new Error("the embedder has turned it off");
      },
    };
  }
  if (read !== undefined) return { isatty, read: (max) => readInto(options, max) };
  return stdin === undefined ? undefined : { isatty, read: pieces(() => options.stdin?.(), autoEOF) };
}

function readInto(options: InputOptions, max: number): Uint8Array {
  const bytes = new Uint8Array(max);
  const count = options.read?.(bytes);
  if (typeof count !== "number") throw new TypeError(`read returned ${count}; a correct implementation must return a number`);
  return bytes.subarray(0, Math.max(count, 0));
}

/** Reads what a function gives piece by piece. Bytes that come one by one are collected up to the next end. */
function pieces(next: () => Given, autoEOF: boolean): (max: number) => Uint8Array {
  let pending = nothing;
  /** Whether an end comes after what is pending. */
  let ends = false;
  let atEnd = false;
  const part = (max: number): Uint8Array => {
    const first = pending.subarray(0, max);
    pending = pending.subarray(first.length);
    atEnd = ends && pending.length === 0;
    return first;
  };
  return (max) => {
    if (atEnd) {
      atEnd = false;
      return nothing;
    }
    if (pending.length > 0) return part(max);
    const single: number[] = [];
    while (single.length < max) {
      const given = next();
      if (typeof given === "number") {
        single.push(given);
        continue;
      }
      // A string is a line, whether its newline is there or not.
      const isText = typeof given === "string";
      pending = isText ? new TextEncoder().encode(given.endsWith("\n") ? given : `${given}\n`) : bytesOf(given);
      ends = !isText && autoEOF && pending.length > 0;
      if (single.length === 0) return part(max);
      atEnd = pending.length === 0;
      break;
    }
    return Uint8Array.from(single);
  };
}

function bytesOf(given: Exclude<Given, string | number>): Uint8Array<ArrayBuffer> {
  if (given === null || given === undefined) return nothing;
  if (given instanceof ArrayBuffer) return new Uint8Array(given);
  // Copies: the function may use the same memory for its next piece.
  if (ArrayBuffer.isView(given)) return new Uint8Array(given.buffer, given.byteOffset, given.byteLength).slice();
  if (typeof given === "object" && typeof given.length === "number") return Uint8Array.from(given);
  throw new TypeError("stdin gave neither a string nor bytes nor a number, null or undefined");
}
