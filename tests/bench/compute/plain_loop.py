"""A million turns of integer arithmetic in a plain loop."""


def run() -> str:
    t = 0
    for i in range(1_000_000):
        t += i * 3 % 7
    return str(t)
