/**
 * One static server for all engines: same headers, same compression, same cache rules.
 *
 * @typedef {object} Served
 * @property {string} origin
 * @property {() => Promise<void>} close
 * @typedef {object} Mounts
 * @property {string} prefix of the address, with both slashes
 * @property {string} folder
 * @property {boolean} lasting whether a browser may keep what lies there
 * @typedef {object} Answer
 * @property {Buffer} body
 * @property {Record<string, string>} headers
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

import { compressed } from "./brotli.mjs";

/** @type {Record<string, string>} */
const TYPES = {
  ".bin": "application/octet-stream",
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".mjs": "text/javascript; charset=utf-8",
  ".py": "text/x-python; charset=utf-8",
  ".wasm": "application/wasm",
  ".zip": "application/zip",
};

/**
 * @param {readonly Mounts[]} mounts
 * @param {string} path
 */
function resolve(mounts, path) {
  const mount = mounts.find(({ prefix }) => path.startsWith(prefix));
  if (!mount) return null;
  const file = normalize(join(mount.folder, path.slice(mount.prefix.length)));
  return file.startsWith(normalize(mount.folder)) ? { file, lasting: mount.lasting } : null;
}

/**
 * @param {string} file
 * @param {boolean} lasting
 * @param {boolean} compress
 * @returns {Promise<Answer>}
 */
async function answer(file, lasting, compress) {
  const plain = await readFile(file);
  const small = compress ? await compressed(file, plain) : null;
  return {
    body: small ?? plain,
    headers: {
      "content-type": TYPES[extname(file)] ?? "application/octet-stream",
      "cache-control": lasting ? "public, max-age=31536000, immutable" : "no-cache",
      etag: `"${createHash("sha256").update(plain).digest("hex").slice(0, 16)}"`,
      vary: "accept-encoding",
      // Isolation gives the page its finest clock.
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-embedder-policy": "require-corp",
      ...(small ? { "content-encoding": "br" } : {}),
    },
  };
}

/**
 * Files are read and compressed once, at their first request.
 *
 * @param {readonly Mounts[]} mounts
 * @param {{ compress: boolean }} options
 * @returns {Promise<Served>}
 */
export async function serve(mounts, { compress }) {
  /** @type {Map<string, Promise<Answer | null>>} */
  const answers = new Map();

  /** @param {string} path */
  function find(path) {
    const known = answers.get(path);
    if (known) return known;
    const place = resolve(mounts, path);
    const fresh = place ? answer(place.file, place.lasting, compress).catch(() => null) : Promise.resolve(null);
    answers.set(path, fresh);
    return fresh;
  }

  const server = createServer(async (request, response) => {
    // The engines' files have plain names: a path with an escape in it is not found.
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const found = await find(pathname);
    if (!found) {
      response.writeHead(404, { "content-type": "text/plain" }).end(`There is no ${pathname} here.`);
      return;
    }
    if (request.headers["if-none-match"] === found.headers.etag) {
      response.writeHead(304, found.headers).end();
      return;
    }
    response.writeHead(200, { ...found.headers, "content-length": String(found.body.length) }).end(found.body);
  });
  await new Promise((done, fail) => {
    server.once("error", fail);
    server.listen(0, "localhost", () => done(undefined));
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  return {
    origin: `http://localhost:${address.port}`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}
