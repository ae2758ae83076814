"""What turns the bare interpreter into a Python with files, a library and standard streams.

The kernel runs this once, before any other Python. It imports nothing but native modules and `_krait_files`, so that a
page which needs no more does not pay for more.
"""

import _contextvars
import _frozen_importlib
import _io
import builtins
import posix
import sys
import time

import _krait
import _krait_console
import _krait_gc

LIBRARY = "/lib/python3.14"
SITE_PACKAGES = LIBRARY + "/site-packages"
HOME = "/home/web"

# --------------------------------------------------------------------------------------------------------------------
# The library: a path hook for the folder in which the archives appear.


class LibraryLoader:
    """Loads one module of the library archives (PEP 302 loader)."""

    __slots__ = ("name", "path")

    def __init__(self, name, path):
        self.name = name
        self.path = path

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        name = self.name
        exec(_krait.library_code(name), module.__dict__)
        hook = after_import.get(name)
        if hook is not None:
            hook(sys.modules[name])

    def get_code(self, fullname):
        return _krait.library_code(fullname)

    def get_source(self, fullname):
        return _krait.library_source(fullname, True)

    def get_filename(self, fullname):
        return self.path

    def is_package(self, fullname):
        return _krait.library_find(fullname) is True

    def __repr__(self):
        return f"<LibraryLoader {self.name!r}>"


class LibraryFinder:
    """Finds modules of the library below one folder (path entry finder)."""

    __slots__ = ("folder", "prefix")

    def __init__(self, folder):
        if folder == LIBRARY:
            self.prefix = ""
        elif folder.startswith(LIBRARY + "/") and not folder.startswith(SITE_PACKAGES):
            self.prefix = folder[len(LIBRARY) + 1 :].replace("/", ".") + "."
        else:
            raise ImportError("not a folder of the library")
        self.folder = folder

    def find_spec(self, fullname, target=None):
        tail = fullname.rpartition(".")[2]
        if self.prefix + tail != fullname:
            return None
        is_package = _krait.library_find(fullname)
        if is_package is None:
            return None
        base = f"{self.folder}/{tail}"
        path = f"{base}/__init__.py" if is_package else f"{base}.py"
        spec = _frozen_importlib.ModuleSpec(fullname, LibraryLoader(fullname, path), origin=path, is_package=is_package)
        spec.has_location = True
        if is_package:
            spec.submodule_search_locations.append(base)
        return spec

    def iter_modules(self, prefix=""):
        """For `pkgutil.iter_modules`."""
        for name in _krait.library_names():
            head, _, tail = name.rpartition(".")
            if (head + "." if head else "") == self.prefix:
                yield prefix + tail, _krait.library_find(name)

    def invalidate_caches(self):
        pass


class AbsentFinder:
    """Stands last among the finders: says why a standard module is not here (meta path finder)."""

    @staticmethod
    def find_spec(fullname, path=None, target=None):
        from _krait_absent import reason

        sentence = reason(fullname)
        if sentence is not None:
            raise ModuleNotFoundError(f"No module named {fullname!r}. {sentence}.", name=fullname)


def _archive_hook(path):
    """Wheels and zip files on `sys.path`, and folders in them; `zipimport` is loaded when there is one."""
    place = path
    while place:
        try:
            mode = posix.stat(place).st_mode
        except OSError:
            place = place.rpartition("/")[0]
            continue
        if mode & 0o170000 == 0o100000:
            # The archive may stand before the library on the path: it is not asked for what reads it.
            whole, sys.path = sys.path, [LIBRARY]
            try:
                from zipimport import zipimporter
            finally:
                sys.path = whole
            return zipimporter(path)
        break
    raise ImportError("not an archive")


def _install_importers():
    sys.dont_write_bytecode = True
    # The empty one is the working directory, which is HOME at first.
    sys.path[:] = ["", LIBRARY, SITE_PACKAGES]
    _frozen_importlib._install_external_importers()
    sys.path_hooks[:0] = [LibraryFinder, _archive_hook]
    sys.meta_path.append(AbsentFinder)


# --------------------------------------------------------------------------------------------------------------------
# Corrections of library modules, made when they are first imported.


def _library_name(filename):
    """The module of a file of the library; None for other files."""
    if not filename.startswith(LIBRARY + "/") or filename.startswith(SITE_PACKAGES):
        return None
    name = filename[len(LIBRARY) + 1 :].removesuffix(".py").replace("/", ".").removesuffix(".__init__")
    return name if _krait.library_find(name) is not None else None


def _after_linecache(module):
    """Source lines of scripts, which have no file, and of the library, which are fetched when somebody reads them.

    Who passes the module's globals reads (`inspect`, `pdb`); a traceback does not, and is not worth a download.
    """
    from_files, lazily, check = module.updatecache, module.lazycache, module.checkcache
    shown = {}

    def updatecache(filename, module_globals=None):
        text = _krait.sources.get(filename)
        if text is not None:
            shown[filename] = text
        else:
            name = _library_name(filename)
            if name is None:
                return from_files(filename, module_globals)
            try:
                text = _krait.library_source(name, module_globals is not None)
            except OSError:
                text = None
            if text is None:
                return []
        lines = [line + "\n" for line in text.removesuffix("\n").split("\n")]
        module.cache[filename] = (len(text), None, lines, filename)
        return lines

    def lazycache(filename, module_globals):
        return _library_name(filename) is None and lazily(filename, module_globals)

    def checkcache(filename=None):
        for name in [*shown] if filename is None else [filename]:
            if name in shown and _krait.sources.get(name) is not shown[name]:
                del shown[name]
                module.cache.pop(name, None)
        check(filename)

    module.updatecache = updatecache
    module.lazycache = lazycache
    module.checkcache = checkcache


def _after_traceback(module):
    """The lines of a frame are those of the program that its code was compiled from, whatever has its name now."""
    by_name = module.FrameSummary._set_lines

    def _set_lines(self):
        text = None
        if self._lines is None and self.lineno and self.end_lineno and self._code is not None:
            text = _krait.text_of(self._code)
        if text is None:
            by_name(self)
        else:
            lines = text.split("\n")[self.lineno - 1 : self.end_lineno]
            self._lines = "\n".join(line.rstrip() for line in lines) + "\n"

    module.FrameSummary._set_lines = _set_lines


def _after_inspect(module):
    """The same for who asks for the source of a function."""
    _after_docs(module)
    by_name = module.findsource

    def findsource(object):
        code = object.__func__ if module.ismethod(object) else object
        for name in ("tb_frame", "f_code", "__code__"):
            code = getattr(code, name, code)
        text = _krait.text_of(code)
        if text is None:
            return by_name(object)
        return [line + "\n" for line in text.removesuffix("\n").split("\n")], code.co_firstlineno - 1

    findsource.__module__ = "inspect"
    findsource.__doc__ = by_name.__doc__
    module.findsource = findsource


def _after_docs(module):
    """Docstrings of what is native, and of modules that travel without them: for `inspect.getdoc` and `help`."""
    inherited = module._finddoc

    def _finddoc(obj):
        owner = getattr(obj, "__module__", None)
        # What a program has written itself has no other text.
        if isinstance(owner, str) and owner not in sys.builtin_module_names and _krait.library_find(owner) is None:
            return inherited(obj)
        from _krait_docs import find

        return find(obj, inherited)

    module._finddoc = _finddoc


def _after_xml(module):
    """XML that is not well formed is an error, with its place."""
    from _krait_expat import install, install_tree

    (install if module.__name__ == "xml.parsers.expat" else install_tree)(module)


def _after_os(module):
    """Names that would start processes are not there, and asking for one says why; `hasattr` stays honest."""

    def attribute(name):
        from _krait_absent import attribute_reason

        text = f"module 'os' has no attribute {name!r}{attribute_reason(name)}"
        raise AttributeError(text, name=name, obj=module)

    module.__getattr__ = attribute
    # What the functions of the family `exec` end in.
    module.execv = module.execve = _refusal("process")


def _after_random(module):
    """A number below nothing is an error, not a search without an end."""
    from _krait_random import with_getrandbits, without_getrandbits

    generator = module.Random
    generator._randbelow_with_getrandbits = with_getrandbits
    generator._randbelow_without_getrandbits = without_getrandbits
    generator._randbelow = module.SystemRandom._randbelow = with_getrandbits


def _after_zoneinfo_common(module):
    """Time zones come from the library, unless the package tzdata is installed."""
    from_package = module.load_tzdata

    def load_tzdata(key):
        try:
            import tzdata  # noqa: F401
        except ImportError:
            from _krait_zones import ZONES

            data = ZONES.get(key)
            if data is None:
                raise module.ZoneInfoNotFoundError(f"No time zone found with key {key}") from None
            return _io.BytesIO(data)
        return from_package(key)

    module.load_tzdata = load_tzdata


def _after_zoneinfo_tzpath(module):
    on_path = module.available_timezones

    def available_timezones():
        from _krait_zones import ZONES

        return on_path() | ZONES.keys()

    module.available_timezones = available_timezones


def _refusal(name):
    """A function that says what a page has instead."""

    def refuse(*args, **kwargs):
        import _krait_refusals

        return getattr(_krait_refusals, name)(*args, **kwargs)

    return refuse


def _after_socket(module):
    """The interpreter's own class takes no arguments, and its errors say nothing."""
    module.socket.__new__ = staticmethod(_refusal("socket"))
    sys.modules["_socket"].getaddrinfo = _refusal("getaddrinfo")
    module.fromfd = _refusal("socket")
    for name in (
        "gethostbyaddr",
        "gethostbyname",
        "gethostbyname_ex",
        "getnameinfo",
        "getservbyname",
        "getservbyport",
    ):
        setattr(module, name, _refusal(name))
    module.gethostname = lambda: posix.uname().nodename


def _after_subprocess(module):
    module.Popen.__init__ = _refusal("process")


def _after_interpreters(module):
    module.create = _refusal("interpreter")


def _after_json_decoder(module):
    """Nesting that would overflow the native scanner ends in the exception that it should."""
    scan = module.scanner.make_scanner

    def guarded(context):
        scan_once = scan(context)

        def scan_once_guarded(string, idx):
            _krait.check_json_depth(string)
            return scan_once(string, idx)

        return scan_once_guarded

    module.scanner.make_scanner = guarded
    module.JSONDecoder.__init__.__globals__["scanner"] = module.scanner
    default = getattr(sys.modules.get("json"), "_default_decoder", None)
    if default is not None:
        default.scan_once = guarded(default)


class _Attributes:
    """Objects with attributes of their own."""


class _Local(_Attributes):
    """`threading.local`: with one thread the attributes are the object's own."""

    def __new__(cls, /, *args, **kwargs):
        if (args or kwargs) and cls.__init__ is object.__init__:
            raise TypeError("Initialization arguments are not supported")
        return super().__new__(cls)

    def _read_only(self, *value):
        sentence = f"{type(self).__name__!r} object attribute '__dict__' is read-only"
        raise AttributeError(sentence, name="__dict__", obj=self)

    __dict__ = property(_Attributes.__dict__["__dict__"].__get__, _read_only, _read_only)


_Local.__module__, _Local.__name__, _Local.__qualname__ = "_thread", "_local", "_local"


def _after_threading(module):
    """One thread: what would start another, or wait for one, says so instead of running at once or for ever."""
    thread = sys.modules["_thread"]

    def start(*args, **kwargs):
        raise RuntimeError(
            "can't start new thread: a page runs Python in one thread; "
            "use asyncio tasks, or a js.Worker with a kernel of its own"
        )

    def acquire(self, blocking=True, timeout=-1):
        if not self.locked_status:
            self.locked_status = True
            return True
        if not blocking or timeout >= 0:
            return False
        raise RuntimeError(
            "this lock is held and would never be released: a page runs Python in one thread; "
            "use asyncio.Lock, asyncio.Event or asyncio.Queue"
        )

    def release_all(self):
        count, self.locked_count = self.locked_count, 0
        return count

    def acquire_all(self, count):
        self.locked_count = count

    lock, rlock = thread.LockType, thread.RLock
    lock.acquire = lock.__enter__ = acquire
    rlock._is_owned = rlock.locked
    rlock._recursion_count = lambda self: self.locked_count
    rlock._release_save = release_all
    rlock._acquire_restore = acquire_all
    thread.start_new_thread = thread.start_new = thread.start_joinable_thread = start
    module._start_new_thread = module._start_joinable_thread = start
    thread._local = module.local = _Local


def _zone_attribute(name):
    """`time.timezone` and its like, found when asked for: the zone is the page's, not that of a boot image."""
    if name not in ("timezone", "altzone", "daylight", "tzname"):
        raise AttributeError(f"module 'time' has no attribute {name!r}", name=name, obj=time)
    year = time.localtime().tm_year
    zones = [time.localtime((year - 1970) * 31556952 + days * 86400) for days in (14, 195)]
    standard, summer = sorted(zones, key=lambda zone: zone.tm_gmtoff)
    if name == "timezone":
        return -standard.tm_gmtoff
    if name == "altzone":
        return -summer.tm_gmtoff
    if name == "daylight":
        return int(standard.tm_gmtoff != summer.tm_gmtoff)
    return (standard.tm_zone, summer.tm_zone)


after_import = {
    "concurrent.interpreters": _after_interpreters,
    "inspect": _after_inspect,
    "linecache": _after_linecache,
    "os": _after_os,
    "json.decoder": _after_json_decoder,
    "pydoc": _after_docs,
    "random": _after_random,
    "socket": _after_socket,
    "subprocess": _after_subprocess,
    "threading": _after_threading,
    "traceback": _after_traceback,
    "xml.etree.ElementTree": _after_xml,
    "xml.parsers.expat": _after_xml,
    "zoneinfo._common": _after_zoneinfo_common,
    "zoneinfo._tzpath": _after_zoneinfo_tzpath,
}

# --------------------------------------------------------------------------------------------------------------------
# Files.


def _install_files():
    from _krait_files import FileIO, open, open_code

    _io.FileIO = FileIO
    # Native functions, as everywhere else: one that is a class's attribute becomes no method.
    _io.open = builtins.open = _krait.native_function(open, "_io")
    _io.open_code = _krait.native_function(open_code, "_io")


# --------------------------------------------------------------------------------------------------------------------
# Standard streams.


def _install_streams():
    console = _krait_console.console
    sys.stdin = sys.__stdin__ = _io.TextIOWrapper(_io.BufferedReader(console(0)), "utf-8", "strict")
    for fd, name, errors in ((1, "stdout", "strict"), (2, "stderr", "backslashreplace")):
        raw = console(fd)
        stream = _io.TextIOWrapper(_io.BufferedWriter(raw), "utf-8", errors, "\n", True)
        stream.mode = "w"
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


# --------------------------------------------------------------------------------------------------------------------
# Tracebacks.

# Frames of these files run a script; they are not part of it.
_MACHINERY = tuple(
    f"{LIBRARY}/{name}.py" for name in ("_krait_boot", "pyodide/_modules", "pyodide/_run", "pyscript/_runtime")
)


def format_exception(exc):
    """The traceback of `exc` as text, without the frames that only started the script."""
    import traceback

    if isinstance(exc, ModuleNotFoundError):
        _advise(exc)
    tb = exc.__traceback__
    while tb is not None and tb.tb_frame.f_code.co_filename in _MACHINERY:
        tb = tb.tb_next
    return "".join(traceback.format_exception(type(exc), exc, tb))


def _emscripten_log(text):
    """What `_pyrepl` expects of `posix` on this platform."""
    posix.write(2, text.encode() + b"\n")


def _advise(exc):
    """Notes how to get a module that was not found."""
    name = (exc.name or "").partition(".")[0]
    # A package that is there and lacks a part is another matter.
    if not name or name in sys.modules or getattr(exc, "__notes__", None):
        return
    if name in sys.stdlib_module_names:
        exc.add_note(f"The module {name!r} belongs to Python's standard library, but cannot work in a browser.")
    else:
        exc.add_note(
            f"The module {name!r} is not installed. If it is on PyPI, name it in `packages` of the configuration, or\n"
            f"install it with `import micropip; await micropip.install({name!r})`."
        )


class _Helper:
    """`help`, which the module `site` makes elsewhere."""

    def __repr__(self):
        return "Type help() for interactive help, or help(object) for help about object."

    def __call__(self, *args, **kwargs):
        import pydoc

        return pydoc.help(*args, **kwargs)


def _boot():
    sys.platform = "emscripten"
    sys.implementation._multiarch = "wasm32-emscripten"
    sys._emscripten_info = type(sys.implementation)(
        emscripten_version=(0, 0, 0), runtime="krait", pthreads=False, shared_memory=False
    )
    # The interpreter calls itself free-threaded; what it is compared with is not.
    sys.abiflags = ""
    posix._emscripten_log = _emscripten_log
    time.__getattr__ = _zone_attribute
    _krait.guard_builtins()
    builtins.help = _Helper()
    _install_importers()
    _install_files()
    _install_streams()
    _krait_gc.watch()
    # Makes the outermost context, which stays where it is when a stack is suspended.
    _contextvars.copy_context()


_boot()
