// What the build's aliases stand for.

/** wasm-bindgen's glue, and the functions that the build adds to it. */
declare module "krait-glue" {
  export default function init(options: { module_or_path: WebAssembly.Module }): Promise<{ memory: WebAssembly.Memory; __wbindgen_externrefs: WebAssembly.Table }>;
  /** Lets the instance go. */
  export function forget(): void;
  /** What an instance of the wasm imports. */
  export function imports(): WebAssembly.Imports;
  export function prepareImage(core: Uint8Array, start: string): string;
  export const Kernel: typeof import("../../../www/src/krait_web.js").Kernel;
}

declare module "krait-bridge/memory.js" {
  /** Tells the bridge which build its instance began with. */
  export function setBuild(name: string): void;
}

declare module "krait-bridge/named.js" {
  export { adoptHandles, nameHandles } from "../../bridge/js/named.js";
}

declare module "krait-bridge/close.js" {
  export function close(): void;
}

declare module "krait-bridge/rest.js" {
  export { loadRest, type Rest, setRest } from "../../bridge/js/rest.js";
}
