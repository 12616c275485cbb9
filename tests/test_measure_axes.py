from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import MakeModel, W2v
from w2vcli.errors import BadSettings, NoDirection, UnknownWords
from w2vcli.models.directory import open_model_directory
from w2vcli.models.registry import find_model
from w2vcli.queries.axes import (
    LECTURE_AXES,
    Axis,
    find_direction,
    known_pairs,
    lecture_axes,
    parse_axis,
    place,
    share_of_words,
)

RNG = np.random.default_rng(0)
WORDS = [f"{end}{number}" for number in range(15) for end in ("n", "p")]


def normed(vectors: np.ndarray) -> np.ndarray:
    scaled: np.ndarray = vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)
    return scaled


def axis(pairs: int, name: str = "made") -> Axis:
    return Axis(name, tuple((f"n{number}", f"p{number}") for number in range(pairs)))


def test_an_axis_is_a_name_and_pairs() -> None:
    assert parse_axis("gender=man:woman,boy:girl") == Axis("gender", (("man", "woman"), ("boy", "girl")))
    for text in ("gender", "gender=", "=man:woman", "gender=man", "gender=man:", "a=b:c:d", "a=b:c,", "a=b:c,d"):
        with pytest.raises(BadSettings, match="an axis is NAME=neg:pos"):
            parse_axis(text)


@pytest.mark.parametrize("pairs", [1, 2, 5])
def test_a_direction_is_the_mean_difference_and_places_are_cosines(make_model: MakeModel, pairs: int) -> None:
    vectors = RNG.normal(size=(30, 6)).astype(np.float32)
    model = make_model(WORDS, vectors)
    found = find_direction(model, axis(pairs), seed=1)
    differences = normed(vectors[1::2][:pairs].astype(float)) - normed(vectors[::2][:pairs].astype(float))
    expected = normed(differences.mean(axis=0))
    np.testing.assert_allclose(found.vector, expected, atol=1e-6)
    assert found.share_of_pairs == pytest.approx(((differences @ expected) ** 2).sum() / (differences**2).sum())
    lengths = [np.linalg.norm(np.array(signs) @ differences) for signs in product((1, -1), repeat=pairs)]
    assert found.p_value == pytest.approx(np.mean(np.array(lengths) >= lengths[0] - 1e-9))
    np.testing.assert_allclose(place(model, WORDS[:4], [found])[:, 0], normed(vectors[:4]) @ expected, atol=1e-6)
    units = normed(vectors[:7].astype(float))
    along = np.var(units @ expected) / np.var(units, axis=0).sum()
    assert share_of_words(model, WORDS[:7], found) == pytest.approx(along, abs=1e-6)


def test_one_pair_proves_nothing_and_many_that_agree_do(make_model: MakeModel) -> None:
    vectors = RNG.normal(size=(30, 6)) + np.tile([[0] * 6, [9] + [0] * 5], (15, 1))
    model = make_model(WORDS, vectors)
    assert find_direction(model, axis(1), seed=1).p_value == 1
    assert find_direction(model, axis(1), seed=1).share_of_pairs == pytest.approx(1)
    assert find_direction(model, axis(8), seed=1).p_value == 2 / 2**8
    drawn = [find_direction(model, axis(15), seed=seed).p_value for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] < 0.01


def test_pairs_at_random_are_told_from_pairs_that_agree(make_model: MakeModel) -> None:
    values = []
    for number in range(40):
        model = make_model(WORDS, np.random.default_rng(number).normal(size=(30, 20)), name=f"m{number}")
        values.append(find_direction(model, axis(8), seed=1).p_value)
    assert np.mean(values) == pytest.approx(0.5, abs=0.15)


def test_what_has_no_direction(make_model: MakeModel) -> None:
    model = make_model(["a", "b", "zero", "same"], [[1, 0], [0, 1], [0, 0], [1, 0]])
    for pairs in ((("a", "same"),), (("a", "b"), ("b", "a"))):
        with pytest.raises(NoDirection, match="the pairs of the axis x are zero or cancel out"):
            find_direction(model, Axis("x", pairs), seed=1)
    found = find_direction(model, Axis("x", (("a", "b"),)), seed=1)
    assert place(model, ["zero"], [found])[0, 0] == 0
    assert share_of_words(model, ["a"], found) is None
    with pytest.raises(UnknownWords):
        place(model, ["xyzzy"], [found])


def test_pairs_that_the_model_has_not(make_model: MakeModel) -> None:
    model = make_model(["a", "b"], np.eye(2))
    assert known_pairs(model, Axis("x", (("a", "b"), ("a", "c")))) == (Axis("x", (("a", "b"),)), [("a", "c")])


@pytest.mark.parametrize("language", LECTURE_AXES)
def test_the_lecture_s_axes_are_in_the_model_s_language(make_model: MakeModel, language: str) -> None:
    texts = [f"{name}={pairs}" for name, pairs in LECTURE_AXES[language].items()]
    words = sorted({word for text in texts for pair in parse_axis(text).pairs for word in pair})
    model = make_model(words, RNG.normal(size=(len(words), 4)))
    assert lecture_axes(model) == [parse_axis(text) for text in texts]
    assert [found.name for found in lecture_axes(model)] == ["gender", "royal", "age", "food"]


# --- the command


@pytest.mark.usefixtures("toy")
def test_a_table_and_what_its_axes_are_worth(w2v: W2v) -> None:
    axes = ("--axis", "gender=man:woman", "--axis", "royal=man:king,woman:queen,x:y")
    run = w2v("features", "boy", "king", *axes)
    assert run.out.splitlines()[0] == "word\tgender\troyal"
    assert [row[0] for row in run.rows] == ["boy", "king"]
    assert "Warning: not in the vocabulary, left out of the axis royal: x:y" in run.err
    assert float(run.rows[0][1]) == -1
    rows = w2v("features", "boy", "king", *axes, "--show-axes", "--json").json
    assert [(row["axis"], row["pairs"], row["p_value"]) for row in rows] == [("gender", 1, 1.0), ("royal", 2, 0.5)]
    model = open_model_directory(find_model("toy"))
    expected = find_direction(model, parse_axis("royal=man:king,woman:queen"), 42)
    assert rows[1]["share_of_pairs"] == expected.share_of_pairs


@pytest.mark.usefixtures("toy")
@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["boy", "--axis", "gender"], 2, "an axis is NAME=neg:pos"),
        (["boy", "--axis", "x=foo:bar"], 2, "the model has no pair of the axis x: foo:bar"),
        (["boy", "--axis", "word=man:woman"], 2, "each axis needs a name of its own, other than word"),
        (["boy", "--axis", "a=man:woman", "--axis", "a=man:king"], 2, "each axis needs a name of its own"),
        (["boy", "--axis", "x=man:boy"], 1, "the pairs of the axis x are zero or cancel out"),
        (["boyy", "--axis", "x=man:woman"], 1, "not in the vocabulary: boyy; did you mean boy?"),
        (["boy", "--axis", "x=man:woman", "-o", "p.html"], 2, "a picture's name ends with"),
        ([], 2, "Missing argument"),
    ],
)
def test_what_has_no_features(w2v: W2v, arguments: list[str], status: int, message: str) -> None:
    run = w2v("features", *arguments)
    assert (run.status, run.out) == (status, "")
    assert message in run.err


@pytest.mark.usefixtures("toy")
def test_a_word_that_is_missing_leaves_the_others(w2v: W2v) -> None:
    axis = ("--axis", "gender=man:woman")
    run = w2v("features", "boy", "boyy", "king", *axis)
    assert (run.status, run.out) == (0, w2v("features", "boy", "king", *axis).out)
    assert "not in the vocabulary, left out: boyy" in run.err


def test_a_model_without_the_lecture_s_words(w2v: W2v, make_model: MakeModel) -> None:
    make_model(["a", "b"], np.eye(2))
    run = w2v("features", "a")
    assert (run.status, "name some: --axis NAME=neg:pos" in run.err) == (2, True)


@pytest.mark.usefixtures("toy")
def test_a_heat_map(w2v: W2v) -> None:
    assert w2v("features", "king", "apple", "--axis", "gender=man:woman", "-o", "f.svg").status == 0
    assert all(f">{text}</text>" in Path("f.svg").read_text() for text in ("king", "apple", "gender", "0.00"))
    assert w2v("features", "king", "--axis", "gender=man:woman", "-o", "f.svg").status == 1
