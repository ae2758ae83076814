import { createKernel } from "/pkg/kernel.js";

const printed = [];
const ready = createKernel({ stdout: (line) => printed.push(line) });

async function everything(kernel) {
  await kernel.runPythonAsync(`
import js
print("hello from a worker")
print("Krait is the worker's own:", js.self == js.globalThis and not hasattr(js, "document"))
`);
  const value = await kernel.runPythonAsync(`
import asyncio, time
from pyodide.ffi import to_js

async def later(n):
    await asyncio.sleep(0.001)
    return n

def late_import():
    # Not known before it runs: the rest of the library is fetched while this waits.
    return __import__("decimal").Decimal("0.3")

begun = time.monotonic()
time.sleep(0.05)
slept = time.monotonic() - begun >= 0.05
resolved = await js.Promise.resolve(1)
to_js([resolved + await later(2), repr(late_import()), slept, "js." + js.Worker.name])
`);
  let error = "none";
  try {
    kernel.runPython("raise ValueError('in a worker')");
  } catch (raised) {
    error = `${raised.name}: ${raised.type}`;
  }
  return { printed, value, error };
}

onmessage = async ({ data }) => {
  const kernel = await ready;
  if (data === "everything") postMessage(await everything(kernel));
  if (data === "short") postMessage(kernel.runPython("1 + 1"));
  if (data === "forever") kernel.runPython("while True: pass");
};
