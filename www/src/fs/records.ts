// The records of an IndexedDB store.

import { S_IFDIR, S_IFLNK, S_IFREG } from "./session.js";

/** A name. */
export interface Entry {
  path: string;
  kind: number;
  mode: number;
  mtime: bigint;
  size: number;
  target: string;
  /** Key of its content; empty for what has none. */
  content: string;
  /** How many pages the content has; those of holes are not there. */
  pages: number;
  version: number;
  /** The write-back that wrote it. */
  ticket: string;
}

/** All pages of a content, or those from a number on. */
export const pagesOf = (content: string, from = 0): IDBKeyRange => IDBKeyRange.bound([content, from], [content, []]);

/** Whether a record is whole. */
export function isEntry(value: unknown): value is Entry {
  const entry = value as Partial<Entry> | null;
  return (
    typeof entry?.path === "string" &&
    (entry.kind === S_IFDIR || entry.kind === S_IFREG || entry.kind === S_IFLNK) &&
    Number.isInteger(entry.mode) &&
    typeof entry.mtime === "bigint" &&
    Number.isSafeInteger(entry.size) &&
    (entry.size as number) >= 0 &&
    typeof entry.target === "string" &&
    typeof entry.content === "string" &&
    typeof entry.version === "number"
  );
}
