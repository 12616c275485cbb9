"""Models as folders of model2vec: model2vec and sentence-transformers give the vectors that we give."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from tests.conftest import W2v, require
from tests.static_folders import TEXTS, model2vec_folder, random_vectors, word_pieces
from w2vcli.corpus.batch_tokens import compile_texts
from w2vcli.errors import OutputExists
from w2vcli.models.converting import convert_model
from w2vcli.models.directory import Model, new_model, open_model_directory
from w2vcli.models.formats.blocks import ReadOptions
from w2vcli.models.formats.format_table import find_sink
from w2vcli.models.loading import load_vectors
from w2vcli.models.records import TokenizerFacts
from w2vcli.queries.sentence_vectors import Embedder
from w2vcli.reporting import SILENT

# Texts in which words are linked, marked, joined, and numbers of many scripts.
MANY = [
    "The king's men: it’s rock'n'roll, don't! e-mail a_b _c d__",
    "naïve cafe\u0301 İstanbul Straße ﬁne",
    "ex\u00adample word\u2060join \u200fright",
    "می‌خواهم क्षत्रिय हिन्दी ‍ක්‍ෂ",
    "x² ½ ٣ 2.5 1,000 ⅷ 三 ①",
    'col·lecció a·b צה"ל צה״ל ג׳ורג׳',
    "소녀를 만났다 한글ㅋㅋ 日本語テキスト",
    "A‿d 👍🏽 ok\ufe0f #tag @name",
]


def model_of(folder: Path, words: list[str], tokenizer: TokenizerFacts | None) -> Model:
    with new_model(folder / "own.w2v", 4, force=True) as writer:
        writer.append(words, random_vectors(len(words), 4))
        writer.finish(source={"kind": "test"}, tokenizer=tokenizer)
    return open_model_directory(folder / "own.w2v")


def converted(model: Model, folder: Path) -> Path:
    convert_model(model.path, find_sink(folder / "m.model2vec", force=True), SILENT)
    return folder / "m.model2vec"


def by_model2vec(folder: Path, texts: list[str]) -> npt.NDArray[Any]:
    require("model2vec")
    from model2vec import StaticModel

    found: npt.NDArray[Any] = StaticModel.from_pretrained(folder).encode(texts)
    return found


@pytest.mark.parametrize("rules", [1, 2])
@pytest.mark.parametrize("lowercase", [True, False])
@pytest.mark.parametrize("name", ["unicode", "characters", "whitespace"])
def test_the_tokenizer_gives_the_same_words(tmp_path: Path, name: str, lowercase: bool, rules: int) -> None:
    require("tokenizers")
    from tokenizers import Tokenizer

    facts = TokenizerFacts(name, lowercase=lowercase, word_rules=rules)
    ours = [*compile_texts(facts, {})(MANY)]
    words = sorted({word for text in ours for word in text})
    theirs = Tokenizer.from_file(str(converted(model_of(tmp_path, words, facts), tmp_path) / "tokenizer.json"))
    assert [theirs.encode(text).tokens for text in MANY] == ours


def test_vectors_are_those_of_model2vec_also_of_words_out_of_vocabulary(tmp_path: Path) -> None:
    words = ["the", "girl", "castle", "[UNK]"]
    model = model_of(tmp_path, words, TokenizerFacts("unicode", lowercase=True, word_rules=2))
    texts = ["The girl, the witch", "", "witches", "castle " * 600]
    folder = converted(model, tmp_path)
    theirs, ours = by_model2vec(folder, texts), Embedder(model)(texts).vectors
    np.testing.assert_allclose(theirs[:3], ours[:3], rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(theirs[3], ours[3], rtol=1e-5)  # a sum of 600 float32, which model2vec does not cut
    load_vectors(folder, tmp_path / "again.w2v", ReadOptions(), SILENT, force=False)
    again = open_model_directory(tmp_path / "again.w2v")
    assert [*again.words] == words
    np.testing.assert_array_equal(again.vectors[:], model.vectors[:])


def test_sentence_transformers_opens_the_folder(tmp_path: Path) -> None:
    require("sentence_transformers")
    from sentence_transformers import SentenceTransformer

    model = model_of(tmp_path, ["the", "girl"], TokenizerFacts("unicode", lowercase=True, word_rules=2))
    theirs = SentenceTransformer(str(converted(model, tmp_path)), device="cpu").encode(["The girl", "the the"])
    np.testing.assert_allclose(theirs, Embedder(model)(["The girl", "the the"]).vectors, rtol=1e-6, atol=1e-6)


def test_subword_units_are_those_of_the_model(tmp_path: Path, w2v: W2v) -> None:
    require("tokenizers")
    Path("t.txt").write_text("the lowest girl went lower and slower than the slowest boy\n" * 40, encoding="utf-8")
    small = ("--min-count", 1, "--epochs", 1, "--vector-size", 4, "--subword-vocabulary", 60, "-q", "--lowercase")
    assert w2v("train", "t.txt", "-o", "s", "--tokenizer", "subwords", *small).status == 0
    assert w2v("convert", "s", "s.model2vec", "-q").status == 0
    texts = ["the slowest girl", "Lower lowgirl", "xyz the"]
    rows = json.loads(w2v("embed", *texts, "-m", "s", "--json").out)
    theirs = by_model2vec(Path("s.model2vec"), texts)
    ours = np.array([row["vector"] for row in rows])
    # A unit that is no word of the model has zeros there, and counts: the direction is the same.
    for one, other in zip(ours, theirs, strict=True):
        assert one @ other == pytest.approx(np.linalg.norm(one) * np.linalg.norm(other), rel=1e-5)


def test_static_embeddings_come_back_with_their_tokenizer(tmp_path: Path) -> None:
    tokenizer = word_pieces()
    vectors = random_vectors(tokenizer.get_vocab_size())
    folder = model2vec_folder(tmp_path / "m", {"embeddings": vectors}, tokenizer, normalize=True, max_length=None)
    load_vectors(folder, tmp_path / "m.w2v", ReadOptions(), SILENT, force=False)
    model = open_model_directory(tmp_path / "m.w2v")
    again = converted(model, tmp_path)
    np.testing.assert_allclose(by_model2vec(again, TEXTS), Embedder(model)(TEXTS).vectors, rtol=1e-6, atol=1e-6)


def test_what_the_folder_cannot_say_is_told(tmp_path: Path, w2v: W2v) -> None:
    model = model_of(tmp_path, ["소녀", "성"], TokenizerFacts("korean"))
    assert "model2vec has no tokenizer korean: texts need blanks" in w2v("convert", model.path, "k.model2vec").err
    bare = model_of(tmp_path, ["girl"], None)
    run = w2v("convert", bare.path, "b", "--to", "model2vec", "--json")
    assert "how its text was tokenized is not known: model2vec is given the tokenizer unicode" in run.err
    assert run.json == [{"output": "b", "format": "model2vec", "words": 1}]
    np.testing.assert_allclose(by_model2vec(Path("b"), ["Girl"]), bare.vectors[:])


def test_only_such_a_folder_is_replaced(tmp_path: Path, w2v: W2v) -> None:
    model = model_of(tmp_path, ["girl"], None)
    Path("mine").mkdir()
    Path("mine/diary.txt").write_text("dear diary")
    assert "is no folder of static embeddings" in w2v("convert", model.path, "mine", "--to", "model2vec", "--force").err
    assert Path("mine/diary.txt").exists()
    assert w2v("convert", model.path, "b.model2vec").status == 0
    assert "exists already" in w2v("convert", model.path, "b.model2vec").err
    assert w2v("convert", model.path, "b.model2vec", "--force").status == 0
    with pytest.raises(OutputExists):
        find_sink("b.model2vec", force=False)
