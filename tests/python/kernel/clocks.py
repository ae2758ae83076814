"""Every function that reads a clock works; on this target the interpreter's own trap."""

import datetime
import time

for name in ("monotonic", "perf_counter", "process_time", "thread_time"):
    clock, clock_ns = getattr(time, name), getattr(time, name + "_ns")
    before = clock_ns()
    assert isinstance(clock(), float), name
    assert clock_ns() >= before >= 0, name
    assert abs(clock() * 1e9 - clock_ns()) < 1e9, name
    assert time.get_clock_info(name).monotonic, name

assert abs(time.time() - time.time_ns() / 1e9) < 1
assert time.time() > 1_700_000_000
assert time.get_clock_info("time").monotonic is False
assert time.sleep(0) is None
for bad, kind in ((-1, ValueError), (float("nan"), ValueError), ("1", TypeError), (1e300, OverflowError)):
    try:
        time.sleep(bad)
    except kind:
        pass
    else:
        raise AssertionError(f"time.sleep({bad!r}) did not raise {kind.__name__}")

now = datetime.datetime.now()
assert abs(now.timestamp() - time.time()) < 5
aware = datetime.datetime.now(datetime.UTC)
assert aware.utcoffset() == datetime.timedelta(0)
assert abs(aware.timestamp() - time.time()) < 5
assert datetime.datetime.now(tz=datetime.UTC).tzinfo is datetime.UTC
assert datetime.date.today() in (now.date(), datetime.datetime.today().date())


class Moment(datetime.datetime):
    pass


assert type(Moment.now()) is Moment

assert time.gmtime(0)[:6] == (1970, 1, 1, 0, 0, 0)
assert time.strftime("%Y-%m-%d", time.gmtime(86400)) == "1970-01-02"
assert len(time.localtime()) == 9
assert time.mktime(time.localtime(1_700_000_000)) == 1_700_000_000
assert time.ctime(0)
