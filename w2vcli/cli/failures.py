"""What went wrong, as a line on stderr: what it is, and what to do next.

Error: No such option --tpon; did you mean --topn?
Error: Missing argument 'WORD...'; for example: w2v similar girl

Where the answer is to be JSON, the line is an object:

{"code": "unknown-words", "message": "not in the vocabulary: kingg; did you mean king?", ...
"""

from __future__ import annotations

import re
import sys
from typing import IO, Any

import click

from w2vcli.cli.exit_statuses import BROKEN_OFF, FAILED, SYSTEM, USAGE
from w2vcli.cli.formats import has_json_errors
from w2vcli.cli.log import log
from w2vcli.cli.output import tell, told_line
from w2vcli.errors import W2vError, remedy_of
from w2vcli.escaping import visible, visible_json, without_passwords

# What Click says without a hint of what would be right.
_BARE = ("No such", "Got unexpected")


class Failure(click.ClickException):
    """An error as it is shown: one line in the language that is spoken, with control characters made visible.

    Where the answer is JSON, it is an object with ``code``, ``message``, ``remedy``, ``line`` and ``query``.
    """

    def __init__(self, message: str, exit_code: int = FAILED, *, code: str, query: str | None = None) -> None:
        message = without_passwords(message)
        super().__init__(message)
        self.exit_code = exit_code  # type: ignore[misc]  # Click has it in the class
        self._as_json = has_json_errors()  # as long as there is a context
        self._told = {**error_fields(code, message), "line": None, "query": query}

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the line."""
        log(f"Error: {self.message}")
        line = visible_json(self._told) if self._as_json else told_line(f"Error: {self.message}")
        click.echo(line, file=file or sys.stderr, color=self.show_color)


def failure_of(error: W2vError) -> Failure:
    """Return an error of a room as it is shown."""
    failure = Failure(str(error), error.exit_status, code=error.code(), query=error.query)
    failure._told["remedy"] = error.remedy
    return failure


def error_fields(code: str, message: str) -> dict[str, str | None]:
    """Return what a program is told of an error. It is in English, whatever language is spoken."""
    return {"code": code, "message": message, "remedy": remedy_of(message)}


def tell_of_line(error: W2vError | OSError, line: int, query: str) -> dict[str, str | None]:
    """Tell what is wrong with a line of standard input, and return it as a program is told."""
    said = str(error) if isinstance(error, W2vError) else system_said(error)
    told = error_fields(error.code() if isinstance(error, W2vError) else SYSTEM, said)
    if isinstance(error, W2vError):
        told["remedy"] = error.remedy
    if has_json_errors():
        log(f"Error: line {line}: {said}")
        click.echo(visible_json({**told, "line": line, "query": query}), err=True)
    else:
        tell(f"Error: line {line}: {said}")
    return told


def system_said(error: OSError) -> str:
    """Return what the system has said, with the file if there is one."""
    return f"{error.filename}: {error.strerror}" if error.filename else str(error.strerror)


def tell_interrupted(message: str) -> None:
    """Tell what is left after a Ctrl-C, below what the terminal shows of that."""
    if has_json_errors():
        log(message)
        click.echo(visible_json({**error_fields(BROKEN_OFF, message), "line": None, "query": None}), err=True)
        return
    click.echo(err=True)
    tell(message)


def as_failure(error: click.ClickException) -> click.ClickException:
    """Return an error that Click found in what was typed as one line. Help in place of an error stays as it is."""
    if isinstance(error, Failure | click.exceptions.NoArgsIsHelpError):
        return error
    ctx = error.ctx if isinstance(error, click.UsageError) else None
    # Click lists choices below each other. What was typed may have line breaks, too.
    said = visible(re.sub(r"\n\t", " ", error.format_message()))
    return Failure(said if ctx is None else _with_advice(said, error, ctx), error.exit_code, code=USAGE)


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
