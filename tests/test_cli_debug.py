"""``--debug``: a report of an error, without secrets; and what nobody thought of, as one line."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.conftest import W2v
from w2vcli.cli.debug import without_secrets
from w2vcli.cli.main import main


@pytest.mark.usefixtures("toy")
def test_a_report_says_where_an_error_arose_and_with_what(w2v: W2v, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["w2v", "similar", "two words", "--debug"])
    monkeypatch.setenv("W2V_SIMILAR_TOPN", "4")
    monkeypatch.setenv("W2V_MY_TOKEN", "hidden")
    Path("w2v.toml").write_text("quiet = true")
    Path("w2v.toml").write_text("similar.topn = 3")
    run = w2v("similar", "kingg", "--debug")
    assert (run.status, run.out) == (3, "")
    heading, versions, command, settings, *traceback, last = run.err.splitlines()
    assert heading == "Error report; read it before you send it:"
    assert versions.startswith("  w2v ")
    assert "Python 3" in versions
    assert "numpy" in versions
    assert command == "  command: w2v similar 'two words' --debug"
    assert "W2V_SIMILAR_TOPN=4" in settings
    assert settings.endswith("w2v.toml")
    assert "W2V_MY_TOKEN=***" in settings
    assert "Traceback (most recent call last):" in traceback
    assert any("UnknownWords" in line for line in traceback)
    assert last == w2v("similar", "kingg").err.rstrip()


@pytest.mark.usefixtures("toy")
def test_it_goes_into_the_log_too_and_an_answer_stays_as_it_is(w2v: W2v) -> None:
    assert w2v("similar", "king", "--debug") == w2v("similar", "king")
    w2v("similar", "kingg", "--debug", "--log", "log.txt")
    assert "Traceback" in Path("log.txt").read_text()
    assert "Traceback" not in w2v("similar", "king", "--tpon", "3", "--debug").err  # the line says it all


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("w2v load https://me:pass@host.example/x.bin", "w2v load https://***@host.example/x.bin"),
        ("get 'https://host.example/x.bin?sig=1&k=2' -q", "get 'https://host.example/x.bin?***' -q"),
        ("redis://:secret@host/0", "redis://***@host/0"),
        (f"File {Path.home()}/novels/a.txt", "File ~/novels/a.txt"),
        ("w2v read a -o b --on 'sc://host/;token=abc'", "w2v read a -o b --on 'sc://host/;token=***"),
        ("what is 1 @ 2 ?", "what is 1 @ 2 ?"),
    ],
)
def test_secrets_are_left_out(text: str, shown: str) -> None:
    assert without_secrets(text) == shown


@pytest.mark.usefixtures("toy")
def test_a_fault_of_the_program_is_a_line_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise KeyError("x\n")

    monkeypatch.setattr("w2vcli.queries.asking.ask_neighbours", fail)
    said = []
    for more in ([], ["--debug"]):
        monkeypatch.setattr(sys, "argv", ["w2v", "similar", "king", *more])
        with pytest.raises(SystemExit) as end:
            main()
        assert end.value.code == 1
        said.append(capsys.readouterr().err)
    assert said[0] == (
        "Error: a fault of w2v itself: KeyError ('x\\n'); run it again with --debug, and report what that prints\n"
    )
    assert "Traceback" in said[1]
    assert said[1].endswith("KeyError ('x\\n'); report what stands above\n")
