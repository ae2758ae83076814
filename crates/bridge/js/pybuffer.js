// PyProxy: buffers. A view lends the bytes themselves, not a copy.

// @ts-check

import { BUFFER, operate } from "./lent.js";
import { kernel, memory, views } from "./memory.js";
import { take } from "./cells.js";
import { viewIn } from "./pyproxy.js";
import { hold } from "./slab.js";

/** @typedef {Int8Array | Uint8Array | Uint8ClampedArray | Int16Array | Uint16Array | Int32Array | Uint32Array | BigInt64Array | BigUint64Array | Float32Array | Float64Array | DataView} Data */
/** @typedef {{new (buffer?: any, offset?: number, length?: number): Data, readonly name: string}} DataClass */

/** @type {Record<string, DataClass>} */
const TYPES = {
  i8: Int8Array, u8: Uint8Array, u8clamped: Uint8ClampedArray, i16: Int16Array, u16: Uint16Array, i32: Int32Array,
  u32: Uint32Array, i64: BigInt64Array, u64: BigUint64Array, f32: Float32Array, f64: Float64Array, dataview: /** @type {DataClass} */ (DataView),
};

/** Types by the letters of Python's `struct`. @type {Record<string, string>} */
const LETTERS = {
  b: "i8", s: "u8", p: "u8", c: "u8", B: "u8", "?": "u8", h: "i16", H: "u16", i: "i32", l: "i32", n: "i32", I: "u32", L: "u32",
  N: "u32", P: "u32", q: "i64", Q: "u64", f: "f32", d: "f64",
};

/** @param {string} format @returns {{type: DataClass, bigEndian: boolean}} */
function typeOf(format) {
  const advice = " In this case, you can pass an explicit type argument.";
  if (format.length > 2) throw new Error(`Expected format string to have length <= 2, got '${format}'.${advice}`);
  const order = format.slice(0, -1);
  if (!["", "@", "=", "<", ">", "!"].includes(order)) throw new Error(`Unrecognized alignment character ${order}.${advice}`);
  const letter = format.slice(-1);
  if (letter === "e") throw new Error("Javascript has no Float16 support.");
  const name = LETTERS[letter];
  if (name === undefined) throw new Error(`Unrecognized format character '${letter}'.${advice}`);
  return { type: TYPES[name], bigEndian: order === ">" || order === "!" };
}

/** @typedef {{lease: number, low: number, high: number, start: number, readonly: boolean, format: string, itemsize: number, shape: number[], strides: number[], c_contiguous: boolean, f_contiguous: boolean}} Layout */

/**
 * Describes a buffer that Python has lent: cells hold `dimensions` pairs of length and stride, then the format; held.
 * @param {number} lease @param {number} low @param {number} high @param {number} start @param {number} itemsize @param {number} dimensions
 * @param {number} flags 1 read-only, 2 C-contiguous, 4 Fortran-contiguous
 */
export function bufferLayout(lease, low, high, start, itemsize, dimensions, flags) {
  views();
  const pairs = Array.from({ length: dimensions }, (_, n) => [take(2 * n), take(2 * n + 1)]);
  /** @type {Layout} */
  const layout = {
    lease,
    low,
    high,
    start,
    readonly: (flags & 1) !== 0,
    format: take(2 * dimensions),
    itemsize,
    shape: pairs.map(([length]) => length),
    strides: pairs.map(([, stride]) => stride),
    c_contiguous: (flags & 2) !== 0,
    f_contiguous: (flags & 4) !== 0,
  };
  return hold(layout);
}

/**
 * The memory of a Python object. Element `[i, j]` is `data[offset + i * strides[0] + j * strides[1]]`. While the view is
 * not released, Python refuses to resize the object.
 */
export class PyBufferView {
  /** @type {(() => void) | undefined} */
  #give_back;
  /** @type {Data | undefined} */
  #data;
  /** @type {() => Data} */
  #make;

  /** @param {Layout} layout @param {() => Data} make @param {number} width bytes of an element of `data` */
  constructor(layout, make, width) {
    if (layout?.lease === undefined) throw new TypeError("PyBufferView is not a constructor");
    const { lease } = layout;
    this.#give_back = () => kernel.krait_py_release_buffer(lease);
    this.#make = make;
    /** Index in `data` of the element `[0, 0, ...]`. */
    this.offset = (layout.start - layout.low) / width;
    this.readonly = layout.readonly;
    this.format = layout.format;
    this.itemsize = layout.itemsize;
    this.ndim = layout.shape.length;
    this.nbytes = layout.high - layout.low;
    this.shape = layout.shape;
    /** In elements of `data`. */
    this.strides = layout.strides.map((stride) => stride / width);
    this.c_contiguous = layout.c_contiguous;
    this.f_contiguous = layout.f_contiguous;
  }

  /**
   * The bytes as a typed array on the kernel's memory. The array that was read here stands still when Python's memory grows
   * (its length is 0 then): read `data` again after Python has run.
   */
  get data() {
    if (this.#give_back === undefined) throw new Error("This buffer view has been released");
    if (this.#data === undefined || (this.nbytes > 0 && this.#data.buffer !== memory.buffer)) this.#data = this.#make();
    return this.#data;
  }

  /** Gives the buffer back. `data` must not be used any more. */
  release() {
    const giveBack = this.#give_back;
    this.#give_back = undefined;
    this.#data = undefined;
    giveBack?.();
  }
}
Object.defineProperty(PyBufferView.prototype, Symbol.dispose ?? Symbol("dispose"), {
  value: /** @this {PyBufferView} */ function () { this.release(); }, writable: true, configurable: true,
});

export const bufferMethods = {
  /** Lends the memory of the object, as an array of a type that its format says or that is named. @param {string} [name] */
  getBuffer(name) {
    const explicit = name === undefined ? undefined : Object.hasOwn(TYPES, name) ? TYPES[name] : undefined;
    if (name !== undefined && explicit === undefined) throw new Error(`Unknown type ${name}`);
    /** @type {Layout} */
    const layout = operate(viewIn(this).lent, BUFFER, []);
    try {
      const { type, bigEndian } = explicit === undefined ? typeOf(layout.format) : { type: explicit, bigEndian: false };
      const width = type === DataView ? 1 : /** @type {any} */ (type).BYTES_PER_ELEMENT;
      if (bigEndian && width > 1) {
        throw new Error(
          "JavaScript has no native support for big endian buffers. In this case, you can pass an explicit type argument. " +
            "For instance, `getBuffer('dataview')` will return a `DataView` which has native support for reading big endian data. " +
            "Alternatively, toJs will automatically convert the buffer to little endian.",
        );
      }
      const { low, high, start } = layout;
      if (high !== low && (start % width !== 0 || low % width !== 0 || high % width !== 0)) {
        throw new Error(`Buffer does not have valid alignment for a ${type.name}`);
      }
      const make = () => (high === low ? new type(new ArrayBuffer(0)) : new type(memory.buffer, low, (high - low) / width));
      return new PyBufferView(layout, make, width);
    } catch (error) {
      kernel.krait_py_release_buffer(layout.lease);
      throw error;
    }
  },
};
