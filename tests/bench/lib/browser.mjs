/**
 * Starts Chromium.
 *
 * @typedef {import("playwright-core").BrowserContext} BrowserContext
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { exists } from "./peers.mjs";

const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

const ARGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-dev-shm-usage",
];

/** @returns {Promise<string>} */
export async function findChromium() {
  const named = process.env.CHROMIUM;
  if (named) {
    if (await exists(named)) return named;
    throw new Error(`CHROMIUM names ${named}, which is not there.`);
  }
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    for (const name of NAMES) {
      const path = join(folder, name);
      if (folder !== "" && (await exists(path))) return path;
    }
  }
  throw new Error("There is no Chromium on PATH. Install one, or name it in CHROMIUM.");
}

/**
 * A browser with an empty profile on disk: its caches are those of a real visitor, and no other run's.
 *
 * @template T
 * @param {typeof import("playwright-core")} playwright
 * @param {(context: BrowserContext) => Promise<T>} use
 * @returns {Promise<T>}
 */
export async function withFreshBrowser(playwright, use) {
  const executablePath = await findChromium();
  const profile = await mkdtemp(join(tmpdir(), "krait-bench-"));
  try {
    const context = await playwright.chromium.launchPersistentContext(profile, {
      executablePath,
      headless: true,
      args: ARGS,
    });
    try {
      return await use(context);
    } finally {
      await context.close();
    }
  } finally {
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/**
 * @template T
 * @param {Promise<T>} work
 * @param {number} ms
 * @param {string} what
 * @returns {Promise<T>}
 */
export async function within(work, ms, what) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const late = new Promise((_, fail) => {
    timer = setTimeout(() => fail(new Error(`${what} takes longer than ${ms / 1000} s`)), ms);
  });
  try {
    return /** @type {T} */ (await Promise.race([work, late]));
  } finally {
    clearTimeout(timer);
  }
}

/**
 * @param {unknown} error
 * @returns {string} the first line that says something
 */
export function reason(error) {
  const text = error instanceof Error ? error.message : String(error);
  return text.split("\n").find((line) => line.trim() !== "")?.trim() ?? "unknown";
}
