// What a page holds, after a collection of garbage.

/**
 * Runs in the page before its own scripts: a function that says how many pages (64 KiB) all memories together have that
 * instances export.
 */
export const COLLECT_MEMORIES = `(() => {
  const memories = [];
  const { instantiate } = WebAssembly;
  WebAssembly.instantiate = async (...given) => {
    const result = await instantiate.apply(WebAssembly, given);
    // One memory may be exported by several names.
    for (const value of new Set(Object.values((result.instance ?? result).exports))) {
      if (value instanceof WebAssembly.Memory) memories.push(new WeakRef(value));
    }
    return result;
  };
  globalThis.kraitTestWasmPages = () => memories.reduce((pages, memory) => pages + (memory.deref()?.buffer.byteLength ?? 0) / 65536, 0);
})();`;

/**
 * @param {import("playwright-core").Page} page
 * @returns {Promise<{ wasmPages: number, heap: number }>} pages of all WebAssembly memories together, bytes of JavaScript objects
 */
export async function memoryOf(page) {
  const cdp = await page.context().newCDPSession(page);
  try {
    await cdp.send("HeapProfiler.collectGarbage");
    const { usedSize } = await cdp.send("Runtime.getHeapUsage");
    /** @type {unknown} */
    const wasmPages = await page.evaluate("globalThis.kraitTestWasmPages?.() ?? 0");
    return { wasmPages: Number(wasmPages), heap: usedSize };
  } finally {
    await cdp.detach();
  }
}
