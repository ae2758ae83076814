/**
 * The packages that we compare with. They are installed here and not with the project's own, so that who only builds
 * and tests Krait downloads none of them.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { access, copyFile, mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";

import { BENCH, CACHE } from "./paths.mjs";

/**
 * @param {string} path
 * @returns {Promise<boolean>}
 */
export async function exists(path) {
  return access(path).then(
    () => true,
    () => false,
  );
}

/**
 * @param {string} folder
 * @returns {Promise<void>}
 */
function npmCi(folder) {
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  return new Promise((done, fail) => {
    const child = spawn("npm", args, { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
    child.on("error", (error) => fail(new Error(`npm did not start: ${error.message}. Install Node with npm.`)));
    child.on("close", (code) => {
      if (code === 0) done();
      else fail(new Error(`npm ci of the bench's peers ended with ${code} in ${folder}. Check the connection.`));
    });
  });
}

/**
 * Installs the peers, once for each lock file. A folder that is there is whole: it gets its name last.
 *
 * @param {(line: string) => void} say
 * @returns {Promise<string>} the node_modules folder
 */
export async function installPeers(say) {
  const lock = await readFile(join(BENCH, "package-lock.json"));
  const folder = join(CACHE, createHash("sha256").update(lock).digest("hex").slice(0, 16));
  const modules = join(folder, "node_modules");
  if (await exists(modules)) return modules;
  say("installing the peers (Pyodide, PyScript, MicroPython: some 35 MB)");
  await mkdir(CACHE, { recursive: true });
  const draft = await mkdtemp(join(CACHE, "draft-"));
  try {
    for (const name of ["package.json", "package-lock.json"]) await copyFile(join(BENCH, name), join(draft, name));
    await npmCi(draft);
    await rename(draft, folder).catch(async (error) => {
      // Another run was quicker.
      if (!(await exists(modules))) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return modules;
}

/**
 * @param {string} modules
 * @param {string} name
 * @returns {Promise<string>}
 */
export async function versionOf(modules, name) {
  const text = await readFile(join(modules, name, "package.json"), "utf8");
  /** @type {{ version: string }} */
  const { version } = JSON.parse(text);
  return version;
}

/**
 * @param {string} modules
 * @returns {typeof import("playwright-core")}
 */
export function loadPlaywright(modules) {
  return createRequire(join(modules, "index.js"))("playwright-core");
}
