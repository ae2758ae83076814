"""Zstandard (RFC 8878), loaded when it is used: shutil, tempfile and zipfile import it to see whether there is one."""

__all__ = (
    "COMPRESSION_LEVEL_DEFAULT",
    "CompressionParameter",
    "DecompressionParameter",
    "Strategy",
    "ZstdCompressor",
    "ZstdDecompressor",
    "ZstdDict",
    "ZstdError",
    "ZstdFile",
    "compress",
    "decompress",
    "finalize_dict",
    "get_frame_info",
    "get_frame_size",
    "open",
    "train_dict",
    "zstd_version",
    "zstd_version_info",
)


def __getattr__(name):
    # What `from compression.zstd import name` asks for while the modules below are imported is none of these.
    if name not in __all__ and name != "_nbytes":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import compression.zstd._names as names

    found = globals()
    for each in (*__all__, "_nbytes"):
        found[each] = getattr(names, each)
    return found[name]


def __dir__():
    return sorted({*globals(), *__all__})
