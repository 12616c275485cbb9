"""Files of a model that few questions need: opened with it, so that they stay its own, and read when needed."""

from __future__ import annotations

import mmap
import os
from dataclasses import dataclass
from pathlib import Path

from w2vcli.decoding import open_regular
from w2vcli.models.model_parts import FACTS

_ENDINGS = (".tsv", ".json")


@dataclass(frozen=True, eq=False)
class MappedText:
    """A mapped file. ``path`` is where it was."""

    path: Path
    data: bytes | mmap.mmap

    def read(self) -> bytes:
        """Return all of it."""
        return bytes(self.data)


def open_text(path: Path) -> MappedText:
    """Map a file.

    Raises
    ------
    BadModel
        If it is no regular file.
    """
    with open_regular(path) as file:
        empty = not os.fstat(file.fileno()).st_size  # which cannot be mapped
        return MappedText(path, b"" if empty else mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def open_texts(directory: Path) -> dict[str, MappedText]:
    """Return those of a model, by name: tables and JSON, but not its facts."""
    paths = [path for path in directory.iterdir() if path.suffix in _ENDINGS and not path.name.startswith(".")]
    return {path.name: open_text(path) for path in paths if path.name != FACTS}
