// The files of a session: what `kernel.fs` is. Calls on files are immediate; the code of mounts is loaded with the first.

import { EmscriptenFS, mountNativeFS, mountNodeFS } from "./fs/emscripten.js";
import { decodePath, encodePath, type FsError, fsError } from "./fs/paths.js";
import type { RawFiles } from "./fs/session.js";
import { type Stats, statsOf } from "./fs/stats.js";
import type { Mount, MountSource } from "./mounts.js";
import type { Kernel as Session } from "./krait_web.js";

export type { EmscriptenFS } from "./fs/emscripten.js";
export type { FsError } from "./fs/paths.js";
export type { Stats } from "./fs/stats.js";
export type { Mount, MountSource, UrlFile } from "./mounts.js";

const nothing = new Uint8Array();
const absolute = (path: string): string => path.replace(/\/+/g, "/").replace(/(.)\/$/, "$1");

/**
 * The files of a session. Paths are as in Python, relative ones from its current directory. What fails throws an
 * `FsError` with `errno` and `code` (`"ENOENT"`).
 */
export class KernelFs {
  readonly #raw: RawFiles;
  readonly #mounts = new Map<string, Mount>();
  readonly #coming = new Set<string>();
  #emscripten: EmscriptenFS | undefined;

  /** @internal */
  constructor(raw: RawFiles) {
    this.#raw = raw;
  }

  #call(operation: string, path: string, argument?: unknown): unknown {
    return this.#raw.call(operation, encodePath(path), argument);
  }

  /** A file's bytes, or its text if an encoding is named. */
  readFile(path: string): Uint8Array;
  readFile(path: string, options: { encoding: "utf8" | "utf-8" } | "utf8" | "utf-8"): string;
  readFile(path: string, options?: { encoding?: "utf8" | "utf-8" | "binary" } | "utf8" | "utf-8"): Uint8Array | string;
  readFile(path: string, options?: { encoding?: "utf8" | "utf-8" | "binary" } | "utf8" | "utf-8"): Uint8Array | string {
    const bytes = this.#call("read", path) as Uint8Array;
    const encoding = typeof options === "string" ? options : (options?.encoding ?? "binary");
    if (encoding === "binary") return bytes;
    if (encoding === "utf8" || encoding === "utf-8") return new TextDecoder().decode(bytes);
    throw fsError(22, "EINVAL", `a file is read as "utf8" or as bytes, not as ${JSON.stringify(encoding)}`);
  }

  /** Makes a file or replaces its content. */
  writeFile(path: string, data: string | ArrayBufferView | ArrayBuffer): void {
    this.#call("write", path, toBytes(data));
  }

  /** Makes a directory; with `recursive` also those above it, and one that is there is fine. */
  mkdir(path: string, options?: { recursive?: boolean; mode?: number } | number): void {
    const { recursive = false, mode = 0o777 } = typeof options === "number" ? { mode: options } : (options ?? {});
    if (recursive && this.#isDirectory(path)) return;
    const parts = recursive ? path.split("/").filter((part) => part !== "") : [];
    let above = path.startsWith("/") ? "/" : "";
    for (const part of parts.slice(0, -1)) {
      above += part;
      if (!this.#isDirectory(above)) this.#call("mkdir", above, mode);
      above += "/";
    }
    this.#call("mkdir", path, mode);
  }

  /** Whether a directory is there. A path that nothing can be made at throws. */
  #isDirectory(path: string): boolean {
    try {
      return this.stat(path).isDirectory();
    } catch (error) {
      if ((error as FsError).code === "ENOENT") return false;
      throw error;
    }
  }

  /** The names in a directory, sorted, without `.` and `..`. */
  readdir(path: string): string[] {
    return (this.#call("list", path) as [Uint8Array, number][]).map(([name]) => decodePath(name));
  }

  stat(path: string): Stats {
    return statsOf(this.#call("stat", path));
  }

  /** Like `stat`, but of a symbolic link itself. */
  lstat(path: string): Stats {
    return statsOf(this.#call("lstat", path));
  }

  exists(path: string): boolean {
    try {
      this.#call("stat", path);
      return true;
    } catch {
      return false;
    }
  }

  unlink(path: string): void {
    this.#call("unlink", path);
  }

  rmdir(path: string): void {
    this.#call("rmdir", path);
  }

  rename(from: string, to: string): void {
    this.#call("rename", from, encodePath(to));
  }

  symlink(target: string, path: string): void {
    this.#call("symlink", path, encodePath(target));
  }

  readlink(path: string): string {
    return decodePath(this.#call("readlink", path) as Uint8Array);
  }

  chmod(path: string, mode: number): void {
    this.#call("chmod", path, mode);
  }

  /** Sets times, in milliseconds since 1970. */
  utime(path: string, atime: number | Date, mtime: number | Date): void {
    const nanoseconds = (time: number | Date): bigint => {
      if (!Number.isFinite(Number(time))) throw fsError(22, "EINVAL", `${time} is no time`);
      return BigInt(Math.round(Number(time) * 1000)) * 1000n;
    };
    this.#call("utime", path, [nanoseconds(atime), nanoseconds(mtime)]);
  }

  truncate(path: string, length = 0): void {
    this.#call("truncate", path, length);
  }

  cwd(): string {
    return decodePath(this.#raw.call("cwd", nothing, undefined) as Uint8Array);
  }

  chdir(path: string): void {
    this.#call("chdir", path);
  }

  /**
   * Mounts something at a directory, which is made if it is missing, and resolves when its files are there. `"memory"`,
   * `"idb"` and `"opfs"` stand for sources without options.
   */
  async mount(path: string, source: MountSource | "memory" | "idb" | "indexeddb" | "opfs"): Promise<Mount> {
    const place = this.#place(path);
    if (this.#mounts.has(place) || this.#coming.has(place)) throw fsError(16, "EBUSY", `something is mounted at ${place} already`);
    this.#coming.add(place);
    try {
      this.mkdir(place, { recursive: true });
      const { mountSource } = await import("./mounts.js");
      const mount = await mountSource({ raw: this.#raw, path: place }, typeof source === "string" ? { type: source } : source);
      this.#mounts.set(place, mount);
      return mount;
    } finally {
      this.#coming.delete(place);
    }
  }

  #place(path: string): string {
    return absolute(path.startsWith("/") ? path : `${this.cwd()}/${path}`);
  }

  /** What is mounted, by path. */
  get mounts(): ReadonlyMap<string, Mount> {
    return this.#mounts;
  }

  /** Writes back what is mounted at a path, or everywhere, and takes over what others stored. */
  async sync(path?: string): Promise<void> {
    if (path !== undefined) {
      await this.#mounted(path).sync();
      return;
    }
    const done = await Promise.allSettled([...this.#mounts.values()].map((mount) => mount.sync()));
    const failed = done.find((result) => result.status === "rejected");
    if (failed) throw failed.reason;
  }

  /** Writes back what is mounted at a path and takes it down. */
  async unmount(path: string): Promise<void> {
    await this.#mounted(path).unmount();
    this.#mounts.delete(this.#place(path));
  }

  #mounted(path: string): Mount {
    const mount = this.#mounts.get(this.#place(path));
    if (!mount) throw fsError(22, "EINVAL", `nothing is mounted at ${path}`);
    return mount;
  }

  /** The same files under the names of Emscripten's `FS`, for code that was written for Pyodide. */
  get FS(): EmscriptenFS {
    this.#emscripten ??= new EmscriptenFS(this);
    return this.#emscripten;
  }

  /** Mounts a folder by its handle, as Pyodide's function of this name does. */
  mountNativeFS(path: string, handle: FileSystemDirectoryHandle): Promise<{ syncfs(): Promise<void> }> {
    return mountNativeFS(this, path, handle);
  }

  /** Mounts a folder of the machine in Node, by its path. */
  mountNodeFS(path: string, root: string): Promise<void> {
    return mountNodeFS(this, path, root);
  }

  /** The session ends: settles when what was not stored yet is; nothing if nothing has to be.
   * @internal */
  close(): Promise<unknown> | undefined {
    const endings = [...this.#mounts.values()].map((mount) => mount.end?.());
    return endings.some((ending) => ending !== undefined) ? Promise.all(endings) : undefined;
  }

  /** @internal */
  get raw(): RawFiles {
    return this.#raw;
  }
}

const sessions = new WeakMap<object, KernelFs>();

/** The files of a session, one object however often it is asked for.
 * @internal */
export function filesOf(session: Session): KernelFs {
  let files = sessions.get(session);
  if (files === undefined) {
    const raw = session.files;
    const { guard } = session;
    files = new KernelFs({
      call: (operation, path, argument) => guard(() => raw.call(operation, path, argument)),
      // Not guarded: what a session that has died by a trap had not stored yet is stored all the same.
      store: (id, operation, argument) => raw.store(id, operation, argument),
    });
    sessions.set(session, files);
  }
  return files;
}

/** The session ends. What is not stored yet is stored first: answers when, or nothing if that is now.
 * @internal */
export const closeFiles = (session: Session): Promise<unknown> | undefined => sessions.get(session)?.close();

/** @internal */
export function toBytes(data: string | ArrayBufferView | ArrayBuffer): Uint8Array {
  if (typeof data === "string") return new TextEncoder().encode(data);
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  throw fsError(22, "EINVAL", "a file is written from a string, an ArrayBuffer or a view of one");
}
