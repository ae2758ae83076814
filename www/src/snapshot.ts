// Snapshots: the memory of a session as bytes, and sessions that begin with it. Loaded by those who make or use one.
//
// What every session of the build has is not in them: the memory that an instance begins with, of which a snapshot holds the
// differences only, and the library's archives, which are fetched again.
//
// "KRSNAP02", the name of the build (32 characters), u32 pages of memory, u32 length of the table of references, u32 count of
// pieces, u32 length of the rest, count x { u32 address, u32 length }, the rest as JSON (`Rest`), the pieces' bytes. Numbers
// are little-endian.

import { KraitError, messageOf } from "./boot.js";
import type { Instance } from "./krait_web.js";

const MAGIC = "KRSNAP02";
/** Bytes of magic and build. */
const NAME = 40;
const HEAD = NAME + 16;
const PAGE = 65536;
/** Equal bytes between two pieces that cost less than an entry of their own. */
const GAP = 32;

/** An archive of the library in memory: its name, address, length, and the sum of its words. */
type Archive = [name: string, address: number, length: number, sum: number];

interface Rest {
  /** Slots of JavaScript values that Python holds, with the global names that lead to them. */
  handles: [slot: number, name: string][];
  archives: Archive[];
  /** The sum of the words of the memory that an instance begins with. */
  image: number;
}

/** Archives of snapshots that were made or used here, in their order: they are not fetched again as long as somebody has the snapshot. */
const known = new WeakMap<Uint8Array, readonly Uint8Array[]>();

const wordsOf = ({ exports }: Instance): Uint32Array => new Uint32Array(exports.memory.buffer);

/** A sum by which other bytes are noticed. Those who change them on purpose can change the sum too: it is no protection. */
function sumOf(words: Uint32Array): number {
  let sum = 0;
  for (let at = 0; at < words.length; at += 1) sum = (Math.imul(sum, 31) + (words[at] ?? 0)) | 0;
  return sum;
}

/** The whole words of some bytes; the last ones may be left over. */
function wholeWords(bytes: Uint8Array): Uint32Array {
  const length = bytes.length & ~3;
  return bytes.byteOffset % 4 === 0 ? new Uint32Array(bytes.buffer, bytes.byteOffset, length / 4) : new Uint32Array(bytes.slice(0, length).buffer);
}

/** Pieces of `memory` that are not as in `image`, and not in an archive: address and length in turn. */
function pieces(memory: Uint32Array, image: Uint32Array, archives: readonly Archive[]): number[] {
  const found: number[] = [];
  let from = -1;
  let end = 0;
  const look = (start: number, stop: number): void => {
    for (let at = start; at < stop; at += 1) {
      if (memory[at] === (at < image.length ? image[at] : 0)) continue;
      if (from < 0) from = at;
      else if ((at - end) * 4 > GAP) {
        found.push(from * 4, (end - from) * 4);
        from = at;
      }
      end = at + 1;
    }
  };
  let start = 0;
  for (const [, address, length] of [...archives].sort((a, b) => a[1] - b[1])) {
    // Words that are in it only in part are looked at.
    look(start, Math.ceil(address / 4));
    if (from >= 0) found.push(from * 4, (end - from) * 4);
    from = -1;
    start = (address + length) >> 2;
  }
  look(start, memory.length);
  if (from >= 0) found.push(from * 4, (end - from) * 4);
  return found;
}

/**
 * The instance's memory as bytes; nothing of the instance may run, and what it refers to in JavaScript has to be global there.
 * `fresh` is an instance in which nothing has run; `parts` are lines of the archives in memory, `name address length`.
 */
export function capture(instance: Instance, fresh: Instance, parts: string): Uint8Array<ArrayBuffer> {
  const { exports, build, nameHandles } = instance;
  const memory = new Uint8Array(exports.memory.buffer);
  const archives = parts.split("\n").filter((line) => line !== "").map((line): Archive => {
    const [name = "", address = 0, length = 0] = line.split(" ").map((word, n) => (n === 0 ? word : Number(word))) as [string, number, number];
    return [name, address, length, sumOf(wholeWords(memory.subarray(address, address + length)))];
  });
  const image = wordsOf(fresh);
  const rest: Rest = { handles: nameHandles(), archives, image: sumOf(image) };
  const text = new TextEncoder().encode(JSON.stringify(rest));
  const places = pieces(wordsOf(instance), image, archives);
  let size = HEAD + places.length * 4 + text.length;
  for (let n = 1; n < places.length; n += 2) size += places[n] ?? 0;
  const bytes = new Uint8Array(size);
  const head = new Uint32Array(4 + places.length);
  head.set([memory.length / PAGE, exports.__wbindgen_externrefs.length, places.length / 2, text.length]);
  head.set(places, 4);
  bytes.set(new TextEncoder().encode(MAGIC + build));
  bytes.set(new Uint8Array(head.buffer), NAME);
  let at = HEAD + places.length * 4;
  bytes.set(text, at);
  at += text.length;
  for (let n = 0; n < places.length; n += 2) {
    const address = places[n] ?? 0;
    const length = places[n + 1] ?? 0;
    bytes.set(memory.subarray(address, address + length), at);
    at += length;
  }
  known.set(bytes, archives.map(([, address, length]) => memory.slice(address, address + length)));
  return bytes;
}

function refuse(why: string, cause?: unknown): never {
  throw new KraitError("KR0006", `The snapshot cannot be used: ${why}`, cause);
}

/** Fetches the archives of a snapshot that is seen for the first time, and checks that it fits what is here. */
async function archivesOf(rest: Rest, pages: number, image: Uint32Array, loadPart: (part: string) => Promise<Uint8Array>): Promise<Uint8Array[]> {
  if (sumOf(image) !== rest.image) refuse("it is of another build of the kernel");
  const archives = await Promise.all(rest.archives.map(([part]) => loadPart(part)));
  rest.archives.forEach(([part, address, length, sum], n) => {
    const bytes = archives[n];
    if (bytes?.length !== length || sumOf(wholeWords(bytes)) !== sum) refuse(`the part "${part}" of the library is another one here`);
    if (address + length > pages * PAGE) refuse("it is damaged");
  });
  return archives;
}

/** Gives an instance in which nothing has run yet the memory of a snapshot, and the values that it refers to. `loadPart` fetches archives. */
export async function restore(instance: Instance, snapshot: Uint8Array, loadPart: (part: string) => Promise<Uint8Array>): Promise<void> {
  const { exports, build, adoptHandles } = instance;
  const name = new TextDecoder("latin1").decode(snapshot.subarray(0, NAME));
  if (!/^KRSNAP\d\d/.test(name) || snapshot.length < HEAD) refuse("these bytes are none");
  if (name !== MAGIC + build) refuse("it is of another build of the kernel");
  const view = new DataView(snapshot.buffer, snapshot.byteOffset, snapshot.byteLength);
  const number = (at: number): number => view.getUint32(at, true);
  const [pages, references, count, length] = [number(NAME), number(NAME + 4), number(NAME + 8), number(NAME + 12)];
  const text = HEAD + count * 8;
  let at = text + length;
  if (at > snapshot.length) refuse("it is not whole");
  let end = at;
  for (let place = HEAD; place < text && end <= snapshot.length; place += 8) {
    if (number(place) + number(place + 4) > pages * PAGE) refuse("it is damaged");
    end += number(place + 4);
  }
  if (end !== snapshot.length) refuse("it is not whole");
  let rest: Rest;
  try {
    rest = JSON.parse(new TextDecoder().decode(snapshot.subarray(text, at))) as Rest;
    adoptHandles(rest.handles);
    if (!Array.isArray(rest.archives)) throw new Error("it is damaged");
  } catch (error) {
    refuse(messageOf(error), error);
  }
  const archives = known.get(snapshot) ?? (await archivesOf(rest, pages, wordsOf(instance), loadPart));
  known.set(snapshot, archives);
  const now = exports.memory.buffer.byteLength / PAGE;
  if (pages > now) exports.memory.grow(pages - now);
  const table = exports.__wbindgen_externrefs;
  if (references > table.length) table.grow(references - table.length);
  const memory = new Uint8Array(exports.memory.buffer);
  rest.archives.forEach(([, address], n) => memory.set(archives[n] ?? [], address));
  for (let place = HEAD; place < text; place += 8) {
    const length = number(place + 4);
    memory.set(snapshot.subarray(at, at + length), number(place));
    at += length;
  }
}
