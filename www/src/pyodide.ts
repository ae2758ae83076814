// `loadPyodide`, for code that knows no other name: a kernel, with Pyodide's names for what it can do.

import { createKernel } from "./kernel.js";
import type { Kernel } from "./embed.js";
import type { PyProxy } from "./ffi.js";
import type { EmscriptenFS, KernelFs } from "./fs.js";
import { Packages } from "./packages.js";
import type { InputOptions } from "./streams.js";

export type * from "./ffi.js";
export type { LoadPackageOptions, PackageData } from "./packages.js";

export interface LoadPyodideOptions {
  /** Takes each line of the standard output. */
  stdout?: (line: string) => void;
  /** Takes each line of the standard error. */
  stderr?: (line: string) => void;
  /** Gives each line of the standard input. */
  stdin?: InputOptions["stdin"];
  /** Environment variables. */
  env?: Record<string, string | number>;
  /** What follows the program's name in `sys.argv`. */
  args?: string[];
  /** Wheels to install before it resolves, by URL. */
  packages?: string[];
  /** The object that `import js` gives, if it is not the global one. */
  jsglobals?: object;
  /** Prepares files before anything runs. */
  fsInit?: (FS: EmscriptenFS, info: { sitePackages: string }) => Promise<void> | void;
  /** Whether what a call passes is lent to it, as in Pyodide, which is the default; see `createKernel`. */
  borrow?: boolean;
  /** Whether `null` of JavaScript is `None`, as in older versions of Pyodide. */
  convertNullToNone?: boolean;
  /** Whether `toString()` of a `PyProxy` is Python's `repr()`, as in older versions of Pyodide. */
  pyproxyToStringRepr?: boolean;
  /** Whether `to_js` and `toJs` make dicts into maps whose string keys are properties too, as in older versions of Pyodide. */
  toJsLiteralMap?: boolean;
  /** Says where Pyodide's own files are; Krait's lie beside this module. */
  indexURL?: string;
}

/** Pyodide's names for what a kernel has under others, or for what only code for Pyodide asks for. */
export interface PyodideNames {
  /** Installs wheels of pure Python by URL. */
  loadPackage: Packages["loadPackage"];
  /** Does nothing yet: there is no index of packages. */
  loadPackagesFromImports: Packages["loadPackagesFromImports"];
  /** Where each package came from, by name. */
  readonly loadedPackages: Record<string, string>;
  /** Unpacks a zip, tar or wheel into a folder. */
  unpackArchive: Packages["unpackArchive"];
  /** The files of the session by Emscripten's names. */
  readonly FS: EmscriptenFS;
  /** Emscripten's functions for paths. */
  readonly PATH: typeof PATH;
  /** Numbers of errors by name: those of Python's `errno`. */
  readonly ERRNO_CODES: Record<string, number>;
  mountNativeFS: KernelFs["mountNativeFS"];
  /** The version of Pyodide whose names these are. */
  readonly version: string;
  /** Python's package `pyodide`. */
  readonly pyodide_py: PyProxy;
  readonly _api: PrivateNames;
}

/** The kernel. Names of Pyodide that it does not have are not there, so that `"name" in pyodide` tells the truth. */
export type PyodideAPI = Kernel & PyodideNames;

/** As Emscripten's `PATH`. */
const PATH = {
  isAbs: (path: string): boolean => path.startsWith("/"),
  normalize(path: string): string {
    const parts: string[] = [];
    const absolute = path.startsWith("/");
    for (const part of path.split("/")) {
      if (part === ".." && parts.length > 0 && parts.at(-1) !== "..") parts.pop();
      else if (part === ".." && absolute) continue;
      else if (part !== "" && part !== ".") parts.push(part);
    }
    const joined = `${absolute ? "/" : ""}${parts.join("/")}`;
    return joined === "" ? "." : path.endsWith("/") && parts.length > 0 ? `${joined}/` : joined;
  },
  dirname(path: string): string {
    const trimmed = path.replace(/(?<=[^/])\/+$/, "");
    const slash = trimmed.lastIndexOf("/");
    return slash < 0 ? "." : trimmed.slice(0, slash).replace(/\/+$/, "") || "/";
  },
  basename: (path: string): string => (path === "/" ? "/" : (PATH.normalize(path).replace(/\/$/, "").split("/").at(-1) ?? "")),
  join: (...paths: string[]): string => PATH.normalize(paths.join("/")),
  join2: (left: string, right: string): string => PATH.normalize(`${left}/${right}`),
};

/** A map whose string keys are properties as well, but for those that are names of a map's own. */
class LiteralMap extends Map<unknown, unknown> {}

const asProperties: ProxyHandler<LiteralMap> = {
  get(map, key) {
    if (!(key in map)) return map.get(key);
    const own: unknown = Reflect.get(map, key);
    return typeof own === "function" && key !== "constructor" ? own.bind(map) : own;
  },
  set: (map, key, value) => (map.set(key, value), true),
  has: (map, key) => key in map || map.has(key),
  deleteProperty: (map, key) => (map.delete(key), true),
  ownKeys: (map) => [...map.keys()].filter((key): key is string => typeof key === "string" && !(key in map)),
  getOwnPropertyDescriptor: (map, key) =>
    map.has(key) && !(key in map) ? { value: map.get(key), writable: true, enumerable: true, configurable: true } : undefined,
};

/** Asks the bridge for a way of older versions of Pyodide, or for the present one. */
function setWay(kernel: Kernel, way: "null_is_none" | "text_is_repr", on: boolean): void {
  const bridge = kernel.pyimport("_krait_js") as PyProxy;
  bridge[way](on);
  bridge.destroy();
}

/** Has `to_js` make a `LiteralMap` of each dict. */
function makeLiteralMaps(kernel: Kernel): void {
  const ffi = kernel.pyimport("pyodide.ffi") as PyProxy;
  ffi._dicts = (entries: Iterable<[unknown, unknown]>) => new Proxy(new LiteralMap(entries), asProperties);
  ffi.destroy();
}

/** Names of Pyodide's private part that others use as well. */
export interface PrivateNames {
  /** Whether a proxy has not been destroyed. */
  pyproxyIsAlive(proxy: PyProxy): boolean;
  /** Whether `toString()` of a `PyProxy` is Python's `repr()` from now on. */
  setPyProxyToStringMethod(useRepr: boolean): void;
}

/** Puts Pyodide's names on a kernel. */
function withNames(kernel: Kernel): PyodideAPI {
  const { loadPackage, loadPackagesFromImports, loadedPackages, unpackArchive } = new Packages(kernel);
  let errors: Record<string, number> | undefined;
  const names: PyodideNames = {
    loadPackage,
    loadPackagesFromImports,
    loadedPackages,
    unpackArchive,
    PATH,
    get FS() {
      return kernel.fs.FS;
    },
    get ERRNO_CODES() {
      return (errors ??= kernel.runPython("import errno, pyodide.ffi; pyodide.ffi.to_js({name: number for number, name in errno.errorcode.items()})", {
        globals: kernel.toPy({}) as PyProxy,
      }) as Record<string, number>);
    },
    mountNativeFS: (path, handle) => kernel.fs.mountNativeFS(path, handle),
    version: "314.0.0",
    get pyodide_py() {
      return kernel.pyimport("pyodide") as PyProxy;
    },
    _api: {
      pyproxyIsAlive(proxy) {
        try {
          return proxy.type !== undefined;
        } catch {
          return false;
        }
      },
      setPyProxyToStringMethod: (useRepr) => setWay(kernel, "text_is_repr", useRepr),
    },
  };
  return Object.defineProperties(kernel, Object.getOwnPropertyDescriptors(names)) as PyodideAPI;
}

/** Where packages are installed. */
const SITE_PACKAGES = "/lib/python3.14/site-packages";

/** Starts a Python session. */
export async function loadPyodide(options: LoadPyodideOptions = {}): Promise<PyodideAPI> {
  const { stdout, stderr, stdin, env, args, packages = [], jsglobals, fsInit, borrow = true } = options;
  const { convertNullToNone, pyproxyToStringRepr, toJsLiteralMap } = options;
  const pyodide = withNames(await createKernel({ borrow, ...(stdout && { stdout }), ...(stderr && { stderr }), ...(stdin && { stdin }) }));
  pyodide.offerToPython(pyodide);
  if (convertNullToNone) setWay(pyodide, "null_is_none", true);
  if (pyproxyToStringRepr) setWay(pyodide, "text_is_repr", true);
  if (toJsLiteralMap) makeLiteralMaps(pyodide);
  if (jsglobals !== undefined) pyodide.registerJsModule("js", jsglobals);
  if (env !== undefined || args !== undefined) {
    const set = pyodide.runPython(`
def _set(env, args):
    import os, sys
    os.environ.update(env)
    sys.argv[1:] = args
_set`);
    const variables = Object.fromEntries(Object.entries(env ?? {}).map(([name, value]) => [name, String(value)]));
    set(pyodide.toPy(variables), pyodide.toPy(args ?? []));
    pyodide.globals.delete("_set");
    set.destroy();
  }
  if (fsInit !== undefined) {
    await fsInit(pyodide.FS, { sitePackages: SITE_PACKAGES });
    // Its `.pth` files name more folders, or run code.
    const locals = pyodide.toPy({ folder: SITE_PACKAGES }) as PyProxy;
    pyodide.runPython("import site; site.addsitedir(folder)", { locals });
    locals.destroy();
  }
  if (packages.length > 0) await pyodide.loadPackage(packages);
  return pyodide;
}
