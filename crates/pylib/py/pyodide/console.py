"""`pyodide.console`: a read-eval-print loop in which lines are pushed and results awaited."""

import ast
import asyncio
import rlcompleter
import sys
import traceback
from asyncio import CancelledError, Future, Task, ensure_future
from codeop import CommandCompiler, Compile
from collections.abc import Callable, Generator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from io import TextIOBase
from platform import python_build, python_version
from typing import Any, Literal

from pyodide.code import CodeRunner

__all__ = ["BANNER", "Console", "ConsoleFuture", "PyodideConsole", "repr_shorten"]

BANNER = f"""
Python {python_version()} ({", ".join(python_build())}) on WebAssembly/Krait
Type "help", "copyright", "credits" or "license" for more information.
""".strip()

type Completeness = Literal["incomplete", "syntax-error", "complete"]


class _Stream(TextIOBase):
    """A text stream that gives what is written to a function."""

    def __init__(self, write: Callable[[str], Any], name: str) -> None:
        self._write = write
        self._name = name

    @property
    def name(self) -> str:
        """As in `sys.stdout.name`."""
        return self._name

    @property
    def encoding(self) -> str:
        """Text stays text; the name is for those who ask."""
        return "utf-8"

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self._write(text)
        return len(text)


class _Input(TextIOBase):
    """A text stream whose lines a function gives."""

    def __init__(self, read: Callable[[int], str]) -> None:
        self._read = read
        self._rest = ""

    @property
    def name(self) -> str:
        """As in `sys.stdin.name`."""
        return "<stdin>"

    @property
    def encoding(self) -> str:
        """Text stays text; the name is for those who ask."""
        return "utf-8"

    def readable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return True

    def read(self, size: int | None = -1) -> str:
        if size is None or size < 0:
            parts = [self._rest]
            self._rest = ""
            while part := self._read(-1):
                parts.append(part)
            return "".join(parts)
        text = self._rest or self._read(size)
        self._rest = text[size:]
        return text[:size]

    def readline(self, size: int | None = -1) -> str:
        text = self._rest
        self._rest = ""
        while "\n" not in text:
            part = self._read(-1 if size is None else size)
            if not part:
                break
            text += part
        end = text.find("\n") + 1 or len(text)
        if size is not None and size >= 0:
            end = min(end, size)
        self._rest = text[end:]
        return text[:end]


class _Compile(Compile):
    """Compiles to a `CodeRunner` whose last expression gives the value."""

    def __init__(self, return_mode: str = "last_expr", quiet_trailing_semicolon: bool = True, flags: int = 0) -> None:
        super().__init__()
        self.flags |= flags
        self.return_mode = return_mode
        self.quiet_trailing_semicolon = quiet_trailing_semicolon

    def __call__(self, source: str, filename: str, symbol: str, flags: int = 0, **kwargs: Any) -> CodeRunner:  # type: ignore[override]
        # The base class says whether more lines are wanted, and remembers `from __future__ import`.
        try:
            super().__call__(source, filename, "single", flags, **kwargs)
        except SyntaxError as error:
            if not str(error.msg).startswith("multiple statements"):
                raise
            super().__call__(source, filename, "exec", flags, **kwargs)
        return CodeRunner(
            source,
            mode="exec",
            filename=filename,
            return_mode=self.return_mode,  # type: ignore[arg-type]
            flags=self.flags & ~_ONLY_WHILE_TYPING,
            quiet_trailing_semicolon=self.quiet_trailing_semicolon,
        ).compile()


# `PyCF_DONT_IMPLY_DEDENT` and `PyCF_ALLOW_INCOMPLETE_INPUT`: for text that may go on.
_ONLY_WHILE_TYPING = 0x200 | 0x4000


class _CommandCompiler(CommandCompiler):
    """Compiles what is complete, and gives `None` for what is not."""

    def __init__(self, return_mode: str = "last_expr", quiet_trailing_semicolon: bool = True, flags: int = 0) -> None:
        self.compiler = _Compile(return_mode, quiet_trailing_semicolon, flags)

    def __call__(self, source: str, filename: str = "<console>", symbol: str = "single") -> CodeRunner | None:  # type: ignore[override]
        return super().__call__(source, filename, symbol)  # type: ignore[return-value]


class ConsoleFuture(Future):
    """The result of a piece of source, and whether it was a whole one."""

    syntax_check: Completeness
    """Whether the source was complete; if it was not, or could not be parsed, nothing runs."""

    formatted_error: str | None
    """The text to show if it raised."""

    def __init__(self, syntax_check: Completeness) -> None:
        super().__init__(loop=asyncio.get_event_loop())
        self.syntax_check = syntax_check
        self.formatted_error = None


class Console:
    """An interactive interpreter. Lines are pushed; what they evaluate to is awaited.

    Without stream callbacks nothing is redirected. With `persistent_stream_redirection` the streams stay with the
    callbacks until `persistent_restore_streams`, otherwise only while code runs.
    """

    globals: dict[str, Any]
    """The namespace that code runs in."""

    buffer: list[str]
    """Lines that are not complete yet."""

    completer_word_break_characters: str
    """What ends the word that is completed."""

    def __init__(
        self,
        globals: dict[str, Any] | None = None,
        *,
        stdin_callback: Callable[[int], str] | None = None,
        stdout_callback: Callable[[str], None] | None = None,
        stderr_callback: Callable[[str], None] | None = None,
        persistent_stream_redirection: bool = False,
        filename: str = "<console>",
        dont_inherit: bool = False,
        optimize: int = -1,
    ) -> None:
        self.globals = {"__name__": "__console__", "__doc__": None} if globals is None else globals
        self.filename = filename
        self.buffer = []
        self.stdin_callback = stdin_callback
        self.stdout_callback = stdout_callback
        self.stderr_callback = stderr_callback
        self.completer_word_break_characters = " \t\n`~!@#$%^&*()-=+[{]}\\|;:'\",<>/?"
        self._completer = rlcompleter.Completer(self.globals)
        self._compile = _CommandCompiler(flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        self._redirection: Any = None
        self._lock = asyncio.Lock()
        if persistent_stream_redirection:
            self.persistent_redirect_streams()

    # Streams.

    def persistent_redirect_streams(self) -> None:
        """Redirects the standard streams to the callbacks until `persistent_restore_streams`."""
        if self._redirection is None:
            self._redirection = self._redirected()
            next(self._redirection)

    def persistent_restore_streams(self) -> None:
        """Gives the standard streams back."""
        if self._redirection is not None:
            redirection, self._redirection = self._redirection, None
            redirection.close()

    @contextmanager
    def redirect_streams(self) -> Generator[None]:
        """Redirects the standard streams to the callbacks while the context lasts."""
        if self._redirection is not None:
            yield
            return
        yield from self._redirected()

    def _redirected(self) -> Generator[None]:
        before = sys.stdin
        try:
            with (
                _redirect(self.stdout_callback, redirect_stdout, "<stdout>"),
                _redirect(self.stderr_callback, redirect_stderr, "<stderr>"),
            ):
                if self.stdin_callback is not None:
                    sys.stdin = _Input(self.stdin_callback)
                yield
        finally:
            sys.stdin = before

    # Running.

    def push(self, line: str) -> ConsoleFuture:
        """Adds a line, and runs what has come together if it is complete."""
        self.buffer.append(line)
        result = self.runsource("\n".join(self.buffer), self.filename)
        if result.syntax_check != "incomplete":
            self.buffer = []
        return result

    def runsource(self, source: str, filename: str = "<console>") -> ConsoleFuture:
        """Compiles and runs source text, if it is complete."""
        try:
            code = self._compile(source, filename, "single")
        except (OverflowError, SyntaxError, ValueError) as error:
            result = ConsoleFuture("syntax-error")
            result.formatted_error = self.formatsyntaxerror(error)
            result.set_exception(error)
            # Nobody needs to be told of an exception that its text says.
            result.exception()
            return result
        if code is None:
            result = ConsoleFuture("incomplete")
            result.set_result(None)
            return result
        result = ConsoleFuture("complete")

        def done(task: Task) -> None:
            if task.cancelled():
                exception: BaseException = CancelledError()
            else:
                exception = task.exception()  # type: ignore[assignment]
            if result.done():
                return
            if exception is None:
                result.set_result(task.result())
                return
            result.formatted_error = self.formattraceback(exception)
            if isinstance(exception, StopIteration):
                exception = RuntimeError("StopIteration was raised")
            result.set_exception(exception)
            result.exception()

        ensure_future(self.runcode(source, code)).add_done_callback(done)
        return result

    async def runcode(self, source: str, code: CodeRunner) -> Any:
        """Runs compiled code; one piece at a time."""
        async with self._lock:
            with self.redirect_streams():
                try:
                    return await code.run_async(self.globals)
                finally:
                    sys.stdout.flush()
                    sys.stderr.flush()

    # Errors.

    def formatsyntaxerror(self, e: Exception) -> str:
        """The text of an error that keeps source from being compiled."""
        sys.last_exc = e
        sys.last_type, sys.last_value, sys.last_traceback = type(e), e, None
        return "".join(traceback.format_exception_only(type(e), e))

    def num_frames_to_keep(self, tb: Any) -> int:
        """How many frames, from the innermost, are those of the code that was pushed."""
        frames = [frame for frame, _ in traceback.walk_tb(tb)]
        for index, frame in enumerate(frames):
            if frame.f_code.co_filename == self.filename:
                return len(frames) - index
        return 0

    def formattraceback(self, e: BaseException) -> str:
        """The text of what code raised."""
        sys.last_exc = e
        sys.last_type, sys.last_value, sys.last_traceback = type(e), e, e.__traceback__
        keep = self.num_frames_to_keep(e.__traceback__)
        return "".join(traceback.format_exception(type(e), e, e.__traceback__, -keep if keep else None))

    # Completion.

    def complete(self, source: str) -> tuple[list[str], int]:
        """What the last word of `source` may go on to, and where that word begins."""
        start = max(map(source.rfind, self.completer_word_break_characters)) + 1
        word = source[start:]
        found = self._completer.attr_matches(word) if "." in word else self._completer.global_matches(word)
        return found, start


@contextmanager
def _redirect(callback: Callable[[str], Any] | None, redirect: Any, name: str) -> Generator[None]:
    if callback is None:
        yield
    else:
        with redirect(_Stream(callback, name)):
            yield


class PyodideConsole(Console):
    """A console that installs the packages that code imports, where `micropip` can be imported."""

    async def runcode(self, source: str, code: CodeRunner) -> Any:
        import pyodide_js

        await pyodide_js.loadPackagesFromImports(source)
        return await super().runcode(source, code)


def repr_shorten(value: Any, limit: int = 1000, split: int | None = None, separator: str = "...") -> str:
    """The `repr` of a value; of one longer than `limit`, the first and the last `split` characters."""
    if split is None:
        split = limit // 2
    text = repr(value)
    if len(text) > limit:
        text = f"{text[:split]}{separator}{text[len(text) - split :]}"
    return text
