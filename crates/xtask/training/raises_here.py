"""An error that nobody catches."""


class Wrong(Exception):
    pass


def outer(value):
    return inner(value)


def inner(value):
    try:
        return value / 0
    except ZeroDivisionError as error:
        raise Wrong("it is wrong") from error


outer(1)
