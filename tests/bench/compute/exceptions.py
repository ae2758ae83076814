"""Raise and catch 50 000 exceptions, each from one call down."""


def refuse(i: int) -> int:
    if i % 2:
        raise ValueError(i)
    raise KeyError(i)


def run() -> str:
    values = keys = 0
    for i in range(50_000):
        try:
            refuse(i)
        except ValueError:
            values += 1
        except KeyError as error:
            keys += error.args[0]
    return f"{values} {keys}"
