"""Calls everything that one native module has, with nothing, too much, and what it does not expect.

The host gives `_natives`: `module`, `without` (calls that are left out, as JSON), `only` (the one call to make, or
nothing), and `hear`, which is told of each call before it is made. What a call raises does not matter; that the session
goes on does.
"""

import importlib
import itertools
import json
import random
import types

import _natives

#: Dunders that an operation may come upon; each raises.
_DUNDERS = """
abs add aenter aexit aiter and anext await bool buffer bytes call ceil complex contains copy deepcopy del delattr
delete delitem dict dir divmod enter eq exit float floor floordiv format fspath ge get getattr getattribute getitem
getnewargs getstate gt hash iadd iand ifloordiv ilshift imatmul imod imul index instancecheck int invert ior ipow
irshift isub iter itruediv ixor le len length_hint lshift lt matmul missing mod mul ne neg next or pos pow radd rand
rdivmod reduce reduce_ex release_buffer repr reversed rfloordiv rlshift rmatmul rmod rmul ror round rpow rrshift
rshift rsub rtruediv rxor set set_name setattr setitem setstate sizeof str sub subclasscheck truediv trunc xor
"""


def _raise(*args, **kwargs):
    raise ZeroDivisionError


Raises = type("Raises", (), {f"__{name}__": _raise for name in _DUNDERS.split()})
RaisingMeta = type(
    "RaisingMeta", (type,), dict.fromkeys(("__call__", "__instancecheck__", "__subclasscheck__"), _raise)
)

#: What a call gets, by the text that stands for it.
ODD = {
    "None": None,
    "-1": -1,
    "0": 0,
    "1": 1,
    "2**70": 2**70,
    "1.5": 1.5,
    "nan": float("nan"),
    "''": "",
    "b''": b"",
    "'a' * 2**18": "a" * 2**18,
    "[]": [],
    "{}": {},
    "print": print,
    "int": int,
    "Raises()": Raises(),
    "RaisingClass": RaisingMeta("RaisingClass", (), {}),
}
#: Words that native functions know, with values for them.
WORDS = [
    {"timeout": 1},
    {"timeout": float("nan")},
    {"timeout": 1e300},
    {"blocking": True},
    {"blocking": True, "timeout": 1},
    {"block": True},
    {"key": _raise},
    {"default": None},
    {"encoding": "utf-8"},
    {"errors": "strict"},
    {"dir_fd": -1},
    {"flags": -1},
    {"maxsize": -1},
    {"no_such_word": None},
]
#: More values for one module: what its functions take, made by the module.
PREPARED = {
    "_interpchannels": ["_interpchannels.create(1)"],
    "_interpqueues": ["_interpqueues.create(1, 1, 1)"],
    "_thread": ["_thread.allocate_lock()", "_thread.RLock()"],
    "posix": ["posix.pipe()[0]", "'/tmp/natives'", "b'/tmp'"],
    "_io": ["_io.BytesIO(b'abc')", "_io.open('/tmp/natives', 'w+b')"],
    "_sre": ["'a|b'", "[1]"],
    "marshal": ["b'\\xe3\\x00'", "(lambda: 0).__code__"],
    "_ast": ["__import__('ast').parse('a + 1')"],
    "_weakref": ["Raises"],
    "_codecs": ["'utf-8'", "'strict'"],
    "binascii": ["b'61'"],
    "zlib": ["b'x\\x9c'"],
    "builtins": ["'1 +'", "(1, 2)", "iter([])"],
    "time": ["(2000, 1, 1, 0, 0, 0, 0, 1, -1)"],
    "unicodedata": ["'a'", "'NFC'"],
    "_csv": ["['a,b']"],
    "_operator": ["[1, 2]"],
    "_functools": ["[1, 2]"],
    "itertools": ["[1, 2]"],
    "math": ["[1.0]"],
}

WITHOUT = set(json.loads(_natives.without))
ONLY = _natives.only


def arguments(values, most):
    """Lists of texts: nothing, each, each two, and of more than two some."""
    yield []
    for count in range(1, most + 1):
        if count <= 2:
            yield from map(list, itertools.product(values, repeat=count))
        else:
            yield from ([value] * count for value in values)
            yield from some(values, count)


def receiving(values, receiver):
    """Lists of texts for a method that is called as a function: nothing, each, and what it belongs to with each."""
    yield from arguments(values, 1)
    yield from ([receiver, value] for value in values)
    yield from some(values, 2)
    yield from ([receiver, *more] for more in some(values, 2))


def some(values, count):
    """The same ones each time."""
    chance = random.Random(count)
    return [[chance.choice(values) for _ in range(count)] for _ in range(2 * len(values))]


def call(text, function, values, words):
    if text in WITHOUT or (ONLY and text != ONLY):
        return 0
    _natives.hear(text)
    try:
        function(*values, **words)
    except BaseException:
        pass
    return 1


def try_function(name, function, space):
    """Every call of one function; how many there were."""
    made = 0
    for texts in arguments(list(space), 4):
        made += call(f"{name}({', '.join(texts)})", function, [space[text] for text in texts], {})
    short = [text for text in space if text not in ODD] or ["0"]
    for texts in arguments(short, 2):
        values = [space[text] for text in texts]
        for words in WORDS:
            said = [*texts, *(f"{word}={getattr(value, '__name__', repr(value))}" for word, value in words.items())]
            made += call(f"{name}({', '.join(said)})", function, values, words)
    return made


def try_method(name, function, space, receiver):
    made = 0
    for texts in receiving(list(space), receiver):
        made += call(f"{name}({', '.join(texts)})", function, [space[text] for text in texts], {})
    return made


def instance(name, cls):
    """A text for an object of a class that makes one of nothing or of one thing, and the object."""
    for text in ("", "''", "b''", "[]", "0"):
        if f"{name}({text})" not in WITHOUT:
            try:
                return f"{name}({text})", cls(ODD[text]) if text else cls()
            except Exception:
                pass
    return "None", None


def main(name):
    module = importlib.import_module(name)
    made = 0
    for attribute, value in sorted(vars(module).items()):
        path = f"{name}.{attribute}"
        if isinstance(value, types.ModuleType) or not callable(value) or f"{path}(...)" in WITHOUT:
            continue
        # Anew for each: one function may close what the next one wants.
        space = ODD | {text: eval(text, {name: module, "Raises": Raises}) for text in PREPARED.get(name, [])}
        made += try_function(path, value, space)
        if not isinstance(value, type) or value.__module__ != name:
            continue
        text, receiver = instance(path, value)
        for part in sorted(vars(value)):
            method = getattr(value, part, None)
            if callable(method) and not isinstance(method, type) and f"{path}.{part}(...)" not in WITHOUT:
                made += try_method(f"{path}.{part}", method, space | {text: receiver}, text)
    return made


main(_natives.module)
