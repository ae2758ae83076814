"""Which modules of the standard library work here, as the table of docs/stdlib.md.

Every module is imported. One that imports has probes: calls that a page cannot carry out. What they raise is the reason
in the table. A probe that raises nothing is an error, and so is a sentence that `sentences.py` finds wanting, of a
probe as of an import.
"""

import importlib
import inspect
import io
import sys
from contextlib import redirect_stdout

import _krait_absent
import sentences

# Documented modules of packages.
SUBMODULES = [
    "asyncio.subprocess",
    "collections.abc",
    "concurrent.futures",
    "concurrent.interpreters",
    "compression.bz2",
    "compression.gzip",
    "compression.lzma",
    "compression.zlib",
    "compression.zstd",
    "curses.ascii",
    "curses.panel",
    "curses.textpad",
    "dbm.dumb",
    "dbm.gnu",
    "dbm.ndbm",
    "dbm.sqlite3",
    "email.charset",
    "email.contentmanager",
    "email.encoders",
    "email.errors",
    "email.generator",
    "email.header",
    "email.headerregistry",
    "email.message",
    "email.mime.text",
    "email.parser",
    "email.policy",
    "email.utils",
    "encodings.idna",
    "encodings.utf_8_sig",
    "html.entities",
    "html.parser",
    "http.client",
    "http.cookiejar",
    "http.cookies",
    "http.server",
    "importlib.abc",
    "importlib.machinery",
    "importlib.metadata",
    "importlib.resources",
    "importlib.resources.abc",
    "importlib.util",
    "json.tool",
    "logging.config",
    "logging.handlers",
    "multiprocessing.shared_memory",
    "os.path",
    "pathlib.types",
    "profiling",
    "string.templatelib",
    "tkinter.ttk",
    "unittest.mock",
    "urllib.error",
    "urllib.parse",
    "urllib.request",
    "urllib.response",
    "urllib.robotparser",
    "wsgiref.handlers",
    "wsgiref.headers",
    "wsgiref.simple_server",
    "wsgiref.types",
    "wsgiref.util",
    "wsgiref.validate",
    "xml.dom",
    "xml.dom.minidom",
    "xml.dom.pulldom",
    "xml.etree.ElementTree",
    "xml.parsers.expat",
    "xml.sax",
    "xml.sax.handler",
    "xml.sax.saxutils",
    "xmlrpc.client",
    "xmlrpc.server",
]
# Not for programs, or of the interpreter's own make.
LEFT_OUT = {"antigravity", "idlelib", "this", "nturl2path", "sre_compile", "sre_constants", "sre_parse", "pydoc_data"}

# What a module that imports cannot do: the text of a call, which is made.
PROBES = {
    "asyncio": [
        "asyncio.new_event_loop().run_forever()",
        "asyncio.open_connection('localhost', 80)",
        "asyncio.start_server(print, 'localhost', 80)",
        "asyncio.get_running_loop().add_signal_handler(2, print)",
    ],
    "asyncio.subprocess": ["asyncio.create_subprocess_exec('true')"],
    "concurrent.futures": [
        "concurrent.futures.ThreadPoolExecutor().submit(print)",
        "concurrent.futures.ProcessPoolExecutor()",
    ],
    "concurrent.interpreters": ["concurrent.interpreters.create()"],
    "ftplib": ["ftplib.FTP('localhost')"],
    "http.client": ["http.client.HTTPConnection('localhost').request('GET', '/')"],
    "http.server": ["http.server.HTTPServer(('localhost', 0), http.server.BaseHTTPRequestHandler)"],
    "imaplib": ["imaplib.IMAP4('localhost')"],
    "os": [
        "os.fork()",
        "os.system('true')",
        "os.execv('true', ['true'])",
        "os.kill(1, 9)",
        "os.setuid(0)",
        "os.openpty()",
    ],
    "poplib": ["poplib.POP3('localhost')"],
    "queue": ["queue.Queue().get()"],
    "select": ["select.select([], [], [])"],
    "selectors": ["selectors.DefaultSelector().select(0)"],
    "signal": ["signal.alarm(1)", "signal.pause()"],
    "smtplib": ["smtplib.SMTP('localhost')"],
    "socket": ["socket.socket()", "socket.fromfd(0, 2, 1)"],
    "socketserver": ["socketserver.TCPServer(('localhost', 0), socketserver.BaseRequestHandler)"],
    "subprocess": ["subprocess.run(['true'])"],
    "threading": ["threading.Thread(target=print).start()", "threading.Event().wait()"],
    "urllib.request": ["urllib.request.urlopen('http://localhost/')"],
    "wsgiref.simple_server": ["wsgiref.simple_server.make_server('', 0, None)"],
    "xmlrpc.client": ["xmlrpc.client.ServerProxy('http://localhost/').system.listMethods()"],
    "xmlrpc.server": ["xmlrpc.server.SimpleXMLRPCServer(('localhost', 0))"],
}


#: Refusals that say too little, and those that refuse nothing.
POOR: list[str] = []


def names() -> list[str]:
    top = {name for name in sys.stdlib_module_names if not name.startswith("_")}
    return sorted((top | set(SUBMODULES)) - LEFT_OUT)


def one_line(error: BaseException) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    return text.replace("|", "\\|")


def said(error: BaseException) -> str:
    """The sentence of an error: without its number, the file it is about, and the error around it."""
    while isinstance(getattr(error, "reason", None), BaseException):
        error = error.reason
    return getattr(error, "strerror", None) or str(error)


def demand(who: str, sentence: str) -> None:
    POOR.extend(f"{who}: {sentence!r} {wrong}" for wrong in sentences.problems(sentence))


async def probe(module: str, call: str) -> str:
    space = {module.partition(".")[0]: sys.modules[module.partition(".")[0]]}
    try:
        result = eval(call, space)
        if inspect.isawaitable(result):
            await result
    except Exception as error:
        # Only what an import raises has a period.
        text = said(error)
        named, found, sentence = text.partition("'. ")
        demand(call, sentence if found and named.startswith("No module named ") else f"{text}.")
        return f"`{call}`: {type(error).__name__}: {one_line(error)}"
    POOR.append(f"{call} raises nothing: it is no reason any more")
    return ""


def absence(name: str) -> str:
    """What the import of a module raises that is not here."""
    try:
        with redirect_stdout(io.StringIO()):
            importlib.import_module(name)
    except ModuleNotFoundError as error:
        text = one_line(error)
        named, _, sentence = text.partition(". ")
        # It may be a part that is missing: a package, or the native half.
        missing = named.removeprefix("No module named '").removesuffix("'")
        if missing not in (name, f"_{name}", name.partition(".")[0]):
            POOR.append(f"import {name}: {text!r} does not name it")
        demand(f"import {name}", sentence)
        return text
    return ""


async def row(name: str) -> tuple[str, str]:
    reason = absence(name)
    if reason:
        return "not", reason
    probes = PROBES.get(name, [])
    return ("partly" if probes else "works"), "; ".join([await probe(name, call) for call in probes])


async def table() -> str:
    sentences.check()
    for name in sorted({name for group in _krait_absent._REASONS.values() for name in group}):
        if not absence(name):
            POOR.append(f"{name} is in _krait_absent and can be imported")
    rows = [(name, *await row(name)) for name in names()]
    if POOR:
        raise AssertionError("\n".join(POOR))
    counts = {status: sum(1 for _, is_, _ in rows if is_ == status) for status in ("works", "partly", "not")}
    lines = [
        "# The standard library",
        "",
        "Which modules of Python 3.14 work in a page. A run in the browser makes this table: `cargo xtask test stdlib`",
        "compares it, `cargo xtask bless` writes it. *works* means that the module imports, and nothing of it is known",
        "to be refused; *partly* gives the calls that a page cannot carry out, and what they raise; *not* is what the",
        "import raises.",
        "What CPython's own tests say about each module is in [tests/libtest.snap](../tests/libtest.snap).",
        "",
        f"{counts['works']} work, {counts['partly']} partly, {counts['not']} not.",
        "",
        "| module | | |",
        "|---|---|---|",
    ]
    lines += [f"| `{name}` | {status} | {reason} |" for name, status, reason in rows]
    return "\n".join(lines) + "\n"


await table()
