"""Parsers of `xml.parsers.expat` that raise what is wrong with a document; the native ones take it for its end."""

from types import ModuleType
from typing import Any

import _krait

#: By number (`XML_ERROR_...`), as expat says it.
MESSAGES = {
    1: "out of memory",
    2: "syntax error",
    3: "no element found",
    4: "not well-formed (invalid token)",
    5: "unclosed token",
    6: "partial character",
    7: "mismatched tag",
    8: "duplicate attribute",
    9: "junk after document element",
    10: "illegal parameter entity reference",
    11: "undefined entity",
    12: "recursive entity reference",
    13: "asynchronous entity",
    14: "reference to invalid character number",
    15: "reference to binary entity",
    16: "reference to external entity in attribute",
    17: "XML or text declaration not at start of entity",
    18: "unknown encoding",
    19: "encoding specified in XML declaration is incorrect",
    20: "unclosed CDATA section",
    27: "unbound prefix",
    36: "parsing finished",
}
_NAMES = {
    2: "SYNTAX",
    3: "NO_ELEMENTS",
    4: "INVALID_TOKEN",
    5: "UNCLOSED_TOKEN",
    6: "PARTIAL_CHAR",
    7: "TAG_MISMATCH",
    8: "DUPLICATE_ATTRIBUTE",
    9: "JUNK_AFTER_DOC_ELEMENT",
    11: "UNDEFINED_ENTITY",
    14: "BAD_CHAR_REF",
    17: "MISPLACED_XML_PI",
    18: "UNKNOWN_ENCODING",
    19: "INCORRECT_ENCODING",
    20: "UNCLOSED_CDATA_SECTION",
    27: "UNBOUND_PREFIX",
    36: "FINISHED",
}
_OWN = ("_data", "_error", "_failed", "_fed", "_native")
#: Bytes of a document up to which each piece is parsed at once. The native parser begins anew with each, so those of
#: longer documents are gathered until they are a share of what it has already seen.
_AT_ONCE = 1 << 18
_NO_ELEMENTS = 3
_SHARE = 2


class XMLParser:
    """An expat parser: handlers and settings are those of the native one."""

    __slots__ = _OWN

    _data: bytearray | None
    _failed: tuple[int, int, int] | None

    def __init__(self, native: Any, error: type[Exception]) -> None:
        self._native = native
        self._error = error
        self._data = bytearray()
        self._fed = 0
        self._failed = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._native, name)

    def __setattr__(self, name: str, value: object) -> None:
        if name in _OWN:
            object.__setattr__(self, name, value)
        else:
            setattr(self._native, name, value)

    @property
    def ErrorCode(self) -> int:  # noqa: N802
        """The number of the error; 0 without one."""
        return 0 if self._failed is None else self._failed[0]

    @property
    def ErrorLineNumber(self) -> int:  # noqa: N802
        """The line of the error, else that of the present event."""
        return self._native.CurrentLineNumber if self._failed is None else self._failed[1]

    @property
    def ErrorColumnNumber(self) -> int:  # noqa: N802
        """The column of the error, else that of the present event."""
        return self._native.CurrentColumnNumber if self._failed is None else self._failed[2]

    def Parse(self, data: Any, isfinal: bool = False, /) -> int:  # noqa: N802
        """Parse XML data. *isfinal* should be true at end of input."""
        whole = self._data
        if whole is None:
            self._fail(36, self.ErrorLineNumber, self.ErrorColumnNumber)
        piece = data.encode() if isinstance(data, str) else bytes(data)
        whole += piece
        waiting = len(whole) - self._fed
        # Nothing at all asks for what has been gathered.
        if isfinal or not piece or self._fed < _AT_ONCE or waiting * _SHARE >= self._fed:
            gathered = piece if waiting == len(piece) else bytes(memoryview(whole)[self._fed :])
            self._fed = len(whole)
            self._native.Parse(gathered, bool(isfinal))
        if isfinal:
            self._data = None
            found = _krait.xml_error(whole)
            if found is not None:
                self._fail(*found)
        return 1

    def ParseFile(self, file: Any, /) -> int:  # noqa: N802
        """Parse XML data from file-like object."""
        return self.Parse(file.read(), True)

    def _fail(self, code: int, line: int, column: int) -> None:
        self._failed = (code, line, column)
        error: Any = self._error(f"{MESSAGES[code]}: line {line}, column {column}")
        error.code, error.lineno, error.offset = code, line, column
        raise error


def install(module: ModuleType) -> None:
    """Puts these parsers into `xml.parsers.expat`, with the texts and numbers of errors."""
    create, error = module.ParserCreate, module.error

    def ParserCreate(*args: Any, **kwargs: Any) -> XMLParser:  # noqa: N802
        """Return a new XML parser object."""
        return XMLParser(create(*args, **kwargs), error)

    def ErrorString(code: int, /) -> str | None:  # noqa: N802
        """Returns string error for given number."""
        return MESSAGES.get(code)

    module.ParserCreate, module.ErrorString, module.XMLParserType = ParserCreate, ErrorString, XMLParser
    errors = module.errors
    errors.messages = dict(MESSAGES)
    errors.codes = {text: code for code, text in MESSAGES.items()}
    for code, name in _NAMES.items():
        setattr(errors, f"XML_ERROR_{name}", MESSAGES[code])


def install_tree(module: ModuleType) -> None:
    """The same for the native parser of `xml.etree.ElementTree`, which does not ask expat."""

    class XMLParser(module.XMLParser):  # type: ignore[name-defined, misc]
        """Element structure builder for XML source data based on the expat parser."""

        __module__ = module.__name__

        def __init__(self, *, target: Any = None, encoding: str | None = None) -> None:
            super().__init__(target=target, encoding=encoding)
            # What is in an encoding that only the caller knows is not looked at.
            self._seen = bytearray() if encoding is None else None

        def feed(self, data: Any) -> None:
            """Feed encoded data to parser."""
            if self._seen is not None:
                self._seen += data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
            try:
                super().feed(data)
            except module.ParseError:
                # Its own say neither what nor where; what is not there yet is no error so far.
                self._check(but=_NO_ELEMENTS)
                raise

        def _check(self, but: int = 0) -> None:
            found = None if self._seen is None else _krait.xml_error(self._seen)
            if found is not None and found[0] != but:
                code, line, column = found
                error = module.ParseError(f"{MESSAGES[code]}: line {line}, column {column}")
                error.code, error.position = code, (line, column)
                raise error

        def close(self) -> Any:
            """Finish feeding data to parser and return element structure."""
            self._check()
            self._seen = None
            return super().close()

        def _parse_whole(self, source: Any) -> Any:
            while data := source.read(1 << 16):
                self.feed(data)
            return self.close()

    XMLParser.__qualname__ = "XMLParser"
    module.XMLParser = XMLParser
