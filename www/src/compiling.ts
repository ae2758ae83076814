// The wasm while it comes.

/** An answer with the kernel, which the browser compiles meanwhile. */
export interface Compiling {
  readonly response: Response;
  /** None if the answer is none that browsers compile while it comes. */
  readonly module?: Promise<WebAssembly.Module>;
  /** The same bytes, to be counted. */
  readonly copy?: Response;
}

/** Has the browser compile an answer. It gets the answer itself, so that it remembers the compiled code; `counts` asks for a copy. */
export function compiling(response: Response, counts: boolean): Compiling {
  const isWasm = response.headers.get("content-type")?.startsWith("application/wasm");
  if (!response.ok || !isWasm || typeof WebAssembly !== "object" || !WebAssembly.compileStreaming) return { response };
  const copy = counts ? { copy: response.clone() } : {};
  const module = WebAssembly.compileStreaming(response);
  // Who waits for it is told.
  module.catch(() => {});
  return { response, module, ...copy };
}
