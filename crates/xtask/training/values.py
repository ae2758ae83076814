"""What programs do with values of the built-in types."""


def numbers():
    big = 2**200 + 12345678901234567890
    print(
        big,
        -big,
        big * big,
        big // 7,
        big % 1000,
        big >> 5,
        big << 3,
        big & 255,
        big | 1,
        big ^ 3,
        ~big,
        big == big + 0,
        big < big + 1,
    )
    print(
        int("42"),
        int("ff", 16),
        int("0b101", 0),
        int(3.9),
        int(" 7 "),
        float("1.5"),
        float("1e300"),
        float("inf"),
        float("nan"),
    )
    print(
        7 // 2,
        -7 // 2,
        7 % 3,
        -7 % 3,
        7 / 2,
        2**10,
        2**-1,
        2**0.5,
        divmod(17, 5),
        pow(3, 20, 7),
        abs(-3),
        round(2.567, 2),
        round(2.5),
        round(-7.2),
    )
    print(
        7.5 // 2,
        7.5 % 2,
        1e100,
        1.0,
        0.1 + 0.2,
        1e-7,
        123456789.123,
        5.0 == 5,
        1 < 2.5,
        3 >= 2,
        1 != 2,
        True + 1,
        not 3,
    )
    print(complex(1, 2) * 3j, abs(3 + 4j), (1 + 2j).real, (1 + 2j).conjugate())
    print(
        bin(10),
        hex(255),
        oct(8),
        chr(65),
        ord("A"),
        (255).bit_length(),
        (5).to_bytes(2, "big"),
        int.from_bytes(b"\1\2", "little"),
    )
    print((3.0).is_integer(), (0.5).as_integer_ratio(), (1.5).hex(), float.fromhex("0x1.8p0"))
    print(sum([1, 2, 3]), sum([0.1] * 10), min(3, 1, 2), max([1.5, 2]), max("abc", key=ord), min([], default=0))
    print(
        1 << 70,
        -1 >> 3,
        6 & 3,
        6 | 3,
        6 ^ 3,
        ~6,
        10**20 // 10**10,
        float(10**20),
        int(1e20),
        10**30 > 1e20,
        hash(10**30),
        -(5),
        +(5),
    )
    x = 5
    x += 1
    x -= 2
    x *= 3
    x /= 4
    x **= 2
    x //= 1
    x %= 4
    y = 6
    y <<= 2
    y >>= 1
    y &= 15
    y |= 32
    y ^= 1
    print(x, y, 1 if x else 2, x and y, x or y, 0 < x < 10, x is None, x is not None)


def strings():
    s = "Hello, World"
    print(
        s.upper(),
        s.lower(),
        s.title(),
        s.swapcase(),
        s.capitalize(),
        s.casefold(),
        s[::-1],
        s[0],
        s[-1],
        s[2:5],
        len(s),
        s * 2,
        s + "!",
    )
    print(
        s.find("o"),
        s.rfind("o"),
        s.index("W"),
        s.count("l"),
        s.replace("l", "L"),
        s.replace("l", "", 1),
        s.split(", "),
        s.split(),
        "a b  c".split(),
        "a,b,c".split(",", 1),
        "a,b".rsplit(","),
    )
    print(
        s.startswith("He"),
        s.endswith(("x", "ld")),
        s.strip("Hd"),
        "  x ".strip(),
        " x".lstrip(),
        "x ".rstrip(),
        s.partition(","),
        s.rpartition("o"),
    )
    print(
        "-".join(["a", "b"]),
        "x".center(9, "*"),
        "x".ljust(4),
        "x".rjust(4),
        "7".zfill(3),
        "a\tb".expandtabs(),
        "a\nb\n".splitlines(),
        s.isalpha(),
        "12".isdigit(),
        "a1".isalnum(),
        " ".isspace(),
        "A".isupper(),
        "a".islower(),
        "12".isnumeric(),
        "x".isidentifier(),
    )
    print("%s is %d years, %5.2f%% %r %x" % ("Ann", 30, 12.345, "q", 255), "%(a)s" % {"a": 1}, "%-5s|%05d" % ("a", 3))
    print(
        "{} {0!r}".format(1) if False else "{} {}".format(1, 2),
        "{a:>5}{b:.2f}".format(a="x", b=2.0),
        "{0[0]}{1.real}".format([1], 2),
    )
    value, width = 1234567.891, 12
    print(
        f"{value:,.2f} {value:>{width}.1f} {value:e} {value:g} {1234567:,} {255:x} {255:#b} {7:03d} {0.256:.1%} {'a':^5} {'b':_<4} {value=} {'c'!r} {-5:+d} {5: d}"
    )
    print(
        "é ü 日本 😀".encode(),
        b"caf\xc3\xa9".decode(),
        "é".encode("latin-1"),
        len("😀"),
        "straße".upper(),
        "a" < "b",
        "a" in "abc",
        "ab" not in "b",
        sorted("hello"),
        "".join(reversed("abc")),
    )
    print(
        repr("it's"),
        repr('a"b'),
        repr("a\n\t\\"),
        ascii("é"),
        str(1.5),
        str(None),
        str([1, "a"]),
        "abc"[5:],
        "x".maketrans({"a": "b"}),
        "aa".translate({97: "z"}),
        s.removeprefix("He"),
        s.removesuffix("ld"),
    )
    print(
        b"abc"[0],
        b"abc"[1:],
        b"a" + b"b",
        bytes([1, 2]),
        bytearray(b"abc"),
        b"a b".split(),
        b"abc".hex(),
        bytes.fromhex("6162"),
        memoryview(b"abc")[1],
        b"a".upper(),
        b"ab".find(b"b"),
        b"abc".replace(b"a", b"z"),
    )
    a = bytearray(4)
    a[0] = 7
    a.append(3)
    a.extend(b"xy")
    print(a, len(a), a[1:3], bytes(a), list(a))


def containers():
    a = [3, 1, 2]
    a.append(4)
    a.extend([5, 6])
    a.insert(0, 0)
    a.remove(3)
    print(
        a.pop(),
        a.pop(0),
        a.index(2),
        a.count(1),
        a,
        a[::2],
        a[-2:],
        a + [1],
        a * 2,
        2 in a,
        len(a),
        a == [1, 2, 4, 5],
        a < [2],
        [*a, *a],
    )
    a[1:2] = [7, 8]
    a[0] = 9
    del a[0], a[-1:]
    a.sort(reverse=True)
    a.reverse()
    b = a.copy()
    b.clear()
    print(
        a,
        b,
        sorted(a, key=lambda x: -x),
        list(range(5)),
        list(range(10, 0, -3)),
        range(5)[2],
        3 in range(5),
        len(range(3)),
    )
    first, *rest = [1, 2, 3]
    (x, y), z = (1, 2), 3
    x, y = y, x
    print(first, rest, x, y, z, [[0] * 3 for _ in range(2)], [i * j for i in range(3) for j in range(3) if i != j])
    t = (1, "a", None)
    print(
        t,
        t[0],
        t + (2,),
        t * 2,
        len(t),
        t.index("a"),
        t.count(1),
        (1,),
        (),
        hash((1, 2)),
        t == (1, "a", None),
        (1, 2) < (1, 3),
        t[1:],
    )
    d = {"a": 1, "b": 2, 3: [4]}
    d["c"] = 5
    d.update({"d": 6}, e=7)
    d.setdefault("f", []).append(1)
    print(
        d,
        d["a"],
        d.get("zz"),
        d.get("zz", 0),
        d.pop("a"),
        d.pop("zz", None),
        d.popitem(),
        "b" in d,
        len(d),
        list(d),
        list(d.keys()),
        list(d.values()),
        list(d.items()),
        d | {"q": 1},
        {**d},
        dict(a=1),
        dict([("a", 2)]),
        d == dict(d),
    )
    for key, value in d.items():
        print(key, value, end="; ")
    del d["b"]
    for key in sorted(d, key=str):
        print(key)
    print(
        {k: v for k, v in zip("abc", range(3))},
        dict.fromkeys("ab", 0),
        {v: k for k, v in {"a": 1}.items()},
        {**{"a": 1}, "b": 2},
        reversed(list(d)),
    )
    s = {1, 2, 3}
    s.add(4)
    s.discard(9)
    s.remove(1)
    s.update([7])
    print(
        s | {5},
        s & {2},
        s - {2},
        s ^ {9},
        2 in s,
        len(s),
        {x % 2 for x in s},
        s <= {1, 2, 3, 4, 7},
        frozenset(s),
        set("hello") == set("olleh"),
        s.issubset({2}),
        s.isdisjoint({100}),
        s.union([1]),
        s.pop() in (2, 3, 4, 7),
    )
    print(
        list(map(str, [1, 2])),
        list(filter(None, [0, 1])),
        list(zip([1, 2], "ab")),
        list(enumerate("ab", 1)),
        any([0, 1]),
        all([1, 1]),
        list(reversed([1, 2])),
        next(iter([1])),
        next(iter([]), None),
        list(iter([1, 2].pop, 1)),
    )
    print(
        d.keys() & {"c"},
        d.items(),
        slice(1, 2),
        [1, [2, [3]]],
        {"a": {"b": (1, 2)}},
        ...,
        None,
        True,
        print,
        len,
        ValueError,
        lambda: 1,
    )


def arithmetic():
    """Of each kind, often enough that the interpreter turns to its quick ways."""
    a, b, total, text, items = 3, 2.5, 0.0, "añb", list(range(10))
    for i in range(40):
        total += a + b
        total -= b - a
        total *= 1.0
        total += a * b + b * a + b / a + a / b + a - b + b - a + b * b + b + b - b + a // 2 + i % 3 + i * i - i
        items[i % 10] = items[i % 5] + i
        if items[i % 10] > 50 or total < 0 or b > a or a != b or i == 3:
            items[0] = 0
        text += "é" if i & 1 else "x"
        found = text[i]
        other = "a" + found + text[-1]
        both = {"k": i}["k"] if other else None
    for x, y in (
        (7, 3),
        (7.5, 3),
        (7, 2.5),
        (7.5, 2.5),
        (2**70, 3),
        (3, 2**70),
        (2**70, 2.5),
        (True, 2),
        (-7, 3),
        (0.0, -1),
    ):
        kinds(x, y)
    print(total, text[3:8], both, found in text, text.find("x", 4), sum(items))


def kinds(x, y):
    """Every operator at a place of its own, with one pair of types."""
    found = None
    for _ in range(30):
        a, b = x, y
        found = (
            a + b,
            a - b,
            a * b,
            a / b,
            a // b,
            a % b,
            a < b,
            a <= b,
            a == b,
            a != b,
            a > b,
            a >= b,
            -a,
            +a,
            abs(a),
            not a,
            a and b,
            a or b,
        )
        found += (
            b + a,
            b - a,
            b * a,
            min(a, b),
            max(a, b),
            round(a),
            int(a),
            float(a),
            bool(a),
            str(a),
            divmod(a, b),
            a**2,
            f"{a:.1f}{b}",
        )
        a += b
        a -= b
        a *= b
        a /= b
        a //= b
        a = x
        a %= b
        if x < 0:
            a = -a
        if isinstance(x, int) and isinstance(y, int):
            found += (x & y, x | y, x ^ y, ~x, x << 1, x >> 1)
    return found


arithmetic()
numbers()
strings()
containers()
