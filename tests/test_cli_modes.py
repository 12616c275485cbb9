"""What a command does not heed in a mode is refused, and never passed over in silence."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import W2v
from tests.test_cli_command import commands
from w2vcli.cli.command import W2vCommand

# Each line is refused: what stands behind # is what its message names.
REFUSED = """
info --memory --check # --check
info --methods --memory # --memory
info v.vec --check # --check
info --encoding cp949 # --encoding
info --memory --trust-pickle # --trust-pickle
compare toy toy --keyness --near 3 # --near
compare toy toy king --least # --least
compare toy toy --text t # --text
compare toy toy king --theme dark # --theme
compare toy toy king --collocations --near 3 # --near
compare toy toy king --force # --force
rerun --check -o x # --output
rerun --check --force # --force
rerun --check --cache # --cache
plot --top 5 -n 7 # --topn
plot king queen -n 7 # --topn
plot --heatmap king queen --seed 3 # --seed
plot --heatmap --arrow king:queen # --arrow
plot --heatmap king queen --group g.tsv # --group
plot --curve toy --top 3 # --top
plot --curve toy --no-variants # --variants
plot --show king --force # --force
projector out --port 80 # --port
explore -o page.html --port 80 # --port
explore --top 5 # --top
explore -o page.html --beside toy # --beside
projector out --plain --bytes # --bytes
evaluate --kind pairs # --kind
evaluate --encoding cp949 # --encoding
evaluate --force # --force
encode king --distances --as one-hot # --as
encode king --distances --length 3 # --length
encode king --vector-size 3 # --vector-size
encode king --vocabulary-size 9 # --vocabulary-size
encode king --seed 3 # --seed
encode king --force # --force
embed king --force # --force
pairs "a b c" --encoding cp949 # --encoding
pairs "a b c" --column text # --column
pairs "a b c" --seed 3 # --seed
step king queen --negative 0 --seed 3 # --seed
lecture --markdown # --markdown
lecture -o x # --output
lecture 7 --json # --json
load --list --limit 3 # --limit
load --list king # SOURCE
load postgresql://h/db?table=t --encoding cp949 # --encoding
convert toy x.vec --limit 3 # --limit
convert toy x.vec --encoding cp949 # --encoding
rank king queen -n 3 # --topn
features king --theme dark # --theme
features --list-axes --seed 3 # --seed
features king --show-axes --show-pairs # --show-pairs
features king --show-pairs --intervals # --intervals
features king --by year --intervals # --intervals
features king --no-cache # --cache
plot --heatmap king queen --axis gender # --axis
words --all --topn 3 # --topn
train t --resume --dry-run # --dry-run
train t --resume --if-changed # --if-changed
train t --dry-run --if-changed # --if-changed
train t --start-from toy --if-changed # --if-changed
load --list --dry-run # --dry-run
train t --frozen # --frozen
train --start-from toy --vectors toy # --vectors
train --resume --no-cache # --cache
train t --dry-run -o x # --output
train t --phrase-threshold 3 # --phrase-threshold
train t --phrase-passes 2 # --phrase-passes
train t --subword-vocabulary 300 # --subword-vocabulary
train t --min-n 2 # --min-n
train t --bucket 200 # --bucket
train t --negative 0 --hs 1 --ns-exponent 1 # --ns-exponent
train t --cbow-mean 0 # --cbow-mean
read t -o c --phrase-threshold 3 # --phrase-threshold
read t -o c --subword-vocabulary 300 # --subword-vocabulary
train t --blocks 2 # --blocks
train t --engine numba --segments 2 # --segments
train t --on local[2] # --on
train t --engine spark --dry-run # --dry-run
classify train --resume --network rnn # --network
classify train --resume --learning-rate 0.9 --dropout 0.9 # --dropout, --learning-rate
classify train d --cell lstm # --cell
classify train d --network rnn --dense 3 # --dense
classify train d --vectors toy --vector-size 3 # --vector-size
classify train d --validation 0.2 --validation-data t # --validation
language-model train --resume --window 3 # --window
language-model train t --resume # CORPUS...
language-model train t --vectors toy --vector-size 3 # --vector-size
"""
LINES = [line.split(" # ") for line in REFUSED.strip().splitlines()]


def arguments(line: str) -> list[str]:
    """Return the arguments of a line; a text stands between quotation marks."""
    start, *rest = line.split('"')
    return start.split() + ([rest[0], *rest[1].split()] if rest else [])


@pytest.mark.usefixtures("toy")
@pytest.mark.parametrize(("line", "named"), LINES)
def test_what_is_not_heeded_is_refused(w2v: W2v, line: str, named: str) -> None:
    for name, text in (("v.vec", "a 1 2\n"), ("g.tsv", "king\troyal\n"), ("t", "a b c\n")):
        Path(name).write_text(text)
    before = sorted(Path().rglob("*"))
    run = w2v(*arguments(line))
    assert (run.status, run.out) == (2, "")
    assert f"; leave {named} out." in run.err
    assert sorted(Path().rglob("*")) == before


def test_every_mode_of_every_command_is_tried_here() -> None:
    for typed, command in commands():
        lines = [arguments(line) for line, _ in LINES if line.startswith(" ".join(typed))]
        for mode in command.modes if isinstance(command, W2vCommand) else ():
            known = {parameter.name: parameter for parameter in command.params}
            assert known.keys() >= set(mode.names), typed
            flags = {flag for name in mode.names for flag in (*known[name].opts, *known[name].secondary_opts)}
            assert any(flags.intersection(line) for line in lines), (typed, mode.reason)


@pytest.mark.usefixtures("toy")
def test_what_is_heeded_is_not_refused(w2v: W2v) -> None:
    Path("v.vec").write_text("a 1 2\nb 2 1\n")
    Path("t").write_text("a b c\n" * 30)
    for line in (
        "info --check", "info v.vec --encoding cp949", "info --memory --json", "plot --around king -n 3 -o a.png",
        "plot king queen man --method pca --seed 3 -o b.png", "encode king --as embedding --vector-size 3 --seed 3",
        "pairs t --encoding cp949 --shrink-windows --seed 3", "lecture --json", "load --list --json",
        "convert toy x.vec", "convert v.vec y.vec --limit 1 --encoding utf-8", "words --topn 3",
        "train t --dry-run --min-count 1 --json",
    ):  # fmt: skip
        run = w2v(*arguments(line))
        assert run.status == 0, (line, run.err)


def test_going_on_heeds_nothing_but_where_and_how_long() -> None:
    heeded = {"data", "output", "epochs", "resume", "json", "format", "fields", "quiet", "verbose"}
    for typed, command in commands():
        if typed in (["classify", "train"], ["language-model", "train"]):
            assert isinstance(command, W2vCommand)
            assert {str(parameter.name) for parameter in command.params} - {*command.modes[0].names} <= heeded


def test_a_mode_is_said_before_anything_is_read(w2v: W2v) -> None:
    run = w2v("classify", "train", "--resume", "-o", "missing", "--network", "rnn")
    assert run.status == 2
    assert "Error: --resume goes on with the settings it began with; leave --network out." in run.err


@pytest.mark.usefixtures("toy")
def test_a_method_of_analogies_needs_analogies(w2v: W2v) -> None:
    Path("pairs.csv").write_text("word1,word2,score\nman,king,3\nwoman,queen,4\nboy,girl,5\nman,apple,1\n")
    run = w2v("evaluate", "--set", "pairs.csv", "--method", "3cosmul")
    assert (run.status, run.out) == (2, "")
    assert "Error: no set has analogies, which --method answers; leave --method out." in run.err
    assert w2v("evaluate", "--set", "pairs.csv").status == 0
