// A database on a mount that runs out of room.
import assert from "node:assert/strict";

/** @param {import("./run.mjs").Browser} browser */
export async function a_database_that_finds_no_room_stays_whole({ tab }) {
  const page = await tab();
  await page.evaluate(`navigator.storage.estimate = async () => ({ quota: 4_000_000, usage: 0 })`);
  await page.evaluate(`keep("idb", "opfs")`);
  const program = `
import os, sqlite3
counts = []
for kind in "idb", "opfs":
    path = f"/{kind}/data.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, value BLOB)")
    committed = 0
    try:
        for number in range(200):
            with connection:
                connection.executemany("INSERT INTO t (value) VALUES (?)", [(bytes(50_000),)] * 4)
            committed += 4
    except sqlite3.OperationalError as error:
        assert error.sqlite_errorname == "SQLITE_FULL", (error, error.sqlite_errorname)
    else:
        raise AssertionError("40 MB fitted into less")
    assert not connection.in_transaction
    # What was committed is there, what was not is not, and there is room again after something goes.
    assert connection.execute("SELECT count(*) FROM t").fetchone() == (committed,) and committed > 4
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    with connection:
        connection.execute("DELETE FROM t WHERE id > 4")
    with connection:
        connection.execute("INSERT INTO t (value) VALUES ('room again')")
    counts.append(connection.execute("SELECT count(*) FROM t").fetchone()[0])
    connection.close()
    assert os.listdir(f"/{kind}") == ["data.db"]
    for bad in f"/{kind}/a\\0b", f"/{kind}/\\ud800":
        try:
            sqlite3.connect(bad)
        except ValueError as error:
            assert "null" in str(error) or isinstance(error, UnicodeEncodeError), error
        else:
            raise AssertionError(bad)
    for bad in f"/{kind}/" + "n" * 256, f"/{kind}/none/f", f"/{kind}":
        try:
            sqlite3.connect(bad)
        except sqlite3.OperationalError as error:
            assert error.sqlite_errorname.startswith("SQLITE_CANTOPEN"), (error, error.sqlite_errorname)
        else:
            raise AssertionError(bad)
counts
`;
  await page.evaluate(`py(${JSON.stringify(program)})`);
  await page.evaluate(`fs.sync()`);
  await page.close();
  const next = await tab();
  assert.deepEqual(await next.evaluate(`keep("idb", "opfs")`), []);
  const check = `
import sqlite3
for kind in "idb", "opfs":
    connection = sqlite3.connect(f"/{kind}/data.db")
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert connection.execute("SELECT count(*) FROM t").fetchone() == (5,)
    connection.close()
`;
  await next.evaluate(`py(${JSON.stringify(check)})`);
}
