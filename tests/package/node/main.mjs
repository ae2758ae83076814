// Python in Node, from the installed package. Says what came of it as JSON on its last line, and ends by itself.
import { createKernel } from "krait";

const printed = [];
const complained = [];
const kernel = await createKernel({ stdout: (line) => printed.push(line), stderr: (line) => complained.push(line) });

const sum = kernel.runPython("1 + 1");
kernel.runPython("import sys; print('to stdout'); print('to stderr', file=sys.stderr)");
// In the archive that boot does not read, known before the program runs, and not known.
const seen = await kernel.runPythonAsync("import decimal; str(decimal.Decimal('0.1') * 3)");
const unseen = kernel.runPython("str(__import__('fractions').Fraction(1, 3))");
const awaited = await kernel.runPythonAsync(`
import asyncio, js, os, secrets, time

await asyncio.sleep(0.01)
before = time.monotonic()
time.sleep(0.02)
slept = time.monotonic() - before
assert slept >= 0.02, slept
assert len(secrets.token_bytes(100_000)) == 100_000
with open("/tmp/file", "w") as file:
    file.write("kept in memory")
assert os.listdir("/tmp") == ["file"]
await js.Promise.resolve(40) + sum(await asyncio.gather(*(asyncio.sleep(0, 1) for _ in range(2))))
`);
kernel.registerJsModule("host", { double: (n) => 2 * n });
const doubled = kernel.runPython("from host import double; double(21)");
let raised;
try {
  kernel.runPython("def f():\n    raise KeyError('k')\nf()", { filename: "given.py" });
} catch (error) {
  raised = [error.name, error.type, error.message.includes('File "given.py", line 2, in f')];
}
const typed = [kernel.runPython("input()")];
try {
  kernel.runPython("input()");
} catch (error) {
  typed.push(error.type);
}
// Without JSPI nothing waits without await, and it is said.
const canWait = typeof WebAssembly.promising === "function";
let waited;
try {
  waited = await kernel.runPythonAsync("from pyodide.ffi import run_sync; import asyncio; run_sync(asyncio.sleep(0.001, 'waited'))");
} catch (error) {
  waited = canWait || !error.message.includes("stack switching not supported") ? error.message : "waited";
}
// Where nothing waits, asyncio.run() gives the task.
waited += `, ${await kernel.runPythonAsync("asyncio.run(asyncio.sleep(0.001, 'ran'))")}`;
const { handles, objects } = kernel.counts;
kernel.dispose();
let disposed;
try {
  kernel.runPython("1");
} catch (error) {
  disposed = error.code;
}
console.log(JSON.stringify({ sum, printed, complained, seen, unseen, awaited, doubled, raised, typed, waited, disposed, live: [typeof handles, typeof objects] }));
