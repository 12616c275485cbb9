"""``w2v completion``."""

from __future__ import annotations

import click

from w2vcli.cli.command import W2vCommand
from w2vcli.cli.completing import SHELLS, VARIABLE


@click.command("completion", cls=W2vCommand)
@click.argument("shell", type=click.Choice(list(SHELLS)))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print a script that lets the shell complete commands.

    \b
    Examples:
      eval "$(w2v completion bash)"        # in ~/.bashrc
      eval "$(w2v completion zsh)"         # in ~/.zshrc
      w2v completion fish > ~/.config/fish/completions/w2v.fish
      w2v completion powershell | Out-String | Invoke-Expression     # in $PROFILE

    Then the Tab key completes commands, options, names of models, files, and the
    words of the model that is asked.
    """
    script = SHELLS[shell](ctx.find_root().command, {}, "w2v", VARIABLE)
    click.echo(script.source())
