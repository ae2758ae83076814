"""zoneinfo knows the time zones of the world without a package."""

import zoneinfo
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

berlin = ZoneInfo("Europe/Berlin")
assert datetime(2026, 1, 15, 12, tzinfo=berlin).utcoffset() == timedelta(hours=1)
assert datetime(2026, 7, 15, 12, tzinfo=berlin).utcoffset() == timedelta(hours=2)
assert datetime(2026, 7, 15, 12, tzinfo=berlin).tzname() == "CEST"
moment = datetime(2026, 3, 8, 12, tzinfo=UTC)
assert moment.astimezone(ZoneInfo("America/New_York")).isoformat() == "2026-03-08T08:00:00-04:00"
assert moment.astimezone(ZoneInfo("Asia/Kathmandu")).utcoffset() == timedelta(hours=5, minutes=45)
# The hour that comes twice.
twice = datetime(2026, 10, 25, 2, 30, tzinfo=berlin)
assert twice.utcoffset() == timedelta(hours=2)
assert twice.replace(fold=1).utcoffset() == timedelta(hours=1)

names = available_timezones()
assert {"Europe/Berlin", "UTC", "America/Argentina/Buenos_Aires"} <= names
assert len(names) > 500
for name in names:
    ZoneInfo(name)

for wrong in ("Europe/Nowhere", "europe/berlin", "Europe", "Zürich"):
    try:
        ZoneInfo(wrong)
    except ZoneInfoNotFoundError:
        pass
    else:
        raise AssertionError(wrong)
try:
    ZoneInfo("../etc/passwd")
except ValueError:
    pass
else:
    raise AssertionError("a path outside")
assert zoneinfo.ZoneInfo("Europe/Berlin") is berlin
