"""Give 2000 elements a listener of their own each, dispatch an event at each, take the listeners off."""

from js import document

try:
    from pyodide.ffi import create_proxy
except ImportError:  # MicroPython keeps a function alive by itself.

    def create_proxy(f):  # type: ignore[no-untyped-def]
        return f


def run() -> str:
    heard: list[str] = []

    def listener(i: int):  # type: ignore[no-untyped-def]
        def listen(event) -> None:  # type: ignore[no-untyped-def]
            heard.append(event.target.id)
            event.target.textContent = str(i)

        return create_proxy(listen)

    pairs = []
    for i in range(2000):
        element = document.getElementById(f"button-{i}")
        proxy = listener(i)
        element.addEventListener("bench", proxy)
        pairs.append((element, proxy))
    for element, _ in pairs:
        event = document.createEvent("Event")
        event.initEvent("bench", True, True)
        element.dispatchEvent(event)
    for element, proxy in pairs:
        element.removeEventListener("bench", proxy)
        if hasattr(proxy, "destroy"):
            proxy.destroy()
    return f"{len(heard)} {heard[0]} {heard[-1]}"
