"""What went wrong, as a line on stderr: what it is, and what to do next.

Error: No such option --tpon; did you mean --topn?
Error: Missing argument 'WORD...'; for example: w2v similar girl
"""

from __future__ import annotations

import re
import sys
from typing import IO, Any

import click

from w2vcli.cli.log import log
from w2vcli.cli.output import told_line
from w2vcli.escaping import visible

# What Click says without a hint of what would be right.
_BARE = ("No such", "Got unexpected")


class Failure(click.ClickException):
    """An error as it is shown: one line in the language that is spoken, with control characters made visible."""

    def __init__(self, message: str, exit_code: int = 1) -> None:
        super().__init__(message)
        self.exit_code = exit_code  # type: ignore[misc]  # Click has it in the class

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the line."""
        log(f"Error: {self.message}")
        click.echo(told_line(f"Error: {self.message}"), file=file or sys.stderr, color=self.show_color)


def as_failure(error: click.ClickException) -> click.ClickException:
    """Return an error that Click found in what was typed as one line. Help in place of an error stays as it is."""
    if isinstance(error, Failure | click.exceptions.NoArgsIsHelpError):
        return error
    ctx = error.ctx if isinstance(error, click.UsageError) else None
    # Click lists choices below each other. What was typed may have line breaks, too.
    said = visible(re.sub(r"\n\t", " ", error.format_message()))
    return Failure(said if ctx is None else _with_advice(said, error, ctx), error.exit_code)


def _with_advice(said: str, error: click.ClickException, ctx: click.Context) -> str:
    """Return the message with what to do next, where it does not say so itself."""
    if isinstance(error, click.NoSuchOption):
        from difflib import get_close_matches

        if meant := get_close_matches(error.option_name, error.possibilities or (), n=1):
            return f"No such option {visible(error.option_name)}; did you mean {meant[0]}?"
        said = f"No such option {visible(error.option_name)}"
    elif said.startswith("Missing ") and ";" not in said and (example := _example(ctx.command)):
        missing = said.partition(". ")[0].rstrip(".")  # behind it are choices, which the example has
        return f"{missing}; for example: {example}"
    if said.startswith(_BARE) and "?" not in said:
        return f"{said.rstrip('.')}; see: {ctx.command_path} --help"
    return said


def _example(command: click.Command) -> str:
    """Return the first example in the help of a command, without the remark behind it."""
    found = re.search(r"Examples:\n\s*(.+?)(?:  .*)?$", command.help or "", re.MULTILINE)
    return found[1] if found else ""
