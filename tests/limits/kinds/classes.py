"""Classes whose special methods, descriptors and metaclasses lead to themselves."""

import abc
import collections
import copy
import dataclasses
import operator
import os
import pickle
import sys
import types


@endless
def class_body():
    class C:
        class_body()


@endless
def metaclass_call():
    class M(type):
        def __call__(cls):
            return cls()

    class C(metaclass=M):
        pass

    C()


@endless
def metaclass_new():
    class M(type):
        def __new__(mcs, name, bases, space):
            return mcs("a", (), {})

    M("a", (), {})


@endless
def metaclass_prepare():
    class M(type):
        @classmethod
        def __prepare__(cls, name, bases):
            class C(metaclass=M):
                pass

    class C(metaclass=M):
        pass


@endless
def init_subclass():
    class C:
        def __init_subclass__(cls):
            type("D", (C,), {})

    type("D", (C,), {})


@endless
def set_name():
    class D:
        def __set_name__(self, owner, name):
            type("C", (), {"a": D()})

    type("C", (), {"a": D()})


@endless
def mro_method():
    class M(type):
        def mro(cls):
            return M("a", (), {}).__mro__

    M("a", (), {})


@endless
def super_method():
    class A:
        def go(self):
            return C().go()

    class C(A):
        def go(self):
            return super().go()

    C().go()


@endless
def descriptor_get():
    class D:
        def __get__(self, obj, kind=None):
            return C().a

    class C:
        a = D()

    C().a


@endless
def descriptor_set():
    class D:
        def __set__(self, obj, value):
            C().a = value

    class C:
        a = D()

    C().a = 1


@endless
def descriptor_set_later():
    class D:
        def __set__(self, obj, value):
            C().a = value

    class C:
        pass

    C.a = D()
    C().a = 1


@endless
def property_get():
    class C:
        a = property(lambda self: self.a)

    C().a


@endless
def property_set():
    class C:
        a = property(None, lambda self, value: setattr(self, "a", value))

    C().a = 1


@endless
def abstract_subclass_hook():
    class C(abc.ABC):
        @classmethod
        def __subclasshook__(cls, other):
            return issubclass(type("D", (), {}), C)

    issubclass(int, C)


@endless
def instance_check():
    class M(type):
        def __instancecheck__(cls, value):
            return isinstance(value, C)

    class C(metaclass=M):
        pass

    isinstance(1, C)


@endless
def subclass_check():
    class M(type):
        def __subclasscheck__(cls, value):
            return issubclass(value, C)

    class C(metaclass=M):
        pass

    issubclass(int, C)


@endless
def bases_property():
    class C:
        @property
        def __bases__(self):
            return (C(), C())

    issubclass(C(), int)


@endless
def fspath():
    class P:
        def __fspath__(self):
            return os.fspath(self)

    os.fspath(P())


@endless
def missing():
    class D(dict):
        def __missing__(self, key):
            return self[key]

    D()[1]


@endless
def default_factory():
    def make():
        return collections.defaultdict(make)[1]

    make()


@endless
def method_type_of_itself():
    class C:
        def __call__(self, *args):
            return types.MethodType(self, 1)()

    C()()


@endless
def call_is_itself():
    class C:
        pass

    C.__call__ = C()
    C()()


@endless
def getattr_is_itself():
    class C:
        def __getattr__(self, name):
            return getattr(self, name + "x")

    C().a


@endless
def deepcopy_method():
    class C:
        def __deepcopy__(self, memo):
            return copy.deepcopy(C(), memo)

    copy.deepcopy(C())


@endless
def reduce_method():
    class C:
        def __reduce__(self):
            return C, (), {"a": C()}

    globals()["C"] = C
    C.__qualname__ = "C"
    try:
        pickle.dumps(C())
    finally:
        del globals()["C"]


@endless
def setstate():
    class C:
        def __setstate__(self, state):
            copy.copy(self)

        def __getstate__(self):
            return 1

    copy.copy(C())


@endless
def post_init():
    @dataclasses.dataclass
    class C:
        def __post_init__(self):
            C()

    C()


def _special(name, use, arguments="self, *args"):
    space = {"use": use}
    exec(f"def {name}({arguments}): return use(type(self)())", space)
    kind = type("Special", (), {name: space[name]})

    def go():
        use(kind())

    go.__name__ = f"special_{name.strip('_')}"
    endless(go)


for _name, _use in {
    "__init__": lambda value: type(value)(),
    "__call__": lambda value: value(),
    "__repr__": repr,
    "__str__": str,
    "__bytes__": bytes,
    "__format__": lambda value: f"{value}",
    "__hash__": hash,
    "__bool__": bool,
    "__len__": len,
    "__length_hint__": operator.length_hint,
    "__iter__": iter,
    "__next__": next,
    "__reversed__": reversed,
    "__contains__": lambda value: 1 in value,
    "__getitem__": lambda value: value[0],
    "__getattribute__": lambda value: value.a,
    "__setattr__": lambda value: setattr(value, "a", 1),
    "__delattr__": lambda value: delattr(value, "a"),
    "__setitem__": lambda value: operator.setitem(value, 0, 0),
    "__delitem__": lambda value: operator.delitem(value, 0),
    "__eq__": lambda value: value == 1,
    "__ne__": lambda value: value != 1,
    "__lt__": lambda value: sorted([value, value]),
    "__ge__": lambda value: value >= value,
    "__add__": lambda value: value + 1,
    "__radd__": lambda value: 1 + value,
    "__iadd__": lambda value: operator.iadd(value, 1),
    "__matmul__": lambda value: value @ 1,
    "__divmod__": lambda value: divmod(value, 1),
    "__pow__": lambda value: pow(value, 2),
    "__neg__": lambda value: -value,
    "__abs__": abs,
    "__int__": int,
    "__float__": float,
    "__complex__": complex,
    "__index__": operator.index,
    "__round__": round,
    "__trunc__": lambda value: __import__("math").trunc(value),
    "__enter__": lambda value: value.__enter__(),
    "__dir__": dir,
    "__sizeof__": sys.getsizeof,
    "__copy__": copy.copy,
    "__reduce_ex__": copy.copy,
    "__instancecheck__": lambda value: isinstance(1, value),
    "__subclasscheck__": lambda value: issubclass(int, value),
    "__mro_entries__": lambda value: types.resolve_bases((value,)),
    "__buffer__": memoryview,
    "__await__": lambda value: value.__await__(),
}.items():
    _special(_name, _use)

known(
    "after two stores the interpreter forgets a data descriptor without `__get__` that came after the class",
    "descriptor_set_later",
)
