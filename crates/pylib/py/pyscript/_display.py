"""Showing Python objects on the page."""

import js

from pyscript.ffi import is_none

TYPE_CHECKING = False
if TYPE_CHECKING:
    # `typing` and what it imports would cost every page; annotations are evaluated by those who ask for them.
    from typing import Any

_IMAGES = ("image/png", "image/jpeg")
_METHODS = {
    "savefig": "image/png",
    "_repr_png_": "image/png",
    "_repr_jpeg_": "image/jpeg",
    "_repr_svg_": "image/svg+xml",
    "_repr_html_": "text/html",
    "_repr_json_": "application/json",
    "_repr_javascript_": "application/javascript",
}


def escape(text: str) -> str:
    """As `html.escape`, whose module loads the table of all entities."""
    for plain, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&#x27;")):
        text = text.replace(plain, entity)
    return text


class HTML:
    """Text that is shown as HTML."""

    def __init__(self, html: str) -> None:
        self._html = html

    def _repr_html_(self) -> str:
        return self._html


def display(*values: Any, target: Any = None, append: bool = True) -> None:
    """Shows values on the page.

    `target` is the id of an element, or the element; without it the output goes to the running
    script's place. With `append=False` the values replace what is there.
    """
    if isinstance(target, str):
        name = target.removeprefix("#")
        element = js.document.getElementById(name)
        if is_none(element):
            raise ValueError(f"Cannot find element with id='{name}' in the page.")
    elif target is None:
        from pyscript._runtime import current_script

        element = current_script().target
    elif hasattr(target, "_dom_element"):
        element = target._dom_element
    else:
        element = target
    if not append:
        element.replaceChildren()
    for value in values:
        _write(element, value, append)


def _write(element: Any, value: Any, append: bool) -> None:
    mime, text = _format(value)
    if not text or text == "\\n" or not text.strip():
        return
    if append:
        place = js.document.createElement("div")
        element.append(place)
    else:
        place = element
    if mime in ("application/javascript", "text/html"):
        # A fragment made like this runs the scripts in it.
        place.append(js.document.createRange().createContextualFragment(text))
    else:
        place.innerHTML = text


def _format(value: Any) -> tuple[str, str]:
    if isinstance(value, str):
        return "text/plain", escape(value)
    if hasattr(value, "_dom_element"):
        return "text/html", value._dom_element.outerHTML
    if _is_node(value):
        return "text/html", value.outerHTML
    for mime, data, meta in _representations(value):
        rendered = _render(mime, data, meta)
        if rendered is not None:
            return mime, rendered
    return "text/plain", escape(repr(value))


def _is_node(value: Any) -> bool:
    from pyodide.ffi import JsProxy

    return isinstance(value, JsProxy) and isinstance(getattr(value, "outerHTML", None), str)


def _representations(value: Any) -> Any:
    if isinstance(value, type):
        return
    bundle = getattr(value, "_repr_mimebundle_", None)
    if bundle is not None:
        found = bundle()
        data, meta = found if isinstance(found, tuple) else (found, {})
        for mime, content in (data or {}).items():
            yield mime, content, meta.get(mime, {}) if meta else {}
    for name, mime in _METHODS.items():
        method = getattr(value, name, None)
        if method is None:
            continue
        if name == "savefig":
            from io import BytesIO

            buffer = BytesIO()
            method(buffer, format="png")
            yield mime, buffer.getvalue(), {}
            continue
        found = method()
        if found is None:
            continue
        data, meta = found if isinstance(found, tuple) else (found, {})
        yield mime, data, meta


def _render(mime: str, data: Any, meta: Any) -> str | None:
    if mime in _IMAGES:
        if isinstance(data, (bytes, bytearray)):
            from base64 import b64encode

            data = b64encode(data).decode()
        attributes = "".join(f' {name}="{escape(str(value))}"' for name, value in (meta or {}).items())
        return f'<img src="data:{mime};charset=utf-8;base64,{data}"{attributes}>'
    if mime == "application/javascript":
        return f"<script>{data}</script>"
    if mime in ("text/html", "image/svg+xml"):
        return str(data)
    if mime == "application/json":
        import json

        return escape(data if isinstance(data, str) else json.dumps(data))
    if mime == "text/plain":
        return escape(str(data))
    return None
