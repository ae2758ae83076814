// Made from the table of `krait-config`: `cargo run -p krait-config --example error_table`.

/** Every code, sorted, with what it is called and what can be done about it. */
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
    code: "KR0006",
    name: "SNAPSHOT_REFUSED",
    advice:
      "A snapshot is of one build and whole: make a new one with kernel.snapshot() of this release.",
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
  {
    code: "PY1001",
    name: "MICROPIP_INSTALL_ERROR",
    advice:
      "A package was not installed: put a wheel of pure Python on the server and unpack it with `files`, \"./name.whl\" = \"./*\".",
  },
] as const;
