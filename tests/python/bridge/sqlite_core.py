"""sqlite3: values, statements, rows, errors, and what happens to connections and cursors that are closed."""

import gc
import sqlite3
import time

from _krait_js import crossings
from checks import raises

connection = sqlite3.connect(":memory:")
cursor = connection.cursor()

# Values of every type come back as they went.
values = [
    None, 0, -1, 2**31, 2**53 + 1, 2**63 - 1, -(2**63), 1.0, -0.5, 1e308, float("inf"),
    "", "plain", "naïve 🐍 \0 zero", "x" * 100_000, b"", b"\0\xff", bytes(range(256)) * 1000,
]  # fmt: skip
cursor.execute("CREATE TABLE kinds (id INTEGER PRIMARY KEY, value)")
cursor.executemany("INSERT INTO kinds (value) VALUES (?)", ((value,) for value in values))
assert cursor.rowcount == len(values)
back = [value for (value,) in cursor.execute("SELECT value FROM kinds ORDER BY id")]
assert back == values, [pair for pair in zip(values, back, strict=True) if pair[0] != pair[1]]
assert [type(value) for value in back] == [type(value) for value in values]
assert cursor.execute("SELECT ?", (float("nan"),)).fetchone() == (None,)
assert cursor.execute("SELECT ?, ?", (True, bytearray(b"ab"))).fetchone() == (1, b"ab")
assert cursor.execute("SELECT :a || :b", {"a": "x", "b": "y"}).fetchone() == ("xy",)
raises(OverflowError, cursor.execute, "SELECT ?", (2**63,), says="too large")
raises(sqlite3.ProgrammingError, cursor.execute, "SELECT ?", (object(),), says="type 'object' is not supported")
raises(UnicodeEncodeError, cursor.execute, "SELECT ?", ("\ud800",))
raises(sqlite3.ProgrammingError, cursor.execute, "SELECT ?", (1, 2), says="uses 1, and there are 2")
raises(sqlite3.ProgrammingError, cursor.execute, "SELECT 1; SELECT 2", says="one statement at a time")
assert cursor.execute("SELEC" + "T 1 -- a comment").fetchall() == [(1,)]

# Errors have SQLite's codes.
error = raises(sqlite3.OperationalError, cursor.execute, "SELECT * FROM nowhere", says="no such table: nowhere")
assert (error.sqlite_errorcode, error.sqlite_errorname) == (1, "SQLITE_ERROR")
error = raises(sqlite3.IntegrityError, cursor.execute, "INSERT INTO kinds VALUES (1, 2)")
assert error.sqlite_errorname == "SQLITE_CONSTRAINT_PRIMARYKEY", error.sqlite_errorname
raises(sqlite3.OperationalError, cursor.execute, "SELECT nonsense FROM")
connection.rollback()

# A text that is no UTF-8 is an error of its row only.
cursor.execute("SELECT 'fine' UNION ALL SELECT CAST(x'ff41' AS TEXT) UNION ALL SELECT 'after'")
assert cursor.fetchone() == ("fine",)
raises(sqlite3.OperationalError, cursor.fetchone, says="Could not decode to UTF-8")
assert cursor.fetchone() == ("after",)

# An error in the middle of the rows comes where it belongs.
cursor.execute(
    """SELECT CASE WHEN value < 3 THEN value ELSE abs(-9223372036854775808) END
    FROM (SELECT 1 AS value UNION SELECT 2 UNION SELECT 3)"""
)
assert cursor.fetchmany(2) == [(1,), (2,)]
raises(sqlite3.OperationalError, cursor.fetchone, says="integer overflow")

# Rows, factories, names of columns.
connection.row_factory = sqlite3.Row
row = connection.execute("SELECT 1 AS a, 'x' AS B").fetchone()
assert (row["A"], row["b"], row[0], tuple(row), row.keys(), len(row)) == (1, "x", 1, (1, "x"), ["a", "B"], 2)
raises(IndexError, row.__getitem__, "c")
connection.row_factory = lambda cursor, row: {
    column[0]: value for column, value in zip(cursor.description, row, strict=True)
}
assert connection.execute("SELECT 1 AS a, 2 AS b").fetchall() == [{"a": 1, "b": 2}]
connection.row_factory = None
connection.text_factory = bytes
assert connection.execute("SELECT 'é', 1").fetchone() == ("é".encode(), 1)
connection.text_factory = lambda text: text.decode().upper()
assert connection.execute("SELECT 'é', x'61'").fetchone() == ("É", b"a")
connection.text_factory = str

# What an iterator gives again and again, changed in between.
same = [0]


def numbers():
    for number in range(1000):
        same[0] = number
        yield same
    raise LookupError("after a thousand")


connection.execute("CREATE TABLE reused (a)")
raises(LookupError, connection.executemany, "INSERT INTO reused VALUES (?)", numbers(), says="after a thousand")
assert connection.execute("SELECT count(DISTINCT a), max(a) FROM reused").fetchone() == (1000, 999)
named = [{"a": 1, "b": 2}, {"a": 3}]
raises(sqlite3.ProgrammingError, connection.executemany, "INSERT INTO reused VALUES (:a + :b)", named, says=":b")
assert connection.execute("SELECT max(rowid), a FROM reused").fetchone() == (1001, 3)
connection.rollback()

# A hundred thousand rows: few crossings, and the statement goes on where it was.
before = crossings()
started = time.perf_counter()
cursor.execute("CREATE TABLE many (id INTEGER PRIMARY KEY, name TEXT, share REAL)")
cursor.executemany("INSERT INTO many VALUES (?, ?, ?)", ((i, f"name {i}", i / 7) for i in range(100_000)))
connection.commit()
inserted = time.perf_counter()
assert cursor.rowcount == 100_000
assert crossings() - before < 300, crossings() - before
before = crossings()
total = 0
for number, name, share in connection.execute("SELECT * FROM many"):
    assert name == f"name {number}" and share == number / 7
    total += number
read = time.perf_counter()
assert total == 99_999 * 100_000 // 2
assert crossings() - before < 100, crossings() - before
assert len(connection.execute("SELECT * FROM many").fetchall()) == 100_000
print(f"100000 rows: inserted in {inserted - started:.2f} s, read in {read - inserted:.2f} s")

# Two cursors over one table, of which one changes it.
outer = connection.execute("SELECT id FROM many WHERE id < 500")
inner = connection.cursor()
for (number,) in outer:
    inner.execute("UPDATE many SET name = 'changed' WHERE id = ?", (number,))
assert connection.execute("SELECT count(*) FROM many WHERE name = 'changed'").fetchone() == (500,)
connection.rollback()
assert connection.execute("SELECT count(*) FROM many WHERE name = 'changed'").fetchone() == (0,)

# The statement is prepared anew when the table has changed.
connection.execute("CREATE TABLE grows (a)")
connection.execute("INSERT INTO grows VALUES (1)")
assert connection.execute("SELECT * FROM grows").fetchall() == [(1,)]
connection.execute("ALTER TABLE grows ADD COLUMN b DEFAULT 2")
grown = connection.execute("SELECT * FROM grows")
assert ([column[0] for column in grown.description], grown.fetchall()) == (["a", "b"], [(1, 2)])

# Closed, and closed again.
cursor.close()
raises(sqlite3.ProgrammingError, cursor.execute, "SELECT 1", says="closed cursor")
waiting = connection.execute("SELECT id FROM many")
waiting.fetchone()
connection.close()
connection.close()
raises(sqlite3.ProgrammingError, connection.execute, "SELECT 1", says="closed database")
raises(sqlite3.ProgrammingError, waiting.fetchone, says="closed database")
raises(sqlite3.ProgrammingError, lambda: connection.total_changes)
del waiting, outer, inner, grown
gc.collect()

# A connection is a context of a transaction.
with sqlite3.connect(":memory:") as other:
    other.execute("CREATE TABLE t (a UNIQUE)")
    other.execute("INSERT INTO t VALUES (1)")
assert not other.in_transaction
try:
    with other:
        other.execute("INSERT INTO t VALUES (2)")
        other.execute("INSERT INTO t VALUES (1)")
except sqlite3.IntegrityError:
    pass
assert other.execute("SELECT a FROM t").fetchall() == [(1,)]
assert list(other.iterdump())[1:3] == ["CREATE TABLE t (a UNIQUE);", 'INSERT INTO "t" VALUES(1);'], list(
    other.iterdump()
)
copy = sqlite3.connect(":memory:")
other.backup(copy)
assert copy.execute("SELECT a FROM t").fetchall() == [(1,)]
again = sqlite3.connect(":memory:")
again.deserialize(copy.serialize())
assert again.execute("SELECT a FROM t").fetchall() == [(1,)]
for database in (other, copy, again):
    database.close()

# Full text search, JSON and mathematics are part of this SQLite.
extras = sqlite3.connect(":memory:")
extras.execute("CREATE VIRTUAL TABLE notes USING fts5(text)")
extras.executemany("INSERT INTO notes VALUES (?)", [("a quick fox",), ("a lazy dog",)])
assert extras.execute("SELECT text FROM notes WHERE notes MATCH 'fox'").fetchall() == [("a quick fox",)]
assert extras.execute("""SELECT json_extract('{"a": [1, 2]}', '$.a[1]'), sqrt(2)""").fetchone() == (2, 2**0.5)
year = int(extras.execute("SELECT strftime('%Y', 'now', 'localtime')").fetchone()[0])
assert abs(year - time.localtime().tm_year) <= 1
extras.close()
