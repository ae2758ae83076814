import { equal, run, throws } from "../cases.js";

/** A function that gives one item after the other, then nothing. @param {unknown[]} items */
const each = (...items) => {
  const rest = items[Symbol.iterator]();
  return () => rest.next().value;
};
/** What `sys.stdin.read(n)` gives for each n. @param {any} kernel @param {number[]} counts */
const reads = (kernel, ...counts) => kernel.runPython(`import sys\n[sys.stdin.read(n) for n in ${JSON.stringify(counts)}]`).toJs();
/** Nothing is left for the next case. @param {any} kernel */
const done = (kernel) => {
  kernel.setStdin({ stdin: () => null });
  kernel.runPython("import sys\nwhile sys.stdin.read(): pass");
  kernel.setStdin();
};

await run({
  "lines need no newline; one string may be several lines": (kernel) => {
    kernel.setStdin({ stdin: each("one", "two\n", "three\nfour", "gr\u00fcn \ud83d\udc0d", "nul \0 inside", "") });
    const lines = ["one\n", "two\n", "three\n", "four\n", "gr\u00fcn \ud83d\udc0d\n", "nul \0 inside\n", "\n", "", ""];
    equal(kernel.runPython(`import sys\n[sys.stdin.readline() for _ in range(${lines.length})]`).toJs(), lines);
    done(kernel);
  },
  "bytes one by one, up to null": (kernel) => {
    kernel.setStdin({ stdin: each(97, 98, 0, null, 99, 100, null, 101, 102, 103) });
    equal(reads(kernel, 5, 5, 2, 2, 2), ["ab\0", "cd", "ef", "g", ""]);
    done(kernel);
  },
  "an end of the input follows each buffer, unless autoEOF is off": (kernel) => {
    const buffers = () => each(new Uint8Array([97, 98]), new Uint8Array([99, 100]).buffer, null, new DataView(new Uint8Array([101, 102]).buffer));
    kernel.setStdin({ stdin: buffers() });
    equal(reads(kernel, 5, 5, 5, 5, 5), ["ab", "cd", "", "ef", ""]);
    kernel.setStdin({ stdin: buffers(), autoEOF: false });
    equal(reads(kernel, 5, 5, 5), ["abcd", "ef", ""]);
    done(kernel);
  },
  "a large piece is read in parts, a character across two parts is whole": (kernel) => {
    const long = "\u20ac".repeat(10_000);
    kernel.setStdin({ stdin: each(long) });
    equal(kernel.runPython("input()"), long);
    kernel.setStdin({ stdin: each(new Uint8Array([0xe2, 0x82]), new Uint8Array([0xac, 10])), autoEOF: false });
    equal(kernel.runPython("input()"), "\u20ac");
    kernel.setStdin({ stdin: each("12345\n") });
    equal(kernel.runPython("import os\nos.read(0, 3).decode() + '|' + os.read(0, 100).decode()"), "123|45\n");
    done(kernel);
  },
  "isatty is what was said": (kernel) => {
    const asks = () => kernel.runPython("import sys, os\n[s.isatty() for s in (sys.stdin, sys.stdout, sys.stderr)] + [os.isatty(n) for n in (0, 1, 2)]").toJs();
    equal(asks(), [false, false, false, false, false, false]);
    kernel.setStdin({ stdin: () => null, isatty: true });
    kernel.setStdout({ write: (/** @type {Uint8Array} */ bytes) => bytes.length, isatty: true });
    equal(asks(), [true, true, false, true, true, false]);
    kernel.setStdin({ stdin: () => null });
    kernel.setStdout();
    equal(asks(), [false, false, false, false, false, false]);
    throws(() => kernel.setStdout({ batched() {}, isatty: true }), "isatty");
    done(kernel);
  },
  "functions are called as methods of what was given": (kernel) => {
    class Reader {
      text = "from a class\n";
      /** @param {Uint8Array} bytes */
      read(bytes) {
        const { written } = new TextEncoder().encodeInto(this.text, bytes);
        this.text = "";
        return written;
      }
    }
    kernel.setStdin(new Reader());
    equal(kernel.runPython("input()"), "from a class");
    done(kernel);
  },
  "functions that fail are an OSError with EIO": (kernel) => {
    const problem = "import errno\ntry:\n    input()\nexcept OSError as e:\n    text = e.errno == errno.EIO and e.strerror\ntext";
    kernel.setStdin({ read: () => /** @type {any} */ (undefined) });
    equal(kernel.runPython(problem), "input cannot be read here: read returned undefined; a correct implementation must return a number");
    kernel.setStdin({ stdin: () => /** @type {any} */ (Symbol("x")) });
    equal(kernel.runPython(problem), "input cannot be read here: stdin gave neither a string nor bytes nor a number, null or undefined");
    kernel.setStdin({ error: true });
    equal(kernel.runPython(problem), "input cannot be read here: the embedder has turned it off");
    throws(() => kernel.setStdin({ stdin: () => "", error: true }), "Only one of");
    done(kernel);
  },
});
