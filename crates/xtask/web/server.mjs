// The one HTTP server of the repository: `cargo xtask serve`, page tests and benchmarks use it.
// It serves files, and on request it misbehaves in the ways that a test wants to see handled.
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";
import { Transform, pipeline } from "node:stream";

/** @typedef {import("./server.d.ts").ServerOptions} ServerOptions */
/** @typedef {import("./server.d.ts").Rule} Rule */
/** @typedef {import("./server.d.ts").Served} Served */
/** @typedef {import("./server.d.ts").RunningServer} RunningServer */
/** @typedef {import("node:http").IncomingMessage} Request */
/** @typedef {import("node:http").ServerResponse} Response */

/** @type {Record<string, string>} */
const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".wasm": "application/wasm",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".webp": "image/webp",
  ".ico": "image/x-icon",
  ".py": "text/x-python; charset=utf-8",
  ".toml": "application/toml",
  ".txt": "text/plain; charset=utf-8",
  ".md": "text/markdown; charset=utf-8",
  ".csv": "text/csv; charset=utf-8",
  ".whl": "application/zip",
  ".zip": "application/zip",
};

/**
 * Finds the file that a URL path names. Nothing outside the mounted folders can be reached: a path with `..`, an encoded
 * separator, a NUL or a dot file is refused.
 * @param {Record<string, string>} mounts
 * @param {string} pathname
 * @returns {{ file: string } | { status: number }}
 */
export function resolve(mounts, pathname) {
  /** @type {string} */
  let decoded;
  try {
    decoded = decodeURIComponent(pathname);
  } catch {
    return { status: 400 };
  }
  const parts = decoded.split("/");
  if (/[\\\0]/.test(decoded) || /%2f/i.test(pathname) || parts.some((part) => part.startsWith("."))) {
    return { status: 403 };
  }
  const prefixes = Object.keys(mounts).sort((a, b) => b.length - a.length);
  const prefix = prefixes.find((candidate) => decoded.startsWith(candidate));
  const folder = prefix === undefined ? undefined : mounts[prefix];
  if (prefix === undefined || folder === undefined) return { status: 404 };
  return { file: path.join(folder, decoded.slice(prefix.length)) };
}

/**
 * The file to send: the `.br` sibling where the client takes it and it is not older than the file.
 * @param {string} file
 * @param {boolean} brotli
 */
async function choose(file, brotli) {
  const info = await stat(file);
  if (brotli && info.isFile()) {
    const packed = await stat(`${file}.br`).catch(() => undefined);
    if (packed !== undefined && packed.mtimeMs >= info.mtimeMs) return { file: `${file}.br`, info: packed, encoding: "br" };
  }
  return { file, info, encoding: undefined };
}

/**
 * Lets so many bytes a second pass.
 * @param {number} bytesPerSecond
 */
function throttle(bytesPerSecond) {
  const slice = Math.max(1, Math.floor(bytesPerSecond / 50));
  return new Transform({
    transform(chunk, _encoding, done) {
      let at = 0;
      const next = () => {
        if (at >= chunk.length) return done();
        this.push(chunk.subarray(at, at + slice));
        at += slice;
        setTimeout(next, 20);
      };
      next();
    },
  });
}

/**
 * @param {Request} request
 * @param {string} etag
 * @param {Date} modified
 */
function unchanged(request, etag, modified) {
  const tags = request.headers["if-none-match"];
  if (tags !== undefined) return tags.split(",").some((tag) => tag.trim() === etag || tag.trim() === "*");
  const since = request.headers["if-modified-since"];
  return since !== undefined && Math.floor(modified.getTime() / 1000) * 1000 <= Date.parse(since);
}

/**
 * Starts a server. It listens when the promise resolves.
 * @param {ServerOptions} options
 * @returns {Promise<RunningServer>}
 */
export async function startServer(options) {
  /** @type {Served[]} */
  const served = [];

  /**
   * @param {Response} response
   * @param {Served} entry
   * @param {number} status
   * @param {string} text
   */
  const plain = (response, entry, status, text) => {
    entry.status = status;
    response.writeHead(status, { "content-type": "text/plain; charset=utf-8", "content-length": Buffer.byteLength(text) });
    entry.bytes = Buffer.byteLength(text);
    response.end(response.req.method === "HEAD" ? undefined : text);
  };

  /**
   * @param {Request} request
   * @param {Response} response
   */
  const handle = async (request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    /** @type {Served} */
    const entry = { method: request.method ?? "GET", path: url.pathname, status: 0, bytes: 0, encoding: undefined };
    served.push(entry);
    /** @type {Rule | undefined} */
    const rule = options.rules?.find((candidate) => candidate.path === url.pathname);
    const headers = { ...options.headers, ...rule?.headers };
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    if (options.isolated) {
      response.setHeader("cross-origin-opener-policy", "same-origin");
      response.setHeader("cross-origin-embedder-policy", "require-corp");
    }
    if (rule?.hang) return;
    if (rule?.delay) await new Promise((done) => setTimeout(done, rule.delay));
    if (rule?.status !== undefined || rule?.body !== undefined) {
      return plain(response, entry, rule.status ?? 200, rule.body ?? `${rule.status}\n`);
    }
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.setHeader("allow", "GET, HEAD");
      return plain(response, entry, 405, "Only GET and HEAD work here.\n");
    }
    const found = resolve(options.mounts, url.pathname);
    if ("status" in found) return plain(response, entry, found.status, `${found.status}\n`);

    const accepts = /(^|[\s,])br\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/.test(String(request.headers["accept-encoding"] ?? ""));
    const wantsBrotli = accepts && options.brotli !== false;
    let chosen = await choose(found.file, wantsBrotli);
    if (chosen.info.isDirectory()) {
      if (!url.pathname.endsWith("/")) {
        // Relative addresses in the page count from the folder.
        response.setHeader("location", `${url.pathname}/${url.search}`);
        return plain(response, entry, 301, "The address of a folder ends with a slash.\n");
      }
      found.file = path.join(found.file, "index.html");
      chosen = await choose(found.file, wantsBrotli);
    }
    const { file, info, encoding } = chosen;
    response.setHeader("vary", "accept-encoding");
    if (options.cache === false) {
      response.setHeader("cache-control", "no-store");
    } else {
      const etag = `"${info.size.toString(36)}-${Math.floor(info.mtimeMs).toString(36)}${encoding ?? ""}"`;
      response.setHeader("etag", etag);
      response.setHeader("last-modified", info.mtime.toUTCString());
      if (!response.hasHeader("cache-control")) response.setHeader("cache-control", "no-cache");
      if (unchanged(request, etag, info.mtime)) {
        entry.status = 304;
        response.writeHead(304).end();
        return;
      }
    }
    if (!response.hasHeader("content-type")) {
      response.setHeader("content-type", TYPES[path.extname(found.file).toLowerCase()] ?? "application/octet-stream");
    }
    if (encoding !== undefined) response.setHeader("content-encoding", encoding);
    entry.encoding = encoding;
    entry.status = 200;
    response.writeHead(200, { "content-length": info.size });
    if (request.method === "HEAD") return void response.end();
    const count = new Transform({
      transform(chunk, _encoding, done) {
        entry.bytes += chunk.length;
        done(null, chunk);
      },
    });
    const speed = rule?.bytesPerSecond ?? options.bytesPerSecond;
    const cut = rule?.truncate;
    const stages = [
      // The announced length stays that of the whole file, as when a connection breaks.
      createReadStream(file, cut === undefined ? {} : { end: Math.max(0, cut - 1) }),
      ...(speed === undefined ? [] : [throttle(speed)]),
      count,
    ];
    if (cut !== undefined) {
      count.on("data", (chunk) => response.write(chunk));
      count.on("end", () => response.destroy());
      pipeline(stages, () => {});
      return;
    }
    // A client that goes away in the middle is no error of the server.
    pipeline([...stages, response], () => {});
  };

  const server = createServer((request, response) => {
    handle(request, response).catch((error) => {
      const missing = error !== null && typeof error === "object" && ["ENOENT", "ENOTDIR", "ENAMETOOLONG"].includes(error.code);
      const last = served[served.length - 1] ?? { method: "", path: "", status: 0, bytes: 0, encoding: undefined };
      if (response.headersSent) response.destroy();
      else plain(response, last, missing ? 404 : 500, missing ? "There is no such file.\n" : "The file cannot be read.\n");
    });
  });
  await new Promise((done, fail) => {
    server.once("error", fail);
    server.listen(options.port ?? 0, "localhost", () => done(undefined));
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server listens on no port");
  return {
    origin: `http://localhost:${address.port}`,
    served,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
