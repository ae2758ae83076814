// Writes JavaScript's values down so that the same value is the same text in every engine.

/** @typedef {{ PyProxy: { [Symbol.hasInstance](value: unknown): boolean } }} Ffi */

/** @param {string} text */
const plain = (text) => text.replace(/0x[0-9a-f]+/g, "0x");

/** @param {Ffi} ffi @returns {(value: unknown) => string} */
export function shower(ffi) {
  /** @param {any} v @param {number} depth @param {unknown[]} seen @returns {string} */
  function object(v, depth, seen) {
    /** @param {unknown} x */
    const inner = (x) => show(x, depth - 1, [...seen, v]);
    if (typeof v === "function") return `fn ${v.name}`;
    if (Array.isArray(v)) return `[${Array.from({ length: Math.min(v.length, 30) }, (_, i) => (i in v ? inner(v[i]) : "hole")).join(", ")}]`;
    if (v instanceof Map) return `Map{${[...v].map(([a, b]) => `${inner(a)}: ${inner(b)}`).join(", ")}}`;
    if (v instanceof Set) return `Set{${[...v].map(inner).join(", ")}}`;
    if (v instanceof DataView) return `DataView(${v.byteLength})`;
    if (ArrayBuffer.isView(v)) return `${v.constructor.name}[${[.../** @type {any} */ (v)].slice(0, 30)}]`;
    if (v instanceof ArrayBuffer) return `ArrayBuffer[${[...new Uint8Array(v)].slice(0, 30)}]`;
    if (v instanceof Promise) return "Promise";
    if (v instanceof Date) return `Date(${v.getTime()})`;
    if (v instanceof RegExp) return String(v);
    if (v instanceof Error) {
      if (v.name !== "PythonError") return `${v.name}(${v.message})`;
      return `PythonError(${/** @type {any} */ (v).type}: ${plain(v.message.trim().split("\n").at(-1) ?? "")})`;
    }
    if (typeof Node !== "undefined" && v instanceof Node) return `<${v.nodeName}>`;
    if (v === globalThis) return "globalThis";
    const proto = Object.getPrototypeOf(v);
    const name = proto === null ? "null" : proto === Object.prototype ? "" : (v.constructor?.name ?? "?");
    const tag = Object.prototype.toString.call(v).slice(8, -1);
    /** @param {string} key */
    const property = (key) => {
      try {
        return `${key}: ${inner(v[key])}`;
      } catch (error) {
        return `${key}: !${/** @type {Error} */ (error).message}`;
      }
    };
    return `${name || (tag === "Object" ? "" : tag)}{${Object.keys(v).slice(0, 30).map(property).join(", ")}}`;
  }

  /** @param {any} v @param {number} depth @param {unknown[]} seen @returns {string} */
  function show(v, depth, seen) {
    switch (typeof v) {
      case "number":
        return Object.is(v, -0) ? "-0" : String(v);
      case "bigint":
        return `${v}n`;
      case "string":
        return JSON.stringify(v);
      case "undefined":
      case "boolean":
      case "symbol":
        return String(v);
    }
    if (v === null) return "null";
    if (v instanceof /** @type {any} */ (ffi.PyProxy)) {
      try {
        return plain(`Py<${v.type}:${v}>`);
      } catch (error) {
        return `Py<dead ${String(/** @type {Error} */ (error).message).split("\n")[0]}>`;
      }
    }
    if (seen.includes(v)) return "<cycle>";
    if (depth === 0) return "...";
    try {
      return object(v, depth, seen);
    } catch (error) {
      return `unshowable(${/** @type {Error} */ (error).message})`;
    }
  }
  return (value) => show(value, 4, []);
}
