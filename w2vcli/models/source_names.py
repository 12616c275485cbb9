"""What a source of vectors is called: a file, a file within an archive as ``ARCHIVE:NAME``, or ``-``."""

from __future__ import annotations

from pathlib import Path

from w2vcli.inputs import STDIN
from w2vcli.models.static_folders import find_static


def split_source(source: Path) -> tuple[Path, str | None]:
    """Return the path of a file, and the name of the file within it where ``source`` is ``ARCHIVE:NAME``."""
    text = str(source)
    if text != STDIN and not source.exists():
        for at in (at for at, character in enumerate(text) if character == ":"):
            if Path(text[:at]).is_file():
                return Path(text[:at]), text[at + 1 :]
    return source, None


def is_source(source: str | None) -> bool:
    """Tell whether there is a file of that name, or an archive in which one is named, or it is standard input.

    So is a folder of static embeddings.
    """
    if source is None:
        return False
    path, _ = split_source(Path(source))
    if path.is_dir():
        return find_static(path) is not None
    return source == STDIN or path.exists()
