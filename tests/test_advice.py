"""Advice in errors is obeyed on the input that caused them: it must work.

Each row runs a command that fails, finds the advice in what it says, and runs what it advises: options that were not
given before have to stand in the message. A second test goes through all messages in the source: one that gives advice
is in the table, or has a reason why not.
"""

from __future__ import annotations

import ast
import os
import re
import shlex
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple
from unittest import mock

import numpy as np
import pytest

from tests.conftest import ROOT, Run, W2v, require
from w2vcli.errors import W2vError

VECTORS = "the 1 2 3\nking 2 1 3\nqueen 3 1 2\nman 1 3 2\nwoman 2 3 1\nboy 3 2 1\ngirl 1 1 2\n"
TEXT = "the king and the queen went to the hill\na man met a woman and a boy\n" * 20
KOREAN = "소녀는 소년을 만났다\n여왕은 왕을 만났다\n" * 20
LABELS = "".join(f"a good film {at},pos\na bad film {at},neg\n" for at in range(12))
SMALL = "--min-count 1 --epochs 1 --vector-size 2 --workers 1 --sample 0 -q"
KERAS = "--epochs 1 --vector-size 2 --min-count 1 -q"


class Row(NamedTuple):
    """What fails and what is said of it.

    ``said`` is a regular expression within a template of a message; ``obeyed`` are the commands that are advised, all
    to be run in turn or (``choices``) each alone, with the groups of ``said`` for ``{0}``; ``result`` is found in what
    the last one prints. ``prepare`` makes what is there.
    """

    command: str
    said: str
    obeyed: tuple[str, ...]
    result: str = ""
    prepare: Callable[[W2v], object] | None = None
    choices: bool = False


def _file(name: str, data: str | bytes) -> Callable[[W2v], object]:
    return lambda _: Path(name).write_bytes(data.encode() if isinstance(data, str) else data)


def _runs(*commands: str) -> Callable[[W2v], object]:
    def run(w2v: W2v) -> None:
        for command in commands:
            done = w2v(*shlex.split(command))
            assert done.status == 0, done.err

    return run


def _array(_: W2v) -> None:
    np.save("a.npy", np.ones((2, 3), dtype=np.float32))
    Path("list").write_text("one\nother\n")


def _binary() -> bytes:
    rows = np.random.default_rng(0).normal(size=(8, 5)).astype("<f4")
    return b"8 5\n" + b"".join(b"w%d " % number + row.tobytes() for number, row in enumerate(rows))


def _zipped(*names: str) -> None:
    with zipfile.ZipFile("two.zip", "w") as archive:
        for name in names:
            archive.writestr(name, VECTORS)


def _interrupted(w2v: W2v) -> None:
    with mock.patch("w2vcli.training.publish.new_model", side_effect=W2vError("stopped")):
        w2v(*shlex.split(f"train text.txt -o ./t.w2v {SMALL}"))
    assert Path("t.unfinished").exists()


def _gone(w2v: W2v) -> None:
    import shutil

    _runs("load v.txt -o gone -q", "load v.txt -o there -q", "use gone")(w2v)
    from w2vcli.models.registry import find_model

    shutil.rmtree(find_model("gone"))


def _varied(w2v: W2v) -> None:
    Path("long.txt").write_text(TEXT * 3)
    _runs(f"train long.txt -o ./t.w2v {SMALL}", "stability ./t.w2v --variants 5 -q")(w2v)


def _without_variants(w2v: W2v) -> None:
    Path("long.txt").write_text(TEXT * 3)
    Path("set.txt").write_text("the king man woman\nman woman the king\n")
    _runs(f"train long.txt -o ./t.w2v {SMALL}")(w2v)


def _without_a_variant(w2v: W2v) -> None:
    _varied(w2v)
    Path("t.w2v/variants/3.npy").unlink()


def _with_damaged_variants(w2v: W2v) -> None:
    _runs(f"train text.txt -o ./t.w2v {SMALL}")(w2v)
    Path("t.w2v/variants").mkdir()
    Path("t.w2v/variants/variants.json").write_text("no JSON")


def _make_pipe(path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("needs named pipes in folders")
    os.mkfifo(path)


ROWS = [
    Row(
        "train corpus --tokenizer characters -o ./c.w2v",
        "was read with --tokenizer unicode; leave (--tokenizer) out",
        (f"train corpus -o ./c.w2v {SMALL}",),
        "",
        _runs("read text.txt -o corpus -q"),
    ),
    Row(
        "train corpus text.txt -o ./c.w2v",
        "and such a corpus is trained on alone; leave out the rest",
        (f"train corpus -o ./c.w2v {SMALL}",),
        "",
        _runs("read text.txt -o corpus -q"),
    ),
    Row(
        "read corpus -o again",
        "is a corpus that was read already; name the texts that it is of",
        ("read text.txt -o again -q",),
        "",
        _runs("read text.txt -o corpus -q"),
    ),
    Row(
        "load v.txt -o ./m.w2v",
        "exists already; use --force to replace it, or choose another name",
        ("load v.txt -o ./m.w2v --force", "load v.txt -o ./other.w2v"),
        choices=True,
    ),
    Row("rename m.w2v ./m", "exists already; choose another name", ("rename m.w2v ./other",)),
    Row(
        "convert m.w2v folder.txt",
        "is a folder; choose another name",
        ("convert m.w2v other.txt",),
        "",
        lambda _: Path("folder.txt").mkdir(),
    ),
    Row(
        "similar king -m m.w2v -o pipe --force",
        "is no file, but a device, a pipe or a socket; choose another name",
        ("similar king -m m.w2v -o rows.tsv --force",),
        "",
        lambda _: _make_pipe(Path("pipe")),
    ),
    Row(
        "convert v.txt v.txt --force",
        "would be replaced by what is made of it; choose another name for OUT",
        ("convert v.txt w.txt --force",),
    ),
    Row(
        "similar king",
        "there is no model yet; make one with: w2v train CORPUS, or: w2v load SOURCE",
        (f"train text.txt {SMALL}", "load v.txt -q"),
        choices=True,
    ),
    Row(
        "similar king -m x",
        "there is none; make one with: w2v train CORPUS, or: w2v load SOURCE",
        (f"train text.txt {SMALL}", "load v.txt -q"),
        choices=True,
    ),
    Row("similar king", r"is gone; choose another with: w2v use NAME", ("use there", "similar king"), "queen", _gone),
    Row(
        "similar king -m v.txt",
        r"is a file, no model; make one of its vectors with: w2v (load \S+)",
        ("{0}", "similar king"),
        "queen",
    ),
    Row(
        "load ./m.w2v",
        r"is a folder, not a file of vectors; a model is chosen with: w2v (use \S+)",
        ("{0}", "similar king"),
        "queen",
    ),
    Row("load", "Name a SOURCE, or see what can be downloaded with --list", ("load --list",), "google-news"),
    Row(
        "load short.txt -o ./s.w2v",
        r"these with --limit (\d+)|to read these, say --limit (\d+)",
        ("load short.txt -o ./s.w2v --limit 7", "similar king -m ./s.w2v"),
        "queen",
        _file("short.txt", f"9 3\n{VECTORS}"),
    ),
    Row(
        "load glued.txt -o ./s.w2v",
        "leave such rows out with --skip-bad-rows",
        ("load glued.txt -o ./s.w2v --skip-bad-rows", "similar king -m ./s.w2v"),
        "queen",
        _file("glued.txt", f"7 3\n{VECTORS}".replace("man 1", "man1", 1)),
    ),
    Row(
        "load a.npy -o ./s.w2v",
        "has vectors and no words; name the file of its words with --vocabulary",
        ("load a.npy -o ./s.w2v --vocabulary list",),
        "2",
        _array,
    ),
    Row(
        "load m.kv -o ./s.w2v",
        "if you know who made it, --trust-pickle does",
        ("load m.kv -o ./s.w2v --trust-pickle",),
        "",
        _runs("convert m.w2v m.kv"),
    ),
    Row(
        "convert m.w2v out.xyz",
        r"no format is known by the ending of \S+; name one with --to: (\S+),",
        ("convert m.w2v out.xyz --to {0}",),
    ),
    Row(
        "convert m.w2v out.npy.gz",
        r"files are not compressed as a whole; leave out (\.\w+)",
        ("convert m.w2v out.npy",),
    ),
    Row("convert m.w2v s3://bucket/m.bin", r"; write a file and copy it", ("convert m.w2v copied.bin",)),
    Row("convert m.w2v m.txt/x.npy/../m.npy.xz", r"files are not compressed as a whole", ("convert m.w2v n.npy",)),
    Row(
        f"train ko.txt -o ./t.w2v {SMALL}",
        r"it may be --encoding (\w+)",
        (f"train ko.txt -o ./t.w2v {SMALL} --encoding {{0}}", "similar 소녀는 -m ./t.w2v"),
        "소년을",
        _file("ko.txt", KOREAN.encode("cp949")),
    ),
    Row(
        "load latin.txt -o ./s.w2v",
        "try --encoding-errors replace, or another --encoding|it may be --encoding|--encoding-errors replace",
        ("load latin.txt -o ./s.w2v --encoding latin-1", "similar né -m ./s.w2v"),
        "king",
        _file("latin.txt", VECTORS.replace("the", "né").encode("latin-1")),
    ),
    Row(
        "analogy -m ./m.w2v king + + queen",
        "write words with \\+ or - between them, as in: boy \\+ queen - girl",
        ("analogy boy + queen - girl -m ./m.w2v",),
    ),
    Row(
        f"train text.txt -o ./t.w2v --phrases default --tokenizer subwords {SMALL}",
        "--phrases joins words, --tokenizer subwords cuts them; leave one of them out",
        (
            f"train text.txt -o ./t.w2v --phrases default {SMALL}",
            f"train text.txt -o ./u.w2v --tokenizer subwords --subword-vocabulary 30 {SMALL}",
        ),
        choices=True,
    ),
    Row(
        f"train text.txt -o ./t.w2v --phrases npmi --phrase-threshold 10 {SMALL}",
        "is no score of --phrases npmi, which are from -1 to (1)",
        (f"train text.txt -o ./t.w2v --phrases npmi --phrase-threshold {{0}} {SMALL}",),
    ),
    Row(
        f"train t.csv -o ./t.w2v --column words {SMALL}",
        r"t\.csv.* has no column words; it has: text(?:, \w+)*.*--column",
        (f"train t.csv -o ./t.w2v --column text {SMALL}",),
        "",
        _file("t.csv", f"text,label\n{LABELS}"),
    ),
    Row(
        "train text.txt -o ./t.w2v --min-count 1000 -q",
        r"no word comes 1000 times or more \(--min-count\); the most frequent is",
        ("train text.txt -o ./t.w2v --min-count 20 --epochs 1 -q",),
    ),
    Row(
        f"train tie.txt -o ./t.w2v {SMALL} --max-final-vocab 2",
        r"take --max-final-vocab (\d+) or more",
        (f"train tie.txt -o ./t.w2v {SMALL} --max-final-vocab {{0}}",),
        "",
        _file("tie.txt", "a a b b c c d d\n"),
    ),
    Row(
        f"train same.txt -o ./t.w2v {SMALL} --hs 1 --negative 0",
        "a tree of one word learns nothing; train with (--hs 0 --negative 5)",
        (f"train same.txt -o ./t.w2v {SMALL} {{0}}",),
        "",
        _file("same.txt", "a a a a a a a a\n" * 9),
    ),
    Row(
        f"train text.txt -o ./t.w2v {SMALL} --hs 0 --negative 0",
        "--hs 0 with --negative 0 trains nothing; set one of them",
        (
            f"train text.txt -o ./t.w2v {SMALL} --hs 1 --negative 0",
            f"train text.txt -o ./u.w2v {SMALL} --hs 0 --negative 5",
        ),
        choices=True,
    ),
    Row(
        f"train text.txt -o ./t.w2v {SMALL}",
        "--resume goes on with it, --force begins anew",
        ("train --resume -o ./t.w2v -q",),
        "",
        _interrupted,
    ),
    Row(
        f"train text.txt -o ./t.w2v {SMALL}",
        "--resume goes on with it, --force begins anew",
        (f"train text.txt -o ./t.w2v {SMALL} --force",),
        "",
        _interrupted,
    ),
    Row("train --resume -o ./t.w2v", "begin one without --resume", (f"train text.txt -o ./t.w2v {SMALL}",)),
    Row(
        "train v.txt --resume -o ./t.w2v", "leave CORPUS out to go on", ("train --resume -o ./t.w2v",), "", _interrupted
    ),
    Row(
        "train --resume -o ./t.w2v --vector-size 9",
        "leave --vector-size out",
        ("train --resume -o ./t.w2v",),
        "",
        _interrupted,
    ),
    Row(
        "info m.w2v --memory --check",
        "--memory shows sizes and compares nothing; leave --check out",
        ("info m.w2v --memory",),
    ),
    Row(
        "plot -m ./m.w2v",
        "or say --top, --around, --group or --arrow",
        ("plot -m ./m.w2v --top 4 --method pca -o p.png", "plot -m ./m.w2v --around king -n 3 --method pca -o q.png"),
        choices=True,
    ),
    Row(
        "plot --top 4 -m ./m.w2v --clusters 2 --group g.txt -o p.png --method pca",
        "(--group) and (--clusters) both colour the words; say one of them",
        (
            "plot --top 4 -m ./m.w2v --clusters 2 -o p.png --method pca",
            "plot --top 4 -m ./m.w2v --group g.txt -o q.png --method pca",
        ),
        "",
        _file("g.txt", "king\troyal\n"),
        choices=True,
    ),
    Row(
        "plot king queen -m ./m.w2v --arrow king -o p.png --method pca",
        "an arrow is FROM:TO, such as (man:king)",
        ("plot king queen -m ./m.w2v --arrow {0} -o p.png --method pca",),
    ),
    Row("encode text.txt -o n.txt", "the numbers are written as .npy; name the file so", ("encode text.txt -o n.npy",)),
    Row(
        "encode --ids '1 2 3' --vocabulary-size 9",
        "--ids are integers already; say --as embedding or (--as one-hot)",
        ("encode --ids '1 2 3' --vocabulary-size 9 {0}",),
    ),
    Row(
        "encode --ids '1 2 3' --as one-hot",
        "--ids are rows of a table; say how large it is with (--vocabulary-size)",
        ("encode --ids '1 2 3' --as one-hot {0} 9",),
    ),
    Row(
        "encode --ids '1' --as one-hot --vocabulary-size 9999999999",
        "numbers is too large; lower --vocabulary-size",
        ("encode --ids '1' --as one-hot --vocabulary-size 9",),
    ),
    Row(
        "encode --ids '1 2' '3' --as one-hot --vocabulary-size 9",
        r"ids; pad them with (--length \d+)",
        ("encode --ids '1 2' '3' --as one-hot --vocabulary-size 9 {0}",),
    ),
    Row(
        "encode 'king queen' --as embedding --vocabulary list.txt",
        "a model has its own words; add --vector-size, or leave --vocabulary out",
        ("encode 'king queen' --as embedding --vocabulary list.txt --vector-size 3",),
        "",
        _file("list.txt", "king\nqueen\n"),
    ),
    Row(
        "similar rare -m ./t.w2v",
        r"seen \w+(?: times)?, below --min-count (\d+)",
        ("train r.txt -o ./u.w2v --min-count 1 --epochs 1 -q", "similar rare -m ./u.w2v"),
        "",
        lambda w2v: (
            _file("r.txt", TEXT + "rare rare\n")(w2v),
            _runs("train r.txt -o ./t.w2v --min-count 5 --epochs 1 -q")(w2v),
        ),
    ),
    Row(
        "classify predict text -m ./m.w2v",
        "no classifier; make one with: w2v (classify train) DATA",
        (f"{{0}} d.csv -o ./c.w2v {KERAS}", "classify predict 'a good film' -m ./c.w2v"),
        "",
        _file("d.csv", f"text,label\n{LABELS}"),
    ),
    Row(
        f"classify train d.csv -o ./c.w2v {KERAS}",
        "name the one of the (texts) with --column",
        (f"classify train d.csv -o ./c.w2v {KERAS} --column a --label b",),
        "",
        _file("d.csv", f"a,b\n{LABELS}"),
    ),
    Row(
        "language-model next the -m ./m.w2v",
        "no language model; make one with: w2v (language-model train) CORPUS",
        (f"{{0}} text.txt -o ./l.w2v {KERAS}", "language-model next the -m ./l.w2v"),
    ),
    Row(
        "evaluate ./m.w2v --set five.txt",
        r"say --kind (analogies) .*or --kind (odd)",
        ("evaluate ./m.w2v --set five.txt --kind {0}", "evaluate ./m.w2v --set five.txt --kind {1}"),
        "",
        _file("five.txt", "x king queen man woman\nx boy girl man woman\n"),
        choices=True,
    ),
]
ROWS += [
    Row(
        "similar king -m ./m.w2v -m ./m.w2v", r"is given \d times; give it once", ("similar king -m ./m.w2v",), "queen"
    ),
    Row("use ''", "is empty; name one", ("use ./m.w2v",)),
    Row("convert m.w2v -", "it cannot be standard output; name a file", ("convert m.w2v out.txt",)),
    Row(
        "evaluate ./m.w2v --set four.txt --report r.md --answers r.md",
        "cannot be two outputs at once; give them names of their own",
        ("evaluate ./m.w2v --set four.txt --report r.md --answers r.tsv",),
        "",
        _file("four.txt", "king queen man woman\n"),
    ),
    Row(
        "load short.bin -o ./s.w2v",
        r"read those before(?: with|, say) --limit (\d+)|to read those before, say --limit (\d+)",
        ("load short.bin -o ./s.w2v --limit 7", "similar w1 -m ./s.w2v"),
        "w2",
        lambda _: Path("short.bin").write_bytes(_binary()[:-3]),
    ),
    Row(
        "load two.zip -o ./s.w2v",
        r"has 2 files of vectors; choose one of (\S+), (\S+)",
        ("load {0} -o ./s.w2v", "load {1} -o ./t.w2v"),
        "",
        lambda _: _zipped("a.txt", "b.txt"),
        choices=True,
    ),
    Row(
        "stability ./t.w2v --variants 5 --seed 4",
        r"the variants were made with --seed (\d); --again makes them again",
        ("stability ./t.w2v --variants 5 --seed {0} -q", "stability ./t.w2v --variants 5 --seed 4 --again -q"),
        "",
        _varied,
        choices=True,
    ),
    Row(
        "evaluate ./t.w2v --set set.txt --variants",
        r"has no variants; make some with: w2v (stability \S+)",
        ("{0}", "evaluate ./t.w2v --set set.txt --variants"),
        "variants_low",
        _without_variants,
    ),
    Row(
        "info ./t.w2v --check",
        r"make the variants again with: w2v (stability \S+ --again)",
        ("{0}", "info ./t.w2v --check"),
        "",
        _without_a_variant,
    ),
    Row(
        "stability ./f.w2v",
        r"variants are made of word2vec models alone; train with (--model-type word2vec)",
        (f"train text.txt -o ./f.w2v --force {SMALL} {{0}}",),
        "",
        _runs(f"train text.txt -o ./f.w2v {SMALL} --model-type fasttext --bucket 9"),
    ),
    Row(
        "similar king -m ./t.w2v",
        r"make the variants again with: w2v stability \S+ --again, or leave them out with (--no-variants)",
        ("similar king -m ./t.w2v {0}",),
        "queen",
        _with_damaged_variants,
    ),
    Row(
        "analogy -m ./m.w2v -- king -man woman",
        r"follows -man without a sign; put \+ or - before it, with blanks around the sign",
        ("analogy -m ./m.w2v -- king - man + woman",),
    ),
]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, w2v: W2v) -> None:
    monkeypatch.chdir(tmp_path)
    Path("v.txt").write_text(VECTORS)
    Path("text.txt").write_text(TEXT)
    assert w2v("load", "v.txt", "-o", "./m.w2v", "-q").status == 0
    (tmp_path / "home").mkdir()
    monkeypatch.setenv("W2V_HOME", str(tmp_path / "home"))  # in which there is no default model


NEEDS = {
    "--tokenizer subwords": "tokenizers",
    "classify": "keras",
    "language-model": "keras",
    ".kv": "gensim",
    "fasttext": "gensim",
    "./f.w2v": "gensim",  # a fastText model
}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.command[:60])
@pytest.mark.filterwarnings("ignore::ImportWarning", "ignore:__array__ implementation:DeprecationWarning")
def test_what_is_advised_works(row: Row, place: None, w2v: W2v) -> None:
    for line in (row.command, *row.obeyed):
        for begins, module in NEEDS.items():
            if begins in line:
                require(module)
    if row.prepare is not None:
        row.prepare(w2v)
    failed = w2v(*shlex.split(row.command))
    match = re.search(row.said, failed.err)
    assert failed.status != 0, failed.out
    assert match, failed.err
    for obeyed in row.obeyed:
        command = obeyed.format(*match.groups())
        new = set(re.findall(r"--[a-z-]+", command)) - set(re.findall(r"--[a-z-]+", f"{row.command} {SMALL} {KERAS}"))
        said_too = " ".join([failed.err, *row.obeyed])
        assert all(option in said_too for option in new)
        done = _obey(command, w2v)
        assert done.status == 0, f"{command}: {done.err}"
    assert row.result in done.out


def _obey(command: str, w2v: W2v) -> Run:
    return w2v(*shlex.split(command))


# What stands in a message that gives advice.
_ADVICE = re.compile(
    r"(; |, or )(use|take|leave|say|name|write|make|train|go on|choose|put|lower|free|unset|add|give|see"
    r"|try|update|set|correct|split|ask|begin)\b|with: |--[a-z-]+ (goes on|begins anew|does|reads|keeps|leaves)"
    r"|leave .* out\b|may be --encoding|with --(force|limit|skip|hs|no-cache|label)"
)
# Advice that is in no row, and why.
EXEMPT = {
    "drop that first and make it again afterwards": "needs a database: tests/test_models_postgres.py obeys it",
    "trains no fastText; leave it out, or take": "an engine of others would be needed: tests of the table have one",
    "and this is a terminal; ask there with": "w2v shell at a terminal, which tests of the shell drive",
    "W2V_MODEL or a file of settings names another": "tests of settings do so",
    "is not trained to its end; go on with": "tests of housekeeping do so",
    "was the default model; choose another": "which one, only who asks knows",
    "there is no terminal to ask on; say": "tests of housekeeping do so",
    "; type it, or write it into {}": "tests of settings do so",
    "write settings into {}, or those of a project into {}": "tests of settings do so",
    "is one block, and variants need several": "the text is the user's",
    "has no hash of its vectors": "an earlier version would be needed",
    "reading its text again gives other words": "a library would have to change",
    "another process has replaced": "another process would be needed",
    "is training variants of": "another process would be needed",
    "variants are kept in it; make a model": "a folder would be needed that root may not write",
    "name a file of this one, as in file:///path": "which one, only who asks knows",
    "hdfs dfs -get": "a cluster would be needed",
    "leave --frozen out, or take --engine numba": "tests of training in blocks refuse it",
    "trains models, and nothing besides; take": "nothing asks for it so far",
    "name a model (-o) where all machines see it": "a cluster would be needed",
    "is no Spark; name local[2]": "tests of sessions of Spark start local[2]",
    "apt install openjdk-17-jre-headless": "Java would have to be installed",
    "files that are no part of a corpus": "what they are, only the user knows",
    "has changed while it was read; read it again": "a file would have to change meanwhile",
    "set spark.sql.warehouse.dir to a folder": "a cluster would be needed",
    "where a task of Spark is to read it; name": "a cluster would be needed",
    "and not {}; install the same on all machines": "a cluster would be needed",
    "its Python has no w2v; install": "a cluster would be needed",
    "is a pipe, which no task of Spark can read": "tests of reading on Spark read files",
    "--to says the format of a file": "an address would be needed: tests of tables of PostgreSQL do so",
    "and put it into PGPASSWORD or .pgpass": "a server would be needed: tests of tables of PostgreSQL start one",
    "name one, as in {}?table=news": "tests of tables of PostgreSQL do so",
    "leave schema= out": "tests of tables of PostgreSQL do so",
    "make it with CREATE SCHEMA": "tests of tables of PostgreSQL do so",
    "make one with ENCODING 'UTF8'": "tests of tables of PostgreSQL do so",
    "leave type=": "tests of tables of PostgreSQL do so",
    "there is one that w2v has not written": "tests of tables of PostgreSQL do so",
    "to the address": "tests of tables of PostgreSQL do so",
    "ask for: CREATE EXTENSION vector": "tests of tables of PostgreSQL do so",
    "variants are kept; go on with": "tests of stability do so",
    "train on all text at once": "all text is the user's",
    "--text names": "tests of the text of a model do so",
    "is not in its text; delete it with": "a damaged cache would be needed that its seal does not show",
    "times on each side; take a lower": "tests of compare take one",
    "name two of them with --sides": "tests of compare do so",
    "train both on tables, or both on files": "tests of compare compare files with files",
    "take another --measure": "a test of compare takes the others",
    "compass needs the output weights": "without it is how compare runs by default",
    "train the model with a lower --alpha": "a training that diverges is tried by those of train",
    "its text alone does not have all words": "all text is the user's",
    "the variants are not used, since": "a note beside an answer",
    "say --curve once": "tests of networks draw one",
    "--style lecture draws trainings of networks": "the reason of a refusal that says what to leave out",
    "goes on with": "the reason of a refusal that says what to leave out; such refusals are rows",
    "goes on with what was begun": "the same",
    "; leave {} out": "the same",
    "there are {} words to compare": "how many there may be is said; other words are the user's",
    "one-hot vectors would be": "text of a billion numbers would be needed",
    "{}; see: {} --help": "tests of each command show its help",
    "see --top": "a warning beside an answer",
    "{} after {}; write {}": "tests of the shell do so",
    "not a number of words": "tests of the shell do so",
    "(--no-cache reads it again)": "a note beside an answer",
    "a text on the command line has to be UTF-8": "arguments of tests are text",
    "1: hierarchical softmax": "help",
    "standard input is closed": "tests of the command line close it",
    "left out, since they are archives": "a warning beside an answer",
    "is not the default model, since": "a warning beside an answer",
    "is a folder; give its files": "tests of test sets do so",
    "it seems to be JSON; write a line": "the file has to be written again by what made it",
    "it is an SQLite database; write": "the file has to be written again by what made it",
    "it is HDF5, as Keras writes it; write": "the file has to be written again by what made it",
    "ends with a bracket; leave": "the file has to be corrected",
    "--check reads the text itself": "the reason of a refusal that says what to leave out",
    "set W2V_HOME to a folder that can be": "tests of a home that cannot be written do so",
    "cannot be listed; name the files in it": "a network would be needed",
    "has several columns {}; give them names": "the file has to be corrected",
    "make one table of both: paste": "another program",
    "{}: {}; say {}": "the kinds of a set, which are a row",
    "give that of the vectors another ending": "as any other name for an output",
    "choose one of {}": "an archive of two files, which is a row",
    "is being replaced again and again": "another process would be needed",
    "was cut by another process; ask again": "another process would be needed",
    "was changed by another process; ask again": "another process would be needed",
    "has {} tables: {}; give one of them": "the archive has to be unpacked",
    "the label {} has several folders": "tests of labelled data do so",
    "use another tool": "it is about other programs",
    "pip install": "a package index would be needed",
    "free some space": "a disk would have to be full",
    "update w2v": "there is no newer version",
    "make the model again": "how it was made is not known",
    "rows begin with their numbers": "the file has to be corrected",
    "its lines end with carriage returns alone": "tests of layouts do so; tr is another program",
    "write them again": "who wrote them is not known",
    "is not the file whose hash is in": "the same",
    "--pretrain and --vectors": "as --phrases with --tokenizer subwords, which is a row",
    "--frozen vectors have to come from somewhere": "the vectors that are added are any",
    "{} may be a model or a word": "which is meant, only who asks knows",
    "; --lowercase knows more of them": "a hint beside an answer",
    "the last epoch was the best": "a hint beside an answer",
    "texts were held out to validate with": "a hint beside an answer",
    "no loss to draw": "it says what was not done",
    "the model has no pairs of the lecture's axes": "the axis is the user's",
    "ask it with: w2v": "what to do next, after a success",
    "Interrupted; what was trained": "tests of interruptions do so",
    "is now the default model": "what to do next, after a success",
    "There is no model yet": "a note; the error of the same words is a row",
    "is not of this lecture; name another folder": "as any other name for an output",
    "--model has vectors; leave --vector-size out": "as other options that are left out",
    "has phrases or subword units of its own text": "tests of going on do so",
    "the training began with {} {}": "as CORPUS, which is a row",
    "quotation marks are not in pairs": "the file has to be corrected",
    "--connector-words english": "a note beside an answer",
    "read as plain text, with all columns": "a warning beside an answer",
    "to make it UTF-8: iconv": "another program",
    "a few of its bytes are damaged": "tests of encodings do so",
    "or damaged: --encoding-errors": "tests of encodings do so",
    "pairs of one relation": "tests of test sets do so",
    "looks like BLESS": "the file has to be written anew",
    "fields between {} under {} names": "the file has to be corrected",
    "two numbers between commas": "the file has to be corrected",
    "is JSON, no test set": "the file has to be written anew",
    "number {} of each row is a whole one": "another program",
    "leave out columns that are no values": "the file has to be corrected",
    "write decimal points": "the file has to be corrected",
    "leave them out": "the file has to be corrected",
    "write decimal ones": "the file has to be corrected",
    "write e for its d": "the file has to be corrected",
    "leave the brackets out": "the file has to be corrected",
    "write blanks for them": "the file has to be corrected",
    "is for text with words and values": "it says what an option is for",
    "--vocabulary is for files that have vectors alone": "it says what an option is for",
    "has {} labels; a text has one here": "the file has to be corrected",
    "neither a folder, nor a tar or zip archive": "no file of such data is at hand",
    "distinct labels for {} texts": "which column it is, only the user knows",
    "scores, not labels": "the file has to be corrected",
    "name its number with --label": "which column it is, only the user knows",
    "may be in {}; name the column with": "which column it is, only the user knows",
    "too few texts to hold some out": "the other texts are the user's",
    "texts to validate with are trained on": "the other texts are the user's",
    "write the one that is meant": "which is meant, only who asks knows",
    "write + {} for the word": "tests of signs do so",
    "ask w2v analogy": "tests of signs do so",
    "the state of the random numbers is damaged": "tests of unfinished trainings do so",
    "the numbers of the text are damaged": "tests of unfinished trainings do so",
    "NUMBA_DISABLE_JIT": "a setting of the environment",
    "are no longer finite numbers; lower --alpha": "a training would have to diverge",
    "is of another training; train again": "tests of unfinished trainings do so",
    "train again with --force": "tests of unfinished trainings do so",
    "began the training of {}": "another version would be needed",
    "on little text, --sample 0 keeps them": "a note beside an answer",
    "--negative 0 leaves --hs alone": "a note beside an answer",
    "epochs are kept; --resume goes on": "tests of interruptions do so",
    "there is no screen to show": "as any other output",
    "yet; download its": "a network would be needed",
    "would shift all labels behind it": "tests of the Projector's files do so",
    "TensorBoard would take these vectors": "TensorBoard would be started",
    "--show shows pictures; open the page": "a browser would be needed",
    "only a network of averages": "a network of another kind is trained anew",
    "two formats are named": "one format is what all other tests of formats name",
    "has an empty name; write, for example": "the columns of the example are shown by tests of formats",
    "replaces the file of -o; name one": "both are what other tests of formats do",
    "an analogy is given by its terms": "either way is what tests of models in Python do",
    "and is of other vectors": "advice to Python, whose tests replace an output",
    "name some words to draw": "the words are the user's",
    "as with .dropna()": "pandas would be needed",
    "has no variants; make some with: model.stability()": "advice to Python, whose tests make variants so",
    "frozen is said of vectors; name a model": "advice to Python, whose tests train with such a model",
    "give files as Path objects": "advice to Python, whose tests give such files",
    "the sentences are tokenized already": "advice to Python, whose tests train on both",
    "is no list of texts": "pandas would be needed",
}


def _literals(file: Path) -> Iterator[str]:
    """Yield the texts in a file, with ``{}`` for what is put in; docstrings and help are left out."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    no_message = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    no_message |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    helps = [
        node.value for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg in {"help", "short_help"}
    ]
    no_message |= {id(part) for value in helps for part in ast.walk(value)}
    for node in ast.walk(tree):
        if id(node) in no_message:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            yield "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)  # type: ignore[misc]


def test_all_advice_is_obeyed_or_has_a_reason_why_not() -> None:
    files = sorted((ROOT / "w2vcli").rglob("*.py"))
    advice = [(file, text) for file in files for text in _literals(file) if _ADVICE.search(text)]
    assert len(advice) > 50
    tried = [part for row in ROWS for part in _as_literal(row.said).split("|")]
    missing = [
        f"{file.relative_to(ROOT)}: {text}"
        for file, text in advice
        if not any(_common(part, text) for part in tried) and not any(part in text for part in EXEMPT)
    ]
    assert not missing, "\n".join(missing)


def _as_literal(pattern: str) -> str:
    """Return a regular expression with a zero for all that is no literal text."""
    return re.sub(r"(?<!\\)\([^)]*\)[?*]?|\\[Swd][+*]?|\.\*|\\", "\0", pattern)


def _common(said: str, template: str) -> bool:
    """Tell whether a longer piece of what was said is in a template."""
    pieces = [piece.strip() for piece in said.split("\0")]
    return any(len(piece) > 12 and piece in template for piece in pieces)
