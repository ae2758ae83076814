// Emscripten's `FS`, as far as code for Pyodide uses it, on the files of a session.

import { type KernelFs, toBytes } from "../fs.js";
import type { Mount, MountSource } from "./sources.js";
import { encodePath, fsError, splitPath } from "./paths.js";
import { S_IFBLK, S_IFCHR, S_IFDIR, S_IFIFO, S_IFLNK, S_IFMT, S_IFREG, S_IFSOCK } from "./session.js";
import { type Stats, statsOf } from "./stats.js";

/** What `FS.mount` is told to mount: one of `FS.filesystems`. */
export interface FileSystemType {
  readonly type: "memory" | "idb" | "opfs" | "folder" | "node";
}

/** An open file. */
export interface Stream {
  readonly fd: number;
  readonly path: string;
  /** Where the next read or write without a position begins; one that appends goes to the end. */
  position: number;
  /** @internal */
  readonly appends: boolean;
}

/** What `FS.lookupPath` finds: the parts of Emscripten's nodes that code looks at, as they were when it was looked up. */
export interface FSNode {
  readonly id: number;
  readonly name: string;
  readonly mode: number;
  readonly isFolder: boolean;
  readonly isDevice: boolean;
  readonly parent: FSNode;
  /** Of a directory the nodes in it by name, of a file its bytes. */
  readonly contents: Record<string, FSNode> | Uint8Array | undefined;
}

/** The answer of `FS.analyzePath`. */
export interface AnalyzedPath {
  isRoot: boolean;
  exists: boolean;
  error: number;
  name: string;
  path: string | null;
  object: Stats | null;
  parentExists: boolean;
  parentPath: string | null;
  parentObject: Stats | null;
}

type Callback = (error: unknown) => void;

const FLAGS: Readonly<Record<string, number>> = { r: 0, "r+": 2, w: 0o1101, "w+": 0o1102, a: 0o2101, "a+": 0o2102, wx: 0o1301, "wx+": 0o1302, ax: 0o2301, "ax+": 0o2302 };

function flagsOf(flags: string | number | undefined, fallback: string): number {
  if (typeof flags === "number") return flags;
  const known = FLAGS[flags ?? fallback];
  if (known === undefined) throw fsError(22, "EINVAL", `there is no way to open a file called ${JSON.stringify(flags)}`);
  return known;
}

const O_APPEND = 0o2000;

const types = {
  MEMFS: { type: "memory" },
  IDBFS: { type: "idb" },
  OPFS: { type: "opfs" },
  NATIVEFS_ASYNC: { type: "folder" },
  NODEFS: { type: "node" },
} as const satisfies Record<string, FileSystemType>;

/** What calls on files throw, for `instanceof`. */
class ErrnoError {
  static [Symbol.hasInstance](error: unknown): boolean {
    return error instanceof Error && error.name === "ErrnoError";
  }
}

/**
 * `FS` of a session. Error numbers are those of Python's `errno` here, which are Linux's and not Emscripten's.
 *
 * `mount` of a file system that is kept only begins: its files are there when `syncfs(true, callback)` calls back, as
 * with Emscripten. It is written back by itself, so `syncfs(false, callback)` is there to know when.
 */
export class EmscriptenFS {
  readonly #fs: KernelFs;
  readonly #coming = new Map<string, Promise<Mount>>();
  readonly filesystems = types;
  readonly ErrnoError = ErrnoError;

  constructor(fs: KernelFs) {
    this.#fs = fs;
  }

  #call(operation: string, path: string, argument?: unknown): unknown {
    return this.#fs.raw.call(operation, encodePath(path), argument);
  }

  cwd = (): string => this.#fs.cwd();
  chdir = (path: string): void => this.#fs.chdir(path);
  mkdir = (path: string, mode?: number): void => this.#fs.mkdir(path, mode ?? 0o777);
  mkdirTree = (path: string, mode?: number): void => this.#fs.mkdir(path, { recursive: true, mode: mode ?? 0o777 });
  rmdir = (path: string): void => this.#fs.rmdir(path);
  unlink = (path: string): void => this.#fs.unlink(path);
  rename = (from: string, to: string): void => this.#fs.rename(from, to);
  symlink = (target: string, path: string): void => this.#fs.symlink(target, path);
  readlink = (path: string): string => this.#fs.readlink(path);
  stat = (path: string): Stats => this.#fs.stat(path);
  lstat = (path: string): Stats => this.#fs.lstat(path);
  chmod = (path: string, mode: number): void => this.#fs.chmod(path, mode);
  utime = (path: string, atime: number, mtime: number): void => this.#fs.utime(path, atime, mtime);
  truncate = (path: string, length: number): void => this.#fs.truncate(path, length);
  readdir = (path: string): string[] => [".", "..", ...this.#fs.readdir(path)];
  isDir = (mode: number): boolean => (mode & S_IFMT) === S_IFDIR;
  isFile = (mode: number): boolean => (mode & S_IFMT) === S_IFREG;
  isLink = (mode: number): boolean => (mode & S_IFMT) === S_IFLNK;
  isChrdev = (mode: number): boolean => (mode & S_IFMT) === S_IFCHR;
  isBlkdev = (mode: number): boolean => (mode & S_IFMT) === S_IFBLK;
  isFIFO = (mode: number): boolean => (mode & S_IFMT) === S_IFIFO;
  isSocket = (mode: number): boolean => (mode & S_IFMT) === S_IFSOCK;
  fstat = (fd: number): Stats => statsOf(this.#call("fstat", "", fd));
  ftruncate = (fd: number, length: number): void => void this.#call("ftruncate", "", [fd, length]);

  readFile = (path: string, options?: { encoding?: "utf8" | "binary"; flags?: string | number }): Uint8Array | string =>
    this.#fs.readFile(path, options?.encoding === undefined ? undefined : { encoding: options.encoding });

  writeFile = (path: string, data: string | ArrayBufferView | ArrayBuffer, options?: { flags?: string | number; mode?: number }): void => {
    // What cannot be written must not empty the file.
    const bytes = toBytes(data);
    const stream = this.open(path, flagsOf(options?.flags, "w"), options?.mode ?? 0o666);
    try {
      this.write(stream, bytes);
    } finally {
      this.close(stream);
    }
  };

  open = (path: string, flags?: string | number, mode = 0o666): Stream => {
    const how = flagsOf(flags, "r");
    const fd = this.#call("open", path, [how, mode]) as number;
    return { fd, path, position: 0, appends: (how & O_APPEND) !== 0 };
  };

  #sizeOf(stream: Stream): number {
    return Number((this.#call("fstat", "", stream.fd) as number[])[6]);
  }

  close = (stream: Stream): void => void this.#call("close", "", stream.fd);

  /** Reads into `buffer` at `offset`; answers how many bytes came. Without a position the stream's moves on. */
  read = (stream: Stream, buffer: Uint8Array, offset = 0, length = buffer.length - offset, position?: number): number => {
    const bytes = this.#call("fread", "", [stream.fd, position ?? stream.position, length]) as Uint8Array;
    buffer.set(bytes, offset);
    if (position === undefined) stream.position += bytes.length;
    return bytes.length;
  };

  write = (stream: Stream, buffer: Uint8Array, offset = 0, length = buffer.length - offset, position?: number): number => {
    let done = 0;
    while (done < length) {
      const part = buffer.subarray(offset + done, offset + length);
      const written = this.#call("fwrite", "", [stream.fd, (position ?? stream.position) + done, part]) as number;
      if (written === 0) break;
      done += written;
    }
    if (position === undefined) stream.position = stream.appends ? this.#sizeOf(stream) : stream.position + done;
    return done;
  };

  llseek = (stream: Stream, offset: number, whence: 0 | 1 | 2): number => {
    const from = [0, stream.position, this.#sizeOf(stream)][whence];
    if (from === undefined) throw fsError(22, "EINVAL", `a position is counted from 0, 1 or 2, not from ${whence}`);
    const position = offset + from;
    if (position < 0) throw fsError(22, "EINVAL", "a position before the beginning");
    stream.position = position;
    return position;
  };

  lookupPath = (path: string, options: { follow?: boolean } = {}): { path: string; node: FSNode } => {
    const whole = this.#absolute(path);
    return { path: whole, node: this.#node(whole, options.follow ?? true) };
  };

  #absolute(path: string): string {
    const parts: string[] = [];
    for (const part of (path.startsWith("/") ? path : `${this.#fs.cwd()}/${path}`).split("/")) {
      if (part === "..") parts.pop();
      else if (part !== "" && part !== ".") parts.push(part);
    }
    return `/${parts.join("/")}`;
  }

  #node(path: string, follow: boolean): FSNode {
    const { ino: id, mode } = follow ? this.#fs.stat(path) : this.#fs.lstat(path);
    const [above, name] = splitPath(path);
    const node = (at: string): FSNode => this.#node(at, false);
    const { isDir, isFile } = this;
    const read = (): Uint8Array => this.#fs.readFile(path);
    const list = (): Record<string, FSNode> =>
      Object.fromEntries(this.#fs.readdir(path).map((below) => [below, node(`${path === "/" ? "" : path}/${below}`)]));
    return {
      id, mode,
      name: name || "/",
      isFolder: isDir(mode),
      isDevice: this.isChrdev(mode) || this.isBlkdev(mode),
      get parent() {
        return node(above || "/");
      },
      get contents() {
        if (isDir(mode)) return list();
        return isFile(mode) ? read() : undefined;
      },
    };
  }

  analyzePath = (path: string, dontResolveLastLink = false): AnalyzedPath => {
    const look = (name: string, follow: boolean): Stats | number => {
      try {
        return follow ? this.#fs.stat(name) : this.#fs.lstat(name);
      } catch (error) {
        return Number((error as { errno?: number }).errno ?? 5);
      }
    };
    const whole = path.startsWith("/") ? path : `${this.#fs.cwd()}/${path}`;
    const trimmed = whole.replace(/\/+$/, "");
    const [above, name] = splitPath(trimmed);
    const found = look(whole, !dontResolveLastLink);
    const parent = look(above || "/", true);
    const exists = typeof found !== "number";
    const parentExists = typeof parent !== "number";
    return {
      isRoot: trimmed === "",
      exists,
      error: exists ? 0 : found,
      name: trimmed === "" ? "/" : name,
      path: exists ? trimmed || "/" : null,
      object: exists ? found : null,
      parentExists,
      parentPath: parentExists ? above || "/" : null,
      parentObject: parentExists ? parent : null,
    };
  };

  createPath = (parent: string, path: string): string => {
    const whole = `${parent}/${path}`.replace(/\/+/g, "/");
    this.mkdirTree(whole);
    return whole;
  };

  createDataFile = (parent: string, name: string | null, data: string | ArrayBufferView | ArrayBuffer): void => {
    this.writeFile(name === null ? parent : `${parent}/${name}`, data);
  };

  mount = (type: FileSystemType, options: { handle?: FileSystemDirectoryHandle; fileSystemHandle?: FileSystemDirectoryHandle; name?: string; root?: string } | undefined, path: string): void => {
    const handle = options?.handle ?? options?.fileSystemHandle;
    const source = { ...options, type: type?.type, ...(handle ? { handle } : {}) } as MountSource;
    const mount = this.#fs.mount(path, source);
    // Whoever waits in `syncfs` is told.
    mount.catch(() => {});
    this.#coming.set(path, mount);
  };

  unmount = (path: string): void => {
    if (!this.#coming.has(path) && !this.#fs.mounts.has(this.#absolute(path))) throw fsError(22, "EINVAL", `nothing is mounted at ${path}`);
    const done = (this.#coming.get(path) ?? Promise.resolve()).then(() => this.#fs.unmount(path));
    this.#coming.delete(path);
    done.catch((error: unknown) => console.error(error));
  };

  syncfs = (populate: boolean | Callback, callback?: Callback): void => {
    const told = typeof populate === "function" ? populate : callback;
    const coming = [...this.#coming].map(([path, mount]) =>
      mount.catch((error: unknown) => {
        // Told now, and no more.
        this.#coming.delete(path);
        throw error;
      }),
    );
    Promise.all(coming)
      .then(() => this.#fs.sync())
      .then(
        () => told?.(null),
        (error: unknown) => told?.(error),
      );
  };
}

/** Pyodide's `mountNativeFS`: mounts a folder by its handle; `syncfs` writes back and reads anew. */
export async function mountNativeFS(fs: KernelFs, path: string, handle: FileSystemDirectoryHandle): Promise<{ syncfs(): Promise<void> }> {
  const mount = await fs.mount(path, { type: "folder", handle });
  return { syncfs: () => mount.sync() };
}

/** Pyodide's `mountNodeFS`: mounts a folder by its path in Node. */
export async function mountNodeFS(fs: KernelFs, path: string, root: string): Promise<void> {
  await fs.mount(path, { type: "node", root });
}
