"""Why a module of the standard library is not here, for the exception that says so.

Imported when an import has failed, or a name of `os` was not found. `tests/stdlib` holds each sentence to its form,
`why: use ...`, and the names in it to being there.
"""

_REASONS = {
    "A page has no processes: use asyncio tasks, or a js.Worker with a kernel of its own": (
        "multiprocessing",
        "pty",
    ),
    "A page has no terminal: use print(), display() and input()": (
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
    "A page runs no native code: use packages in pure Python, and struct for the layout of data": (
        "ctypes",
        "_ctypes",
    ),
    "The browser encrypts connections itself: use pyodide.http.pyfetch with https: addresses": ("ssl", "_ssl"),
    "A page has no database files of that kind: use dbm.sqlite3, or dbm.dumb for a few values": (
        "_dbm",
        "_gdbm",
        "dbm.gnu",
        "dbm.ndbm",
    ),
    "A page has one environment and no installer: use `files` of its configuration to bring packages": (
        "ensurepip",
        "venv",
    ),
    "It looks into CPython's own machinery, which is not what runs here: use cProfile or timeit": (
        "_lsprof",
        "profiling",
    ),
    "It looks into CPython's own machinery, which is not what runs here: use gc.get_objects and sys.getsizeof": (
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
    "A page's files are in memory of their own, which cannot be mapped or locked: use open()": (
        "fcntl",
        "mmap",
    ),
    "It is only in Python for Windows: use os, and ask sys.platform before the import": (
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


# Names of `os`, in one text each: a word of it is a name.
_ATTRIBUTES = {
    "a page cannot start processes; call a library that does it, or use a js.Worker with a kernel of its own": (
        " fork forkpty posix_spawn posix_spawnp spawnl spawnle spawnlp spawnlpe spawnv spawnve spawnvp spawnvpe system"
        " wait wait3 wait4 waitid waitpid "
    ),
    "a page has no other processes to send signals to; use signal.raise_signal": " kill killpg ",
    "a page has no users and groups; use os.environ": (
        " chroot getgrouplist getgroups getlogin getresgid getresuid initgroups setegid seteuid setgid setgroups"
        " setregid setresgid setresuid setreuid setuid "
    ),
    "a page has no terminal; use print() and input()": (
        " ctermid grantpt login_tty openpty posix_openpt ptsname tcgetpgrp tcsetpgrp ttyname unlockpt "
    ),
}


def attribute_reason(name: str) -> str:
    """What follows the sentence that `os` has no such attribute."""
    for sentence, names in _ATTRIBUTES.items():
        if f" {name} " in names:
            return f": {sentence}"
    return ""
