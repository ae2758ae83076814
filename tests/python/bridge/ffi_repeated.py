"""Short strings that cross again and again are kept by the other side: they are right whatever comes in between."""

# also in a worker

import random

import _krait_js
from pyodide.code import run_js
from pyodide.ffi import to_js

draw = random.Random(314)
LETTERS = "ab é€🐍\udc0d0\n"

# The same characters in a string that is made anew each time.
again = run_js("(a, b) => a + b")
first = again("some ", "word")
second = again("some", " word")
assert first == second == "some word"
assert again("so", "me word") is again("some w", "ord") is second, "kept"

# Many strings, more than there are places, with those that come often among them.
give = run_js("(all, i) => all[i]")
words = ["".join(draw.choices(LETTERS, k=draw.choice((0, 1, 2, 3, 8, 31, 32, 33)))) for _ in range(600)]
given = to_js(words)
for _ in range(20_000):
    at = min(int(draw.expovariate(0.02)), len(words) - 1)
    assert give(given, at) == words[at], (at, words[at])

# Several at once, in both orders.
call = run_js("(f, ...all) => f(...all)")
pick = run_js("(f, all, at) => f(...at.map(i => all[i]))")
for _ in range(2000):
    places = [min(int(draw.expovariate(0.02)), len(words) - 1) for _ in range(draw.randrange(6))]
    assert pick(lambda *got: list(got), given, to_js(places)) == [words[at] for at in places]
some = run_js("(all, at) => at.map(i => all[i])")
for _ in range(300):
    places = [min(int(draw.expovariate(0.02)), len(words) - 1) for _ in range(draw.randrange(300))]
    assert list(some(given, to_js(places))) == [words[at] for at in places]

# Python runs while the cells of a call are written, and gets strings itself: a proxy is asked for what it can do.
nested = run_js("""
    (f, all, at, ask) => {
        const asking = { has: () => (ask(), false), get: () => (ask(), undefined) };
        return f(...at.map(i => i % 7 ? all[i] : new Proxy({}, asking)));
    }
""")


def ask():
    for _ in range(5):
        at = draw.randrange(len(words))
        assert give(given, at) == words[at]
        assert give(given, at) == words[at]


def got(*values):
    return [value if isinstance(value, str) else None for value in values]


for _ in range(300):
    places = [draw.randrange(len(words)) for _ in range(draw.randrange(1, 8))]
    expected = [words[at] if at % 7 else None for at in places]
    assert nested(got, given, to_js(places), ask) == expected

# Errors cross while the strings beside them are taken.
mixed = run_js("(f, all, at) => f(...at.map(i => i % 5 ? all[i] : new Error(all[i])))")
for _ in range(500):
    places = [draw.randrange(len(words)) for _ in range(draw.randrange(1, 8))]
    expected = [words[at] if at % 5 else None for at in places]
    assert mixed(got, given, to_js(places)) == expected

# What is kept is not copied again.
names = run_js("['click', 'input', 'keydown']")
for _ in range(3):
    kept = [names[i] for i in range(3)]
before = _krait_js.copied_strings()
for _ in range(100):
    assert [names[i] for i in range(3)] == kept == ["click", "input", "keydown"]
assert _krait_js.copied_strings() - before <= 3, _krait_js.copied_strings() - before
assert call(lambda *all: "|".join(all), *kept) == "click|input|keydown"

# The other way: strings that Python has computed, again and again the same objects, with others among them that are
# gone when the next one is made, often at the same address.
spell = run_js("(text) => Array.from({length: text.length}, (_, i) => text.charCodeAt(i)).join()")
join = run_js("(...all) => all.map(text => text.length + ':' + text).join()")


def spelled(text):
    units = text.encode("utf-16-le", "surrogatepass")
    return ",".join(str(units[i] | units[i + 1] << 8) for i in range(0, len(units), 2))


def made():
    return "".join(draw.choices(LETTERS[:-3] + "\n", k=draw.choice((0, 1, 2, 9, 40, 255, 256, 257))))


kept = [made() for _ in range(700)]


def drawn():
    return made() if draw.random() < 0.2 else kept[min(int(draw.expovariate(0.02)), len(kept) - 1)]


for n in range(4_000):
    text = drawn()
    assert spell(text) == spelled(text), (n, text)
    if draw.random() < 0.02:
        kept[draw.randrange(50)] = made()


def joined(texts):
    return ",".join(f"{len(text.encode('utf-16-le')) // 2}:{text}" for text in texts)


for _ in range(1000):
    texts = [drawn() for _ in range(draw.randrange(9))]
    assert join(*texts) == joined(texts)
assert spell("".join(["\udc0d", "x"])) == "56333,120"


# A string of a subclass is no one else's, and goes when it is let go of.
class Text(str):
    gone = 0

    def __del__(self):
        Text.gone += 1


for n in range(50):
    text = Text(f"text {n}")
    for _ in range(4):
        assert spell(text) == spelled(text)
    del text
    assert Text.gone == n + 1

# What JavaScript remembers is not copied again: as an argument, an attribute, a key, a result.
texts = ["".join(["word ", str(n)]) for n in range(20)]
target = run_js("({item: '', seen: new Map(), ask(f) { return f(); }, measure: (text) => text.length})")


def use():
    for text in texts:
        assert target.measure(text) == len(text)
        target.item = text
        target.seen.set(text, text)
        assert target.ask(lambda: text) == text


for _ in range(3):
    use()
before = _krait_js.copied_strings()
for _ in range(50):
    use()
copied = _krait_js.copied_strings() - before
assert copied <= 2 * 50 * len(texts), copied
