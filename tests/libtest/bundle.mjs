// What a test module wants beside itself, found by reading it: CPython's suite has no list of that.
import { readFile, readdir, stat } from "node:fs/promises";
import path from "node:path";

/** Folders that never travel: they belong to the suite's own runner or to programs that a page cannot start. */
const LEFT_OUT = new Set(["__pycache__", "libregrtest", "test_asdl_parser.py"]);

/**
 * All files below a file or folder, as paths relative to `root`.
 * @param {string} root
 * @param {string} name
 * @returns {Promise<string[]>}
 */
async function filesOf(root, name) {
  const info = await stat(path.join(root, name));
  if (!info.isDirectory()) return [name];
  const entries = await readdir(path.join(root, name), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.parentPath.includes("__pycache__"))
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)));
}

/**
 * The top-level entries of the suite that a source mentions: imports of `test.x`, and strings that are an entry's name.
 * @param {string} text
 * @param {Set<string>} entries
 */
function mentioned(text, entries) {
  /** @type {Set<string>} */
  const found = new Set();
  const add = (/** @type {string} */ name) => {
    if (entries.has(`${name}.py`)) found.add(`${name}.py`);
    else if (entries.has(name)) found.add(name);
  };
  for (const [, name = ""] of text.matchAll(/\btest\.(\w+)/g)) add(name);
  for (const [, names = ""] of text.matchAll(/^\s*from test import\s+(\([^)]*\)|[^\n]*)/gm)) {
    for (const [name] of names.matchAll(/\w+/g)) add(name);
  }
  for (const [, name = ""] of text.matchAll(/["']([\w.-]+)(?:\.py)?["'/]/g)) add(name);
  return found;
}

/**
 * The files of one module and of what it mentions, as one body: a line of JSON with paths and lengths, then the bytes.
 * @param {string} root the suite's folder
 * @param {string} module
 */
export async function bundle(root, module) {
  const entries = new Set(await readdir(root));
  const first = entries.has(module) ? module : `${module}.py`;
  const wanted = new Set(["__init__.py", "support", first]);
  /** @type {Map<string, Buffer>} */
  const files = new Map();
  for (const name of wanted) {
    if (LEFT_OUT.has(name)) continue;
    for (const file of await filesOf(root, name)) {
      const body = await readFile(path.join(root, file));
      files.set(file, body);
      if (!file.endsWith(".py")) continue;
      const text = body.toString("latin1");
      // Other tests are wanted for a class or two: their data comes along, the tests that they mention do not.
      for (const other of mentioned(text, entries)) {
        if (name === first || !other.startsWith("test_")) wanted.add(other);
      }
      const tests = [...text.matchAll(/^from test\.(\w+)/gm), ...text.matchAll(/^from test import (test_\w+)$/gm)];
      for (const [, other = ""] of tests) {
        if (entries.has(`${other}.py`)) wanted.add(`${other}.py`);
        else if (entries.has(other)) wanted.add(other);
      }
    }
  }
  const index = [...files].map(([file, body]) => [file.split(path.sep).join("/"), body.length]);
  return Buffer.concat([Buffer.from(`${JSON.stringify(index)}\n`), ...files.values()]);
}
