// The page entry: importing this module starts Python on the page, once.

import { showError } from "./banner.js";
import { compiling } from "./compiling.js";
import { disableControls, releaseControls } from "./controls.js";
import { progress } from "./progress.js";
import { patchAttachShadow, watchShadowRoots } from "./shadow.js";

const SINGLETON = Symbol.for("krait");
const page = globalThis as { [SINGLETON]?: Promise<void> };

/** The page's own source. It is asked for when a traceback is shown, and comes from the browser's cache if that has it. */
async function pageSource(): Promise<string | undefined> {
  try {
    const response = await fetch(location.href, { cache: "force-cache" });
    return response.ok ? await response.text() : undefined;
  } catch {
    return undefined;
  }
}

const parsed = (): Promise<void> =>
  new Promise((resolve) => {
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => resolve(), { once: true });
    else resolve();
  });

/** `<py-script>` and its like are elements of their own, so that `new (customElements.get("py-script"))()` makes one. */
function defineElements(): void {
  for (const name of ["py-script", "mpy-script", "py-config", "mpy-config", "script-py"]) {
    if (!customElements.get(name)) customElements.define(name, class extends HTMLElement {});
  }
  for (const config of document.querySelectorAll<HTMLElement>("py-config, mpy-config")) config.style.display = "none";
}

/** Milliseconds that a small file takes at most from where it is near. */
const NEAR = 40;

/**
 * Whether the kernel comes from so near, or from the browser's cache, that nobody sees a bar of its progress: this script itself
 * was here at once. Counting bytes costs the page's own thread more than compiling them does, and of an answer of which there is
 * a copy Chromium takes no code that it has kept.
 */
function isNear(): boolean {
  const [own] = performance.getEntriesByName(import.meta.url, "resource") as PerformanceResourceTiming[];
  if (own === undefined) return false;
  const isCached = own.transferSize === 0 && own.decodedBodySize > 0;
  return isCached || own.responseEnd - own.startTime < NEAR;
}

async function start(): Promise<void> {
  try {
    // The small files first: a browser that is busy with a long answer is slow to look at others. Everything else happens meanwhile.
    const loader = import("./boot.js");
    void import("./krait_web.js").catch(() => {});
    const counts = !isNear();
    // Compiling begins with the first bytes, whatever the loader still waits for.
    const wasm = fetch(new URL("./krait_web_bg.wasm", import.meta.url), { credentials: "same-origin" }).then((response) => compiling(response, counts));
    // A rejection is handled where it is awaited, which may be after the page has been parsed.
    wasm.catch(() => {});
    patchAttachShadow();
    disableControls();
    progress("load", "Loading Krait");
    const count = counts ? (bytes: number, total: number) => progress("load", "Loading Krait", bytes, total) : undefined;
    const loaded = loader.then(({ loadKernel }) => loadKernel(count, wasm));
    loaded.catch(() => {});
    defineElements();
    await parsed();
    disableControls();
    defineElements();
    const { boot, loadPart, turn } = await loader;
    const { session } = await boot(await loaded);
    let allDone = false;
    window.addEventListener("py:all-done", () => (allDone = true), { once: true });
    session.onDeath((error) => {
      showError(error.message);
      releaseControls();
      // Scripts that did not come to their end never will.
      if (!allDone) window.dispatchEvent(new Event("py:all-done"));
    });
    progress("load", "Loaded interpreter");
    await turn();
    await session.guard(() => session.startPage({
      showError,
      progress,
      importModule: (url: string): Promise<object> => import(/* @vite-ignore */ url),
      pageSource,
      loadPart,
      turn,
      watchShadowRoots,
      releaseControls,
    }));
  } catch (error) {
    await parsed();
    console.error(error);
    showError(error instanceof Error ? error.message || error.name : String(error));
    window.dispatchEvent(new Event("py:all-done"));
  } finally {
    releaseControls();
  }
}

page[SINGLETON] ??= start();
