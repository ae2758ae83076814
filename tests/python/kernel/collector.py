"""Cyclic garbage of every age goes without anyone calling gc.collect()."""

import gc
import sys
import weakref

import _krait_gc


class Node:
    def __init__(self, parent):
        self.parent = parent
        self.children = []


def tree(depth, parent=None):
    node = Node(parent)
    if depth:
        node.children = [tree(depth - 1, node) for _ in range(3)]
    return node


def tracked():
    return len(gc.get_objects())


# Trees that are alive while several collections of the youngest generation pass: each is promoted before it is dropped.
gc.collect()
before = tracked()
alive = weakref.WeakSet()
peak = 0
for _ in range(60):
    root = tree(7)
    alive.add(root)
    peak = max(peak, tracked() - before)
root = None
one_tree = 2 * sum(3**level for level in range(8)) + 1000
middle, full, tracing = _krait_gc.progress()
assert middle > 10, middle
assert full > 0, full
assert not tracing, "the interpreter is left tracing"
assert peak < 12 * one_tree, f"{peak} objects at the peak, a tree has {one_tree}"
assert len(alive) < 20, f"{len(alive)} of 60 dead trees are still there"

# The same without a call of a Python function: only lines of the running frame.
gc.collect()
before = tracked()
started = _krait_gc.progress()
peak = 0
keep = []
for _ in range(60_000):
    a = []
    b = [a, a, a]
    a.append(b)
    keep.append(a)
    if len(keep) == 5000:
        keep.clear()
        peak = max(peak, len(gc.get_objects()) - before)
assert _krait_gc.progress()[0] > started[0]
assert peak < 50_000, f"{peak} objects at the peak"
assert not _krait_gc.progress()[2]

# What a program sees of the collector is what it expects.
keep = a = b = None
gc.collect()
assert gc.collect() == 0
cycle = []
cycle.append(cycle)
del cycle
assert gc.collect() == 1, "the watch is counted"
assert sys.gettrace() is None

# Off is off.
gc.disable()
started = _krait_gc.progress()
for _ in range(20):
    tree(7)
assert _krait_gc.progress() == started
gc.enable()

# A program that traces keeps its trace function.
calls = 0


def trace(frame, event, arg):
    global calls
    calls += 1
    return trace


sys.settrace(trace)
for _ in range(3):
    tree(6)
assert sys.gettrace() is trace
sys.settrace(None)
assert calls > 3000
assert not _krait_gc.progress()[2]

# Finalizers that run in a collection of its own accord may use the collector and make cycles.
ran = []


class Noisy:
    def __init__(self):
        self.me = self

    def __del__(self):
        gc.collect(0)
        other = Node(None)
        other.parent = other
        ran.append(sys._getframe().f_lineno)


for _ in range(40):
    keep = [Noisy() for _ in range(50)] + [tree(6)]
keep = None
gc.collect()
assert len(ran) == 2000, len(ran)

# The thresholds are what the program has set, also one that is higher than what the interpreter collects at.
before = gc.get_threshold()
assert before == (2000, 10, 0), before
gc.set_threshold(50_000, 20)
assert gc.get_threshold() == (50_000, 20, 0)
gc.set_threshold(300)
assert gc.get_threshold() == (300, 20, 0)
gc.set_threshold(*before)
assert gc.get_threshold() == before

# A program that was without collections has its garbage collected when it wants them again.
gc.collect()
gc.disable()
nodes = [Node(None) for _ in range(5000)]
for node in nodes:
    node.children.append(node)
alive = weakref.WeakSet(nodes)
del nodes, node
assert len(alive) == 5000
gc.enable()
assert len(alive) == 0, len(alive)
