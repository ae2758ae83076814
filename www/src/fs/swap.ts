// Writing in a worker, where files of the private file system can be written without waiting for the browser's process.

import { PAGE, type Page } from "./session.js";
import { unique } from "./store.js";

/** A `FileSystemSyncAccessHandle`, and what makes one; TypeScript knows them as parts of workers only. */
interface SyncAccess {
  write(data: Uint8Array, options: { at: number }): number;
  truncate(size: number): void;
  flush(): void;
  close(): void;
}
interface WorkersFile {
  createSyncAccessHandle(): Promise<SyncAccess>;
  move(directory: FileSystemDirectoryHandle, name: string): Promise<void>;
}

/** Whether files of the private file system can be replaced in this way here. */
export function canSwap(): boolean {
  const methods = (globalThis.FileSystemFileHandle?.prototype ?? {}) as Partial<WorkersFile>;
  return typeof methods.createSyncAccessHandle === "function" && typeof methods.move === "function";
}

/** What a crash left of `swapFile`. */
export const isLeftOver = (name: string): boolean => /^krait-[0-9a-f]{24}\.crswap$/.test(name);

/** Writes a file beside the one of this name and moves it there, so that a crash leaves the old one or the new one. */
export async function swapFile(directory: FileSystemDirectoryHandle, name: string, size: number, pages: Page[]): Promise<void> {
  const beside = `krait-${unique()}.crswap`;
  const file = (await directory.getFileHandle(beside, { create: true })) as unknown as WorkersFile;
  try {
    const access = await file.createSyncAccessHandle();
    try {
      for (const [index, data] of pages) {
        if (access.write(data, { at: index * PAGE }) < data.length) throw new DOMException("not all of a file was written", "QuotaExceededError");
      }
      access.truncate(size);
      access.flush();
    } finally {
      access.close();
    }
    await file.move(directory, name);
  } catch (error) {
    await directory.removeEntry(beside).catch(() => {});
    throw error;
  }
}
