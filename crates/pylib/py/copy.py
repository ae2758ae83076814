"""Generic (shallow and deep) copying operations.

Interface summary:

        import copy

        x = copy.copy(y)                # make a shallow copy of y
        x = copy.deepcopy(y)            # make a deep copy of y
        x = copy.replace(y, a=1, b=2)   # new object with fields replaced, as defined by `__replace__`

For module specific errors, copy.Error is raised.

The difference between shallow and deep copying is only relevant for
compound objects (objects that contain other objects, like lists or
class instances).

- A shallow copy constructs a new compound object and then (to the
  extent possible) inserts *the same objects* into it that the
  original contains.

- A deep copy constructs a new compound object and then, recursively,
  inserts *copies* into it of the objects found in the original.

Two problems often exist with deep copy operations that don't exist
with shallow copy operations:

 a) recursive objects (compound objects that, directly or indirectly,
    contain a reference to themselves) may cause a recursive loop

 b) because deep copy copies *everything* it may copy too much, e.g.
    administrative data structures that should be shared even between
    copies

Python's deep copy operation avoids these problems by:

 a) keeping a table of objects already copied during the current
    copying pass

 b) letting user-defined classes override the copying operation or the
    set of components copied

This version does not copy types like module, class, function, method,
nor stack trace, stack frame, nor file, socket, window, nor any
similar types.

Classes can use the same interfaces to control copying that they use
to control pickling: they can define methods called __getinitargs__(),
__getstate__() and __setstate__().  See the documentation for module
"pickle" for information on these methods.
"""

import types
import weakref
from copyreg import dispatch_table


class Error(Exception):
    pass


error = Error  # backward compatibility

__all__ = ["Error", "copy", "deepcopy", "replace"]


def copy(x):
    """Shallow copy operation on arbitrary Python objects.

    See the module's __doc__ string for more info.
    """

    cls = type(x)

    if cls in _copy_atomic_types:
        return x
    if cls in _copy_builtin_containers:
        return cls.copy(x)

    if issubclass(cls, type):
        # treat it as a regular class:
        return x

    copier = getattr(cls, "__copy__", None)
    if copier is not None:
        return copier(x)

    reductor = dispatch_table.get(cls)
    if reductor is not None:
        rv = reductor(x)
    else:
        reductor = getattr(x, "__reduce_ex__", None)
        if reductor is not None:
            rv = reductor(4)
        else:
            reductor = getattr(x, "__reduce__", None)
            if reductor:
                rv = reductor()
            else:
                raise Error(f"un(shallow)copyable object of type {cls}")

    return x if isinstance(rv, str) else _reconstruct(x, None, *rv)


_copy_atomic_types = {
    types.NoneType,
    int,
    float,
    bool,
    complex,
    str,
    tuple,
    bytes,
    frozenset,
    type,
    range,
    slice,
    property,
    types.BuiltinFunctionType,
    types.EllipsisType,
    types.NotImplementedType,
    types.FunctionType,
    types.CodeType,
    weakref.ref,
    super,
}
_copy_builtin_containers = {list, dict, set, bytearray}


def deepcopy(x, memo=None, _nil=[]):  # noqa: B006
    """Deep copy operation on arbitrary Python objects.

    See the module's __doc__ string for more info.
    """
    if type(x) in _atomic_types:
        return x
    return _deepcopy(x, {} if memo is None else memo)


_nil = []


def _deepcopy(x, memo):
    # A call with as many arguments as there are parameters, and of one function at each place, takes no native stack,
    # so that what is copied may nest as deeply as Python functions may call each other.
    cls = type(x)

    if cls in _atomic_types:
        return x

    d = id(x)
    y = memo.get(d, _nil)
    if y is not _nil:
        return y

    copier = _deepcopy_dispatch.get(cls)
    if copier is _deepcopy_list:
        y = _deepcopy_list(x, memo)
    elif copier is _deepcopy_dict:
        y = _deepcopy_dict(x, memo)
    elif copier is _deepcopy_tuple:
        y = _deepcopy_tuple(x, memo)
    elif copier is not None:
        y = copier(x, memo)
    elif issubclass(cls, type):
        y = x  # atomic copy
    else:
        copier = getattr(x, "__deepcopy__", None)
        if copier is not None:
            y = copier(memo)
        else:
            reductor = dispatch_table.get(cls)
            if reductor:
                rv = reductor(x)
            else:
                reductor = getattr(x, "__reduce_ex__", None)
                if reductor is not None:
                    rv = reductor(4)
                else:
                    reductor = getattr(x, "__reduce__", None)
                    if reductor:
                        rv = reductor()
                    else:
                        raise Error(f"un(deep)copyable object of type {cls}")
            y = x if isinstance(rv, str) else _reconstruct_deep(x, memo, rv)

    # If is its own copy, don't memoize.
    if y is not x:
        memo[d] = y
        _keep_alive(x, memo)  # Make sure x lives at least as long as d
    return y


_atomic_types = {
    types.NoneType,
    types.EllipsisType,
    types.NotImplementedType,
    int,
    float,
    bool,
    complex,
    bytes,
    str,
    types.CodeType,
    type,
    range,
    types.BuiltinFunctionType,
    types.FunctionType,
    weakref.ref,
    property,
}

_deepcopy_dispatch = d = {}


def _deepcopy_list(x, memo):
    y = []
    memo[id(x)] = y
    append = y.append
    for a in x:
        append(_deepcopy(a, memo))
    return y


d[list] = _deepcopy_list


def _deepcopy_tuple(x, memo):
    y = []
    append = y.append
    # A comprehension would be called with native stack.
    for a in x:
        append(_deepcopy(a, memo))
    # We're not going to put the tuple in the memo, but it's still important we
    # check for it, in case the tuple contains recursive mutable structures.
    try:
        return memo[id(x)]
    except KeyError:
        pass
    for k, j in zip(x, y, strict=False):
        if k is not j:
            y = tuple(y)
            break
    else:
        y = x
    return y


d[tuple] = _deepcopy_tuple


def _deepcopy_dict(x, memo):
    y = {}
    memo[id(x)] = y
    for key, value in x.items():
        y[_deepcopy(key, memo)] = _deepcopy(value, memo)
    return y


d[dict] = _deepcopy_dict


def _deepcopy_method(x, memo):  # Copy instance methods
    return type(x)(x.__func__, _deepcopy(x.__self__, memo))


d[types.MethodType] = _deepcopy_method

del d


def _keep_alive(x, memo):
    """Keeps a reference to the object x in the memo.

    Because we remember objects by their id, we have
    to assure that possibly temporary objects are kept
    alive by referencing them.
    We store a reference at the id of the memo, which should
    normally not be used unless someone tries to deepcopy
    the memo itself...
    """
    try:
        memo[id(memo)].append(x)
    except KeyError:
        # aha, this is the first one :-)
        memo[id(memo)] = [x]


def _reconstruct(x, memo, func, args, state=None, listiter=None, dictiter=None, *, deepcopy=deepcopy):
    if memo is not None:
        return _reconstruct_deep(x, memo, (func, args, state, listiter, dictiter))
    y = func(*args)
    _set_state(y, state)
    if listiter is not None:
        for item in listiter:
            y.append(item)
    if dictiter is not None:
        for key, value in dictiter:
            y[key] = value
    return y


def _set_state(y, state):
    if state is None:
        return
    if hasattr(y, "__setstate__"):
        y.__setstate__(state)
        return
    slotstate = None
    if isinstance(state, tuple) and len(state) == 2:
        state, slotstate = state
    if state is not None:
        y.__dict__.update(state)
    if slotstate is not None:
        for key, value in slotstate.items():
            setattr(y, key, value)


def _reconstruct_deep(x, memo, rv):
    if not 2 <= len(rv) <= 5:
        raise TypeError(f"what __reduce_ex__() returns must have two to five items, not {len(rv)}")
    func, args, state, listiter, dictiter = (*rv, None, None, None)[:5]
    if args:
        copied = []
        append = copied.append
        for arg in args:
            append(_deepcopy(arg, memo))
        args = copied
    y = func(*args)
    memo[id(x)] = y

    if state is not None:
        _set_state(y, _deepcopy(state, memo))
    if listiter is not None:
        for item in listiter:
            y.append(_deepcopy(item, memo))
    if dictiter is not None:
        for key, value in dictiter:
            key = _deepcopy(key, memo)
            y[key] = _deepcopy(value, memo)
    return y


del types, weakref


def replace(obj, /, **changes):
    """Return a new object replacing specified fields with new values.

    This is especially useful for immutable objects, like named tuples or
    frozen dataclasses.
    """
    cls = obj.__class__
    func = getattr(cls, "__replace__", None)
    if func is None:
        raise TypeError(f"replace() does not support {cls.__name__} objects")
    return func(obj, **changes)
