// SQLite in an instance of its own: two modules that share one memory, SQLite's and `crates/sqlite`. They come as `krait-sqlite.bin` when
// a program imports `sqlite3`; `src/sqlite.rs` is the kernel's side.

// @ts-check

import { entropy as fillRandom, now } from "./host.js";
import { begin, bytes, disturb, kernel, views } from "./memory.js";

/** Where the second module's data and stack lie in SQLite's memory; `crates/sqlite/build.rs` has the same numbers for data and table. */
const DATA = 1 << 20;
const ROOM = 1 << 19;
const TABLE = 4096;
const FUNCTIONS = 1024;
/** What SQLite's module asks for at least, and allows at most, in pages. */
const PAGES = { initial: 128, maximum: 32768 };

/** Operations of `file` (`crates/sqlite/src/vfs.rs`) whose buffer is filled; all others are given it. */
const READ = 2;
const STAT = 8;
const FSTAT = 9;
const CWD = 10;

/** What the second module exports. @typedef {{krait_start(): number, krait_request(length: number): number, krait_call(): number, krait_answer(): number}} Calls */
/** @type {{memory: WebAssembly.Memory, calls: Calls} | undefined} */
let sqlite;
/** What ended it, as text. */
let broken = "";
/** An error of the kernel's that goes through SQLite's frames, and is not SQLite's. @type {{error: unknown} | undefined} */
let passing;

let seen = new Uint8Array(0);
/** SQLite's memory. @param {WebAssembly.Memory} memory */
function inside(memory) {
  // Memory that has grown has left its view without length.
  if (seen.length === 0) seen = new Uint8Array(memory.buffer);
  return seen;
}

/**
 * Compiles and starts the two modules. The file is "KRSQLITE", u32 length of the first module, the modules. Compiling is synchronous, since
 * an import is: where browsers limit that, it is to 8 MB. Gives why it failed, "" if it did not.
 * @param {Uint8Array} part @returns {string}
 */
export function startSqlite(part) {
  try {
    const copy = part.slice();
    if (new TextDecoder().decode(copy.subarray(0, 8)) !== "KRSQLITE") throw new Error("it does not begin as such a file does");
    const end = 12 + new DataView(copy.buffer).getUint32(8, true);
    const [first, second] = [copy.subarray(12, end), copy.subarray(end)].map((code) => new WebAssembly.Module(code));
    const memory = new WebAssembly.Memory(PAGES);
    seen = new Uint8Array(0);
    const exports = /** @type {any} */ (new WebAssembly.Instance(first, system(first, memory)).exports);
    exports.__wasm_call_ctors();
    // The second module's place, taken before SQLite wants any memory.
    const start = exports.malloc(8);
    const place = exports.malloc(DATA + ROOM - start);
    if (place === 0 || place > DATA) throw new Error("SQLite's module has another layout");
    const table = /** @type {WebAssembly.Table} */ (exports.__indirect_function_table);
    if (table.length > TABLE) throw new Error("SQLite's table has another layout");
    table.grow(TABLE + FUNCTIONS - table.length);
    const env = { memory, __indirect_function_table: table };
    const ours = /** @type {any} */ (new WebAssembly.Instance(second, { env, sqlite: exports, krait: world(memory) }).exports);
    if (ours.__heap_base.value > DATA + ROOM / 2) throw new Error("its second module is too large");
    ours.__stack_pointer.value = DATA + ROOM;
    const code = ours.krait_start();
    if (code !== 0) throw new Error(`SQLite says ${code}`);
    sqlite = { memory, calls: ours };
    broken = "";
    return "";
  } catch (error) {
    return String(error);
  }
}

/**
 * The functions of an operating system, as Emscripten calls them. Files are not opened by these: every one says that it is not
 * implemented (-52), but for clocks and memory.
 * @param {WebAssembly.Module} module @param {WebAssembly.Memory} memory
 */
function system(module, memory) {
  const words = () => new Int32Array(memory.buffer);
  /** @type {Record<string, Function>} */
  const functions = {
    emscripten_date_now: () => Date.now(),
    emscripten_get_now: () => performance.now(),
    emscripten_get_heap_max: () => PAGES.maximum * 65536,
    /** @param {number} size */
    emscripten_resize_heap: (size) => {
      const wanted = Math.ceil(((size >>> 0) - memory.buffer.byteLength) / 65536);
      const most = PAGES.maximum - memory.buffer.byteLength / 65536;
      try {
        // More than is asked for: growing takes the view away each time.
        memory.grow(Math.min(most, Math.max(wanted, 64)));
        return 1;
      } catch {
        return 0;
      }
    },
    /** @param {number} count @param {number} size */
    environ_sizes_get: (count, size) => {
      words()[count >> 2] = words()[size >> 2] = 0;
      return 0;
    },
    environ_get: () => 0,
    _tzset_js: () => undefined,
    /** `struct tm` of a time in seconds. @param {bigint} time @param {number} at */
    _localtime_js: (time, at) => {
      const date = new Date(Number(time) * 1000);
      const fields = [date.getSeconds(), date.getMinutes(), date.getHours(), date.getDate(), date.getMonth(), date.getFullYear() - 1900];
      words().set([...fields, date.getDay(), 0, 0, -60 * date.getTimezoneOffset()], at >> 2);
    },
  };
  /** @type {Record<string, Record<string, any>>} */
  const imports = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    (imports[from] ??= {})[name] = name === "memory" ? memory : (functions[name] ?? (() => -52));
  }
  return imports;
}

/** What the second module calls. @param {WebAssembly.Memory} memory */
function world(memory) {
  /** A trap in the kernel is no error of SQLite's. @template {unknown[]} A @template R @param {(...values: A) => R} f */
  const passOn =
    (f) =>
    /** @param {A} values @returns {R} */
    (...values) => {
      try {
        return f(...values);
      } catch (error) {
        passing = { error };
        throw error;
      }
    };
  /** Puts bytes into the kernel's buffer. @param {number} at @param {number} length @param {number} room */
  const give = (at, length, room) => {
    const place = kernel.krait_sqlite_room(room);
    views();
    if (length > 0) bytes.set(inside(memory).subarray(at, at + length), place);
  };
  /** Takes them from there. @param {number} at @param {number} length */
  const take = (at, length) => {
    const place = kernel.krait_sqlite_buffer();
    views();
    inside(memory).set(bytes.subarray(place, place + length), at);
  };
  return {
    now,
    /** @param {number} at @param {number} length */
    entropy: (at, length) => fillRandom(inside(memory).subarray(at, at + length)),
    /** @type {(operation: number, fd: number, offset: number, at: number, length: number) => number} */
    file: passOn((operation, fd, offset, at, length) => {
      const isFilled = operation === READ || operation === CWD;
      give(at, isFilled ? 0 : length, Math.max(length, 24));
      const result = kernel.krait_sqlite_file(operation, fd, offset, length);
      if (isFilled && result > 0) take(at, result);
      else if ((operation === STAT || operation === FSTAT) && result >= 0) take(at, 24);
      return result;
    }),
    /** @type {(at: number, length: number) => number} */
    callback: passOn((at, length) => {
      give(at, length, length);
      disturb();
      return (waiting = kernel.krait_sqlite_callback());
    }),
    /** @param {number} at */
    answer: (at) => take(at, waiting),
  };
}

/** Length of the answer that Python has just given. */
let waiting = 0;

/** Whether it has been started. */
export function hasSqlite() {
  return sqlite !== undefined;
}

/** Carries out a request that lies in the kernel's memory: the length of the answer, -1 if SQLite is no more. @param {number} at @param {number} length */
export function callSqlite(at, length) {
  begin();
  if (sqlite === undefined) return -1;
  const { memory, calls } = sqlite;
  try {
    const place = calls.krait_request(length);
    inside(memory).set(bytes.subarray(at, at + length), place);
    return calls.krait_call();
  } catch (error) {
    if (passing !== undefined) throw error;
    // Its state is unknown now. Databases in files are whole again when they are next opened, from their journals.
    broken = String(error);
    sqlite = undefined;
    return -1;
  }
}

/** Copies the answer into the kernel's memory. @param {number} at @param {number} length */
export function takeSqlite(at, length) {
  views();
  if (sqlite === undefined) return;
  const from = sqlite.calls.krait_answer();
  bytes.set(inside(sqlite.memory).subarray(from, from + length), at);
}

/** What ended it. */
export function brokenSqlite() {
  return broken;
}

/** Lets it go. */
export function forgetSqlite() {
  sqlite = undefined;
  seen = new Uint8Array(0);
}
