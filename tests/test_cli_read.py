"""``w2v read`` keeps a corpus in a folder, and ``w2v train`` takes it in place of its text."""

from __future__ import annotations

import json
import os
from pathlib import Path
from unittest import mock

import pytest

import w2vcli
from tests.conftest import W2v
from w2vcli.corpus.encoded import open_corpus
from w2vcli.corpus.folders import is_corpus
from w2vcli.errors import W2vError

TEXT = "The king and the queen went to New York.\nA man met a woman in New York\n" * 20
SMALL = "--min-count 1 --epochs 1 --vector-size 2 --workers 1 --sample 0 -q".split()


@pytest.fixture(autouse=True)
def text() -> None:
    Path("text.txt").write_text(TEXT)


def files(folder: str) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in Path(folder).iterdir()}


def model(name: str) -> Path:
    return Path(os.environ["W2V_HOME"]) / "models" / f"{name}.w2v"


def test_the_same_text_makes_the_same_folder(w2v: W2v) -> None:
    run = w2v("read", "text.txt", "-o", "one", "--format", "json")
    [facts] = run.json
    assert facts | {"corpus": "one", "files": 1, "lines": 40, "tokens": 340, "sentences": 40} == facts
    assert w2v("read", "text.txt", "-o", "deep/er/two").status == 0
    assert files("one") == files("deep/er/two")
    assert is_corpus(Path("one"))
    assert open_corpus(Path("one")).words[:2] == ["The", "king"]
    told = json.loads(Path("one/reading.json").read_text())
    assert told["sources"] == [str(Path("text.txt").absolute())]
    assert told["reading"]["tokenizer"] == "unicode"


@pytest.mark.parametrize("options", [[], ["--lowercase", "--phrases", "npmi", "--phrase-threshold", "0"]])
def test_training_on_it_is_training_on_its_text(w2v: W2v, options: list[str]) -> None:
    assert w2v("read", "text.txt", "-o", "corpus", *options).status == 0
    read = w2v("train", "corpus", "-o", "of-corpus", *SMALL)
    plain = w2v("train", "text.txt", "-o", "of-text", "--no-cache", *options, *SMALL)
    assert read.out.replace("of-corpus", "of-text") == plain.out
    for name in ("words.txt", "counts.npy", "vectors.npy", "training/sources-1.jsonl"):
        assert (model("of-corpus") / name).read_bytes() == (model("of-text") / name).read_bytes(), name
    records = [json.loads((model(name) / "model.json").read_text())["training"] for name in ("of-corpus", "of-text")]
    for [record] in records:
        del record["started"], record["seconds"]
    assert records[0] == records[1]
    assert w2v("rerun", "of-corpus", "--check", "-q").status == 0
    word = (model("of-corpus") / "words.txt").read_text().split("\n")[0]
    assert w2v("lines", word, "-m", "of-corpus", "-q").out.count("text.txt") >= 10


def test_python_takes_it_too(w2v: W2v) -> None:
    assert w2v("read", "text.txt", "-o", "corpus", "--lowercase").status == 0
    made = w2vcli.train("corpus", vector_size=2, epochs=1, min_count=1, sample=0, engine="numba")
    assert "york" in made


def test_an_interrupted_training_goes_on_without_the_corpus(w2v: W2v) -> None:
    assert w2v("read", "text.txt", "-o", "corpus").status == 0
    with mock.patch("w2vcli.training.publish.new_model", side_effect=W2vError("stopped")):
        assert w2v("train", "corpus", "-o", "t", *SMALL).status == 1
    assert w2v("train", "corpus", "-o", "t", "--resume", "--workers", "1").status == 0
    with mock.patch("w2vcli.training.publish.new_model", side_effect=W2vError("stopped")):
        assert w2v("train", "corpus", "-o", "u", *SMALL).status == 1
    Path("corpus").rename("moved")
    assert w2v("train", "--resume", "-o", "u").status == 0
    assert (model("t") / "vectors.npy").read_bytes() == (model("u") / "vectors.npy").read_bytes()


def test_a_model_of_other_words_does_not_go_on_with_it(w2v: W2v) -> None:
    assert w2v("read", "text.txt", "-o", "corpus").status == 0
    assert w2v("train", "text.txt", "-o", "small", "--lowercase", *SMALL).status == 0
    run = w2v("train", "corpus", "--start-from", "small", "-o", "further")
    assert (run.status, run.err) == (2, "Error: small was trained with --lowercase True, and goes on with it\n")
    assert w2v("train", "text.txt", "-o", "like", *SMALL).status == 0
    assert w2v("train", "corpus", "--start-from", "like", "-o", "further", "--workers", "1", "-q").status == 0


def test_what_was_damaged_is_refused(w2v: W2v) -> None:
    assert w2v("read", "text.txt", "-o", "corpus").status == 0
    data = Path("corpus/tokens.int32").read_bytes()
    Path("corpus/tokens.int32").write_bytes(bytes([data[0] ^ 1]) + data[1:])
    for options in ([], ["--dry-run"]):
        run = w2v("train", "corpus", *options, *SMALL)
        assert run.status == 1
        assert run.err.endswith("tokens.int32 is damaged: its SHA-256 is not the one in sha256.json\n")
    Path("corpus/reading.json").write_text("{}")
    run = w2v("train", "corpus", *SMALL)
    assert run.err.startswith("Error: corpus/reading.json is damaged: ")


def test_nothing_is_replaced_but_a_corpus_and_by_force_alone(w2v: W2v) -> None:
    assert w2v("read", "text.txt", "-o", "corpus").status == 0
    before = files("corpus")
    assert w2v("read", "text.txt", "-o", "corpus", "--lowercase").status == 5
    assert w2v("read", "gone.txt", "-o", "corpus", "--force").status == 1
    assert files("corpus") == before
    assert w2v("read", "text.txt", "-o", "corpus", "--lowercase", "--force").status == 0
    assert files("corpus") != before
    Path("mine").mkdir()
    Path("mine/letter.txt").write_text("dear")
    run = w2v("read", "text.txt", "-o", "mine", "--force")
    assert (run.status, run.err) == (
        5, "Error: mine has files that are no part of a corpus: letter.txt; move them away first\n"
    )  # fmt: skip


def test_another_version_of_the_tokenizer_is_told(w2v: W2v) -> None:
    assert w2v("read", "text.txt", "-o", "corpus").status == 0
    with mock.patch("w2vcli.training.kept_corpora.TOKENIZERS") as tokenizers:
        tokenizers["unicode"].version.return_value = "Unicode 1"
        tokenizers.__getitem__.return_value.version.return_value = "Unicode 1"
        run = w2v("train", "corpus", *SMALL[:-1])
    assert "corpus was tokenized with version Unicode" in run.err
    assert run.err.count("and here is version Unicode 1") == 1


def test_other_commands_are_told_that_it_is_no_text(w2v: W2v) -> None:
    assert w2v("read", "text.txt", "-o", "corpus").status == 0
    for named, found in (("corpus", "corpus"), (".", "./corpus")):
        run = w2v("read", named, "-o", "again")
        told = f"Error: {found} is a corpus that was read already; name the texts that it is of\n"
        assert (run.status, run.err) == (1, told)


def test_text_from_a_pipe_is_kept_and_not_read_again(w2v: W2v) -> None:
    assert w2v("read", "-", "-o", "corpus", stdin=TEXT).status == 0
    assert w2v("train", "corpus", "-o", "piped", *SMALL).status == 0
    assert "standard input" in w2v("rerun", "piped").err
