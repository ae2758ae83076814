// The part of a session that files are made of: two functions of the wasm (`crates/bridge/src/files.rs`), typed.

import { decodePath, encodePath } from "./paths.js";

/** The wasm's class `Files`. */
export interface RawFiles {
  call(operation: string, path: Uint8Array, argument: unknown): unknown;
  store(id: number, operation: string, argument: unknown): unknown;
}

/** Type bits of a mode. */
export const S_IFMT = 0o170000;
export const S_IFDIR = 0o040000;
export const S_IFREG = 0o100000;
export const S_IFLNK = 0o120000;
export const S_IFIFO = 0o010000;
export const S_IFCHR = 0o020000;
export const S_IFBLK = 0o060000;
export const S_IFSOCK = 0o140000;

/** Bytes of a page, the unit in which contents are written back. */
export const PAGE = 256 * 1024;

/** A page's number and bytes. */
export type Page = [index: number, bytes: Uint8Array<ArrayBuffer>];

/** A name to store. */
export interface Put {
  path: string;
  /** Number of the node in memory. */
  ino: number;
  /** `S_IFDIR`, `S_IFREG` or `S_IFLNK`. */
  kind: number;
  mode: number;
  /** Nanoseconds since 1970. */
  mtime: bigint;
  size: number;
  target: string;
}

/** Changes to store: altogether or not at all. */
export interface Batch {
  puts: Put[];
  contents: Map<number, { cut: number | undefined; pages: Page[] }>;
  gone: string[];
}

/** A node to take over from a store. */
export interface Load {
  path: string;
  kind: number;
  mode: number;
  mtime: bigint;
  size: number;
  target?: string;
  pages?: Page[];
  /** Its content cannot be read. */
  damaged?: boolean;
  /** Node in memory that this is another name of. */
  sameAs?: number;
}

/** A mount in memory that is written back, by its number. */
export class Backend {
  readonly #files: RawFiles;
  readonly #id: number;

  constructor(files: RawFiles, id: number) {
    this.#files = files;
    this.#id = id;
  }

  #call(operation: string, argument?: unknown): unknown {
    return this.#files.store(this.#id, operation, argument);
  }

  /** The changes since the last time; `arrived` or `returned` has to follow. */
  take(): Batch | undefined {
    const batch = this.#call("take") as [unknown[][], [number, number | undefined, Page[]][], Uint8Array[]] | null;
    if (batch === null) return undefined;
    const [puts, contents, gone] = batch;
    return {
      puts: puts.map((put) => {
        const [path, ino, kind, mode, mtime, size, target] = put as [Uint8Array, number, number, number, bigint, number, Uint8Array];
        return { path: decodePath(path), ino, kind, mode, mtime, size, target: decodePath(target) };
      }),
      contents: new Map(contents.map(([ino, cut, pages]) => [ino, { cut, pages }])),
      gone: gone.map(decodePath),
    };
  }

  arrived(): void {
    this.#call("arrived");
  }

  returned(): void {
    this.#call("returned");
  }

  /** The store is a new one: everything is a change. */
  forgetStore(): void {
    this.#call("forgetStore");
  }

  content(ino: number): Page[] {
    return this.#call("content", ino) as Page[];
  }

  /** Whether memory has changes of this name that the store does not have. */
  changed(path: string): boolean {
    return this.#call("changed", encodePath(path)) as boolean;
  }

  /** The store no longer has the name. Answers whether it is gone from memory too. */
  removed(path: string): boolean {
    return this.#call("removed", encodePath(path)) as boolean;
  }

  /** Answers the number of the node. */
  load(entry: Load): number {
    return this.#call("load", [
      encodePath(entry.path),
      entry.kind,
      entry.mode,
      entry.mtime,
      entry.size,
      encodePath(entry.target ?? ""),
      entry.pages ?? [],
      entry.damaged ?? false,
      entry.sameAs,
    ]) as number;
  }

  /** Number of the error that programs get for changes; 0 for none. */
  fault(errno: number): void {
    this.#call("fault", errno);
  }

  capacity(bytes: number): void {
    this.#call("capacity", bytes);
  }

  readOnly(): void {
    this.#call("readOnly", true);
  }

  /** Links cannot be made. */
  plain(): void {
    this.#call("plain", true);
  }

  get clean(): boolean {
    return this.#call("clean") as boolean;
  }

  get revision(): number {
    return this.#call("revision") as number;
  }

  get used(): number {
    return this.#call("used") as number;
  }

  forget(): void {
    this.#call("forget");
  }
}
