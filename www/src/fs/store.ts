// What a mount that is written back asks of the place where its files are kept.

import { encodePath } from "./paths.js";
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

/** Bytes that a name may have. */
const NAME_MAX = 255;
/** Characters of an ending, with its point. A longer one is a part of the name. */
const ENDING_MAX = 32;

/** The name that the loser of a conflict gets: `notes.txt` becomes `notes.conflict-1.txt`. One that would be too long is cut. */
export function conflictName(path: string, number: number): string {
  const slash = path.lastIndexOf("/") + 1;
  const dot = path.lastIndexOf(".");
  const end = dot > slash && path.length - dot <= ENDING_MAX ? dot : path.length;
  const tail = `.conflict-${number}${path.slice(end)}`;
  const stem = Array.from(path.slice(slash, end));
  while (stem.length > 1 && encodePath(stem.join("") + tail).length > NAME_MAX) stem.pop();
  return path.slice(0, slash) + stem.join("") + tail;
}

/** What a page saved, as far as it makes sense, and how many of its names do not; undefined if nothing does. */
export function readStash(value: unknown): { stash: Stash; damaged: number } | undefined {
  const { puts, gone, contents, tickets } = (value ?? {}) as Partial<Stash>;
  if (!Array.isArray(puts) || !Array.isArray(gone) || !(contents instanceof Map)) return undefined;
  const isPage = (page: unknown): boolean => Array.isArray(page) && Number.isSafeInteger(page[0]) && page[0] >= 0 && page[1] instanceof Uint8Array;
  const areWhole = (pages: unknown): boolean => Array.isArray(pages) && pages.every(isPage);
  const isWhole = (put: Partial<Stash["puts"][number]> | null): boolean =>
    isPath(put?.path) &&
    Number.isInteger(put?.kind) &&
    Number.isInteger(put?.mode) &&
    typeof put?.mtime === "bigint" &&
    Number.isSafeInteger(put.size) &&
    (put.size as number) >= 0 &&
    typeof put.target === "string" &&
    areWhole(contents.get(put.content as number) ?? []);
  const names = Array.isArray(tickets) ? tickets.filter((ticket) => typeof ticket === "string") : [];
  const whole = { tickets: names, contents, puts: puts.filter(isWhole), gone: gone.filter((name) => isPath((name as { path?: unknown } | null)?.path)) };
  return { stash: whole, damaged: puts.length - whole.puts.length + gone.length - whole.gone.length };
}

/** Whether it is a path within a mount. */
export function isPath(value: unknown): value is string {
  return typeof value === "string" && value.split("/").every((part) => part !== "" && part !== "." && part !== ".." && !part.includes("\0"));
}

/** The sentence on a stash that is damaged. */
export const damagedStash = (damaged: number | undefined): string =>
  damaged === undefined
    ? "what a page saved when it went away is damaged and was left out"
    : `${damaged} of the changes that a page saved when it went away are damaged and were left out`;

/** Whole contents of all files that a batch names. */
export function wholeContents(batch: Batch, backend: Backend): Map<number, Page[]> {
  const contents = new Map<number, Page[]>();
  for (const put of batch.puts) {
    if (put.size > 0 && !contents.has(put.ino)) contents.set(put.ino, backend.content(put.ino));
  }
  return contents;
}
