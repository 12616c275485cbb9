"""``w2v doctor``."""

from __future__ import annotations

import click

from w2vcli.cli import options
from w2vcli.cli.command import W2vCommand
from w2vcli.cli.output import is_for_the_eye, long_text, print_rows
from w2vcli.speaking.language import known


@click.command("doctor", cls=W2vCommand, columns=("check", "found", "remedy"))
@options.formats_and_file
@click.pass_context
def command(ctx: click.Context) -> None:
    """Show what this machine has for w2v, and how to get the rest.

    A row says what was found, or the command that brings it. What w2v cannot
    do without makes the exit status 1. All else is optional.

    \b
    Examples:
      w2v doctor
      w2v doctor --json
    """
    from w2vcli.checkup import check_all

    checks = list(check_all())
    say = known if is_for_the_eye() else str
    rows = [
        {
            "check": say(check.name),
            "found": say(check.found or "-"),
            "remedy": say(check.remedy) if check.is_missing else "",
        }
        for check in checks
    ]
    print_rows(rows, ("check", long_text("found"), long_text("remedy")))
    if any(check.is_missing and check.needed for check in checks):
        ctx.exit(1)
