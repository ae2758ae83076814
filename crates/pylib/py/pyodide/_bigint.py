"""Arithmetic of `JsBigInt`, loaded with the first one.

`+ - * & | ^` give a `JsBigInt` if both sides are one, `// << >> ** %` if the left side is, and the unary operators
always.
"""

from _krait_js import JsBigInt


def _both(name):
    of_int = getattr(int, name)

    def method(self, other):
        result = of_int(self, other)
        return JsBigInt(result) if type(other) is JsBigInt and result is not NotImplemented else result

    return method


def _left(name):
    of_int = getattr(int, name)

    def method(self, *others):
        result = of_int(self, *others)
        return JsBigInt(result) if type(result) is int else result

    return method


for _names, _make in (
    (("add", "sub", "mul", "and", "or", "xor"), _both),
    (("floordiv", "lshift", "rshift", "pow", "mod", "neg", "pos", "abs", "invert"), _left),
):
    for _name in _names:
        _name = f"__{_name}__"
        _method = _make(_name)
        _method.__name__ = _name
        _method.__qualname__ = f"JsBigInt.{_name}"
        setattr(JsBigInt, _name, _method)
