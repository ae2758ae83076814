"""Values that nest deeply, and what walks them."""

import ast
import collections
import copy
import dataclasses
import functools
import io
import itertools
import json
import marshal
import operator
import pickle
import pprint
import traceback
import types
import typing
import weakref


@dataclasses.dataclass
class Data:
    value: object

    def __reduce__(self):
        return Data, (self.value,)


@dataclasses.dataclass(frozen=True, order=True)
class Frozen:
    value: object


class Plain:
    def __init__(self, value=None):
        self.value = value


Named = collections.namedtuple("Named", "value")

CONTAINERS = {
    "list": lambda inner: [inner],
    "tuple": lambda inner: (inner,),
    "dict": lambda inner: {1: inner},
    "deque": lambda inner: collections.deque([inner]),
    "ordered_dict": lambda inner: collections.OrderedDict(a=inner),
    "default_dict": lambda inner: collections.defaultdict(None, a=inner),
    "chain_map": lambda inner: collections.ChainMap({1: inner}),
    "user_list": lambda inner: collections.UserList([inner]),
    "namespace": lambda inner: types.SimpleNamespace(a=inner),
    "mapping_proxy": lambda inner: types.MappingProxyType({1: inner}),
    "dict_values": lambda inner: {1: inner}.values(),
    "data_class": Data,
    "frozen_data_class": Frozen,
    "named_tuple": Named,
    "frozenset": lambda inner: frozenset([inner]),
    "slice": lambda inner: slice(inner, 1),
    "partial": lambda inner: functools.partial(list, inner),
    "method": lambda inner: types.MethodType(len, inner or ""),
    "exception": ValueError,
    "exception_group": lambda inner: ExceptionGroup("a", [inner or ValueError()]),
    "generic_alias": lambda inner: types.GenericAlias(list, inner or int),
    "typing_list": lambda inner: typing.List[inner or int],  # noqa: UP006
    "item_getter": lambda inner: operator.itemgetter(inner),
    "method_caller": lambda inner: operator.methodcaller("a", inner),
    "os_error": lambda inner: OSError(1, inner or "a"),
    "import_error": lambda inner: ImportError(inner or "a"),
    "syntax_error": lambda inner: SyntaxError(inner or "a"),
    "weak_proxy": lambda inner: Plain(inner),
}
SHALLOWER = (30, 100, 250, 400, 600, 900, 1500, 3000)


def _walks(name, wrap):
    """Each container through each walker that takes it."""
    depths = SHALLOWER if name in {"typing_list", "chain_map"} else DEPTHS

    def register(verb, function):
        function.__name__ = f"{verb}_{name}"
        deep(*depths, also=(TypeError, AttributeError, NotImplementedError, pickle.PicklingError))(function)

    register("repr", lambda depth: repr(nest(wrap, depth)))
    register("equal", lambda depth: nest(wrap, depth) == nest(wrap, depth))
    register("hash", lambda depth: hash(nest(wrap, depth)))
    register("copy", lambda depth: copy.deepcopy(nest(wrap, depth)))
    register("pickle", lambda depth: pickle.loads(pickle.dumps(nest(wrap, depth))))
    if name in {"list", "tuple", "frozen_data_class", "named_tuple", "deque"}:
        register("less", lambda depth: nest(wrap, depth) < nest(wrap, depth))
    register("format", lambda depth: f"{nest(wrap, depth)}")


for _name, _wrap in CONTAINERS.items():
    _walks(_name, _wrap)


@deep()
def pickle_in_python(depth):
    pickle._dumps(nest(lambda inner: [inner], depth))


@deep()
def unpickle_in_python(depth):
    pickle._loads(pickle.dumps(nest(lambda inner: [inner], depth)))


@deep()
def unpickle_tuples(depth):
    pickle.loads(b"(" * depth + b"t" * depth + b".")


@deep()
def unpickle_and_repr(depth):
    repr(pickle.loads(b"]" * depth + b"a" * (depth - 1) + b"."))


@deep()
def json_dumps(depth):
    json.dumps(nest(lambda inner: [inner], depth))


@deep()
def json_dumps_objects(depth):
    json.dumps(nest(lambda inner: {"a": inner}, depth), indent=None if depth > 3000 else 1)


@deep()
def json_loads(depth):
    json.loads("[" * depth + "]" * depth)


@deep()
def json_loads_objects(depth):
    json.loads('{"a":' * depth + "1" + "}" * depth)


@deep(also=(ValueError,))
def json_loads_open(depth):
    json.loads('[{"a":' * depth)


@deep()
def json_loads_with_hook(depth):
    json.loads('{"a":' * depth + "1" + "}" * depth, object_hook=lambda value: value)


@deep()
def json_load_bytes(depth):
    json.load(io.BytesIO(b"[" * depth + b"]" * depth))


@deep(also=(ValueError,))
def json_raw_decode(depth):
    json.JSONDecoder().raw_decode("[" * depth + "]" * depth)


@deep(also=(ValueError,))
def json_scanner(depth):
    json.scanner.make_scanner(json.JSONDecoder())("[" * depth + "]" * depth, 0)


@deep(also=(ValueError,))
def marshal_dumps(depth):
    marshal.dumps(nest(lambda inner: [inner], depth))


@deep(also=(ValueError,))
def marshal_loads(depth):
    marshal.loads(b")\x01" * depth + b"N")


@deep(also=(ValueError,))
def marshal_load_file(depth):
    marshal.load(io.BytesIO(b"[\x01\x00\x00\x00" * depth + b"N"))


@deep(100, 900, 3000)
def pprint_lists(depth):
    pprint.pformat(nest(lambda inner: [inner], depth))


@deep(100, 900, 3000, 20_000)
def as_dict(depth):
    dataclasses.asdict(nest(Data, depth))


@deep(100, 900, 3000, 20_000)
def linked_list_copy(depth):
    copy.deepcopy(nest(Plain, depth))


@deep()
def isinstance_of_tuples(depth):
    isinstance(1, nest(lambda inner: (inner or str,), depth))


@deep()
def issubclass_of_tuples(depth):
    issubclass(int, nest(lambda inner: (inner or str,), depth))


@deep(also=(TypeError,))
def except_tuples(depth):
    try:
        raise ValueError
    except nest(lambda inner: (inner or KeyError,), depth):
        pass
    except (ValueError, TypeError):
        pass


@deep(also=(TypeError,))
def except_tuples_of_builtins(depth):
    try:
        raise ValueError
    except nest(lambda inner: (inner or ValueError,), depth):
        pass


@deep()
def union_of_aliases(depth):
    alias = nest(lambda inner: types.GenericAlias(list, inner or int), depth)
    return hash(alias | None), (alias | None) == (alias | None), repr(alias | None)


@deep()
def parameters_of_aliases(depth):
    variable = typing.TypeVar("T")
    alias = nest(lambda inner: types.GenericAlias(list, inner), depth, variable)
    return alias.__parameters__, alias[int]


@deep()
def method_chain_call(depth):
    nest(lambda inner: types.MethodType(inner or (lambda *args: None), 1), depth)()


@deep()
def partial_chain_call(depth):
    class P(functools.partial):
        a = 1

    nest(lambda inner: P(inner or (lambda *args: None)), depth)()


@deep()
def decorator_chain_call(depth):
    nest(lambda inner: lambda: inner and inner(), depth)()


@deep(also=(ValueError,))
def wraps_chain_call(depth):
    import inspect

    def wrap(inner):
        @functools.wraps(inner)
        def go():
            return inner()

        return go

    chain = nest(wrap, min(depth, 20_000), lambda: None)
    inspect.unwrap(chain)
    inspect.signature(chain)
    chain()


@deep()
def lru_cache_chain_call(depth):
    nest(functools.lru_cache(maxsize=1), depth, lambda: None)()


@deep(also=(TypeError,))
def class_method_chain(depth):
    class C:
        a = nest(classmethod, depth, lambda *args: None)

    C.a()


@deep()
def static_method_chain(depth):
    nest(staticmethod, depth, lambda: None)()


@deep()
def weak_proxy_chain(depth):
    class Wraps:
        def __init__(self, inner):
            self.inner = inner

        def __getattr__(self, name):
            return getattr(self.inner, name)

        def __len__(self):
            return len(self.inner or ())

    keep = []

    def wrap(inner):
        keep.append(Wraps(inner))
        return weakref.proxy(keep[-1])

    len(nest(wrap, depth))


@deep(also=(TypeError,))
def memory_views(depth):
    bytes(nest(memoryview, depth, b"abc"))


def _iterators(name, wrap):
    def go(depth):
        for _ in nest(wrap, depth, [1, 2]):
            pass

    go.__name__ = f"next_{name}"
    deep(also=(TypeError,))(go)

    def of_lists(depth):
        list(itertools.islice(nest(wrap, depth, [1, 2]), 1))

    of_lists.__name__ = f"first_{name}"
    deep(also=(TypeError,))(of_lists)


def _same(value):
    return value


def _generate(inner):
    yield from inner


def _generate_each(inner):
    for value in inner:
        held = value
        yield held


for _name, _wrap in {
    "chain": itertools.chain,
    "chain_from_iterable": lambda inner: itertools.chain.from_iterable([inner]),
    "islice": lambda inner: itertools.islice(inner, 3),
    "cycle": lambda inner: itertools.islice(itertools.cycle(inner), 3),
    "accumulate": lambda inner: itertools.accumulate(inner, max),
    "map": lambda inner: map(_same, inner),
    "map_native": lambda inner: map(id, inner),
    "filter": lambda inner: filter(None, inner),
    "filterfalse": lambda inner: itertools.filterfalse(lambda value: False, inner),
    "takewhile": lambda inner: itertools.takewhile(bool, inner),
    "dropwhile": lambda inner: itertools.dropwhile(lambda value: False, inner),
    "compress": lambda inner: itertools.compress(inner, [1, 1]),
    "zip": zip,
    "zip_longest": itertools.zip_longest,
    "enumerate": enumerate,
    "pairwise": itertools.pairwise,
    "batched": lambda inner: itertools.batched(inner, 1, strict=False),
    "starmap": lambda inner: map(lambda *args: args, inner),
    "groupby": lambda inner: (key for key, _ in itertools.groupby(inner)),
    "tee": lambda inner: itertools.tee(inner)[1],
    "generator": _generate,
    "generator_loop": _generate_each,
    "generator_expression": lambda inner: (value for value in inner),
}.items():
    _iterators(_name, _wrap)


@deep()
def await_chain(depth):
    async def go(inner):
        if inner is not None:
            await inner

    chain = nest(go, depth)
    try:
        chain.send(None)
    except StopIteration:
        pass


@deep()
def throw_into_chain(depth):
    def go(inner):
        yield from inner

    chain = nest(go, depth, iter([1, 2]))
    next(chain)
    try:
        chain.throw(ValueError)
    except ValueError:
        pass


@deep()
def close_chain(depth):
    chain = nest(_generate, depth, iter([1, 2]))
    next(chain)
    chain.close()


@deep(100, 900, 3000, 20_000)
def traceback_of_contexts(depth):
    def wrap(inner):
        error = ValueError("a")
        error.__context__ = inner
        return error

    traceback.format_exception(nest(wrap, depth))


@deep(100, 900, 3000)
def traceback_of_groups(depth):
    traceback.format_exception(nest(lambda inner: ExceptionGroup("a", [inner or ValueError()]), depth))


@deep()
def split_of_groups(depth):
    nest(lambda inner: ExceptionGroup("a", [inner or ValueError()]), depth).split(ValueError)


@deep()
def subgroup_of_groups(depth):
    nest(lambda inner: ExceptionGroup("a", [inner or ValueError()]), depth).subgroup(lambda error: False)


@deep()
def except_star_of_groups(depth):
    try:
        raise nest(lambda inner: ExceptionGroup("a", [inner or ValueError()]), depth)
    except* ValueError:
        pass


@deep()
def chain_maps(depth):
    collections.ChainMap(nest(lambda inner: collections.ChainMap(inner or {1: 2}), depth))[1]


@deep(100, 900, 3000, 20_000)
def attribute_getter(depth):
    class C:
        @property
        def a(self):
            return self

    operator.attrgetter(".".join("a" * depth))(C())


@deep(100, 900, 3000, 20_000)
def inheritance(depth):
    kind = nest(lambda inner: type("C", (inner,), {}), min(depth, 1500), object)
    assert issubclass(kind, object)
    return kind().__class__, super(kind, kind()).__repr__()


@deep(100, 400, 900)
def super_chain(depth):
    def derive(base):
        class C(base):
            def __init__(self):
                super().__init__()

        return C

    nest(derive, depth, object)()


@deep()
def ast_nodes(depth):
    node = nest(lambda inner: ast.UnaryOp(ast.Not(), inner), depth, ast.Constant(1))
    compile(ast.fix_missing_locations(ast.Expression(node)), "x", "eval")


def _nodes(name, use):
    def go(depth):
        use(nest(lambda inner: ast.BinOp(inner, ast.Add(), ast.Constant(1)), depth, ast.Constant(1)))

    go.__name__ = f"ast_{name}"
    deep(also=(ValueError,))(go)


_nodes("compile", lambda node: compile(ast.fix_missing_locations(ast.Expression(node)), "x", "eval"))
_nodes("unlocated", lambda node: compile(_located(node), "x", "eval"))
_nodes("dump", ast.dump)
_nodes("unparse", ast.unparse)
_nodes("literal_eval", lambda node: ast.literal_eval(ast.Expression(node)))
_nodes("copy", copy.deepcopy)
_nodes("transform", lambda node: ast.NodeTransformer().visit(node))
_nodes("repr", repr)


def _located(node):
    """The nodes with places, set without recursion."""
    for part in ast.walk(node):
        part.lineno = part.end_lineno = 1
        part.col_offset = part.end_col_offset = 0
    return ast.Expression(node)


def _statements(name, wrap):
    def go(depth):
        module = ast.Module([nest(wrap, depth, ast.Pass())], [])
        for part in ast.walk(module):
            part.lineno = part.end_lineno = 1
            part.col_offset = part.end_col_offset = 0
        compile(module, "x", "exec")

    go.__name__ = f"ast_{name}"
    # Of the deepest ones it is not the compiler that ends the session, but letting go of the tree.
    deep(*DEPTHS[:-1], also=(SyntaxError,))(go)


_statements("if", lambda inner: ast.If(ast.Name("a", ast.Load()), [inner], []))
_statements("else", lambda inner: ast.If(ast.Name("a", ast.Load()), [ast.Pass()], [inner]))
_statements("while", lambda inner: ast.While(ast.Name("a", ast.Load()), [inner], []))
_statements("with", lambda inner: ast.With([ast.withitem(ast.Name("a", ast.Load()))], [inner]))
_statements(
    "def",
    lambda inner: ast.FunctionDef("f", ast.arguments([], [], None, [], [], None, []), [inner], [], type_params=[]),
)
_statements("class", lambda inner: ast.ClassDef("f", [], [], [inner], [], type_params=[]))
_statements("try", lambda inner: ast.Try([inner], [], [], [ast.Pass()]))
