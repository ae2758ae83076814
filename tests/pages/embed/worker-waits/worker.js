// Python that waits without `await` in a worker of a page that is not isolated: with JSPI, and as in a browser without it.
const suspends = location.search === "?suspends";
if (!suspends) {
  delete WebAssembly.promising;
  delete WebAssembly.Suspending;
}
const { createKernel } = await import("/pkg/kernel.js");

const lines = ["first", "second"];
const kernel = await createKernel({ stdin: () => lines.shift() });
postMessage(
  await kernel.runPythonAsync(`
import asyncio, inspect, json, time
from pyodide.ffi import can_run_sync, run_sync

said = {"can": can_run_sync(), "typed": [input(), input()]}
try:
    input()
except EOFError:
    said["typed"].append("end")
begun = time.monotonic()
time.sleep(0.03)
said["slept"] = time.monotonic() - begun >= 0.03
try:
    said["waited"] = run_sync(asyncio.sleep(0.001, "waited"))
except RuntimeError as error:
    said["waited"] = "stack switching not supported" in str(error)
ran = asyncio.run(asyncio.sleep(0.001, "ran"))
said["ran"] = [isinstance(ran, asyncio.Future), await ran if inspect.isawaitable(ran) else ran]
json.dumps(said)
`),
);
