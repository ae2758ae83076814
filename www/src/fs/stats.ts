// What `stat` tells, as Node has it.

import { S_IFDIR, S_IFLNK, S_IFMT, S_IFREG } from "./session.js";

/** What is known about a file. Times are milliseconds since 1970; `mtimeNs` and its like nanoseconds. */
export interface Stats {
  readonly mode: number;
  readonly ino: number;
  readonly dev: number;
  readonly nlink: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly rdev: number;
  readonly blksize: number;
  readonly blocks: number;
  readonly atimeMs: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly atimeNs: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
  readonly atime: Date;
  readonly mtime: Date;
  readonly ctime: Date;
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
}

/** From what the wasm answers.
 * @internal */
export function statsOf(raw: unknown): Stats {
  const [mode, ino, dev, nlink, uid, gid, size, rdev, blksize, blocks, atimeNs, mtimeNs, ctimeNs] = raw as [...number[], bigint, bigint, bigint] &
    [number, number, number, number, number, number, number, number, number, number, bigint, bigint, bigint];
  const milliseconds = (time: bigint): number => Number(time / 1000n) / 1000;
  const [atimeMs, mtimeMs, ctimeMs] = [milliseconds(atimeNs), milliseconds(mtimeNs), milliseconds(ctimeNs)];
  const is = (kind: number) => (): boolean => (mode & S_IFMT) === kind;
  return {
    mode, ino, dev, nlink, uid, gid, size, rdev, blksize, blocks,
    atimeMs, mtimeMs, ctimeMs, atimeNs, mtimeNs, ctimeNs,
    atime: new Date(atimeMs), mtime: new Date(mtimeMs), ctime: new Date(ctimeMs),
    isFile: is(S_IFREG), isDirectory: is(S_IFDIR), isSymbolicLink: is(S_IFLNK),
  };
}
