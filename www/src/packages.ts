// `loadPackage` and what goes with it: wheels that an address names become modules in `site-packages`.

import type { Kernel } from "./embed.js";
import type { PyProxy } from "./ffi.js";

/** What is known about a package that has been loaded. */
export interface PackageData {
  name: string;
  version: string;
  fileName: string;
  packageType: "package";
}

export interface LoadPackageOptions {
  /** Takes messages about the progress; the console is the default. */
  messageCallback?: (message: string) => void;
  /** Takes what goes wrong; the console is the default. */
  errorCallback?: (message: string) => void;
  /** Whether hashes are compared; an address has none to compare with. */
  checkIntegrity?: boolean;
}

interface Wheel {
  url: string;
  fileName: string;
  name: string;
}

const normal = (name: string): string => name.replace(/[-_.]+/g, "-").toLowerCase();

function wheelOf(name: string): Wheel {
  if (!/\.whl(?:[?#].*)?$/.test(name)) {
    if (!/^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/.test(name)) {
      throw new Error(`'${name}' is not a valid package name or URL. loadPackage() takes an exact package name or a wheel URL.`);
    }
    throw new Error(`No known package with name '${name}'. Give loadPackage() the URL of its wheel.`);
  }
  const url = new URL(name, globalThis.location?.href ?? "file:///").href;
  const fileName = decodeURIComponent(new URL(url).pathname.split("/").at(-1) ?? "");
  return { url, fileName, name: normal(fileName.split("-")[0] ?? "") };
}

function namesOf(names: string | PyProxy | readonly string[]): string[] {
  if (typeof names === "string") return [names];
  const list: unknown = Array.isArray(names) ? names : (names as PyProxy).toJs();
  if (!Array.isArray(list) || !list.every((name) => typeof name === "string")) {
    throw new TypeError("loadPackage() takes a name or URL, or a list of them");
  }
  return list;
}

/** The packages of a session: what is loaded, and how more is. */
export class Packages {
  readonly #kernel: Kernel;
  /** Where each package came from, by name. */
  readonly loadedPackages: Record<string, string> = {};
  /** Installations go one after the other: whoever asks for the same package twice gets it once. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /**
   * Installs wheels of pure Python by their URLs. What cannot be fetched or installed is told to `errorCallback`; the answer
   * names what has been installed.
   */
  loadPackage = async (names: string | PyProxy | readonly string[], options: LoadPackageOptions = {}): Promise<PackageData[]> => {
    // From Python, keyword arguments may be functions that live as long as the call.
    const { messageCallback = (message: string) => console.log(message), errorCallback = (message: string) => console.error(message) } = options;
    const wheels = new Map(namesOf(names).map(wheelOf).map((wheel) => [wheel.name, wheel]));
    const before = this.#last;
    const done = (async () => {
      await before.catch(() => {});
      return this.#load([...wheels.values()], messageCallback, errorCallback);
    })();
    this.#last = done;
    return done;
  };

  async #load(wheels: Wheel[], tell: (message: string) => void, warn: (message: string) => void): Promise<PackageData[]> {
    const wanted = wheels.filter(({ name, url }) => {
      const from = this.loadedPackages[name];
      if (from === undefined) return true;
      if (from === url) tell(`${name} already loaded from ${from}`);
      else warn(`URI mismatch, attempting to load package ${name} from ${url} while it is already loaded from ${from}.`);
      return false;
    });
    if (wanted.length === 0) {
      tell("No new packages to load");
      return [];
    }
    const list = (packages: readonly { name: string }[]): string => packages.map(({ name }) => name).sort().join(", ");
    tell(`Loading ${list(wanted)}`);
    const loaded: PackageData[] = [];
    const failed: { name: string; error: unknown }[] = [];
    const fetched = await Promise.allSettled(wanted.map(({ url }) => download(url)));
    for (const [index, wheel] of wanted.entries()) {
      const { name, url, fileName } = wheel;
      const result = fetched[index];
      try {
        if (result?.status !== "fulfilled") throw result?.reason;
        loaded.push({ name, version: this.#install(result.value, fileName, url), fileName, packageType: "package" });
        this.loadedPackages[name] = url;
      } catch (error) {
        failed.push({ name, error });
      }
    }
    if (loaded.length > 0) tell(`Loaded ${list(loaded)}`);
    if (failed.length > 0) tell(`Failed to load ${list(failed)}`);
    for (const { name, error } of failed) {
      warn(`The following error occurred while loading ${name}:`);
      warn(error instanceof Error ? error.message : String(error));
    }
    return loaded;
  }

  #install(bytes: ArrayBuffer, fileName: string, url: string): string {
    const install = this.#kernel.pyimport("pyodide._archives.install_wheel");
    try {
      const about = install(bytes, fileName, url);
      const version = String(about.get(1));
      about.destroy();
      return version;
    } finally {
      install.destroy();
    }
  }

  /**
   * Looks for what a program imports. Without an index of packages there is nothing to install, so that this only answers for
   * programs whose imports are all there.
   */
  loadPackagesFromImports = async (_code: string, _options: LoadPackageOptions = {}): Promise<PackageData[]> => [];

  /** Unpacks an archive: `format` as in `shutil.unpack_archive`, or `"wheel"`. */
  unpackArchive = (buffer: ArrayBuffer | ArrayBufferView, format: string, { extractDir }: { extractDir?: string } = {}): void => {
    if (!ArrayBuffer.isView(buffer) && Object.prototype.toString.call(buffer) !== "[object ArrayBuffer]") {
      throw new TypeError("Expected argument 'buffer' to be an ArrayBuffer or an ArrayBuffer view");
    }
    const unpack = this.#kernel.pyimport("pyodide._archives.unpack");
    try {
      unpack(buffer, format, extractDir);
    } finally {
      unpack.destroy();
    }
  };
}

async function download(url: string): Promise<ArrayBuffer> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`The server answered ${answer.status} ${answer.statusText} for ${url}`);
  return answer.arrayBuffer();
}
