// Makes the image: boots Python once, here, and writes a wasm whose memory begins as that session's, with the start set
// imported, but without the tables that are loaded on demand. `node image.mjs <wasm> <glue> <boot archive> <map of the linker>
// <new wasm> <tables>`; prints what it made.
//
// The module stays the same but for its memory (section 5), its data (section 11) and a section of its own,
// `krait-image`, which says what JavaScript has to make ready: how long the table of references is.

import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

/**
 * What a page with a first script imports. A module costs several times as many bytes here as in the archive (asyncio with all
 * that it wants: 1.6 MB after brotli, 0.3 MB in the archive), so what many pages do without is not imported.
 */
const START = ["pyscript", "pyscript._runtime", "pyscript._display", "pyscript._events"];

/**
 * The date of the directories and devices that are in the image. It is a constant so that a build can be repeated, and it is
 * not the beginning of 1970 because zip files cannot have dates before 1980, in any time zone.
 */
const DATE = Date.UTC(2026, 0, 1);

const PAGE = 65536;
/** Zeros between two pieces of data that cost less than a segment of its own. */
const GAP = 32;

/**
 * Tables that the image is without, by the names of the compiler's sections: the East Asian codecs. `overlay/codecs.rs` in the
 * kernel asks for them. Where they lie is known from the linker.
 */
const TABLES = /\(\.rodata\._ZN17rustpython_common9encodings3cjk\d+mappings_/;
/** If there is less than this, the names have changed. */
const LEAST = 500_000;

const [wasmPath, gluePath, bootPath, mapPath, outPath, tablesPath] = process.argv.slice(2);
if (!wasmPath || !gluePath || !bootPath || !mapPath || !outPath || !tablesPath) throw new Error("usage: image.mjs WASM GLUE BOOT MAP OUT TABLES");

/** @param {number} value @returns {number[]} unsigned LEB128 */
function leb(value) {
  const out = [];
  do {
    const low = value & 127;
    value >>>= 7;
    out.push(value === 0 ? low : low | 128);
  } while (value !== 0);
  return out;
}

/** @param {number} value @returns {number[]} signed LEB128 of 32 bits */
function sleb(value) {
  value |= 0;
  const out = [];
  for (;;) {
    const low = value & 127;
    value >>= 7;
    if ((value === 0 && (low & 64) === 0) || (value === -1 && (low & 64) !== 0)) {
      out.push(low);
      return out;
    }
    out.push(low | 128);
  }
}

/** Reads unsigned LEB128. @param {Uint8Array} bytes @param {number} at @returns {[value: number, next: number]} */
function unleb(bytes, at) {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++] ?? 0;
    value |= (byte & 127) << shift;
    if ((byte & 128) === 0) return [value >>> 0, at];
  }
}

/** @param {Uint8Array} wasm */
function sections(wasm) {
  const found = [];
  for (let at = 8; at < wasm.length; ) {
    const id = wasm[at] ?? 0;
    const [length, start] = unleb(wasm, at + 1);
    found.push({ id, body: wasm.subarray(start, start + length) });
    at = start + length;
  }
  return found;
}

/** @param {number} id @param {Uint8Array[]} parts */
function section(id, parts) {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return [Uint8Array.from([id, ...leb(length)]), ...parts];
}

/**
 * Two globals change: the stack pointers of linear memory and of the table of references. Both are where they began when a
 * call has returned. Another one would have to be in the image.
 * @param {Uint8Array} body
 */
function checkGlobals(body) {
  let [count, at] = unleb(body, 0);
  let mutable = 0;
  for (; count > 0; count--) {
    const type = body[at];
    mutable += body[at + 1] ?? 0;
    if (type !== 0x7f || body[at + 2] !== 0x41) throw new Error("the module has a global that is no i32 constant: the image would lose it");
    at = unleb(body, at + 3)[1] + 1;
  }
  if (mutable !== 2) throw new Error(`the module has ${mutable} globals that change, not the two stack pointers: the image would lose them`);
}

/** Where the modules of the archive lie in it. @param {Uint8Array} archive @returns {Map<string, [from: number, to: number]>} */
function modules(archive) {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.length);
  const found = new Map();
  const count = view.getUint32(8, true);
  let at = 12;
  for (let n = 0; n < count; n++) {
    const length = view.getUint16(at, true);
    const name = new TextDecoder().decode(archive.subarray(at + 2, at + 2 + length));
    at += 2 + length + 1;
    found.set(name, [view.getUint32(at, true), view.getUint32(at + 4, true)]);
    at += 8;
  }
  for (const [name, [offset, length]] of found) found.set(name, [at + offset, at + offset + length]);
  return found;
}

/** Where the tables lie. @param {string} map @returns {[address: number, length: number][]} */
function tables(map) {
  /** @type {[number, number][]} */
  const found = [];
  for (let at = 0; at < map.length; ) {
    let end = map.indexOf("\n", at);
    if (end < 0) end = map.length;
    const line = map.slice(at, end);
    at = end + 1;
    // Address, offset in the file, size, object and section.
    const row = /^\s*([0-9a-f]+)\s+[0-9a-f]+\s+([0-9a-f]+)\s/.exec(line);
    if (row && TABLES.test(line)) found.push([parseInt(row[1] ?? "", 16), parseInt(row[2] ?? "", 16)]);
  }
  const bytes = found.reduce((sum, [, length]) => sum + length, 0);
  if (bytes < LEAST) throw new Error(`the linker's map names ${bytes} bytes of tables of codecs; TABLES in image.mjs does not fit it`);
  return found;
}

/** Pieces of memory that are not zero. @param {Uint8Array} memory */
function* pieces(memory) {
  const words = new Uint32Array(memory.buffer, memory.byteOffset, memory.length / 4);
  let from = -1;
  let end = 0;
  for (let at = 0; at < words.length; at++) {
    if (words[at] === 0) continue;
    if (from < 0) from = at;
    else if ((at - end) * 4 > GAP) {
      yield memory.subarray(from * 4, end * 4);
      from = at;
    }
    end = at + 1;
  }
  if (from >= 0) yield memory.subarray(from * 4, end * 4);
}

// The same image from the same sources: nothing that is drawn here may differ from one build to the next.
Object.defineProperty(globalThis.crypto, "getRandomValues", { value: (/** @type {Uint8Array} */ bytes) => bytes.fill(42) });
Date.now = () => DATE;
performance.now = () => 0;

const wasm = new Uint8Array(await readFile(wasmPath));
const archive = await readFile(bootPath);
const { instantiate } = await import(pathToFileURL(gluePath).href);
const { prepareImage, exports } = await instantiate(await WebAssembly.compile(wasm));
/** @type {string[]} */
const forgotten = prepareImage(archive, START.join("\n")).split("\n");

const memory = new Uint8Array(exports.memory.buffer);
const base = Buffer.from(memory.buffer).indexOf(archive.subarray(0, 4096));
if (base < 0) throw new Error("the boot archive is not in the memory of the session");
const codes = modules(archive);
for (const name of forgotten) {
  const place = codes.get(name);
  if (place) memory.fill(0, base + place[0], base + place[1]);
}

const cut = tables(await readFile(mapPath, "latin1"));
const cutBytes = Buffer.concat(cut.map(([address, length]) => memory.slice(address, address + length)));
for (const [address, length] of cut) memory.fill(0, address, address + length);

/** @type {Uint8Array[]} */
const segments = [];
let count = 0;
let bytes = 0;
for (const piece of pieces(memory)) {
  segments.push(Uint8Array.from([0, 0x41, ...sleb(piece.byteOffset), 0x0b, ...leb(piece.length)]), piece);
  count++;
  bytes += piece.length;
}
const pages = memory.length / PAGE;
const build = createHash("sha256").update(wasm).update(memory).digest("hex").slice(0, 32);
const told = new TextEncoder().encode(JSON.stringify({ build, references: exports.__wbindgen_externrefs.length }));
const name = new TextEncoder().encode("krait-image");

/** @type {Uint8Array[]} */
const out = [wasm.subarray(0, 8), ...section(0, [Uint8Array.from(leb(name.length)), name, told])];
for (const { id, body } of sections(wasm)) {
  if (id === 6) checkGlobals(body);
  if (id === 5) {
    const [memories, at] = unleb(body, 0);
    const flags = body[at] ?? 0;
    if (memories !== 1 || flags > 1) throw new Error("the module's memory is not a single one of 32 bits");
    out.push(...section(5, [Uint8Array.from([1, flags, ...leb(pages)]), body.subarray(unleb(body, at + 1)[1])]));
  } else if (id === 12) {
    out.push(...section(12, [Uint8Array.from(leb(count))]));
  } else if (id === 11) {
    out.push(...section(11, [Uint8Array.from(leb(count)), ...segments]));
  } else {
    out.push(...section(id, [body]));
  }
}
await writeFile(outPath, Buffer.concat(out));
const places = new DataView(new ArrayBuffer(4 + cut.length * 8));
places.setUint32(0, cut.length, true);
cut.forEach(([address, length], n) => {
  places.setUint32(4 + n * 8, address, true);
  places.setUint32(8 + n * 8, length, true);
});
await writeFile(tablesPath, Buffer.concat([Buffer.from(`KRTABLES${build}`), new Uint8Array(places.buffer), cutBytes]));
console.log(`image: ${forgotten.length} modules, ${pages * PAGE} bytes of memory, ${bytes} of them not zero in ${count} pieces; tables of ${cutBytes.length} bytes apart`);
process.exit(0);
