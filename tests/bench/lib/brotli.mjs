/**
 * Brotli at its best quality for every engine's files alike, kept in the cache by content.
 */
import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, brotliDecompress, constants } from "node:zlib";

import { CACHE } from "./paths.mjs";

const compress = promisify(brotliCompress);
const decompress = promisify(brotliDecompress);

/** Below it a compressed body saves no packet. */
const SMALLEST = 512;

/** An archive that is compressed already only costs the browser time: what saves less than this goes as it is. */
const WORTH_IT = 0.97;

/**
 * The file's own `.br` sibling, if it is one of exactly this content.
 *
 * @param {string} file
 * @param {Buffer} plain
 * @returns {Promise<Buffer | null>}
 */
async function sibling(file, plain) {
  const small = await readFile(`${file}.br`).catch(() => null);
  if (!small) return null;
  const back = await decompress(small).catch(() => null);
  return back?.equals(plain) ? small : null;
}

/**
 * @param {Buffer} plain
 * @returns {Promise<Buffer>}
 */
async function fromCache(plain) {
  const folder = join(CACHE, "brotli-11");
  const path = join(folder, `${createHash("sha256").update(plain).digest("hex")}.br`);
  const known = await readFile(path).catch(() => null);
  if (known) return known;
  const small = await compress(plain, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
      [constants.BROTLI_PARAM_SIZE_HINT]: plain.length,
    },
  });
  await mkdir(folder, { recursive: true });
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, small);
  await rename(draft, path);
  return small;
}

/**
 * @param {string} file
 * @param {Buffer} plain
 * @returns {Promise<Buffer | null>} null where compression is not worth it
 */
export async function compressed(file, plain) {
  if (plain.length < SMALLEST) return null;
  const small = (await sibling(file, plain)) ?? (await fromCache(plain));
  return small.length < plain.length * WORTH_IT ? small : null;
}
