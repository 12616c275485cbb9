"""``w2v use``."""

from __future__ import annotations

import click

from w2vcli.cli import options
from w2vcli.cli.command import W2vCommand
from w2vcli.cli.output import note
from w2vcli.cli.questions import open_model
from w2vcli.errors import Unwritable
from w2vcli.models.registry import find_model, home, set_default


@click.command("use", cls=W2vCommand)
@click.argument("name", type=options.ModelName())
def command(name: str) -> None:
    """Choose the default model, by name or path.

    \b
    Examples:
      w2v use google-news
      w2v use ./novels.w2v

    It is asked without --model. What is trained or loaded becomes the default.
    """
    path = find_model(name)
    open_model(str(path))  # a model that is damaged is not chosen
    try:
        set_default(path)
    except OSError as error:
        raise Unwritable(
            f"{home()} cannot be written ({error.strerror}); set W2V_HOME to a folder that can be, or name the model "
            f"where it is asked: -m {path}"
        ) from error
    note(f"{path} is now the default model.")
