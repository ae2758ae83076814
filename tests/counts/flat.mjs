// Work that must leave memory as it was, however often it is done. `code` is Python that is run once; `batch` does the work
// `count` times in the page and returns what Python should have seen.

/**
 * @typedef {object} Flat
 * @property {string} name
 * @property {string} code
 * @property {(kernel: { globals: { get(name: string): any } }, count: number) => void} batch
 */

/** @type {readonly Flat[]} */
export const FLAT = [
  {
    name: "events to a Python listener",
    code: `
from js import document

seen = 0

def listen(event):
    global seen
    seen += event.detail

button = document.createElement("button")
button.id = "button"
document.body.append(button)
button.addEventListener("many", listen)
`,
    batch(kernel, count) {
      const button = /** @type {Element} */ (document.querySelector("#button"));
      const before = kernel.globals.get("seen");
      for (let i = 0; i < count; i += 1) button.dispatchEvent(new CustomEvent("many", { detail: 1 }));
      if (kernel.globals.get("seen") !== before + count) throw new Error("a listener missed events");
    },
  },
  {
    name: "Python objects that JavaScript drops",
    code: `
class Thing:
    pass

def make():
    return Thing()
`,
    batch(kernel, count) {
      const make = kernel.globals.get("make");
      for (let i = 0; i < count; i += 1) make();
      make.destroy();
    },
  },
  {
    name: "proxies that Python makes and destroys",
    code: `
from pyodide.ffi import create_proxy

def work(count):
    for i in range(count):
        create_proxy(lambda: i).destroy()
`,
    batch(kernel, count) {
      const work = kernel.globals.get("work");
      work(count);
      work.destroy();
    },
  },
  {
    name: "JavaScript objects that Python drops",
    code: `
import js

def work(count):
    for i in range(count):
        js.Object.new()
`,
    batch(kernel, count) {
      const work = kernel.globals.get("work");
      work(count);
      work.destroy();
    },
  },
  {
    name: "listeners added and removed",
    code: `
from js import document

element = document.createElement("p")

def work(count):
    for i in range(count):
        def listen(event):
            pass

        element.addEventListener("many", listen)
        element.removeEventListener("many", listen)
`,
    batch(kernel, count) {
      const work = kernel.globals.get("work");
      work(count);
      work.destroy();
    },
  },
];
