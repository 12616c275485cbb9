"""Static embeddings of model2vec, sentence-transformers and WordLlama, beside these libraries themselves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.conftest import W2v, require
from tests.static_folders import (
    TEXTS,
    model2vec_folder,
    random_vectors,
    sentence_transformers_folder,
    word_pieces,
    wordllama_folder,
    write_tensors,
)
from w2vcli.errors import DamagedInput, UnknownWords
from w2vcli.models.directory import Model, open_model_directory
from w2vcli.models.formats.blocks import ReadOptions
from w2vcli.models.loading import load_vectors
from w2vcli.models.records import StaticFacts
from w2vcli.models.static_folders import find_static
from w2vcli.queries.sentence_vectors import Embedder
from w2vcli.queries.terms import find_terms
from w2vcli.reporting import SILENT

WORDS = ["girl", "castle", "unbelievable", "Girl", "##ing"]


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    return word_pieces()


def load(folder: Path, **reading: Any) -> Model:
    target = folder.parent / "loaded.w2v"
    load_vectors(folder, target, ReadOptions(**reading), SILENT, force=True)
    return open_model_directory(target)


def mean_by_hand(word: str, vectors: np.ndarray[Any, Any], tokenizer: Any) -> Any:
    """The mean of the vectors of the tokens, by the library and numpy; a token that is typed is itself."""
    ids = tokenizer.encode(word, add_special_tokens=False).ids if word != "##ing" else [tokenizer.token_to_id(word)]
    return vectors[ids].astype(np.float64).mean(axis=0)


@pytest.mark.parametrize("dtype", ["float32", "float16", "int8", "float64"])
def test_words_are_the_tokens_and_others_are_the_mean_of_theirs(tmp_path: Path, tokenizer: Any, dtype: str) -> None:
    vectors = (20 * random_vectors(tokenizer.get_vocab_size())).astype(dtype)
    found = load(model2vec_folder(tmp_path / "m", {"embeddings": vectors}, tokenizer))
    assert [*found.words] == [tokenizer.id_to_token(at) for at in range(len(vectors)) if at != 1]  # without [UNK]
    for word in WORDS:
        expected = mean_by_hand(word, vectors, tokenizer)
        np.testing.assert_allclose(find_terms(found, [word]).vectors[0], expected, rtol=1e-6, atol=1e-6)


def test_a_quantised_vocabulary_has_the_vector_of_its_mapping_times_its_weight(tmp_path: Path, tokenizer: Any) -> None:
    count, rng = tokenizer.get_vocab_size(), np.random.default_rng(2)
    centres, mapping, weights = random_vectors(7), rng.integers(0, 7, count), rng.uniform(0.1, 2, count)
    tensors = {"embeddings": centres, "weights": weights, "mapping": mapping}
    found = load(model2vec_folder(tmp_path / "m", tensors, tokenizer))
    vectors = centres[mapping] * weights[:, None]
    for word in WORDS:
        np.testing.assert_allclose(
            find_terms(found, [word]).vectors[0], mean_by_hand(word, vectors, tokenizer), rtol=1e-6, atol=1e-6
        )


@pytest.mark.parametrize("inner", [".", "0_StaticEmbedding"])
def test_a_folder_of_sentence_transformers_keeps_every_token(tmp_path: Path, tokenizer: Any, inner: str) -> None:
    vectors = random_vectors(tokenizer.get_vocab_size())
    folder = sentence_transformers_folder(tmp_path / "s", vectors, tokenizer, inner=inner)
    found = load(folder)
    assert len(found.words) == len(vectors)
    np.testing.assert_array_equal(found.vectors[:], vectors)
    assert found.facts.static == StaticFacts()
    assert found.facts.source["format"] == "sentence-transformers"
    assert load(folder / inner / "model.safetensors").facts.sha256 == found.facts.sha256


def test_a_folder_of_version_6_is_read(tmp_path: Path, tokenizer: Any) -> None:
    """Its files lie beside modules.json, which calls the modules otherwise."""
    vectors = random_vectors(tokenizer.get_vocab_size())
    home = "sentence_transformers.sentence_transformer.modules.static_embedding"
    folder = sentence_transformers_folder(tmp_path / "s", vectors, tokenizer, "Normalize", inner="", home=home)
    assert load(folder).facts.static == StaticFacts(normalize=True)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_texts_have_the_vectors_of_sentence_transformers_itself(tmp_path: Path, tokenizer: Any) -> None:
    require("sentence_transformers")
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Normalize, StaticEmbedding

    for name, more in (("plain", []), ("normalized", [Normalize()])):
        theirs = SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_dim=8), *more], device="cpu")
        theirs.save(str(tmp_path / name))
        ours = Embedder(load(tmp_path / name))(TEXTS).vectors
        np.testing.assert_allclose(ours, theirs.encode(TEXTS), rtol=1e-6, atol=1e-6)


def test_the_settings_of_sentences_are_those_of_the_library(tmp_path: Path, tokenizer: Any) -> None:
    vectors = random_vectors(tokenizer.get_vocab_size())
    tensors = {"embeddings": vectors}
    median = int(np.median([len(token) for token in tokenizer.get_vocab()]))
    assert load(model2vec_folder(tmp_path / "a", tensors, tokenizer)).facts.static == StaticFacts(
        False, 512, 512 * median
    )
    folder = model2vec_folder(tmp_path / "b", tensors, tokenizer, normalize=True, max_length=None)
    assert load(folder).facts.static == StaticFacts(True, None, None)
    folder = sentence_transformers_folder(tmp_path / "c", vectors, tokenizer, "Normalize")
    assert load(folder).facts.static == StaticFacts(True, None, None)
    with pytest.raises(DamagedInput, match="through StaticEmbedding, Dense; only"):
        load(sentence_transformers_folder(tmp_path / "d", vectors, tokenizer, "Dense"))


def test_a_folder_of_wordllama_is_read_by_the_names_of_its_files(tmp_path: Path, tokenizer: Any) -> None:
    vectors = random_vectors(tokenizer.get_vocab_size()).astype(np.float16)
    folder = wordllama_folder(tmp_path / "w", vectors, tokenizer)
    np.testing.assert_array_equal(load(folder).vectors[:], vectors.astype(np.float32))
    wordllama_folder(folder, vectors[:, :4], tokenizer, 4)
    with pytest.raises(DamagedInput, match="has 2 files of vectors; choose one of "):
        load(folder)
    assert load(folder / "weights" / "l2_supercat_4.safetensors").facts.vector_size == 4


def test_what_no_tokenizer_knows_is_refused(tmp_path: Path, tokenizer: Any) -> None:
    vectors = random_vectors(tokenizer.get_vocab_size())
    for folder in (
        model2vec_folder(tmp_path / "m", {"embeddings": vectors}, tokenizer),
        sentence_transformers_folder(tmp_path / "s", vectors, tokenizer),
    ):
        with pytest.raises(UnknownWords):
            find_terms(load(folder), ["소녀"])


def test_what_does_not_fit_together_is_refused(tmp_path: Path, tokenizer: Any) -> None:
    count = tokenizer.get_vocab_size()
    vectors = random_vectors(count)
    wrong: dict[str, dict[str, np.ndarray[Any, Any]]] = {
        "belong together": {"embeddings": vectors[:-1]},
        "no tensor embeddings or embedding.weight": {"other": vectors},
        "points beyond the 300": {"embeddings": vectors, "mapping": np.full(count, count)},
        "its tensor mapping is no list": {"embeddings": vectors, "mapping": vectors},
        "a token with the number 299, and": {"embeddings": vectors, "weights": np.ones(5)},
    }
    for at, (told, tensors) in enumerate(wrong.items()):
        with pytest.raises(DamagedInput, match=told):
            load(model2vec_folder(tmp_path / str(at), tensors, tokenizer))
    folder = model2vec_folder(tmp_path / "m", {"embeddings": vectors}, tokenizer)
    data = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(data[:-4])
    with pytest.raises(DamagedInput, match="promises a tensor embeddings that is not there"):
        load(folder)
    (folder / "model.safetensors").write_bytes(data)
    (folder / "tokenizer.json").write_text('{"model": {"vocab": {"a": 0, "b": 0}}}')
    with pytest.raises(DamagedInput, match="two tokens have one number"):
        load(folder)
    (folder / "tokenizer.json").write_text('{"model": {"vocab": {"a": 0}}}')
    with pytest.raises(DamagedInput, match="is damaged, or newer than the library tokenizers here"):
        load(folder)


def test_a_hostile_folder_is_refused_in_a_line(tmp_path: Path, tokenizer: Any) -> None:
    vectors = random_vectors(tokenizer.get_vocab_size())
    for at, path in enumerate(["../../../etc", "/etc", "1_other"]):
        folder = sentence_transformers_folder(tmp_path / f"s{at}", vectors, tokenizer)
        modules = json.loads((folder / "modules.json").read_text())
        modules[0]["path"] = path
        (folder / "modules.json").write_text(json.dumps(modules))
        with pytest.raises(DamagedInput, match="says that StaticEmbedding lies in"):
            load(folder)
    folder = model2vec_folder(tmp_path / "m", {"embeddings": vectors}, tokenizer, max_length=-5)
    with pytest.raises(DamagedInput, match="max_length is -5"):
        load(folder)
    (folder / "config.json").write_text("{}")
    settings = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    (folder / "tokenizer.json").write_text(json.dumps(settings | {"normalizer": {"type": "Alien"}}))
    with pytest.raises(DamagedInput, match="NormalizerUntagged"):
        load(folder)
    added = {"id": 5, "content": "<x>", "special": True, "single_word": False, "lstrip": False, "rstrip": False}
    settings["added_tokens"].append(added | {"normalized": False})
    (folder / "tokenizer.json").write_text(json.dumps(settings))
    with pytest.raises(DamagedInput, match="its token <x> has the number 5, and the library tokenizers takes it for"):
        load(folder)
    header = json.dumps({"embeddings": {"dtype": "F32", "shape": [1 << 40, 1 << 40], "data_offsets": [0, 0]}}).encode()
    for data in ((1 << 62).to_bytes(8, "little") + header, len(header).to_bytes(8, "little") + header):
        (folder / "model.safetensors").write_bytes(data)
        with pytest.raises(DamagedInput):
            load(folder)
    (folder / "tokenizer.json").unlink()
    with pytest.raises(DamagedInput, match=r"and no tokenizer\.json, without which its rows have no words"):
        find_static(folder)


def test_a_file_with_its_words_beside_is_no_folder_of_static_embeddings(tmp_path: Path, tokenizer: Any) -> None:
    folder = model2vec_folder(tmp_path / "m", {"embeddings": random_vectors(300)}, tokenizer)
    assert find_static(folder / "model.safetensors") == find_static(folder)
    (folder / "model.txt").write_text("a\n")
    assert find_static(folder / "model.safetensors") is None
    assert find_static(tmp_path) is None


def test_commands_tell_what_a_word_is_made_of(tmp_path: Path, tokenizer: Any, w2v: W2v) -> None:
    vectors = random_vectors(tokenizer.get_vocab_size())
    folder = model2vec_folder(tmp_path / "m", {"embeddings": vectors}, tokenizer)
    loaded = w2v("load", folder)
    assert loaded.rows[:4] == [["model", "m"], ["words", "299"], ["vector_size", "8"], ["format", "model2vec"]]
    assert "its words are the tokens of its tokenizer" in loaded.err
    asked = w2v("similarity", "the", "unbelievable")
    tokens = " ".join(tokenizer.encode("unbelievable").tokens)
    assert asked.err == f"the mean of the vectors of their tokens: unbelievable ({tokens})\n"
    one, two = (mean_by_hand(word, vectors, tokenizer) for word in ("the", "unbelievable"))
    assert float(asked.rows[0][2]) == pytest.approx(one @ two / np.linalg.norm(one) / np.linalg.norm(two), abs=1e-6)
    encoded = w2v("encode", "the unbelievable", "--as", "embedding", "--json").json
    assert [row["word"] for row in encoded] == tokenizer.encode("the unbelievable").tokens
    assert w2v("info", folder).rows[1] == ["format", "model2vec"]
    assert w2v("info", folder).rows[8:10] == [["undecodable_words", "0"], ["empty_words", "0"]]
    converted = w2v("convert", folder, tmp_path / "v.txt")
    assert "the tokenizer is left out" in converted.err
    assert (tmp_path / "v.txt").read_text(encoding="utf-8").startswith("299 8\n[PAD] ")
    assert w2v("info", "--check").status == 0


def test_words_of_one_model_are_those_of_the_library_itself(tmp_path: Path) -> None:
    require("wordllama")
    import wordllama

    package = Path(wordllama.__file__).parent
    found = load_to(tmp_path, package)
    theirs = wordllama.WordLlama.load(cache_dir=package, disable_download=True)
    words = ["king", "unbelievable", "소녀", "ization"]
    np.testing.assert_allclose(find_terms(found, words).vectors, theirs.embed(words), rtol=1e-6, atol=1e-6)


def load_to(tmp_path: Path, source: Path) -> Model:
    load_vectors(source, tmp_path / "m.w2v", ReadOptions(), SILENT, force=False)
    return open_model_directory(tmp_path / "m.w2v")


def test_bfloat16_is_read(tmp_path: Path, tokenizer: Any) -> None:
    halves = np.arange(300 * 4, dtype="<u2").reshape(300, 4)
    folder = sentence_transformers_folder(tmp_path / "s", random_vectors(300), tokenizer)
    write_tensors(folder / "0_StaticEmbedding" / "model.safetensors", {"embedding.weight": halves})
    np.testing.assert_array_equal(load(folder).vectors[:].view(np.uint32), halves.astype(np.uint32) << 16)
