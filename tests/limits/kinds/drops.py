"""Long chains of objects of every kind that are let go at once, or found as garbage at once."""

import collections
import functools
import gc
import itertools
import sys
import types
import weakref

CHAIN = (100, 1000, 20_000)


class Link:
    def __init__(self, next):
        self.next = next


class Slot:
    __slots__ = ("next",)

    def __init__(self, next):
        self.next = next


def _drop(name, wrap, depths=CHAIN):
    def go(depth):
        chain = nest(wrap, depth)
        del chain

    go.__name__ = f"drop_{name}"
    deep(*depths)(go)

    def collect(depth):
        ends = []
        ends.append((nest(wrap, depth), ends))
        del ends
        gc.collect()

    collect.__name__ = f"collect_{name}"
    deep(*depths)(collect)


class Dying:
    count = 0

    def __init__(self, next):
        self.next = next

    def __del__(self):
        Dying.count += 1


class Subclass(list):
    pass


class Tuples(tuple):
    pass


def _closure(inner):
    return lambda: inner


def _generator(inner):
    def go():
        held = inner
        yield
        return held

    value = go()
    next(value)
    return value


def _coroutine(inner):
    async def go():
        await inner

    return go()


def _exception(inner):
    error = ValueError()
    error.__context__ = inner
    return error


def _cause(inner):
    error = ValueError()
    error.__cause__ = inner
    return error


def _property(inner):
    return property(inner)


def _function_dict(inner):
    def go():
        pass

    go.inner = inner
    return go


def _module(inner):
    module = types.ModuleType("m")
    module.inner = inner
    return module


def _cell(inner):
    return types.CellType(inner)


def _default(inner):
    def go(value=inner):
        return value

    return go


def _traceback(inner):
    return types.TracebackType(inner, sys._getframe(), 1, 1)


def _class(inner):
    return type("C", (), {"inner": inner})


def _weakref(inner):
    value = Link(inner)
    value.ref = weakref.ref(value, lambda _: None)
    return value


def _method(inner):
    return types.MethodType(print, inner or "")


for _name, _wrap in {
    "list": lambda inner: [inner],
    "tuple": lambda inner: (inner,),
    "dict_value": lambda inner: {1: inner},
    "frozenset": lambda inner: frozenset([inner]),
    "deque": lambda inner: collections.deque([inner]),
    "ordered_dict": lambda inner: collections.OrderedDict(a=inner),
    "default_dict": lambda inner: collections.defaultdict(None, a=inner),
    "instance": Link,
    "slots": Slot,
    "finalizer": Dying,
    "list_subclass": lambda inner: Subclass([inner]),
    "tuple_subclass": lambda inner: Tuples([inner]),
    "namespace": lambda inner: types.SimpleNamespace(inner=inner),
    "mapping_proxy": lambda inner: types.MappingProxyType({1: inner}),
    "closure": _closure,
    "cell": _cell,
    "default_argument": _default,
    "function_attribute": _function_dict,
    "module": _module,
    "method": _method,
    "partial": lambda inner: functools.partial(functools.partial(print), inner),
    "generator": _generator,
    "exception_context": _exception,
    "exception_cause": _cause,
    "exception_argument": lambda inner: ValueError(inner),
    "traceback": _traceback,
    "property": _property,
    "static_method": staticmethod,
    "class_method": classmethod,
    "weak_reference": _weakref,
    "slice": lambda inner: slice(inner),
    "memory_view": lambda inner: memoryview(inner or b"a"),
    "generic_alias": lambda inner: types.GenericAlias(list, inner or int),
    "chain": lambda inner: itertools.chain(inner or ()),
    "islice": lambda inner: itertools.islice(inner or (), 3),
    "repeat": itertools.repeat,
    "map": lambda inner: map(str, inner or ()),
    "filter": lambda inner: filter(None, inner or ()),
    "zip": lambda inner: zip(inner or ()),
    "enumerate": lambda inner: enumerate(inner or ()),
    "reversed": lambda inner: reversed([inner]),
    "list_iterator": lambda inner: iter([inner]),
    "dict_view": lambda inner: {1: inner}.values(),
    "exception_group": lambda inner: ExceptionGroup("a", [inner or ValueError()]),
}.items():
    _drop(_name, _wrap)
_drop("class", _class, (100, 1000, 3000))


@deep(100, 1000, 5000)
def drop_tee(depth):
    first, second = itertools.tee(iter(range(depth * 100)))
    for _ in range(depth * 100):
        next(first)
    del first, second


@deep(100, 1000, 20_000)
def finalizers_run(depth):
    Dying.count = 0
    chain = nest(Dying, depth)
    del chain
    gc.collect()
    assert Dying.count == depth, f"{Dying.count} of {depth} ran"


@deep(100, 1000, 5000)
def finalizers_that_make_more(depth):
    class Reborn:
        left = depth

        def __del__(self):
            if Reborn.left:
                Reborn.left -= 1
                Reborn()

    Reborn()


@deep(100, 1000, 5000)
def finalizers_that_drop(depth):
    chain = []

    class Popper:
        def __del__(self):
            if chain:
                chain.pop()

    chain.extend(Popper() for _ in range(depth))
    chain.pop()


@deep(100, 1000, 5000)
def weak_callbacks_that_drop(depth):
    links = [Link(None) for _ in range(depth)]
    refs = [weakref.ref(link, lambda _: links and links.pop()) for link in links]
    links.pop()
    return refs


@deep(100, 1000, 20_000)
def exceptions_raised_in_a_chain(depth):
    last = None
    for _ in range(depth):
        try:
            try:
                raise last or ValueError("a")
            except ValueError:
                raise ValueError("b")  # noqa: B904
        except ValueError as error:
            last = error
    del last


@deep(100, 1000, 20_000)
def double_links(depth):
    first = last = Link(None)
    for _ in range(depth):
        link = Link(None)
        link.before, last.next, last = last, link, link
    del first, last, link
    gc.collect()


# What is found is let go of in the order of its making, newest first: a chain that begins with its oldest goes at once.


def _exceptions(depth):
    first = last = ValueError()
    for _ in range(depth):
        error = ValueError()
        last.__context__ = error
        last = error
    return first


def _cells(depth):
    first = last = types.CellType()
    for _ in range(depth):
        cell = types.CellType()
        last.cell_contents = cell
        last = cell
    return first


def _found(name, make):
    """Chains that the interpreter's own collections find, or that nothing but a class or a cell holds."""

    def cyclic(depth):
        ends = []
        ends.append((make(depth), ends))

    def when_enabled(depth):
        gc.collect()
        gc.disable()
        cyclic(depth)
        gc.enable()
        return [[] for _ in range(3000)]

    def with_a_high_threshold(depth):
        before = gc.get_threshold()
        gc.collect()
        gc.set_threshold(1_000_000)
        cyclic(depth)
        made = [[] for _ in range(3000)]
        gc.set_threshold(*before)
        return made

    def in_a_recursion(depth):
        if depth:
            return sorted([1], key=lambda _: in_a_recursion(depth - 1))
        gc.collect(0)
        cyclic(1900)
        return [[] for _ in range(3000)]

    def held_by_a_class(depth):
        class Holder:
            chain = make(depth)

        del Holder
        gc.collect()

    def held_by_a_cell(depth):
        def holder():
            return chain, holder

        chain = make(depth)
        del holder
        gc.collect()

    for found in (when_enabled, with_a_high_threshold, held_by_a_class, held_by_a_cell):
        found.__name__ += f"_{name}"
        deep(100, 1000, 1900, 20_000)(found)
    in_a_recursion.__name__ += f"_{name}"
    deep(60, 120, *range(200, 300, 8), 400)(in_a_recursion)


_found("exceptions", _exceptions)
_found("cells", _cells)
