"""Why a module of the standard library is not here, for the exception that says so.

Imported when an import has failed; the names are those of the top-level modules.
"""

_REASONS = {
    "A page has no processes: use a worker (pyscript.PyWorker) for work beside the page": (
        "multiprocessing",
        "pty",
    ),
    "A page has no terminal: print, display() and input() are what there is": (
        "curses",
        "_curses",
        "readline",
        "termios",
        "tty",
    ),
    "A page has the document in place of a desktop toolkit: use pyscript.document or js.document": (
        "tkinter",
        "_tkinter",
        "turtle",
        "turtledemo",
        "idlelib",
    ),
    "A page runs no native code: only packages in pure Python can be used": ("ctypes", "_ctypes"),
    "The browser encrypts connections itself: use https: addresses with pyodide.http.pyfetch": ("ssl", "_ssl"),
    "A page has no database files of that kind: use json or pickle in a file, or dbm.dumb": (
        "_dbm",
        "_gdbm",
    ),
    "Packages are installed by micropip, into the one environment that a page has": ("ensurepip", "venv"),
    "It looks into CPython's own machinery, which is not what runs here: use cProfile or timeit": (
        "_lsprof",
        "profiling",
    ),
    "It looks into CPython's own machinery, which is not what runs here: use gc and sys.getsizeof": (
        "_tracemalloc",
        "tracemalloc",
    ),
    "A session that ends tells the page why by itself: use traceback for exceptions": ("faulthandler",),
    "A page has no users, groups, system log or resource limits: use os.environ and logging": (
        "grp",
        "pwd",
        "resource",
        "syslog",
        "spwd",
    ),
    "A page's files are in memory of their own, which cannot be mapped or locked: read them": ("fcntl", "mmap"),
    "It is only in Python for Windows: ask sys.platform before the import": (
        "msvcrt",
        "nt",
        "winreg",
        "winsound",
        "_winapi",
    ),
}


def reason(name: str) -> str | None:
    """The sentence for a module that cannot be here; None for a name that nobody knows."""
    for sentence, names in _REASONS.items():
        if name in names:
            return sentence
    return None
