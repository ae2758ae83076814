// Making mounts: what each kind of source needs. Loaded with the first mount.

import { FolderStore, opfsDirectory } from "./folder.js";
import { IndexedDbStore } from "./idb.js";
import { type Mount, StoredMount } from "./mount.js";
import { nodeDirectory } from "./node.js";
import { encodePath, fsError, storeError } from "./paths.js";
import { Backend, type RawFiles } from "./session.js";
import type { Store } from "./store.js";

export type { Mount } from "./mount.js";

/** A file at an address; without a length the server is asked for it when the file is mounted. */
export type UrlFile = string | { url: string; size?: number };

/** What can be mounted. */
export type MountSource =
  /** Files in memory, apart from the others; `capacity` in bytes. */
  | { type: "memory"; capacity?: number }
  /** A database of this site; the name is the path if none is given. `persist` asks the browser never to clear it. */
  | { type: "indexeddb" | "idb"; name?: string; persist?: boolean }
  /** A directory of the origin's private file system. */
  | { type: "opfs"; name?: string; persist?: boolean }
  /** A folder that the user has chosen (`showDirectoryPicker`). `id` names it among this site's; default is its name. */
  | { type: "folder"; handle: FileSystemDirectoryHandle; id?: string; mode?: "read" | "readwrite" }
  /** A folder of the machine that Node runs on. All its files are read when it is mounted. */
  | { type: "node"; root: string }
  /** A zip, wheel, tar or tar.gz, read-only: its bytes, or where to fetch it. */
  | { type: "archive"; source: ArrayBuffer | Uint8Array | Blob | string | URL }
  /**
   * Files by path, read-only, each fetched when it is first read. That is a synchronous request, since a read cannot
   * wait otherwise; `prefetch` fetches all at once when they are mounted instead.
   */
  | { type: "urls"; files: Record<string, UrlFile>; prefetch?: boolean };

/** What making a mount needs of the session. */
export interface Place {
  readonly raw: RawFiles;
  readonly path: string;
}

/** Mounts without anything to write back. */
function fixed(place: Place, type: string): Mount {
  let mounted = true;
  return {
    path: place.path,
    type,
    problems: [],
    sync: () => Promise.resolve(),
    unmount: async () => {
      if (!mounted) throw fsError(22, "EINVAL", `${place.path} is not mounted`);
      place.raw.call("unmount", encodePath(place.path), undefined);
      mounted = false;
    },
  };
}

async function stored(place: Place, type: string, make: (mount: () => StoredMount | undefined) => Store, set?: (backend: Backend) => void): Promise<Mount> {
  const path = encodePath(place.path);
  let mount: StoredMount | undefined;
  // Memory is hung into the tree first, so that a place where nothing can be mounted is told before anything is read.
  const id = place.raw.call("stored", path, (asked: boolean) => mount?.wake(asked)) as number;
  const backend = new Backend(place.raw, id);
  const down = (): void => void place.raw.call("unmount", path, undefined);
  try {
    mount = await StoredMount.start(place.path, type, backend, make(() => mount), down);
    set?.(backend);
    return mount;
  } catch (error) {
    down();
    throw error;
  }
}

/** Asks a server; what gets no answer is an error of a file as well. */
async function ask(url: string | URL, how?: RequestInit): Promise<Response> {
  const failed = (error: unknown): never => {
    throw fsError(5, "EIO", `${url} cannot be fetched: ${error instanceof Error ? error.message : error}`, error);
  };
  const response = await fetch(url, how).catch(failed);
  const body = response.arrayBuffer.bind(response);
  return Object.assign(response, { arrayBuffer: () => body().catch(failed) });
}

const unanswered = (url: string | URL, { status, statusText }: { status: number; statusText: string }): Error =>
  fsError(5, "EIO", `${url} was answered with ${status} ${statusText}`.trim());

async function bytesOf(source: ArrayBuffer | Uint8Array | Blob | string | URL): Promise<Uint8Array> {
  if (source instanceof Uint8Array) return source;
  if (source instanceof Blob) return new Uint8Array(await source.arrayBuffer());
  if (typeof source !== "string" && !(source instanceof URL)) return new Uint8Array(source);
  const response = await ask(source);
  if (!response.ok) throw unanswered(source, response);
  return new Uint8Array(await response.arrayBuffer());
}

/** Fetches bytes while the caller waits. */
function fetchNow(url: string, size: number): Uint8Array {
  const asked = new XMLHttpRequest();
  asked.open("GET", url, false);
  // A window's synchronous request may not ask for an ArrayBuffer; this charset keeps each byte in a code unit.
  if (globalThis.document) asked.overrideMimeType("text/plain; charset=x-user-defined");
  else asked.responseType = "arraybuffer";
  try {
    asked.send();
  } catch (error) {
    throw fsError(5, "EIO", `${url} cannot be fetched: ${error instanceof Error ? error.message : error}`, error);
  }
  if (asked.status !== 200) throw unanswered(url, asked);
  return globalThis.document ? bytesOfText(url, asked, size) : new Uint8Array(asked.response as ArrayBuffer);
}

/**
 * A byte order mark goes before any charset: a text that begins with one is read as the mark says, and the mark is taken away. It
 * is put back where that gives what was sent.
 */
function bytesOfText(url: string, asked: XMLHttpRequest, size: number): Uint8Array {
  const text = asked.responseText;
  if (text.length === size || text.length === Number(asked.getResponseHeader("content-length") ?? NaN)) {
    return Uint8Array.from(text, (unit) => unit.charCodeAt(0) & 0xff);
  }
  const marked = new TextEncoder().encode(`\ufeff${text}`);
  if (marked.length === size && !text.includes("\ufffd")) return marked;
  throw fsError(5, "EIO", `${url} is not ${size} bytes long, or it begins with a byte order mark and is no text in UTF-8: \`prefetch\` can read that`);
}

/** The length of what is at an address, and the bytes if they had to be fetched to know it. */
async function measure(url: string): Promise<{ size: number; bytes?: Uint8Array }> {
  // Another origin does not tell whether its answer is compressed, so it is asked for one that is not: who asks for a range gets that.
  const foreign = new URL(url).origin !== location.origin;
  const head = foreign ? await fetch(url, { method: "HEAD", headers: { range: "bytes=0-" } }).catch(() => undefined) : await ask(url, { method: "HEAD" });
  if (head && !head.ok && head.status !== 405 && head.status !== 416) throw unanswered(url, head);
  const length = head?.headers.get("content-length") ?? null;
  // The length of a compressed answer is not that of the file.
  if (head?.ok && length !== null && !head.headers.has("content-encoding")) return { size: Number(length) };
  const bytes = await bytesOf(url);
  return { size: bytes.length, bytes };
}

async function mountUrls(place: Place, source: MountSource & { type: "urls" }): Promise<Mount> {
  if (typeof source.files !== "object" || source.files === null) throw fsError(22, "EINVAL", "a mount of addresses wants `files`, an object from path to address");
  const base = globalThis.document?.baseURI ?? location.href;
  const names = Object.entries(source.files);
  const fetched = new Map<number, Uint8Array>();
  const files = names.map(([path, file]) => {
    const { url, size } = typeof file === "string" ? { url: file, size: undefined } : file;
    if (!URL.canParse(url, base)) throw fsError(22, "EINVAL", `${url} is no address`);
    return { path, url: new URL(url, base).href, size };
  });
  const entries = await Promise.all(
    files.map(async ({ path, url, size }, key) => {
      const known = source.prefetch ? await bytesOf(url).then((bytes) => ({ size: bytes.length, bytes })) : size === undefined ? await measure(url) : { size };
      if (known.bytes) fetched.set(key, known.bytes);
      return [encodePath(path), known.size, key] as const;
    }),
  );
  const load = (key: number): Uint8Array => {
    const url = files[key]?.url ?? "";
    try {
      const bytes = fetched.get(key) ?? fetchNow(url, entries[key]?.[1] ?? 0);
      fetched.set(key, bytes);
      return bytes;
    } catch (error) {
      console.warn(`${place.path}/${files[key]?.path}: ${error instanceof Error ? error.message : error}`);
      throw storeError(error, url);
    }
  };
  place.raw.call("tree", encodePath(place.path), [entries, load]);
  return fixed(place, "urls");
}

async function mountFolder(place: Place, source: MountSource & { type: "folder" }): Promise<Mount> {
  const { handle } = source;
  if (typeof handle?.getDirectoryHandle !== "function") {
    throw fsError(22, "EINVAL", "a folder is mounted by its handle, a FileSystemDirectoryHandle as showDirectoryPicker() gives it");
  }
  const mode = source.mode ?? "readwrite";
  // Chromium asks the user here, if a click allows it; a browser without permissions has granted them with the handle.
  const permitted = handle as FileSystemDirectoryHandle & { requestPermission?: (how: { mode: string }) => Promise<PermissionState> };
  const state = (await permitted.requestPermission?.({ mode }).catch(() => "denied" as const)) ?? "granted";
  if (state !== "granted") throw fsError(13, "EACCES", `storage permissions not granted for the folder ${handle.name}`);
  return stored(
    place,
    "folder",
    () => new FolderStore(handle, `folder ${handle.name}`, `folder:${source.id ?? handle.name}`, mode === "readwrite"),
    (backend) => {
      backend.plain();
      if (mode === "read") backend.readOnly();
    },
  );
}

/** Makes a mount at a directory that is there. */
export async function mountSource(place: Place, source: MountSource): Promise<Mount> {
  if (typeof source !== "object" || source === null) throw fsError(22, "EINVAL", `what to mount is said by an object with a \`type\`, not by ${source}`);
  const name = ("name" in source && source.name) || place.path;
  if ("persist" in source && source.persist) await navigator.storage?.persist?.();
  switch (source.type) {
    case "memory":
      place.raw.call("memory", encodePath(place.path), source.capacity);
      return fixed(place, "memory");
    case "indexeddb":
    case "idb":
      return stored(place, "indexeddb", (mount) => new IndexedDbStore(`krait-fs:${name}`, () => mount()?.flushSoon(0)));
    case "opfs": {
      const key = name.replace(/^\/+/, "");
      const directory = await opfsDirectory(key);
      return stored(
        place,
        "opfs",
        () => new FolderStore(directory, `OPFS directory ${key}`, `opfs:${key}`, true, () => opfsDirectory(key)),
        (backend) => backend.plain(),
      );
    }
    case "folder":
      return mountFolder(place, source);
    case "node": {
      const { handle, path } = await nodeDirectory(source.root);
      return stored(place, "node", () => new FolderStore(handle, `folder ${path}`, `node:${path}`, true), (backend) => backend.plain());
    }
    case "archive":
      place.raw.call("archive", encodePath(place.path), await bytesOf(source.source));
      return fixed(place, "archive");
    case "urls":
      return mountUrls(place, source);
    default:
      throw fsError(22, "EINVAL", `there is no mount of type ${JSON.stringify((source as { type?: unknown })?.type)}: it is "memory", "indexeddb", "opfs", "folder", "node", "archive" or "urls"`);
  }
}

