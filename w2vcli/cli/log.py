"""The file of ``--log``: what is told on stderr, a line each with its time, in plain text.

2026-11-28T18:50:01+09:00 reading: 1.2 MB in 0.3 s (4.0 MB/s)
"""

from __future__ import annotations

import sys
from datetime import datetime, timezone
from pathlib import Path

import click

from w2vcli.escaping import visible_message
from w2vcli.speaking.language import Spoken, translated

_files: list[Path] = []


def log_to(ctx: click.Context, path: str | None) -> None:
    """Append what is told to a file. None ends it.

    Raises
    ------
    click.UsageError
        If nothing can be written into it.
    """
    if ctx.resilient_parsing or _files == [Path(path or "").absolute()]:
        return
    _files[:] = []
    if path is not None:
        file = Path(path).absolute()
        try:
            with file.open("a", encoding="utf-8", newline="\n"):
                pass
        except OSError as error:
            raise click.UsageError(f"--log {path}: {error.strerror}", ctx) from error
        _files[:] = [file]
        log(Spoken(ctx.command_path))


def log(message: str) -> None:
    """Write a message into the log, if there is one. A log that cannot be written any more does not end the work."""
    for file in list(_files):
        now = datetime.now(timezone.utc).astimezone().isoformat(timespec="seconds")
        line = f"{now} {visible_message(translated(message))}\n"
        try:
            with file.open("a", encoding="utf-8", newline="\n", errors="backslashreplace") as out:
                out.write(line)
        except OSError as error:
            _files.remove(file)
            warning = f"Warning: nothing more is written into the log {file}: {error.strerror}"
            click.echo(visible_message(translated(warning)), file=sys.stderr)
