// The programs whose crossings are counted. Each is Python that defines `run()`; the page has an element #list with a
// thousand items. `run()` is called once so that names are known on both sides, and counted the second time.

/** @typedef {{ name: string, code: string, warm?: boolean }} Program `warm: false` counts the first run */

/** @type {readonly Program[]} */
export const PROGRAMS = [
  { name: "boot", warm: false, code: "" },
  { name: "hello world", warm: false, code: `print("hello")` },
  {
    name: "1000 x querySelector and textContent",
    code: `
from js import document

def run():
    for i in range(1000):
        document.querySelector("#item-7").textContent = "some text"
`,
  },
  {
    name: "1000 method calls with a short string",
    code: `
from js import document

element = document.getElementById("list")

def run():
    for i in range(1000):
        assert element.getAttribute("id") == "list"
`,
  },
  {
    name: "1000 method calls with ten computed strings",
    code: `
from js import document

element = document.getElementById("list")
names = [f"data-{n}" for n in range(10)]

def run():
    for i in range(1000):
        assert not element.hasAttribute(names[i % 10])
`,
  },
  {
    name: "1000 attribute reads, of a number",
    code: `
from js import document

element = document.getElementById("list")

def run():
    for i in range(1000):
        assert element.childElementCount == 1000
`,
  },
  {
    name: "1000 attribute writes, of a string that varies",
    code: `
from js import document

element = document.createElement("p")

def run():
    for i in range(1000):
        element.title = str(i)
`,
  },
  {
    name: "1000 rows created",
    code: `
from js import document

def run():
    body = document.createElement("tbody")
    for i in range(1000):
        row = document.createElement("tr")
        for text in (str(i), "cell"):
            cell = document.createElement("td")
            cell.textContent = text
            row.appendChild(cell)
        body.appendChild(row)
    assert body.childElementCount == 1000
`,
  },
  {
    name: "1000 callbacks with two numbers",
    code: `
from pyodide.ffi import to_js

numbers = to_js(list(range(1000)))
seen = []

def run():
    seen.clear()
    numbers.forEach(lambda value, index, _: seen.append(value + index))
    assert sum(seen) == 999000
`,
  },
  {
    name: "iteration of an array of 1000 numbers",
    code: `
from pyodide.ffi import to_js

numbers = to_js(list(range(1000)))

def run():
    assert sum(value for value in numbers) == 499500
`,
  },
  {
    name: "iteration of 1000 elements",
    code: `
from js import document

children = document.getElementById("list").children

def run():
    count = 0
    for child in children:
        count += 1
    assert count == 1000
`,
  },
  {
    name: "1000 awaits of a resolved promise",
    code: `
import js

async def run():
    promise = js.Promise.resolve(1)
    total = 0
    for i in range(1000):
        total += await promise
    assert total == 1000
`,
  },
  {
    name: "1000 x asyncio.sleep(0)",
    code: `
import asyncio

async def run():
    for i in range(1000):
        await asyncio.sleep(0)
`,
  },
  {
    name: "to_js of 1000 records",
    code: `
from pyodide.ffi import to_js

records = [{"id": i, "name": "record"} for i in range(1000)]

def run():
    assert to_js(records).length == 1000
`,
  },
  {
    name: "1000 exceptions from JavaScript",
    code: `
import js
from pyodide.ffi import JsException

def run():
    for i in range(1000):
        try:
            js.JSON.parse("{")
        except JsException:
            pass
`,
  },
];
