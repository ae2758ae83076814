"""Compiles modules of the library: they are written as programs are, and no program is to fetch a part of the compiler."""

import importlib.util

MODULES = (
    "_pydatetime",
    "_pydecimal",
    "argparse",
    "ast",
    "asyncio.events",
    "asyncio.tasks",
    "collections",
    "contextlib",
    "dataclasses",
    "doctest",
    "email.message",
    "enum",
    "functools",
    "http.client",
    "inspect",
    "json.decoder",
    "json.encoder",
    "pathlib",
    "pdb",
    "random",
    "statistics",
    "tarfile",
    "tempfile",
    "textwrap",
    "typing",
    "unittest.case",
    "xml.etree.ElementTree",
    "zipfile",
)

for module in MODULES:
    spec = importlib.util.find_spec(module)
    assert spec is not None and spec.loader is not None, module
    source = spec.loader.get_source(module)
    assert len(source) > 1000, module
    compile(source, module, "exec")
