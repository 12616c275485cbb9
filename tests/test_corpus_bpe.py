from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import W2v
from w2vcli.corpus.bpe import bpe_in, learn_counted_subwords, learn_subwords, open_bpe, split_words
from w2vcli.corpus.encoded import EncodedCorpus
from w2vcli.corpus.reading import Reading, read_corpus
from w2vcli.errors import BadModel
from w2vcli.reporting import SILENT

tokenizers = pytest.importorskip("tokenizers")
TEXT = "low lower lowest new newer newest slow slower slowest 낮은 낮다 낮았다\n" * 30


def read(folder: Path, vocabulary: int = 30) -> EncodedCorpus:
    (folder / "t").write_text(TEXT, encoding="utf-8")
    folder.joinpath("numbers").mkdir(exist_ok=True)
    reading = Reading("subwords", subword_vocabulary=vocabulary, line_breaks="end")
    return read_corpus([str(folder / "t")], folder / "numbers", reading, SILENT)


def test_the_pieces_of_a_text_put_together_are_the_text(tmp_path: Path) -> None:
    corpus = read(tmp_path)
    pieces = [piece for sentence in corpus.sentences(1000) for piece in sentence]
    assert "".join(pieces).replace("▁", " ").split() == TEXT.split()
    assert len(corpus.sentence_ends) == 30
    assert corpus.read.words == corpus.read.tokens == len(pieces) > len(TEXT.split())


def test_words_that_were_never_seen_have_pieces_too(tmp_path: Path) -> None:
    corpus = read(tmp_path)
    one, other = split_words(["newslow", "낮은데"], bpe_in(corpus.folder))
    assert "".join(one) == "▁newslow"
    assert "".join(other) == "▁낮은"  # 데 is a character the text does not have


def test_pieces_are_those_of_the_library(tmp_path: Path) -> None:
    corpus = read(tmp_path)
    words = [*corpus.words, "newslow", "낮은데", "x", "a b", ""]
    theirs = tokenizers.Tokenizer.from_file(str(corpus.folder / "pieces.json"))
    found = split_words(words, bpe_in(corpus.folder))
    assert found == [theirs.encode(word).tokens for word in words]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"type": "WordPiece"}, "model.type: invalid enum value"),
        ({"vocab": {"a": 0, "b": 7}}, "model.vocab: the units are not numbered"),
        ({"vocab": {"a": -1}}, "model.vocab: the units are not numbered"),
        ({"vocab": {"a": "0"}}, r"model.vocab\[...\]: expected int"),
        ({"merges": [["a", "zz"]]}, "model.merges: a zz is none of its units"),
        ({"merges": ["azz"]}, "model.merges: azz is none of its units"),
        ({"merges": [["a", "b", "c"]]}, r"model.merges\[0\]: expected array of length 2"),
    ],
)
def test_damaged_pieces_are_told(tmp_path: Path, change: dict[str, object], fault: str) -> None:
    file = read(tmp_path).folder / "pieces.json"
    found = json.loads(file.read_bytes())
    found["model"] |= change
    with pytest.raises(BadModel, match=rf"pieces\.json is damaged: {fault}"):
        open_bpe(json.dumps(found).encode(), file)
    with pytest.raises(BadModel, match="it is no JSON"):
        open_bpe(file.read_bytes()[:-9], file)


def test_the_same_text_gives_the_same_pieces(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    first, second = read(tmp_path / "a"), read(tmp_path / "b")
    assert first.words == second.words
    assert (first.folder / "pieces.json").read_bytes() == (second.folder / "pieces.json").read_bytes()


def test_a_question_is_the_mean_of_its_pieces(w2v: W2v) -> None:
    Path("t").write_text(TEXT, encoding="utf-8")
    run = w2v("train", "t", "--tokenizer", "subwords", "--subword-vocabulary", 60, "--epochs", 1, "--vector-size", 4)
    assert run.status == 0
    assert w2v("similar", "newslow", "-n", 2).status == 0
    assert w2v("similar", "ж").status == 3


@pytest.mark.parametrize(("wanted", "plain", "found"), [(11, 11, 11), (12, 11, 12), (14, 11, 11), (40, 5, 5)])
def test_as_many_units_are_learnt_as_come(tmp_path: Path, wanted: int, plain: int, found: int) -> None:
    """The eleven characters come all. Joined to whole words in the end, only the five words themselves do."""
    words, counts = ["low", "lowest", "newer", "wider", "new"], np.array([5, 2, 6, 3, 2])

    def units() -> set[str]:
        return {unit for word in split_words(words, bpe_in(tmp_path)) for unit in word}

    learn_subwords(words, counts, wanted, tmp_path)
    assert len(units()) == plain
    learn_counted_subwords(words, counts, wanted, 1, tmp_path)
    assert len(units()) == found
