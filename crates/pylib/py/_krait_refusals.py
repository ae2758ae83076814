"""What needs an operating system says why there is none and what there is instead; `_krait_boot` calls it."""

import posix
import socket as sockets

_ENOTSUP = 95


def socket(*args: object, **kwargs: object) -> None:
    """A new socket."""
    raise OSError(_ENOTSUP, "a page cannot open sockets; use pyodide.http.pyfetch or a js.WebSocket")


def getaddrinfo(*args: object, **kwargs: object) -> str:
    """Other hosts, and their addresses."""
    sentence = "a page cannot look up hosts or connect to them; use pyodide.http.pyfetch or a js.WebSocket"
    raise sockets.gaierror(_ENOTSUP, sentence)


gethostbyaddr = getnameinfo = getservbyname = getservbyport = getaddrinfo


def gethostbyname(name: str) -> str:
    """The address of this host, which is the only one that a page knows, or one that is its own name."""
    if name in ("localhost", posix.uname().nodename, ""):
        return "127.0.0.1"
    try:
        return sockets.inet_ntoa(sockets.inet_aton(name))
    except OSError:
        return getaddrinfo(name)


def gethostbyname_ex(name: str) -> tuple[str, list[str], list[str]]:
    """The same, with other names of the host: there are none."""
    return name, [], [gethostbyname(name)]


def interpreter() -> None:
    """Another interpreter."""
    sentence = "a page has one interpreter; use asyncio tasks, or a js.Worker with a kernel of its own"
    raise RuntimeError(f"can't create an interpreter: {sentence}")


def process(self: object, args: object = "", *more: object, **kwargs: object) -> None:
    """A new process."""
    program = args if isinstance(args, (str, bytes)) else str(args)
    advice = "call a library that does it, or use a js.Worker with a kernel of its own"
    raise OSError(_ENOTSUP, f"a page cannot start processes; {advice}", program)
