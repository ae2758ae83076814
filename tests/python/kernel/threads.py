"""There is one thread: what would start another or wait for one says so, and nothing hangs."""

import _thread
import queue
import threading
import time
from concurrent.futures import ThreadPoolExecutor


def refused(function, *words):
    try:
        function()
    except RuntimeError as error:
        assert all(word in str(error) for word in words), error
    else:
        raise AssertionError(f"{function} did not refuse")


refused(threading.Thread(target=print).start, "can't start new thread", "js.Worker")
refused(lambda: _thread.start_new_thread(print, ()), "can't start new thread")
refused(lambda: ThreadPoolExecutor(1).submit(print), "can't start new thread")
refused(lambda: threading.Timer(0, print).start(), "can't start new thread")

lock = threading.Lock()
with lock:
    assert lock.locked()
    assert not lock.acquire(blocking=False)
    assert not lock.acquire(timeout=0.01)
    refused(lock.acquire, "never be released")
assert not lock.locked()
refused(queue.Queue().get, "never be released")
try:
    queue.Queue().get(timeout=0)
except queue.Empty:
    pass
simple = queue.SimpleQueue()
simple.put(1)
simple.put_nowait(2)
assert not simple.empty() and simple.qsize() == 2 and (simple.get(), simple.get(timeout=1)) == (1, 2)
for call in (simple.get_nowait, lambda: simple.get(timeout=0.01), lambda: simple.get(block=False)):
    try:
        call()
    except queue.Empty:
        pass
    else:
        raise AssertionError(call)
refused(simple.get, "never be released")
refused(threading.Event().wait, "never be released")
assert not threading.Event().wait(0)

rlock = threading.RLock()
with rlock, rlock:
    assert rlock._is_owned()
    assert rlock._recursion_count() == 2
assert not rlock._is_owned()
condition = threading.Condition()
with condition:
    condition.notify_all()
    assert not condition.wait(0)
with condition:
    assert condition.wait_for(lambda: True)

local = threading.local()
local.x = 1
assert local.x == 1
assert threading.current_thread() is threading.main_thread()

# The page's time zone.
assert len(time.tzname) == 2
assert time.daylight in (0, 1)
assert time.timezone >= time.altzone
assert time.localtime().tm_gmtoff in (-time.timezone, -time.altzone)


class Mine(threading.local):
    kind = "mine"

    def __init__(self, start):
        self.value = start

    def more(self):
        self.value += 1
        return self.value


mine = Mine(4)
assert mine.more() == 5 and mine.kind == "mine" and mine.__dict__ == {"value": 5} == vars(mine)
other = threading.local()
other.value = 1
del other.value
assert not hasattr(other, "value") and _thread._local is threading.local
for change in (lambda: setattr(mine, "__dict__", {}), lambda: delattr(mine, "__dict__")):
    try:
        change()
    except AttributeError as error:
        assert "read-only" in str(error)
    else:
        raise AssertionError("__dict__ of a local was changed")
try:
    threading.local(1)
except TypeError as error:
    assert str(error) == "Initialization arguments are not supported"
else:
    raise AssertionError("a plain local took an argument")
