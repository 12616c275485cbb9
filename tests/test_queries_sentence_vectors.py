"""Vectors of texts, beside their formulas, brute force and the libraries of static embeddings."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.conftest import MakeModel, require
from tests.static_folders import (
    TEXTS,
    model2vec_folder,
    random_vectors,
    sentence_transformers_folder,
    word_pieces,
)
from w2vcli.errors import BadModel, BadSettings
from w2vcli.models.directory import Model, new_model, open_model_directory
from w2vcli.models.formats.blocks import ReadOptions
from w2vcli.models.loading import load_vectors
from w2vcli.models.records import TokenizerFacts
from w2vcli.queries.sentence_vectors import Embedder, embed_all
from w2vcli.queries.weightings import Weighting
from w2vcli.reporting import SILENT

WORDS, COUNTS = ["the", "girl", "castle", "was"], [60, 20, 15, 5]
VECTORS = random_vectors(4, 3)


@pytest.fixture
def model(tmp_path: Path) -> Model:
    with new_model(tmp_path / "m.w2v", 3) as writer:
        writer.append(WORDS, VECTORS, np.array(COUNTS))
        writer.finish(source={"kind": "test"}, tokenizer=TokenizerFacts("unicode", lowercase=True, word_rules=2))
    return open_model_directory(tmp_path / "m.w2v")


def load(source: Path) -> Model:
    load_vectors(source, source.parent / "loaded.w2v", ReadOptions(), SILENT, force=True)
    return open_model_directory(source.parent / "loaded.w2v")


def test_a_vector_is_the_mean_of_the_words_that_are_known(model: Model) -> None:
    found = Embedder(model)(["The GIRL, the witch", "", "witches", "castle"])
    expected = [(2 * VECTORS[0] + VECTORS[1]) / 3, np.zeros(3), np.zeros(3), VECTORS[2]]
    np.testing.assert_allclose(found.vectors, expected, rtol=1e-6)
    assert (found.known.tolist(), found.tokens, found.unknown) == ([3, 0, 0, 1], 6, 2)


@pytest.mark.parametrize("weighting", ["sif", "zipf"])
def test_weights_follow_their_formulas(model: Model, weighting: Weighting) -> None:
    shares = [count / 100 for count in COUNTS]
    harmonic = sum(1 / rank for rank in range(2, 6))
    by_formula = {
        "sif": [1e-3 / (1e-3 + share) for share in shares],
        "zipf": [1e-4 / (1e-4 + 1 / rank / harmonic) for rank in range(2, 6)],
    }[weighting]
    [found] = Embedder(model, weighting)(["the girl the"]).vectors
    expected = (2 * by_formula[0] * VECTORS[0] + by_formula[1] * VECTORS[1]) / 3
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_sif_needs_counts(make_model: MakeModel) -> None:
    bare = make_model(WORDS, VECTORS)
    with pytest.raises(BadModel, match="does not know how often"):
        Embedder(bare, "sif")
    assert Embedder(bare, "zipf")(["the"]).known.tolist() == [1]


def test_what_texts_have_in_common_is_their_first_singular_vector(model: Model) -> None:
    texts = ["the girl", "castle was", "the the castle", "girl was", "the"]
    embed = Embedder(model, "sif")
    found: list[Any] = []
    batches = [texts[:2], texts[2:]]
    totals = embed_all(embed, batches, 1, lambda _, vectors: found.extend(vectors))
    plain = embed(texts).vectors.astype(np.float64)
    first = np.linalg.svd(plain, full_matrices=False)[2][0]
    np.testing.assert_allclose(found, plain - np.outer(plain @ first, first), atol=1e-6)
    assert (totals.texts, totals.zeros) == (5, 0)
    with pytest.raises(BadSettings, match="give more texts, or --components 0"):
        embed_all(embed, [["the", ""]], 1, lambda *_: None)


def test_texts_of_any_tokenizer_have_the_tokens_of_training(tmp_path: Path) -> None:
    require("kiwipiepy")
    words = ["소녀", "성", "가다"]
    with new_model(tmp_path / "k.w2v", 3) as writer:
        writer.append(words, VECTORS[:3])
        writer.finish(source={}, tokenizer=TokenizerFacts("korean", lowercase=True, word_rules=2))
    found = Embedder(open_model_directory(tmp_path / "k.w2v"))(["소녀는 성으로 갔다.", "소녀를"])
    np.testing.assert_allclose(found.vectors, [VECTORS[:3].mean(axis=0), VECTORS[0]], rtol=1e-6)


def test_a_model_of_unknown_tokenizer_looks_words_up_as_written_and_then_in_lower_case(make_model: MakeModel) -> None:
    found = Embedder(make_model(["girl", "Girl", "castle"], VECTORS[:3]))(["Girl Castle", "girl"])
    np.testing.assert_allclose(found.vectors, [VECTORS[1:3].mean(axis=0), VECTORS[0]], rtol=1e-6)


def _folder(layout: str, folder: Path, tokenizer: Any, count: int) -> Path:
    vectors = random_vectors(count)
    if layout == "quantised":
        rng = np.random.default_rng(3)
        tensors: dict[str, Any] = {
            "embeddings": random_vectors(9),
            "weights": rng.uniform(0.1, 2, count),
            "mapping": rng.integers(0, 9, count),
        }
        return model2vec_folder(folder, tensors, tokenizer, normalize=False)
    if layout == "int8":
        return model2vec_folder(folder, {"embeddings": (40 * vectors).astype(np.int8)}, tokenizer, normalize=True)
    if layout == "float16":
        return model2vec_folder(folder, {"embeddings": vectors.astype(np.float16)}, tokenizer, normalize=True)
    return model2vec_folder(folder, {"embeddings": vectors}, tokenizer, normalize=layout == "normalized", max_length=4)


@pytest.mark.parametrize("layout", ["plain", "normalized", "quantised", "int8", "float16"])
def test_vectors_are_those_of_model2vec(tmp_path: Path, layout: str) -> None:
    require("model2vec")
    from model2vec import StaticModel

    tokenizer = word_pieces()
    folder = _folder(layout, tmp_path / "m", tokenizer, tokenizer.get_vocab_size())
    texts = [*TEXTS, "the girl went to the castle " * 200]
    # It answers in the type in which vectors are stored, of which float16 has three digits.
    theirs = StaticModel.from_pretrained(folder, quantize_to=None if layout == "int8" else "float32")
    found = Embedder(load(folder))(texts)
    np.testing.assert_allclose(found.vectors, theirs.encode(texts), rtol=1e-6, atol=1e-6)
    assert found.cut == (1 if layout not in {"plain", "normalized"} else 4)


def test_vectors_are_those_of_wordllama(tmp_path: Path) -> None:
    require("wordllama")
    import wordllama

    package = Path(wordllama.__file__).parent
    load_vectors(package, tmp_path / "w.w2v", ReadOptions(), SILENT, force=False)
    texts = [text for text in TEXTS if text]
    theirs = wordllama.WordLlama.load(cache_dir=package, disable_download=True).embed(texts)
    found = Embedder(open_model_directory(tmp_path / "w.w2v"))(texts).vectors
    np.testing.assert_allclose(found, theirs, rtol=1e-6, atol=1e-6 * float(np.abs(theirs).max()))


@pytest.mark.parametrize("more", [(), ("Normalize",)])
def test_vectors_are_those_of_sentence_transformers(tmp_path: Path, more: Sequence[str]) -> None:
    require("sentence_transformers")
    from sentence_transformers import SentenceTransformer

    tokenizer = word_pieces()
    folder = sentence_transformers_folder(tmp_path / "s", random_vectors(tokenizer.get_vocab_size()), tokenizer, *more)
    theirs = SentenceTransformer(str(folder), device="cpu").encode(TEXTS)
    np.testing.assert_allclose(Embedder(load(folder))(TEXTS).vectors, theirs, rtol=1e-6, atol=1e-6)


def test_sentence_transformers_counts_what_its_tokenizer_does_not_know(tmp_path: Path) -> None:
    tokenizer = word_pieces()
    vectors = random_vectors(tokenizer.get_vocab_size())
    model = load(sentence_transformers_folder(tmp_path / "s", vectors, tokenizer))
    found = Embedder(model)(["girl 소녀"])
    ids = tokenizer.encode("girl 소녀", add_special_tokens=False).ids
    np.testing.assert_allclose(found.vectors[0], vectors[ids].mean(axis=0), rtol=1e-6)
    assert (found.tokens, found.unknown) == (len(ids), 1)


def test_a_tokenizer_may_be_any_of_the_library(tmp_path: Path) -> None:
    require("tokenizers")
    unigram = {
        "version": "1.0",
        "added_tokens": [{"id": 0, "content": "<unk>", "single_word": False, "lstrip": False, "rstrip": False,
                          "normalized": False, "special": True}],
        "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True},
        "model": {"type": "Unigram", "unk_id": 0, "vocab": [["<unk>", 0.0], ["▁girl", -1.0], ["▁", -2.0], ["s", -3.0]]},
    }  # fmt: skip
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_str(json.dumps(unigram))
    model = load(model2vec_folder(tmp_path / "m", {"embeddings": random_vectors(4)}, tokenizer))
    assert [*model.words] == ["▁girl", "▁", "s"]
    found = Embedder(model)(["girls x"])
    np.testing.assert_allclose(found.vectors[0], random_vectors(4)[[1, 3, 2]].mean(axis=0), rtol=1e-6)
    assert found.unknown == 1
