"""Wrong usage: one line that says what is wrong and what to do next."""

from __future__ import annotations

import click
import pytest

from tests.conftest import W2v
from tests.test_cli_command import commands


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        (["similar"], "Missing argument 'WORD...'; for example: w2v similar girl"),
        (["similar", "-q"], "Missing argument 'WORD...'; for example: w2v similar girl"),
        (["smilar"], "No such command 'smilar'; did you mean similar?"),
        (["xyzzy"], "No such command 'xyzzy'; see: w2v --help"),
        (["classify", "trian"], "No such command 'trian'; did you mean train?"),
        (["classify", "-q"], "Missing command; for example: w2v classify train aclImdb.tar.gz -o imdb"),
        (["similar", "--tpon", "3"], "No such option --tpon; did you mean --topn?"),
        (["similar", "king", "--zzz"], "No such option --zzz; see: w2v similar --help"),
        (["classify", "train", "--epoks", "3"], "No such option --epoks; did you mean --epochs?"),
        (["help", "xyzzy"], "No such command 'xyzzy'; see: w2v --help"),
        (["models", "toy"], "Got unexpected extra argument (toy); see: w2v models --help"),
        (["similar", "king", "-n", "x"], "Invalid value for '-n' / '--topn': 'x' is not a valid integer range."),
        (["similar", "king", "-n"], "Option '-n' requires an argument."),
        (["similar", "king", "--variants=3"], "Option '--variants' does not take a value."),
        (
            ["completion", "ksh"],
            "Invalid value for '{bash|zsh|fish|powershell}': 'ksh' is not one of 'bash', 'zsh', 'fish', 'powershell'.",
        ),
        (["train", ""], "CORPUS... is empty; name one."),
        (["a\nb"], "No such command 'a\\nb'; see: w2v --help"),
        (["similar", "--a\nb"], "No such option --a\\nb; see: w2v similar --help"),
    ],
)
def test_wrong_usage_is_a_line(w2v: W2v, typed: list[str], line: str) -> None:
    assert w2v(*typed) == (2, "", f"Error: {line}\n")


def test_a_command_without_what_it_needs_shows_an_example_of_its_own(w2v: W2v) -> None:
    for typed, command in commands():
        if any(parameter.required for parameter in command.params if isinstance(parameter, click.Argument)):
            run = w2v(*typed)
            assert (run.status, run.out, run.err.count("\n")) == (2, "", 1)
            assert f"; for example: w2v {' '.join(typed)}" in run.err or typed == ["completion"], run.err


def test_a_group_alone_shows_its_help(w2v: W2v) -> None:
    run = w2v("classify")
    assert run.status == 2
    assert run.err.startswith("Usage: w2v classify [OPTIONS] COMMAND")
