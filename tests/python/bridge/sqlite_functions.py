"""sqlite3: functions written in Python, which SQLite calls, and which raise, recurse and ask for more."""

import sqlite3

from checks import raises

connection = sqlite3.connect(":memory:")
connection.execute("CREATE TABLE t (a)")
connection.executemany("INSERT INTO t VALUES (?)", [(number,) for number in range(10)])

connection.create_function("twice", 1, lambda value: value * 2, deterministic=True)
connection.create_function("kinds", -1, lambda *values: ",".join(type(value).__name__ for value in values))
assert connection.execute("SELECT twice(21), twice('é'), twice(1.5)").fetchone() == (42, "éé", 3.0)
assert connection.execute("SELECT kinds(1, 1.0, 'x', x'00', NULL)").fetchone() == ("int,float,str,bytes,NoneType",)


def fails(value):
    if value == 7:
        raise ValueError("seven")
    return value


connection.create_function("fails", 1, fails)
cursor = connection.execute("SELECT fails(a) FROM t")
seen = []
raises(sqlite3.OperationalError, lambda: list(cursor), says="user-defined function raised exception")
cursor = connection.execute("SELECT fails(a) FROM t")
for row in cursor:
    seen.append(row[0])
    if row[0] == 6:
        break
raises(sqlite3.OperationalError, cursor.fetchone)
assert seen == list(range(7))
assert connection.execute("SELECT count(*) FROM t").fetchone() == (10,)
connection.create_function("large", 0, lambda: 2**70)
raises(sqlite3.DataError, connection.execute, "SELECT large()", says="string or blob too big")
connection.create_function("fails", 1, None)
raises(sqlite3.OperationalError, connection.execute, "SELECT fails(1)", says="no such function")


class Median:
    def __init__(self):
        self.values = []

    def step(self, value):
        self.values.append(value)

    def finalize(self):
        return sorted(self.values)[len(self.values) // 2]


connection.create_aggregate("median", 1, Median)
assert connection.execute("SELECT median(a) FROM t").fetchone() == (5,)
assert connection.execute("SELECT median(a) FROM t WHERE a < 0").fetchone() == (None,)
assert connection.execute("SELECT a % 2, median(a) FROM t GROUP BY 1").fetchall() == [(0, 4), (1, 5)]


class Sum:
    def __init__(self):
        self.total = 0

    def step(self, value):
        self.total += value

    def inverse(self, value):
        self.total -= value

    def value(self):
        return self.total

    finalize = value


connection.create_window_function("rolling", 1, Sum)
sums = connection.execute(
    "SELECT rolling(a) OVER (ORDER BY a ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) FROM t"
).fetchall()
assert [value for (value,) in sums] == [1, 3, 6, 9, 12, 15, 18, 21, 24, 17], sums

connection.create_collation("backwards", lambda a, b: (a < b) - (a > b))
words = connection.execute(
    'SELECT value FROM json_each(\'["b", "c", "a"]\') ORDER BY value COLLATE backwards'
).fetchall()
assert words == [("c",), ("b",), ("a",)]

# A function may use the connection that it is called from.
connection.create_function(
    "count_below", 1, lambda limit: connection.execute("SELECT count(*) FROM t WHERE a < ?", (limit,)).fetchone()[0]
)
assert connection.execute("SELECT count_below(a) FROM t WHERE a IN (3, 6)").fetchall() == [(3,), (6,)]
# One that calls itself without end is an error, and everything goes on.
connection.create_function("endless", 0, lambda: connection.execute("SELECT endless()").fetchone()[0])
raises(sqlite3.OperationalError, lambda: connection.execute("SELECT endless()").fetchone())
assert connection.execute("SELECT 1").fetchone() == (1,)
# One that closes the connection while SQLite is at work in it.
closing = sqlite3.connect(":memory:")
closing.create_function("close_it", 0, closing.close)
raises(sqlite3.Error, lambda: closing.execute("SELECT close_it()").fetchone())
assert connection.execute("SELECT 1").fetchone() == (1,)

traced = []
connection.set_trace_callback(traced.append)
connection.execute("SELECT ?", ("it's",)).fetchall()
connection.set_trace_callback(None)
assert traced == ["SELECT 'it''s'"], traced
connection.set_authorizer(
    lambda action, *what: sqlite3.SQLITE_DENY if action == sqlite3.SQLITE_DELETE else sqlite3.SQLITE_OK
)
raises(sqlite3.DatabaseError, connection.execute, "DELETE FROM t", says="not authorized")
connection.set_authorizer(None)
steps = []
connection.set_progress_handler(lambda: steps.append(1) or len(steps) > 50, 100)
endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
raises(sqlite3.OperationalError, lambda: connection.execute(endless).fetchone(), says="interrupted")
assert len(steps) == 51, len(steps)
connection.set_progress_handler(None, 0)


class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y


sqlite3.register_adapter(Point, lambda point: f"{point.x};{point.y}")
sqlite3.register_converter("point", lambda text: Point(*map(float, text.split(b";"))))
typed = sqlite3.connect(":memory:", detect_types=sqlite3.PARSE_DECLTYPES | sqlite3.PARSE_COLNAMES)
typed.execute("CREATE TABLE places (place point)")
typed.execute("INSERT INTO places VALUES (?)", (Point(1, 2.5),))
(place,) = typed.execute("SELECT place FROM places").fetchone()
assert (place.x, place.y) == (1.0, 2.5)
cursor = typed.execute("SELECT '3;4' AS \"p [point]\"")
assert cursor.description[0][0] == "p"
assert cursor.fetchone()[0].y == 4.0
typed.close()

connection.execute("CREATE TABLE files (data BLOB)")
connection.execute("INSERT INTO files VALUES (zeroblob(10))")
with connection.blobopen("files", "data", 1) as blob:
    blob.write(b"abc")
    blob[9] = 255
    blob.seek(-2, 2)
    assert (blob.read(), len(blob), blob[0:3]) == (b"\0\xff", 10, b"abc")
assert connection.execute("SELECT data FROM files").fetchone() == (b"abc\0\0\0\0\0\0\xff",)
connection.close()
