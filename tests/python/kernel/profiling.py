"""`cProfile` counts calls as CPython's does, and `pstats` reads what it finds."""

import contextlib
import cProfile
import io
import os
import pstats
import tempfile
import timeit


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def caller():
    return [fib(5) for _ in range(2)]


def fails():
    len(None)


def counted(profile, name):
    """Calls that were not recursive, and all, of a function."""
    profile.create_stats()
    found = [row[:2] for label, row in profile.stats.items() if label[2] == name]
    assert len(found) == 1, (name, sorted(label[2] for label in profile.stats))
    return found[0]


profile = cProfile.Profile()
assert profile.runcall(caller) == [5, 5]
assert counted(profile, "fib") == (2, 30)
assert counted(profile, "caller") == (1, 1)
assert [label[2] for label in profile.stats if label[2].startswith("_event")] == []
row = next(row for label, row in profile.stats.items() if label[2] == "fib")
assert sorted((label[2], calls[:2]) for label, calls in row[4].items()) == [("caller", (2, 2)), ("fib", (28, 4))]
total = next(row for label, row in profile.stats.items() if label[2] == "caller")
assert 0 <= total[2] <= total[3] and row[3] <= total[3]

# It begins and ends in the middle of functions, and an exception goes through it.
profile = cProfile.Profile()


def begins():
    profile.enable()
    fib(3)


begins()
sorted([3, 1, 2], key=lambda x: -x)
with contextlib.suppress(TypeError):
    fails()
profile.disable()
fib(4)
assert counted(profile, "fib") == (1, 5)
assert counted(profile, "<lambda>") == (3, 3)
assert counted(profile, "fails") == (1, 1)
assert counted(profile, "<built-in method builtins.sorted>") == (1, 1)
assert counted(profile, "<built-in method builtins.len>") == (1, 1)
assert not any(label[2] in ("begins", "disable") for label in profile.stats)

with cProfile.Profile(builtins=False) as profile:
    "a".upper()
    sum(x for x in range(3))
assert counted(profile, "<genexpr>") == (4, 4)
try:
    with cProfile.Profile():
        cProfile.Profile().enable()
except ValueError as error:
    assert "already active" in str(error)
else:
    raise AssertionError

out = io.StringIO()
with contextlib.redirect_stdout(out):
    cProfile.run("fib(6)", sort="cumulative")
text = out.getvalue()
assert "function calls" in text and "(fib)" in text and "Ordered by: cumulative time" in text, text
with tempfile.TemporaryDirectory() as folder:
    name = os.path.join(folder, "stats")
    cProfile.runctx("f(6)", {"f": fib}, {}, filename=name)
    stats = pstats.Stats(name, stream=out)
    stats.add(name).sort_stats("calls").print_stats("fib").print_callers()
    assert stats.total_calls > 50

assert timeit.timeit("1 + 1", number=100) >= 0 and timeit.repeat("pass", repeat=2, number=1)
