"""Sort 100 000 pseudo-random integers; the generator's products stay below 2^53 for JavaScript's sake."""


def run() -> str:
    values: list[int] = []
    x = 42
    for _ in range(100_000):
        x = x * 16807 % 2147483647
        values.append(x)
    values.sort()
    return f"{values[0]} {values[50_000]} {values[-1]}"
