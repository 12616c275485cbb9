"""What a source of vectors is called: a file, a file within an archive as ``ARCHIVE:NAME``, or ``-``."""

from __future__ import annotations

from pathlib import Path

from w2vcli.inputs import STDIN


def split_source(source: Path) -> tuple[Path, str | None]:
    """Return the path of a file, and the name of the file within it where ``source`` is ``ARCHIVE:NAME``."""
    text = str(source)
    if text != STDIN and not source.exists():
        for at in (at for at, character in enumerate(text) if character == ":"):
            if Path(text[:at]).is_file():
                return Path(text[:at]), text[at + 1 :]
    return source, None


def is_source(source: str | None) -> bool:
    """Tell whether there is a file of that name, or an archive in which one is named, or it is standard input."""
    if source is None:
        return False
    path, _ = split_source(Path(source))
    return source == STDIN or (path.exists() and not path.is_dir())
