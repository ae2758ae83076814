// Standard streams of a kernel: what an embedder gives for them, as the bridge wants it.

/** Where output goes: one of these. Without any, the console. */
export interface OutputOptions {
  /** Takes each line, without its newline; what has no newline yet comes when a program ends. */
  batched?: (line: string) => void;
  /** Takes each byte. */
  raw?: (byte: number) => void;
  /** Takes bytes and answers how many it took. */
  write?: (bytes: Uint8Array) => number;
}

/** Where input comes from: one of these. Without any, the browser's own dialog asks. */
export interface InputOptions {
  /** Gives a line, bytes, one byte, or nothing at the end of the input. */
  stdin?: () => string | ArrayBuffer | ArrayBufferView | ArrayLike<number> | number | null | undefined;
  /** Fills the bytes and answers how many there were, 0 at the end. */
  read?: (bytes: Uint8Array) => number;
  /** Reading raises an OSError. */
  error?: boolean;
}

/** A hook as the bridge has it: lines, or bytes if `raw` is set. */
export type OutputHook = { line: (line: string) => void } | { bytes: (bytes: Uint8Array) => void };

/** The hook for what was asked for; `undefined` stands for the console. */
export function outputHook({ batched, raw, write }: OutputOptions): OutputHook | undefined {
  if ([batched, raw, write].filter((way) => way !== undefined).length > 1) {
    throw new TypeError("Only one of 'batched', 'raw' and 'write' can be given");
  }
  if (batched !== undefined) return { line: batched };
  if (raw !== undefined) return { bytes: (bytes) => bytes.forEach((byte) => raw(byte)) };
  if (write === undefined) return undefined;
  return {
    bytes(bytes) {
      for (let rest = bytes; rest.length > 0; ) {
        const taken = write(rest);
        if (!(Number.isInteger(taken) && taken > 0)) throw new TypeError(`write() took ${taken} of ${rest.length} bytes`);
        rest = rest.subarray(taken);
      }
    },
  };
}

/** Gives one line of input, without its newline, or `null` at the end. */
export type LineReader = () => string | null;

/** The reader for what was asked for; `undefined` stands for the browser's dialog. */
export function lineReader({ stdin, read, error }: InputOptions): LineReader | undefined {
  if ([stdin, read, error || undefined].filter((way) => way !== undefined).length > 1) {
    throw new TypeError("Only one of 'stdin', 'read' and 'error' can be given");
  }
  if (error) {
    return () => {
      throw new Error("the embedder has turned it off");
    };
  }
  if (stdin === undefined && read === undefined) return undefined;
  const decoder = new TextDecoder();
  let pending = "";
  const more = (): string | null => {
    if (read !== undefined) {
      const bytes = new Uint8Array(4096);
      const count = read(bytes);
      return count > 0 ? decoder.decode(bytes.subarray(0, count), { stream: true }) : null;
    }
    const given = stdin?.();
    if (given === null || given === undefined) return null;
    // A string is a line, whether its newline is there or not.
    if (typeof given === "string") return given.endsWith("\n") ? given : `${given}\n`;
    return decoder.decode(bytesOf(given), { stream: true });
  };
  return () => {
    for (;;) {
      const end = pending.indexOf("\n");
      if (end >= 0) {
        const line = pending.slice(0, end);
        pending = pending.slice(end + 1);
        return line;
      }
      const text = more();
      if (text === null) {
        const rest = pending;
        pending = "";
        return rest === "" ? null : rest;
      }
      pending += text;
    }
  };
}

function bytesOf(given: ArrayBuffer | ArrayBufferView | ArrayLike<number> | number): Uint8Array {
  if (typeof given === "number") return Uint8Array.of(given);
  if (given instanceof ArrayBuffer) return new Uint8Array(given);
  if (ArrayBuffer.isView(given)) return new Uint8Array(given.buffer, given.byteOffset, given.byteLength);
  return Uint8Array.from(given);
}
