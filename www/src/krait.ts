// The page entry: importing this module starts Python on the page, once.

import { disableControls, releaseControls } from "./controls.js";
import { messageOf, showError } from "./errors.js";
import { boot } from "./kernel.js";
import { loadKernel, loadLibrary } from "./load.js";
import { progress } from "./progress.js";
import { patchAttachShadow, watchShadowRoots } from "./shadow.js";

const SINGLETON = Symbol.for("krait");

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

async function start(): Promise<void> {
  try {
    patchAttachShadow();
    disableControls();
    progress("load", "Loading Krait");
    const core = loadKernel((loaded, total) => progress("load", "Loading Krait", loaded, total));
    // The rejection is handled where it is awaited, which may be after the page has been parsed.
    core.catch(() => {});
    defineElements();
    await parsed();
    disableControls();
    defineElements();
    const kernel = boot(await core);
    let allDone = false;
    window.addEventListener("py:all-done", () => (allDone = true), { once: true });
    kernel.onDeath((error) => {
      showError(error.message);
      releaseControls();
      // Scripts that did not come to their end never will.
      if (!allDone) window.dispatchEvent(new Event("py:all-done"));
    });
    progress("load", "Loaded interpreter");
    const page = kernel.guard(() => kernel.startPage({
      showError,
      progress,
      importModule: (url: string): Promise<object> => import(/* @vite-ignore */ url),
      pageSource,
      loadLibrary,
      watchShadowRoots,
      releaseControls,
    }));
    await page;
  } catch (error) {
    await parsed();
    console.error(error);
    showError(messageOf(error));
    window.dispatchEvent(new Event("py:all-done"));
  } finally {
    releaseControls();
  }
}

const page = globalThis as { [SINGLETON]?: Promise<void> };
page[SINGLETON] ??= start();
