// Files in a directory that the browser gives a handle of: OPFS, or a folder of the user's.
//
// Each file is replaced as a whole, so a crash leaves the old one or the new one, and written as a whole: Chromium leaves a file its
// time if only a part is written (`keepExistingData`), and nobody else would see that it has changed. A file whose time or length is
// not what it was when memory last saw it has been written by somebody else. Write-backs
// of several tabs wait for each other by a Web Lock. There are no links here, and modes are not kept.

import { type FsError, fsError, splitPath, storeError } from "./paths.js";
import { type Backend, type Batch, type Load, PAGE, type Page, type Put, S_IFDIR, S_IFREG } from "./session.js";
import { canSwap, isLeftOver, swapFile } from "./swap.js";
import { completed, conflictName, damagedStash, readStash, request, roomLeft, type Stash, type Store, unique, wholeContents } from "./store.js";

/** What tells a version of a file from another. */
interface Stamp {
  kind: number;
  modified: number;
  size: number;
}

interface Found extends Stamp {
  file?: File;
}

const DIRECTORY: Stamp = { kind: S_IFDIR, modified: 0, size: 0 };
const same = (a: Stamp | undefined, b: Stamp | undefined): boolean =>
  a?.kind === b?.kind && (a?.kind === S_IFDIR || (a?.modified === b?.modified && a?.size === b?.size));

/** A name that the browser does not take, on some systems: the other files are stored all the same. */
const unstorable =
  (path: string, fate: string) =>
  (error: unknown): string | undefined => {
    if (!(error instanceof TypeError)) throw error;
    return fate === "" ? undefined : `${path} cannot be stored here and ${fate}: ${error.message}`;
  };

/** What pages saved while they went away, in a database beside the directory. */
class StashBox {
  readonly #database: string;
  #db: IDBDatabase | undefined;

  constructor(database: string) {
    this.#database = database;
  }

  async open(): Promise<void> {
    // Node has neither a database nor pages that go away.
    if (typeof indexedDB === "undefined") return;
    const asked = indexedDB.open(this.#database, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("pending");
    const db = await request(asked);
    db.onversionchange = () => {
      db.close();
      this.#db = undefined;
    };
    this.#db = db;
  }

  async all(): Promise<[string, unknown][]> {
    if (!this.#db) return [];
    const pending = this.#db.transaction("pending").objectStore("pending");
    const [keys, values] = await Promise.all([request(pending.getAllKeys()), request(pending.getAll())]);
    return keys.map((key, at) => [String(key), values[at]]);
  }

  put(key: string, stash: Stash): void {
    const transaction = this.#db?.transaction("pending", "readwrite", { durability: "strict" });
    transaction?.objectStore("pending").put(stash, key);
    transaction?.commit();
  }

  async remove(keys: readonly string[]): Promise<void> {
    if (!this.#db || keys.length === 0) return;
    const transaction = this.#db.transaction("pending", "readwrite");
    for (const key of keys) transaction.objectStore("pending").delete(key);
    await completed(transaction);
  }

  close(): void {
    this.#db?.close();
    this.#db = undefined;
  }
}

/** A directory that keeps files. */
export class FolderStore implements Store {
  readonly name: string;
  readonly channel: string;
  #root: FileSystemDirectoryHandle;
  readonly #remake: (() => Promise<FileSystemDirectoryHandle>) | undefined;
  #lost = false;
  readonly #stashes: StashBox;
  readonly #writable: boolean;
  /** The directory is one of the private file system, and this is a worker. */
  readonly #swaps: boolean;
  #known = new Map<string, Stamp>();
  /** The node in memory that each stored name leads to. */
  #nodeAt = new Map<string, number>();
  #stashed: string[] = [];
  /** What pages saved and nobody can read; it is told once, and stays. */
  readonly #unreadable = new Set<string>();

  /**
   * `key` names the directory among those of this site: for the lock, the channel and what is saved beside it. `remake`
   * makes the directory again if it was removed; a folder of the user's is waited for instead.
   */
  constructor(root: FileSystemDirectoryHandle, name: string, key: string, writable: boolean, remake?: () => Promise<FileSystemDirectoryHandle>) {
    this.#root = root;
    this.#remake = remake;
    this.name = name;
    this.channel = `krait-fs:${key}`;
    this.#stashes = new StashBox(`krait-fs-stash:${key}`);
    this.#writable = writable;
    this.#swaps = remake !== undefined && canSwap();
  }

  async #locked<T>(work: () => Promise<T>): Promise<T> {
    // There are no locks outside of secure contexts, and no handles either; nor are there in Node.
    return globalThis.navigator?.locks ? await navigator.locks.request(this.channel, work) : await work();
  }

  async prepare(): Promise<boolean> {
    try {
      await this.#alive().catch((error: unknown) => this.#askAgain(error));
    } catch (error) {
      if (!(error instanceof DOMException && error.name === "NotFoundError")) throw error;
      this.#lost = true;
      this.#known.clear();
      this.#nodeAt.clear();
      if (!this.#remake) throw error;
      this.#root = await this.#remake();
    }
    const lost = this.#lost;
    this.#lost = false;
    return lost;
  }

  /** A permission that was taken back is asked for anew while a click allows it; else the error stays. */
  async #askAgain(error: unknown): Promise<void> {
    const denied = error instanceof DOMException && error.name === "NotAllowedError";
    const root = this.#root as FileSystemDirectoryHandle & { requestPermission?: (how: { mode: string }) => Promise<PermissionState> };
    if (!denied || !root.requestPermission || !globalThis.navigator?.userActivation?.isActive) throw error;
    if ((await root.requestPermission({ mode: this.#writable ? "readwrite" : "read" })) !== "granted") throw error;
    await this.#alive();
  }

  async #directory(path: string, create: boolean): Promise<FileSystemDirectoryHandle> {
    let directory = this.#root;
    for (const part of path.split("/")) if (part !== "") directory = await directory.getDirectoryHandle(part, { create });
    return directory;
  }

  /** All names below, in order. A file that cannot be looked at is told of and left alone. */
  async #scan(problems: string[]): Promise<Map<string, Found>> {
    const found = new Map<string, Found>();
    const visit = async (directory: FileSystemDirectoryHandle, prefix: string): Promise<void> => {
      const below: Promise<void>[] = [];
      for await (const [name, handle] of directory.entries()) {
        const path = prefix + name;
        if (handle.kind === "directory") {
          found.set(path, DIRECTORY);
          below.push(visit(handle, `${path}/`));
        } else if (name.endsWith(".crswap")) {
          // Nobody else writes meanwhile: this is done under the lock.
          if (isLeftOver(name)) below.push(directory.removeEntry(name).catch(() => {}));
        } else {
          below.push(
            handle.getFile().then(
              (file) => void found.set(path, { kind: S_IFREG, modified: file.lastModified, size: file.size, file }),
              (error: unknown) => void problems.push(`${path} was left out: ${storeError(error, path).message}`),
            ),
          );
        }
      }
      await Promise.all(below);
    };
    await visit(this.#root, "");
    return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  async load(backend: Backend): Promise<string[]> {
    return this.#locked(async () => {
      const problems: string[] = [];
      if (this.#writable) {
        // Without a database nothing can be saved while a page goes away; that is no reason not to mount.
        await this.#stashes.open().catch((error: unknown) => problems.push(`changes of the last moment cannot be saved: ${error}`));
        problems.push(...(await this.#mergeStashes()));
      }
      const found = await this.#scan(problems);
      problems.push(...(await this.#takeOver(found, backend)));
      return problems;
    });
  }

  async #takeOver(found: Map<string, Found>, backend: Backend): Promise<string[]> {
    const problems: string[] = [];
    const entries = [...found];
    for (let at = 0; at < entries.length; at += 16) {
      const read = entries.slice(at, at + 16).map(async ([path, entry]) => {
        const bytes = await entry.file?.arrayBuffer().catch(() => undefined);
        return { path, entry, bytes };
      });
      for (const { path, entry, bytes } of await Promise.all(read)) {
        const load: Load = { path, kind: entry.kind, mode: entry.kind === S_IFDIR ? 0o755 : 0o644, mtime: BigInt(Math.trunc(entry.modified)) * 1_000_000n, size: entry.size };
        if (bytes) load.pages = split(new Uint8Array(bytes));
        else if (entry.file) {
          load.damaged = true;
          problems.push(`${path} cannot be read; reading it fails until it is written anew`);
        }
        // What a program has written while this was read is not replaced: the next write-back settles that.
        if (backend.changed(path)) continue;
        try {
          this.#nodeAt.set(path, backend.load(load));
          this.#known.set(path, { kind: entry.kind, modified: entry.modified, size: entry.size });
        } catch (error) {
          // Something written here stands where it would have to be: the next write-back settles that.
          if ((error as FsError).code !== "EBUSY") problems.push(`${path} was left out: ${error instanceof Error ? error.message : error}`);
        }
      }
    }
    return problems;
  }

  async #stampOf(path: string): Promise<Stamp | undefined> {
    const [above, name] = splitPath(path);
    let directory: FileSystemDirectoryHandle;
    try {
      directory = await this.#directory(above, false);
      const file = await (await directory.getFileHandle(name)).getFile();
      return { kind: S_IFREG, modified: file.lastModified, size: file.size };
    } catch (error) {
      const reason = error instanceof DOMException ? error.name : "";
      if (reason === "TypeMismatchError") return DIRECTORY;
      if (reason === "NotFoundError") {
        // That of the name, not that of the whole directory: the root answers for itself.
        await this.#alive();
        return undefined;
      }
      throw error;
    }
  }

  /** Throws if the directory itself is gone or no longer allowed. */
  async #alive(): Promise<void> {
    for await (const _ of this.#root.keys()) return;
  }

  commit(batch: Batch, backend: Backend): Promise<string[]> {
    return this.#locked(async () => {
      const conflicts = await this.#mergeStashes();
      for (const put of batch.puts) {
        const edited = this.#nodeAt.get(put.path) !== put.ino || batch.contents.has(put.ino);
        const conflict = await this.#put(put, this.#known.get(put.path), edited, () => backend.content(put.ino), true).catch(unstorable(put.path, "stays in memory only"));
        this.#nodeAt.set(put.path, put.ino);
        if (conflict) conflicts.push(conflict);
      }
      for (const path of batch.gone) {
        // What could not be stored has nothing to be removed.
        await this.#remove(path, this.#known.get(path)).catch(unstorable(path, ""));
        this.#nodeAt.delete(path);
      }
      const stashed = this.#stashed;
      this.#stashed = [];
      await this.#stashes.remove(stashed);
      return conflicts;
    });
  }

  /** `edited` says whether the content is another one than memory took over. */
  async #put(put: Omit<Put, "ino">, base: Stamp | undefined, edited: boolean, whole: () => Page[], remember: boolean): Promise<string | undefined> {
    if (put.kind !== S_IFDIR && put.kind !== S_IFREG) return undefined;
    const stored = await this.#stampOf(put.path);
    let path = put.path;
    let conflict: string | undefined;
    let needed = edited;
    if (put.kind === S_IFDIR) {
      if (stored?.kind === S_IFREG) conflict = await this.#moveAway(path, same(stored, base));
      if (stored?.kind !== S_IFDIR) await this.#directory(path, true);
    } else {
      if (stored?.kind === S_IFDIR) {
        const [above, name] = splitPath(path);
        // A directory that memory has replaced by a file is empty by now, unless somebody else put something in it.
        const removed = await (await this.#directory(above, false)).removeEntry(name).then(
          () => true,
          () => false,
        );
        if (!removed) {
          path = await this.#freeName(path);
          conflict = `${put.path} is a directory elsewhere: what was written here is now ${path}`;
        }
        needed = true;
      } else if (stored && !same(stored, base)) {
        // Nothing but attributes was changed here, and those are not kept.
        if (!edited) return undefined;
        if (await this.#isWhole(path, whole(), put.size)) {
          if (remember) this.#known.set(path, stored);
          return undefined;
        }
        conflict = await this.#moveAway(path, false);
        needed = true;
      } else if (!stored) needed = true;
      if (!needed) return undefined;
      await this.#write(path, put.size, whole);
    }
    if (remember && path === put.path) {
      const stamp = await this.#stampOf(path);
      if (stamp) this.#known.set(path, stamp);
    }
    return conflict;
  }

  async #write(path: string, size: number, whole: () => Page[]): Promise<void> {
    const [above, name] = splitPath(path);
    const directory = await this.#directory(above, true);
    if (this.#swaps) {
      await swapFile(directory, name, size, whole());
      return;
    }
    const handle = await directory.getFileHandle(name, { create: true });
    const writable = await handle.createWritable();
    try {
      for (const [index, data] of whole()) await writable.write({ type: "write", position: index * PAGE, data });
      await writable.truncate(size);
      await writable.close();
    } catch (error) {
      await writable.abort().catch(() => {});
      throw error;
    }
  }

  async #isWhole(path: string, pages: Page[], size: number): Promise<boolean> {
    const [above, name] = splitPath(path);
    const file = await (await (await this.#directory(above, false)).getFileHandle(name)).getFile();
    if (file.size !== size) return false;
    const stored = new Uint8Array(await file.arrayBuffer());
    const mine = new Uint8Array(size);
    for (const [index, page] of pages) mine.set(page, index * PAGE);
    return mine.every((byte, at) => byte === stored[at]);
  }

  async #freeName(path: string): Promise<string> {
    for (let number = 1; ; number += 1) {
      const name = conflictName(path, number);
      if ((await this.#stampOf(name)) === undefined) return name;
    }
  }

  /** Gives somebody else's version another name; `own` is the version that memory knows, which is not kept. */
  async #moveAway(path: string, own: boolean): Promise<string | undefined> {
    const [above, name] = splitPath(path);
    const directory = await this.#directory(above, false);
    let told: string | undefined;
    if (!own) {
      const other = await this.#freeName(path);
      const file = await (await directory.getFileHandle(name)).getFile();
      const bytes = new Uint8Array(await file.arrayBuffer());
      await this.#write(other, bytes.length, () => split(bytes));
      told = `${path} was written elsewhere too: that version is now ${other}`;
    }
    await directory.removeEntry(name);
    return told;
  }

  async #remove(path: string, base: Stamp | undefined): Promise<void> {
    const stored = await this.#stampOf(path);
    if (stored && same(stored, base)) {
      const [above, name] = splitPath(path);
      try {
        await (await this.#directory(above, false)).removeEntry(name);
      } catch (error) {
        // A directory that somebody else has put something in stays.
        if (!(error instanceof DOMException && error.name === "InvalidModificationError")) throw error;
      }
    }
    this.#known.delete(path);
  }

  async pull(backend: Backend): Promise<string[]> {
    return this.#locked(async () => {
      const problems = await this.#mergeStashes();
      const found = await this.#scan(problems);
      const news = new Map<string, Found>();
      for (const [path, entry] of found) {
        if (!same(entry, this.#known.get(path)) && !backend.changed(path)) news.set(path, entry);
      }
      problems.push(...(await this.#takeOver(news, backend)));
      for (const path of [...this.#known.keys()].sort().reverse()) {
        if (found.has(path)) continue;
        backend.removed(path);
        this.#known.delete(path);
        this.#nodeAt.delete(path);
      }
      return problems;
    });
  }

  stash(batch: Batch, backend: Backend): void {
    const key = unique();
    this.#stashes.put(key, {
      tickets: [],
      puts: batch.puts.map(({ ino, ...put }) => ({ ...put, base: this.#known.get(put.path), content: ino })),
      contents: wholeContents(batch, backend),
      gone: batch.gone.map((path) => ({ path, base: this.#known.get(path) })),
    });
    this.#stashed.push(key);
  }

  async #mergeStashes(): Promise<string[]> {
    const conflicts: string[] = [];
    for (const [key, saved] of await this.#stashes.all()) {
      if (this.#stashed.includes(key) || this.#unreadable.has(key)) continue;
      const read = readStash(saved);
      if (read === undefined) {
        this.#unreadable.add(key);
        conflicts.push(damagedStash(undefined));
        continue;
      }
      const { stash, damaged } = read;
      if (damaged > 0) conflicts.push(damagedStash(damaged));
      const left: Stash["puts"] = [];
      for (const saved of stash.puts) {
        const { base, content, ...put } = saved;
        const whole = (): Page[] => stash.contents.get(content) ?? [];
        const conflict = await this.#put(put, base as Stamp | undefined, true, whole, false).catch((error: unknown) => {
          left.push(saved);
          return unstorable(put.path, "stays beside it, where a page saved it")(error);
        });
        if (conflict) conflicts.push(conflict);
      }
      for (const { path, base } of stash.gone) await this.#remove(path, base as Stamp | undefined).catch(unstorable(path, ""));
      if (left.length > 0) {
        this.#unreadable.add(key);
        this.#stashes.put(key, { ...stash, puts: left, gone: [] });
      } else await this.#stashes.remove([key]);
    }
    return conflicts;
  }

  room(): Promise<number> {
    return roomLeft();
  }

  close(): void {
    this.#stashes.close();
  }
}

function split(bytes: Uint8Array<ArrayBuffer>): Page[] {
  const pages: Page[] = [];
  for (let at = 0; at < bytes.length; at += PAGE) pages.push([at / PAGE, bytes.subarray(at, at + PAGE)]);
  return pages;
}

/** The directory of this name in the origin's private file system, made if missing. */
export async function opfsDirectory(name: string): Promise<FileSystemDirectoryHandle> {
  if (typeof navigator.storage?.getDirectory !== "function") {
    throw fsError(95, "EOPNOTSUPP", "this browser has no private file system (OPFS), or not on pages without https: mount IndexedDB instead");
  }
  let directory = await navigator.storage.getDirectory();
  for (const part of name.split("/")) if (part !== "") directory = await directory.getDirectoryHandle(part, { create: true });
  return directory;
}
