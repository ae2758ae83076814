// Files in an IndexedDB database.
//
// `entries` has a record for each name, `contents` pages of 256 KiB by content and number, so that a name moves and a
// large file changes without being written anew. Names that lead to one content are hard links. `meta` has the
// revision, which grows with each write-back; an entry's version is the revision that wrote it. `pending` has what
// pages saved while they went away; whoever comes next merges it.
//
// A write-back is one transaction: it is there altogether or not at all. Transactions of several tabs come one after
// the other, and each looks whether an entry still is as its tab knew it before it writes over it.

import { Contents } from "./contents.js";
import { type Backend, type Batch, type Load, PAGE, type Page, S_IFDIR, S_IFREG } from "./session.js";
import { type FsError, fsError, splitPath } from "./paths.js";
import { type Entry, isEntry, pagesOf } from "./records.js";
import { completed, conflictName, damagedStash, readStash, request, roomLeft, type Stash, type Store, unique, wholeContents } from "./store.js";

/** A change on its way, from memory or from a stash. */
interface Change {
  entry: Omit<Entry, "content" | "pages" | "version" | "ticket">;
  /** The version that it was made to; 0 for a new name. */
  base: number;
  /** Numbers the content among these changes. */
  node: number;
  /** The stored content that `edit` is made to. */
  from: string | undefined;
  edit: { cut: number | undefined; pages: Page[] } | undefined;
  whole: () => Page[];
}

interface Known {
  version: number;
  content: string;
}

const STORES = ["entries", "contents", "pending", "meta"];
/** Contents up to this size are compared before two versions count as different. */
const COMPARED = 4 * 1024 * 1024;

/** One transaction that merges changes. */
class Merge {
  readonly #entries: IDBObjectStore;
  readonly #contents: IDBObjectStore;
  readonly #careful: boolean;
  readonly #own: ReadonlySet<string>;
  readonly #written = new Map<number, { content: string; pages: number }>();
  readonly #suspects = new Set<string>();
  readonly #pageSets: Map<string, Set<number>>;
  readonly #knows: (path: string, version: number) => boolean;
  readonly #stamp: { version: number; ticket: string };
  readonly conflicts: string[] = [];
  readonly known: [path: string, known: Known | undefined][] = [];
  readonly nodes: [node: number, content: string][] = [];

  constructor(
    transaction: IDBTransaction,
    stamp: { version: number; ticket: string },
    options: { careful: boolean; own: ReadonlySet<string>; pageSets: Map<string, Set<number>>; knows: (path: string, version: number) => boolean },
  ) {
    this.#entries = transaction.objectStore("entries");
    this.#contents = transaction.objectStore("contents");
    this.#stamp = stamp;
    this.#careful = options.careful;
    this.#own = options.own;
    this.#pageSets = options.pageSets;
    this.#knows = options.knows;
  }

  async run(changes: readonly Change[], gone: readonly { path: string; base: number; content: string }[]): Promise<void> {
    const mine = new Set(changes.map((change) => change.entry.path));
    for (const change of changes) await this.#put(change, mine);
    for (const name of gone) await this.#remove(name);
    for (const content of this.#suspects) {
      if ((await request(this.#entries.index("content").count(content))) === 0) {
        this.#contents.delete(pagesOf(content));
        this.#pageSets.delete(content);
      }
    }
  }

  /** Its pages are removed at the end if no name leads to it any more. */
  suspect(content: string): void {
    this.#suspects.add(content);
  }

  async #put(change: Change, mine: ReadonlySet<string>): Promise<void> {
    if (!this.#careful) {
      this.#store(change, change.entry.path, change.from);
      return;
    }
    const path = change.entry.path;
    const stored = (await request(this.#entries.get(path))) as Entry | undefined;
    await this.#ensureAbove(path, mine);
    if (stored === undefined || !isEntry(stored)) {
      // Removed by somebody else, with its content perhaps; a change outlives that.
      this.#store(change, path, (await this.#isAsKnown(change.from)) ? change.from : undefined);
      return;
    }
    const unchanged = stored.version === change.base || this.#own.has(stored.ticket);
    const alike = stored.kind === change.entry.kind;
    if (unchanged || (alike && stored.kind === S_IFDIR)) {
      const from = stored.content !== "" && stored.content === change.from ? change.from : undefined;
      if (stored.content !== "" && from === undefined) this.#suspects.add(stored.content);
      this.#store(change, path, from);
      return;
    }
    if (alike && change.base > 0 && change.edit === undefined && change.from === stored.content) {
      // Only attributes were changed here: the content is theirs.
      const entry = { ...stored, mode: change.entry.mode, ...this.#stamp };
      this.#entries.put(entry);
      return;
    }
    if (await this.#same(change, stored)) {
      this.#entries.put({ ...stored, mode: change.entry.mode, mtime: change.entry.mtime, ...this.#stamp });
      this.known.push([path, { version: this.#stamp.version, content: stored.content }]);
      if (stored.content !== "") this.nodes.push([change.node, stored.content]);
      return;
    }
    const other = await this.#freeName(path);
    if (stored.kind === S_IFDIR) {
      this.#store(change, other, undefined);
      this.conflicts.push(`${path} is a directory elsewhere: what was written here is now ${other}`);
      return;
    }
    this.#entries.put({ ...stored, path: other, ...this.#stamp });
    this.conflicts.push(`${path} was written elsewhere too: that version is now ${other}`);
    this.#store(change, path, undefined);
  }

  /** Writes a name and, once for all its names, the content. Without `from` the content is a new one. */
  #store(change: Change, path: string, from: string | undefined): void {
    let stored = { content: "", pages: 0 };
    if (change.entry.kind === S_IFREG) {
      const known = this.#written.get(change.node);
      stored = known ?? this.#storeContent(change, from);
      this.#written.set(change.node, stored);
      this.nodes.push([change.node, stored.content]);
    }
    this.#entries.put({ ...change.entry, path, ...stored, ...this.#stamp });
    if (path === change.entry.path) this.known.push([path, { version: this.#stamp.version, content: stored.content }]);
  }

  #storeContent(change: Change, from: string | undefined): { content: string; pages: number } {
    const content = from ?? unique();
    const edit = from === undefined ? { cut: undefined, pages: change.entry.size > 0 ? change.whole() : [] } : change.edit;
    const present = new Set(from === undefined ? [] : this.#pageSets.get(from));
    if (edit?.cut !== undefined) {
      const first = Math.ceil(edit.cut / PAGE);
      this.#contents.delete(pagesOf(content, first));
      for (const index of present) if (index >= first) present.delete(index);
    }
    for (const [index, bytes] of edit?.pages ?? []) {
      this.#contents.put(bytes, [content, index]);
      present.add(index);
    }
    this.#pageSets.set(content, present);
    return { content, pages: present.size };
  }

  async #remove(name: { path: string; base: number; content: string }): Promise<void> {
    const { path, base } = name;
    let content = name.content;
    if (this.#careful) {
      const stored = (await request(this.#entries.get(path))) as Entry | undefined;
      const theirs = stored !== undefined && stored.version !== base && !this.#own.has(stored.ticket);
      // What somebody else wrote meanwhile, in it or to it, stays.
      const below = IDBKeyRange.bound(`${path}/`, `${path}0`, false, true);
      if (theirs || (stored?.kind === S_IFDIR && (await request(this.#entries.count(below))) > 0)) return;
      content = stored?.content ?? "";
    }
    this.#entries.delete(path);
    if (content !== "") this.#suspects.add(content);
    this.known.push([path, undefined]);
  }

  /** Whether a content is there and nobody else has written to it. */
  async #isAsKnown(content: string | undefined): Promise<boolean> {
    if (content === undefined) return false;
    const names = (await request(this.#entries.index("content").getAll(content))) as Entry[];
    return names.length > 0 && names.every((entry) => this.#knows(entry.path, entry.version) || this.#own.has(entry.ticket));
  }

  async #ensureAbove(path: string, mine: ReadonlySet<string>): Promise<void> {
    const [above] = splitPath(path);
    if (above === "" || mine.has(above)) return;
    if ((await request(this.#entries.count(above))) > 0) return;
    await this.#ensureAbove(above, mine);
    const entry: Entry = { path: above, kind: S_IFDIR, mode: 0o755, mtime: 0n, size: 0, target: "", content: "", pages: 0, ...this.#stamp };
    this.#entries.put(entry);
  }

  async #same(change: Change, stored: Entry): Promise<boolean> {
    const { entry } = change;
    if (entry.kind !== stored.kind || entry.size !== stored.size || entry.target !== stored.target) return false;
    if (entry.kind !== S_IFREG) return true;
    if (entry.size > COMPARED) return false;
    const theirs = await request(this.#contents.getAll(pagesOf(stored.content)));
    const keys = await request(this.#contents.getAllKeys(pagesOf(stored.content)));
    const fill = (pages: Iterable<Page>): Uint8Array => {
      const bytes = new Uint8Array(entry.size);
      for (const [index, page] of pages) bytes.set(page.subarray(0, Math.max(0, entry.size - index * PAGE)), index * PAGE);
      return bytes;
    };
    const a = fill(change.whole());
    const b = fill(theirs.map((page, at): Page => [(keys[at] as [string, number])[1], page as Uint8Array<ArrayBuffer>]));
    return a.every((byte, at) => byte === b[at]);
  }

  async #freeName(path: string): Promise<string> {
    for (let number = 1; ; number += 1) {
      const name = conflictName(path, number);
      if ((await request(this.#entries.count(name))) === 0) return name;
    }
  }
}

/** A database that keeps files. */
export class IndexedDbStore implements Store {
  readonly name: string;
  readonly channel: string;
  readonly #database: string;
  readonly #onLost: () => void;
  #db: IDBDatabase | undefined;
  #closed = false;
  #vanished = false;
  /** The revision up to which memory knows everything. */
  #seen = 0;
  #known = new Map<string, Known>();
  #pageSets = new Map<string, Set<number>>();
  readonly #held = new Contents();
  /** Names that others wrote while memory had changes of its own. */
  readonly #contested = new Set<string>();
  /** Write-backs that may have ended without our hearing of it. */
  readonly #own = new Set<string>();
  #stashed: string[] = [];
  /** What pages saved and nobody can read; it is told once, and stays. */
  readonly #unreadable = new Set<string>();
  #underWay: string | undefined;

  /** `onLost` is called when the connection to the database is cut off. */
  constructor(database: string, onLost: () => void) {
    this.#database = database;
    this.name = `IndexedDB ${database}`;
    this.channel = database;
    this.#onLost = onLost;
  }

  async #open(): Promise<IDBDatabase> {
    if (this.#db) return this.#db;
    if (this.#closed) throw fsError(19, "ENODEV", `${this.name} has been unmounted`);
    const asked = indexedDB.open(this.#database, 1);
    asked.onupgradeneeded = () => {
      const entries = asked.result.createObjectStore("entries", { keyPath: "path" });
      entries.createIndex("content", "content");
      entries.createIndex("version", "version");
      for (const name of STORES.slice(1)) asked.result.createObjectStore(name);
    };
    let db: IDBDatabase;
    try {
      db = await request(asked);
    } catch (error) {
      const newer = error instanceof DOMException && error.name === "VersionError";
      if (newer) throw fsError(95, "EOPNOTSUPP", `${this.name} was written by a newer version: reload the page to get that version`, error);
      throw error;
    }
    if (STORES.some((name) => !db.objectStoreNames.contains(name))) {
      db.close();
      throw fsError(117, "EUCLEAN", `${this.name} is a database of something else: mount another name, or delete the database`);
    }
    const lost = (): void => {
      db.close();
      if (this.#db !== db) return;
      this.#db = undefined;
      this.#onLost();
    };
    db.onversionchange = lost;
    db.onclose = lost;
    this.#db = db;
    const revision = Number(await request(db.transaction("meta").objectStore("meta").get("revision"))) || 0;
    if (revision < this.#seen) {
      // Deleted, and this is a new one.
      this.#vanished = true;
      this.#seen = 0;
      this.#known.clear();
      this.#pageSets.clear();
      this.#held.clear();
    }
    return db;
  }

  async prepare(): Promise<boolean> {
    await this.#open();
    const vanished = this.#vanished;
    this.#vanished = false;
    return vanished;
  }

  async load(backend: Backend): Promise<string[]> {
    const problems = await this.#mergeStashes();
    const db = await this.#open();
    const transaction = db.transaction(STORES);
    this.#seen = Number(await request(transaction.objectStore("meta").get("revision"))) || 0;
    const entries = (await request(transaction.objectStore("entries").getAll())) as unknown[];
    return [...problems, ...(await this.#takeOver(transaction, entries, backend))];
  }

  /** Reads contents and hands everything to memory; 64 files at a time, since they are in memory twice meanwhile. */
  async #takeOver(transaction: IDBTransaction, entries: readonly unknown[], backend: Backend): Promise<string[]> {
    const problems: string[] = [];
    const contents = transaction.objectStore("contents");
    const nodes = this.#unchangedNodes(entries);
    const valid: Entry[] = [];
    for (const entry of entries) {
      if (isEntry(entry)) valid.push(entry);
      else problems.push(`a damaged record was left out: ${JSON.stringify((entry as { path?: unknown } | null)?.path ?? "without a path")}`);
    }
    const files = new Set(valid.filter((entry) => entry.kind !== S_IFDIR).map((entry) => entry.path));
    const lost = (entry: Entry): boolean => {
      for (let [above] = splitPath(entry.path); above !== ""; [above] = splitPath(above)) {
        if (!files.has(above)) continue;
        problems.push(`${entry.path} was left out: ${above} is no directory`);
        return true;
      }
      return false;
    };
    const placed = valid.filter((entry) => !lost(entry));
    for (let at = 0; at < placed.length; at += 64) {
      const read = placed.slice(at, at + 64).map(async (entry) => {
        if (entry.kind !== S_IFREG) return { entry, keys: [], pages: [] };
        const range = pagesOf(entry.content);
        const [keys, pages] = await Promise.all([request(contents.getAllKeys(range)), request(contents.getAll(range))]);
        return { entry, keys: keys as [string, number][], pages: pages as unknown[] };
      });
      for (const { entry, keys, pages } of await Promise.all(read)) {
        const { path, kind, mode, mtime, size, target, content, version } = entry;
        const whole = keys.length === entry.pages && pages.every((page) => page instanceof Uint8Array);
        const load: Load = { path, kind, mode, mtime, size, target };
        // A file that a program has changed since is no longer of this content.
        const linked = content === "" ? undefined : nodes.get(content);
        if (linked !== undefined && !backend.changed(linked.path)) load.sameAs = linked.node;
        if (whole) load.pages = pages.map((page, index): Page => [(keys[index] as [string, number])[1], page as Uint8Array<ArrayBuffer>]);
        else {
          load.damaged = true;
          problems.push(`the content of ${path} is damaged: ${keys.length} of ${entry.pages} parts are there; reading it fails until it is written anew`);
        }
        try {
          // What a program has written while this was read is not replaced: the next write-back settles that.
          if (backend.changed(path)) {
            this.#contested.add(path);
            continue;
          }
          const node = loadLinked(backend, load);
          if (content !== "") {
            nodes.set(content, { node, path });
            this.#held.set(node, content);
            this.#pageSets.set(content, new Set(keys.map((key) => key[1])));
          }
          this.#known.set(path, { version, content });
        } catch (error) {
          // Something written here stands where it would have to be: the next write-back settles that.
          if ((error as FsError).code === "EBUSY") this.#contested.add(path);
          else problems.push(`${path} was left out: ${error instanceof Error ? error.message : error}`);
        }
      }
    }
    return problems;
  }

  /** Nodes in memory whose contents nobody else has written since, and a name of each, so that a new name for one is a link to it. */
  #unchangedNodes(entries: readonly unknown[]): Map<string, { node: number; path: string }> {
    const changed = new Set(entries.map((entry) => (entry as Partial<Entry> | null)?.path));
    const nodes = new Map<string, { node: number; path: string }>();
    for (const [path, { content }] of this.#known) {
      const node = changed.has(path) ? undefined : this.#held.node(content);
      if (node !== undefined) nodes.set(content, { node, path });
    }
    return nodes;
  }

  async #write<T>(work: (transaction: IDBTransaction, revision: number) => Promise<T>): Promise<T> {
    const db = await this.#open();
    const transaction = db.transaction(STORES, "readwrite", { durability: "strict" });
    const end = completed(transaction);
    end.catch(() => {});
    try {
      const meta = transaction.objectStore("meta");
      const revision = Number(await request(meta.get("revision"))) || 0;
      const result = await work(transaction, revision);
      meta.put(revision + 1, "revision");
      await end;
      return result;
    } catch (error) {
      try {
        transaction.abort();
      } catch {
        // It has ended already.
      }
      await end.catch((reason: unknown) => {
        if (reason instanceof DOMException && reason.name === "QuotaExceededError") throw reason;
      });
      throw error;
    }
  }

  async commit(batch: Batch, backend: Backend): Promise<string[]> {
    const conflicts = await this.#mergeStashes();
    const ticket = unique();
    this.#underWay = ticket;
    const changes = batch.puts.map((put): Change => {
      const { ino: node, ...entry } = put;
      return {
        entry,
        base: this.#known.get(put.path)?.version ?? 0,
        node,
        from: this.#held.of(node),
        edit: batch.contents.get(node),
        whole: () => backend.content(node),
      };
    });
    const gone = batch.gone.map((path) => ({ path, base: this.#known.get(path)?.version ?? 0, content: this.#known.get(path)?.content ?? "" }));
    const replaced = batch.puts.map((put) => this.#known.get(put.path)?.content ?? "");
    const pageSets = new Map(this.#pageSets);
    const { merge, version, careful } = await this.#write(async (transaction, revision) => {
      const careful = revision !== this.#seen || this.#contested.size > 0;
      const version = revision + 1;
      const merge = new Merge(transaction, { version, ticket }, {
        careful,
        own: this.#own,
        pageSets,
        knows: (path, version) => this.#known.get(path)?.version === version || version === revision + 1,
      });
      for (const content of replaced) if (content !== "") merge.suspect(content);
      await merge.run(changes, gone);
      for (const key of this.#stashed) transaction.objectStore("pending").delete(key);
      return { merge, version, careful };
    });
    this.#underWay = undefined;
    this.#stashed = [];
    this.#pageSets = pageSets;
    for (const [path, known] of merge.known) {
      if (known) this.#known.set(path, known);
      else this.#known.delete(path);
    }
    for (const [node, content] of merge.nodes) this.#held.set(node, content);
    // After a careful one, `pull` brings what others wrote since.
    if (!careful) this.#seen = version;
    return [...conflicts, ...merge.conflicts];
  }

  async pull(backend: Backend): Promise<string[]> {
    const problems = await this.#mergeStashes();
    const db = await this.#open();
    const transaction = db.transaction(STORES);
    const entries = transaction.objectStore("entries");
    const revision = Number(await request(transaction.objectStore("meta").get("revision"))) || 0;
    const contested = [...this.#contested];
    if (revision === this.#seen && contested.length === 0) return problems;
    const newer = (await request(entries.index("version").getAll(IDBKeyRange.lowerBound(this.#seen, true)))) as unknown[];
    const names = new Set((await request(entries.getAllKeys())) as string[]);
    // What was left aside the last time is looked at again: a change here may have given way to it.
    const fresh = new Set(newer.map((entry) => (entry as Partial<Entry> | null)?.path));
    const again = await Promise.all(contested.filter((path) => names.has(path) && !fresh.has(path)).map((path) => request(entries.get(path))));
    this.#contested.clear();
    for (const path of contested) if (!names.has(path) && backend.changed(path)) this.#contested.add(path);
    const wanted = [...newer, ...again].filter((entry) => {
      if (!isEntry(entry) || this.#known.get(entry.path)?.version === entry.version) return false;
      try {
        if (!backend.changed(entry.path)) return true;
      } catch {
        // A name that no file can have: it is left out with its reason.
        return true;
      }
      this.#contested.add(entry.path);
      return false;
    });
    wanted.sort((a, b) => ((a as Entry).path < (b as Entry).path ? -1 : 1));
    problems.push(...(await this.#takeOver(transaction, wanted, backend)));
    for (const path of [...this.#known.keys()].sort().reverse()) {
      if (names.has(path)) continue;
      // A name with changes of its own is written again by the next write-back, which has to look first.
      if (!backend.removed(path)) this.#contested.add(path);
      this.#known.delete(path);
    }
    this.#seen = revision;
    return problems;
  }

  stash(batch: Batch, backend: Backend): void {
    if (!this.#db) return;
    const ticket = unique();
    const tickets = [ticket, ...this.#own];
    if (this.#underWay) tickets.push(this.#underWay);
    const base = (path: string): number => this.#known.get(path)?.version ?? 0;
    const stash: Stash = {
      tickets,
      puts: batch.puts.map(({ ino, ...put }) => ({ ...put, base: base(put.path), content: ino })),
      contents: wholeContents(batch, backend),
      gone: batch.gone.map((path) => ({ path, base: base(path) })),
    };
    const transaction = this.#db.transaction("pending", "readwrite", { durability: "strict" });
    transaction.objectStore("pending").put(stash, ticket);
    // The page may be gone before the browser would end the transaction by itself.
    transaction.commit();
    for (const known of tickets) this.#own.add(known);
    this.#stashed.push(ticket);
  }

  /** Merges what pages saved while they went away. */
  async #mergeStashes(): Promise<string[]> {
    const db = await this.#open();
    const waiting = await request(db.transaction("pending").objectStore("pending").getAllKeys());
    const conflicts: string[] = [];
    for (const key of waiting) {
      if (this.#stashed.includes(String(key)) || this.#unreadable.has(String(key))) continue;
      const told = await this.#write(async (transaction, revision) => {
        const pending = transaction.objectStore("pending");
        const saved = (await request(pending.get(key))) as unknown;
        // Somebody else has merged it.
        if (saved === undefined) return [];
        const read = readStash(saved);
        if (read === undefined) {
          this.#unreadable.add(String(key));
          return [damagedStash(undefined)];
        }
        const merge = new Merge(
          transaction,
          { version: revision + 1, ticket: String(key) },
          { careful: true, own: new Set(read.stash.tickets), pageSets: new Map(), knows: () => false },
        );
        await merge.run(changesOf(read.stash), goneOf(read.stash));
        pending.delete(key);
        return read.damaged > 0 ? [...merge.conflicts, damagedStash(read.damaged)] : merge.conflicts;
      });
      conflicts.push(...told);
    }
    return conflicts;
  }

  room(): Promise<number> {
    return roomLeft();
  }

  close(): void {
    this.#closed = true;
    this.#db?.close();
    this.#db = undefined;
  }
}

/** Takes a name over, as a link if that is possible. The content comes in any case: who moves a file may have written to it. */
function loadLinked(backend: Backend, load: Load): number {
  if (load.sameAs !== undefined) {
    try {
      backend.load(load);
    } catch {
      // It is a file of its own.
    }
    delete load.sameAs;
  }
  return backend.load(load);
}

function changesOf(stash: Stash): Change[] {
  return stash.puts.map(({ base, content, ...entry }) => ({
    entry,
    base: Number(base),
    node: content,
    from: undefined,
    edit: undefined,
    whole: () => stash.contents.get(content) ?? [],
  }));
}

const goneOf = (stash: Stash): { path: string; base: number; content: string }[] =>
  stash.gone.map(({ path, base }) => ({ path, base: Number(base), content: "" }));
