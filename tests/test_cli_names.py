"""One idea has one flag: older spellings of options work as before, and show nowhere."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from tests.conftest import W2v
from tests.test_cli_command import commands
from w2vcli.cli.command import W2vCommand

# Options that mean something else in one command, or say more there: (option, command) and the reason.
OWN_WORDS = {
    ("--alpha", "step"): "one step has one learning rate",
    ("--axis", "features"): "each is a column, where a picture is coloured by one",
    ("--by", "compare"): "two sides, where features shows all slices",
    ("--check", "info"): "files are compared, where rerun compares trainings",
    ("--dry-run", "train"): "it also gives advice",
    ("--epochs", "train"): "an exact number, where networks stop when they get no better",
    ("--method", "plot"): "it projects, where the others answer analogies",
    ("--method", "evaluate"): "it may be repeated",
    ("--min-count", "compare"): "so often on each side",
    **{("--output", name): "a model" for name in ("train", "load", "rerun", "classify train", "language-model train")},
    ("--on", "read"): "it reads there, where train trains",
    ("--output", "plot"): "a picture",
    ("--plot", "compare"): "another picture",
    ("--output", "features"): "a picture",
    ("--output", "explore"): "a page",
    ("--restrict-vocab", "evaluate"): "the first words, as the papers do, and no ranks in the middle",
    ("--output", "encode"): "an array",
    ("--output", "embed"): "an array, a table or JSON",
    ("--output", "lecture"): "a folder",
    ("--output", "read"): "a corpus",
    ("--port", "projector"): "of another program",
    ("--resume", "train"): "more epochs are trained by --start-from",
    ("--seed", "game"): "of one secret, not of all random numbers",
    ("--topn", "lines"): "lines, not words",
    ("--topn", "why"): "each is explained at length",
    ("--topn", "stability"): "so many are compared, and none is shown",
    ("--units", "language-model train"): "the other has them for each direction of a recurrent layer",
    ("--variants", "evaluate"): "an interval for other documents, which costs as much as all else for each variant",
    ("--variants", "stability"): "how many are made, where the others ask those that are there",
    ("--vector-size", "encode"): "it stands in place of a model",
    ("--vocabulary-size", "encode"): "ids have no words that could be counted",
    ("--window", "language-model train"): "a network sees the words before, not those on both sides",
}
# Options whose default is another one in one command, and the reason. Of classify and language-model each network
# has settings with which it was measured.
OWN_DEFAULT = {
    ("--min-count", "compare"): "what a word means on a side takes more occurrences than a vector",
    ("--alpha", "step"): "the model says it",
    ("--axis", "features"): "the lecture's features are shown",
    ("--batch-size", "language-model train"): "measured",
    ("--column", "classify test"): "labelled tables have columns of usual names",
    ("--column", "classify train"): "labelled tables have columns of usual names",
    ("--dropout", "language-model train"): "measured",
    ("--epochs", "classify train"): "measured",
    ("--epochs", "language-model train"): "measured",
    ("--length", "classify train"): "measured",
    ("--lowercase", "train"): "gensim's",
    ("--lowercase", "read"): "that of train",
    ("--lowercase", "encode"): "the model says it",
    ("--method", "plot"): "another meaning",
    ("--min-count", "train"): "gensim's",
    ("--min-count", "pairs"): "every word of a sentence is to be seen",
    ("--model", "encode"): "only embeddings need one",
    ("--negative", "pairs"): "the pairs alone, first",
    ("--negative", "step"): "the model says it",
    ("--network", "language-model train"): "other networks",
    ("--output", "*"): "named after what is read",
    ("--patience", "language-model train"): "measured",
    ("--port", "projector"): "that of TensorBoard",
    ("--sample", "pairs"): "every word of a sentence is to be seen",
    ("--seed", "game"): "the day chooses the secret",
    ("--seed", "stability"): "a run that goes on has that of the variants before",
    ("--shrink-windows", "pairs"): "every pair of a window is to be seen",
    ("--tokenizer", "encode"): "the model says it",
    ("--topn", "lines"): "a screen of them",
    ("--topn", "why"): "each is explained at length",
    ("--topn", "words"): "words alone are short lines",
    ("--units", "language-model train"): "measured",
    ("--variants", "evaluate"): "it takes many times longer",
    ("--variants", "stability"): "another meaning",
    ("--vector-size", "language-model train"): "measured",
    ("--vector-size", "encode"): "it stands in place of a model",
    ("--vector-size", "classify train"): "measured",
    ("--vocabulary-size", "classify train"): "measured",
    ("--vocabulary-size", "language-model train"): "measured",
    ("--window", "pairs"): "as lectures draw it",
    ("--window", "language-model train"): "another meaning",
    ("--workers", "stability"): "the training says it",
}
# What is typed, the older spelling, and the one that took its place.
OLDER = """
words --top --topn
convert --words --vocabulary
info --words --vocabulary
load --words --vocabulary
projector --words --vocabulary
features --axes --show-axes
encode --vocab --vocabulary
pairs --negatives --negative
pairs --no-shrink --no-shrink-windows
pairs --shrink --shrink-windows
classify test --text --column
classify train --text --column
classify train --vocabulary --vocabulary-size
language-model generate --words --max-words
language-model train --vocabulary --vocabulary-size
"""
ROOT = Path(__file__).parent.parent
# Of the documents the command reference is left out, which is made of the help.
# A command keeps the first help option that Click makes for it, so these are as in `w2vcli.cli.main`.
HELP_OPTIONS: dict[str, Any] = {"help_option_names": ["-h", "--help"]}
DOCUMENTS = [
    path
    for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"))
    if path.stem not in ("CHANGELOG", "commands", "commands.ko")
]


def aliases() -> Iterator[tuple[list[str], W2vCommand, str, str]]:
    """Yield each older spelling with what is typed before it, its command, and what took its place."""
    for typed, command in commands():
        if isinstance(command, W2vCommand):
            yield from ((typed, command, old, new) for old, new in command.aliases.items())


def options() -> dict[str, list[tuple[str, str, str]]]:
    """Return for each option the commands that have it, with its help and its default."""
    found: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for typed, command in commands():
        for option in command.params:
            if isinstance(option, click.Option):
                text, _, default = (option.help or "").partition("  [default")
                own = str(option.default).strip("(,')") if isinstance(option.default, str | int | float | tuple) else ""
                found[max(option.opts, key=len)].append((" ".join(typed), text, default or own))
    return found


def others(found: list[tuple[str, str, str]], at: int) -> set[str]:
    """Return the commands that differ from most of the others in what is said ``at`` this place."""
    most, _ = Counter(said[at] for said in found).most_common(1)[0]
    return {said[0] for said in found if said[at] != most}


def names(text: str, spelling: str) -> bool:
    """Tell whether ``text`` names the option with this spelling, and not one that is longer."""
    return re.search(rf"(?<![\w-]){spelling}(?![\w-])", text) is not None


@pytest.fixture(autouse=True)
def file_for_every_type(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make 7 the name of a file, too, so that it is a value of every option."""
    monkeypatch.chdir(tmp_path)
    Path("7").write_text("king\n")


def test_an_option_has_one_meaning_or_a_reason() -> None:
    found = {(option, command) for option, said in options().items() for command in others(said, 1)}
    assert found == set(OWN_WORDS)


def test_an_option_has_one_default_or_a_reason() -> None:
    found = {(option, command) for option, said in options().items() for command in others(said, 2)}
    named_after = {(option, "*" if option == "--output" else command) for option, command in found}
    assert named_after == set(OWN_DEFAULT)
    defaults = {default for command, _, default in options()["--seed"] if command not in {"stability", "game"}}
    assert defaults == {"1"}


def test_the_older_spellings_are_these() -> None:
    found = {" ".join([*typed, old, new]) for typed, _, old, new in aliases()}
    assert found == set(OLDER.strip().splitlines())


def test_an_older_spelling_says_what_the_present_one_says() -> None:
    for typed, command, old, new in aliases():
        [option] = [option for option in command.params if new in (*option.opts, *option.secondary_opts)]
        assert isinstance(option, click.Option)
        for arguments in [[""]] if option.is_flag else [["", "7"], ["=7"]]:
            said = [
                command.make_context(
                    typed[-1], [f"{name}{arguments[0]}", *arguments[1:]], resilient_parsing=True, **HELP_OPTIONS
                )
                for name in (old, new)
            ]
            assert said[0].params == said[1].params
            value = said[0].params[str(option.name)]
            assert (value is (new in option.opts)) if option.is_flag else str(value) == "7"


def test_the_older_and_the_present_spelling_are_one_option(w2v: W2v) -> None:
    for typed, _, old, new in aliases():
        if new not in {"--show-axes", "--shrink-windows", "--no-shrink-windows"}:
            run = w2v(*typed, f"{old}=7", new, "7")
            assert (run.status, f"Error: {new} is given 2 times; give it once." in run.err) == (2, True), run.err
    assert "is given 2 times" in w2v("pairs", "a b", "--shrink", "--no-shrink-windows").err


def test_an_older_spelling_behind_an_option_or_two_dashes_is_no_option(w2v: W2v) -> None:
    assert "without a column --negatives: 7" in w2v("pairs", "7", "--column", "--negatives").err
    assert [row["word"] for row in w2v("encode", "--json", "--", "--vocab").json] == ["vocab"]


def test_no_older_spelling_is_shown(w2v: W2v) -> None:
    for typed, command, old, _ in aliases():
        assert not names(w2v(*typed, "--help").out, old)
        with click.Context(command, **HELP_OPTIONS) as context:
            assert old not in [item.value for item in command.shell_complete(context, "--")]
        assert f"{old}\n" not in w2v(*typed, f"{old}s").err.replace("?", "\n")
        for document in DOCUMENTS:
            for line in document.read_text(encoding="utf-8").splitlines():
                assert f"w2v {' '.join(typed)} " not in line or not names(line, old), line
