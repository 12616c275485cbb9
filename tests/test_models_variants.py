"""Variants are unit vectors beside a model, each of which is asked as a model."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from tests.conftest import TOY, MakeModel, W2v
from w2vcli.errors import BadModel
from w2vcli.models import variants
from w2vcli.models.arrays import map_array
from w2vcli.models.checking import check_model
from w2vcli.models.directory import Model, copy_model, open_model_directory
from w2vcli.models.facts import Facts
from w2vcli.models.records import SubwordFacts
from w2vcli.models.variants import (
    VariantsFolder,
    VariantsMade,
    can_be_made,
    check_variants,
    facts_of_variants,
    open_variants,
)
from w2vcli.queries.search import most_similar

MANY_UNITS = (1 << 31) - 1


def add_variants(
    model: Model,
    arrays: Sequence[npt.ArrayLike],
    weighted: str = "documents",
    units: npt.ArrayLike = MANY_UNITS,
) -> None:
    """Give a model variants with these vectors (words x vector_size), and each word in so many ``units``."""
    folder = VariantsFolder(model.path)
    made = VariantsMade(model.facts.sha256["vectors.npy"], weighted, 60, 1, 3)
    made = folder.begin(made, np.broadcast_to(np.asarray(units, dtype=np.int64), (len(model.words),)))
    for vectors in arrays:
        made = folder.add(made, np.asarray(vectors, dtype=np.float32))


def noisy(model: Model, count: int = 5, noise: float = 0.1) -> list[npt.NDArray[np.float64]]:
    """Return so many vectors for all words of a model, which are its own with noise."""
    rng = np.random.default_rng(1)
    vectors = model.vectors[:].astype(np.float64)
    return [vectors + noise * rng.normal(size=vectors.shape) for _ in range(count)]


@pytest.fixture
def sure(toy: Model) -> Model:
    """The toy model with five variants."""
    add_variants(toy, noisy(toy))
    return toy


def test_a_variant_has_the_unit_vectors_that_were_trained(toy: Model) -> None:
    arrays = noisy(toy)
    arrays[3][2] = 0
    add_variants(toy, arrays)
    found = open_variants(toy)
    assert len(found) == 5
    for variant, array in zip(found, arrays, strict=True):
        lengths = np.linalg.norm(array, axis=1, keepdims=True)
        expected = array / np.where(lengths, lengths, 1)
        assert np.abs(variant.vectors[:].astype(np.float64) - expected).max() < 2**-11
        assert variant.words is toy.words
        cosines = expected @ expected[0]
        best = toy.words[int(np.argsort(-cosines)[1])]
        assert most_similar(variant, ["man"], topn=1)[0].word == best
    assert not found[3].vectors[[2]].any()


def test_four_variants_or_those_of_other_vectors_are_none(toy: Model, make_model: MakeModel) -> None:
    assert open_variants(toy) == []
    add_variants(toy, noisy(toy, 4))
    assert open_variants(toy) == []
    folder = VariantsFolder(toy.path)
    made = VariantsMade("0" * 64, "blocks", 9, 1, 1)
    made = folder.begin(made, np.ones(8, dtype=np.int64))
    with pytest.raises(BadModel, match="another process has replaced"):
        folder.add(made, np.ones((8, 3), dtype=np.float32))
    assert open_variants(toy) == []
    assert facts_of_variants(toy.path, toy.facts) is None
    with pytest.raises(BadModel, match="is of other vectors; make the variants again with: w2v stability "):
        check_variants(toy.path, toy.facts)


def test_the_facts_say_what_was_weighted_and_how_many_bytes_it_takes(sure: Model, w2v: W2v) -> None:
    size = sum(file.stat().st_size for file in (sure.path / "variants").iterdir())
    facts = {"variants": 5, "weighted": "documents", "units": 60, "seed": 1, "epochs": 3, "bytes": size}
    [shown] = w2v("info", "--json").json
    assert shown["variants"] == facts
    assert "variants.variants\t5\n" in w2v("info").out
    assert w2v("info", "--check").status == 0


def test_info_of_a_model_without_variants_says_none(toy: Model, w2v: W2v) -> None:
    [shown] = w2v("info", "--json").json
    assert shown["variants"] is None
    assert "variants" not in w2v("info").out


def test_one_changed_bit_is_found_by_a_check(sure: Model, w2v: W2v) -> None:
    check_model(sure.path, sure.facts)
    file = sure.path / "variants" / "3.npy"
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(data)
    run = w2v("info", "--check")
    assert run.status == 1
    assert f"{file} is damaged: its SHA-256 is not the one in variants.json; make the variants again with:" in run.err
    file.unlink()
    assert "3.npy is missing; make the variants again with: w2v stability" in w2v("info", "--check").err


@pytest.mark.parametrize("damage", ["variants.json", "2.npy", "4.npy", "units.npy"])
def test_damage_is_told_with_what_to_do(sure: Model, w2v: W2v, damage: str) -> None:
    file = sure.path / "variants" / damage
    file.write_bytes(file.read_bytes()[:-9])
    run = w2v("similar", "man")
    assert run.status == 1
    assert damage in run.err
    assert f"make the variants again with: w2v stability {sure.path} --again" in run.err
    assert w2v("similar", "man", "--no-variants").status == 0


def test_variants_that_are_made_again_meanwhile_are_opened_again(sure: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = VariantsFolder(sure.path)
    made = folder.read()
    assert made is not None

    def map_while_it_changes(path: Path, *given: object) -> object:
        monkeypatch.setattr(variants, "map_array", map_array)
        # What --again does first.
        folder.begin(VariantsMade(made.vectors, "documents", 60, 2, 3), np.ones(8, dtype=np.int64))
        return map_array(path, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(variants, "map_array", map_while_it_changes)
    assert open_variants(sure) == []


def test_a_copy_and_a_model_made_anew_have_none(sure: Model, tmp_path: Path, make_model: MakeModel) -> None:
    copy_model(sure.path, tmp_path / "copy.w2v")
    assert open_variants(open_model_directory(tmp_path / "copy.w2v")) == []
    again = make_model(list(TOY), list(TOY.values()))
    assert open_variants(again) == []
    assert not (again.path / "variants").exists()


def test_variants_of_a_newer_version_are_told_and_not_guessed_at(sure: Model) -> None:
    file = sure.path / "variants" / "variants.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"sha256": "none"}))
    with pytest.raises(BadModel, match="sha256: expected"):
        open_variants(sure)


RUN = {
    "sources": [{"path": __file__}],
    "reading": {"tokenizer": "unicode"},
    "settings": {"sg": 1},
    "engine": "numba",
    "started": "2026-01-01T00:00:00+00:00",
    "receipt": {"read": 5000},
}


@pytest.mark.parametrize(
    ("change", "can_be"),
    [
        ({}, True),
        ({"sources": [{"path": "https://example.org/t.txt"}]}, True),
        ({"sources": [{"path": "-"}]}, False),
        ({"sources": [{"path": f"{__file__}.gone"}]}, False),
        ({"sources": []}, False),
        ({"reading": {}}, False),  # an earlier version did not keep it
        ({"started": ""}, False),
        ({"receipt": {"read": 900}}, False),
        ({"receipt": None}, False),
    ],
)
def test_whether_variants_can_be_made_is_told_by_the_record_of_the_training(
    change: dict[str, Any], can_be: bool
) -> None:
    facts = Facts(words=1, vector_size=2, source={}, training=[RUN | change], sha256={"vectors.npy": "0" * 64})
    assert can_be_made(facts) is can_be
    assert not can_be_made(replace(facts, training=[RUN, RUN]))
    assert not can_be_made(replace(facts, training=None))
    assert not can_be_made(replace(facts, sha256={}))
    assert not can_be_made(replace(facts, subwords=SubwordFacts(3, 6, 9, "float32")))
