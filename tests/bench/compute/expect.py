"""Compute what each program must return, with CPython: `python3 tests/bench/compute/expect.py`.

Writes expected.json beside this file. The benchmark reads it and believes no engine.
"""

import json
import platform
import runpy
from pathlib import Path

HERE = Path(__file__).parent


def main() -> None:
    programs = sorted(path for path in HERE.glob("*.py") if path.name != "expect.py")
    values = {path.stem: runpy.run_path(str(path))["run"]() for path in programs}
    out = {"by": f"{platform.python_implementation()} {platform.python_version()}", "values": values}
    (HERE / "expected.json").write_text(json.dumps(out, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
