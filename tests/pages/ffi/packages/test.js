import { loadPyodide } from "/pkg/pyodide.js";

import { equal, ok, rejects, run, throws } from "../cases.js";

/** A session of its own: the cases' kernel has not these names. */
const pyodide = await loadPyodide();

/** The bytes of an archive that Python makes. @param {string} kind @param {Record<string, string>} files */
function archive(kind, files) {
  const make = pyodide.runPython(`
def make(kind, files):
    import io, tarfile, zipfile
    out = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
            for name, text in files.items():
                z.writestr(name, text)
    else:
        with tarfile.open(fileobj=out, mode="w:" + kind) as t:
            for name, text in files.items():
                info = tarfile.TarInfo(name)
                info.size = len(text.encode())
                t.addfile(info, io.BytesIO(text.encode()))
    return out.getvalue()
make`);
  const bytes = make(kind, pyodide.toPy(files)).toJs();
  make.destroy();
  return bytes;
}

/** The address of a wheel of one module. @param {string} file @param {Record<string, string>} files */
function wheel(file, files) {
  const [name, version] = file.split("-");
  const info = `${name}-${version}.dist-info`;
  const bytes = archive("zip", {
    ...files,
    [`${info}/METADATA`]: `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`,
    [`${info}/WHEEL`]: "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    [`${info}/RECORD`]: "",
  });
  return served(file, bytes);
}

/** Addresses of blobs have no file name: what is asked for by these names is answered here. @type {Map<string, Uint8Array>} */
const answers = new Map();
const realFetch = globalThis.fetch;
globalThis.fetch = async (input, init) => {
  const bytes = answers.get(String(input));
  return bytes === undefined ? realFetch(input, init) : new Response(/** @type {any} */ (bytes));
};
/** @param {string} file @param {Uint8Array} bytes */
function served(file, bytes) {
  const url = new URL(`/wheels/${file}`, location.href).href;
  answers.set(url, bytes);
  return url;
}

/** @param {string[]} told */
const callbacks = (told) => ({
  messageCallback: (/** @type {string} */ text) => told.push(text),
  errorCallback: (/** @type {string} */ text) => told.push(`! ${text}`),
});

await run({
  "a wheel is installed by its address": async () => {
    const url = wheel("some_pkg-1.2-py3-none-any.whl", { "some_pkg/__init__.py": "answer = 42", "some_pkg-1.2.data/data/share/some.txt": "shared" });
    /** @type {string[]} */
    const told = [];
    const loaded = await pyodide.loadPackage(url, callbacks(told));
    equal(loaded, [{ name: "some-pkg", version: "1.2", fileName: "some_pkg-1.2-py3-none-any.whl", packageType: "package" }]);
    equal(told, ["Loading some-pkg", "Loaded some-pkg"]);
    equal(pyodide.runPython("import some_pkg\nsome_pkg.answer"), 42);
    equal(pyodide.runPython("import importlib.metadata as m\nm.version('some-pkg') + m.distribution('some-pkg').read_text('INSTALLER')"), "1.2pyodide.loadPackage");
    equal(pyodide.runPython("import sys\nopen(sys.prefix + '/share/some.txt').read()"), "shared");
    equal(pyodide.loadedPackages["some-pkg"], url);
    told.length = 0;
    equal(await pyodide.loadPackage([url], callbacks(told)), []);
    equal(told, [`some-pkg already loaded from ${url}`, "No new packages to load"]);
  },
  "two calls at once install a package once": async () => {
    const url = wheel("twin-1.0-py3-none-any.whl", { "twin.py": "n = 1" });
    const lists = await Promise.all([pyodide.loadPackage(url, callbacks([])), pyodide.loadPackage(pyodide.toPy([url]), callbacks([]))]);
    equal(lists.map((list) => list.length), [1, 0]);
    equal(pyodide.runPython("import twin\ntwin.n"), 1);
  },
  "what fails is told, and the rest is installed": async () => {
    const good = wheel("good-1.0-py3-none-any.whl", { "good.py": "" });
    const missing = new URL("/wheels/missing-1.0-py3-none-any.whl", location.href).href;
    answers.set(new URL("/wheels/broken-1.0-py3-none-any.whl", location.href).href, new Uint8Array(10));
    const native = served("native-1.0-cp314-cp314-linux_x86_64.whl", new Uint8Array(10));
    globalThis.fetch = ((before) => async (input, init) => (String(input) === missing ? new Response("", { status: 404, statusText: "Not Found" }) : before(input, init)))(globalThis.fetch);
    /** @type {string[]} */
    const told = [];
    const loaded = await pyodide.loadPackage([missing, good, "/wheels/broken-1.0-py3-none-any.whl", native], callbacks(told));
    equal(loaded.map(({ name }) => name), ["good"]);
    ok(told.some((text) => text.startsWith("! The server answered 404")), told.join("\n"));
    ok(told.some((text) => text.includes("BadZipFile")), told.join("\n"));
    ok(told.some((text) => text.includes("compiled code for linux_x86_64")), told.join("\n"));
    await rejects(pyodide.loadPackage("numpy"), "No known package with name 'numpy'");
    await rejects(pyodide.loadPackage("a>=1"), "is not a valid package name or URL");
  },
  "archives are unpacked where it is said": () => {
    for (const [kind, format] of [["zip", "zip"], ["gz", "gztar"], ["gz", ".tgz"], ["", "tar"], ["zip", "wheel"]]) {
      const dir = `/tmp/unpacked-${format.replace(".", "")}`;
      pyodide.unpackArchive(archive(/** @type {string} */ (kind), { "a.txt": "\u00e4", "deep/b.txt": "b" }), /** @type {string} */ (format), { extractDir: dir });
      equal(pyodide.runPython(`open("${dir}/a.txt").read() + open("${dir}/deep/b.txt").read()`), "\u00e4b");
    }
    throws(() => pyodide.unpackArchive(/** @type {any} */ ([1, 2]), "zip"), "Expected argument 'buffer' to be an ArrayBuffer or an ArrayBuffer view");
    throws(() => pyodide.unpackArchive(new Uint8Array(3), "rar"), "Unrecognized format rar");
    throws(() => pyodide.unpackArchive(new ArrayBuffer(3), "zip"), "BadZipFile");
    const evil = archive("gz", { "../evil.txt": "out" });
    throws(() => pyodide.unpackArchive(evil, "gztar", { extractDir: "/tmp/inner" }), "OutsideDestinationError");
  },
  "files by Emscripten's names": () => {
    pyodide.FS.writeFile("/tmp/from-js.txt", "hello");
    equal(pyodide.runPython("open('/tmp/from-js.txt').read()"), "hello");
    equal(pyodide.ERRNO_CODES["ENOENT"], 2);
    equal([pyodide.PATH.dirname("/a/b/c"), pyodide.PATH.basename("/a/b.txt"), pyodide.PATH.normalize("/a//b/../c/./d/"), pyodide.PATH.join("a", "..", "b")], ["/a/b", "b.txt", "/a/c/d/", "b"]);
    equal(pyodide.pyodide_py.__name__, "pyodide");
  },
  "Python imports the API object as pyodide_js": async () => {
    ok(pyodide.runPython("import pyodide_js\npyodide_js") === pyodide);
    equal(pyodide.runPython("from pyodide_js import loadedPackages, setStdin\n'twin' in loadedPackages.object_keys()"), true);
    const url = wheel("inner-3.1-py3-none-any.whl", { "inner.py": "n = 5" });
    pyodide.globals.set("url", url);
    equal(await pyodide.runPythonAsync("import pyodide_js\nawait pyodide_js.loadPackage(url, messageCallback=lambda text: None)\nimport inner\ninner.n"), 5);
  },
  "an error of a program keeps its text when it is cloned": async () => {
    for (const act of [async () => pyodide.runPython("1 / 0"), () => pyodide.runPythonAsync("1 / 0")]) {
      const error = await act().then(() => undefined, (/** @type {unknown} */ caught) => caught);
      const clone = structuredClone(error);
      ok(clone instanceof Error && clone.message.includes("ZeroDivisionError: division by zero"), String(clone?.message));
    }
  },
});
pyodide.dispose();
