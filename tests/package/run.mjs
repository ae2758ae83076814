// The npm package as others use it: packed, installed into a Vite project and for Node, unpacked beside a plain page.
import { execFile } from "node:child_process";
import { cp, mkdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { isDeepStrictEqual, promisify } from "node:util";

import { repo } from "../../crates/xtask/web/places.mjs";
import { startServer } from "../../crates/xtask/web/server.mjs";
import { launch } from "../support/browser.mjs";
import { runAll } from "../support/report.mjs";

const execute = promisify(execFile);
const out = path.join(repo, "tests/out/package");
const pkg = path.join(repo, "pkg");

/**
 * @param {string} program @param {string[]} args @param {string} cwd @param {string} [input]
 * @returns {Promise<string>}
 */
async function run(program, args, cwd, input = "") {
  try {
    const running = execute(program, args, { cwd, maxBuffer: 1 << 26, timeout: 300_000 });
    // A program may end without having read it.
    running.child.stdin?.on("error", () => {});
    running.child.stdin?.end(input);
    return (await running).stdout;
  } catch (error) {
    const { stdout, stderr } = /** @type {{ stdout?: string, stderr?: string }} */ (error);
    throw new Error(`${program} ${args.join(" ")} failed\n${stdout ?? ""}${stderr ?? error}`);
  }
}

/** What `npm pack` puts into the archive, and where the archive is. */
async function pack() {
  const report = await run("npm", ["pack", "--json", "--silent", "--pack-destination", out], pkg);
  /** @type {{ filename: string, files: { path: string }[] }[]} */
  const packed = JSON.parse(report);
  const first = packed[0];
  if (first === undefined) throw new Error("npm pack packed nothing");
  return { archive: path.join(out, first.filename), files: first.files.map((file) => file.path) };
}

/**
 * Opens a page of a folder and compares the text of elements.
 * @param {string} folder @param {string} page @param {Record<string, string>} expected
 * @returns {Promise<string[]>}
 */
async function open(folder, page, expected) {
  const server = await startServer({ mounts: { "/": folder }, rules: [{ path: "/favicon.ico", status: 204, body: "" }] });
  const browser = await launch();
  try {
    const tab = await browser.newPage();
    /** @type {string[]} */
    const problems = [];
    tab.on("console", (message) => message.type() === "error" && problems.push(`console: ${message.text()}`));
    tab.on("pageerror", (error) => problems.push(`uncaught: ${error}`));
    tab.on("request", (request) => {
      if (!request.url().startsWith(`${server.origin}/`) && !/^(data|blob):/.test(request.url())) problems.push(`asked ${request.url()}`);
    });
    await tab.goto(`${server.origin}/${page}`);
    for (const [selector, text] of Object.entries(expected)) {
      const found = tab.locator(selector);
      await found.filter({ hasText: /\S/ }).waitFor({ timeout: 60_000 }).catch(() => {});
      const actual = (await found.textContent())?.trim();
      if (actual !== text) problems.push(`${selector} says ${JSON.stringify(actual)}, expected ${JSON.stringify(text)}`);
    }
    for (const request of server.served) if (request.status >= 400) problems.push(`${request.path} answered ${request.status}`);
    return problems;
  } finally {
    await browser.close();
    await server.close();
  }
}

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
const { archive, files } = await pack();

/** @type {import("../support/report.mjs").Test[]} */
const tests = [
  {
    name: "no absolute URL and no evaluated text in its scripts",
    async run() {
      const problems = [];
      for (const name of files.filter((file) => /\.m?js$/.test(file))) {
        const text = await readFile(path.join(pkg, name), "utf8");
        // The namespaces of SVG, MathML and XHTML look like addresses; nobody fetches them.
        const addresses = (text.match(/\b(?:https?|wss?):\/\/[^\s"'`)]+/g) ?? []).filter((url) => !url.startsWith("http://www.w3.org/"));
        for (const url of addresses) problems.push(`${name} holds ${url}`);
        for (const call of text.match(/(?<![\w.$`])(?:eval\s*\(|(?:new\s+)?Function\s*\()/g) ?? []) problems.push(`${name} calls ${call}`);
      }
      return problems;
    },
  },
  {
    name: "package.json leads to files that are in the package",
    async run() {
      const manifest = JSON.parse(await readFile(path.join(pkg, "package.json"), "utf8"));
      /** @param {unknown} node @returns {string[]} */
      const leaves = (node) => (typeof node === "string" ? [node] : Object.values(node ?? {}).flatMap(leaves));
      const named = [manifest.main, manifest.types, ...leaves(manifest.exports), "LICENSE", "THIRD-PARTY.txt"];
      return named.map((name) => name.replace("./", "")).filter((name) => !files.includes(name)).map((name) => `${name} is missing`);
    },
  },
  {
    name: "Vite project",
    async run() {
      const project = path.join(out, "vite");
      await cp(path.join(repo, "tests/package/vite"), project, { recursive: true });
      await run("npm", ["install", "--offline", "--no-save", "--no-package-lock", "--silent", archive], project);
      await run(path.join(repo, "node_modules/.bin/vite"), ["build", "--logLevel", "warn"], project);
      return open(path.join(project, "dist"), "", { "#result": "2" });
    },
  },
  {
    name: "TypeScript, strict, against its declarations",
    async run() {
      const project = path.join(out, "typescript");
      await cp(path.join(repo, "tests/package/typescript"), project, { recursive: true });
      await run("npm", ["install", "--offline", "--no-save", "--no-package-lock", "--silent", archive], project);
      await run(path.join(repo, "node_modules/.bin/tsc"), ["--project", "."], project);
      return [];
    },
  },
  {
    name: "plain page under a sub-path",
    async run() {
      const site = path.join(out, "plain");
      const vendor = path.join(site, "some/where/vendor");
      await mkdir(vendor, { recursive: true });
      await run("tar", ["-xzf", archive, "-C", vendor], out);
      await cp(path.join(vendor, "package"), path.join(vendor, "krait"), { recursive: true });
      await cp(path.join(repo, "tests/package/plain.html"), path.join(site, "some/where/index.html"));
      return open(site, "some/where/", { "#kernel": "2", "#page": "2" });
    },
  },
];

/** A project for Node with the package in it. @param {string} name */
async function nodeProject(name) {
  const project = path.join(out, name);
  await cp(path.join(repo, "tests/package/node"), project, { recursive: true });
  await run("npm", ["install", "--offline", "--no-save", "--no-package-lock", "--silent", archive], project);
  return project;
}

/** What a program of Node's writes as its last line. It has to end by itself. @param {string} project @param {string} file */
async function lastLine(project, file) {
  const text = await run(process.execPath, [file], project, "a line\n");
  return /** @type {unknown} */ (JSON.parse(text.trim().split("\n").at(-1) ?? ""));
}

tests.push(
  {
    name: "Node",
    async run() {
      const actual = await lastLine(await nodeProject("node"), "main.mjs");
      const expected = {
        sum: 2,
        printed: ["to stdout"],
        complained: ["to stderr"],
        seen: "0.3",
        unseen: "1/3",
        awaited: 42,
        doubled: 42,
        raised: ["PythonError", "KeyError", true],
        typed: ["a line", "EOFError"],
        waited: "waited, ran",
        disposed: "KR0004",
        live: ["number", "number"],
      };
      if (isDeepStrictEqual(actual, expected)) return [];
      return [`${JSON.stringify(actual)}, expected ${JSON.stringify(expected)}`];
    },
  },
  {
    name: "Node, a folder of the machine",
    async run() {
      const actual = await lastLine(await nodeProject("node-files"), "files.mjs");
      return actual === "as expected" ? [] : [JSON.stringify(actual)];
    },
  },
  {
    name: "Node, a file is missing",
    async run() {
      const project = await nodeProject("node-missing");
      await rm(path.join(project, "node_modules/krait/krait_web_bg.wasm"));
      const actual = await lastLine(project, "missing.mjs");
      const expected = ["KraitError", "KR0001", true];
      return isDeepStrictEqual(actual, expected) ? [] : [`${JSON.stringify(actual)}, expected ${JSON.stringify(expected)}`];
    },
  },
);

process.exitCode = (await runAll("package", tests, 1)) ? 0 : 1;
