"""`_zstd`: what `compression.zstd` stands on. What is in blocks is native (`_krait_zstd`), frames are made here.

All levels compress alike, about as the first of CPython's; what only tunes the search for repetitions is checked and
has no effect. There is one thread, so no worker takes part. Dictionaries decompress, and are neither made nor
compressed with. What a frame can still refer to, its window, comes out of a decompressor at the frame's end.
"""

from collections.abc import Iterable
from typing import Any

import _krait_zstd

#: The version of the library whose parameters these are.
zstd_version = "1.5.7"
zstd_version_number = 10507

ZSTD_CLEVEL_DEFAULT = 3
ZSTD_DStreamOutSize = 131_072

ZSTD_c_compressionLevel = 100
ZSTD_c_windowLog = 101
ZSTD_c_hashLog = 102
ZSTD_c_chainLog = 103
ZSTD_c_searchLog = 104
ZSTD_c_minMatch = 105
ZSTD_c_targetLength = 106
ZSTD_c_strategy = 107
ZSTD_c_enableLongDistanceMatching = 160
ZSTD_c_ldmHashLog = 161
ZSTD_c_ldmMinMatch = 162
ZSTD_c_ldmBucketSizeLog = 163
ZSTD_c_ldmHashRateLog = 164
ZSTD_c_contentSizeFlag = 200
ZSTD_c_checksumFlag = 201
ZSTD_c_dictIDFlag = 202
ZSTD_c_nbWorkers = 400
ZSTD_c_jobSize = 401
ZSTD_c_overlapLog = 402
ZSTD_d_windowLogMax = 100

(
    ZSTD_fast,
    ZSTD_dfast,
    ZSTD_greedy,
    ZSTD_lazy,
    ZSTD_lazy2,
    ZSTD_btlazy2,
    ZSTD_btopt,
    ZSTD_btultra,
    ZSTD_btultra2,
) = range(1, 10)

_LEVELS = (-131_072, 22)
#: Lowest and highest value of each parameter, on a machine of 32 bits without threads.
_COMPRESSION = {
    100: _LEVELS,
    101: (10, 30),
    102: (6, 30),
    103: (6, 29),
    104: (1, 29),
    105: (3, 7),
    106: (0, 131_072),
    107: (1, 9),
    160: (0, 2),
    161: (6, 30),
    162: (4, 4096),
    163: (1, 8),
    164: (0, 25),
    200: (0, 1),
    201: (0, 1),
    202: (0, 1),
    400: (0, 0),
    401: (0, 0),
    402: (0, 0),
}
_DECOMPRESSION = {100: (10, 30)}
#: The largest window of a frame that is decompressed unless the caller allows more, as its logarithm.
_WINDOW = 27

_MAGIC = b"\x28\xb5\x2f\xfd"
_DICTIONARY_MAGIC = b"\x37\xa4\x30\xec"
_SKIPPABLE = 0x184D2A50
#: The window of the frames made here is that of one block.
_BLOCK = 131_072
_BLOCK_WINDOW = (17 - 10) << 3

_types: tuple[type, type] = (int, int)


class ZstdError(Exception):
    """An error of the compression, or of compressed data."""

    __module__ = "compression.zstd"


def set_parameter_types(c_parameter_type: type, d_parameter_type: type) -> None:
    """Set CompressionParameter and DecompressionParameter types for validity check."""
    global _types
    if not isinstance(c_parameter_type, type) or not isinstance(d_parameter_type, type):
        raise ValueError("The two arguments should be CompressionParameter and DecompressionParameter types.")
    _types = c_parameter_type, d_parameter_type


def get_param_bounds(parameter: int, is_compress: bool) -> tuple[int, int]:
    """Get CompressionParameter/DecompressionParameter bounds."""
    bounds = (_COMPRESSION if is_compress else _DECOMPRESSION).get(parameter)
    if bounds is None:
        raise ZstdError("Zstd parameter bounds could not be found: Unsupported parameter")
    return bounds


def _checked(options: dict, compressing: bool) -> dict[int, int]:
    """The parameters that a caller gives, as numbers within their bounds."""
    kind, table = ("compression", _COMPRESSION) if compressing else ("decompression", _DECOMPRESSION)
    found = {}
    for key, value in options.items():
        if isinstance(key, _types[compressing]) and _types[0] is not _types[1]:
            other = "DecompressionParameter" if compressing else "CompressionParameter"
            raise TypeError(f"{kind} options dictionary key must not be a {other} attribute")
        if not isinstance(key, int):
            raise TypeError("key of options dictionary should be an int attribute")
        if not isinstance(value, int):
            raise TypeError("value of options dictionary should be an int")
        for number in int(key), int(value):
            if not -(2**31) <= number < 2**31:
                raise OverflowError("Python int too large to convert to C int")
        bounds = table.get(int(key))
        if bounds is None:
            raise ValueError(f"invalid {kind} parameter 'unknown parameter (key {int(key)})'")
        # Nothing stands for what the library takes by itself.
        if not bounds[0] <= value <= bounds[1] and (value or int(key) in (107, 200, 201, 202)):
            name = _types[not compressing](key).name if _types[0] is not int else int(key)
            raise ValueError(
                f"{kind} parameter {name!r} received an illegal value {int(value)}; "
                f"the valid range is [{bounds[0]}, {bounds[1]}]"
            )
        found[int(key)] = int(value)
    return found


class ZstdDict:
    """Represents a Zstandard dictionary."""

    __module__ = "compression.zstd"
    __slots__ = ("_content", "_id")

    def __init__(self, dict_content: Any, /, *, is_raw: bool = False) -> None:
        content = bytes(memoryview(dict_content))
        if len(content) < 8:
            raise ValueError("Zstandard dictionary content too short (must have at least eight bytes)")
        self._id = 0
        if not is_raw:
            if content[:4] == _DICTIONARY_MAGIC:
                self._id = int.from_bytes(content[4:8], "little")
            if not self._id:
                raise ValueError("invalid Zstandard dictionary")
        self._content = content

    @property
    def dict_content(self) -> bytes:
        """The content of a Zstandard dictionary, as a bytes object."""
        return self._content

    @property
    def dict_id(self) -> int:
        """The Zstandard dictionary, an int between 0 and 2**32."""
        return self._id

    @property
    def as_digested_dict(self) -> tuple[ZstdDict, int]:
        """Load as a digested dictionary to compressor."""
        return self, 0

    @property
    def as_undigested_dict(self) -> tuple[ZstdDict, int]:
        """Load as an undigested dictionary to compressor."""
        return self, 1

    @property
    def as_prefix(self) -> tuple[ZstdDict, int]:
        """Load as a prefix to compressor/decompressor."""
        return self, 2

    def __len__(self) -> int:
        return len(self._content)

    def __repr__(self) -> str:
        return f"<ZstdDict dict_id={self._id} dict_size={len(self._content)}>"

    def __reduce__(self) -> str:
        raise TypeError("ZstdDict object intentionally doesn't support pickle.")


def _dictionary(zstd_dict: Any) -> ZstdDict | None:
    if isinstance(zstd_dict, tuple) and len(zstd_dict) == 2 and isinstance(zstd_dict[1], int):
        zstd_dict = zstd_dict[0]
    if zstd_dict is not None and not isinstance(zstd_dict, ZstdDict):
        raise TypeError("zstd_dict argument should be a ZstdDict object.")
    return zstd_dict


def _no_dictionaries(what: str) -> NotImplementedError:
    return NotImplementedError(f"Zstandard in a page {what}: compress without one, or use compression.lzma")


class ZstdCompressor:
    """Create a compressor object for compressing data incrementally."""

    __module__ = "compression.zstd"
    CONTINUE = 0
    FLUSH_BLOCK = 1
    FLUSH_FRAME = 2

    def __init__(self, level: int | None = None, options: dict | None = None, zstd_dict: Any = None) -> None:
        if level is not None and options is not None:
            raise TypeError("Only one of level or options should be used.")
        if level is not None:
            if not isinstance(level, int):
                raise TypeError("invalid type for level, expected int")
            if not _LEVELS[0] <= level <= _LEVELS[1]:
                number = f" {level}" if -(2**31) <= level < 2**31 else ""
                raise ValueError(f"illegal compression level{number}; the valid range is [{_LEVELS[0]}, {_LEVELS[1]}]")
        if options is not None and not isinstance(options, dict):
            raise TypeError(f"ZstdCompressor() argument 'options' must be dict, not {type(options).__name__}")
        self._options = _checked(options or {}, True)
        if _dictionary(zstd_dict) is not None:
            raise _no_dictionaries("compresses with no dictionary")
        self._last_mode = self.FLUSH_FRAME
        self._reset()

    def _reset(self) -> None:
        self._encoder: Any = None
        self._pending = bytearray()
        self._size: int | None = None
        self._written = 0

    @property
    def last_mode(self) -> int:
        """The last mode used to this compressor object, its value can be .CONTINUE, .FLUSH_BLOCK, or .FLUSH_FRAME."""
        return self._last_mode

    def compress(self, data: Any, mode: int = CONTINUE) -> bytes:
        """Provide data to the compressor object."""
        if mode not in (0, 1, 2):
            raise ValueError(
                "mode argument wrong value, it should be one of "
                "ZstdCompressor.CONTINUE, ZstdCompressor.FLUSH_BLOCK, ZstdCompressor.FLUSH_FRAME."
            )
        with memoryview(data) as view:
            return self._compress(view if view.format == "B" else memoryview(bytes(view)), int(mode))

    def flush(self, mode: int = FLUSH_FRAME) -> bytes:
        """Finish the compression process."""
        if mode not in (1, 2):
            raise ValueError(
                "mode argument wrong value, it should be ZstdCompressor.FLUSH_FRAME or ZstdCompressor.FLUSH_BLOCK."
            )
        return self._compress(memoryview(b""), int(mode))

    def set_pledged_input_size(self, size: int | None, /) -> None:
        """Set the uncompressed content size to be written into the frame header."""
        if size is not None:
            if not isinstance(size, int):
                raise TypeError("size argument should be an int or None")
            if not 0 <= size < 2**64 - 2:
                raise ValueError("size argument should be a positive int less than 2**64-2")
        if self._last_mode != self.FLUSH_FRAME:
            raise ValueError("set_pledged_input_size() method must be called when last_mode == FLUSH_FRAME")
        self._size = size

    def _compress(self, data: memoryview, mode: int) -> bytes:
        size = self._size
        if size is not None:
            total = self._written + len(self._pending) + data.nbytes
            if total > size or (mode == self.FLUSH_FRAME and total != size):
                self._last_mode = self.FLUSH_FRAME
                self._reset()
                raise ZstdError("Unable to compress Zstandard data: Src size is incorrect")
        parts = []
        pending = self._pending
        pending += data
        ready = len(pending) if mode else len(pending) - len(pending) % _BLOCK
        if ready or mode == self.FLUSH_FRAME:
            if self._encoder is None:
                if mode == self.FLUSH_FRAME and size is None:
                    size = ready
                self._encoder = _krait_zstd.encoder()
                parts.append(self._header(size))
            parts.append(self._encoder.blocks(pending[:ready], mode == self.FLUSH_FRAME))
            del pending[:ready]
            self._written += ready
        if mode == self.FLUSH_FRAME:
            if self._options.get(ZSTD_c_checksumFlag):
                parts.append(self._encoder.digest().to_bytes(4, "little"))
            self._reset()
        self._last_mode = mode
        return b"".join(parts)

    def _header(self, size: int | None) -> bytes:
        flags = 4 if self._options.get(ZSTD_c_checksumFlag) else 0
        if size is None or not self._options.get(ZSTD_c_contentSizeFlag, 1):
            return _MAGIC + bytes((flags, _BLOCK_WINDOW))
        # What fits into one window is one segment, whose size is the window.
        window = b""
        if size <= _BLOCK:
            flags |= 0x20
        else:
            window = bytes((_BLOCK_WINDOW,))
        if size < 256 and flags & 0x20:
            return _MAGIC + bytes((flags, size))
        kind = 1 if 256 <= size < 65_792 else 2 if size < 2**32 else 3
        field = (size - 256 if kind == 1 else size).to_bytes(1 << kind, "little")
        return _MAGIC + bytes((flags | kind << 6,)) + window + field

    def __reduce__(self) -> str:
        raise TypeError(f"cannot pickle {type(self).__name__!r} object")


class ZstdDecompressor:
    """Create a decompressor object for decompressing data incrementally."""

    __module__ = "compression.zstd"

    def __init__(self, zstd_dict: Any = None, options: dict | None = None) -> None:
        if options is not None and not isinstance(options, dict):
            raise TypeError(f"ZstdDecompressor() argument 'options' must be dict, not {type(options).__name__}")
        window = _checked(options or {}, False).get(ZSTD_d_windowLogMax) or _WINDOW
        dictionary = _dictionary(zstd_dict)
        if dictionary is not None and not dictionary.dict_id:
            raise _no_dictionaries("decompresses with no dictionary of raw content")
        try:
            self._decoder = _krait_zstd.decoder(window, dictionary and dictionary.dict_content)
        except ValueError as error:
            raise ZstdError(f"Unable to load Zstandard dictionary or prefix for decompression: {error}") from None
        self._eof, self._needs_input, self._unused = False, True, b""

    @property
    def eof(self) -> bool:
        """True means the end of the first frame has been reached."""
        return self._eof

    @property
    def needs_input(self) -> bool:
        """If the max_length output limit has been reached, and there may be unread output, False."""
        return self._needs_input

    @property
    def unused_data(self) -> bytes:
        """A bytes object of un-consumed input data after the end of the frame."""
        return self._unused

    def decompress(self, data: Any, max_length: int = -1) -> bytes:
        """Decompress *data*, returning uncompressed bytes if possible, or b'' otherwise."""
        if self._eof:
            raise EOFError("Already at the end of a Zstandard frame.")
        try:
            output, self._eof, self._needs_input = self._decoder.decode(data, max_length)
        except ValueError as error:
            raise ZstdError(f"Unable to decompress Zstandard data: {error}") from None
        if self._eof:
            self._unused = self._decoder.rest()
        return output

    def __reduce__(self) -> str:
        raise TypeError(f"cannot pickle {type(self).__name__!r} object")


def _frame(data: bytes) -> tuple[int, int | None, int, bool]:
    """A frame's header: its length, the size of the content, the dictionary's number, whether there is a checksum."""
    if len(data) < 5 or data[:4] != _MAGIC:
        raise ValueError
    descriptor = data[4]
    single = descriptor >> 5 & 1
    at = 6 - single
    length = (0, 1, 2, 4)[descriptor & 3]
    dictionary = int.from_bytes(data[at : at + length], "little")
    at += length
    kind = descriptor >> 6
    length = (single, 2, 4, 8)[kind]
    size = int.from_bytes(data[at : at + length], "little") + (256 if kind == 1 else 0) if length else None
    at += length
    if descriptor & 8 or len(data) < at:
        raise ValueError
    return at, size, dictionary, bool(descriptor & 4)


def get_frame_info(frame_buffer: Any) -> tuple[int | None, int]:
    """Get Zstandard frame information from a frame header."""
    data = bytes(memoryview(frame_buffer)[:18])
    if len(data) >= 8 and int.from_bytes(data[:4], "little") & ~15 == _SKIPPABLE:
        return 0, 0
    try:
        _, size, dictionary, _ = _frame(data)
    except ValueError:
        raise ZstdError(
            "Error when getting information from the header of a Zstandard frame. Ensure the frame_buffer argument "
            "starts from the beginning of a frame, and its length is not less than this frame's header."
        ) from None
    return size, dictionary


def get_frame_size(frame_buffer: Any) -> int:
    """Get the size of a Zstandard frame, including the header and optional checksum."""
    with memoryview(frame_buffer) as view, view.cast("B") as data:
        try:
            if len(data) >= 8 and int.from_bytes(data[:4], "little") & ~15 == _SKIPPABLE:
                at = 8 + int.from_bytes(data[4:8], "little")
            else:
                at, _, _, checksum = _frame(bytes(data[:18]))
                last = False
                while not last:
                    if len(data) < at + 3:
                        raise ValueError
                    header = int.from_bytes(data[at : at + 3], "little")
                    last = bool(header & 1)
                    at += 3 + (1 if header >> 1 & 3 == 1 else header >> 3)
                at += 4 * checksum
            if at > len(data):
                raise ValueError
        except ValueError:
            raise ZstdError(
                "Error when finding the compressed size of a Zstandard frame. Ensure the frame_buffer argument "
                "starts from the beginning of a frame, and its length is not less than this complete frame."
            ) from None
    return at


def train_dict(samples_bytes: bytes, samples_sizes: Iterable[int], dict_size: int) -> bytes:
    """Train a Zstandard dictionary on sample data."""
    raise _no_dictionaries("makes no dictionaries")


def finalize_dict(
    custom_dict_bytes: bytes, samples_bytes: bytes, samples_sizes: Iterable[int], dict_size: int, compression_level: int
) -> bytes:
    """Finalize a Zstandard dictionary."""
    raise _no_dictionaries("makes no dictionaries")
