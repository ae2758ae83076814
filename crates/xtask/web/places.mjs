// Where things are in the repository, for the Node side of the tooling.
import path from "node:path";
import { fileURLToPath } from "node:url";

export const repo = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../..");

/** What every server of the repository offers: the site at the root, the package and the tests beside it. */
export const mounts = {
  "/": path.join(repo, "www"),
  "/pkg/": path.join(repo, "pkg"),
  "/tests/": path.join(repo, "tests"),
};
