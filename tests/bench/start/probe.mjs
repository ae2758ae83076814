/**
 * Runs in every start page before the page's own scripts: waits for the greeting, remembers the memories and the long tasks. It goes
 * through the driver as text, so it refers to nothing outside itself.
 */
export function installProbe() {
  /** @type {Set<WebAssembly.Memory>} */
  const memories = new Set();

  /** @param {unknown} holder */
  function collect(holder) {
    if (typeof holder !== "object" || holder === null) return;
    for (const value of Object.values(holder)) if (value instanceof WebAssembly.Memory) memories.add(value);
  }

  /** @param {WebAssembly.Imports | undefined} imports */
  function collectImports(imports) {
    for (const module of Object.values(imports ?? {})) collect(module);
  }

  const { instantiate, instantiateStreaming } = WebAssembly;
  const Instance = WebAssembly.Instance;

  /** @type {typeof WebAssembly.instantiateStreaming} */
  WebAssembly.instantiateStreaming = async (source, imports) => {
    const result = await instantiateStreaming(source, imports);
    collectImports(imports);
    collect(result.instance.exports);
    return result;
  };

  Object.defineProperty(WebAssembly, "instantiate", {
    configurable: true,
    writable: true,
    /**
     * @param {BufferSource} source
     * @param {WebAssembly.Imports} [imports]
     */
    async value(source, imports) {
      /** @type {WebAssembly.Instance | WebAssembly.WebAssemblyInstantiatedSource} */
      const result = await instantiate(source, imports);
      collectImports(imports);
      collect((result instanceof Instance ? result : result.instance).exports);
      return result;
    },
  });

  WebAssembly.Instance = new Proxy(Instance, {
    construct(target, args, newTarget) {
      const instance = /** @type {WebAssembly.Instance} */ (Reflect.construct(target, args, newTarget));
      collectImports(args[1]);
      collect(instance.exports);
      return instance;
    },
  });

  /** @type {Promise<number>} */
  const hello = new Promise((done) => {
    const observer = new MutationObserver(() => {
      if (document.querySelector("#out")?.textContent?.trim() !== "hello") return;
      observer.disconnect();
      done(performance.now());
    });
    observer.observe(document, { childList: true, subtree: true, characterData: true });
  });
  /** @type {number[]} */
  const tasks = [];
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) tasks.push(duration);
  }).observe({ type: "longtask", buffered: true });

  globalThis.startProbe = { hello, memories, tasks };
}
