"""What the tests of `tests/python/bridge` share: the page gives it to them as the module `checks`."""

from collections.abc import Callable


def raises[E: BaseException](kind: type[E], function: Callable, *arguments: object, says: str = "") -> E:
    """The exception of class `kind` that a call raises; its text holds `says`."""
    try:
        function(*arguments)
    except kind as error:
        assert says in str(error), (says, str(error))
        # The frames of the traceback would keep what the test has made.
        return error.with_traceback(None)
    raise AssertionError(f"{kind.__name__} was not raised")
