"""`_socket` where the interpreter has none: importable, so that asyncio is, and clear when a socket is asked for.

In a browser the interpreter's own shim of this name comes first.
"""

AF_INET = 2
AF_INET6 = 10
AF_UNSPEC = 0
AI_PASSIVE = 1
EAI_NONAME = -2
IPPROTO_IPV6 = 41
IPPROTO_TCP = 6
NI_NUMERICHOST = 1
SHUT_RD = 0
SHUT_RDWR = 2
SHUT_WR = 1
SOCK_DGRAM = 2
SOCK_STREAM = 1
SOL_SOCKET = 1
SO_BROADCAST = 6
SO_ERROR = 4
SO_KEEPALIVE = 9
SO_REUSEADDR = 2
SO_TYPE = 3
TCP_NODELAY = 1
has_ipv6 = False

error = OSError
timeout = TimeoutError


class herror(OSError):
    """An address cannot be found."""


class gaierror(OSError):
    """A name cannot be resolved."""


class socket:
    """There are no sockets in a page."""

    __slots__ = ()

    def __init__(self, *args, **kwargs):
        raise OSError(95, "a page cannot open sockets; use fetch or a WebSocket")


SocketType = socket


def getdefaulttimeout():
    """The timeout of new sockets: none."""
    return None


def setdefaulttimeout(timeout):
    """There are no sockets to time out."""


def getaddrinfo(*args, **kwargs):
    """A page cannot resolve names."""
    raise gaierror(EAI_NONAME, "a page cannot resolve host names")


def gethostname():
    """The name of this machine."""
    return "krait"
