"""asyncio on the browser's loop: what each public part does, and what cannot be done here."""

# also in a worker

import asyncio
import contextvars

import js
from pyodide.webloop import PyodideFuture, PyodideTask, WebLoop

loop = asyncio.get_running_loop()
assert isinstance(loop, WebLoop) and loop.is_running() and not loop.is_closed()
assert asyncio.new_event_loop() is loop is asyncio.get_event_loop()


async def give(value, delay=0.0):
    await asyncio.sleep(delay)
    return value


async def boom(kind=ValueError):
    await asyncio.sleep(0)
    raise kind("boom")


# Tasks, gather, TaskGroup, shield, wait, as_completed.
task = asyncio.create_task(give(1), name="one")
assert task.get_name() == "one" and isinstance(task, PyodideTask) and task in asyncio.all_tasks()
assert await task == 1 and task not in asyncio.all_tasks()
results = await asyncio.gather(give(1), boom(), return_exceptions=True)
assert results[0] == 1 and isinstance(results[1], ValueError)
try:
    async with asyncio.TaskGroup() as group:
        other = group.create_task(give(1, 1000))
        group.create_task(boom())
except* ValueError as errors:
    assert len(errors.exceptions) == 1 and other.cancelled()
else:
    raise AssertionError("the group ended well")
done, pending = await asyncio.wait(
    [asyncio.create_task(give("quick")), asyncio.create_task(give("slow", 1000))],
    return_when=asyncio.FIRST_COMPLETED,
)
assert [t.result() for t in done] == ["quick"] and len(pending) == 1
pending.pop().cancel()
turn = asyncio.Event()


async def after_a():
    await turn.wait()
    return "b"


async def before_b():
    turn.set()
    return "a"


assert [await first for first in asyncio.as_completed([after_a(), before_b()])] == ["a", "b"]
inner = asyncio.create_task(give("kept", 0.005))
outer = asyncio.ensure_future(asyncio.shield(inner))
await asyncio.sleep(0)
outer.cancel()
assert await inner == "kept"
try:
    await asyncio.wait_for(give(1, 1000), 0.005)
except TimeoutError:
    pass
else:
    raise AssertionError("wait_for waited")
async with asyncio.timeout(10) as limit:
    limit.reschedule(loop.time() + 20)

# Synchronisation.
queue = asyncio.Queue(1)


async def producer():
    for n in range(3):
        await queue.put(n)
    queue.shutdown()


async def consumer():
    got = []
    try:
        while True:
            got.append(await queue.get())
            queue.task_done()
    except asyncio.QueueShutDown:
        return got


assert (await asyncio.gather(producer(), consumer()))[1] == [0, 1, 2]
lock, semaphore, event, condition = asyncio.Lock(), asyncio.Semaphore(2), asyncio.Event(), asyncio.Condition()
log = []


async def locked(name):
    async with lock:
        log.append(f"{name} in")
        await asyncio.sleep(0)
        log.append(f"{name} out")


await asyncio.gather(locked("a"), locked("b"))
assert log == ["a in", "a out", "b in", "b out"]
running = most = 0


async def limited():
    global running, most
    async with semaphore:
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1


await asyncio.gather(*(limited() for _ in range(5)))
assert most == 2
loop.call_soon(event.set)
assert await event.wait() is True


async def notified():
    async with condition:
        return await condition.wait_for(lambda: event.is_set())


assert await notified() is True
barrier = asyncio.Barrier(3)


async def at_barrier():
    async with barrier as position:
        return position


assert sorted(await asyncio.gather(*(at_barrier() for _ in range(3)))) == [0, 1, 2]

# Functions in executors run inline.
variable = contextvars.ContextVar("variable", default="unset")
variable.set("set")
assert await asyncio.to_thread(variable.get) == "set"
assert await loop.run_in_executor(None, pow, 2, 3) == 8
failing = loop.run_in_executor(None, int, "x")
assert isinstance(failing.exception(), ValueError)
assert isinstance(loop.run_in_executor(None, next, iter(())).exception(), RuntimeError)

# The order of callbacks and timers.
order = []
ended = asyncio.Event()
now = loop.time()
loop.call_at(now + 0.02, order.append, "20 ms")
loop.call_at(now + 0.02, ended.set)
loop.call_at(now + 0.004, order.append, "4 ms")
loop.call_later(-1, order.append, "past")
loop.call_soon(order.append, "soon")
loop.call_soon_threadsafe(order.append, "soon after")
loop.call_later(float("inf"), order.append, "never")
loop.call_later(2**33, order.append, "in centuries").cancel()
cancelled = loop.call_later(0.001, order.append, "cancelled")
cancelled.cancel()
await ended.wait()
assert order == ["soon", "soon after", "past", "4 ms", "20 ms"], order
for bad in (lambda: loop.call_later(None, print), lambda: loop.call_at(None, print)):
    try:
        bad()
    except TypeError:
        pass
    else:
        raise AssertionError("a timer without a time")
# A thousand timers that are cancelled leave nothing behind.
before = len(loop._scheduled)
for handle in [loop.call_later(1000 + n, print) for n in range(1000)]:
    handle.cancel()
assert len(loop._scheduled) <= before + 150

# Chains, as promises have them.
future = loop.create_future()
assert isinstance(future, PyodideFuture)
chained = future.then(lambda value: value + 1).then(give)
future.set_result(1)
assert await chained == 2
assert await asyncio.ensure_future(boom()).catch(lambda error: str(error)) == "boom"
called = []
assert await asyncio.ensure_future(give(3)).finally_(lambda: called.append("finally")) == 3
try:
    await asyncio.ensure_future(boom()).finally_(lambda: called.append("again"))
except ValueError:
    pass
else:
    raise AssertionError("finally_ took the exception")
assert called == ["finally", "again"]
assert await asyncio.ensure_future(give(1)).then(lambda _: boom()).then(None, lambda error: type(error)) is ValueError

# Exceptions that nobody takes.
contexts = []
both = asyncio.Event()


def take(_, context):
    contexts.append(context)
    if len(contexts) == 2:
        both.set()


loop.set_exception_handler(take)
loop.call_soon(lambda: 1 / 0)
dropped = asyncio.create_task(boom())
del dropped
await both.wait()
assert [type(context["exception"]) for context in contexts] == [ZeroDivisionError, ValueError], contexts
assert "Exception in callback" in contexts[0]["message"]
assert loop.get_exception_handler() is not None
loop.set_exception_handler(None)
try:
    loop.set_exception_handler(1)
except TypeError:
    pass
else:
    raise AssertionError("a number as handler")

# Asynchronous generators are finalised.
closed = []
closing = asyncio.Event()


async def numbers(name):
    try:
        yield 1
        yield 2
    finally:
        await asyncio.sleep(0)
        closed.append(name)
        closing.set()


async for _ in numbers("broken off"):
    break
await closing.wait()
assert closed == ["broken off"]
kept = numbers("kept")
assert await anext(kept) == 1
await loop.shutdown_asyncgens()
assert closed == ["broken off", "kept"]

# Interruptions have handlers of their own.
codes = asyncio.Queue()
loop._system_exit_handler = codes.put_nowait


def exit_with(code):
    raise SystemExit(code)


loop.call_soon(exit_with, 3)
assert await codes.get() == 3
loop._system_exit_handler = None

# Promises that settle run what waits for them at once, after JavaScript's own reactions.
first = js.Promise.resolve(1)
seen = []
first.then(lambda value: seen.append("reaction"))
assert await first == 1
assert seen == ["reaction"]
thenable = js.JSON.parse("{}")
thenable.then = lambda resolve, reject: resolve(5)
assert await js.Promise.resolve(thenable) == 5
waiting = asyncio.ensure_future(js.Promise.new(lambda resolve, reject: js.setTimeout(resolve, 5)))
waiting.cancel()
try:
    await waiting
except asyncio.CancelledError:
    pass
await asyncio.sleep(0.01)

# What a page does not have.
for name in (
    "create_connection",
    "create_server",
    "sock_recv",
    "getaddrinfo",
    "subprocess_exec",
    "connect_read_pipe",
    "create_datagram_endpoint",
):
    try:
        await getattr(loop, name)()
    except NotImplementedError as error:
        assert name in str(error) and "browser" in str(error)
    else:
        raise AssertionError(f"{name} did something")
for name in ("add_reader", "add_signal_handler"):
    try:
        getattr(loop, name)()
    except NotImplementedError as error:
        assert "browser" in str(error)
    else:
        raise AssertionError(f"{name} did something")
try:
    loop.run_forever()
except RuntimeError:
    pass
else:
    raise AssertionError("run_forever returned")
