// Chromium, started the same way by every test.
import { existsSync } from "node:fs";
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

/** Each launch has a new, empty profile. @param {readonly string[]} more arguments besides the usual ones */
export function launch(more = []) {
  return chromium.launch({
    executablePath: executable(),
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-dev-shm-usage",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      ...more,
    ],
  });
}
