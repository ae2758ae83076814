"""Every function that reads a clock works; on this target the interpreter's own trap."""

import datetime
import sys
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

# The epoch was a Thursday.
for days, weekday in ((0, 3), (3, 6), (4, 0), (-1, 2), (20_000, 4)):
    assert time.gmtime(days * 86400).tm_wday == weekday, days
    assert time.gmtime(days * 86400).tm_isdst == 0
    local = time.localtime(days * 86400 + 43200)
    assert local.tm_wday == datetime.date(*local[:3]).weekday(), days
    assert (local.tm_isdst == 1) == (local.tm_gmtoff != -time.timezone), days
assert len(time.gmtime()) == 9 and time.gmtime().tm_gmtoff == 0 and type(time.gmtime()) is time.struct_time
assert time.gmtime(0) == (1970, 1, 1, 0, 0, 0, 3, 1, 0)
assert time.mktime(time.localtime(1_000_000_000)) == 1_000_000_000

# Formats are C's, for any fields.
moment = time.struct_time((2026, 3, 7, 15, 4, 9, 5, 66, 0))
for directives, text in (
    ("%a %A %b %B %c", "Sat Saturday Mar March Sat Mar  7 15:04:09 2026"),
    ("%Y-%m-%dT%H:%M:%S %p %I %j", "2026-03-07T15:04:09 PM 03 066"),
    ("%-d.%-m.%y %e|%k|%l", "7.3.26  7|15| 3"),
    ("%U %W %V %G %u %w", "09 09 10 2026 6 6"),
    ("%x %X %D %F %T %R %r", "03/07/26 15:04:09 03/07/26 2026-03-07 15:04:09 15:04 03:04:09 PM"),
    ("100%% %Q é\ud800%d", "100% %Q é\ud80007"),
    ("", ""),
):
    assert time.strftime(directives, moment) == text, (directives, time.strftime(directives, moment))
    assert time.strftime(directives, tuple(moment)) == text
assert time.strftime("%A %j %Y", (1900, 1, 1, 0, 0, 0, 4, 7, 0)) == "Friday 007 1900"
assert time.strftime("%m %d %j", (2000,) + (0,) * 8) == "01 01 001"
assert time.asctime(moment) == "Sat Mar  7 15:04:09 2026"
assert time.asctime((12345, 1, 1, 0, 0, 0, 0, 1, 0)) == "Mon Jan  1 00:00:00 12345"
assert time.asctime((-5, 1, 1, 0, 0, 0, 0, 1, 0)) == "Mon Jan  1 00:00:00 -5"
assert time.ctime(0) == time.asctime(time.localtime(0)) and len(time.ctime()) == 24 and time.ctime(None)
# Natively the name is that of the system's C library.
assert time.gmtime(0).tm_zone == "UTC" or sys.maxsize > 2**32
assert time.strftime("%Z %z", time.gmtime(0)) == f"{time.gmtime(0).tm_zone} +0000"
assert time.strftime("%Z", time.localtime()) == time.localtime().tm_zone
assert time.strftime("%Y") == str(time.localtime().tm_year)
for index, (low, high) in enumerate(
    ((None, None), (-1, 13), (-1, 32), (-1, 24), (-1, 60), (-1, 62), (-2, None), (-1, 367))
):
    for value in (low, high):
        fields = [1900, 1, 1, 0, 0, 0, 0, 1, -1]
        if value is None:
            continue
        fields[index] = value
        for function in (lambda: time.strftime("%Y", tuple(fields)), lambda: time.asctime(tuple(fields))):
            try:
                function()
            except ValueError as error:
                assert "out of range" in str(error)
            else:
                raise AssertionError(f"{fields} was taken")
for bad, kind in (
    (1, TypeError),
    ((1,) * 8, TypeError),
    ((1,) * 10, TypeError),
    (("a",) * 9, TypeError),
    ((2**40,) + (1,) * 8, OverflowError),
):
    try:
        time.strftime("%Y", bad)
    except kind:
        pass
    else:
        raise AssertionError(f"{bad!r} was taken")
assert datetime.datetime(2026, 3, 7, 15, 4).strftime("%-d %B, %e|%G-W%V") == "7 March,  7|2026-W10"
assert datetime.date(1, 1, 1).strftime("%A %Y") == "Monday 0001"
assert f"{datetime.datetime(2026, 3, 7):%a %d %b %y %Q}" == "Sat 07 Mar 26 %Q"
