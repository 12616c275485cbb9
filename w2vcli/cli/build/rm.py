"""``w2v rm``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, NamedTuple

import click

from w2vcli.cli import options
from w2vcli.cli.columns import COLUMNS
from w2vcli.cli.command import W2vCommand
from w2vcli.cli.output import Column, note, print_rows, tell
from w2vcli.models.registry import default_path, find_model, model_name, path_for_new
from w2vcli.speaking.language import translated


class _Removable(NamedTuple):
    """What is deleted: a model, or the unfinished training of one."""

    name: str
    path: Path
    is_unfinished: bool


@click.command("rm", cls=W2vCommand, columns=COLUMNS["rm"])
@click.argument("models", nargs=-1, required=True, metavar="MODEL...", type=options.ModelName())
@click.option("-y", "--yes", is_flag=True, help="Delete without asking, as in a script.")
@options.dry_run
@options.formats_and_file
@click.pass_context
def command(ctx: click.Context, models: tuple[str, ...], yes: bool, dry_run: bool) -> None:
    """Delete models.

    \b
    Examples:
      w2v rm novels
      w2v rm novels tales --yes
      w2v rm novels --dry-run

    On a terminal you are asked first. In a script, say --yes. A model without
    others' files in its folder is deleted, and nothing else: of a link only the
    link. Where there is no such model, but an unfinished training of it, that is
    deleted.
    """
    from w2vcli.models.housekeeping import bytes_in, remove_model, require_removable
    from w2vcli.training.unfinished import discard

    found = list(dict.fromkeys(map(_find, models)))
    for each in found:  # all of them before the first is deleted
        if not each.is_unfinished:
            require_removable(each.path)
    rows: list[dict[str, Any]] = [
        {
            "model": each.name,
            "what": "unfinished training" if each.is_unfinished else "link" if each.path.is_symlink() else "model",
            "bytes": bytes_in(each.path),
            "path": str(each.path),
        }
        for each in found
    ]
    default = default_path()
    if not dry_run and not yes:
        _ask(ctx, rows)
    if not dry_run:
        for each in found:
            if each.is_unfinished:
                discard(each.path)
            else:
                remove_model(each.path)
    print_rows(rows, ("model", "what", "bytes", Column("path", moves=True)))
    if not dry_run and default in [each.path for each in found]:
        note(f"{default} was the default model; choose another with: w2v use NAME")


def _find(name: str) -> _Removable:
    """Return what a name stands for: a model, else its unfinished training."""
    from w2vcli.training.unfinished import path_of_unfinished

    path = path_for_new(name)
    if path.is_symlink():  # also one that leads nowhere
        return _Removable(model_name(path), path, is_unfinished=False)
    unfinished = path_of_unfinished(path)
    if not path.exists() and unfinished.is_dir():
        return _Removable(model_name(path), unfinished, is_unfinished=True)
    return _Removable(model_name(path), find_model(name), is_unfinished=False)


def _ask(ctx: click.Context, rows: list[dict[str, Any]]) -> None:
    """Ask whether to delete; end if not."""
    if not is_on_terminal():
        raise click.UsageError("there is no terminal to ask on; say --yes to delete without a question.")
    for row in rows:
        tell(f"{row['path']}: {row['bytes']:,} bytes")
    if not click.confirm(translated("Delete this?"), err=True):
        note("Nothing was deleted.")
        ctx.exit(1)


def is_on_terminal() -> bool:
    """Tell whether there is somebody to ask."""
    return sys.stdin.isatty() and sys.stderr.isatty()
