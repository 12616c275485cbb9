"""The sources of a text by their hashes: which files were read, and which have changed since."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

from w2vcli.corpus.encoded import FileRead
from w2vcli.models.runs import RunSource


def summarise_sources(files: Sequence[FileRead], names: Sequence[str]) -> list[RunSource]:
    """Return what each of the sources ``names`` was, from the files that were read.

    The hash of a folder is over lines ``SHA-256  path`` as sha256sum writes them, with paths that begin in the folder.
    """
    return [_summarise(name, files) for name in names]


def _summarise(name: str, files: Sequence[FileRead]) -> RunSource:
    """Return what one source was."""
    inside = [file for file in files if file.path == name or Path(name) in Path(file.path).parents]
    if len(inside) == 1 and inside[0].path == name:
        sha256 = inside[0].sha256
    else:
        paths = (Path(os.path.relpath(file.path, name)).as_posix() for file in inside)
        lines = (f"{file.sha256}  {path}\n" for file, path in zip(inside, paths, strict=True))
        sha256 = hashlib.sha256("".join(lines).encode(errors="surrogateescape")).hexdigest()
    return RunSource(name, len(inside), sum(file.bytes for file in inside), sha256)


def text_sha256(files: Sequence[FileRead]) -> str:
    """Return the hash of a text in several files: the SHA-256 of those of the files, in order."""
    return hashlib.sha256("".join(file.sha256 for file in files).encode()).hexdigest()


def changed_files(was: Sequence[FileRead], now: Sequence[FileRead]) -> list[str]:
    """Return a line for each file that is not what it was, such as ``b.txt has changed (+3 bytes)``."""
    before, after = ({file.path: file for file in files} for files in (was, now))
    lines = [f"{path} is gone" for path in before if path not in after]
    lines += [f"{path} is new" for path in after if path not in before]
    for path, file in before.items():
        if path in after and after[path].sha256 != file.sha256:
            change = after[path].bytes - file.bytes
            lines.append(f"{path} has changed{f' ({change:+,} bytes)' if change else ''}")
    return lines
