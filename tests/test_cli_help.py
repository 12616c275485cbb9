"""`w2v help COMMAND` is `w2v COMMAND --help`."""

from __future__ import annotations

import pytest

from tests.conftest import W2v


@pytest.mark.parametrize("names", [(), ("similar",), ("classify",), ("classify", "train")])
def test_help_is_what_the_command_says_of_itself(w2v: W2v, names: tuple[str, ...]) -> None:
    run = w2v("help", *names)
    assert (run.status, run.out) == (0, w2v(*names, "--help").out)


@pytest.mark.parametrize("names", [("similr",), ("classify", "trian"), ("similar", "king"), ("-x",)])
def test_help_of_no_command_is_wrong_usage(w2v: W2v, names: tuple[str, ...]) -> None:
    run = w2v("help", *names)
    assert (run.status, run.out) == (2, "")


def test_a_misspelt_command_is_told_what_is_meant(w2v: W2v) -> None:
    assert "did you mean similar?" in w2v("help", "similr").err
