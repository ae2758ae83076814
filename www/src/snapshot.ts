// Snapshots: the memory of a session as bytes, and sessions that begin with it. Loaded by those who make or use one.
//
// "KRSNAP01", the name of the build (32 characters), u32 pages of memory, u32 length of the table of references, u32 count of
// pieces, u32 length of the names, count x { u32 address, u32 length }, the names of handles as JSON, the pieces' bytes.
// Numbers are little-endian. What is zero is left out.

import { KraitError, messageOf } from "./boot.js";
import type { Instance } from "./krait_web.js";

const MAGIC = "KRSNAP01";
/** Bytes of magic and build. */
const NAME = 40;
const HEAD = NAME + 16;
const PAGE = 65536;
/** Zeros between two pieces that cost less than an entry of their own. */
const GAP = 32;

/** Pieces of memory that are not zero: address and length in turn. */
function pieces(memory: Uint32Array): number[] {
  const found: number[] = [];
  let from = -1;
  let end = 0;
  for (let at = 0; at < memory.length; at += 1) {
    if (memory[at] === 0) continue;
    if (from < 0) from = at;
    else if ((at - end) * 4 > GAP) {
      found.push(from * 4, (end - from) * 4);
      from = at;
    }
    end = at + 1;
  }
  if (from >= 0) found.push(from * 4, (end - from) * 4);
  return found;
}

/** The instance's memory as bytes; nothing of the instance may run, and what it refers to in JavaScript has to be global there. */
export function capture({ exports, build, nameHandles }: Instance): Uint8Array<ArrayBuffer> {
  const handles = new TextEncoder().encode(JSON.stringify(nameHandles()));
  const memory = new Uint8Array(exports.memory.buffer);
  const places = pieces(new Uint32Array(exports.memory.buffer));
  let size = HEAD + places.length * 4 + handles.length;
  for (let n = 1; n < places.length; n += 2) size += places[n] ?? 0;
  const bytes = new Uint8Array(size);
  const head = new Uint32Array(4 + places.length);
  head.set([memory.length / PAGE, exports.__wbindgen_externrefs.length, places.length / 2, handles.length]);
  head.set(places, 4);
  bytes.set(new TextEncoder().encode(MAGIC + build));
  bytes.set(new Uint8Array(head.buffer), NAME);
  let at = HEAD + places.length * 4;
  bytes.set(handles, at);
  at += handles.length;
  for (let n = 0; n < places.length; n += 2) {
    const address = places[n] ?? 0;
    const length = places[n + 1] ?? 0;
    bytes.set(memory.subarray(address, address + length), at);
    at += length;
  }
  return bytes;
}

/** Gives an instance in which nothing has run yet the memory of a snapshot, and the values that it refers to. */
export function restore({ exports, build, adoptHandles }: Instance, snapshot: Uint8Array): void {
  const refuse = (why: string, cause?: unknown): never => {
    throw new KraitError("KR0006", `The snapshot cannot be used: ${why}`, cause);
  };
  const name = new TextDecoder("latin1").decode(snapshot.subarray(0, NAME));
  if (!name.startsWith(MAGIC) || snapshot.length < HEAD) refuse("these bytes are none");
  if (name !== MAGIC + build) refuse("it is of another build of the kernel");
  const view = new DataView(snapshot.buffer, snapshot.byteOffset, snapshot.byteLength);
  const number = (at: number): number => view.getUint32(at, true);
  const [pages, references, count, handles] = [number(NAME), number(NAME + 4), number(NAME + 8), number(NAME + 12)];
  const names = HEAD + count * 8;
  let at = names + handles;
  if (at > snapshot.length) refuse("it is not whole");
  let end = at;
  for (let place = HEAD; place < names && end <= snapshot.length; place += 8) {
    if (number(place) + number(place + 4) > pages * PAGE) refuse("it is damaged");
    end += number(place + 4);
  }
  if (end !== snapshot.length) refuse("it is not whole");
  try {
    adoptHandles(JSON.parse(new TextDecoder().decode(snapshot.subarray(names, at))) as [number, string][]);
  } catch (error) {
    refuse(messageOf(error), error);
  }
  const now = exports.memory.buffer.byteLength / PAGE;
  if (pages > now) exports.memory.grow(pages - now);
  const table = exports.__wbindgen_externrefs;
  if (references > table.length) table.grow(references - table.length);
  const memory = new Uint8Array(exports.memory.buffer);
  memory.fill(0);
  for (let place = HEAD; place < names; place += 8) {
    const length = number(place + 4);
    memory.set(snapshot.subarray(at, at + length), number(place));
    at += length;
  }
}
