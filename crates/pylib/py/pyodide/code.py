"""`pyodide.code`: running source text, and finding out what it imports."""

import ast
import builtins
from collections.abc import Callable
from functools import lru_cache, wraps
from inspect import Parameter, signature
from textwrap import dedent
from types import CodeType
from typing import Any, Literal

import _krait
import js

__all__ = [
    "CodeRunner",
    "eval_code",
    "eval_code_async",
    "find_imports",
    "relaxed_call",
    "relaxed_wrap",
    "run_js",
    "should_quiet",
]

type ReturnMode = Literal["last_expr", "last_expr_or_assign", "none"]


def should_quiet(source: str, /) -> bool:
    """Whether the last token of `source` is a semicolon: its value is not to be shown."""
    # Comments may hold semicolons and follow one, so only tokens tell; without any semicolon there is nothing to ask.
    if ";" not in source:
        return False
    from io import StringIO
    from tokenize import COMMENT, ENCODING, ENDMARKER, NEWLINE, NL, OP, TokenError, generate_tokens

    last = None
    try:
        for token in generate_tokens(StringIO(source).readline):
            if token.type not in (COMMENT, ENCODING, ENDMARKER, NEWLINE, NL):
                last = token
    except (TokenError, SyntaxError):
        return False
    return last is not None and last.type == OP and last.string == ";"


class CodeRunner:
    """Source text on its way to a value: parsed at once, compiled by `compile`, run by `run` or `run_async`.

    Between those the tree in `ast` may be changed. `return_mode` says what the value is: that of the last statement if
    it is an expression (`last_expr`), or also if it assigns to a name (`last_expr_or_assign`), or nothing (`none`).
    """

    ast: ast.Module | ast.Expression
    """The tree, until it is compiled as well as after."""

    code: CodeType | None
    """What gives the value, after the statements before it have run; nothing before `compile`."""

    def __init__(
        self,
        source: str,
        *,
        return_mode: ReturnMode = "last_expr",
        mode: str = "exec",
        quiet_trailing_semicolon: bool = True,
        filename: str = "<exec>",
        flags: int = 0,
        dont_inherit: bool = False,
        optimize: int = -1,
    ) -> None:
        if return_mode not in ("last_expr", "last_expr_or_assign", "none", None):
            raise ValueError(f"Unrecognized return_mode {return_mode!r}")
        source = dedent(source)
        _krait.sources[filename] = self._source = source
        self._options: dict[str, Any] = {"flags": flags, "dont_inherit": dont_inherit, "optimize": optimize}
        self._mode = mode
        self._filename = filename
        self._return_mode = return_mode
        if return_mode != "none" and quiet_trailing_semicolon and should_quiet(source):
            self._return_mode = "none"
        self.ast = compile(
            source, filename, mode, flags=flags | ast.PyCF_ONLY_AST, dont_inherit=dont_inherit, optimize=optimize
        )
        self.code = None
        self._before: CodeType | None = None
        self._gives_value = False

    def _compile(self, tree: ast.AST, mode: str) -> CodeType:
        # Whoever changes the tree need not say where the new nodes are.
        code = compile(ast.fix_missing_locations(tree), self._filename, mode, **self._options)
        _krait.keep_text(self._source, code)
        return code

    def compile(self) -> CodeRunner:
        """Compiles the tree; gives the runner itself, so that calls can be chained."""
        if isinstance(self.ast, ast.Module) and self._return_mode not in ("none", None):
            body, last = _split(self.ast.body, self._return_mode == "last_expr_or_assign")
            before = ast.Module(body, self.ast.type_ignores)
            if last is None:
                self.code = self._compile(before, self._mode)
            else:
                self._before = self._compile(before, self._mode) if body else None
                self.code = self._compile(ast.Expression(last), "eval")
            self._gives_value = last is not None
        else:
            self.code = self._compile(self.ast, self._mode)
            self._gives_value = isinstance(self.ast, ast.Expression)
        return self

    def _parts(self) -> tuple[CodeType, ...]:
        if self.code is None:
            raise RuntimeError("Not yet compiled")
        return (self.code,) if self._before is None else (self._before, self.code)

    def run(self, globals: dict[str, Any] | None = None, locals: dict[str, Any] | None = None) -> Any:
        """Runs the code and returns its value. Without `globals` there is a new namespace."""
        parts = self._parts()
        globals, locals = _namespaces(globals, locals)
        value = None
        for code in parts:
            value = eval(code, globals, locals)
            if code.co_flags & _COROUTINE and hasattr(value, "close"):
                value.close()
                raise RuntimeError("This code awaits at its top level. Use run_async() for it.")
        return value if self._gives_value else None

    async def run_async(self, globals: dict[str, Any] | None = None, locals: dict[str, Any] | None = None) -> Any:
        """The same for code that may await at its top level: compiled with `ast.PyCF_ALLOW_TOP_LEVEL_AWAIT`."""
        parts = self._parts()
        globals, locals = _namespaces(globals, locals)
        value = None
        for code in parts:
            value = eval(code, globals, locals)
            if code.co_flags & _COROUTINE:
                value = await value
        return value if self._gives_value else None


_COROUTINE = 0x80


def _split(body: list[ast.stmt], or_assign: bool) -> tuple[list[ast.stmt], ast.expr | None]:
    """The statements to execute, and the expression whose value counts."""
    match body[-1:]:
        case [ast.Expr(value)]:
            return body[:-1], value
        case [ast.Assign(targets=[ast.Name(name), *_])] | [ast.AugAssign(target=ast.Name(name))] if or_assign:
            return body, ast.copy_location(ast.Name(name, ast.Load()), body[-1])
        case [ast.AnnAssign(target=ast.Name(name), value=ast.expr())] if or_assign:
            return body, ast.copy_location(ast.Name(name, ast.Load()), body[-1])
    return body, None


def _namespaces(globals: dict[str, Any] | None, locals: dict[str, Any] | None) -> tuple[dict[str, Any], dict[str, Any]]:
    if globals is None:
        globals = {}
    # Code that defines a class or a function looks for the module's name.
    globals.setdefault("__builtins__", builtins)
    return globals, globals if locals is None else locals


def eval_code(
    source: str, globals: dict[str, Any] | None = None, locals: dict[str, Any] | None = None, **options: Any
) -> Any:
    """Runs source text and returns the value of its last expression. The options are those of `CodeRunner`."""
    return CodeRunner(source, mode="exec", **options).compile().run(globals, locals)


async def eval_code_async(
    source: str, globals: dict[str, Any] | None = None, locals: dict[str, Any] | None = None, **options: Any
) -> Any:
    """The same for source text that may `await` outside of functions."""
    options["flags"] = options.get("flags", 0) | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    return await CodeRunner(source, mode="exec", **options).compile().run_async(globals, locals)


def find_imports(source: str) -> list[str]:
    """The names of the modules that `source` imports and of their packages; nothing if it does not parse."""
    try:
        tree = ast.parse(dedent(source))
    except SyntaxError:
        return []
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names = [node.module]
        else:
            continue
        for name in names:
            found.add(name)
            while "." in name:
                name = name.rpartition(".")[0]
                found.add(name)
    return sorted(found)


def run_js(code: str, /) -> Any:
    """Runs JavaScript in the global scope, as `eval` does; a content security policy may forbid it."""
    if not isinstance(code, str):
        raise TypeError(f"argument should have type 'string' not type {type(code).__name__!r}")
    return js.eval(code)


@lru_cache
def _relaxed_signature(func: Callable) -> tuple[int | None, frozenset[str] | None]:
    """How many positional arguments a function takes, and which by name; nothing is no limit."""
    positional: int | None = 0
    named: set[str] | None = set()
    for parameter in signature(func).parameters.values():
        match parameter.kind:
            case Parameter.VAR_POSITIONAL:
                positional = None
            case Parameter.VAR_KEYWORD:
                named = None
            case Parameter.KEYWORD_ONLY:
                if named is not None:
                    named.add(parameter.name)
            case kind:
                if positional is not None:
                    positional += 1
                if kind is Parameter.POSITIONAL_OR_KEYWORD and named is not None:
                    named.add(parameter.name)
    return positional, None if named is None else frozenset(named)


def relaxed_call(func: Callable, *args: Any, **kwargs: Any) -> Any:
    """Calls a function as JavaScript does: arguments that it does not take are left out."""
    try:
        positional, named = _relaxed_signature(func)
    except (TypeError, ValueError):
        # Unhashable, or a native function that does not tell.
        return func(*args, **kwargs)
    if positional is not None:
        args = args[:positional]
    if named is not None and kwargs:
        kwargs = {name: value for name, value in kwargs.items() if name in named}
    try:
        return func(*args, **kwargs)
    except TypeError:
        # Arguments that are missing are told as `inspect` does; what else was wrong came from the function itself.
        try:
            signature(func).bind(*args, **kwargs)
        except TypeError as refused:
            raise refused from None
        raise


def relaxed_wrap(func: Callable) -> Callable:
    """A decorator: calls of the function leave out arguments that it does not take."""
    # A function that cannot tell what it takes is refused here and not at its first call.
    try:
        signature(func)
    except ValueError as error:
        raise TypeError(f"Cannot wrap function: {error}") from None

    @wraps(func)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return relaxed_call(func, *args, **kwargs)

    return wrapper
