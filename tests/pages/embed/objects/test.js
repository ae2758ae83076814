import { createKernel } from "/pkg/kernel.js";

/** @param {string} id @param {unknown[]} values */
function show(id, ...values) {
  const line = document.createElement("p");
  line.id = id;
  line.textContent = values.map(String).join(" ");
  document.body.append(line);
}

const kernel = await createKernel();
kernel.runPython(`
def add(a, b=1):
    return a + b

def through(function, value):
    return function(value)

def broken():
    return 1 / 0

def tell(call):
    from pyodide.ffi import JsException
    try:
        call()
    except JsException as error:
        return str(error)

async def later(what):
    return what

class Counter:
    def __init__(self, start):
        self.count = start

    def step(self, by=1):
        self.count += by
        return self.count
`);
const { globals } = kernel;
const add = globals.get("add");
const counter = globals.get("Counter")(1);
counter.count = 4;
show("calls", add(2), add(1.5), add("a", "b"), globals.get("through")((n) => add(n, 10), 1), counter.step());

const list = kernel.runPython("[1, 2, 3]");
const record = kernel.toPy({ a: [1], b: new Map([["c", 2]]) });
let sum = 0;
for (const item of list) sum += item;
const there = [...list].join();
list.reverse();
show("items", there, sum, list.toJs().join(), JSON.stringify({ a: record.get("a").toJs() }), record.length, record.has("b"), globals.get("nowhere"));

let raised = "nothing";
try {
  globals.get("broken")();
} catch (error) {
  raised = error.type;
}
const fails = () => {
  throw new RangeError("far");
};
show("errors", raised, globals.get("tell")(fails));

const waited = await globals.get("later")("later");
show("waiting", waited, await kernel.runPythonAsync("from js import Promise\nawait Promise.resolve(7)"));
for (const proxy of [add, counter, list, record]) proxy.destroy();
show("done", "done");
