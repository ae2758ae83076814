// What a mount that is written back asks of the place where its files are kept.

import type { Backend, Batch, Page } from "./session.js";

/** Changes with their whole contents, saved in one go when the page goes away, to be merged at the next chance. */
export interface Stash {
  key?: number;
  /** Names of the write-backs that are not known to have ended: what they wrote is not somebody else's. */
  tickets: string[];
  puts: { path: string; kind: number; mode: number; mtime: bigint; size: number; target: string; base: unknown; content: number }[];
  /** Whole contents, by the number in `puts`. */
  contents: Map<number, Page[]>;
  gone: { path: string; base: unknown }[];
}

/** A place outside where files are kept. One write-back or pull goes on at a time. */
export interface Store {
  /** For messages: "IndexedDB krait-fs:/data". */
  readonly name: string;
  /** Name of the channel on which others hear that something was stored; none if nobody else can. */
  readonly channel: string;
  /** Fills memory; answers what could not be taken over, a sentence each. */
  load(backend: Backend): Promise<string[]>;
  /** Stores a batch by the rule for two that write at once; answers a sentence for each conflict. */
  commit(batch: Batch, backend: Backend): Promise<string[]>;
  /** Takes over what others stored. */
  pull(backend: Backend): Promise<string[]>;
  /** Called within the event that ends the page: everything must be asked for before it returns. */
  stash(batch: Batch, backend: Backend): void;
  /** Makes sure that the place is there; answers whether it had been deleted, so that everything has to be stored again. */
  prepare(): Promise<boolean>;
  /** How many bytes can be stored besides what is. */
  room(): Promise<number>;
  close(): void;
}

/** A request of IndexedDB as a promise. */
export function request<T>(asked: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error ?? new Error("the database does not say why"));
  });
}

/** Settles when a transaction does. */
export function completed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new DOMException("the transaction was given up", "AbortError"));
  });
}

/** Bytes that this site may still store; `navigator.storage` is there in secure contexts only. */
export async function roomLeft(): Promise<number> {
  const estimate = await navigator.storage?.estimate?.();
  if (estimate?.quota === undefined) return 2 ** 30;
  return Math.max(0, estimate.quota - (estimate.usage ?? 0));
}

/** A name for something new that nobody else has. */
export function unique(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The name that the loser of a conflict gets: `notes.txt` becomes `notes.conflict-1.txt`. */
export function conflictName(path: string, number: number): string {
  const slash = path.lastIndexOf("/") + 1;
  const dot = path.lastIndexOf(".");
  const end = dot > slash ? dot : path.length;
  return `${path.slice(0, end)}.conflict-${number}${path.slice(end)}`;
}

/** Whole contents of all files that a batch names. */
export function wholeContents(batch: Batch, backend: Backend): Map<number, Page[]> {
  const contents = new Map<number, Page[]>();
  for (const put of batch.puts) {
    if (put.size > 0 && !contents.has(put.ino)) contents.set(put.ino, backend.content(put.ino));
  }
  return contents;
}
