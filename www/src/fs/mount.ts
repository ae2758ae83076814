// A mount whose files are in memory and are written back to a store by themselves: soon after a change, at once when
// the page is hidden, and to a place of safety when it goes away.

import type { Backend, Batch } from "./session.js";
import { fsError, storeError } from "./paths.js";
import type { Store } from "./store.js";

/** Milliseconds without a change after which changes are written. */
const QUIET = 250;
/** Milliseconds after the first change after which they are written in any case. */
const LONGEST = 2000;
/** Milliseconds until a store that failed is tried again. */
const AGAIN = 5000;

/** Something mounted. */
export interface Mount {
  readonly path: string;
  readonly type: string;
  /** What could not be read when it was mounted, and what happened to files that two wrote at once; a sentence each. */
  readonly problems: readonly string[];
  /** Writes all changes and takes over those of others. Resolves when both are done; rejects if something is not stored. */
  sync(): Promise<void>;
  /** Writes all changes, then takes the mount down. */
  unmount(): Promise<void>;
  /** @internal */
  end?(): Promise<void>;
}

/** Work on the store, one after the other. */
export class StoredMount implements Mount {
  readonly path: string;
  readonly type: string;
  readonly #problems: string[] = [];
  readonly #backend: Backend;
  readonly #store: Store;
  readonly #down: () => void;
  readonly #channel: BroadcastChannel | undefined;
  readonly #listeners = new AbortController();
  #queue: Promise<unknown> = Promise.resolve();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #firstChange = 0;
  #revision = -1;
  #travelling: Batch | undefined;
  #pulling = false;
  #closed = false;
  #failing = false;

  private constructor(path: string, type: string, backend: Backend, store: Store, down: () => void) {
    this.path = path;
    this.type = type;
    this.#backend = backend;
    this.#store = store;
    this.#down = down;
    if (typeof BroadcastChannel === "function") {
      this.#channel = new BroadcastChannel(store.channel);
      this.#channel.onmessage = () => this.#pullSoon();
      // In Node it would keep the process from ending.
      (this.#channel as { unref?(): void }).unref?.();
    }
    const { signal } = this.#listeners;
    globalThis.document?.addEventListener(
      "visibilitychange",
      () => {
        if (document.visibilityState === "hidden") this.flushSoon(0);
        else this.#pullSoon();
      },
      { signal },
    );
    globalThis.addEventListener?.("pagehide", () => this.stash(), { signal });
    // A page that comes back from the browser's cache has heard nothing meanwhile.
    globalThis.addEventListener?.("pageshow", (event) => (event as PageTransitionEvent).persisted && this.#pullSoon(), { signal });
  }

  /** Fills memory from the store. `down` takes the mount out of the tree. */
  static async start(path: string, type: string, backend: Backend, store: Store, down: () => void): Promise<StoredMount> {
    const mount = new StoredMount(path, type, backend, store, down);
    try {
      mount.#tell(await store.load(backend));
      await mount.#refreshRoom();
    } catch (error) {
      mount.#close();
      throw storeError(error, store.name);
    }
    if (!backend.clean) mount.flushSoon(QUIET);
    return mount;
  }

  get problems(): readonly string[] {
    return this.#problems;
  }

  #tell(problems: readonly string[]): void {
    this.#problems.push(...problems);
    for (const problem of problems) console.warn(`${this.path} (${this.#store.name}): ${problem}`);
  }

  /** Called by memory: something changed, or a program wants it stored. */
  wake(asked: boolean): void {
    if (this.#closed) return;
    if (asked) this.flushSoon(0);
    else if (this.#timer === undefined) this.flushSoon(QUIET);
    else if (this.#failing) this.flushSoon(QUIET);
  }

  /** Writes in so many milliseconds; later if changes go on, but not much. */
  flushSoon(delay: number): void {
    if (this.#closed) return;
    clearTimeout(this.#timer);
    if (this.#timer === undefined) this.#firstChange = performance.now();
    this.#revision = this.#backend.revision;
    this.#timer = setTimeout(() => {
      const goesOn = this.#backend.revision !== this.#revision && performance.now() - this.#firstChange < LONGEST;
      if (goesOn && delay > 0) {
        this.flushSoon(QUIET);
        return;
      }
      this.#timer = undefined;
      // What fails is told by `sync`, by programs' calls, and on the console; it is tried again.
      this.flush().catch(() => {});
    }, delay);
  }

  /** One thing at a time. */
  #next<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(work, work);
    this.#queue = result.catch(() => {});
    return result;
  }

  /** Writes what has changed; resolves when it is stored. */
  flush(): Promise<void> {
    return this.#next(() => this.#flushNow());
  }

  #works(): void {
    this.#backend.fault(0);
    this.#failing = false;
  }

  async #flushNow(): Promise<void> {
    if (this.#closed) return;
    let batch: Batch | undefined;
    try {
      if (await this.#store.prepare()) this.#backend.forgetStore();
      batch = this.#backend.take();
      if (batch === undefined) {
        this.#works();
        return;
      }
      this.#travelling = batch;
      const conflicts = await this.#store.commit(batch, this.#backend);
      // A stash has taken the changes back meanwhile; they are written again, which changes nothing.
      if (this.#travelling === batch) this.#backend.arrived();
      this.#travelling = undefined;
      this.#tell(conflicts);
      this.#works();
      this.#channel?.postMessage("stored");
      // After this, memory knows what others had stored before.
      this.#tell(await this.#store.pull(this.#backend));
    } catch (error) {
      if (batch !== undefined && this.#travelling === batch) this.#backend.returned();
      this.#travelling = undefined;
      const failure = storeError(error, this.#store.name);
      this.#backend.fault(failure.errno);
      if (!this.#failing) console.warn(`${this.path}: changes are not stored yet: ${failure.message}`);
      this.#failing = true;
      this.flushSoon(AGAIN);
      throw failure;
    }
    await this.#refreshRoom();
  }

  /** How much programs may write is how much the store can take. */
  async #refreshRoom(): Promise<void> {
    // The store needs some room for itself, and others write too.
    const room = await this.#store.room().catch(() => 2 ** 30);
    if (!this.#closed) this.#backend.capacity(Math.min(2 ** 31, this.#backend.used + Math.floor(room * 0.9)));
  }

  #pullSoon(): void {
    if (this.#pulling || this.#closed) return;
    this.#pulling = true;
    const pull = this.#next(async () => {
      this.#pulling = false;
      if (!this.#closed) this.#tell(await this.#store.pull(this.#backend));
    });
    pull.catch((error: unknown) => console.warn(`${this.path}: what others stored cannot be read: ${storeError(error, this.#store.name).message}`));
  }

  async sync(): Promise<void> {
    if (this.#closed) throw fsError(22, "EINVAL", `${this.path} is not mounted any more`);
    await this.flush();
    await this.#next(async () => {
      try {
        this.#tell(await this.#store.pull(this.#backend));
      } catch (error) {
        throw storeError(error, this.#store.name);
      }
    });
  }

  /** The page goes away: what is not stored is put where the next mount finds it. */
  stash(): void {
    if (this.#closed || this.#backend.clean) return;
    try {
      if (this.#travelling) this.#backend.returned();
      this.#travelling = undefined;
      const batch = this.#backend.take();
      if (batch) this.#store.stash(batch, this.#backend);
    } catch (error) {
      console.error(error);
    } finally {
      // If the page lives on after all, the changes are written as always.
      this.#backend.returned();
    }
    this.#channel?.postMessage("stashed");
    this.flushSoon(QUIET);
  }

  async unmount(): Promise<void> {
    if (this.#closed) throw fsError(22, "EINVAL", `${this.path} is not mounted`);
    await this.flush();
    await this.#next(async () => {
      // A change since the flush is not lost either: the mount stays, and the caller hears of it.
      if (!this.#backend.clean) throw fsError(16, "EBUSY", `${this.path} is being written to`);
      this.#down();
      this.#close();
    });
  }

  /** The session ends: what is not stored yet is written first. */
  end(): Promise<void> {
    return this.flush()
      .catch((error: unknown) => console.error(error))
      .finally(() => this.#close());
  }

  #close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#listeners.abort();
    this.#channel?.close();
    this.#store.close();
    this.#backend.forget();
  }
}
