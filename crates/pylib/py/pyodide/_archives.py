"""Unpacking archives and installing wheels that JavaScript fetched: `unpackArchive` and `loadPackage` of its API."""

import importlib
import os
import re
import sys
from io import BytesIO
from typing import Any

# The formats of `shutil.unpack_archive`, and wheels, with their file names' endings.
_FORMATS = {
    "zip": (".zip",),
    "whl": (".whl", ".wheel", "wheel"),
    "tar": (".tar",),
    "gztar": (".tar.gz", ".tgz"),
    "bztar": (".tar.bz2", ".tbz2"),
    "xztar": (".tar.xz", ".txz"),
    "zstdtar": (".tar.zst", ".tzst"),
}


def _format_of(name: str) -> str:
    for known, endings in _FORMATS.items():
        if name == known or name in endings or f".{name}" in endings:
            return known
    raise ValueError(f"Unrecognized format {name}")


def unpack(buffer: Any, format: str, extract_dir: str | None = None) -> None:
    """Unpacks the bytes of an archive into a folder, made if it is missing, or into the working directory."""
    known = _format_of(format)
    folder = extract_dir or "."
    os.makedirs(folder, exist_ok=True)
    file = BytesIO(buffer.to_bytes())
    if known in ("zip", "whl"):
        from zipfile import ZipFile

        with ZipFile(file) as archive:
            archive.extractall(folder)
            if known == "whl":
                _spread_data(archive.namelist(), folder)
    else:
        import tarfile

        with tarfile.open(fileobj=file, mode="r:*") as archive:
            archive.extractall(folder, filter="data")
    importlib.invalidate_caches()


def _spread_data(names: list[str], folder: str) -> None:
    """Files in a wheel's `*.data/data` belong below `sys.prefix`, those in `*.data/purelib` beside the others."""
    import shutil

    for top in {name.partition("/")[0] for name in names}:
        if not top.endswith(".data"):
            continue
        for scheme, target in (("data", sys.prefix), ("purelib", folder), ("platlib", folder)):
            source = os.path.join(folder, top, scheme)
            if os.path.isdir(source):
                shutil.copytree(source, target, dirs_exist_ok=True)


def install_wheel(buffer: Any, file_name: str, source: str) -> list[str]:
    """Installs a wheel into `site-packages`; gives the name and version that its file name has."""
    from zipfile import ZipFile

    from _krait_boot import SITE_PACKAGES

    parts = file_name.removesuffix(".whl").split("-")
    if len(parts) not in (5, 6):
        raise ValueError(f"{file_name} is not a valid wheel file name.")
    name, version = parts[:2]
    abi, platform = parts[-2:]
    if "none" not in abi.split(".") or "any" not in platform.split("."):
        raise ValueError(
            f"{file_name} has compiled code for {platform}. Only wheels of pure Python (none-any.whl) can be installed."
        )
    folder = SITE_PACKAGES
    unpack(buffer, "whl", folder)
    with ZipFile(BytesIO(buffer.to_bytes())) as archive:
        tops = {name.partition("/")[0] for name in archive.namelist()}
    for info in tops:
        if info.endswith(".dist-info") and _normal(info).startswith(_normal(name)):
            for note, text in (("INSTALLER", "pyodide.loadPackage"), ("PYODIDE_SOURCE", source)):
                with open(os.path.join(folder, info, note), "w") as file:
                    file.write(text)
    return [name, version]


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
