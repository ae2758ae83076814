"""sqlite3: databases in files: what others see of them, locks, journals, errors, and mounts."""

import os
import sqlite3
import tempfile

from checks import raises
from krait import fs


def exercise(folder):
    path = os.path.join(folder, "a database é.db")
    first = sqlite3.connect(path)
    first.execute("CREATE TABLE t (a, b)")
    first.executemany("INSERT INTO t VALUES (?, ?)", ((number, "x" * 100) for number in range(5000)))
    # While a transaction is open others see nothing of it.
    second = sqlite3.connect(path)
    first.commit()
    assert os.listdir(folder) == ["a database é.db"]
    with open(path, "rb") as file:
        assert file.read(16) == b"SQLite format 3\0"
    assert os.path.getsize(path) > 500_000
    assert second.execute("SELECT count(*) FROM t").fetchone() == (5000,)

    # Two connections lock each other.
    first.execute("INSERT INTO t VALUES (1, 1)")
    assert os.path.exists(path + "-journal")
    error = raises(sqlite3.OperationalError, second.execute, "INSERT INTO t VALUES (2, 2)", says="locked")
    assert error.sqlite_errorname == "SQLITE_BUSY"
    # Its own transaction had begun before that.
    second.rollback()
    assert second.execute("SELECT count(*) FROM t").fetchone() == (5000,)
    reading = second.execute("SELECT a FROM t")
    reading.fetchone()
    raises(sqlite3.OperationalError, first.commit, says="locked")
    reading.close()
    first.commit()
    assert second.execute("SELECT count(*) FROM t").fetchone() == (5001,)

    # A transaction that is rolled back leaves the file as it was.
    first.execute("DELETE FROM t")
    assert first.execute("SELECT count(*) FROM t").fetchone() == (0,)
    first.rollback()
    assert second.execute("SELECT count(*) FROM t").fetchone() == (5001,)
    assert not os.path.exists(path + "-journal")

    # A program that ended in a transaction: its journal is still there, and the next one rolls back.
    first.execute("PRAGMA cache_size = 1")
    first.execute("UPDATE t SET b = 'broken'")
    crashed = os.path.join(folder, "crashed.db")
    for name in ("", "-journal"):
        with open(path + name, "rb") as source, open(crashed + name, "wb") as target:
            target.write(source.read())
    first.rollback()
    restored = sqlite3.connect(crashed)
    assert restored.execute("SELECT count(*) FROM t WHERE b = 'broken'").fetchone() == (0,)
    assert restored.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert not os.path.exists(crashed + "-journal")
    restored.close()

    # A write-ahead log, with a reader that keeps its view.
    assert first.execute("PRAGMA journal_mode = wal").fetchone() == ("wal",)
    old = second.execute("SELECT count(*) FROM t WHERE a >= 0")
    second.execute("BEGIN")
    assert second.execute("SELECT count(*) FROM t").fetchone() == (5001,)
    first.execute("INSERT INTO t VALUES (3, 3)")
    first.commit()
    assert second.execute("SELECT count(*) FROM t").fetchone() == (5001,)
    second.rollback()
    assert second.execute("SELECT count(*) FROM t").fetchone() == (5002,)
    old.close()
    first.execute("VACUUM")
    second.close()
    first.close()
    assert sorted(os.listdir(folder)) == ["a database é.db", "crashed.db"], os.listdir(folder)

    # Addresses of files, and a database that may only be read.
    quoted = path.replace(" ", "%20")
    with sqlite3.connect(f"file:{quoted}?mode=ro", uri=True) as reader:
        assert reader.execute("SELECT count(*) FROM t").fetchone() == (5002,)
        raises(sqlite3.OperationalError, reader.execute, "DELETE FROM t", says="readonly")
    reader.close()
    raises(
        sqlite3.OperationalError,
        lambda: sqlite3.connect(f"file:{folder}/none.db?mode=rw", uri=True),
        says="unable to open",
    )
    raises(
        sqlite3.OperationalError,
        sqlite3.connect,
        os.path.join(folder, "no", "such", "folder.db"),
        says="unable to open",
    )
    raises(sqlite3.OperationalError, sqlite3.connect, folder, says="unable to open")
    with open(os.path.join(folder, "text"), "w") as file:
        file.write("this is no database, but it is long enough to have a header" * 20)
    wrong = sqlite3.connect(os.path.join(folder, "text"))
    raises(sqlite3.DatabaseError, wrong.execute, "SELECT * FROM sqlite_master", says="not a database")
    wrong.close()

    # A relative path is of the working directory.
    before = os.getcwd()
    os.chdir(folder)
    try:
        here = sqlite3.connect("here.db")
        here.execute("CREATE TABLE t (a)")
        here.close()
        assert os.path.exists(os.path.join(folder, "here.db"))
    finally:
        os.chdir(before)


descriptors = os.listdir("/dev/fd") if os.path.isdir("/dev/fd") else None
with tempfile.TemporaryDirectory() as folder:
    exercise(folder)
if descriptors is not None:
    assert os.listdir("/dev/fd") == descriptors

for kind in ("indexeddb", "opfs", "memory"):
    async with await fs.mount("/kept", kind):
        os.makedirs("/kept/databases")
        exercise("/kept/databases")
