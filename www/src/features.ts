// What the kernel needs of a browser, a worker or Node.

// The smallest modules that use a feature: a type, a function and a body each.
const HEADER = [0, 97, 115, 109, 1, 0, 0, 0];
const FUNCTION = [1, 4, 1, 96, 0, 0, 3, 2, 1, 0];

function accepts(...sections: number[]): boolean {
  return WebAssembly.validate(new Uint8Array([...HEADER, ...sections]));
}

const FEATURES: readonly (readonly [name: string, present: () => boolean])[] = [
  ["WebAssembly", () => typeof WebAssembly === "object" && typeof WebAssembly.compileStreaming === "function"],
  ["BigInt", () => typeof BigInt64Array === "function"],
  ["weak references", () => typeof WeakRef === "function" && typeof FinalizationRegistry === "function"],
  ["custom elements", () => typeof document === "undefined" || typeof customElements === "object"],
  ["bulk memory in WebAssembly", () => accepts(...FUNCTION, 5, 3, 1, 0, 1, 10, 14, 1, 12, 0, 65, 0, 65, 0, 65, 0, 252, 10, 0, 0, 11)],
  ["reference types in WebAssembly", () => accepts(...FUNCTION, 10, 7, 1, 5, 0, 208, 112, 26, 11)],
  ["sign extension in WebAssembly", () => accepts(...FUNCTION, 10, 8, 1, 6, 0, 65, 0, 192, 26, 11)],
  ["saturating conversions in WebAssembly", () => accepts(...FUNCTION, 10, 12, 1, 10, 0, 67, 0, 0, 0, 0, 252, 0, 26, 11)],
  ["multiple results in WebAssembly", () => accepts(1, 6, 1, 96, 0, 2, 127, 127, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 65, 0, 11)],
];

/** The first feature that this browser lacks, by name. */
export function missingFeature(): string | undefined {
  return FEATURES.find(([, present]) => {
    try {
      return !present();
    } catch {
      return true;
    }
  })?.[0];
}
