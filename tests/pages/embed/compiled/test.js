import { compilations } from "./compilations.js";
import { compileKernel, createKernel } from "/pkg/kernel.js";

const show = (id, text) => {
  const line = document.createElement("p");
  line.id = id;
  line.textContent = text;
  document.body.append(line);
};
/** A worker that is ready, and a function that asks it. */
const start = async (order) => {
  const worker = new Worker("worker.js", { type: "module" });
  const ask = (message) =>
    new Promise((done, fail) => {
      worker.onmessage = ({ data }) => done(data);
      worker.onerror = (event) => fail(new Error(event.message));
      worker.postMessage(message);
    });
  return { ask, ready: await ask(order) };
};

// Asked for twice at once, and again when it is there.
const [compiled, first] = await Promise.all([compileKernel(), createKernel()]);
const begun = performance.now();
const second = await createKernel();
const secondReady = performance.now() - begun;
const third = await createKernel({ compiled: await compileKernel() });
const kernels = [first, second, third];
const values = kernels.map((kernel, n) => kernel.runPython(`x = ${n + 1}\nx`));
show("page", `${kernels.length} kernels: ${values.join(" ")}, compiled ${compilations === 1 ? "once" : compilations}`);

// Functions that few programs use are fetched and compiled by the first that calls one; who comes after has them.
const RARE = "import cmath\nround(cmath.acosh(2).real, 6)";
const rare = [first, second].map((kernel) => kernel.runPython(RARE));

const asked = performance.now();
const workers = [await start({ compiled })];
const workerReady = performance.now() - asked;
workers.push(await start({ compiled }));
const answers = await Promise.all(workers.map(({ ask }, n) => ask({ code: `x = ${n + 1}\nx` })));
const compiledThere = workers.map(({ ready }) => ready.failure ?? ready.compilations);
show("workers", `${workers.length} workers: ${answers.join(" ")}, compiled ${compiledThere.every((count) => count === 0) ? "never" : compiledThere}`);
console.log(`the second kernel was ready after ${Math.round(secondReady)} ms, a worker after ${Math.round(workerReady)} ms`);

const others = await Promise.all(workers.map(({ ask }) => ask({ code: RARE })));
const compiledSince = await Promise.all(workers.map(({ ask }) => ask({ count: true })));
show("rare", `rare: ${[...rare, ...others].join(" ")}, workers compiled ${compiledSince.join(" ")}`);

// Each has a memory of its own.
second.runPython("x = 7");
show("apart", `apart: ${third.runPython("x")} ${second.runPython("x")}`);
show("late", `imported late: ${await workers[0].ask({ code: "def late(): return __import__('decimal').Decimal('0.3')\nrepr(late())" })}`);

// What is no kernel is refused, and what comes after it is not.
const { ask, ready } = await start({ compiled: { module: new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])) } });
const sentence = await createKernel({ compiled: {} }).catch(({ code, message }) => `${code}: ${message.includes("is not what compileKernel() gave") ? "not what compileKernel() gave" : message}`);
const partly = await createKernel({ compiled: { ...compiled, rest: [5] } }).catch(({ code }) => code);
show("wrong", `${sentence}; ${partly}; ${ready.failure}`);
await ask({ compiled });
show("after", `after that: ${await ask({ code: "1 + 2" })}`);
show("done", "done");
