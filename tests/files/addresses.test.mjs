// Files at addresses, each fetched when it is first read: on the page's own thread and in a worker, from servers of every mood.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { gzipSync } from "node:zlib";

import { work } from "./work.mjs";

/** @typedef {(request: import("node:http").IncomingMessage, response: import("node:http").ServerResponse) => void} Answer */

/** A server of another origin than the page's, whose files other pages may read if `open`. @param {import("./run.mjs").Browser} browser @param {Record<string, Buffer | Answer>} files */
async function serve({ after }, files, { open = true } = {}) {
  /** @type {string[]} */
  const asked = [];
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    asked.push(`${request.method} ${path}`);
    if (open) response.setHeader("access-control-allow-origin", "*");
    response.setHeader("cache-control", "no-store");
    const file = files[path];
    if (file === undefined) response.writeHead(404).end();
    else if (typeof file === "function") file(request, response);
    else response.writeHead(200, { "content-length": file.length }).end(request.method === "HEAD" ? undefined : file);
  });
  await new Promise((done) => server.listen(0, "localhost", () => done(undefined)));
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");
  after(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });
  return {
    asked,
    files,
    at: (/** @type {string} */ path) => `http://localhost:${address.port}${path}`,
  };
}

/**
 * Where a kernel can be: what mounts there, and what runs a program.
 * @param {import("./run.mjs").Browser} browser
 * @returns {Promise<{ where: string, page: import("playwright-core").Page, mount: (path: string, source: object) => Promise<unknown>, py: (code: string) => Promise<any> }[]>}
 */
async function places({ tab, name }) {
  const page = await tab();
  const tell = await work(await tab(), name);
  return [
    {
      where: "page",
      page,
      mount: (path, source) => page.evaluate(`fs.mount(${JSON.stringify(path)}, ${JSON.stringify(source)}).then(() => null)`),
      py: (code) => page.evaluate(`py(${JSON.stringify(code)})`),
    },
    { where: "worker", page, mount: (path, source) => tell("mount", path, source), py: (code) => tell("py", code) },
  ];
}

/** A program that gives the error number of reading a file, or its bytes in hexadecimal. @param {string} path */
const read = (path) => `
try:
    with open(${JSON.stringify(path)}, "rb") as file:
        seen = file.read().hex()
except OSError as error:
    seen = error.errno
seen`;

const EIO = 5;
const ALL = Buffer.from(Array.from({ length: 1024 }, (_, at) => at % 256));

/** @param {import("./run.mjs").Browser} browser */
export async function a_file_is_fetched_when_it_is_first_read_and_once(browser) {
  const server = await serve(browser, { "/all": ALL, "/empty": Buffer.alloc(0), "/module.py": Buffer.from("VALUE = 7") });
  for (const { where, mount, py } of await places(browser)) {
    server.asked.length = 0;
    await mount("/web", { type: "urls", files: { "deep/all": server.at("/all"), empty: server.at("/empty"), "module.py": { url: server.at("/module.py"), size: 9 } } });
    const sizes = await py(`
import os, sys
[(os.path.join(top, name), os.stat(os.path.join(top, name)).st_size) for top, _, names in sorted(os.walk("/web")) for name in sorted(names)].__repr__()`);
    assert.equal(sizes, "[('/web/empty', 0), ('/web/module.py', 9), ('/web/deep/all', 1024)]", where);
    assert.deepEqual(server.asked.toSorted(), ["HEAD /all", "HEAD /empty"], `${where}: nothing is fetched to know a length`);
    server.asked.length = 0;
    assert.equal(await py(read("/web/deep/all")), ALL.toString("hex"), where);
    assert.equal(await py("open('/web/deep/all', 'rb').seek(1000)\nf = open('/web/deep/all', 'rb')\nf.seek(1000)\nf.read().hex()"), ALL.subarray(1000).toString("hex"));
    assert.equal(await py("sys.path.append('/web')\nimport module\nsys.path.remove('/web')\nmodule.VALUE"), 7, where);
    assert.equal(await py(read("/web/empty")), "", where);
    assert.deepEqual(server.asked, ["GET /all", "GET /module.py"], where);
    assert.equal(await py("try:\n    open('/web/new', 'w')\nexcept OSError as error:\n    number = error.errno\nnumber"), 30, where);
  }
}

/** @param {import("./run.mjs").Browser} browser */
export async function bytes_that_look_like_a_mark_are_bytes(browser) {
  const server = await serve(browser, {
    "/utf-8": Buffer.from("\ufeffname;größe\n"),
    "/ascii": Buffer.from("\ufeffplain"),
    "/utf-16": Buffer.from("\ufeffname", "utf16le"),
    "/no-text": Buffer.concat([Buffer.from("\ufeff"), ALL]),
    "/inside": Buffer.from("a\ufeffb"),
  });
  const names = Object.keys(server.files).map((path) => path.slice(1));
  const files = Object.fromEntries(names.map((name) => [name, server.at(`/${name}`)]));
  for (const { where, mount, py } of await places(browser)) {
    await mount("/lazy", { type: "urls", files });
    await mount("/early", { type: "urls", files, prefetch: true });
    for (const name of names) {
      const bytes = /** @type {Buffer} */ (server.files[`/${name}`]).toString("hex");
      // What a window's synchronous request spoils is an error and never other bytes.
      const spoilt = where === "page" && (name === "utf-16" || name === "no-text");
      assert.equal(await py(read(`/lazy/${name}`)), spoilt ? EIO : bytes, `${where}: ${name}`);
      assert.equal(await py(read(`/early/${name}`)), bytes, `${where}: ${name}, fetched before`);
    }
  }
}

/** @param {import("./run.mjs").Browser} browser */
export async function the_length_is_that_of_the_file(browser) {
  const packed = gzipSync(ALL);
  /** @type {Answer} Compresses for who takes it, as most servers do. */
  const compressed = (request, response) => {
    const zipped = /gzip/.test(String(request.headers["accept-encoding"]));
    if (zipped) response.setHeader("content-encoding", "gzip");
    const body = zipped ? packed : ALL;
    response.writeHead(200, { "content-length": body.length }).end(request.method === "HEAD" ? undefined : body);
  };
  const server = await serve(browser, {
    "/compressed": compressed,
    // Compresses whatever was asked for, and is not sure how much that will be.
    "/stubborn": (request, response) => void response.writeHead(200, { "content-encoding": "gzip" }).end(request.method === "HEAD" ? undefined : packed),
    "/no-head": (request, response) => void (request.method === "HEAD" ? response.writeHead(405).end() : response.end(ALL)),
    "/no-ranges": (request, response) => void (request.method === "HEAD" ? response.writeHead(416).end() : response.end(ALL)),
  });
  for (const { where, mount, py } of await places(browser)) {
    for (const path of Object.keys(server.files)) {
      await mount(`/web${path}`, { type: "urls", files: { f: server.at(path) } });
      assert.equal(await py(`import os; os.stat("/web${path}/f").st_size`), 1024, `${where}: ${path}`);
      assert.equal(await py(read(`/web${path}/f`)), ALL.toString("hex"), `${where}: ${path}`);
    }
    // The page's own origin tells that an answer is compressed.
    const origin = browser.origin;
    await mount("/own", { type: "urls", files: { f: `${origin}/pkg/kernel.js` } });
    assert.equal(await py("import os; os.stat('/own/f').st_size == len(open('/own/f', 'rb').read())"), true, where);
  }
}

/** @param {import("./run.mjs").Browser} browser */
export async function what_is_not_there_is_an_error_until_it_is(browser) {
  const server = await serve(browser, {});
  for (const { where, mount, py } of await places(browser)) {
    for (const prefetch of [false, true]) {
      await assert.rejects(mount("/web", { type: "urls", files: { f: server.at("/later") }, prefetch }), /EIO.*answered with 404/, where);
    }
    // A length that is said lets the mount be made all the same.
    await mount("/web", { type: "urls", files: { f: { url: server.at("/later"), size: ALL.length }, cut: { url: server.at("/cut"), size: ALL.length }, long: { url: server.at("/later"), size: 5 } } });
    assert.equal(await py(read("/web/f")), EIO, where);
    assert.equal(await py("import os; os.stat('/web/f').st_size"), ALL.length);
    server.files["/later"] = (_, response) => void response.writeHead(500).end("broken");
    assert.equal(await py(read("/web/f")), EIO, where);
    server.files["/later"] = ALL;
    assert.equal(await py(read("/web/f")), ALL.toString("hex"), `${where}: asked again`);
    assert.equal(await py(read("/web/long")), EIO, `${where}: no file is cut to the length that was said`);
    // A connection that breaks.
    server.files["/cut"] = (_, response) => {
      response.writeHead(200, { "content-length": ALL.length }).write(ALL.subarray(0, 100), () => response.destroy());
    };
    assert.equal(await py(read("/web/cut")), EIO, where);
    server.files["/cut"] = ALL;
    assert.equal(await py(read("/web/cut")), ALL.toString("hex"), where);
    delete server.files["/later"];
    delete server.files["/cut"];
  }
}

/** @param {import("./run.mjs").Browser} browser */
export async function another_origin_may_refuse(browser) {
  const server = await serve(browser, { "/f": ALL }, { open: false });
  for (const { where, mount, py } of await places(browser)) {
    for (const prefetch of [false, true]) {
      await assert.rejects(mount("/web", { type: "urls", files: { f: server.at("/f") }, prefetch }), /EIO.*cannot be fetched/, where);
    }
    await assert.rejects(mount("/archive", { type: "archive", source: server.at("/f") }), /EIO.*cannot be fetched/, where);
    await mount("/web", { type: "urls", files: { f: { url: server.at("/f"), size: ALL.length } } });
    assert.equal(await py(read("/web/f")), EIO, where);
    const failed = await py(`
from krait import fs
try:
    await fs.mount("/python", "urls", files={"f": ${JSON.stringify(server.at("/f"))}})
except OSError as error:
    seen = [error.errno, "cannot be fetched" in str(error)]
repr(seen)`);
    assert.equal(failed, "[5, True]", where);
  }
}

/** @param {import("./run.mjs").Browser} browser */
export async function without_a_network_there_is_what_was_read(browser) {
  const server = await serve(browser, { "/read": ALL, "/unread": ALL, "/early": ALL });
  const all = await places(browser);
  for (const { where, page, mount, py } of all) {
    await mount("/web", { type: "urls", files: { read: server.at("/read"), unread: server.at("/unread") } });
    await mount("/early", { type: "urls", files: { f: server.at("/early") }, prefetch: true });
    assert.equal(await py(read("/web/read")), ALL.toString("hex"));
    await page.context().setOffline(true);
    assert.equal(await py(read("/web/read")), ALL.toString("hex"), where);
    assert.equal(await py(read("/early/f")), ALL.toString("hex"), where);
    assert.equal(await py(read("/web/unread")), EIO, where);
    await assert.rejects(mount("/none", { type: "urls", files: { f: server.at("/read") } }), /EIO.*cannot be fetched/, where);
    await page.context().setOffline(false);
    assert.equal(await py(read("/web/unread")), ALL.toString("hex"), where);
  }
}
without_a_network_there_is_what_was_read.apart = true;

/** @param {import("./run.mjs").Browser} browser */
export async function a_server_that_does_not_answer_is_waited_for(browser) {
  /** @type {(() => void)[]} */
  const waiting = [];
  /** @type {() => void} */
  let came = () => {};
  /** @type {Answer} */
  const slow = (request, response) => {
    waiting.push(() => response.writeHead(200, { "content-length": ALL.length }).end(request.method === "HEAD" ? undefined : ALL));
    came();
  };
  const asked = () => new Promise((done) => void (came = () => done(undefined)));
  const server = await serve(browser, { "/slow": slow });
  for (const { where, page, mount, py } of await places(browser)) {
    let arrived = asked();
    const mounting = mount("/web", { type: "urls", files: { f: server.at("/slow") } });
    await arrived;
    // The mount waits, and nothing else does.
    assert.equal(await py("import os; os.listdir('/web').__repr__()"), "[]", where);
    waiting.pop()?.();
    await mounting;
    arrived = asked();
    const reading = py(read("/web/f"));
    await arrived;
    // A read in a worker lets the page go on; one on the page's own thread would not.
    if (where === "worker") assert.equal(await page.evaluate("1 + 1"), 2);
    waiting.pop()?.();
    assert.equal(await reading, ALL.toString("hex"), where);
  }
}
