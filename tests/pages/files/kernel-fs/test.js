import { equal, ok, run, throws } from "../../ffi/cases.js";
import { fails, namesOf, own, refused, watch } from "../checks.js";

/** @typedef {import("/pkg/kernel.js").KernelFs} KernelFs */
/** @type {ReturnType<typeof watch<KernelFs>> | undefined} */
let seen;
const text = (/** @type {Uint8Array} */ bytes) => new TextDecoder().decode(bytes);
const bytes = (/** @type {string} */ text) => new TextEncoder().encode(text);

/**
 * Gives a case a directory of its own with what most want to meet: a file `f`, a directory `d` with `d/in`, links to both, one
 * that leads nowhere and two that lead to each other, and at `/locked` and `/sealed` what may not be touched.
 * @param {(fs: KernelFs, kernel: any) => unknown} act
 */
const inside = (act) => async (/** @type {any} */ kernel) => {
  seen ??= watch(/** @type {KernelFs} */ (kernel.fs));
  const fs = seen.watched;
  fs.chdir("/");
  kernel.runPython(`
import os, shutil, zipfile
shutil.rmtree("/here", ignore_errors=True)
os.makedirs("/here/d/in")
for name, target in ("to-f", "f"), ("to-d", "d"), ("nowhere", "none"), ("loop-1", "loop-2"), ("loop-2", "loop-1"):
    os.symlink(target, "/here/" + name)
with open("/here/f", "w") as file:
    file.write("content")
if not os.path.isdir("/locked"):
    os.mkdir("/locked")
    open("/locked/f", "w").write("closed")
    open("/secret", "w").write("closed")
    os.chmod("/secret", 0)
    os.chmod("/locked", 0)
    os.makedirs("/sealed/d")
    open("/sealed/f", "w").write("closed")
    os.chmod("/sealed", 0o555)
    with zipfile.ZipFile("/packed.zip", "w") as archive:
        archive.writestr("d/f", "packed")
`);
  if (!fs.mounts.has("/packed")) await fs.mount("/packed", { type: "archive", source: fs.readFile("/packed.zip") });
  if (!fs.mounts.has("/small")) await fs.mount("/small", { type: "memory", capacity: 100_000 });
  fs.chdir("/here");
  await act(fs, kernel);
};

const LONG = "n".repeat(256);

await run({
  readFile: inside((fs, kernel) => {
    equal(fs.readFile("f"), bytes("content"));
    equal([fs.readFile("/here/f", "utf8"), fs.readFile("to-f", { encoding: "utf-8" })], ["content", "content"]);
    kernel.runPython("open('/here/b', 'wb').write(bytes(range(256)))");
    equal(fs.readFile("b"), Uint8Array.from({ length: 256 }, (_, byte) => byte));
    equal(fs.readFile("b", /** @type {any} */ ({ encoding: "binary" })).length, 256);
    // A copy: what is done to it is not done to the file.
    fs.readFile("f").fill(0);
    equal(text(fs.readFile("f")), "content");
    fails("ENOENT", () => fs.readFile("none"), () => fs.readFile("none/f"), () => fs.readFile("nowhere"), () => fs.readFile(""));
    fails("EISDIR", () => fs.readFile("d"), () => fs.readFile("to-d"), () => fs.readFile("/"));
    fails("ENOTDIR", () => fs.readFile("f/in"), () => fs.readFile("f/"));
    fails("EACCES", () => fs.readFile("/secret"), () => fs.readFile("/locked/f"));
    fails("ELOOP", () => fs.readFile("loop-1"));
    fails("ENAMETOOLONG", () => fs.readFile(LONG));
    fails("EINVAL", () => fs.readFile("/dev/null"), () => fs.readFile("a\0b"), () => fs.readFile("f", /** @type {any} */ ("latin1")));
    fails("EILSEQ", () => fs.readFile("\ud800"));
  }),
  writeFile: inside((fs, kernel) => {
    fs.writeFile("f", "grün");
    equal(kernel.runPython("open('/here/f', encoding='utf-8').read()"), "grün");
    fs.writeFile("new", Uint8Array.of(1, 2, 3));
    fs.writeFile("part", Uint8Array.of(1, 2, 3, 4).subarray(1, 3));
    fs.writeFile("buffer", Uint8Array.of(7, 8).buffer);
    fs.writeFile("view", new DataView(Uint8Array.of(5, 6, 7).buffer, 1));
    fs.writeFile("empty", "");
    equal(["new", "part", "buffer", "view", "empty"].map((name) => fs.readFile(name)), [[1, 2, 3], [2, 3], [7, 8], [6, 7], []].map((list) => Uint8Array.from(list)));
    equal(fs.stat("new").mode & 0o777, 0o644);
    fs.writeFile("to-f", "through");
    fs.writeFile("nowhere", "made");
    equal([fs.readFile("f", "utf8"), fs.readFile("none", "utf8"), fs.lstat("to-f").isSymbolicLink()], ["through", "made", true]);
    fails("ENOENT", () => fs.writeFile("missing/f", "x"), () => fs.writeFile("", "x"));
    fails("EISDIR", () => fs.writeFile("d", "x"), () => fs.writeFile("fresh/", "x"));
    fails("ENOTDIR", () => fs.writeFile("f/in", "x"));
    fails("EACCES", () => fs.writeFile("/secret", "x"), () => fs.writeFile("/sealed/new", "x"), () => fs.writeFile("/locked/f", "x"));
    fails("EROFS", () => fs.writeFile("/packed/d/f", "x"), () => fs.writeFile("/packed/new", "x"));
    fails("ELOOP", () => fs.writeFile("loop-1", "x"));
    fails("ENAMETOOLONG", () => fs.writeFile(LONG, "x"));
    fails("ENOSPC", () => fs.writeFile("/small/f", new Uint8Array(200_000)));
    for (const data of [5, null, undefined, {}, [1]]) fails("EINVAL", () => fs.writeFile("f", /** @type {any} */ (data)));
    equal(fs.readFile("f", "utf8"), "through");
  }),
  mkdir: inside((fs) => {
    fs.mkdir("new");
    fs.mkdir("own", 0o700);
    fs.mkdir("own2", { mode: 0o711 });
    equal(["new", "own", "own2"].map((name) => fs.stat(name).mode), [0o40755, 0o40700, 0o40711]);
    fs.mkdir("a/b/../c", { recursive: true });
    fs.mkdir("/here/a/c/", { recursive: true });
    fs.mkdir("to-d", { recursive: true });
    fs.mkdir("/", { recursive: true });
    fs.mkdir("p/q", { recursive: true, mode: 0o750 });
    equal([fs.readdir("a"), fs.stat("p").mode, fs.stat("p/q").mode], [["b", "c"], 0o40750, 0o40750]);
    fails("EEXIST", () => fs.mkdir("d"), () => fs.mkdir("f"), () => fs.mkdir("nowhere"), () => fs.mkdir("/"));
    fails("EEXIST", () => fs.mkdir("f", { recursive: true }), () => fs.mkdir("nowhere", { recursive: true }));
    fails("ENOENT", () => fs.mkdir("x/y"), () => fs.mkdir(""), () => fs.mkdir("", { recursive: true }));
    fails("ENOTDIR", () => fs.mkdir("f/x"), () => fs.mkdir("f/x/y", { recursive: true }));
    fails("EACCES", () => fs.mkdir("/sealed/x"), () => fs.mkdir("/sealed/x/y", { recursive: true }), () => fs.mkdir("/locked/x"));
    fails("EROFS", () => fs.mkdir("/packed/x"), () => fs.mkdir("/packed/x/y", { recursive: true }));
    fails("ENAMETOOLONG", () => fs.mkdir(LONG), () => fs.mkdir("d/".repeat(2050), { recursive: true }));
    fs.mkdir("/packed/d", { recursive: true });
  }),
  readdir: inside((fs) => {
    equal(fs.readdir("."), ["d", "f", "loop-1", "loop-2", "nowhere", "to-d", "to-f"]);
    equal([fs.readdir("to-d"), fs.readdir("/here/d/in"), fs.readdir("/packed")], [["in"], [], ["d"]]);
    fails("ENOENT", () => fs.readdir("none"), () => fs.readdir(""), () => fs.readdir("nowhere"));
    fails("ENOTDIR", () => fs.readdir("f"), () => fs.readdir("f/x"));
    fails("EACCES", () => fs.readdir("/locked"));
    fails("ELOOP", () => fs.readdir("loop-2"));
  }),
  "stat and lstat": inside((fs, kernel) => {
    const file = fs.stat("to-f");
    equal([file.mode, file.size, file.nlink, file.isFile(), file.isDirectory(), file.isSymbolicLink()], [0o100644, 7, 1, true, false, false]);
    equal(file.ino, fs.lstat("f").ino);
    const link = fs.lstat("to-f");
    equal([link.size, link.isFile(), link.isDirectory(), link.isSymbolicLink()], [1, false, false, true]);
    // The same numbers as Python's.
    kernel.runPython("import os; os.utime('/here/f', ns=(1_500_000_000_123_456_789, 1_600_000_000_987_654_321)); seen = os.stat('/here/f')");
    const stat = fs.stat("f");
    for (const name of /** @type {const} */ (["mode", "ino", "dev", "nlink", "uid", "gid", "size"])) equal(stat[name], kernel.runPython(`seen.st_${name}`));
    for (const name of /** @type {const} */ (["rdev", "blksize", "blocks"])) equal(stat[name], kernel.runPython(`seen.st_${name}`));
    for (const name of /** @type {const} */ (["atime", "mtime", "ctime"])) {
      equal(String(stat[`${name}Ns`]), kernel.runPython(`str(seen.st_${name}_ns)`));
      equal(stat[`${name}Ms`], Number(stat[`${name}Ns`] / 1000n) / 1000);
      equal(stat[name].getTime(), Math.trunc(stat[`${name}Ms`]));
    }
    equal([stat.atimeNs, stat.mtimeNs], [1_500_000_000_123_456_789n, 1_600_000_000_987_654_321n]);
    for (const call of [fs.stat, fs.lstat]) {
      fails("ENOENT", () => call("none"), () => call(""), () => call("none/x"));
      fails("ENOTDIR", () => call("f/x"), () => call("f/"));
      fails("EACCES", () => call("/locked/f"));
      fails("ENAMETOOLONG", () => call(LONG));
    }
    fails("ENOENT", () => fs.stat("nowhere"));
    fails("ELOOP", () => fs.stat("loop-1"), () => fs.lstat("loop-1/x"));
  }),
  exists: inside((fs) => {
    equal(["f", "d", "to-f", "/packed/d/f", ".", "/"].map((path) => fs.exists(path)), [true, true, true, true, true, true]);
    equal(["none", "nowhere", "loop-1", "f/x", "", LONG, "a\0b", "\ud800", "/locked/f"].map((path) => fs.exists(path)), Array(9).fill(false));
  }),
  unlink: inside((fs) => {
    fs.unlink("f");
    fs.unlink("nowhere");
    fs.unlink("to-d");
    equal([fs.exists("f"), fs.exists("d/in"), fs.readdir(".").includes("nowhere")], [false, true, false]);
    fails("ENOENT", () => fs.unlink("f"), () => fs.unlink(""), () => fs.unlink("x/y"));
    fails("EISDIR", () => fs.unlink("d"), () => fs.unlink("/packed"), () => fs.unlink("/"));
    fs.writeFile("f", "");
    fails("ENOTDIR", () => fs.unlink("f/x"), () => fs.unlink("f/"));
    fails("EACCES", () => fs.unlink("/sealed/f"), () => fs.unlink("/locked/f"));
    fails("EROFS", () => fs.unlink("/packed/d/f"));
  }),
  rmdir: inside((fs) => {
    fs.rmdir("d/in");
    fs.rmdir("d/");
    ok(!fs.exists("d"));
    fails("ENOENT", () => fs.rmdir("d"), () => fs.rmdir(""));
    fails("ENOTDIR", () => fs.rmdir("f"), () => fs.rmdir("to-f"), () => fs.rmdir("f/x"));
    fs.mkdir("d/in", { recursive: true });
    fails("ENOTEMPTY", () => fs.rmdir("d"), () => fs.rmdir("d/in/.."));
    fails("EINVAL", () => fs.rmdir("d/."));
    fails("EBUSY", () => fs.rmdir("/small"), () => fs.rmdir("/"));
    fails("EACCES", () => fs.rmdir("/sealed/d"));
    fails("EROFS", () => fs.rmdir("/packed/d"));
  }),
  rename: inside((fs) => {
    fs.rename("f", "g");
    fs.writeFile("h", "replaced");
    fs.rename("g", "h");
    fs.rename("d", "e");
    fs.mkdir("empty");
    fs.rename("e", "empty");
    fs.rename("nowhere", "link");
    fs.rename("h", "h");
    equal([fs.exists("g"), fs.readFile("h", "utf8"), fs.exists("e"), fs.readdir("empty"), fs.readlink("link")], [false, "content", false, ["in"], "none"]);
    fails("ENOENT", () => fs.rename("none", "x"), () => fs.rename("h", "x/y"), () => fs.rename("", "x"), () => fs.rename("h", ""));
    fs.mkdir("other");
    fails("EISDIR", () => fs.rename("h", "other"));
    fails("ENOTDIR", () => fs.rename("empty", "h"), () => fs.rename("h", "h/x"), () => fs.rename("h", "x/"));
    fails("ENOTEMPTY", () => fs.rename("other", "empty"));
    fails("EINVAL", () => fs.rename("empty", "empty/in/x"));
    fails("EXDEV", () => fs.rename("h", "/small/h"), () => fs.rename("/packed/d/f", "x"));
    fails("EBUSY", () => fs.rename("/small", "/big"), () => fs.rename("empty/.", "x"));
    fails("EACCES", () => fs.rename("h", "/sealed/h"), () => fs.rename("/sealed/f", "x"));
    fails("EROFS", () => fs.rename("/packed/d/f", "/packed/g"));
    fails("ENAMETOOLONG", () => fs.rename("h", LONG));
  }),
  "symlink and readlink": inside((fs) => {
    fs.symlink("../here/f", "new");
    equal([fs.readlink("new"), fs.readFile("new", "utf8"), fs.readlink("nowhere")], ["../here/f", "content", "none"]);
    fs.symlink("bytes-\udcff", "odd");
    equal(fs.readlink("odd"), "bytes-\udcff");
    fails("EEXIST", () => fs.symlink("x", "f"), () => fs.symlink("x", "nowhere"), () => fs.symlink("x", "d"));
    fails("ENOENT", () => fs.symlink("", "x"), () => fs.symlink("x", ""), () => fs.symlink("x", "none/y"));
    fails("ENOTDIR", () => fs.symlink("x", "f/y"));
    fails("EACCES", () => fs.symlink("x", "/sealed/y"));
    fails("EROFS", () => fs.symlink("x", "/packed/y"));
    fails("EINVAL", () => fs.readlink("f"), () => fs.readlink("d"));
    fails("ENOENT", () => fs.readlink("none"), () => fs.readlink(""));
    fails("ENOTDIR", () => fs.readlink("f/x"));
    fails("EACCES", () => fs.readlink("/locked/f"));
  }),
  chmod: inside((fs, kernel) => {
    fs.chmod("to-f", 0o600);
    fs.chmod("d", 0o1711);
    equal([fs.stat("f").mode, fs.stat("d").mode, fs.lstat("to-f").mode & 0o777], [0o100600, 0o41711, 0o777]);
    fs.chmod("f", 0o444);
    throws(() => kernel.runPython("open('/here/f', 'w')"), "PermissionError");
    fails("EACCES", () => fs.writeFile("f", "x"));
    fails("ENOENT", () => fs.chmod("none", 0o600), () => fs.chmod("nowhere", 0o600));
    fails("ENOTDIR", () => fs.chmod("f/x", 0o600));
    fails("EROFS", () => fs.chmod("/packed/d/f", 0o600));
    fails("EACCES", () => fs.chmod("/locked/f", 0o600));
    fails("ELOOP", () => fs.chmod("loop-1", 0o600));
  }),
  utime: inside((fs) => {
    fs.utime("to-f", 1_000_000_000_123, new Date("2024-02-03T04:05:06.789Z"));
    equal([fs.stat("f").atimeMs, fs.stat("f").mtime.toISOString()], [1_000_000_000_123, "2024-02-03T04:05:06.789Z"]);
    fs.utime("f", 0, -1.5);
    equal([fs.stat("f").atimeNs, fs.stat("f").mtimeNs], [0n, -1_500_000n]);
    fails("ENOENT", () => fs.utime("none", 0, 0), () => fs.utime("nowhere", 0, 0));
    fails("ENOTDIR", () => fs.utime("f/x", 0, 0));
    fails("EROFS", () => fs.utime("/packed/d/f", 0, 0));
    fails("EACCES", () => fs.utime("/locked/f", 0, 0));
    fails("EINVAL", () => fs.utime("f", NaN, 0), () => fs.utime("f", 0, new Date("no date")), () => fs.utime("f", 0, 1e300), () => fs.utime("f", Infinity, 0));
    equal(fs.stat("f").mtimeNs, -1_500_000n);
  }),
  truncate: inside((fs) => {
    fs.truncate("f", 4);
    equal(fs.readFile("f", "utf8"), "cont");
    fs.truncate("to-f", 6);
    equal(fs.readFile("f", "utf8"), "cont\0\0");
    fs.truncate("f");
    equal(fs.stat("f").size, 0);
    fails("ENOENT", () => fs.truncate("none"), () => fs.truncate("nowhere"));
    fails("EISDIR", () => fs.truncate("d"));
    fails("ENOTDIR", () => fs.truncate("f/x"));
    fails("EINVAL", () => fs.truncate("f", -1));
    fails("EACCES", () => fs.truncate("/secret"), () => fs.truncate("/locked/f"));
    fails("EROFS", () => fs.truncate("/packed/d/f"));
    fails("ENOSPC", () => { fs.writeFile("/small/f", "x"); fs.truncate("/small/f", 200_000); fs.writeFile("/small/f", new Uint8Array(200_000)); });
  }),
  "cwd and chdir": inside((fs, kernel) => {
    fs.chdir("to-d");
    equal([fs.cwd(), kernel.runPython("os.getcwd()")], ["/here/d", "/here/d"]);
    kernel.runPython("os.chdir('in')");
    equal([fs.cwd(), fs.exists("../../f")], ["/here/d/in", true]);
    fs.rmdir("/here/d/in");
    fails("ENOENT", () => fs.cwd(), () => fs.writeFile("x", "x"));
    fs.chdir("/here");
    fails("ENOENT", () => fs.chdir("none"), () => fs.chdir(""), () => fs.chdir("nowhere"));
    fails("ENOTDIR", () => fs.chdir("f"), () => fs.chdir("f/x"));
    fails("EACCES", () => fs.chdir("/locked"));
    fails("ELOOP", () => fs.chdir("loop-1"));
    equal(fs.cwd(), "/here");
  }),
  "mounts of every kind": inside(async (fs) => {
    const root = await navigator.storage.getDirectory();
    const handle = await root.getDirectoryHandle(own("folder").replaceAll("/", "-"), { create: true });
    /** @type {Record<string, Parameters<KernelFs["mount"]>[1]>} */
    const sources = {
      memory: "memory", "memory-2": { type: "memory", capacity: 1000 }, idb: { type: "idb", name: own("idb") }, indexeddb: { type: "indexeddb", name: own("indexeddb"), persist: true },
      opfs: { type: "opfs", name: own("opfs") }, folder: { type: "folder", handle, id: own("folder"), mode: "readwrite" },
      archive: { type: "archive", source: fs.readFile("/packed.zip") }, urls: { type: "urls", files: { "d/f": "/favicon.svg" }, prefetch: true },
    };
    for (const [name, source] of Object.entries(sources)) {
      const path = `/mounted/${name}`;
      const mount = await fs.mount(path, source);
      const type = typeof source === "string" ? source : source.type === "idb" ? "indexeddb" : source.type;
      equal([mount.path, mount.type, mount.problems, fs.mounts.get(path) === mount], [path, type, [], true]);
      const writable = type !== "archive" && type !== "urls";
      if (writable) fs.writeFile(`${path}/f`, name);
      else fails("EROFS", () => fs.writeFile(`${path}/f`, name));
      await fs.sync(path);
      await mount.sync();
      await refused("EBUSY", () => fs.mount(path, source), () => fs.mount(`${path}/`, "memory"));
      fs.chdir(path);
      // Not while somebody is in it; it stays as it was.
      await refused("EBUSY", () => fs.unmount(path));
      equal([fs.cwd(), fs.mounts.has(path), fs.readdir(path)], [path, true, writable ? ["f"] : ["d"]]);
      if (writable) fs.writeFile(`${path}/f`, "again");
      fs.chdir("/");
      await fs.unmount(path);
      equal([fs.readdir(path), fs.mounts.has(path)], [[], false]);
      await refused("EINVAL", () => fs.unmount(path), () => fs.sync(path), () => mount.unmount());
      if (!writable || type === "memory") continue;
      await refused("EINVAL", () => mount.sync());
      await fs.mount(path, source);
      equal(fs.readFile(`${path}/f`, "utf8"), "again");
      await fs.unmount(path);
    }
    await fs.mount("relative", "memory");
    ok(fs.mounts.has("/relative"));
    await fs.unmount("relative");
  }),
  "mounts that cannot be": inside(async (fs) => {
    const any = (/** @type {unknown} */ source) => fs.mount("/no", /** @type {any} */ (source));
    await refused("EINVAL", () => any("floppy"), () => any({ type: "floppy" }), () => any({}), () => any(undefined), () => any(null), () => any(5));
    await refused("EINVAL", () => any({ type: "folder" }), () => any({ type: "folder", handle: {} }), () => any({ type: "archive", source: new Uint8Array(100) }), () => any({ type: "memory", capacity: -1 }));
    await refused("EINVAL", () => any({ type: "urls" }), () => any({ type: "urls", files: { f: "http://[" } }));
    await refused("ENOENT", () => any({ type: "urls", files: { "": "/favicon.svg" } }));
    await refused("EOPNOTSUPP", () => any({ type: "node", root: "." }));
    await refused("EEXIST", () => fs.mount("f", "memory"));
    await refused("ENOTDIR", () => fs.mount("f/x", "memory"));
    await refused("EACCES", () => fs.mount("/sealed/x", "memory"));
    await refused("EROFS", () => fs.mount("/packed/x", "memory"));
    await refused("EBUSY", () => fs.mount("/", "memory"), () => fs.mount("/small", "memory"));
    ok(!fs.mounts.has("/no") && !fs.mounts.has("/here/f"));
    // Two that ask for one place at once: one gets it.
    const both = await Promise.allSettled([any("memory"), any("memory")]);
    equal(both.map(({ status }) => status), ["fulfilled", "rejected"]);
    await refused("EBUSY", () => Promise.reject(/** @type {PromiseRejectedResult} */ (both[1]).reason));
    await fs.sync();
    await fs.unmount("/no");
  }),
  "Pyodide's mounts": inside(async (fs) => {
    const root = await navigator.storage.getDirectory();
    const handle = await root.getDirectoryHandle(own("native").replaceAll("/", "-"), { create: true });
    const native = await fs.mountNativeFS("/native", handle);
    fs.writeFile("/native/f", "native");
    await native.syncfs();
    equal(await (await (await handle.getFileHandle("f")).getFile()).text(), "native");
    fails("EPERM", () => fs.symlink("f", "/native/link"));
    await refused("EBUSY", () => fs.mountNativeFS("/native", handle));
    await refused("EINVAL", () => fs.mountNativeFS("/other", /** @type {any} */ ({})));
    await fs.unmount("/native");
    await refused("EOPNOTSUPP", () => fs.mountNodeFS("/node", "."));
  }),
  "FS is one object": inside((fs) => ok(fs.FS === fs.FS && fs.FS.readFile("/here/f", { encoding: "utf8" }) === "content")),
  "every name has worked, and failed if it can": async () => {
    const names = await namesOf("/pkg/fs.d.ts", "KernelFs");
    ok(names.size > 20, `${names.size} names`);
    const { worked, failed } = /** @type {NonNullable<typeof seen>} */ (seen);
    equal([...names].filter((name) => !worked.has(name) && name !== "mountNodeFS").sort(), []);
    // What cannot fail, and what is no call.
    const CANNOT = ["exists", "mounts", "FS"];
    equal([...names].filter((name) => !failed.has(name)).sort(), CANNOT.sort());
  },
});
