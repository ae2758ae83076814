// Chromium, started the same way by every test.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { chromium } from "playwright-core";

/** The browser that set-up found, else the first in PATH. */
function executable() {
  const named = process.env["CHROMIUM"];
  if (named !== undefined && existsSync(named)) return named;
  for (const folder of (process.env["PATH"] ?? "").split(path.delimiter)) {
    for (const name of ["chromium", "chromium-browser", "google-chrome"]) {
      const file = path.join(folder, name);
      if (existsSync(file)) return file;
    }
  }
  throw new Error("Chromium is missing: run `cargo xtask setup --with-browser`, or name it in CHROMIUM.");
}

const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Each launch has a new, empty profile. @param {readonly string[]} more arguments besides the usual ones */
export function launch(more = []) {
  return chromium.launch({ executablePath: executable(), args: [...ARGUMENTS, ...more] });
}

/** A browser that keeps on disk what a user's keeps, in a new folder. */
export async function launchWithProfile() {
  const profile = await mkdtemp(path.join(tmpdir(), "krait-profile-"));
  const forget = () => rm(profile, { recursive: true, force: true, maxRetries: 5 });
  try {
    const context = await chromium.launchPersistentContext(profile, { executablePath: executable(), args: ARGUMENTS });
    return {
      context,
      profile,
      async close() {
        await context.close();
        await forget();
      },
    };
  } catch (error) {
    await forget();
    throw error;
  }
}

/**
 * A browser whose tabs are as a user's: one that is brought to the front hides the others. In those of `launch` each page
 * believes that it is seen and has the focus.
 */
export async function launchAsUsers() {
  try {
    return await startAsUsers();
  } catch {
    // Now and then a Chromium that has just started answers its driver nothing at all; no test has begun then.
    return startAsUsers();
  }
}

/** How long a browser may take to answer its driver, in milliseconds. */
const ANSWERS = 15_000;

async function startAsUsers() {
  const profile = await mkdtemp(path.join(tmpdir(), "krait-profile-"));
  const child = spawn(executable(), [...ARGUMENTS, "--headless", "--remote-debugging-port=0", `--user-data-dir=${profile}`], { stdio: ["ignore", "ignore", "pipe"] });
  const ended = new Promise((done) => child.once("close", done));
  const close = async () => {
    child.kill();
    await ended;
    await rm(profile, { recursive: true, force: true });
  };
  let said = "";
  try {
    /** @type {string} */
    const address = await new Promise((found, fail) => {
      child.stderr.on("data", (chunk) => {
        said += chunk;
        const listening = /DevTools listening on (\S+)/.exec(said);
        if (listening?.[1] !== undefined) found(listening[1]);
      });
      ended.then(() => fail(new Error(`Chromium ended before it listened: ${said}`)));
      child.once("error", fail);
    });
    const browser = await chromium.connectOverCDP(address, { noDefaults: true, timeout: ANSWERS });
    const [context] = browser.contexts();
    if (context === undefined) throw new Error("a browser without a profile");
    return {
      context,
      async close() {
        await browser.close();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}
