// What can be mounted besides IndexedDB and OPFS, and how code for Emscripten's FS fares.
import assert from "node:assert/strict";

const failure = (/** @type {string} */ expression) => `${expression}.then(() => "no error", (error) => error.code + " " + error.message)`;

/** @param {import("./run.mjs").Browser} browser */
export async function a_folder_of_the_users_is_read_and_written({ tab }) {
  const page = await tab();
  // A directory of OPFS has the interface of the handle that showDirectoryPicker gives.
  await page.evaluate(`(async () => {
    const root = await navigator.storage.getDirectory();
    globalThis.handle = await root.getDirectoryHandle("documents", { create: true });
    globalThis.put = async (name, text) => {
      const file = await (await handle.getFileHandle(name, { create: true })).createWritable();
      await file.write(text);
      await file.close();
    };
    globalThis.take = async (name) => (await (await handle.getFileHandle(name)).getFile()).text();
    await put("outside.txt", "from outside");
    await fs.mount("/docs", { type: "folder", handle });
  })()`);
  assert.equal(await page.evaluate(`py("open('/docs/outside.txt').read()")`), "from outside");
  await page.evaluate(`py("open('/docs/inside.txt', 'w').write('from inside')").then(() => fs.sync("/docs"))`);
  assert.equal(await page.evaluate(`take("inside.txt")`), "from inside");
  // Another program of the user's writes, and removes.
  await page.evaluate(`put("outside.txt", "changed outside").then(() => handle.removeEntry("inside.txt")).then(() => fs.sync("/docs"))`);
  assert.equal(await page.evaluate(`py("open('/docs/outside.txt').read()")`), "changed outside");
  assert.equal(await page.evaluate(`fs.exists("/docs/inside.txt")`), false);
  // Both write one file.
  await page.evaluate(`kernel.then((kernel) => { kernel.runPython("open('/docs/outside.txt', 'w').write('mine')"); }).then(() => put("outside.txt", "theirs, too")).then(() => fs.sync("/docs"))`);
  const texts = await page.evaluate(`fs.readdir("/docs").map((name) => fs.readFile("/docs/" + name, "utf8")).sort()`);
  assert.ok(JSON.stringify(texts) === '["mine","theirs, too"]', JSON.stringify(texts));
  // A large file changes in one place.
  await page.evaluate(`py("open('/docs/large', 'wb').write(bytes(2_000_000))").then(() => fs.sync("/docs"))`);
  await page.evaluate(`py("f = open('/docs/large', 'r+b'); f.seek(1_500_000); f.write(b'here'); f.close()").then(() => fs.sync("/docs"))`);
  assert.equal(await page.evaluate(`take("large").then((text) => text.length + " " + text.indexOf("here"))`), "2000000 1500000");
  await page.evaluate(`fs.unmount("/docs")`);
  assert.deepEqual(await page.evaluate(`fs.readdir("/docs")`), []);
  await page.evaluate(`fs.mount("/docs", { type: "folder", handle, mode: "read" })`);
  assert.equal(await page.evaluate(`py("try:\\n    open('/docs/x', 'w')\\nexcept OSError as error:\\n    number = error.errno\\nnumber")`), 30);
}

/** @param {import("./run.mjs").Browser} browser */
export async function an_archive_is_mounted_without_unpacking({ tab }) {
  const page = await tab();
  const program = `
import io, os, tarfile, zipfile
buffer = io.BytesIO()
with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
    archive.writestr("pkg/__init__.py", "VALUE = 42")
    archive.writestr("data.txt", "text " * 1000)
open("/tmp/a.zip", "wb").write(buffer.getvalue())
with tarfile.open("/tmp/a.tar.gz", "w:gz") as archive:
    archive.add("/tmp/a.zip", "inner/a.zip")
`;
  await page.evaluate(`py(${JSON.stringify(program)})`);
  await page.evaluate(`fs.mount("/zip", { type: "archive", source: fs.readFile("/tmp/a.zip") })`);
  await page.evaluate(`fs.mount("/tar", { type: "archive", source: new Blob([fs.readFile("/tmp/a.tar.gz")]) })`);
  assert.equal(await page.evaluate(`py("import sys; sys.path.append('/zip'); import pkg; pkg.VALUE")`), 42);
  assert.equal(await page.evaluate(`py("open('/zip/data.txt').read() == 'text ' * 1000 and open('/tar/inner/a.zip', 'rb').read() == open('/tmp/a.zip', 'rb').read()")`), true);
  assert.match(String(await page.evaluate(failure(`fs.mount("/no", { type: "archive", source: new Uint8Array(100) })`))), /^EINVAL the archive cannot be mounted: it is neither a zip file/);
  assert.match(String(await page.evaluate(failure(`fs.mount("/no", { type: "archive", source: "/no-such.zip" })`))), /^EIO .*404/);
  await page.evaluate(`fs.unmount("/zip")`);
  assert.deepEqual(await page.evaluate(`fs.readdir("/zip")`), []);
}

/** @param {import("./run.mjs").Browser} browser */
export async function files_at_addresses_are_fetched_when_they_are_read({ tab }) {
  const page = await tab();
  /** @type {string[]} */
  const fetched = [];
  page.on("request", (request) => fetched.push(`${request.method()} ${new URL(request.url()).pathname}`));
  await page.evaluate(`fs.mount("/web", { type: "urls", files: { "a/page.html": "/tests/files/page.html", "told.svg": { url: "/favicon.svg", size: 1 } } })`);
  assert.ok(!fetched.includes("GET /favicon.svg"));
  const size = await page.evaluate(`py("import os; data = open('/web/a/page.html', 'rb').read(); assert len(data) == os.stat('/web/a/page.html').st_size; len(data)")`);
  assert.equal(size, await page.evaluate(`fetch("/tests/files/page.html").then((answer) => answer.arrayBuffer()).then((bytes) => bytes.byteLength)`));
  // A length that is not true is an error of the read, not a cut file.
  assert.equal(await page.evaluate(`py("try:\\n    open('/web/told.svg').read()\\nexcept OSError as error:\\n    number = error.errno\\nnumber")`), 5);
  assert.match(String(await page.evaluate(failure(`fs.mount("/none", { type: "urls", files: { a: "/no-such-file" } })`))), /^EIO .*404/);
}

/** @param {import("./run.mjs").Browser} browser */
export async function code_for_emscriptens_fs_runs({ tab, name }) {
  const page = await tab();
  const seen = await page.evaluate(`(async () => {
    const { FS } = fs;
    FS.mkdirTree("/data/deep");
    FS.writeFile("/data/a.txt", "hello");
    FS.writeFile("/data/a.txt", new TextEncoder().encode(" again"), { flags: "a" });
    const stream = FS.open("/data/b", "w+");
    FS.write(stream, new Uint8Array([1, 2, 3, 4]), 0, 4, 0);
    FS.llseek(stream, 1, 0);
    const buffer = new Uint8Array(8);
    const read = FS.read(stream, buffer, 2, 3);
    const length = FS.fstat(stream.fd).size;
    FS.ftruncate(stream.fd, 3);
    FS.close(stream);
    const closed = [() => FS.read(stream, buffer), () => FS.write(stream, buffer), () => FS.close(stream), () => FS.fstat(stream.fd), () => FS.ftruncate(stream.fd, 0)]
      .map((call) => { try { return call(); } catch (error) { return error instanceof FS.ErrnoError && error.code; } });
    let failed;
    try { FS.readFile("/data/none"); } catch (error) { failed = [error.name, error.errno, error.code]; }
    FS.createPath("/data", "deep/er/most", true, true);
    FS.createDataFile("/data/deep/er", "made", "x", true, true, true);
    FS.chdir("/data/deep");
    const { path, node } = FS.lookupPath("../deep/./er");
    FS.chdir("/home/web");
    const looked = [path, node.name, node.isFolder, node.parent.name, Object.keys(node.contents), node.contents.made.contents[0], node.contents.most.isFolder];
    let lost;
    try { FS.lookupPath("/data/none"); } catch (error) { lost = error.code; }
    let nodefs;
    try { FS.mount(FS.filesystems.NODEFS, { root: "." }, "/node"); await new Promise((done, failed) => FS.syncfs(true, (error) => (error ? failed(error) : done()))); } catch (error) { nodefs = error.code; }
    FS.mkdir("/mnt");
    FS.mount(FS.filesystems.IDBFS, { name: "${name}" }, "/mnt");
    const sync = (populate) => new Promise((resolve, reject) => FS.syncfs(populate, (error) => (error ? reject(error) : resolve())));
    await sync(true);
    FS.writeFile("/mnt/kept", "kept");
    await sync(false);
    return {
      text: FS.readFile("/data/a.txt", { encoding: "utf8" }), read, buffer: [...buffer], failed,
      names: FS.readdir("/data"), dir: FS.isDir(FS.stat("/data").mode), file: FS.isFile(FS.stat("/data/b").mode),
      there: FS.analyzePath("/data/b").exists, none: FS.analyzePath("/data/none/x").parentExists,
      length, closed, looked, lost, nodefs, size: FS.stat("/data/b").size,
      null: FS.isChrdev(FS.stat("/dev/null").mode) && FS.lookupPath("/dev/null").node.isDevice,
    };
  })()`);
  assert.deepEqual(seen, {
    text: "hello again", read: 3, buffer: [0, 0, 2, 3, 4, 0, 0, 0], failed: ["ErrnoError", 2, "ENOENT"],
    names: [".", "..", "a.txt", "b", "deep"], dir: true, file: true, there: true, none: false,
    length: 4, closed: ["EBADF", "EBADF", "EBADF", "EBADF", "EBADF"], looked: ["/data/deep/er", "er", true, "deep", ["made", "most"], 120, true], lost: "ENOENT", nodefs: "EOPNOTSUPP", size: 3, null: true,
  });
  await page.close();
  const next = await tab();
  await next.evaluate(`fs.mount("/mnt", { type: "idb", name: "${name}" })`);
  assert.equal(await next.evaluate(`fs.readFile("/mnt/kept", "utf8")`), "kept");
  assert.match(String(await next.evaluate(failure(`fs.mount("/mnt", "memory")`))), /^EBUSY/);
  assert.match(String(await next.evaluate(failure(`fs.mount("/x", "floppy")`))), /^EINVAL .*there is no mount of type "floppy"/);
}

/** @param {import("./run.mjs").Browser} browser */
export async function a_session_that_is_disposed_of_stores_first({ tab }) {
  const page = await tab();
  await page.evaluate(`keep("idb")`);
  await page.evaluate(`kernel.then((kernel) => { kernel.runPython("open('/idb/last', 'w').write('words')"); kernel.dispose(); })`);
  const next = await tab();
  await next.evaluate(`keep("idb")`);
  await next.waitForFunction(`fs.exists("/idb/last") && fs.readFile("/idb/last", "utf8") === "words"`);
}
