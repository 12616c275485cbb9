"""``w2v help``."""

from __future__ import annotations

import click

from w2vcli.cli import completing
from w2vcli.cli.command import W2vCommand


@click.command("help", cls=W2vCommand)
@click.argument("names", nargs=-1, type=completing.CommandName(), metavar="[COMMAND]")
@click.pass_context
def command(ctx: click.Context, names: tuple[str, ...]) -> None:
    """Show the help of a command, as its --help does.

    \b
    Examples:
      w2v help
      w2v help similar
      w2v help classify train
    """
    here = ctx.find_root()
    for name in names:
        group = here.command
        found = group.resolve_command(here, [name])[1] if isinstance(group, click.Group) else None
        if found is None:
            raise click.UsageError(f"{here.command_path} has no command {name!r}.")
        here = found.context_class(found, info_name=name, parent=here)
    click.echo(here.get_help())
