"""What programs do with the page and with JavaScript's objects."""

import asyncio

import js
from js import JSON, Array, Date, Math, Object, console, document, setTimeout, window
from pyodide.ffi import JsException, JsProxy, create_once_callable, create_proxy, to_js
from pyscript import display, when


def elements():
    box = document.createElement("div")
    box.id = "box"
    box.className = "a b"
    box.textContent = "text"
    box.innerHTML = "<b>x</b>"
    box.style.color = "red"
    box.setAttribute("data-x", "1")
    box.classList.add("c")
    document.body.append(box)
    document.body.appendChild(document.createElement("p"))
    print(
        box.id,
        box.tagName,
        box.getAttribute("data-x"),
        document.getElementById("box") is box,
        document.querySelector("#box") == box,
        len(document.querySelectorAll("p")),
        [child.tagName for child in document.body.children],
    )
    for child in document.body.children:
        child.hidden = False
    print(
        hasattr(box, "nothing"),
        getattr(box, "nothing", None),
        dir(box)[:2],
        repr(box),
        str(box),
        bool(box),
        type(box),
        isinstance(box, JsProxy),
    )
    try:
        box.nothing()
    except AttributeError as error:
        print(error)
    try:
        js.fails("so")
    except JsException as error:
        print(error, error.name, error.message)
    del box.title


def listeners():
    seen = []
    button = document.createElement("button")

    def clicked(event):
        seen.append(event.type)
        event.preventDefault()

    button.addEventListener("click", clicked)
    button.onclick = lambda event: seen.append(1)
    button.dispatchEvent(js.made("click"))
    button.removeEventListener("click", clicked)
    proxy = create_proxy(clicked)
    button.addEventListener("x", proxy)
    button.dispatchEvent(js.made("x"))
    proxy.destroy()
    js.later(create_once_callable(lambda: seen.append(2)))

    @when("click", button)
    def other(event):
        seen.append(3)

    button.dispatchEvent(js.made("click"))
    print(seen)
    try:
        js.calls(lambda: 1 / 0)
    except ZeroDivisionError as error:
        print(error)
    print(js.calls(lambda *args: "given", 1, "x", None), js.keeps({"a": 1}), js.keeps([1, 2]))


def values():
    for value in (
        1,
        2.5,
        2**60,
        "é😀",
        None,
        True,
        b"ab",
        [1, 2],
        {"a": 1},
        (1,),
        {1},
        object(),
        js.undefined,
        elements,
    ):
        print(js.same(value) == value)
    print(
        to_js({"a": [1, {"b": 2}]}, dict_converter=Object.fromEntries),
        to_js([1, 2]),
        to_js(b"abc"),
        js.record.to_py(),
        js.list.to_py(),
        js.record.a,
        js.record.as_object_map()["a"] if hasattr(js.record, "as_object_map") else None,
        js.list[0],
        js.list[-1],
        js.list[0:2],
        len(js.list),
        list(js.list),
        2 in js.list,
        js.bytes.to_py(),
        js.bytes.to_bytes(),
        bytes(js.bytes),
    )
    js.record.b = 5
    js.list.push(4)
    js.list[0] = 9
    print(
        JSON.stringify(js.record),
        JSON.parse('{"q": [1, null]}').to_py(),
        Math.floor(2.7),
        Math.max(1, 2),
        Array.new(1, 2, 3),
        Date.new(0).getTime(),
        Object.keys(js.record),
        js.record.object_keys() if hasattr(js.record, "object_keys") else None,
        js.map.to_py(),
        dict(js.map.items()) if hasattr(js.map, "items") else None,
        Array(1, 2).map(lambda x, *_: x * 2),
        Array.from_("abc").join("-"),
        js.typed[1],
        js.typed.to_py(),
    )
    console.log("to the console", 1)
    window.counter = 1
    window.counter += 1


async def waiting():
    await asyncio.sleep(0)
    await asyncio.sleep(0.001)
    results = await asyncio.gather(work(1), work(2))
    task = asyncio.create_task(work(3))
    print(results, await task, await js.promise(4), await asyncio.wait_for(work(5), 1))
    try:
        await js.rejected("no")
    except JsException as error:
        print(error)
    response = await js.fetch("data.json")
    print(response.ok, (await response.json()).to_py(), await (await js.fetch("data.json")).text())
    event = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.call_soon(event.set)
    loop.call_later(0.001, print, "later")
    await event.wait()
    queue = asyncio.Queue()
    await queue.put(1)
    print(await queue.get())
    long = asyncio.ensure_future(asyncio.sleep(100))
    await asyncio.sleep(0)
    long.cancel()
    try:
        await long
    except asyncio.CancelledError:
        print("cancelled")
    async with asyncio.timeout(1):
        async for step in steps():
            print(step)
    setTimeout(create_once_callable(lambda: print("timer")), 1)


async def work(value):
    await asyncio.sleep(0.001)
    return value


async def steps():
    for i in range(2):
        await asyncio.sleep(0)
        yield i


elements()
listeners()
values()
display("text", target="out")
display({"a": 1}, [1], 2.5, None, append=False, target="out")
await waiting()  # noqa: F704
