/** Where things are: the project, its products and the cache. */
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const BENCH = fileURLToPath(new URL("..", import.meta.url));
export const PROJECT = fileURLToPath(new URL("../../..", import.meta.url));
export const PKG = join(PROJECT, "pkg");
export const OUT = join(PROJECT, "tests", "out");
const HOME_CACHE = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
export const CACHE = join(process.env.KRAIT_CACHE || join(HOME_CACHE, "krait"), "bench");
