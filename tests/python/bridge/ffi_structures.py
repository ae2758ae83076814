"""`to_py` of large structures: nothing is collected while one is made, and what collects is as it was afterwards."""

import gc

from pyodide.code import run_js
from pyodide.ffi import ConversionError

RECORDS = 5000
records = run_js("""
    count => Array.from({ length: count }, (_, i) => ({
        id: i, name: i % 2 ? `record ${i}` : `ré ${i}`, tags: [i, i + 0.5], big: 2n ** 64n,
        none: null, missing: undefined, nested: new Map([[i, new Set([i])]]),
    }))
""")(RECORDS)


def young() -> int:
    return gc.get_stats()[0]["collections"]


before = young()
made = records.to_py()
# The one that may come with the first object that is made after it.
assert young() - before <= 1, young() - before
assert len(made) == RECORDS and gc.isenabled()
for at in (0, 1, RECORDS - 1):
    record = made[at]
    assert record["id"] == at and record["tags"] == [at, at + 0.5] and record["big"] == 2**64, record
    assert record["name"] == (f"record {at}" if at % 2 else f"ré {at}"), record
    assert record["missing"] is None and record["nested"] == {at: {at}}, record

gc.disable()
assert records.to_py(depth=1)[0].id == 0
assert not gc.isenabled()
gc.enable()

# What fails in the middle: keys that are the same in Python.
for source in ("[[1, 2], new Map([[1, 2], [true, 3]])]", "[new Map([[{}, 1]])]"):
    try:
        run_js(source).to_py()
    except ConversionError:
        pass
    else:
        raise AssertionError(source)
    assert gc.isenabled()
