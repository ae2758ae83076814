"""Events: of the page's elements, and of one's own."""

from _contextvars import copy_context

import js

from pyscript.util import is_awaitable

TYPE_CHECKING = False
if TYPE_CHECKING:
    # `typing` and what it imports would cost every page; annotations are evaluated by those who ask for them.
    from collections.abc import Callable
    from typing import Any

_VARARGS = 4
"""`inspect.CO_VARARGS`."""

type Listener = Callable[..., Any]


_running: set[Any] = set()


class Event:
    """Something that can happen, and listeners that are called when it does."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def trigger(self, result: Any) -> None:
        """Calls every listener with `result`; asynchronous ones are started."""
        for listener in list(self._listeners):
            outcome = listener(result)
            if hasattr(outcome, "__await__"):
                from asyncio import ensure_future

                task = ensure_future(outcome)
                # asyncio itself refers to its tasks only weakly.
                _running.add(task)
                task.add_done_callback(_running.discard)

    def add_listener(self, listener: Listener) -> None:
        """Adds a listener, unless it is there already."""
        if not callable(listener):
            raise ValueError("Listener must be callable.")
        if listener not in self._listeners:
            self._listeners.append(listener)

    def remove_listener(self, *listeners: Listener) -> None:
        """Removes these listeners, or all if none are given."""
        if listeners:
            for listener in listeners:
                if listener in self._listeners:
                    self._listeners.remove(listener)
        else:
            self._listeners.clear()


def when(event_type: Any, selector: Any = None, **options: Any) -> Callable[[Listener], Listener]:
    """Calls the decorated function when something happens.

    `event_type` is the name of an event of the elements that `selector` finds (a CSS selector, an element or several),
    or an `Event` or a list of them. `options` are those of `addEventListener`: capture, once, passive, signal.
    """
    if isinstance(event_type, str):
        if selector is None:
            raise ValueError("Selector required for DOM event handling.")
        elements = _find(selector)
        if not elements:
            raise ValueError(f"No elements found for selector: {selector}")
        events: list[Event] = []
    else:
        elements = []
        events = list(event_type) if isinstance(event_type, (list, tuple)) else [event_type]

    def decorate(function: Listener) -> Listener:
        handler = _adapt(function)
        for element in elements:
            if options:
                from pyscript.ffi import to_js

                element.addEventListener(event_type, handler, to_js(options))
            else:
                element.addEventListener(event_type, handler)
        for event in events:
            event.add_listener(handler)
        return handler

    return decorate


def _find(selector: Any) -> list[Any]:
    if isinstance(selector, str):
        return list(js.document.querySelectorAll(selector))
    if hasattr(selector, "_dom_element"):
        return [selector._dom_element]
    if hasattr(selector, "elements"):
        return [getattr(element, "_dom_element", element) for element in selector.elements]
    if hasattr(selector, "__iter__") and not hasattr(selector, "addEventListener"):
        return [getattr(element, "_dom_element", element) for element in selector]
    return [selector]


def _adapt(function: Listener) -> Listener:
    """A listener that takes one argument and runs in the context in which it was made, so that its output finds its
    script's place."""
    context = copy_context()
    takes_event = _takes_argument(function)

    if is_awaitable(function):

        async def awaiting(*args: Any) -> Any:
            from asyncio import create_task

            coroutine = function(*args[:1]) if takes_event else function()
            # Each call has a copy of its own: a context cannot be entered twice.
            return await create_task(coroutine, context=context.copy())

        return _named(awaiting, function)

    def calling(*args: Any) -> Any:
        return context.copy().run(function, *(args[:1] if takes_event else ()))

    return _named(calling, function)


def _named(wrapper: Any, function: Any) -> Listener:
    """As `functools.wraps`, without its module."""
    for name in ("__module__", "__name__", "__qualname__", "__doc__"):
        value = getattr(function, name, None)
        if value is not None:
            setattr(wrapper, name, value)
    wrapper.__dict__.update(getattr(function, "__dict__", {}))
    wrapper.__wrapped__ = function
    return wrapper


def _takes_argument(function: Any) -> bool:
    if type(function) is type(_named) and not function.__dict__:
        # A function as written, which is most: no need for a signature.
        code = function.__code__
        return code.co_argcount > 0 or bool(code.co_flags & _VARARGS)
    try:
        import inspect

        parameters = inspect.signature(function).parameters.values()
    except TypeError, ValueError:
        return True
    positional = (
        inspect.Parameter.POSITIONAL_ONLY,
        inspect.Parameter.POSITIONAL_OR_KEYWORD,
        inspect.Parameter.VAR_POSITIONAL,
    )
    return any(parameter.kind in positional for parameter in parameters)
