"""Options that stand anywhere."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from tests.conftest import MakeModel, W2v
from tests.test_cli_command import commands
from w2vcli.cli import everywhere
from w2vcli.cli.everywhere import EVERYWHERE, Everywhere, given
from w2vcli.cli.main import cli

LAST_LINES = "Everywhere: -q, --no-color, --lang en|ko, --offline, --log FILE, --debug, --no-config"
EVERYWHERE_BUT_LANG = "Everywhere: -q, --no-color, --offline, --log FILE, --debug, --no-config"
PROGRAM = click.Context(cli, **cli.context_settings)


@pytest.fixture
def lang(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str | None, str]]:
    """Add an option with a value, and return where and with what it was heeded."""
    heeded: list[tuple[str | None, str]] = []
    option = Everywhere(
        "--lang",
        type=click.Choice(["en", "ko"]),
        heed=lambda ctx, value: heeded.append((ctx.command.name, value)),
        help="Language.",
    )
    monkeypatch.setattr(everywhere, "EVERYWHERE", (*(each for each in EVERYWHERE if each.name != "lang"), option))
    return heeded


def test_every_command_and_every_subcommand_has_them_and_names_them_in_a_line(w2v: W2v) -> None:
    for typed, command in commands():
        names = {
            name for parameter in command.get_params(click.Context(command, parent=PROGRAM)) for name in parameter.opts
        }
        assert names >= {name for option in EVERYWHERE for name in option.opts}, typed
        said = " ".join(w2v(*typed, "--help").out.split())
        assert said.endswith(EVERYWHERE_BUT_LANG if typed == ["lecture"] else LAST_LINES), typed
    assert "--no-color      Print no colours and no bold text." in w2v("--help").out


@pytest.mark.usefixtures("toy")
@pytest.mark.parametrize(
    "arguments",
    [
        ["--quiet", "similar", "king", "-", "man"],
        ["similar", "-q", "king", "-", "man"],
        ["similar", "king", "-", "man", "--quiet"],
    ],
)
def test_quiet_leaves_a_note_out_wherever_it_stands(w2v: W2v, make_model: MakeModel, arguments: list[str]) -> None:
    make_model(["king", "-", "man"], [[1, 2], [1, 1], [3, 1]])
    plain = w2v("similar", "king", "-", "man")
    assert plain.err == "- is asked as a word; to add and subtract words, ask w2v analogy\n"
    assert w2v(*arguments) == plain._replace(err="")


@pytest.mark.usefixtures("toy")
def test_quiet_keeps_errors_and_warnings(w2v: W2v) -> None:
    assert w2v("similar", "-q", "kingg").err == "Error: not in the vocabulary: kingg; did you mean king?\n"
    run = w2v("-q", "similar", "-", stdin="kingg\n")
    assert run.err == "Error: line 1: not in the vocabulary: kingg; did you mean king?\n"
    Path("words.txt").write_text("king\nman\nqueen\nzebra\n")
    run = w2v("plot", "words.txt", "-q", "--method", "pca")
    assert "Warning: " in run.err
    assert "projecting" not in run.err


def test_a_short_switch_that_may_be_a_word_to_take_away_is_refused(w2v: W2v, make_model: MakeModel) -> None:
    make_model(["king", "q", "man"], [[1, 2], [2, 1], [3, 1]])
    run = w2v("analogy", "king", "-q")
    assert (run.status, run.out) == (2, "")
    assert "-q may be --quiet or a word to take away: write --quiet, or - q." in run.err
    assert w2v("analogy", "king", "--quiet").status == w2v("analogy", "king", "-", "q").status == 0
    assert w2v("analogy", "king", "-", "man", "-q").out == w2v("analogy", "king", "-", "man").out


def test_a_value_holds_for_help_and_for_errors_on_both_sides_of_it(
    w2v: W2v, lang: list[tuple[str | None, str]]
) -> None:
    for typed, where in (
        (["--lang", "ko", "--help"], "cli"),
        (["--help", "--lang=ko"], "cli"),
        (["similar", "--help", "--lang", "ko"], "similar"),
        (["similar", "--tpon", "3", "--lang", "ko"], "similar"),
        (["similar", "king", "-m", "x", "--lang", "ko"], "similar"),
        (["classify", "--lang", "ko", "trian"], "classify"),
        (["classify", "train", "--lang", "ko"], "train"),
        (["smilar", "king", "--lang", "ko"], "cli"),
    ):
        lang.clear()
        w2v(*typed)
        assert set(lang) == {(where, "ko")}, typed
    assert "--log FILE, --debug, --no-config, --lang en|ko" in " ".join(w2v("similar", "--help").out.split())


@pytest.mark.parametrize(
    "typed",
    [
        ["words", "--grep", "--lang", "-m", "x"],
        ["similar", "-m", "--lang", "ko"],
        ["similar", "--", "--lang", "ko"],
    ],
)
def test_the_value_of_another_option_and_a_word_are_none(
    w2v: W2v, lang: list[tuple[str | None, str]], typed: list[str]
) -> None:
    assert w2v(*typed).status == 4
    assert not lang


def test_a_wrong_value_and_a_second_one_are_refused(w2v: W2v, lang: list[tuple[str | None, str]]) -> None:
    run = w2v("similar", "king", "--lang", "xx")
    assert (run.status, lang) == (2, [])
    assert "'xx' is not one of 'en', 'ko'" in run.err
    for typed in (["--lang", "en", "similar", "king", "--lang", "ko"], ["similar", "--lang=en", "x", "--lang", "ko"]):
        run = w2v(*typed)
        assert run.status == 2
        assert run.err.splitlines()[-1] == "Error: --lang is given 2 times; give it once."
    assert w2v("-q", "lecture", "--quiet").status == 0  # a switch says nothing else the second time


def test_an_option_of_the_same_name_that_a_command_has_itself_comes_first(
    w2v: W2v, lang: list[tuple[str | None, str]]
) -> None:
    korean = w2v("lecture", "--lang", "ko")
    assert (korean.status, lang) == (0, [])
    assert "벡터" in korean.out


def test_nothing_is_given_outside_of_a_command() -> None:
    assert given("quiet") is None


def test_no_option_that_stands_anywhere_is_a_second_one_of_the_program() -> None:
    names = [name for option in cli.get_params(PROGRAM) for name in option.opts]
    assert len(names) == len(set(names))
