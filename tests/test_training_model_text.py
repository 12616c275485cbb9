"""The way from a model back to its text: found where it was, by its hash elsewhere, or refused in one line."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import W2v
from w2vcli.corpus.encoded import EncodedCorpus
from w2vcli.errors import BadCorpus, BadModel
from w2vcli.models.facts import read_facts
from w2vcli.models.registry import find_model
from w2vcli.reporting import SILENT
from w2vcli.training.model_text import open_text

SMALL = ("--min-count", 1, "--epochs", 1, "--vector-size", 2, "--workers", 1, "--sample", 0, "-q")
Tokens = Callable[..., list[str]]


@pytest.fixture
def tokens(home: Path) -> Tokens:
    """Return the tokens of the text of the model ``m``, read from where it is or was moved to."""

    def read(*moved_to: str, cache: Path | None = None) -> list[str]:
        path = find_model("m")
        with open_text(path, read_facts(path), cache, SILENT, moved_to) as text:
            corpus: EncodedCorpus = text.corpus
            return [corpus.words[token] for token in corpus.ids.tolist()]

    return read


def _two_files(w2v: W2v) -> None:
    Path("texts").mkdir()
    Path("texts/b.txt").write_text("a king ruled\n", encoding="utf-8")
    Path("texts/a.txt").write_text("the queen slept\n", encoding="utf-8")
    assert w2v("train", "texts", "-o", "m", *SMALL).status == 0


def test_the_text_is_read_again_where_it_was(w2v: W2v, tokens: Tokens, home: Path) -> None:
    _two_files(w2v)
    assert tokens() == tokens(cache=home / "cache") == ["the", "queen", "slept", "a", "king", "ruled"]


def test_text_that_moved_is_known_by_its_hashes_and_keeps_its_order(w2v: W2v, tokens: Tokens) -> None:
    _two_files(w2v)
    shutil.move("texts/a.txt", "z.txt")
    shutil.move("texts", "elsewhere")
    Path("elsewhere/c.txt").write_text("no part of it\n", encoding="utf-8")
    with pytest.raises(BadCorpus, match=r"texts: the text of the model is not there any more; --text names"):
        tokens()
    with pytest.raises(BadCorpus, match=r"elsewhere: the model was trained on files .* have changed: .*a\.txt"):
        tokens("elsewhere")
    assert tokens("elsewhere", "z.txt") == ["the", "queen", "slept", "a", "king", "ruled"]


def test_a_document_that_was_deleted_is_named(w2v: W2v, tokens: Tokens) -> None:
    _two_files(w2v)
    Path("texts/a.txt").unlink()
    with pytest.raises(BadCorpus, match=r"the text is not what the model was trained on: \S+a\.txt is gone$"):
        tokens()


def test_a_document_that_changed_is_named(w2v: W2v, tokens: Tokens) -> None:
    _two_files(w2v)
    Path("texts/a.txt").write_text("the queen woke \n", encoding="utf-8")
    with pytest.raises(BadCorpus, match=r"trained on: \S+a\.txt has changed$"):
        tokens()


def test_standard_input_is_found_in_a_file_of_the_same_text(w2v: W2v, tokens: Tokens) -> None:
    assert w2v("train", "-", "-o", "m", *SMALL, stdin="the king ruled\n").status == 0
    with pytest.raises(BadCorpus, match="from standard input, which cannot be read again; --text names a file of it"):
        tokens()
    Path("kept.txt").write_bytes(b"the king ruled\n")
    assert tokens("kept.txt") == ["the", "king", "ruled"]


def test_vectors_that_were_loaded_have_no_text(w2v: W2v, tokens: Tokens) -> None:
    Path("v.txt").write_text("2 2\nking 1 0\nqueen 0 1\n", encoding="utf-8")
    assert w2v("load", "v.txt", "-o", "m", "-q").status == 0
    with pytest.raises(BadModel, match="was not made by w2v train, so that nothing is known of its text"):
        tokens()
