"""``w2v rename``."""

from __future__ import annotations

import click

from w2vcli.cli import options
from w2vcli.cli.command import W2vCommand
from w2vcli.cli.output import note
from w2vcli.models.registry import default_path, find_model, is_path, path_for_new, set_default


@click.command("rename", cls=W2vCommand)
@click.argument("old", type=options.ModelName())
@click.argument("new", type=options.ModelName())
def command(old: str, new: str) -> None:
    """Give a model another name.

    \b
    Examples:
      w2v rename corpus novels
      w2v rename ./novels.w2v old-novels

    It stays in its folder, unless NEW is a path. The default model stays the
    default one. A name that is taken is an error.
    """
    from w2vcli.models.housekeeping import rename_model

    path = find_model(old)
    target = path_for_new(new) if is_path(new) else path.with_name(path_for_new(new).name)
    was_default = default_path() == path
    rename_model(path, target)
    if was_default:
        set_default(target)
    note(f"{path} is now {target}")
