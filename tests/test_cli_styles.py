"""Bold text: where it is printed, and where no escape may be."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.conftest import W2v, on_a_terminal
from w2vcli.cli.reporter import StderrReporter
from w2vcli.cli.styles import style_by_environment
from w2vcli.cli.tables import cells_of

VARIABLES = ("NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "TERM")
ESCAPE = "\x1b"


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin with no wish about colours."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, None),
        ({"NO_COLOR": "1"}, False),
        ({"NO_COLOR": ""}, None),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1", "CLICOLOR_FORCE": "1"}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": ""}, None),
        ({"FORCE_COLOR": "1", "TERM": "dumb", "CLICOLOR": "0"}, True),
        ({"CLICOLOR_FORCE": "1"}, True),
        ({"CLICOLOR_FORCE": "0"}, None),
        ({"CLICOLOR": "0"}, False),
        ({"CLICOLOR": "1"}, None),
        ({"TERM": "dumb"}, False),
        ({"TERM": "xterm"}, None),
    ],
)
def test_the_first_wish_of_the_environment_decides(
    variables: dict[str, str], expected: bool | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert style_by_environment() is expected


@pytest.mark.usefixtures("toy")
@pytest.mark.parametrize("typed", [["--help"], ["similar", "king"], ["pairs", "a b c"], ["models"]])
def test_a_terminal_has_bold_text_unless_somebody_objects(typed: list[str]) -> None:
    assert ESCAPE in on_a_terminal(*typed)
    assert ESCAPE not in on_a_terminal(*typed, NO_COLOR="1")
    assert ESCAPE not in on_a_terminal(*typed, "--no-color")
    assert ESCAPE not in on_a_terminal("--no-color", *typed, FORCE_COLOR="1")
    assert ESCAPE not in on_a_terminal(*typed, TERM="dumb")


@pytest.mark.usefixtures("toy")
def test_the_lecture_passes_the_wish_on_to_its_commands() -> None:
    assert on_a_terminal("lecture", "2").count(ESCAPE) > 4
    assert ESCAPE not in on_a_terminal("lecture", "2", "--no-color")


@pytest.mark.usefixtures("toy")
def test_force_color_makes_help_and_errors_bold_in_a_pipe_and_leaves_answers_as_they_are(process: W2v) -> None:
    for typed in (["similar", "king"], ["similar", "king", "--json"], ["models"], ["pairs", "a b c"], ["info"]):
        assert process(*typed, FORCE_COLOR="1") == process(*typed)
    assert "\x1b[1mOptions:\x1b[0m" in process("similar", "--help", FORCE_COLOR="1").out
    wrong = process("similar", "kingg", FORCE_COLOR="1")
    assert wrong.err == "\x1b[1mError:\x1b[0m not in the vocabulary: kingg; did you mean king?\n"
    assert process("similar", "kingg", FORCE_COLOR="1", NO_COLOR="1").err == wrong.err.replace("\x1b[1m", "").replace(
        "\x1b[0m", ""
    )


def test_what_was_typed_cannot_add_an_escape(process: W2v) -> None:
    for typed in (["similar", "--\x1b[31mx"], ["\x1b[31m"], ["similar", "a", "-n", "\x1b[31m"]):
        assert "\x1b[3" not in process(*typed, FORCE_COLOR="1").err


def test_a_job_without_units_tells_only_its_time(capsys: pytest.CaptureFixture[str]) -> None:
    reporter = StderrReporter(quiet=False, verbose=False)
    with reporter.phase("projecting"):
        pass
    with reporter.phase("reading", 3, "words") as advance:
        advance(3)
    assert capsys.readouterr().err == "projecting: 0.0 s\nreading: 3 words in 0.0 s\n"


def test_the_rate_of_a_long_phase_is_told(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([0.0, 0.0, 2.0])
    monkeypatch.setattr("w2vcli.cli.reporter.time.monotonic", lambda: next(times))
    with StderrReporter(quiet=False, verbose=False).phase("reading", 3000, "words") as advance:
        monkeypatch.setattr("w2vcli.cli.reporter._SECONDS_BETWEEN_LINES", 1e9)
        times = iter([0.0, 2.0])
        advance(3000)
    assert capsys.readouterr().err == "reading: 3,000 words in 2.0 s (1,500 words/s)\n"


BAR = """
import time
from w2vcli.cli.reporter import StderrReporter
with StderrReporter(quiet=False, verbose=False).phase("reading", 2, "words") as advance:
    advance(1)
    time.sleep(0.3)
"""


@pytest.mark.parametrize(
    ("variables", "moves", "styles"),
    [({}, True, True), ({"NO_COLOR": "1"}, True, False), ({"TERM": "dumb"}, False, False)],
)
def test_a_bar_without_colours_still_moves_but_not_on_a_dumb_terminal(
    variables: dict[str, str], *, moves: bool, styles: bool
) -> None:
    pty = pytest.importorskip("pty")
    controller, terminal = pty.openpty()
    environment = os.environ | {"TERM": "xterm", "COLUMNS": "80"} | variables
    done = subprocess.Popen([sys.executable, "-c", BAR], stderr=terminal, env=environment)
    os.close(terminal)
    shown = b""
    try:
        while piece := os.read(controller, 4096):
            shown += piece
    except OSError:
        pass
    assert done.wait(30) == 0
    os.close(controller)
    assert (b"\x1b[?25l" in shown, any(code in shown for code in (b"\x1b[3", b"\x1b[1m"))) == (moves, styles)
    assert b"reading: 1 words in " in shown


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("columns", [40, 80])
def test_help_is_no_wider_than_the_terminal(columns: int, language: str) -> None:
    shown = on_a_terminal("similar", "--help", "--lang", language, columns=columns, NO_COLOR="1")
    assert max(map(cells_of, shown.splitlines())) <= columns
