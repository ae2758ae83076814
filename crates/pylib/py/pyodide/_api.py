"""What `pyodide_js` is where nobody called `loadPyodide`: the same names, written in Python."""

from collections.abc import Callable
from typing import Any

import js

from pyodide import __version__ as version
from pyodide import ffi
from pyodide._modules import pyimport
from pyodide._modules import register_js_module as registerJsModule  # noqa: N812
from pyodide._modules import unregister_js_module as unregisterJsModule  # noqa: N812
from pyodide.code import eval_code, eval_code_async

__all__ = [
    "ffi",
    "globals",
    "loadPackage",
    "loadPackagesFromImports",
    "loadedPackages",
    "pyimport",
    "registerJsModule",
    "runPython",
    "runPythonAsync",
    "toPy",
    "unregisterJsModule",
    "version",
]

# What installers note down: package name to where it came from.
loadedPackages: Any = js.Object.new()  # noqa: N816


def _main() -> dict[str, Any]:
    import __main__

    return vars(__main__)


globals = _main()


def runPython(code: str, **options: Any) -> Any:  # noqa: N802
    """Runs source text in `__main__`."""
    return eval_code(code, **{"globals": _main(), **options})


async def runPythonAsync(code: str, **options: Any) -> Any:  # noqa: N802
    """Runs source text that may await in `__main__`."""
    return await eval_code_async(code, **{"globals": _main(), **options})


def toPy(obj: Any, *, depth: int = -1, default_converter: Any = None) -> Any:  # noqa: N802
    """Converts a JavaScript value deeply."""
    return obj.to_py(depth=depth, default_converter=default_converter) if isinstance(obj, ffi.JsProxy) else obj


async def loadPackage(  # noqa: N802
    names: Any,
    *,
    messageCallback: Callable[[str], Any] | None = None,  # noqa: N803
    errorCallback: Callable[[str], Any] | None = None,  # noqa: N803
    checkIntegrity: bool = True,  # noqa: N803
) -> list[Any]:
    """Installs packages by name or address, by way of `micropip`."""
    names = [names] if isinstance(names, str) else list(names)
    if not names:
        return []
    import micropip  # type: ignore[import-not-found]

    try:
        await micropip.install(names)
    except Exception as error:
        if errorCallback is None:
            raise
        errorCallback(str(error))
    else:
        if messageCallback is not None:
            messageCallback(f"Loaded {', '.join(map(str, names))}")
    return []


async def loadPackagesFromImports(code: str, **options: Any) -> list[Any]:  # noqa: N802
    """Installs what source text imports and cannot be found, where `micropip` can be imported."""
    from importlib.util import find_spec

    from pyodide.code import find_imports

    tops = {name.partition(".")[0] for name in find_imports(code)}
    missing = [name for name in sorted(tops) if find_spec(name) is None]
    if not missing or find_spec("micropip") is None:
        return []
    return await loadPackage(missing, **options)
