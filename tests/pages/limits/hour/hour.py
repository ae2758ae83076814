"""Turns of a loop that leave cycles behind: some die young, others after collections of every generation."""

import asyncio
import gc
from collections import deque

import js

#: An hour at 60 turns a second.
TURNS = 216_000
TENTH = TURNS // 10
#: Turns between two rings of nodes, how many rings a window holds, which of them go into the window that moves slower.
EVERY, WINDOW, SLOWER = 4, 500, 10
RING = 4
#: Turns between two looks.
LOOK = 500

made = finalized = 0


class Node:
    def __init__(self, before):
        self.before = before
        self.load = [self]


class Counted(Node):
    """One with a finalizer, which has to run."""

    def __init__(self, before):
        global made
        made += 1
        super().__init__(before)

    def __del__(self):
        global finalized
        finalized += 1


def ring():
    """Nodes that know each other in a circle, the first with a finalizer."""
    first = node = Counted(None)
    for _ in range(RING - 1):
        node = Node(node)
    first.before = node
    return first


async def fails(kept):
    """A task whose exception holds, by its traceback, the frame that holds the exception."""
    await asyncio.sleep(0)
    try:
        raise ValueError(len(kept))
    except ValueError as error:
        kept.append(error)
        mine = error
        raise RuntimeError(str(mine)) from error


def future_of_itself(loop):
    """A future that its own callback refers to."""
    future = loop.create_future()
    future.add_done_callback(lambda done: done is future)
    future.set_result(None)
    return future


def waiting():
    """A generator that is never resumed, and that its own frame refers to."""
    generator = None

    def body():
        yield generator

    generator = body()
    next(generator)
    return generator


def live():
    """Objects that the collector knows, garbage that it has not found yet among them."""
    return sum(gc.get_count())


async def hour():
    """The most objects, and pages of memory, in each tenth of the turns."""
    loop = asyncio.get_running_loop()
    quick, slow = deque(maxlen=WINDOW), deque(maxlen=WINDOW)
    tenths = [[0, 0] for _ in range(10)]
    for turn in range(TURNS):
        if turn % EVERY == 0:
            quick.append(ring())
            if turn % (EVERY * SLOWER) == 0:
                slow.append(ring())
                kept = []
                task = loop.create_task(fails(kept))
                kept.append(task)
                quick[-1].load += [kept, task, future_of_itself(loop), waiting()]
                try:
                    await task
                except RuntimeError as error:
                    kept.append(error)
                del task, kept
        await asyncio.sleep(0)
        if turn % LOOK == LOOK - 1:
            most = tenths[turn // TENTH]
            most[:] = max(most[0], live()), max(most[1], int(js.kraitTestWasmPages()))
    return tenths


tenths = await hour()
objects = [most for most, _ in tenths]
problems = []
# Full collections wait until the oldest generation has grown by a quarter.
if max(objects[1:]) > objects[0] * 1.25:
    problems.append(f"the most objects in each tenth of the turns: {objects}")
# The windows, and what has left them since the last full collection.
if made - finalized > 8 * WINDOW:
    problems.append(f"{finalized} of {made} were finalized")
pages = [most for _, most in tenths]
print(f"objects {objects}, pages {pages}, finalized {finalized} of {made}")
js.document.getElementById("verdict").textContent = "; ".join(problems) or "flat"
