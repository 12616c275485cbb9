from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from tests.conftest import MakeModel, W2v
from w2vcli.cli.command import W2vCommand, W2vGroup
from w2vcli.cli.main import SECTIONS, cli


def commands() -> Iterator[tuple[list[str], click.Command]]:
    """Yield every command and subcommand, and what is typed for it."""
    for names in SECTIONS.values():
        for name in names:
            found = cli.get_command(click.Context(cli), name)
            assert found is not None
            yield [name], found
            if isinstance(found, click.Group):
                yield from (([name, inner], command) for inner, command in found.commands.items())


def test_every_command_looks_for_options_that_are_given_twice() -> None:
    for typed, command in commands():
        assert isinstance(command, W2vCommand | W2vGroup), typed


@pytest.mark.parametrize(
    ("typed", "option"),
    [
        (typed, option)
        for typed, command in commands()
        for option in command.params
        if isinstance(option, click.Option) and not option.is_flag and not option.multiple
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else value.name,
)
def test_an_option_with_one_value_is_given_once(w2v: W2v, typed: list[str], option: click.Option) -> None:
    longest, shortest = max(option.opts, key=len), min(option.opts, key=len)
    run = w2v(*typed, longest, *["1"] * option.nargs, shortest, *["2"] * option.nargs)
    assert (run.status, run.out) == (2, "")
    assert f"Error: {longest} is given 2 times; give it once." in run.err


@pytest.mark.usefixtures("toy")
def test_a_switch_may_be_given_twice_but_not_on_and_off(w2v: W2v) -> None:
    assert w2v("similar", "king", "--json", "--json").status == 0
    run = w2v("rerun", "--cache", "--no-cache")
    assert run.status == 2
    assert "--cache/--no-cache is given 2 times; give it once." in run.err
    assert "given" not in w2v("rerun", "--no-cache", "--no-cache").err


@pytest.mark.usefixtures("toy")
def test_a_short_option_of_a_question_stands_alone(w2v: W2v, make_model: MakeModel) -> None:
    expected = w2v("analogy", "king", "-", "man", "-m", "toy", "-n", 2).out
    assert w2v("analogy", "king", "-man", "-m", "toy", "-n2").out == expected
    assert w2v("analogy", "-n", 2, "king", "-m", "toy", "-man").out == expected
    make_model(["a"], [[1]], name="an")
    run = w2v("analogy", "king", "-man", "-m", "toy")
    assert run.status == 2
    assert "-man may be a model or a word: write -m an for the model, or put -- before the words" in run.err
    assert w2v("analogy", "-m", "toy", "-n", 2, "--", "king", "-man").out == expected
    for arguments, said in (
        (["king", "-m"], "'-m' requires an argument"),
        (["king", "--topm", "3"], "No such option"),
        (["king", "-n", "girl"], "not a valid integer"),
    ):
        run = w2v("analogy", *arguments)
        assert run.status == 2
        assert said in run.err
    assert w2v("analogy", "-h").out.startswith("Usage: w2v analogy")


def test_a_number_that_may_be_a_word_is_refused(w2v: W2v, make_model: MakeModel) -> None:
    make_model(["king", "n5", "-", "man"], [[1, 2], [2, 1], [1, 1], [3, 1]])
    for command in ("analogy", "similar"):
        run = w2v(command, "king", "-n5")
        assert (run.status, run.out) == (2, "")
        assert "-n5 may be a number or a word: write -n 5, or - n5." in run.err
        assert w2v(command, "king", "-n", 5).status == 0
    assert w2v("analogy", "king", "-", "n5").status == 0
    run = w2v("similar", "king", "-", "man")
    assert (run.status, run.err) == (0, "- is asked as a word; to add and subtract words, ask w2v analogy\n")


@pytest.mark.parametrize(
    ("arguments", "argument"),
    [
        (["load", ""], "SOURCE"),
        (["use", ""], "NAME"),
        (["train", ""], "CORPUS..."),
        (["train", "t.txt", ""], "CORPUS..."),
        (["info", ""], "MODEL"),
        (["convert", "", "out.txt"], "IN"),
        (["projector", ""], "DIR"),
    ],
)
def test_an_empty_name_is_refused(w2v: W2v, arguments: list[str], argument: str) -> None:
    Path("t.txt").write_text("a b c\n" * 30)
    run = w2v(*arguments)
    assert (run.status, run.out) == (2, "")
    assert f"Error: {argument} is empty; name one." in run.err
