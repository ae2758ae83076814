// Fetching the kernel: the wasm, compiled while it downloads, with Python booted in its memory, and the parts of the library beside it.

import { type Compiling, compiling } from "./compiling.js";
import { KraitError, messageOf } from "./errors.js";
import { missingFeature } from "./features.js";
import { turn } from "./turn.js";

import type { Instantiate, Rest } from "./krait_web.js";

/** Called with bytes so far and bytes in all, 0 if that is not known. */
export type OnBytes = (loaded: number, total: number) => void;

const WASM = new URL("./krait_web_bg.wasm", import.meta.url);

/** Which parts of the library this flavour of the package has; `cargo xtask build` fills it in. */
declare const HAS: Record<"std" | "sources" | "names" | "codecs" | "sqlite", boolean>;

/** The parts of the library that are fetched when a program wants them; the wasm holds what every session starts with. */
const PARTS: Record<string, URL | undefined> = {
  core: new URL("./krait-core.bin", import.meta.url),
  std: HAS.std ? new URL("./krait-std.bin", import.meta.url) : undefined,
  sources: HAS.sources ? new URL("./krait-sources.bin", import.meta.url) : undefined,
  names: HAS.names ? new URL("./krait-names.bin", import.meta.url) : undefined,
  codecs: HAS.codecs ? new URL("./krait-codecs.bin", import.meta.url) : undefined,
  sqlite: HAS.sqlite ? new URL("./krait-sqlite.bin", import.meta.url) : undefined,
};

/** The functions of the wasm that few programs use. */
const REST = new URL("./krait-rest.bin", import.meta.url);

/** The addresses of the parts as text. A part that the package lacks has none. */
export const partAddresses = (): Record<string, string> =>
  Object.fromEntries(Object.entries(PARTS).flatMap(([part, url]) => (url === undefined ? [] : [[part, url.href]])));

/** What Node has in place of a fetch of files: the package lies on a disk there. */
interface Files {
  readFile(url: URL): Promise<Uint8Array<ArrayBuffer>>;
}

async function request(url: URL): Promise<Response> {
  // Not an import: bundlers for browsers would look for the module.
  const node = (globalThis as { process?: { getBuiltinModule?(name: "node:fs/promises"): Files } }).process;
  const files = url.protocol === "file:" ? node?.getBuiltinModule?.("node:fs/promises") : undefined;
  if (files === undefined) return fetch(url, { credentials: "same-origin" });
  const type = url.pathname.endsWith(".wasm") ? "application/wasm" : "application/octet-stream";
  return new Response(await files.readFile(url), { headers: { "content-type": type } });
}

/** The answer to a request; a connection that breaks is tried once more, an answer that says no is not. `early` is a request that is under way. */
async function fetchOnce(url: URL, code: "KR0001" | "KR0005", early?: Promise<Response>): Promise<Response> {
  let failure: unknown;
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      const response = await ((attempt === 0 && early) || request(url));
      if (response.ok) return response;
      const reason = response.statusText ? ` (${response.statusText})` : "";
      throw new KraitError(code, `${url.href} was answered with ${response.status}${reason}`);
    } catch (error) {
      if (error instanceof KraitError) throw error;
      failure = error;
    }
  }
  throw new KraitError(code, `${url.href} could not be fetched: ${messageOf(failure)}`, failure);
}

async function count(response: Response, onBytes: OnBytes): Promise<void> {
  const reader = response.body?.getReader();
  // A compressed answer's length is not that of what is read.
  const total = response.headers.has("content-encoding") ? 0 : Number(response.headers.get("content-length") ?? 0);
  let loaded = 0;
  let told = 0;
  for (let step = await reader?.read(); step && !step.done; step = await reader?.read()) {
    loaded += step.value.byteLength;
    // A hundred reports are enough for any bar.
    if (loaded - told >= (total || 20_000_000) / 100 || loaded === total) {
      told = loaded;
      onBytes(loaded, total);
    }
  }
}

/** Fetches and compiles the kernel, or waits for what is under way. */
async function compile(onBytes: OnBytes | undefined, early?: Promise<Compiling>): Promise<WebAssembly.Module> {
  const response = await fetchOnce(WASM, "KR0001", early?.then((begun) => begun.response));
  const begun = await early?.catch(() => undefined);
  const { module, copy } = begun?.response === response ? begun : compiling(response, onBytes !== undefined);
  // Nobody waits for it: an answer that breaks off does so for both.
  if (copy && onBytes) count(copy, onBytes).catch(() => {});
  try {
    if (module) return await module;
    console.warn(`Krait starts faster if the server sends ${WASM.pathname} as application/wasm (it is sent as "${response.headers.get("content-type") ?? ""}").`);
    return await WebAssembly.compile(await response.arrayBuffer());
  } catch (error) {
    if (!(error instanceof WebAssembly.CompileError)) throw new KraitError("KR0001", `The download of ${WASM.href} broke off: ${messageOf(error)}`, error);
    throw new KraitError("KR0002", `${WASM.href} does not compile: ${messageOf(error)}`, error);
  }
}

/** Fetches a part of the library. */
export async function loadPart(part: string): Promise<Uint8Array> {
  const url = PARTS[part];
  if (url === undefined) throw new KraitError("KR0005", `This package has no part "${part}" of the library; the slim one lacks what few pages ask for, the full one has it`);
  if (part === "std") void prepareRest();
  const response = await fetchOnce(url, "KR0005");
  try {
    return new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    throw new KraitError("KR0005", `The download of ${url.href} broke off: ${messageOf(error)}`, error);
  }
}

/** The same for all kernels of the page: see `crates/bridge/js/rest.js`. */
const rest: Rest = { address: REST.href, split: restOf };
let restComes = false;

/** The modules in the file: "KRAITRST", u32 how many, their lengths as u32, the modules. */
function restOf(file: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < 12 || new TextDecoder().decode(file.subarray(0, 8)) !== "KRAITRST") throw new Error("it does not begin as such a file does");
  const count = view.getUint32(8, true);
  let at = 12 + 4 * count;
  return Array.from({ length: count }, (_, number) => {
    const from = at;
    at += view.getUint32(12 + 4 * number, true);
    if (at > file.length) throw new Error("it is cut off");
    return file.subarray(from, at);
  });
}

/**
 * Fetches and compiles them while nobody waits. A page does not have them until a program imports what few programs do, for
 * then it may well call one of them, and to call one that is not here makes the page wait.
 */
async function prepareRest(): Promise<void> {
  if (restComes || rest.modules) return;
  restComes = true;
  try {
    const file = new Uint8Array(await (await fetchOnce(REST, "KR0001")).arrayBuffer());
    rest.modules ??= await Promise.all(restOf(file).map((bytes) => WebAssembly.compile(bytes)));
  } catch {
    // Whoever calls one of them tries again, and is told what is wrong.
    restComes = false;
  }
}

/** The kernel as the browser has compiled it. Structured cloning copies it without the code: `postMessage` hands it to a worker. */
export interface CompiledKernel {
  readonly module: WebAssembly.Module;
  /** The functions that few programs use, if one of the page's has used them by now: whoever has them here fetches nothing for them. */
  readonly rest?: readonly WebAssembly.Module[] | undefined;
}

/** What boots sessions. */
export interface Loaded {
  readonly compiled: CompiledKernel;
  /** Starts an instance of the wasm with a bridge of its own. */
  readonly instantiate: () => Promise<import("./krait_web.js").Instance>;
}

let kernel: Promise<Loaded> | undefined;

/**
 * Fetches and compiles what sessions need, once for all callers. `early` is a request for the wasm that is under way; with
 * `given`, what another page or worker of this build has compiled, there is none.
 */
export function loadKernel(onBytes?: OnBytes, early?: Promise<Compiling>, given?: CompiledKernel): Promise<Loaded> {
  kernel ??= start(onBytes, early, given).catch((error: unknown) => {
    // The next caller may have better luck with the network.
    kernel = undefined;
    throw error;
  });
  return kernel;
}

async function start(onBytes: OnBytes | undefined, early?: Promise<Compiling>, given?: CompiledKernel): Promise<Loaded> {
  const missing = missingFeature();
  if (missing) throw new KraitError("KR0003", `This browser has no ${missing}`);
  // Imported here and not above: the glue itself fails to load where a feature is missing, and the wasm need not wait for it.
  const glue = import("./krait_web.js");
  // JavaScript's side of the first instance is made while the wasm downloads.
  let side: Promise<Instantiate> | undefined = glue.then(({ prepare }) => prepare());
  side.catch(() => {});
  const module = given === undefined ? await compile(onBytes, early) : given.module;
  if (given?.rest) rest.modules ??= [...given.rest];
  // The task in which the browser ends compiling is a long one already.
  if (given === undefined) await turn();
  const instantiate = async () => {
    const first = side;
    side = undefined;
    try {
      const begin = first ? await first : (await glue).prepare();
      return await begin(module, rest);
    } catch (error) {
      // The next caller may give another one, or have it fetched.
      if (given !== undefined) kernel = rest.modules = undefined;
      const what = given === undefined ? WASM.href : "The compiled kernel that was given";
      throw new KraitError("KR0002", `${what} does not start: ${messageOf(error)}`, error);
    }
  };
  const compiled = {
    module,
    // Read when it is posted.
    get rest() {
      return rest.modules;
    },
  };
  return { compiled, instantiate };
}
