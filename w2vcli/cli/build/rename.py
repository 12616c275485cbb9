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
    default one. Its variants go with it, and so does an unfinished training of
    that name, which then needs no model. A name that is taken is an error.
    """
    from w2vcli.models.housekeeping import rename_model, require_new_name
    from w2vcli.training.unfinished import path_of_unfinished, rename_unfinished

    path = path_for_new(old)
    has_unfinished = path_of_unfinished(path).is_dir()
    if path.exists() or not has_unfinished:
        path = find_model(old)
    target = path_for_new(new) if is_path(new) else path.with_name(path_for_new(new).name)
    require_new_name(target)
    if has_unfinished:  # before the model has its new name
        require_new_name(path_of_unfinished(target))
    was_default = default_path() == path
    if path.exists():
        rename_model(path, target)
        if was_default:
            set_default(target)
        note(f"{path} is now {target}")
    if rename_unfinished(path, target):
        note(f"the unfinished training goes on with: w2v train --resume -o {target}")
