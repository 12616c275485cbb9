"""Commands run in this process, and how one may end: well, or with one line that says what is wrong."""

from __future__ import annotations

import json
import re
from typing import NamedTuple

from click.testing import CliRunner

from w2vcli.cli.main import cli

LONGEST_LINE = 2000
# What a terminal would obey; tabs and ends of lines are meant.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_RUNNER = CliRunner()


class Failure(Exception):
    """What should not be."""


class Ran(NamedTuple):
    """What a command ended with and printed."""

    status: int
    out: str
    err: str

    @property
    def outcome(self) -> str:
        """Whether it gave an answer."""
        return "refused" if self.status else "answered"


def w2v(*arguments: object, stdin: bytes = b"", many_errors: bool = False) -> Ran:
    """Run a command and check how it ends; where it answers many lines, each may have an error of its own.

    Raises
    ------
    Failure
        If it is neither an answer nor one line of ours.
    """
    result = _RUNNER.invoke(cli, [str(a) for a in arguments], input=stdin, prog_name="w2v")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    ran = Ran(result.exit_code, result.stdout, result.stderr)
    _check(ran, many_errors=many_errors)
    return ran


def _check(ran: Ran, *, many_errors: bool) -> None:
    if _CONTROLS.search(ran.out) or _CONTROLS.search(ran.err):
        raise Failure(f"raw control characters: {ran.out[-300:]!r} {ran.err[-300:]!r}")
    if "not enough memory" in ran.err:
        raise Failure(f"memory: {ran.err[-300:]}")
    if ran.status == 0:
        return
    if ran.status not in {1, 2, 3, 4, 5}:
        raise Failure(f"status {ran.status}: {ran.err[-300:]}")
    lines = ran.err.rstrip("\n").split("\n")
    errors = [line for line in lines if line.startswith(("Error: ", '{"code": '))]  # with --json they are objects
    if not errors or not (many_errors or (len(errors) == 1 and lines[-1] == errors[-1])):
        raise Failure(f"not one line: {ran.err[-500:]!r}")
    for error in errors:
        check_message(json.loads(error)["message"] if error.startswith("{") else error.removeprefix("Error: "))


def check_message(message: str) -> None:
    """Check what an error says.

    Raises
    ------
    Failure
        If it is no line, says nothing, or is longer than anybody reads.
    """
    if not message.strip() or message == "None":
        raise Failure("an error that says nothing")
    if "\n" in message or len(message) > LONGEST_LINE:
        raise Failure(f"no line, or one of {len(message):,} characters: {message[:200]!r}")
