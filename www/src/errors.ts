// The codes of failures.

import { ERROR_TABLE } from "./error-table.js";

export { ERROR_TABLE };

/** What a code is called, and what can be done about it. */
export interface ErrorEntry {
  readonly code: string;
  readonly name: string;
  readonly advice: string;
}

export type ErrorCode = (typeof ERROR_TABLE)[number]["code"];

/** A failure of the kernel's surroundings: of a download, of the browser, of the session. Python's own errors are `PythonError`. */
export class KraitError extends Error {
  override readonly name = "KraitError";
  readonly code: ErrorCode;

  /** `what` is a sentence without its full stop; the advice of the code follows it. */
  constructor(code: ErrorCode, what: string, cause?: unknown) {
    const advice = ERROR_TABLE.find((entry) => entry.code === code)?.advice ?? "";
    super(`(${code}): ${what}. ${advice}`, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** What an error says, or the value itself as text. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}
