"""Modules that programs import most."""

import base64
import bisect
import collections
import contextlib
import contextvars
import copy
import csv
import datetime
import functools
import hashlib
import heapq
import html
import io
import itertools
import json
import math
import operator
import os
import random
import re
import string
import sys
import textwrap
import time
import traceback
import typing
import urllib.parse
import uuid
import warnings
from collections import Counter, OrderedDict, defaultdict, deque, namedtuple
from pathlib import Path
from string import Template


def data():
    text = json.dumps({"a": [1, 2.5, None, True, "é\n"], "b": {"c": -1e10}, "d": []}, indent=2, sort_keys=True)
    print(text, json.loads(text), json.dumps([1, (2, 3)], separators=(",", ":")), json.dumps("é", ensure_ascii=False))
    for wrong in ('{"a": }', "[1, 2", ""):
        try:
            json.loads(wrong)
        except json.JSONDecodeError as error:
            print(error)
    try:
        json.dumps({1, 2})
    except TypeError as error:
        print(error)
    rows = list(csv.reader(io.StringIO('a,b\n1,"x, y"\n')))
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    writer = csv.DictWriter(out, ["a", "b"])
    writer.writeheader()
    writer.writerow({"a": 1, "b": 2})
    print(rows, out.getvalue(), list(csv.DictReader(io.StringIO("a,b\n1,2\n"))))
    print(
        base64.b64encode(b"hello"),
        base64.b64decode("aGVsbG8="),
        hashlib.sha256(b"x").hexdigest(),
        hashlib.md5(b"x").hexdigest(),
        uuid.uuid4(),
    )
    print(
        html.escape("<a & b>"),
        html.unescape("&lt;&eacute;"),
        urllib.parse.quote("a b/é"),
        urllib.parse.urlencode({"a": 1, "b": "x y"}),
        urllib.parse.urlparse("https://x.org/a?b=c#d"),
        urllib.parse.parse_qs("a=1&b=2"),
        urllib.parse.urljoin("http://a/b", "c"),
    )


def patterns():
    text = "On 2024-05-17 Ann (ann@example.org) paid 12.50 EUR; Bob paid 7 EUR."
    date = re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)-(\d\d)")
    found = date.search(text)
    print(found, found.group(), found.groups(), found["year"], found.groupdict(), found.span(), found.start(1))
    print(
        re.findall(r"\b[A-Z][a-z]+\b", text),
        re.sub(r"(\d+)", lambda m: f"<{m[1]}>", text),
        re.sub(r"\s+", " ", "a  b"),
        re.split(r"[;,]\s*", text),
        re.match(r"on", text, re.IGNORECASE),
        re.fullmatch("a+", "aaa"),
    )
    print(
        [m.group(0) for m in re.finditer(r"[\w.]+@[\w.]+", text)],
        re.escape("a.b"),
        re.sub(r"(a)(b)?", r"\2\1", "ab"),
        re.search(r"^x$", "x", re.M | re.S),
        re.search(r"(?<=a)b(?!c)", "ab"),
        re.match(r"(?:a|b)*?c", "abc"),
        re.match(r"[^a-z]{2,3}", "123"),
    )
    words = re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", "Don’t tread on été, Été. 日本語 naïve…")
    print(
        Counter(word.casefold() for word in words).most_common(3),
        "ÉTÉ".lower(),
        "été".upper(),
        sorted(words, key=str.casefold),
        words[0][3:],
        "été".find("é", 1),
        [len(word) for word in words],
        re.split(r"[.!?…]+", "A. B… C"),
    )
    try:
        re.compile("(")
    except re.error as error:
        print(error)


def times():
    now = datetime.datetime.now()
    day = datetime.date(2024, 2, 29)
    moment = datetime.datetime(2024, 5, 17, 13, 45, 30, tzinfo=datetime.timezone.utc)
    print(
        now > datetime.datetime(2000, 1, 1),
        day + datetime.timedelta(days=1),
        day.strftime("%d.%m.%Y %A %B %j %U"),
        day.weekday(),
        day.isoformat(),
        moment.isoformat(),
        moment - datetime.timedelta(hours=5, minutes=3),
        moment.timestamp(),
        datetime.date.today() >= day,
    )
    print(
        datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=5.5))),
        datetime.datetime.now(datetime.timezone.utc).utcoffset(),
        moment.tzinfo,
        moment.hour,
        f"{moment.minute:02}",
        moment.date(),
        datetime.datetime.combine(day, moment.time()),
    )
    print(
        datetime.datetime.strptime("2024-05-17 13:45", "%Y-%m-%d %H:%M"),
        datetime.datetime.fromisoformat("2024-05-17T13:45:00"),
        datetime.timedelta(seconds=3661),
        str(datetime.time(1, 2)),
        moment.astimezone(datetime.timezone(datetime.timedelta(hours=2))),
        day.replace(year=2023, day=1),
        (day - datetime.date(2024, 1, 1)).days,
        datetime.timedelta(days=2) / 2,
        f"{moment:%H:%M}",
        repr(moment),
    )
    print(
        time.time() > 0,
        time.perf_counter() >= 0,
        time.monotonic() >= 0,
        time.strftime("%Y", time.gmtime(0)),
        time.localtime(0).tm_year,
        time.ctime(0),
    )


def chance():
    random.seed(7)
    a = list(range(10))
    random.shuffle(a)
    print(
        random.random(),
        random.randint(1, 6),
        random.choice("abc"),
        random.sample(a, 3),
        random.uniform(1, 2),
        random.gauss(0, 1),
        random.choices("ab", k=3),
        random.randrange(0, 10, 2),
        random.Random(3).random(),
        a,
    )
    random.seed()


def mathematics():
    print(
        math.pi,
        math.sqrt(2),
        math.sin(1),
        math.cos(1),
        math.tan(1),
        math.atan2(1, 2),
        math.floor(2.5),
        math.ceil(2.5),
        math.log(10),
        math.log2(8),
        math.log10(1000),
        math.exp(1),
        math.pow(2, 3),
        math.hypot(3, 4),
        math.gcd(12, 18),
        math.lcm(4, 6),
        math.factorial(20),
        math.comb(5, 2),
        math.isclose(0.1 + 0.2, 0.3),
        math.inf,
        math.nan,
        math.isnan(math.nan),
        math.degrees(1),
        math.radians(180),
        math.trunc(2.7),
        math.prod([1, 2, 3]),
        math.fmod(7, 3),
        math.isqrt(17),
        math.dist([0, 0], [3, 4]),
        math.copysign(1, -2),
        math.modf(2.5),
        math.fsum([0.1] * 10),
    )


def tools():
    point = namedtuple("Point", "x y")
    p = point(1, y=2)
    print(p, p.x, p._replace(x=3), p._asdict(), *p)
    groups = defaultdict(list)
    for word in "the quick brown fox jumps over the lazy dog the end".split():
        groups[len(word)].append(word)
    count = Counter("mississippi")
    print(
        dict(groups),
        groups,
        count.most_common(2),
        count["s"],
        count + Counter("s"),
        Counter([1, 1]),
        OrderedDict(a=1),
        sum(count.values()),
    )
    queue = deque([1, 2, 3], maxlen=3)
    queue.append(4)
    queue.appendleft(0)
    queue.rotate(1)
    print(queue, queue.pop(), queue.popleft(), len(queue), collections.ChainMap({"a": 1}, {"b": 2})["b"])
    print(
        list(itertools.chain([1], [2])),
        list(itertools.islice(itertools.count(), 3)),
        list(itertools.product("ab", [1, 2])),
        list(itertools.permutations([1, 2, 3], 2)),
        list(itertools.combinations("abc", 2)),
        list(itertools.accumulate([1, 2, 3])),
        [(k, list(g)) for k, g in itertools.groupby("aabb")],
        list(itertools.zip_longest([1], [2, 3])),
        list(itertools.takewhile(bool, [1, 0])),
        list(itertools.repeat(1, 2)),
        list(itertools.pairwise("abc")),
        next(itertools.cycle("ab")),
        list(itertools.starmap(pow, [(2, 3)])),
    )
    print(
        functools.reduce(operator.add, [1, 2, 3]),
        functools.partial(int, base=2)("101"),
        sorted("bA", key=str.lower),
        operator.itemgetter(1)([1, 2]),
        operator.attrgetter("x")(p),
        sorted([p, p], key=functools.cmp_to_key(lambda a, b: 0)),
    )

    @functools.lru_cache(maxsize=None)
    def fib(n):
        return n if n < 2 else fib(n - 1) + fib(n - 2)

    @functools.cache
    def square(n):
        return n * n

    @contextlib.contextmanager
    def managed():
        yield 5

    with managed() as five, contextlib.suppress(ValueError):
        print(five, fib(50), fib.cache_info(), square(3))
        raise ValueError
    heap = [5, 1, 4]
    heapq.heapify(heap)
    heapq.heappush(heap, 2)
    print(
        heapq.heappop(heap),
        heapq.nlargest(2, heap),
        heapq.nsmallest(2, heap),
        bisect.bisect([1, 2, 3], 2),
        bisect.insort(heap, 3),
        copy.copy([1]),
        copy.deepcopy({"a": [1, (2,)]}),
        textwrap.dedent("  a\n  b"),
        textwrap.fill("word " * 30, 40),
        textwrap.wrap("a b c", 3),
        textwrap.indent("a", " "),
        Template("$a ${b}").substitute(a=1, b=2),
        string.ascii_letters,
        string.digits,
        typing.get_type_hints(fib),
        typing.Optional[int],
        list[int],
    )


def files():
    home = Path("/tmp/training")
    home.mkdir(parents=True, exist_ok=True)
    note = home / "note.txt"
    note.write_text("first\nsecond\n", encoding="utf-8")
    with open(note, "a") as out:
        out.write("third\n")
        print("fourth", file=out)
    with open(note) as lines:
        print([line.rstrip() for line in lines])
    with open(note, "rb") as raw:
        print(raw.read(3), raw.tell(), raw.seek(0), raw.readline())
    print(
        note.read_text(),
        note.exists(),
        note.name,
        note.suffix,
        note.stem,
        note.parent,
        list(home.iterdir()),
        os.listdir(home),
        os.path.join("a", "b"),
        os.path.exists("/nowhere"),
        os.getcwd(),
        os.path.basename("/a/b"),
        os.path.splitext("a.b"),
        note.stat().st_size,
        os.environ.get("HOME"),
        sys.argv,
    )
    (home / "data.json").write_text(json.dumps([1]))
    with open(home / "data.json") as source:
        print(json.load(source))
    note.unlink()


def tracebacks():
    def inner():
        raise KeyError("missing")

    try:
        inner()
    except KeyError as error:
        print(traceback.format_exc(), "".join(traceback.format_exception(error)), sys.exc_info()[0])
        traceback.print_exc()
    buffer = io.StringIO()
    with contextlib.redirect_stdout(buffer):
        print("caught")
    print(buffer.getvalue())


def context():
    number = contextvars.ContextVar("number", default=1)
    token = number.set(2)
    print(number.get(), contextvars.copy_context().run(number.get))
    number.reset(token)
    warnings.warn("a warning", DeprecationWarning, stacklevel=1)
    warnings.warn("a warning", UserWarning, stacklevel=2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.warn("ignored", stacklevel=1)


for part in (context, data, patterns, times, chance, mathematics, tools, files, tracebacks):
    part()
