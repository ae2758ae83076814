// Mounts that run out of room, vanish, or are damaged, and paths that no file can have.
import assert from "node:assert/strict";

/** @param {import("playwright-core").Page} page @param {string} origin @param {number | undefined} quota */
async function setQuota(page, origin, quota) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Storage.overrideQuotaForOrigin", { origin, ...(quota === undefined ? {} : { quotaSize: quota }) });
}

/** The error that something rejects with. @param {string} expression */
const failure = (expression) => `${expression}.then(() => "no error", (error) => error.code + " " + error.message)`;

const FILL = (/** @type {string} */ path) => `
import errno, os
written = 0
try:
    with open("${path}", "wb", buffering=0) as file:
        for _ in range(400):
            written += file.write(b"x" * 100_000)
except OSError as error:
    assert error.errno == errno.ENOSPC, error
else:
    raise AssertionError("40 MB fitted into less")
assert os.path.getsize("${path}") == written, (os.path.getsize("${path}"), written)
written
`;

/** @param {import("./run.mjs").Browser} browser */
export async function a_quota_that_is_known_is_an_error_of_the_write({ tab }) {
  const page = await tab();
  // Chromium says 10 GB whatever there is; other browsers say what they give.
  await page.evaluate(`navigator.storage.estimate = async () => ({ quota: 8_000_000, usage: 0 })`);
  await page.evaluate(`keep("idb", "opfs")`);
  await page.evaluate(`py("for kind in 'idb', 'opfs':\\n    open(f'/{kind}/before', 'w').write('kept')").then(() => fs.sync())`);
  for (const kind of ["idb", "opfs"]) {
    const written = /** @type {number} */ (await page.evaluate(`py(${JSON.stringify(FILL(`/${kind}/big`))})`));
    // What was reported written is written.
    assert.ok(written > 500_000 && written < 8_000_000, `${kind}: ${written}`);
    await page.evaluate(`fs.sync("/${kind}")`);
    await page.evaluate(`py("import os; os.remove('/${kind}/big')").then(() => fs.sync("/${kind}"))`);
    await page.evaluate(`py("open('/${kind}/after', 'w').write('room again')").then(() => fs.sync("/${kind}"))`);
  }
  await page.close();
  const next = await tab();
  assert.deepEqual(await next.evaluate(`keep("idb", "opfs")`), []);
  for (const kind of ["idb", "opfs"]) {
    assert.equal(await next.evaluate(`fs.readFile("/${kind}/before", "utf8")`), "kept");
    assert.equal(await next.evaluate(`fs.readFile("/${kind}/after", "utf8")`), "room again");
  }
}

/** @param {import("./run.mjs").Browser} browser */
export async function a_quota_that_is_met_while_storing_loses_nothing({ tab, origin }) {
  const page = await tab();
  // Chromium remembers for a while how much room there was: it is little from the start.
  await setQuota(page, origin, 3_000_000);
  await page.evaluate(`keep("idb", "opfs")`);
  await page.evaluate(`py("for kind in 'idb', 'opfs':\\n    open(f'/{kind}/before', 'w').write('kept')").then(() => fs.sync())`);
  await page.evaluate(`kernel.then((kernel) => kernel.runPython("for kind in 'idb', 'opfs':\\n    open(f'/{kind}/big', 'wb').write(bytes(range(256)) * 20_000)"))`);
  for (const kind of ["idb", "opfs"]) {
    assert.match(String(await page.evaluate(failure(`fs.sync("/${kind}")`))), /^ENOSPC ENOSPC: .*the changes stay in memory/, kind);
    // A program that goes on writing hears of it; what it has written is there to read.
    await page.evaluate(`py("""
import errno, os
try:
    open("/${kind}/more", "w").write("x")
except OSError as error:
    assert error.errno == errno.ENOSPC
else:
    raise AssertionError
assert open("/${kind}/big", "rb").read() == bytes(range(256)) * 20_000
with open("/${kind}/big", "rb") as file:
    try:
        os.fsync(file.fileno())
    except OSError as error:
        assert error.errno == errno.ENOSPC
    else:
        raise AssertionError
""".strip())`.replace(/py\("""([^]*?)"""\.strip\(\)\)/, (_, code) => `py(${JSON.stringify(code)})`));
  }
  await setQuota(page, origin, undefined);
  await page.evaluate(`fs.sync()`);
  await page.close();
  const next = await tab();
  assert.deepEqual(await next.evaluate(`keep("idb", "opfs")`), []);
  for (const kind of ["idb", "opfs"]) {
    assert.equal(await next.evaluate(`fs.readFile("/${kind}/before", "utf8")`), "kept");
    assert.equal(await next.evaluate(`fs.stat("/${kind}/big").size`), 5_120_000);
    assert.equal(await next.evaluate(`fs.exists("/${kind}/more") && fs.stat("/${kind}/more").size > 0`), false);
  }
}
a_quota_that_is_met_while_storing_loses_nothing.apart = true;

/** @param {import("./run.mjs").Browser} browser */
export async function a_store_that_is_deleted_is_made_again_from_memory({ tab, name }) {
  const page = await tab();
  await page.evaluate(`keep("idb", "opfs")`);
  await page.evaluate(`py("import os\\nfor kind in 'idb', 'opfs':\\n    os.mkdir(f'/{kind}/d')\\n    open(f'/{kind}/d/f', 'w').write('kept')").then(() => fs.sync())`);
  // As the button that clears a site's data does it, or another page of the site.
  await page.evaluate(`new Promise((resolve, reject) => {
    const asked = indexedDB.deleteDatabase("krait-fs:${name}/idb");
    asked.onsuccess = resolve;
    asked.onerror = asked.onblocked = () => reject(new Error("the mount does not let its database go"));
  })`);
  await page.evaluate(`navigator.storage.getDirectory().then((root) => root.removeEntry("${name.split("/")[0]}", { recursive: true }))`);
  await page.evaluate(`py("for kind in 'idb', 'opfs':\\n    open(f'/{kind}/later', 'w').write('too')").then(() => fs.sync())`);
  await page.close();
  const next = await tab();
  assert.deepEqual(await next.evaluate(`keep("idb", "opfs")`), []);
  for (const kind of ["idb", "opfs"]) {
    assert.equal(await next.evaluate(`fs.readFile("/${kind}/d/f", "utf8")`), "kept", kind);
    assert.equal(await next.evaluate(`fs.readFile("/${kind}/later", "utf8")`), "too", kind);
  }
}
a_store_that_is_deleted_is_made_again_from_memory.apart = true;

/** @param {import("./run.mjs").Browser} browser */
export async function a_folder_that_is_gone_is_an_error_until_it_is_back({ tab }) {
  const page = await tab();
  await page.evaluate(`(async () => {
    globalThis.root = await navigator.storage.getDirectory();
    globalThis.handle = await root.getDirectoryHandle("users-folder", { create: true });
    await fs.mount("/home/web/docs", { type: "folder", handle });
  })()`);
  await page.evaluate(`py("open('/home/web/docs/a', 'w').write('kept')").then(() => fs.sync())`);
  await page.evaluate(`root.removeEntry("users-folder", { recursive: true })`);
  await page.evaluate(`py("open('/home/web/docs/b', 'w').write('in memory')")`);
  assert.match(String(await page.evaluate(failure(`fs.sync()`))), /^ENODEV ENODEV: folder users-folder: it is no longer there/);
  const program = `
import errno
try:
    open("/home/web/docs/c", "w")
except OSError as error:
    assert error.errno == errno.ENODEV, error
else:
    raise AssertionError
assert open("/home/web/docs/b").read() == "in memory"
`;
  await page.evaluate(`py(${JSON.stringify(program)})`);
  assert.match(String(await page.evaluate(failure(`fs.unmount("/home/web/docs")`))), /^ENODEV/, "not taken down with changes that are stored nowhere");
  await page.evaluate(`root.getDirectoryHandle("users-folder", { create: true })`);
  await page.evaluate(`fs.sync()`);
  const stored = await page.evaluate(`(async () => {
    const texts = [];
    for (const name of ["a", "b"]) texts.push(await (await (await handle.getFileHandle(name)).getFile()).text());
    return texts;
  })()`);
  assert.deepEqual(stored, ["kept", "in memory"]);
}

/** @param {import("./run.mjs").Browser} browser */
export async function a_damaged_store_gives_what_is_whole_and_says_what_is_not({ tab, name }) {
  const first = await tab();
  await first.evaluate(`keep("idb")`);
  await first.evaluate(`py("open('/idb/whole', 'w').write('whole'); open('/idb/torn', 'wb').write(bytes(range(256)) * 3000); open('/idb/gone', 'w').write('x')").then(() => fs.sync())`);
  await first.close();
  const page = await tab();
  await page.evaluate(`new Promise((resolve, reject) => {
    const asked = indexedDB.open("krait-fs:${name}/idb");
    asked.onsuccess = () => {
      const transaction = asked.result.transaction(["entries", "contents"], "readwrite");
      const entries = transaction.objectStore("entries");
      entries.get("torn").onsuccess = (event) => transaction.objectStore("contents").delete([event.target.result.content, 1]);
      entries.put({ path: "gone", kind: "?", nonsense: true });
      entries.put({ path: "../../etc/passwd", kind: 0o100000, mode: 0o644, mtime: 0n, size: 0, target: "", content: "", pages: 0, version: 1, ticket: "" });
      entries.put({ path: "lost/orphan", kind: 0o040000, mode: 0o755, mtime: 0n, size: 0, target: "", content: "", pages: 0, version: 1, ticket: "" });
      transaction.oncomplete = () => { asked.result.close(); resolve(); };
      transaction.onabort = () => reject(transaction.error);
    };
  })`);
  const problems = /** @type {string[]} */ (await page.evaluate(`keep("idb")`));
  assert.equal(problems.length, 3, String(problems));
  assert.match(problems.join("\n"), /the content of torn is damaged: 2 of 3 parts are there/);
  const program = `
import errno, os
assert open("/idb/whole").read() == "whole"
assert os.listdir("/idb/lost") == ["orphan"]
assert sorted(os.listdir("/idb")) == ["lost", "torn", "whole"]
try:
    open("/idb/torn", "rb").read()
except OSError as error:
    assert error.errno == errno.EIO
else:
    raise AssertionError
open("/idb/torn", "w").write("new")
assert open("/idb/torn").read() == "new"
`;
  await page.evaluate(`py(${JSON.stringify(program)}).then(() => fs.sync())`);
  // A database of something else is refused, and left alone.
  await page.evaluate(`new Promise((resolve) => { const asked = indexedDB.open("krait-fs:${name}-other", 1); asked.onsuccess = () => { asked.result.close(); resolve(); }; })`);
  assert.match(String(await page.evaluate(failure(`fs.mount("/other", { type: "idb", name: "${name}-other" })`))), /^EUCLEAN .*is a database of something else/);
  await page.evaluate(`new Promise((resolve) => { const asked = indexedDB.open("krait-fs:${name}-newer", 2); asked.onsuccess = () => { asked.result.close(); resolve(); }; })`);
  assert.match(String(await page.evaluate(failure(`fs.mount("/newer", { type: "idb", name: "${name}-newer" })`))), /^EOPNOTSUPP .*newer version/);
  assert.deepEqual(await page.evaluate(`[...fs.mounts.keys()]`), ["/idb"]);
}

/** Writes records into a database. @param {string} database @param {string} stores @param {string} put uses `stores` by name */
const tamper = (database, stores, put) => `new Promise((resolve, reject) => {
  const asked = indexedDB.open(${JSON.stringify(database)});
  asked.onsuccess = () => {
    const names = ${JSON.stringify(stores)}.split(" ");
    const transaction = asked.result.transaction(names, "readwrite");
    const store = Object.fromEntries(names.map((name) => [name, transaction.objectStore(name)]));
    ${put};
    transaction.oncomplete = () => { asked.result.close(); resolve(); };
    transaction.onabort = () => reject(transaction.error);
  };
  asked.onerror = () => reject(asked.error);
})`;

/** @param {import("./run.mjs").Browser} browser */
export async function a_store_that_contradicts_itself_gives_all_that_is_whole({ tab, name }) {
  const first = await tab();
  await first.evaluate(`keep("idb")`);
  await first.evaluate(`py("import os\\nfor name in 'whole', 'file', 'huge', 'late', 'pages', 'odd':\\n    open(f'/idb/{name}', 'w').write(name)").then(() => fs.sync())`);
  await first.close();
  const page = await tab();
  await page.evaluate(
    tamper(
      `krait-fs:${name}/idb`,
      "entries contents meta",
      `store.entries.get("file").onsuccess = (event) => {
        const entry = event.target.result;
        // A file in a file, and one below that.
        for (const path of ["file/in", "file/deep/er"]) store.entries.put({ ...entry, path });
        // The name of a directory of which there is nothing, with a slash too many, and names that no file has.
        for (const path of ["lost/in", "a//b", "/a", "a/", "n".repeat(256), "\\ud800", "nul\\0", ".."]) store.entries.put({ ...entry, path });
      };
      store.entries.get("huge").onsuccess = (event) => store.entries.put({ ...event.target.result, size: Number.MAX_SAFE_INTEGER });
      store.entries.get("late").onsuccess = (event) => store.entries.put({ ...event.target.result, mtime: 2n ** 70n });
      store.entries.get("pages").onsuccess = (event) => store.contents.put("no bytes", [event.target.result.content, 0]);
      store.entries.get("odd").onsuccess = (event) => store.contents.put(new Uint8Array(3), [event.target.result.content, -1.5]);
      store.meta.put("no number", "revision")`,
    ),
  );
  const problems = /** @type {string[]} */ (await page.evaluate(`keep("idb")`));
  const left = problems.map((problem) => problem.replace(/ (was|of|is) .*/, "")).join("\n");
  const program = `
import os
def read(name):
    try:
        return open("/idb/" + name).read()
    except OSError as error:
        return error.errno
names = sorted(os.listdir("/idb"))
assert read("whole") == "whole" and read("file") == "file" and read("lost/in") == "file", (names, [read(name) for name in names])
for name in "huge", "late", "pages", "odd":
    assert read(name) in (name, 2, 5), (name, read(name))
assert set(names) <= {"whole", "file", "huge", "late", "pages", "odd", "lost"}, names
open("/idb/new", "w").write("new")
`;
  await page.evaluate(`py(${JSON.stringify(program)}).then(() => fs.sync())`);
  for (const part of ["file/in", "file/deep/er", "huge", "late", "the content of pages"]) assert.ok(problems.some((problem) => problem.startsWith(part)), `${part} in ${left}`);
  await page.close();
  // What is whole is still there after a write-back.
  const next = await tab();
  await next.evaluate(`keep("idb")`);
  assert.deepEqual(await next.evaluate(`["whole", "file", "new"].map((name) => fs.readFile("/idb/" + name, "utf8"))`), ["whole", "file", "new"]);
}

/** @param {import("./run.mjs").Browser} browser */
export async function what_a_page_saved_last_may_be_damaged({ tab, name }) {
  const first = await tab();
  await first.evaluate(`keep("idb", "opfs")`);
  await first.evaluate(`py("for kind in 'idb', 'opfs':\\n    open(f'/{kind}/f', 'w').write('stored')").then(() => fs.sync())`);
  await first.close();
  const page = await tab();
  const whole = `{ path: "saved", kind: 0o100000, mode: 0o644, mtime: 0n, size: 5, target: "", base: undefined, content: 1 }`;
  const put = `
    store.pending.put("nonsense", "a");
    store.pending.put({ tickets: [], puts: [null, { path: "../out" }, { ...${whole}, path: "" }, ${whole}], gone: [{ path: 7 }], contents: new Map([[1, [[0, new TextEncoder().encode("saved")]]]]) }, "b");
    store.pending.put({ puts: [], gone: [] }, "c")`;
  for (const database of [`krait-fs:${name}/idb`, `krait-fs-stash:opfs:${name}/opfs`]) await page.evaluate(tamper(database, "pending", put));
  const problems = /** @type {string[]} */ (await page.evaluate(`keep("idb", "opfs")`));
  const nothing = "what a page saved when it went away is damaged and was left out";
  const some = "4 of the changes that a page saved when it went away are damaged and were left out";
  assert.deepEqual(problems, [nothing, some, nothing, nothing, some, nothing]);
  for (const kind of ["idb", "opfs"]) {
    assert.equal(await page.evaluate(`fs.readFile("/${kind}/f", "utf8")`), "stored");
    assert.equal(await page.evaluate(`fs.readFile("/${kind}/saved", "utf8")`), "saved");
    await page.evaluate(`py("open('/${kind}/f', 'w').write('goes on')").then(() => fs.sync("/${kind}"))`);
    // It is told once.
    assert.equal(await page.evaluate(`fs.mounts.get("/${kind}").problems.length`), 3);
  }
}

/** @param {import("./run.mjs").Browser} browser */
export async function paths_and_descriptors_that_cannot_be_are_errors({ tab }) {
  const page = await tab();
  await page.evaluate(`keep("idb", "opfs")`);
  const program = `
import errno, os
def fails(kind, number, call, *arguments):
    try:
        call(*arguments)
    except kind as error:
        assert number is None or error.errno == number, error
    else:
        raise AssertionError((kind, number, call, arguments))
for kind in "idb", "opfs":
    root = f"/{kind}"
    for call in os.stat, os.mkdir, os.listdir, os.remove, open:
        fails(ValueError, None, call, root + "/a\\0b")
        fails(UnicodeEncodeError, None, call, root + "/\\ud800")
        fails(OSError, errno.ENAMETOOLONG, call, root + "/" + "n" * 10_000)
    fails(OSError, errno.ENAMETOOLONG, os.mkdir, root + "/" + "n" * 256)
    os.mkdir(root + "/" + "n" * 255)
    if kind == "idb":
        open(root + "/byte-\\udcff", "w").write("not text")
    else:
        fails(OSError, errno.EILSEQ, open, root + "/byte-\\udcff", "w")
    file = os.open(root + "/f", os.O_CREAT | os.O_RDWR)
    os.write(file, b"written")
    os.close(file)
    for call, *arguments in (os.write, b"x"), (os.read, 1), (os.fsync,), (os.fstat,), (os.ftruncate, 0), (os.lseek, 0, 0), (os.close,):
        fails(OSError, errno.EBADF, call, file, *arguments)
    assert open(root + "/f").read() == "written"
`;
  await page.evaluate(`py(${JSON.stringify(program)})`);
  const thrown = await page.evaluate(`["/idb/a\\0b", "/idb/\\ud800", "/idb/" + "n".repeat(10_000), "/idb/none", ""].map((path) => { try { fs.readFile(path); return "read"; } catch (error) { return error.code; } })`);
  assert.deepEqual(thrown, ["EINVAL", "EILSEQ", "ENAMETOOLONG", "ENOENT", "ENOENT"]);
  await page.evaluate(`fs.sync()`);
  await page.close();
  const next = await tab();
  assert.deepEqual(await next.evaluate(`keep("idb", "opfs")`), []);
  assert.deepEqual(await next.evaluate(`fs.readdir("/idb")`), ["byte-\udcff", "f", "n".repeat(255)]);
  assert.equal(await next.evaluate(`fs.readFile("/idb/byte-\\udcff", "utf8")`), "not text");
}

/** @param {import("./run.mjs").Browser} browser */
export async function a_permission_that_is_taken_back_is_a_permission_error({ tab }) {
  // Tests have no file chooser, so nothing asks the user: handles of the private file system say what they are told to.
  const mount = `(async () => {
    globalThis.permission = "granted";
    globalThis.onAsked = () => {};
    const denied = () => new DOMException("The request is not allowed by the user agent or the platform in the current context.", "NotAllowedError");
    const wrap = (handle) => new Proxy(handle, {
      get(target, key) {
        if (key === "requestPermission") return async () => { onAsked(); return permission; };
        const value = Reflect.get(target, key, target);
        if (typeof value !== "function") return value;
        if (key === "entries" || key === "keys") {
          return async function* () {
            if (permission !== "granted") throw denied();
            for await (const entry of value.call(target)) yield key === "keys" ? entry : [entry[0], wrap(entry[1])];
          };
        }
        return async (...args) => {
          if (permission !== "granted") throw denied();
          const result = await value.apply(target, args);
          return result instanceof FileSystemHandle ? wrap(result) : result;
        };
      },
    });
    const root = await navigator.storage.getDirectory();
    globalThis.real = await root.getDirectoryHandle("granted-folder", { create: true });
    globalThis.stored = async (name) => (await (await real.getFileHandle(name)).getFile()).text();
    const mount = await fs.mount("/docs", { type: "folder", handle: wrap(real), id: "granted" });
    return [...mount.problems];
  })()`;
  const page = await tab();
  assert.deepEqual(await page.evaluate(mount), []);
  await page.evaluate(`py("open('/docs/a', 'w').write('kept')").then(() => fs.sync())`);
  await page.evaluate(`{ permission = "denied"; }`);
  await page.evaluate(`py("open('/docs/a', 'w').write('not yet stored')")`);
  assert.match(String(await page.evaluate(failure(`fs.sync()`))), /^EACCES EACCES: folder granted-folder: the permission was not given or has been taken back/);
  const program = `
import errno, os
def refused(call, *arguments):
    try:
        call(*arguments)
    except PermissionError as error:
        assert error.errno == errno.EACCES, error
    else:
        raise AssertionError((call, arguments))
refused(open, "/docs/b", "w")
refused(os.mkdir, "/docs/d")
refused(os.remove, "/docs/a")
with open("/docs/a") as file:
    assert file.read() == "not yet stored"
    refused(os.fsync, file.fileno())
`;
  await page.evaluate(`py(${JSON.stringify(program)})`);
  assert.match(String(await page.evaluate(failure(`fs.unmount("/docs")`))), /^EACCES/, "not taken down with changes that are stored nowhere");
  assert.equal(await page.evaluate(`stored("a")`), "kept");
  // The user is asked again when a click calls for it, and says yes.
  await page.evaluate(`{ onAsked = () => { permission = "granted"; }; }`);
  await page.evaluate(`fs.sync()`);
  assert.equal(await page.evaluate(`stored("a")`), "not yet stored");
  await page.evaluate(`py("open('/docs/b', 'w').write('works again')").then(() => fs.sync())`);
  // Taken back once more, and the page is closed: the next one that gets the permission finds the changes.
  await page.evaluate(`{ permission = "denied"; onAsked = () => {}; }`);
  await page.evaluate(`py("open('/docs/b', 'w').write('saved beside')")`);
  await page.evaluate(failure(`fs.sync()`));
  await page.close({ runBeforeUnload: true });
  if (!page.isClosed()) await page.waitForEvent("close");
  const next = await tab();
  assert.deepEqual(await next.evaluate(mount), []);
  assert.equal(await next.evaluate(`stored("b")`), "saved beside");
  assert.equal(await next.evaluate(`fs.readFile("/docs/b", "utf8")`), "saved beside");
}
