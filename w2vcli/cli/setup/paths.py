"""``w2v paths``."""

from __future__ import annotations

from pathlib import Path

import click

from w2vcli.cli import options
from w2vcli.cli.columns import COLUMNS
from w2vcli.cli.command import W2vCommand
from w2vcli.cli.output import Column, is_for_the_eye, print_rows
from w2vcli.cli.settings_files import PROJECT_FILE, project_file, user_file
from w2vcli.models.registry import cache_folder, default_path, home
from w2vcli.speaking.language import known


@click.command("paths", cls=W2vCommand, columns=COLUMNS["paths"])
@options.formats_and_file
def command() -> None:
    """Show where w2v keeps its files, and how large they are.

    \b
    Examples:
      w2v paths
      w2v paths --json

    W2V_HOME moves all of them, but for a project's settings.
    """
    from w2vcli.models.housekeeping import bytes_in

    places: dict[str, Path | None] = {
        "home": home(),
        "models": home() / "models",
        "default model": default_path(),
        "downloads": home() / "downloads",
        "cache": cache_folder(),
        "shell history": home() / "shell-history",
        "settings": user_file(),
        "settings of the project": project_file() or Path.cwd() / PROJECT_FILE,
    }
    say = known if is_for_the_eye() else str
    rows = [
        {
            "what": say(what),
            "bytes": bytes_in(path) if path is not None and path.exists() else None,
            "path": None if path is None else str(path),
        }
        for what, path in places.items()
    ]
    print_rows(rows, ("what", "bytes", Column("path", moves=True)))
