/** Where things are: the project, its products and the cache. */
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const BENCH = fileURLToPath(new URL("..", import.meta.url));
export const PROJECT = fileURLToPath(new URL("../../..", import.meta.url));
export const PKG = join(PROJECT, "pkg");
export const OUT = join(PROJECT, "tests", "out");
export const CACHE = join(process.env.KRAIT_CACHE || join(homedir(), ".cache", "krait"), "bench");
