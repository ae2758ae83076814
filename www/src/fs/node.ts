// A folder of the machine that Node runs on, with the interface of the directory handles that browsers give: as much of
// it as `folder.ts` uses. Each file is replaced as a whole, and keeps its mode.

import { fsError } from "./paths.js";
import { unique } from "./store.js";

/** The parts of `node:fs/promises` and `node:path` that are used, since the package does not depend on Node's types. */
interface Stat {
  readonly size: number;
  readonly mtimeMs: number;
  readonly mode: number;
  isDirectory(): boolean;
  isFile(): boolean;
}
interface OpenFile {
  truncate(size: number): Promise<void>;
  write(data: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesWritten: number }>;
  chmod(mode: number): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}
interface Files {
  stat(path: string): Promise<Stat>;
  readFile(path: string): Promise<Uint8Array>;
  open(path: string, flags: string, mode?: number): Promise<OpenFile>;
  rm(path: string, options: { force: boolean }): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  mkdir(path: string): Promise<unknown>;
  rmdir(path: string): Promise<void>;
  unlink(path: string): Promise<void>;
  readdir(path: string): Promise<string[]>;
}
interface Paths {
  basename(path: string): string;
  join(...parts: string[]): string;
  resolve(path: string): string;
}
type Wanted = { create?: boolean };

function builtin<T>(name: string): T {
  const { process } = globalThis as { process?: { getBuiltinModule?(name: string): T | undefined } };
  const found = process?.getBuiltinModule?.(name);
  if (found === undefined) throw fsError(95, "EOPNOTSUPP", "a folder is mounted by its path in Node only; in a browser by its handle, as showDirectoryPicker() gives it");
  return found;
}

const NAMES: Readonly<Record<string, string>> = {
  ENOENT: "NotFoundError",
  ENOTDIR: "TypeMismatchError",
  EISDIR: "TypeMismatchError",
  ENOTEMPTY: "InvalidModificationError",
  EEXIST: "InvalidModificationError",
  EACCES: "NotAllowedError",
  EPERM: "NotAllowedError",
  EROFS: "NotAllowedError",
};

/** An error of Node's as a browser would throw it. */
function asBrowsers(error: unknown): unknown {
  const { code = "", message } = error as { code?: string; message: string };
  const name = NAMES[code];
  if (name !== undefined) return new DOMException(message, name);
  return code === "ENOSPC" || code === "EDQUOT" ? fsError(28, "ENOSPC", message, error) : fsError(5, "EIO", message, error);
}

/** Does something of Node's. */
async function done<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw asBrowsers(error);
  }
}

class NodeFile {
  readonly kind = "file";
  readonly #fs: Files;
  readonly #path: string;

  constructor(fs: Files, path: string) {
    this.#fs = fs;
    this.#path = path;
  }

  async getFile() {
    const { size, mtimeMs } = await done(this.#fs.stat(this.#path));
    const arrayBuffer = async (): Promise<ArrayBuffer> => Uint8Array.from(await done(this.#fs.readFile(this.#path))).buffer;
    return { size, lastModified: mtimeMs, arrayBuffer };
  }

  /** Writes beside the file, which is replaced by `close`. */
  async createWritable() {
    const beside = `${this.#path}.${unique()}.crswap`;
    const mode = (await this.#fs.stat(this.#path).catch(() => undefined))?.mode;
    const file = await done(this.#fs.open(beside, "w", mode));
    const giveUp = async (): Promise<void> => {
      await file.close();
      await this.#fs.rm(beside, { force: true });
    };
    return {
      truncate: (size: number) => done(file.truncate(size)),
      write: async ({ position, data }: { position: number; data: Uint8Array }) => {
        for (let at = 0; at < data.length; ) at += (await done(file.write(data, at, data.length - at, position + at))).bytesWritten;
      },
      close: async () => {
        if (mode !== undefined) await done(file.chmod(mode));
        await done(file.sync());
        await done(file.close());
        await done(this.#fs.rename(beside, this.#path));
      },
      abort: giveUp,
    };
  }
}

class NodeDirectory {
  readonly kind = "directory";
  readonly name: string;
  readonly #fs: Files;
  readonly #paths: Paths;
  readonly #path: string;

  constructor(fs: Files, paths: Paths, path: string) {
    this.#fs = fs;
    this.#paths = paths;
    this.#path = path;
    this.name = paths.basename(path);
  }

  #below(name: string): string {
    if (name === "" || name === "." || name === ".." || this.#paths.basename(name) !== name) throw new TypeError("Name is not allowed.");
    return this.#paths.join(this.#path, name);
  }

  async #isDirectory(path: string): Promise<boolean> {
    return (await done(this.#fs.stat(path))).isDirectory();
  }

  async getDirectoryHandle(name: string, { create = false }: Wanted = {}): Promise<NodeDirectory> {
    const path = this.#below(name);
    if (create) {
      await this.#fs.mkdir(path).catch((error: { code?: string }) => {
        if (error.code !== "EEXIST") throw asBrowsers(error);
      });
    }
    if (!(await this.#isDirectory(path))) throw new DOMException(`${path} is no directory`, "TypeMismatchError");
    return new NodeDirectory(this.#fs, this.#paths, path);
  }

  async getFileHandle(name: string, { create = false }: Wanted = {}): Promise<NodeFile> {
    const path = this.#below(name);
    if (create) await done(this.#fs.open(path, "a").then((file) => file.close()));
    if (await this.#isDirectory(path)) throw new DOMException(`${path} is a directory`, "TypeMismatchError");
    return new NodeFile(this.#fs, path);
  }

  async removeEntry(name: string): Promise<void> {
    const path = this.#below(name);
    await done((await this.#isDirectory(path)) ? this.#fs.rmdir(path) : this.#fs.unlink(path));
  }

  async *keys(): AsyncGenerator<string> {
    for (const name of await done(this.#fs.readdir(this.#path))) yield name;
  }

  /** Links are what they lead to; what is neither file nor directory is not there. */
  async *entries(): AsyncGenerator<[string, NodeDirectory | NodeFile]> {
    for await (const name of this.keys()) {
      const path = this.#paths.join(this.#path, name);
      const stat = await this.#fs.stat(path).catch(() => undefined);
      if (stat?.isDirectory()) yield [name, new NodeDirectory(this.#fs, this.#paths, path)];
      else if (stat?.isFile()) yield [name, new NodeFile(this.#fs, path)];
    }
  }
}

/** A folder by its path, and that path in full. */
export async function nodeDirectory(root: string): Promise<{ handle: FileSystemDirectoryHandle; path: string }> {
  const fs = builtin<Files>("node:fs/promises");
  const paths = builtin<Paths>("node:path");
  const path = paths.resolve(root);
  const stat = await fs.stat(path).catch(() => undefined);
  if (!stat?.isDirectory()) throw fsError(2, "ENOENT", `there is no folder ${path}`);
  return { handle: new NodeDirectory(fs, paths, path) as unknown as FileSystemDirectoryHandle, path };
}
