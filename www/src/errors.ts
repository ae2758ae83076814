// The codes of failures, and the banner that shows a failure on the page.

/** What a code is called, and what can be done about it. `ERROR_TABLE` of `krait-config` holds the same rows. */
// The browser's own: the page's patched one tells the kernel, which may be what has failed.
const attachShadow = typeof Element === "undefined" ? undefined : Element.prototype.attachShadow;

export interface ErrorEntry {
  readonly code: string;
  readonly name: string;
  readonly advice: string;
}

/** Every code, sorted. */
export const ERROR_TABLE = [
  {
    code: "KR0001",
    name: "WASM_DOWNLOAD_FAILED",
    advice:
      "The kernel's .wasm file did not arrive: check that the whole pkg folder is on the server and that the connection works, then reload.",
  },
  {
    code: "KR0002",
    name: "WASM_COMPILE_FAILED",
    advice:
      "The browser refused the kernel's .wasm file: check that the file is complete, is served as application/wasm, and that the Content-Security-Policy has 'wasm-unsafe-eval' in script-src.",
  },
  {
    code: "KR0003",
    name: "MISSING_BROWSER_FEATURE",
    advice:
      "This browser lacks a feature that the kernel needs: update it, or use a current Firefox, Chrome, Edge or Safari.",
  },
  {
    code: "KR0004",
    name: "SESSION_DEAD",
    advice:
      "The Python session was stopped by a fault that it cannot continue from: reload the page, and report the code that led to it.",
  },
  {
    code: "KR0005",
    name: "LIBRARY_ARCHIVE_FAILED",
    advice:
      "A standard library archive did not arrive or is damaged: check that the krait-*.bin files lie beside the .wasm file and belong to the same release.",
  },
  {
    code: "PY0000",
    name: "GENERIC",
    advice:
      "Something failed that has no code of its own: read the message and the browser's console.",
  },
  {
    code: "PY0001",
    name: "FETCH_ERROR",
    advice:
      "A file could not be fetched: check the URL and the connection, and open the page through a web server, not from the disk.",
  },
  {
    code: "PY0401",
    name: "FETCH_UNAUTHORIZED_ERROR",
    advice:
      "The server wants a login for this file: log in, or put the file where it can be read without.",
  },
  {
    code: "PY0403",
    name: "FETCH_FORBIDDEN_ERROR",
    advice:
      "The server refuses to give this file: check its permissions.",
  },
  {
    code: "PY0404",
    name: "FETCH_NOT_FOUND_ERROR",
    advice:
      "There is no file under this URL: check its name, its upper and lower case, and its folder.",
  },
  {
    code: "PY0409",
    name: "CONFLICTING_CODE",
    advice:
      "Two parts of the page contradict each other: keep one of them.",
  },
  {
    code: "PY0500",
    name: "FETCH_SERVER_ERROR",
    advice:
      "The server failed while it answered: try again later, or look into its log.",
  },
  {
    code: "PY0503",
    name: "FETCH_UNAVAILABLE_ERROR",
    advice:
      "The server is overloaded or down: try again later.",
  },
  {
    code: "PY1000",
    name: "BAD_CONFIG",
    advice:
      "The configuration of the page is wrong: correct it in the place that the message names.",
  },
] as const satisfies readonly ErrorEntry[];

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

/** Shows a message at the end of the page, as text, until it is dismissed. The same message again only counts up. */
export function showError(message: string): void {
  for (const shown of document.querySelectorAll<HTMLElement>(".py-error")) {
    if (shown.textContent === message) {
      const count = Number(shown.dataset["count"] ?? "1") + 1;
      shown.dataset["count"] = String(count);
      const counter = shown.shadowRoot?.querySelector("span");
      if (counter) counter.textContent = ` (${count} times)`;
      return;
    }
  }
  const banner = document.createElement("div");
  banner.className = "py-error";
  banner.setAttribute("role", "alert");
  banner.textContent = message;
  Object.assign(banner.style, {
    display: "block",
    position: "relative",
    margin: "1rem 0",
    padding: "0.75rem 2.5rem 0.75rem 0.75rem",
    border: "2px solid #b00020",
    background: "#ffdddd",
    color: "#3b0000",
    font: "0.875rem/1.4 ui-monospace, 'Courier New', monospace",
    whiteSpace: "pre-wrap",
    overflowWrap: "anywhere",
    textAlign: "left",
  });
  // The button is in a shadow tree, so that the banner's text is the message and nothing else.
  const counter = document.createElement("span");
  const dismiss = document.createElement("button");
  dismiss.type = "button";
  dismiss.textContent = "\u00d7";
  dismiss.setAttribute("aria-label", "Dismiss this error");
  Object.assign(dismiss.style, {
    position: "absolute",
    top: "0.25rem",
    right: "0.25rem",
    width: "2rem",
    height: "2rem",
    border: "0",
    background: "none",
    color: "inherit",
    fontSize: "1.25rem",
    cursor: "pointer",
  });
  dismiss.addEventListener("click", () => banner.remove());
  attachShadow?.call(banner, { mode: "open" }).append(document.createElement("slot"), counter, dismiss);
  (document.body ?? document.documentElement).append(banner);
}
