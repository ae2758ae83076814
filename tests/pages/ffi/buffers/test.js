import { equal, ok, run, throws } from "../cases.js";

await run({
  "the bytes themselves, both ways": (kernel) => {
    const b = kernel.runPython("b = bytearray(b'abc'); b");
    const view = b.getBuffer();
    ok(view instanceof kernel.ffi.PyBufferView && view.data instanceof Uint8Array);
    equal([...view.data], [97, 98, 99]);
    view.data[0] = 122;
    equal(kernel.runPython("bytes(b).decode()"), "zbc");
    kernel.runPython("b[2] = 121");
    equal(view.data[2], 121);
    equal([view.offset, view.readonly, view.format, view.itemsize, view.ndim, view.nbytes, view.shape, view.strides, view.c_contiguous, view.f_contiguous],
      [0, false, "B", 1, 1, 3, [3], [1], true, true]);
    view.release();
  },
  "Python does not resize what is lent": (kernel) => {
    const b = kernel.runPython("b = bytearray(3); b");
    const view = b.getBuffer();
    throws(() => kernel.runPython("b.append(1)"), "BufferError");
    equal(kernel.counts.buffers, 1);
    view.release();
    view.release();
    equal(kernel.counts.buffers, 0);
    kernel.runPython("b.append(1)");
    throws(() => view.data, "has been released");
  },
  "bytes are read-only": (kernel) => {
    const view = kernel.runPython("b'xyz'").getBuffer();
    ok(view.readonly);
    equal([...view.data], [120, 121, 122]);
    view[Symbol.dispose]();
    equal(kernel.counts.buffers, 0);
  },
  "data is right after the memory grew": (kernel) => {
    const b = kernel.runPython("b = bytearray(b'abc'); b");
    const view = b.getBuffer();
    const old = view.data;
    kernel.runPython("grown = [bytes(1 << 20) for _ in range(64)]");
    equal([...view.data], [97, 98, 99]);
    if (old.length === 0) ok(view.data !== old);
    view.data[1] = 33;
    equal(kernel.runPython("b[1]"), 33);
    ok(view.data === view.data);
    view.release();
    kernel.runPython("del grown");
  },
  "formats": (kernel) => {
    /** @type {[string, any][]} */
    const table = [["b", Int8Array], ["B", Uint8Array], ["h", Int16Array], ["H", Uint16Array], ["i", Int32Array], ["I", Uint32Array], ["q", BigInt64Array], ["Q", BigUint64Array], ["f", Float32Array], ["d", Float64Array]];
    for (const [format, type] of table) {
      const view = kernel.runPython(`import array; array.array('${format}', [1, 2, 3])`).getBuffer();
      ok(view.data instanceof type, format);
      equal([...view.data].map(Number), [1, 2, 3]);
      equal(view.format, format);
      equal(view.strides, [1]);
      view.release();
    }
  },
  "explicit types": (kernel) => {
    const b = kernel.runPython("bytearray(range(16))");
    for (const [name, type] of Object.entries({ i8: Int8Array, u8: Uint8Array, u8clamped: Uint8ClampedArray, i16: Int16Array, u16: Uint16Array, i32: Int32Array, u32: Uint32Array, i64: BigInt64Array, u64: BigUint64Array, f32: Float32Array, f64: Float64Array })) {
      const view = b.getBuffer(name);
      ok(view.data instanceof type, name);
      equal(view.data.byteLength, 16);
      view.release();
    }
    const view = b.getBuffer("dataview");
    equal(view.data.getUint16(0), 1);
    view.release();
    throws(() => b.getBuffer("nothing"), "Unknown type nothing");
    throws(() => b.getBuffer("constructor"), "Unknown type constructor");
    throws(() => kernel.runPython("bytearray(3)").getBuffer("i32"), "valid alignment");
    equal(kernel.counts.buffers, 0);
  },
  "slices, steps and shapes": (kernel) => {
    const back = kernel.runPython("memoryview(bytearray(range(10)))[::-2]").getBuffer();
    equal([back.shape, back.strides, back.offset, back.nbytes], [[5], [-2], 8, 9]);
    equal([0, 1, 2, 3, 4].map((i) => back.data[back.offset + i * back.strides[0]]), [9, 7, 5, 3, 1]);
    ok(!back.c_contiguous);
    back.release();
    const part = kernel.runPython("memoryview(b'abcdef')[2:4]").getBuffer();
    equal([...part.data], [99, 100]);
    part.release();
    const table = kernel.runPython("memoryview(bytearray(range(6))).cast('B', (2, 3))").getBuffer();
    equal([table.ndim, table.shape, table.strides, table.c_contiguous, table.f_contiguous], [2, [2, 3], [3, 1], true, false]);
    table.release();
    const empty = kernel.runPython("bytearray()").getBuffer();
    equal([empty.nbytes, empty.data.length], [0, 0]);
    empty.release();
  },
  "a big one costs no copy": (kernel) => {
    const b = kernel.runPython("big = bytearray(8 << 20); big");
    const view = b.getBuffer();
    view.data.fill(7);
    ok(kernel.runPython("big.count(7) == len(big)"));
    view.release();
    kernel.runPython("del big");
    b.destroy();
  },
});
