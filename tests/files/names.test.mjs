// Names that no file can have, names that are as long as they may be, and names that a browser does not take, in mounts of each kind.
import assert from "node:assert/strict";

const LONG = "n".repeat(255);

/** Mounts one of each kind: `/idb`, `/opfs`, `/folder`, `/memory`, and `/zip` and `/urls`, which are read only. */
const MOUNTED = `(async () => {
  await keep("idb", "opfs");
  await fs.mount("/memory", "memory");
  const root = await navigator.storage.getDirectory();
  const handle = await root.getDirectoryHandle("named-" + location.search.slice(1).replaceAll("/", "-"), { create: true });
  await fs.mount("/folder", { type: "folder", handle });
  await py("import zipfile\\nwith zipfile.ZipFile('/tmp/names.zip', 'w') as archive:\\n    archive.writestr('f', 'packed')");
  await fs.mount("/zip", { type: "archive", source: fs.readFile("/tmp/names.zip") });
  await fs.mount("/urls", { type: "urls", files: { f: "/favicon.svg" } });
})()`;

/** @param {import("./run.mjs").Browser} browser */
export async function names_that_cannot_be_are_errors_in_every_mount({ tab }) {
  const page = await tab();
  await page.evaluate(MOUNTED);
  const program = `
import errno, os, pathlib, shutil
def check(kind, detail, call, path):
    try:
        call(path)
    except Exception as error:
        assert type(error) is kind, (call, path[:20], repr(error)[:200])
        assert error.errno == detail if isinstance(detail, int) else detail in str(error), (call, path[:20], error)
    else:
        raise AssertionError((call, path[:20]))
for root in "/idb", "/opfs", "/folder", "/memory", "/zip", "/urls":
    writable = root not in ("/zip", "/urls")
    if writable:
        with open(root + "/f", "w") as file:
            file.write("kept")
    calls = [
        open, lambda path: open(path, "w"), lambda path: os.open(path, os.O_CREAT | os.O_RDWR), os.stat, os.lstat, os.mkdir, os.remove,
        os.rmdir, os.listdir, os.scandir, os.readlink, lambda path: os.rename(root + "/f", path), lambda path: os.rename(path, root + "/f"),
        lambda path: os.link(root + "/f", path), lambda path: os.symlink("f", path), os.utime, lambda path: os.chmod(path, 0o600),
        lambda path: os.truncate(path, 0), os.chdir, shutil.rmtree, lambda path: pathlib.Path(path).write_text("x"),
    ]
    for call in calls:
        for name, kind, detail in (
            ("a\\0b", ValueError, "embedded null"),
            ("\\ud800", UnicodeEncodeError, "surrogates not allowed"),
            ("n" * 256, OSError, errno.ENAMETOOLONG),
            ("\\u00e9" * 128, OSError, errno.ENAMETOOLONG),
            ("n" * 10_000, OSError, errno.ENAMETOOLONG),
            ("d/" * 2050, OSError, errno.ENAMETOOLONG),
        ):
            check(kind, detail, call, f"{root}/{name}")
    assert os.listdir(root) == ["f"], (root, os.listdir(root))
    if writable:
        assert open(root + "/f").read() == "kept"
    # A folder of a browser's has names that are text, on whatever system, and none that its own files have.
    for name, number in (("\\udcff", errno.EILSEQ), ("a\\\\b", errno.EINVAL), ("f.crswap", errno.EINVAL)):
        if root in ("/opfs", "/folder"):
            for call in calls[1], os.mkdir, calls[11]:
                check(OSError, number, call, f"{root}/{name}")
`;
  await page.evaluate(`py(${JSON.stringify(program)})`);
  // The same from JavaScript.
  const wrong = await page.evaluate(`(async () => {
    const wrong = [];
    const kinds = { "a\\0b": "EINVAL", "\\ud800": "EILSEQ", ["n".repeat(256)]: "ENAMETOOLONG", ["n".repeat(10_000)]: "ENAMETOOLONG", ["d/".repeat(2050)]: "ENAMETOOLONG" };
    for (const root of ["/idb", "/opfs", "/folder", "/memory", "/zip", "/urls", "/tmp"]) {
      if (root === "/tmp") fs.writeFile("/tmp/f", "kept");
      const calls = {
        readFile: (path) => fs.readFile(path), writeFile: (path) => fs.writeFile(path, "x"), mkdir: (path) => fs.mkdir(path),
        recursive: (path) => fs.mkdir(path, { recursive: true }), readdir: (path) => fs.readdir(path), stat: (path) => fs.stat(path),
        lstat: (path) => fs.lstat(path), unlink: (path) => fs.unlink(path), rmdir: (path) => fs.rmdir(path),
        from: (path) => fs.rename(path, root + "/f"), to: (path) => fs.rename(root + "/f", path), symlink: (path) => fs.symlink("f", path),
        readlink: (path) => fs.readlink(path), chmod: (path) => fs.chmod(path, 0o600), utime: (path) => fs.utime(path, 0, 0),
        truncate: (path) => fs.truncate(path), chdir: (path) => fs.chdir(path), emscripten: (path) => fs.FS.open(path, "w"),
        look: (path) => fs.FS.lookupPath(path), tree: (path) => fs.FS.mkdirTree(path),
      };
      for (const [name, code] of Object.entries(kinds)) {
        const path = root + "/" + name;
        for (const [call, function_] of Object.entries(calls)) {
          let seen = "nothing";
          try { function_(path); } catch (error) { seen = error.code ?? String(error); }
          if (seen !== code) wrong.push([root, name.slice(0, 10), call, seen]);
        }
        if (fs.exists(path)) wrong.push([root, name.slice(0, 10), "exists"]);
        const mounted = await fs.mount(path, "memory").then(() => "mounted", (error) => error.code);
        if (mounted !== code) wrong.push([root, name.slice(0, 10), "mount", mounted]);
      }
      if (root !== "/tmp" && fs.readdir(root).join() !== "f") wrong.push([root, fs.readdir(root)]);
    }
    return wrong;
  })()`);
  assert.deepEqual(wrong, []);
  await page.evaluate(`fs.sync()`);
}

/** @param {import("./run.mjs").Browser} browser */
export async function the_longest_names_are_kept_and_so_is_the_loser_of_a_conflict({ tab }) {
  const [a, b] = [await tab(), await tab({ deaf: true })];
  for (const page of [a, b]) await page.evaluate(`keep("idb", "opfs")`);
  const ending = `${"n".repeat(251)}.txt`;
  const wide = "é".repeat(127);
  const names = [LONG, ending, wide, `a.${"x".repeat(253)}`];
  const write = (/** @type {string} */ text) =>
    `(() => { for (const kind of ["idb", "opfs"]) for (const name of ${JSON.stringify(names)}) fs.writeFile("/" + kind + "/" + name, ${JSON.stringify(text)}); })()`;
  await a.evaluate(write("old"));
  await a.evaluate(`fs.sync()`);
  await b.evaluate(`fs.sync()`);
  await a.evaluate(write("from a"));
  await a.evaluate(`fs.sync()`);
  await b.evaluate(write("from b"));
  await b.evaluate(`fs.sync()`);
  await a.evaluate(`fs.sync()`);
  const third = await tab();
  assert.deepEqual(await third.evaluate(`keep("idb", "opfs")`), []);
  for (const page of [a, b, third]) {
    for (const kind of ["idb", "opfs"]) {
      const found = /** @type {[string, string][]} */ (
        await page.evaluate(`fs.readdir("/${kind}").map((name) => [name, fs.readFile("/${kind}/" + name, "utf8")])`)
      );
      const texts = Object.fromEntries(found);
      for (const name of names) assert.equal(texts[name], "from b", `${kind} ${name.slice(-8)}`);
      const others = found.filter(([name]) => !names.includes(name));
      assert.deepEqual(others.map(([, text]) => text), names.map(() => "from a"), kind);
      for (const [name] of others) {
        assert.match(name, /\.conflict-\d/);
        assert.ok(Buffer.byteLength(name) <= 255, name);
      }
      assert.ok(others.some(([name]) => /^n+\.conflict-1\.txt$/.test(name)), kind);
    }
  }
}

/** A folder whose handle refuses what is called `con`, as browsers do on some systems. */
const REFUSING = `(async () => {
  const wrap = (handle) => new Proxy(handle, {
    get(target, key) {
      const value = Reflect.get(target, key, target);
      if (typeof value !== "function") return value;
      return async (...args) => {
        if (args[0] === "con") throw new TypeError("Name is not allowed.");
        const result = await value.apply(target, args);
        return result instanceof FileSystemHandle ? wrap(result) : result;
      };
    },
  });
  const iterable = (handle) => new Proxy(wrap(handle), {
    get(target, key) {
      if (key !== "entries" && key !== "keys") return Reflect.get(target, key);
      return () => handle[key]();
    },
  });
  const root = await navigator.storage.getDirectory();
  globalThis.real = await root.getDirectoryHandle("refusing", { create: true });
  globalThis.stored = async (name) => (await (await real.getFileHandle(name)).getFile()).text();
  return [...(await fs.mount("/docs", { type: "folder", handle: iterable(real), id: "refusing" })).problems];
})()`;

/** @param {import("./run.mjs").Browser} browser */
export async function a_name_that_the_browser_refuses_stops_nothing_else({ tab }) {
  const page = await tab();
  assert.deepEqual(await page.evaluate(REFUSING), []);
  await page.evaluate(`py("for name in 'a', 'con', 'z':\\n    open(f'/docs/{name}', 'w').write(name)").then(() => fs.sync())`);
  assert.deepEqual(await page.evaluate(`[...fs.mounts.get("/docs").problems]`), ["con cannot be stored here and stays in memory only: Name is not allowed."]);
  assert.deepEqual(await page.evaluate(`Promise.all([stored("a"), stored("z")])`), ["a", "z"]);
  assert.equal(await page.evaluate(`fs.readFile("/docs/con", "utf8")`), "con");
  // Renamed, it is stored; removed, it is gone, and nothing waits for it.
  await page.evaluate(`py("import os; os.rename('/docs/con', '/docs/fine'); open('/docs/con', 'w').write('again')").then(() => fs.sync())`);
  assert.equal(await page.evaluate(`stored("fine")`), "con");
  await page.evaluate(`py("os.remove('/docs/con'); open('/docs/last', 'w').write('last')").then(() => fs.sync())`);
  assert.equal(await page.evaluate(`stored("last")`), "last");
  // A page that goes away saves it beside the folder, and the next ones begin with the rest.
  await page.evaluate(`kernel.then((kernel) => { kernel.runPython("open('/docs/con', 'w').write('saved'); open('/docs/b', 'w').write('saved too')"); })`);
  await page.close({ runBeforeUnload: true });
  if (!page.isClosed()) await page.waitForEvent("close");
  for (const time of ["first", "second"]) {
    const next = await tab();
    assert.deepEqual(await next.evaluate(REFUSING), ["con cannot be stored here and stays beside it, where a page saved it: Name is not allowed."], time);
    assert.equal(await next.evaluate(`fs.readFile("/docs/b", "utf8")`), "saved too");
    await next.evaluate(`py("open('/docs/${time}', 'w').write('${time}')").then(() => fs.sync())`);
    assert.equal(await next.evaluate(`stored("${time}")`), time);
    await next.close();
  }
}
