// Paths are bytes below and strings here, as `os.fsencode` and `os.fsdecode` have it: UTF-8, where a byte that is not
// valid UTF-8 is a surrogate from U+DC80 to U+DCFF.

const encoder = new TextEncoder();
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The bytes of a path. Throws for a surrogate that stands for no byte: no file can have such a name. */
export function encodePath(path: string): Uint8Array<ArrayBuffer> {
  if (!/\p{Surrogate}/u.test(path)) return encoder.encode(path);
  const bytes: number[] = [];
  for (const character of path) {
    const code = character.codePointAt(0) ?? 0;
    if (code >= 0xdc80 && code <= 0xdcff) bytes.push(code - 0xdc00);
    else if (code >= 0xd800 && code <= 0xdfff) {
      throw fsError(84, "EILSEQ", `the path ${JSON.stringify(path)} has a lone surrogate in it, which no file name can have`);
    } else bytes.push(...encoder.encode(character));
  }
  return Uint8Array.from(bytes);
}

/** The path that bytes stand for. */
export function decodePath(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    let path = "";
    for (let at = 0; at < bytes.length; ) {
      const first = bytes[at] ?? 0;
      const width = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
      try {
        path += strict.decode(bytes.subarray(at, at + width));
        at += width;
      } catch {
        path += String.fromCharCode(0xdc00 + first);
        at += 1;
      }
    }
    return path;
  }
}

/** The path above and the last part; the path is relative, without a slash at its ends. */
export function splitPath(path: string): [above: string, name: string] {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? ["", path] : [path.slice(0, slash), path.slice(slash + 1)];
}

/** An error of a call on files, as Node's have it: `errno` with the number that Python's `errno` has, `code` with its name. */
export interface FsError extends Error {
  readonly errno: number;
  readonly code: string;
}

/** @internal */
export function fsError(errno: number, code: string, message: string, cause?: unknown): FsError {
  const error = new Error(`${code}: ${message}`, cause === undefined ? undefined : { cause });
  error.name = "ErrnoError";
  return Object.assign(error, { errno, code });
}

/** What a failed request of a browser's storage means. */
export function storeError(error: unknown, what: string): FsError {
  if (error instanceof Error && "errno" in error && "code" in error) return error as FsError;
  const name = error instanceof Error ? error.name : "";
  const text = error instanceof Error ? error.message : String(error);
  switch (name) {
    case "QuotaExceededError":
      return fsError(28, "ENOSPC", `${what}: the browser gives this site no more room; the changes stay in memory and are written when there is room again`, error);
    case "NotAllowedError":
    case "SecurityError":
      return fsError(13, "EACCES", `${what}: the permission was not given or has been taken back (${text})`, error);
    case "NotFoundError":
      return fsError(19, "ENODEV", `${what}: it is no longer there (${text})`, error);
    case "NoModificationAllowedError":
      return fsError(16, "EBUSY", `${what}: something else has it open (${text})`, error);
    case "TypeError":
      return fsError(22, "EINVAL", `${what}: the browser does not take this name (${text})`, error);
    default:
      return fsError(5, "EIO", `${what}: ${name ? `${name}: ` : ""}${text}`, error);
  }
}
