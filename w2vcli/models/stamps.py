"""The manifest of a model's index: the stamps of the files it was made from, and of its own.

A stamp is a file's size, its time of change, its inode number and the time at which its inode last changed. The last
two nobody can set, so a file with the stamp in the manifest is the one that was there when the index was made here. On
Windows the last one is when the file was made: one that was changed in place, at its old size and time, passes for it.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from w2vcli.decoding import MOST_JSON, read_regular
from w2vcli.errors import BadModel

MANIFEST = "manifest.json"
VERSION = 4  # 3: the stamp of the facts; 4: codes in two halves


def manifest_as_text(manifest: Mapping[str, Any]) -> bytes:
    """Return a manifest with its own CRC-32: no byte of it can be another one or missing."""
    body = json.dumps(manifest, indent=1).encode()
    return b"%08x\n%b" % (zlib.crc32(body), body)


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest in the folder of an index.

    Raises
    ------
    OSError
        If there is none.
    BadModel
        If it is damaged, or another version of w2v wrote it.
    """
    data = read_regular(folder / MANIFEST, MOST_JSON)
    # Early versions wrote it without a checksum.
    if data.startswith(b"{"):
        raise BadModel("another version of w2v made it")
    if data[:9] != b"%08x\n" % zlib.crc32(data[9:]):
        raise BadModel(f"{folder / MANIFEST} is damaged")
    found: dict[str, Any] = json.loads(data[9:])
    if found["version"] != VERSION:
        raise BadModel("another version of w2v made it")
    return found


def stamps(folder: Path, names: Iterable[str]) -> dict[str, list[int]]:
    """Return the stamps of files in ``folder``, by their names."""
    return {name: stamp((folder / name).stat()) for name in names}


def stamp(status: os.stat_result) -> list[int]:
    """Return the stamp of a file: size, time of change, inode number, time of change of the inode, in ns."""
    return [status.st_size, status.st_mtime_ns, status.st_ino, status.st_ctime_ns]
