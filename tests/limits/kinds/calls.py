"""Calls that lead to themselves: every way in which the interpreter calls Python."""

import ast
import bisect
import contextlib
import contextvars
import functools
import heapq
import io
import itertools
import json
import operator
import re
import string
import sys


@endless
def function():
    return function()


@endless
def function_with_arguments(*args, **kwargs):
    return function_with_arguments(*args, 1, **kwargs)


@endless
def function_by_apply():
    return function_by_apply(*())


@endless
def two_functions():
    return (lambda: two_functions())()


@endless
def comprehension():
    return [comprehension() for _ in range(1)]


@endless
def generator_expression():
    return sum(generator_expression() for _ in range(1))


@endless
def generator():
    def go():
        yield next(go())

    next(go())


@endless
def yield_from():
    def go():
        yield from go()

    next(go())


@endless
def coroutine():
    async def go():
        await go()

    go().send(None)


@endless
def async_generator():
    async def go():
        async for value in go():
            yield value

    go().__anext__().send(None)


@endless
def generator_throw():
    def go():
        try:
            yield
        except ValueError:
            inner = go()
            next(inner)
            inner.throw(ValueError)

    outer = go()
    next(outer)
    outer.throw(ValueError)


@endless
def generator_close():
    def go():
        try:
            yield
        finally:
            inner = go()
            next(inner)
            inner.close()

    outer = go()
    next(outer)
    outer.close()


@endless
def except_block():
    try:
        raise ValueError
    except ValueError:
        except_block()


@endless
def finally_block():
    try:
        pass
    finally:
        finally_block()


@endless
def with_block():
    with contextlib.nullcontext():
        with_block()


@endless
def context_manager():
    @contextlib.contextmanager
    def go():
        with go():
            yield

    with go():
        pass


@endless
def exit_stack():
    with contextlib.ExitStack() as stack:
        stack.callback(exit_stack)


@endless
def decorated():
    @functools.wraps(decorated)
    def go(*args):
        return go(*args)

    go()


@endless
def lru_cache():
    @functools.cache
    def go(n):
        return go(n + 1)

    go(0)


@endless
def lru_cache_bounded():
    @functools.lru_cache(maxsize=10)
    def go(n):
        return go(n + 1)

    go(0)


@endless
def cached_property():
    class C:
        @functools.cached_property
        def a(self):
            return C().a

    C().a


@endless
def single_dispatch():
    @functools.singledispatch
    def go(value):
        return go(value)

    go(1)


@endless
def partial():
    functools.partial(partial)()


@endless
def partial_method():
    class C:
        def a(self, value):
            return self.b()

        b = functools.partialmethod(a, 1)

    C().b()


@endless
def reduce():
    functools.reduce(lambda a, b: reduce(), [1, 2])


@endless
def cmp_to_key():
    sorted([2, 1], key=functools.cmp_to_key(lambda a, b: cmp_to_key()))


@endless
def sort_key():
    sorted([2, 1], key=lambda value: sort_key())


@endless
def list_sort_key():
    [2, 1].sort(key=lambda value: list_sort_key())


@endless
def min_key():
    min([2, 1], key=lambda value: min_key())


@endless
def map_function():
    list(map(lambda *_: map_function(), [1], [2]))


@endless
def filter_function():
    list(filter(lambda value: filter_function(), [1]))


@endless
def iter_of_callable():
    next(iter(iter_of_callable, 1))


@endless
def takewhile():
    list(itertools.takewhile(lambda value: takewhile(), [1]))


@endless
def accumulate():
    list(itertools.accumulate([1, 2], lambda a, b: accumulate()))


@endless
def groupby():
    list(itertools.groupby([1], lambda value: groupby()))


@endless
def starmap():
    list(itertools.starmap(starmap, [()]))


@endless
def bisect_key():
    bisect.bisect([1], 1, key=lambda value: bisect_key())


@endless
def heap_compare():
    class C:
        def __lt__(self, other):
            heapq.heapify([C(), C()])

    heapq.heapify([C(), C()])


@endless
def method_caller():
    class C:
        def go(self):
            return operator.methodcaller("go")(self)

    C().go()


@endless
def substitution():
    re.sub("a", lambda match: substitution(), "a")


@endless
def exec_in_exec():
    exec("exec_in_exec()", {"exec_in_exec": exec_in_exec})


@endless
def eval_in_eval():
    eval("again()", {"again": eval_in_eval})


@endless
def compile_in_warning():
    import warnings

    def show(*args, **kwargs):
        compile("1 is 1", "x", "eval")
        warnings.warn("again", stacklevel=1)

    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = show
        warnings.warn("again", stacklevel=1)


@endless
def context_run():
    contextvars.copy_context().run(context_run)


@endless
def print_to_itself():
    class File:
        def write(self, text):
            print(text, file=self)

    print("a", file=File())


@endless
def buffered_raw():
    class Raw(io.RawIOBase):
        def readable(self):
            return True

        def readinto(self, buffer):
            return len(io.BufferedReader(Raw()).read(1))

    io.BufferedReader(Raw()).read(1)


@endless
def trace_function():
    def trace(frame, event, arg):
        sys.settrace(trace)
        function()

    try:
        sys.settrace(trace)
        function()
    finally:
        sys.settrace(None)


@endless
def json_default():
    json.dumps(object(), default=lambda value: json_default())


@endless
def json_default_nests():
    json.dumps(object(), default=lambda value: [object()])


@endless
def json_object_hook():
    json.loads("{}", object_hook=lambda value: json_object_hook())


@endless
def json_indented():
    json.dumps(object(), indent=1, default=lambda value: [object()])


@endless
def template():
    class T(string.Template):
        def substitute(self, *args, **kwargs):
            return T("a").substitute()

    T("a").substitute()


@endless
def formatter():
    class F(string.Formatter):
        def get_value(self, key, args, kwargs):
            return self.format("{0}", 1)

    F().format("{0}", 1)


@endless
def node_visitor():
    class V(ast.NodeVisitor):
        def visit_Name(self, node):
            self.visit(node)

    V().visit(ast.parse("a"))
