"""Each error through the command that meets it: its exit status, its line, and its object for programs."""

from __future__ import annotations

import errno
import json
import os
import re
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from urllib.error import URLError

import pytest

from tests.conftest import ROOT, Run, W2v, require
from w2vcli.cli.exit_statuses import EXIT_STATUSES, error_codes
from w2vcli.errors import Diverged, LostWords, SparkFailed, remedy_of
from w2vcli.models.directory import Model

Monkey = pytest.MonkeyPatch
SMALL = "--min-count 1 --epochs 1 --vector-size 2 --workers 1 --sample 0 -q"


class Row(NamedTuple):
    """A command that fails with an error of a code; ``prepare`` makes what is there, ``needs`` a package."""

    code: str
    command: str
    prepare: Callable[[Monkey], object] = lambda _: None
    needs: str = "numpy"


def text(_: Monkey) -> None:
    Path("text.txt").write_text("the king and the queen went to the hill\na man met a woman\n" * 30)


def patched(name: str, error: BaseException) -> Callable[[Monkey], None]:
    """Let a function raise what it seldom raises."""

    def prepare(monkeypatch: Monkey) -> None:
        def fail(*_: object, **__: object) -> None:
            raise error

        text(monkeypatch)
        monkeypatch.setattr(name, fail)

    return prepare


def as_main_does(prepare: Callable[[Monkey], object]) -> Callable[[Monkey], None]:
    """Let what nobody thought of be an error, as the program does it, and not an exception for the tests."""

    def prepared(monkeypatch: Monkey) -> None:
        prepare(monkeypatch)
        monkeypatch.setattr("w2vcli.cli.main._HIDES_FAULTS", None)

    return prepared


def without(package: str) -> Callable[[Monkey], None]:
    """Let a package be missing."""

    def prepare(monkeypatch: Monkey) -> None:
        text(monkeypatch)
        # What has imported numba before would go on with it.
        users = ["w2vcli.training.engines.numba_engine"] if package == "numba" else []
        for name in [name for name in sys.modules if name in users or name.partition(".")[0] == package]:
            monkeypatch.delitem(sys.modules, name)
        monkeypatch.setitem(sys.modules, package, None)

    return prepare


def damaged(_: Monkey) -> None:
    (Path(os.environ["W2V_HOME"]) / "models/toy.w2v/words.txt").write_text("")


def one_part(_: Monkey) -> None:
    for label in ("pos", "neg"):
        Path(f"texts/test/{label}").mkdir(parents=True)
        Path(f"texts/test/{label}/1.txt").write_text("a film")


DIVERGED = Diverged("the weights of epoch 1 are no longer finite numbers; lower --alpha")
LOST = LostWords("trained on 2 words, where 3 (± 0) were expected")
FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
ROWS = [
    Row("bad-settings", "convert toy -"),
    Row("damaged-input", "load x.vec", lambda _: Path("x.vec").write_text("3 2\na 1 2\nb 1\n")),
    Row("unknown-format", "load x", lambda _: Path("x").write_bytes(b"\x00\x01\x02" * 9)),
    Row("bad-corpus", f"train empty.txt {SMALL}", lambda _: Path("empty.txt").touch()),
    Row("missing-part", "classify train texts", one_part, "keras"),
    Row("bad-model", "similar king", damaged),
    Row("missing-model", "similar king -m nowhere"),
    Row("bad-vocabulary", "plot none.txt", needs="matplotlib"),
    Row("unknown-words", "similar kingg"),
    Row("bad-expression", "similarity king - queen"),
    Row("no-direction", "analogy king - king"),
    Row("output-exists", "similar king -o here.csv", lambda _: Path("here.csv").touch()),
    Row("unwritable", f"train text.txt -o /proc/no/model {SMALL}", text),
    Row("unfinished-training", "train --resume -o ./t.w2v"),
    Row("unknown-pretrained", "load googlenews"),
    Row("offline", "load google-news --offline"),
    Row("download-failed", "load glove-wiki-gigaword-50", patched("w2vcli.models.download.urlopen", URLError("no"))),
    Row("spark-failed", "train text.txt", patched("w2vcli.training.train.train_model", SparkFailed("it is gone"))),
    Row("database-failed", "convert toy postgresql://%2Fnowhere/db?table=t", needs="psycopg"),
    Row("missing-extra", f"train text.txt --tokenizer korean {SMALL}", without("kiwipiepy")),
    Row("missing-gensim", "convert toy toy.kv", without("gensim")),
    Row("missing-engine", f"train text.txt --engine numba {SMALL}", without("numba")),
    Row("no-screen", "plot king queen --show", lambda monkey: monkey.delenv("DISPLAY", raising=False), "matplotlib"),
    Row("diverged", f"train text.txt {SMALL}", patched("w2vcli.training.train.train_model", DIVERGED)),
    Row("lost-words", f"train text.txt {SMALL}", patched("w2vcli.training.train.train_model", LOST)),
    Row("wrong-usage", "similar king --tpon 3"),
    Row("system-error", "similar king", patched("w2vcli.queries.asking.ask_neighbours", FULL)),
    Row("out-of-memory", "similar king", patched("w2vcli.queries.asking.ask_neighbours", MemoryError("8 GB"))),
    Row("interrupted", "similar king", patched("w2vcli.queries.asking.ask_neighbours", KeyboardInterrupt())),
    Row("fault", "similar king", as_main_does(patched("w2vcli.queries.asking.ask_neighbours", KeyError("x")))),
]


@pytest.fixture
def failed(w2v: W2v, toy: Model, monkeypatch: Monkey) -> Callable[[Row, str], Run]:
    def run(row: Row, form: str) -> Run:
        require(row.needs)
        row.prepare(monkeypatch)
        return w2v(*shlex.split(row.command), *shlex.split(form))

    return run


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.code)
def test_in_prose_an_error_is_a_line(failed: Callable[[Row, str], Run], row: Row) -> None:
    run = failed(row, "")
    assert run.status == error_codes()[row.code][0]
    told = [line for line in run.err.splitlines() if line.startswith(("Error: ", "Interrupted"))]
    assert len(told) == 1, run.err
    assert "Traceback" not in run.err


@pytest.mark.parametrize("form", ["--json", "--format jsonl"])
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.code)
def test_for_programs_an_error_is_an_object(failed: Callable[[Row, str], Run], row: Row, form: str) -> None:
    run = failed(row, form)
    assert run.status == error_codes()[row.code][0]
    *_, last = run.err.splitlines()
    found = json.loads(last)
    assert list(found) == ["code", "message", "remedy", "line", "query"]
    assert found["code"] == row.code
    assert found["remedy"] is None or found["remedy"] in found["message"]
    assert "Error: " not in run.err


def test_each_code_is_raised_here() -> None:
    assert {row.code for row in ROWS} == set(error_codes())


def test_an_object_is_in_english_whatever_language_is_spoken(w2v: W2v, toy: Model) -> None:
    run = w2v("similar", "kingg", "--json", "--lang", "ko")
    assert json.loads(run.err)["message"] == "not in the vocabulary: kingg; did you mean king?"
    assert json.loads(w2v("--lang", "ko", "smilar", "--json").err)["remedy"] == "did you mean similar?"


def test_an_error_names_the_question(w2v: W2v, toy: Model) -> None:
    assert json.loads(w2v("analogy", "king", "-", "kingg", "--json").err)["query"] == "king - kingg"
    assert json.loads(w2v("models", "--tpon", "--json").err)["query"] is None


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_lines_without_an_answer_are_among_the_answers(w2v: W2v, toy: Model, form: str) -> None:
    run = w2v("similar", "-", "-n", "1", "--format", form, stdin="king\n\nkingg\nqueen\n")
    found = json.loads(run.out) if form == "json" else [json.loads(line) for line in run.out.splitlines()]
    assert [each["query"] for each in found] == ["king", "kingg", "queen"]
    assert [each.get("error") for each in (found[0], found[2])] == [None, None]
    error = {"code": "unknown-words", "message": "not in the vocabulary: kingg; did you mean king?"}
    remedy = {"remedy": "did you mean king?"}
    assert found[1] == {"line": 3, "query": "kingg", "error": error | remedy}
    assert json.loads(run.err) == error | remedy | {"line": 3, "query": "kingg"}
    assert run.status == 1


def test_lines_are_not_awaited_from_a_terminal(w2v: W2v, toy: Model, monkeypatch: Monkey) -> None:
    from io import BytesIO

    class Terminal(BytesIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("w2vcli.cli.questions.open_stdin", Terminal)
    run = w2v("similar", "-")
    assert (run.status, run.out) == (2, "")
    assert run.err.endswith("this is a terminal; ask there with: w2v shell\n")


def test_csv_has_a_column_for_the_code(w2v: W2v, toy: Model) -> None:
    run = w2v("similar", "-", "-n", "1", "--format", "csv", stdin="king\nkingg\n")
    assert run.out == "query,word,similarity,error\nking,man,0.7071068,\nkingg,,,unknown-words\n"
    assert run.err == "Error: line 2: not in the vocabulary: kingg; did you mean king?\n"
    run = w2v("similar", "-", "-n", "1", "--format", "csv", "--fields", "query,word", stdin="king\nkingg\n")
    assert run.out == "query,word\nking,man\n"


def test_prose_leaves_lines_without_an_answer_out(w2v: W2v, toy: Model) -> None:
    run = w2v("similar", "-", "-n", "1", stdin="king\nkingg\n")
    assert run.out == "query\tword\tsimilarity\nking\tman\t0.7071068\n"


def test_the_shell_tells_programs_the_same(w2v: W2v, toy: Model) -> None:
    run = w2v("shell", "-n", "1", "--format", "jsonl", stdin="king\n:odd\n")
    answer, error = map(json.loads, run.out.splitlines())
    assert (answer["word"], error["line"], error["query"]) == ("man", 2, ":odd")
    assert json.loads(run.err)["code"] == error["error"]["code"] == "bad-expression"
    assert run.status == 1


@pytest.mark.parametrize(
    ("message", "remedy"),
    [
        ("no model; make one with: w2v train CORPUS", "make one with: w2v train CORPUS"),
        ("x exists; use --force, or choose another", "use --force, or choose another"),
        ("the file is damaged", None), ("three values; the file has four", None), ("use it", None),
    ],
)  # fmt: skip
def test_what_to_do_is_the_end_of_a_message(message: str, remedy: str | None) -> None:
    assert remedy_of(message) == remedy


def test_the_document_has_the_exit_statuses_and_the_codes() -> None:
    document = (ROOT / "docs" / "programs.md").read_text(encoding="utf-8")
    statuses = [f"| {status} | {text} |" for status, text in EXIT_STATUSES.items()]
    codes = [f"| `{code}` | {status} | {text} |" for code, (status, text) in error_codes().items()]
    for rows in (statuses, codes):
        assert "\n".join(rows) in document
    assert len(re.findall(r"^\| `[a-z-]+` \| \d+ \|", document, re.MULTILINE)) == len(codes)
