import { createKernel } from "/pkg/kernel.js";

const show = (id, text) => {
  const line = document.createElement("p");
  line.id = id;
  line.textContent = text;
  document.body.append(line);
};
const refusal = async (promise) => {
  try {
    await promise;
    return "not refused";
  } catch (error) {
    return `${error.code} ${error.message.replace(/^\(KR0006\): /, "").replace(". A snapshot is of one build and whole: make a new one with kernel.snapshot() of this release.", "")}`;
  }
};
const inWorker = (snapshot) => {
  const worker = new Worker("worker.js", { type: "module" });
  return new Promise((done, fail) => {
    worker.onmessage = ({ data }) => done(data);
    worker.onerror = (event) => fail(new Error(event.message));
    worker.postMessage(snapshot);
  }).finally(() => worker.terminate());
};

const donor = await createKernel();
await donor.runPythonAsync(`
import asyncio, json, random, sys, tempfile, uuid
from decimal import Decimal
from js import console, fetch
x = 41
class Point:
    def __init__(self, *at): self.at = at
point = Point(1, 2)
open("/tmp/kept", "w").write("ab12")
log = console.log
seen = [random.random(), str(uuid.uuid4()), next(tempfile._get_candidate_names())]
`);
const bytes = await donor.snapshot();
const before = performance.getEntriesByType("resource").length;
const clone = await createKernel({ snapshot: bytes });
show("kept", clone.runPython(`
from json import dumps
import decimal
f"{x} | {[n for n in ('json', 'decimal', 'sqlite3') if n in sys.modules]} | {open('/tmp/kept').read()} | {Decimal('0.1') * 3 == Decimal('0.3') and point.at == (1, 2)} | {'console' if log == console.log else 'another'}"
`));
const fetched = () => performance.getEntriesByType("resource").slice(before).map(({ name }) => name.split("/").pop()).sort().join(" ");
show("imports", fetched() || "no request");
// Bytes that come from elsewhere are without the archives that had been loaded, which are fetched once for them.
const stored = structuredClone(bytes);
const seen = [];
for (let n = 0; n < 2; n += 1) {
  const kernel = await createKernel({ snapshot: stored });
  seen.push(kernel.runPython("import asyncio.queues\nf'{x} {json.loads(\"[1]\") == [1]}'"), fetched());
  kernel.dispose();
}
show("stored", seen.join(", "));

// What is drawn in one session is not drawn in its copies.
const second = await createKernel({ snapshot: bytes });
const draw = "[random.random(), str(uuid.uuid4()), next(tempfile._get_candidate_names())]";
const drawn = [donor, clone, second].map((kernel) => JSON.parse(kernel.runPython(`json.dumps(${draw})`)));
show("drawn", `differ: ${[0, 1, 2].map((n) => new Set(drawn.map((one) => one[n])).size === 3).join(", ")}`);

donor.runPython("x = 42");
show("donor", `goes on: ${donor.runPython("x")}, it is not the copy's: ${clone.runPython("x")}`);

clone.runPython("y = x + 1; del dumps");
const again = await createKernel({ snapshot: await clone.snapshot() });
show("again", `a copy of a copy: ${again.runPython("f'{x} {y}'")}`);

show("loop", await second.runPythonAsync(`
await asyncio.sleep(0.001)
async def three(): return 3
f"slept, task {await asyncio.create_task(three())}"
`));
show("worker", `in a worker: ${await inWorker(bytes)}`);

const page = await createKernel();
page.runPython("from js import document");
show("document", await inWorker(await page.snapshot()));
page.dispose();

// Bytes that are no snapshot of this build.
const changed = (at, to) => {
  const copy = bytes.slice();
  copy.set(to, at);
  return copy;
};
show("build", await refusal(createKernel({ snapshot: changed(8, [0, 0, 0, 0]) })));
const bad = [bytes.slice(0, -1), bytes.slice(0, 60), bytes.slice(0, 30), new Uint8Array(), changed(56, [255, 255, 255, 255])];
const sentences = await Promise.all(bad.map((snapshot) => refusal(createKernel({ snapshot }))));
const known = ["not whole", "none", "damaged", "another build"];
show("short", `KR0006: ${sentences.map((text) => (text.startsWith("KR0006") && known.find((word) => text.includes(word))) || text).join(", ")}`);

// What stands in the way of one.
const proxy = second.runPython("point");
show("proxies", await refusal(second.snapshot()));
proxy.destroy();
second.globals.set("value", { mine: 1 });
show("values", await refusal(second.snapshot()));
second.runPython("del value");
const task = second.runPythonAsync("await asyncio.sleep(0.02)\n1").catch(() => "cancelled");
second.runPython("t = asyncio.get_event_loop().call_later(600, print)\nNone");
const programs = await refusal(second.snapshot());
await task;
show("tasks", `${programs}, ${(await refusal(second.snapshot())).replace("KR0006 ", "")}`);
second.runPython("t.cancel(); del t");
second.registerJsModule("host", { snapshot: () => second.snapshot() });
show("running", (await refusal(second.runPythonAsync("import host\nawait host.snapshot()"))).split(": there are")[0]);
second.unregisterJsModule("host");
second.runPython("del host, sys.modules['host']");
second.fs.mkdir("/mine");
await second.fs.mount("/mine", { type: "memory" }).catch((error) => show("mount", error.message));
show("mounts", await refusal(second.snapshot()));
await second.fs.unmount("/mine");
const last = await second.snapshot();
show("after", `still works: ${second.runPython("x")}, and is copied: ${(await createKernel({ snapshot: last })).runPython("x")}`);
// Neither the archives of the library nor what every session begins with is in it.
show("small", String(last.length < 16 * 1024 * 1024));
show("done", `done, ${bytes.length} bytes ${last.length}`);
