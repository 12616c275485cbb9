from __future__ import annotations

import math

import pytest

from w2vcli.cli.output import Column, print_rows
from w2vcli.escaping import decimals

ROWS = [{"word": "a", "loss": 1 / 3, "similarity": -1e-9, "other": 2 / 3}, {"word": "b", "loss": math.nan}]
COLUMNS = ("word", Column("loss", 2), "similarity", Column("other", None))


@pytest.mark.parametrize(
    ("value", "places", "shown"), [(-0.00004, 4, "0.0000"), (-0.00006, 4, "-0.0001"), (1, 2, "1.00"), (-0.4, 0, "0")]
)
def test_what_rounds_to_zero_has_no_sign(value: float, places: int, shown: str) -> None:
    assert decimals(value, places) == shown


def test_a_pipe_has_all_digits(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows(ROWS[:1], COLUMNS)
    assert capsys.readouterr().out.splitlines() == [
        "word\tloss\tsimilarity\tother",
        f"a\t{1 / 3}\t-1e-09\t{2 / 3}",
    ]


def test_a_terminal_has_the_decimals_of_the_column(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("w2vcli.cli.output.named_format", lambda: "table")
    monkeypatch.setenv("COLUMNS", "80")
    print_rows(ROWS[:1], COLUMNS)
    assert capsys.readouterr().out.split()[4:] == ["a", "0.33", "0.0000", str(2 / 3)]


def test_json_has_no_nan(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("w2vcli.cli.output.named_format", lambda: "json")
    print_rows(ROWS[1:], ("word", Column("loss", 2)))
    assert capsys.readouterr().out == '[{"word": "b", "loss": null}]\n'
