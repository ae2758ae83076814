"""Sum a generator expression of a million squares."""


def run() -> str:
    return str(sum(i**2 for i in range(1_000_000)))
