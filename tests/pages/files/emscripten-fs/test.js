import { equal, ok, run } from "../../ffi/cases.js";
import { fails, namesOf, own, refused, watch } from "../checks.js";

/** @typedef {import("/pkg/kernel.js").EmscriptenFS} EmscriptenFS */
/** @type {ReturnType<typeof watch<EmscriptenFS>> | undefined} */
let seen;

/**
 * Gives a case a directory of its own: a file `f`, a directory `d`, a link `link` to the file, and at `/packed` an archive.
 * @param {(FS: EmscriptenFS, kernel: any) => unknown} act
 */
const inside = (act) => async (/** @type {any} */ kernel) => {
  seen ??= watch(/** @type {EmscriptenFS} */ (kernel.fs.FS));
  const FS = seen.watched;
  FS.chdir("/");
  kernel.runPython(`
import os, shutil, zipfile
shutil.rmtree("/here", ignore_errors=True)
os.makedirs("/here/d/in")
os.symlink("f", "/here/link")
with open("/here/f", "w") as file:
    file.write("content")
if not os.path.exists("/packed.zip"):
    with zipfile.ZipFile("/packed.zip", "w") as archive:
        archive.writestr("f", "packed")
    open("/secret", "w").close()
    os.chmod("/secret", 0)
`);
  if (!kernel.fs.mounts.has("/packed")) await kernel.fs.mount("/packed", { type: "archive", source: kernel.fs.readFile("/packed.zip") });
  FS.chdir("/here");
  await act(FS, kernel);
};

/** @param {EmscriptenFS} FS @param {boolean} populate */
const synced = (FS, populate) => new Promise((done, failed) => FS.syncfs(populate, (error) => (error ? failed(error) : done(undefined))));
const text = (/** @type {EmscriptenFS} */ FS, /** @type {string} */ path) => FS.readFile(path, { encoding: "utf8" });
const bytes = (/** @type {number[]} */ ...list) => Uint8Array.from(list);

await run({
  "cwd, chdir": inside((FS) => {
    equal(FS.cwd(), "/here");
    FS.chdir("d/in");
    equal(FS.cwd(), "/here/d/in");
    FS.rmdir("../in");
    fails("ENOENT", () => FS.cwd(), () => FS.chdir("none"));
    fails("ENOTDIR", () => FS.chdir("/here/f"));
  }),
  "mkdir, mkdirTree, createPath, rmdir": inside((FS) => {
    FS.mkdir("a");
    FS.mkdir("b", 0o700);
    FS.mkdirTree("/here/x/y/z", 0o711);
    FS.mkdirTree("x/y");
    equal(["a", "b", "x", "x/y/z"].map((path) => FS.stat(path).mode), [0o40755, 0o40700, 0o40711, 0o40711]);
    equal([FS.createPath("/here", "p/q"), FS.createPath("/here/", "/p/q"), FS.isDir(FS.stat("p/q").mode)], ["/here/p/q", "/here/p/q", true]);
    FS.rmdir("a");
    fails("EEXIST", () => FS.mkdir("d"), () => FS.mkdir("f"), () => FS.mkdirTree("f"), () => FS.createPath("/here", "f"));
    fails("ENOENT", () => FS.mkdir("n/m"), () => FS.rmdir("a"));
    fails("ENOTDIR", () => FS.mkdir("f/x"), () => FS.mkdirTree("f/x"), () => FS.createPath("/here", "f/x"), () => FS.rmdir("f"));
    fails("ENOTEMPTY", () => FS.rmdir("x"));
    fails("EROFS", () => FS.mkdir("/packed/x"), () => FS.mkdirTree("/packed/x/y"));
    fails("EBUSY", () => FS.rmdir("/packed"));
  }),
  "readdir, unlink, rename": inside((FS) => {
    equal(FS.readdir("/here"), [".", "..", "d", "f", "link"]);
    FS.rename("f", "d/g");
    FS.unlink("link");
    equal([FS.readdir("."), FS.readdir("d")], [[".", "..", "d"], [".", "..", "g", "in"]]);
    fails("ENOENT", () => FS.readdir("none"), () => FS.unlink("f"), () => FS.rename("f", "g"));
    fails("ENOTDIR", () => FS.readdir("d/g"), () => FS.rename("d", "d/g/x"));
    fails("EISDIR", () => FS.unlink("d"), () => FS.rename("d/g", "d/in"));
    fails("EXDEV", () => FS.rename("d/g", "/packed/g"));
    fails("EROFS", () => FS.unlink("/packed/f"));
  }),
  "symlink, readlink, lookups of kinds": inside((FS) => {
    FS.symlink("d", "to-d");
    equal([FS.readlink("link"), FS.readlink("to-d")], ["f", "d"]);
    fails("EEXIST", () => FS.symlink("x", "f"));
    fails("EINVAL", () => FS.readlink("f"));
    fails("ENOENT", () => FS.readlink("none"));
    const kinds = (/** @type {number} */ mode) => [FS.isFile(mode), FS.isDir(mode), FS.isLink(mode), FS.isChrdev(mode), FS.isBlkdev(mode), FS.isFIFO(mode), FS.isSocket(mode)].indexOf(true);
    const modes = [FS.stat("f").mode, FS.stat("d").mode, FS.lstat("link").mode, FS.stat("/dev/null").mode, 0o060000, 0o010000, 0o140000];
    equal(modes.map(kinds), [0, 1, 2, 3, 4, 5, 6]);
    equal(kinds(0), -1);
  }),
  "stat, lstat, chmod, utime, truncate": inside((FS) => {
    FS.chmod("link", 0o640);
    FS.utime("f", 1_000, 2_000);
    FS.truncate("link", 4);
    equal([FS.stat("f").mode, FS.stat("link").size, FS.lstat("link").size, FS.stat("f").atime.getTime()], [0o100640, 4, 1, 1_000]);
    for (const call of [FS.stat, FS.lstat]) {
      fails("ENOENT", () => call("none"));
      fails("ENOTDIR", () => call("f/x"));
    }
    fails("ENOENT", () => FS.chmod("none", 0o600), () => FS.utime("none", 0, 0), () => FS.truncate("none", 0));
    fails("EROFS", () => FS.chmod("/packed/f", 0o600), () => FS.utime("/packed/f", 0, 0), () => FS.truncate("/packed/f", 0));
    fails("EISDIR", () => FS.truncate("d", 0));
    fails("EINVAL", () => FS.truncate("f", -1));
  }),
  "readFile, writeFile, createDataFile": inside((FS) => {
    FS.writeFile("f", "grün");
    equal([text(FS, "f"), FS.readFile("f"), FS.readFile("f", { encoding: "binary" }).length, FS.stat("f").size], ["grün", bytes(103, 114, 195, 188, 110), 5, 5]);
    FS.writeFile("f", bytes(33, 34), { flags: "a" });
    FS.writeFile("f", bytes(0, 35, 0).subarray(1, 2).buffer.slice(1, 2), { flags: 0o2101 });
    equal(text(FS, "f"), "grün!\"#");
    FS.writeFile("f", "X", { flags: "r+" });
    equal(text(FS, "f"), "Xrün!\"#");
    FS.writeFile("own", "", { mode: 0o600 });
    FS.writeFile("made", "x", { flags: "wx" });
    equal([FS.stat("own").mode, FS.stat("made").mode], [0o100600, 0o100644]);
    FS.createDataFile("/here/d", "data", "x");
    FS.createDataFile("/here/whole", null, new DataView(bytes(1, 2).buffer));
    equal([text(FS, "d/data"), FS.readFile("whole")], ["x", bytes(1, 2)]);
    fails("EEXIST", () => FS.writeFile("f", "x", { flags: "wx" }), () => FS.writeFile("f", "x", { flags: "ax" }));
    fails("ENOENT", () => FS.readFile("none"), () => FS.writeFile("none/x", "x"), () => FS.writeFile("none", "x", { flags: "r+" }), () => FS.createDataFile("/none", "x", ""));
    fails("EISDIR", () => FS.readFile("d"), () => FS.writeFile("d", "x"), () => FS.createDataFile("/here", "d", ""));
    fails("EACCES", () => FS.readFile("/secret"), () => FS.writeFile("/secret", "x"));
    fails("EROFS", () => FS.writeFile("/packed/f", "x"));
    fails("EBADF", () => FS.writeFile("f", "x", { flags: "r" }));
    fails("EINVAL", () => FS.writeFile("f", "x", { flags: "zz" }), () => FS.readFile("f", /** @type {any} */ ({ encoding: "latin1" })));
    // What cannot be written leaves the file as it is.
    for (const data of [5, undefined, null, {}, [1, 2]]) fails("EINVAL", () => FS.writeFile("f", /** @type {any} */ (data)), () => FS.createDataFile("/here", "f", /** @type {any} */ (data)));
    equal(text(FS, "f"), "Xrün!\"#");
  }),
  "open, read, write, llseek, close": inside((FS) => {
    const stream = FS.open("new", "w+");
    equal([Number.isInteger(stream.fd), stream.path, stream.position], [true, "new", 0]);
    equal([FS.write(stream, bytes(1, 2, 3, 4, 5)), FS.write(stream, bytes(9, 6, 7, 9), 1, 2), stream.position], [5, 2, 7]);
    equal([FS.write(stream, bytes(8), 0, 1, 0), stream.position], [1, 7]);
    const buffer = new Uint8Array(6);
    equal([FS.read(stream, buffer, 0, 6), FS.llseek(stream, 1, 0), FS.read(stream, buffer, 2, 3), stream.position], [0, 1, 3, 4]);
    equal(buffer, bytes(0, 0, 2, 3, 4, 0));
    equal([FS.read(stream, buffer, 0, 2, 0), stream.position, buffer[0]], [2, 4, 8]);
    equal([FS.llseek(stream, 1, 1), FS.llseek(stream, -1, 2), FS.read(stream, buffer), buffer[0], FS.llseek(stream, 100, 0), FS.read(stream, buffer)], [5, 6, 1, 7, 100, 0]);
    FS.write(stream, bytes(1));
    equal([FS.fstat(stream.fd).size, FS.isFile(FS.fstat(stream.fd).mode)], [101, true]);
    FS.ftruncate(stream.fd, 2);
    equal(FS.fstat(stream.fd).size, 2);
    FS.close(stream);
    equal(FS.readFile("new"), bytes(8, 2));
    fails("EBADF", () => FS.close(stream), () => FS.read(stream, buffer), () => FS.write(stream, buffer), () => FS.llseek(stream, 0, 0), () => FS.fstat(stream.fd), () => FS.ftruncate(stream.fd, 0));
    const reading = FS.open("f");
    fails("EBADF", () => FS.write(reading, buffer));
    fails("EINVAL", () => FS.llseek(reading, -1, 0), () => FS.llseek(reading, -1, 1), () => FS.llseek(reading, -100, 2), () => FS.llseek(reading, 0, /** @type {any} */ (3)), () => FS.ftruncate(reading.fd, 1));
    equal(reading.position, 0);
    FS.close(reading);
    const writing = FS.open("f", "w", 0o600);
    fails("EBADF", () => FS.read(writing, buffer));
    FS.close(writing);
    fails("ENOENT", () => FS.open("none"), () => FS.open("none/x", "w"), () => FS.open("none", "r+"));
    fails("EEXIST", () => FS.open("f", "wx"), () => FS.open("f", "ax+"));
    fails("EISDIR", () => FS.open("d", "w"));
    fails("EROFS", () => FS.open("/packed/f", "r+"), () => FS.open("/packed/x", "w"));
    fails("EINVAL", () => FS.open("f", "z"), () => FS.open("f", 3));
    equal(FS.stat("f").mode, 0o100644);
  }),
  "a stream that appends is at the end": inside((FS) => {
    const stream = FS.open("f", "a+");
    const buffer = new Uint8Array(20);
    equal([FS.read(stream, buffer), FS.llseek(stream, 0, 0), FS.write(stream, bytes(33)), stream.position, FS.read(stream, buffer)], [7, 0, 1, 8, 0]);
    FS.close(stream);
    equal(text(FS, "f"), "content!");
  }),
  "descriptors run out, and come back": inside((FS) => {
    const open = [];
    try {
      fails("EMFILE", () => {
        for (;;) open.push(FS.open("f"));
      });
    } finally {
      for (const stream of open) FS.close(stream);
    }
    ok(open.length > 900, `${open.length}`);
    equal(text(FS, "f"), "content");
  }),
  "analyzePath": inside((FS) => {
    const file = FS.analyzePath("d/../f");
    equal([file.isRoot, file.exists, file.error, file.name, file.path, file.object?.size, file.parentExists, file.parentPath, FS.isDir(file.parentObject?.mode ?? 0)], [false, true, 0, "f", "/here/d/../f", 7, true, "/here/d/..", true]);
    const none = FS.analyzePath("/here/none");
    equal([none.exists, none.error, none.name, none.path, none.object, none.parentExists, none.parentPath], [false, 2, "none", null, null, true, "/here"]);
    const deep = FS.analyzePath("/no/such");
    equal([deep.exists, deep.error, deep.parentExists, deep.parentPath, deep.parentObject], [false, 2, false, null, null]);
    const root = FS.analyzePath("/");
    equal([root.isRoot, root.exists, root.name, root.path, root.parentPath], [true, true, "/", "/", "/"]);
    equal([FS.isLink(FS.analyzePath("link", true).object?.mode ?? 0), FS.isFile(FS.analyzePath("link").object?.mode ?? 0)], [true, true]);
    equal([FS.analyzePath("f/x").error, FS.analyzePath("n".repeat(256)).error, FS.analyzePath("/packed/").exists], [20, 36, true]);
  }),
  "lookupPath": inside((FS) => {
    const { path, node } = FS.lookupPath("d/./../link");
    equal([path, node.name, node.id, node.mode, node.isFolder, node.isDevice, node.parent.name], ["/here/link", "link", FS.stat("f").ino, 0o100644, false, false, "here"]);
    equal(node.contents, new TextEncoder().encode("content"));
    const link = FS.lookupPath("link", { follow: false }).node;
    equal([FS.isLink(link.mode), link.contents], [true, undefined]);
    const root = FS.lookupPath("/").node;
    equal([root.name, root.isFolder, root.parent.name, Object.keys(root.contents ?? {}).includes("here")], ["/", true, "/", true]);
    ok(FS.lookupPath("/dev/null").node.isDevice);
    fails("ENOENT", () => FS.lookupPath("none"), () => FS.lookupPath("none/x"));
    fails("ENOTDIR", () => FS.lookupPath("f/x"));
  }),
  "filesystems, mount, syncfs, unmount": inside(async (FS, kernel) => {
    equal(Object.keys(FS.filesystems), ["MEMFS", "IDBFS", "OPFS", "NATIVEFS_ASYNC", "NODEFS"]);
    const root = await navigator.storage.getDirectory();
    const fileSystemHandle = await root.getDirectoryHandle(own("emscripten").replaceAll("/", "-"), { create: true });
    const mounted = () => Object.keys(options).filter((name) => kernel.fs.mounts.has(`/mounted/${name}`));
    const options = { MEMFS: {}, IDBFS: { name: own("IDBFS") }, OPFS: { name: own("OPFS") }, NATIVEFS_ASYNC: { fileSystemHandle } };
    for (const round of ["first", "second"]) {
      for (const [name, how] of Object.entries(options)) FS.mount(FS.filesystems[/** @type {"MEMFS"} */ (name)], how, `/mounted/${name}`);
      await synced(FS, true);
      equal(mounted(), Object.keys(options));
      for (const name of Object.keys(options)) {
        equal(FS.analyzePath(`/mounted/${name}/f`).exists, round === "second" && name !== "MEMFS");
        FS.writeFile(`/mounted/${name}/f`, name);
      }
      await synced(FS, false);
      // The callback alone will do.
      equal(await new Promise((done) => FS.syncfs(done)), null);
      for (const name of Object.keys(options)) FS.unmount(`/mounted/${name}`);
      for (const name of Object.keys(options)) await untilGone(kernel, `/mounted/${name}`);
    }
    fails("EINVAL", () => FS.unmount("/mounted/IDBFS"), () => FS.unmount("/here"));
    for (const [code, type, how, path] of /** @type {const} */ ([
      ["EOPNOTSUPP", FS.filesystems.NODEFS, { root: "." }, "/no"],
      ["EINVAL", FS.filesystems.NATIVEFS_ASYNC, {}, "/no"],
      ["EINVAL", {}, {}, "/no"],
      ["EEXIST", FS.filesystems.MEMFS, {}, "/here/f"],
      ["EBUSY", FS.filesystems.MEMFS, {}, "/packed"],
    ])) {
      FS.mount(/** @type {any} */ (type), /** @type {any} */ (how), path);
      await refused(code, () => synced(FS, true));
      // It is told once.
      await synced(FS, true);
    }
  }),
  "errors are of a class": inside((FS) => {
    let error;
    try {
      FS.stat("none");
    } catch (thrown) {
      error = thrown;
    }
    ok(error instanceof FS.ErrnoError && !(new Error("x") instanceof FS.ErrnoError) && !(/** @type {unknown} */ (5) instanceof FS.ErrnoError));
  }),
  "every name has worked, and failed if it can": async () => {
    const names = await namesOf("/pkg/fs/emscripten.d.ts", "EmscriptenFS");
    ok(names.size > 35, `${names.size} names`);
    const { worked, failed } = /** @type {NonNullable<typeof seen>} */ (seen);
    equal([...names].filter((name) => !worked.has(name)).sort(), []);
    // What looks at a number, what tells its errors to a callback, and what is no call.
    const CANNOT = ["isDir", "isFile", "isLink", "isChrdev", "isBlkdev", "isFIFO", "isSocket", "analyzePath", "mount", "syncfs", "filesystems", "ErrnoError"];
    equal([...names].filter((name) => !failed.has(name)).sort(), CANNOT.sort());
  },
});

/** `FS.unmount` only begins: waits until nothing is mounted. @param {any} kernel @param {string} path */
async function untilGone(kernel, path) {
  while (kernel.fs.mounts.has(path)) await kernel.fs.sync().catch(() => {});
}
