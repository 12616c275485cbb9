from __future__ import annotations

import csv
from itertools import combinations, product
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import MakeModel, W2v, on_a_terminal, real_data
from tests.test_models_variants import add_variants, noisy
from w2vcli.errors import BadSettings, NoDirection, UnknownWords
from w2vcli.models.directory import Model, open_model_directory
from w2vcli.models.registry import find_model
from w2vcli.models.variants import open_variants
from w2vcli.queries.axes import (
    Axis,
    find_axis,
    find_direction,
    known_pairs,
    lecture_axes,
    parse_axis,
    place,
    read_pairs,
    share_of_words,
)
from w2vcli.queries.axis_trust import (
    LEAST_RELIABILITY,
    agreements_of,
    place_with_intervals,
    reliability,
    trust,
)
from w2vcli.queries.intervals import spread_of, student
from w2vcli.queries.ready_axes import LANGUAGES, LECTURE, READY_AXES, find_ready_axis
from w2vcli.queries.terms import find_terms, unit

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
    known = known_pairs(model, Axis("x", (("a", "b"), ("a", "c"))))
    assert known == (Axis("x", (("a", "b"),), missing=1), [("a", "c")])
    assert find_direction(model, known.axis, seed=1).given == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_lecture_s_axes_are_in_the_model_s_language(make_model: MakeModel, language: str) -> None:
    texts = [f"{axis.name}={axis.pairs[language]}" for axis in READY_AXES if axis.name in LECTURE]
    words = sorted({word for text in texts for pair in parse_axis(text).pairs for word in pair})
    model = make_model(words, RNG.normal(size=(len(words), 4)))
    assert lecture_axes(model) == [parse_axis(text) for text in texts]
    assert [found.name for found in lecture_axes(model)] == ["gender", "royal", "age", "food"]
    assert find_axis(model, "gender").pairs == parse_axis(texts[0]).pairs


def test_ready_axes_have_names_and_pairs_of_their_own_in_each_language() -> None:
    names = [name for axis in READY_AXES for name in (axis.name, axis.korean_name)]
    assert len(set(names)) == len(names)
    assert [axis.name for axis in READY_AXES][:4] == list(LECTURE)
    for ready in READY_AXES:
        assert ready is find_ready_axis(ready.name) is find_ready_axis(ready.korean_name)
        for language in LANGUAGES:
            pairs = parse_axis(f"{ready.name}={ready.pairs[language]}").pairs
            assert len(set(pairs)) == len(pairs) >= 6, (ready.name, language)
            assert all(negative != positive for negative, positive in pairs)
            if ready.name not in LECTURE:  # a word in two pairs would make them agree by itself
                ends = [word for pair in pairs for word in pair]
                assert len(set(ends)) == len(ends), (ready.name, language)


@pytest.mark.parametrize(
    "text",
    [
        "man,woman\nboy,girl\n",
        "\ufeffman\twoman\r\n\r\nboy\tgirl",
        "man woman\nboy  girl\n",
        '"man";"woman"\n"boy"; "girl"\n',
        "man, woman, 3\rboy, girl, 4",
    ],
)
@pytest.mark.usefixtures("toy")
def test_an_axis_may_be_a_file_of_pairs(w2v: W2v, text: str) -> None:
    Path("pairs.csv").write_bytes(text.encode())
    assert read_pairs(Path("pairs.csv")) == (("man", "woman"), ("boy", "girl"))
    found = w2v("features", "king", "--axis", "gender=pairs.csv", "--json").json
    assert found == w2v("features", "king", "--axis", "gender=man:woman,boy:girl", "--json").json


@pytest.mark.usefixtures("toy")
def test_a_pair_that_is_given_again_says_nothing_new(w2v: W2v) -> None:
    again = w2v("features", "king", "--axis", "x=man:woman,man:woman,boy:girl", "--show-axes", "--json")
    assert again.json == w2v("features", "king", "--axis", "x=man:woman,boy:girl", "--show-axes", "--json").json
    assert "given more than once for the axis x, counted once: man:woman" in again.err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("man,woman\nboy\n", "pairs.csv, line 2: an axis has two words a line"),
        ("\n", "there are no pairs in it"),
        (",a", "line 1"),
    ],
)
@pytest.mark.usefixtures("toy")
def test_a_file_that_has_no_pairs_is_refused(w2v: W2v, text: str, message: str) -> None:
    Path("pairs.csv").write_text(text)
    run = w2v("features", "king", "--axis", "gender=pairs.csv")
    assert (run.status, run.out, message in run.err) == (1, "", True)


# --- what an axis is worth


@pytest.mark.parametrize("pairs", [2, 5, 9])
def test_pairs_are_compared_with_each_other(make_model: MakeModel, pairs: int) -> None:
    vectors = RNG.normal(size=(30, 6)) + np.tile([[0] * 6, [2] + [0] * 5], (15, 1))
    model = make_model(WORDS, vectors)
    units = normed(vectors.astype(np.float32).astype(float))
    offsets = (units[1::2] - units[::2])[:pairs]
    cosines = [float(normed(a) @ normed(b)) for a, b in combinations(offsets, 2)]
    direction = find_direction(model, axis(pairs), seed=1)
    found = trust(model, WORDS[:5], direction)
    assert found.pair_dir == pytest.approx(np.mean(cosines), abs=1e-6)
    mean = float(np.mean(cosines))
    assert found.reliability == pytest.approx(pairs * mean / (1 + (pairs - 1) * mean), abs=1e-6)
    others = [offsets[[n for n in range(pairs) if n != left_out]].mean(axis=0) for left_out in range(pairs)]
    expected = [float(normed(offset) @ normed(other)) for offset, other in zip(offsets, others, strict=True)]
    agreements = agreements_of(direction)
    assert [agreement.agreement for agreement in agreements] == pytest.approx(expected, abs=1e-6)
    assert [agreement[1:3] for agreement in agreements] == [(f"n{n}", f"p{n}") for n in range(pairs)]
    assert (found.agreeing, found.pairs, found.given) == (sum(value > 0 for value in expected), pairs, pairs)


def test_the_reliability_is_the_cosine_of_axes_of_other_pairs() -> None:
    rng = np.random.default_rng(5)
    found, cosines = [], []
    for _ in range(300):
        offsets = rng.normal(size=(12, 40)) + np.eye(40)[0] * 3
        one, other = normed(offsets[:6].mean(axis=0)), normed(offsets[6:].mean(axis=0))
        cosines.append(float(one @ other))
        found.append(reliability(offsets[:6]) or 0.0)
    assert np.mean(found) == pytest.approx(np.mean(cosines), abs=0.03)


@pytest.mark.parametrize("pairs", [2, 5, 14])
def test_an_interval_is_student_s_of_what_each_pair_adds(make_model: MakeModel, pairs: int) -> None:
    from scipy.stats import ttest_1samp

    vectors = RNG.normal(size=(30, 6)) + np.tile([[0] * 6, [4] + [0] * 5], (15, 1))
    model = make_model(WORDS, vectors)
    units = normed(vectors.astype(np.float32).astype(float))
    offsets = (units[1::2] - units[::2])[:pairs]
    for word, found in zip(
        WORDS[:6], place_with_intervals(model, WORDS[:6], find_direction(model, axis(pairs), 1)), strict=True
    ):
        own = units[WORDS.index(word)]
        added = offsets @ own / np.linalg.norm(offsets.mean(axis=0))
        low, high = ttest_1samp(added, 0).confidence_interval(0.95)
        assert (found.low, found.high) == pytest.approx((max(low, -1), min(high, 1)), abs=1e-5)
        assert found.value == pytest.approx(added.mean(), abs=1e-6)
        without = [float(normed(np.delete(offsets, at, axis=0).mean(axis=0)) @ own) for at in range(pairs)]
        assert (found.least, found.most) == pytest.approx((min(without), max(without)), abs=1e-6)


def test_student_s_t_needs_no_scipy() -> None:
    from scipy.special import stdtrit

    for degrees in (1, 2, 7, 30, 31, 60, 500):
        assert student(degrees) == pytest.approx(stdtrit(degrees, 0.975), abs=1e-4)


def test_an_interval_holds_the_truth_19_times_of_20(make_model: MakeModel) -> None:
    held = []
    for number in range(60):
        rng = np.random.default_rng(number)
        middle = rng.normal(size=(15, 1, 50))
        difference = np.eye(50)[0] * 4
        pairs_of_vectors = middle + np.stack([-difference, difference]) / 2 + rng.normal(size=(15, 2, 50)) * 0.7
        vectors = pairs_of_vectors.reshape(30, 50)
        words = rng.normal(size=(20, 50)) + difference * rng.normal(size=(20, 1)) / 4
        names = [f"w{n}" for n in range(20)]
        model = make_model([*WORDS, *names], np.concatenate([vectors, words]), name=f"m{number}")
        some, others = (find_direction(model, Axis("x", axis(15).pairs[part]), 1) for part in (slice(5), slice(5, 15)))
        truth = place(model, names, [others])[:, 0]
        placed = place_with_intervals(model, names, some)
        held += [(found.low or 0) <= value <= (found.high or 0) for found, value in zip(placed, truth, strict=True)]
    # The axis of ten other pairs is not the truth itself, so a little less than .95 is held.
    assert 0.88 < np.mean(held) < 0.98


def test_an_interval_for_other_documents_is_of_words_and_pairs_in_each_variant(make_model: MakeModel) -> None:
    vectors = RNG.normal(size=(30, 6)) + np.tile([[0] * 6, [2] + [0] * 5], (15, 1))
    model = make_model(WORDS, vectors)
    arrays = noisy(model, 7, 0.3)
    add_variants(model, arrays)
    direction = find_direction(model, axis(4), 1)
    places = []
    for array in arrays:
        units = normed(array)
        places.append(units[20:] @ normed((units[1:8:2] - units[0:8:2]).mean(axis=0)))
    expected = spread_of(np.array(places), -1, 1)
    without = place_with_intervals(model, WORDS[20:], direction)
    found = place_with_intervals(model, WORDS[20:], direction, open_variants(model))
    assert [word[:7] for word in found] == [word[:7] for word in without]
    assert [word[7:] for word in without] == [(None, None)] * 10
    for word, before, low, high in zip(found, without, expected.low, expected.high, strict=True):
        assert (word.variants_low, word.variants_high) == pytest.approx((low, high), abs=2e-3)
        assert before.low is not None
        assert before.high is not None
        of_pairs = max(before.high - word.value, word.value - before.low)
        of_variants = max(high - word.value, word.value - low)
        assert word.half_width == pytest.approx(max(of_pairs, of_variants), abs=2e-3)
        assert before.half_width == pytest.approx(of_pairs)


def test_columns_of_variants_are_those_of_a_model_that_has_some(w2v: W2v, toy: Model) -> None:
    arguments = ("features", "boy", "--axis", "royal=man:king,woman:queen", "--json")
    columns = ["word", "axis", "value", "low", "high", "least", "most"]
    assert list(w2v(*arguments, "--intervals").json[0]) == columns
    plain = w2v(*arguments).json
    add_variants(toy, noisy(toy))
    [row] = w2v(*arguments, "--intervals").json
    assert list(row) == [*columns, "variants_low", "variants_high"]
    assert -1 <= row["variants_low"] < row["variants_high"] <= 1
    assert list(w2v(*arguments, "--intervals", "--no-variants").json[0]) == columns
    assert w2v(*arguments).json == plain
    wide = on_a_terminal(*arguments[:-1]).splitlines()[1].split("±")
    narrow = on_a_terminal(*arguments[:-1], "--no-variants").splitlines()[1].split("±")
    assert wide[0] == narrow[0]
    assert float(wide[1]) >= float(narrow[1])


def test_one_pair_has_no_interval_and_is_told(make_model: MakeModel) -> None:
    model = make_model(WORDS, RNG.normal(size=(30, 6)))
    direction = find_direction(model, axis(1, "size"), seed=1)
    found = trust(model, WORDS[:3], direction)
    assert (found.pair_dir, found.reliability, found.agreeing) == (None, None, None)
    assert found.doubt == "the axis size has one pair, so it may be anything in which these two words differ"
    [placed] = place_with_intervals(model, ["n1"], direction)
    assert placed[3:7] == (None, None, None, None)
    assert agreements_of(direction) == [("size", "n0", "p0", None)]


def test_an_axis_is_doubted_for_a_reason(make_model: MakeModel) -> None:
    random = make_model(WORDS, RNG.normal(size=(30, 20)))
    doubt = trust(random, WORDS, find_direction(random, axis(9), seed=1)).doubt
    assert doubt is not None
    assert f"below {LEAST_RELIABILITY} an axis seldom orders words as people do" in doubt
    vectors = np.tile([[-1.0] + [0] * 5, [1.0] + [0] * 5], (15, 1)) + RNG.normal(size=(30, 6)) * 0.1
    good = make_model(WORDS, vectors, name="good")
    assert trust(good, WORDS, find_direction(good, axis(9), seed=1)).doubt is None
    few = Axis("size", axis(2).pairs, missing=3)
    assert trust(good, WORDS, find_direction(good, few, seed=1)).doubt == (
        "the model has 2 of the 5 pairs of size, so the axis may be a part of what its name says"
    )


@pytest.mark.parametrize(
    ("vectors", "expected"),
    [
        (
            "googlenews/GoogleNews-subset-negative300.bin.gz",
            {
                "gender": (9, 10, 0.531, 0.832, 0.831),
                "class": (5, 42, 0.147, 0.136, 0.137),
                "race": (4, 7, 0.190, 0.503, 0.559),
            },
        ),
        (
            "glove/glove.6B.50d.first16846.txt.gz",
            {
                "gender": (9, 10, 0.425, 0.648, 0.593),
                "class": (8, 42, 0.128, 0.369, 0.373),
                "race": (2, 7, 0.060, 0.024, 0.049),
            },
        ),
    ],
)
def test_axes_agree_with_a_survey_as_far_as_others_found(
    w2v: W2v, vectors: str, expected: dict[str, tuple[int, int, float, float, float]]
) -> None:
    """The pairs and what people said are those of Kozlowski, Taddy and Evans (2019)."""
    folder = real_data("trust")
    assert w2v("load", real_data(vectors), "-o", "found").status == 0
    model = open_model_directory(find_model("found"))
    with (folder / "survey_means_weighted.csv").open(encoding="utf-8-sig", newline="") as file:
        _, *rows = csv.reader(file)
    rated = [row for row in rows if model.words.row(row[0]) is not None]
    names = ("gender", "affluence", "race")
    for column, (name, (pairs, given, parallel, correlation, own)) in enumerate(expected.items(), 1):
        with (folder / f"{names[column - 1]}_pairs.csv").open(encoding="utf-8-sig", newline="") as file:
            every = Axis(name, tuple((row[0].strip(), row[1].strip()) for row in csv.reader(file) if row))
        direction = find_direction(model, known_pairs(model, every).axis, seed=1)
        found = trust(model, [row[0] for row in rated], direction)
        assert (found.pairs, found.given) == (pairs, given)
        assert found.pair_dir == pytest.approx(parallel, abs=0.001)
        assert (found.doubt is None) == (name == "gender")
        # Theirs is the mean of differences of length 1. Ours lets a long difference count more, and agrees with it.
        theirs = unit(unit(direction.differences).mean(axis=0))
        words = [row[0] for row in rated]
        people = [float(row[column]) for row in rated]
        places = unit(find_terms(model, words).vectors) @ theirs
        assert abs(np.corrcoef(places, people)[0, 1]) == pytest.approx(correlation, abs=0.001)
        ours = place(model, words, [direction])[:, 0]
        assert abs(np.corrcoef(ours, people)[0, 1]) == pytest.approx(own, abs=0.001)
        if pairs > 2:
            assert float(theirs @ direction.vector) > 0.98


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
        (["boy", "--axis", "x=pairs.csv"], 2, "pairs.csv: no such file of pairs"),
        (["boy", "--axis", "gendr"], 2, "an axis is NAME=neg:pos, such as gender=man:woman,boy:girl; or one of gender"),
        (["boy", "--axis", "danger"], 2, "the model has no pair of the axis danger"),
        (["boy", "--list-axes"], 2, "--list-axes shows the axes that are ready, of no model; leave WORD... out"),
        (["boy", "--show-axes", "--intervals"], 2, "leave --intervals out"),
        (["boy", "--axis", "x=foo:bar"], 2, "the model has no pair of the axis x: foo:bar"),
        (["boy", "--axis", "word=man:woman"], 2, "each axis needs a name of its own, other than word"),
        (["boy", "--axis", "a=man:woman", "--axis", "a=man:king"], 2, "each axis needs a name of its own"),
        (["boy", "--axis", "x=man:boy"], 1, "the pairs of the axis x are zero or cancel out"),
        (["boyy", "--axis", "x=man:woman"], 3, "not in the vocabulary: boyy; did you mean boy?"),
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
    assert w2v("features", "king", "--axis", "gender=man:woman", "-o", "f.svg").status == 5


@pytest.mark.usefixtures("toy")
def test_ready_axes_are_listed_and_used_by_name(w2v: W2v) -> None:
    listed = {row["axis"]: row for row in w2v("features", "--list-axes", "--json").json}
    assert {"gender", "성별", "class", "계층", "size", "cost"} <= listed.keys()
    ours = w2v("features", "king", "--axis", f"gender={listed['gender']['pairs']}", "--json")
    assert ours.json == w2v("features", "king", "--axis", "gender", "--json").json


@pytest.mark.usefixtures("toy")
def test_places_with_their_intervals_and_pairs_with_their_agreement(w2v: W2v) -> None:
    axes = ("--axis", "royal=man:king,woman:queen", "--axis", "size=man:apple")
    run = w2v("features", "boy", "king", *axes, "--intervals")
    assert run.out.splitlines()[0] == "word\taxis\tvalue\tlow\thigh\tleast\tmost"
    assert [row[:2] for row in run.rows] == [["boy", "royal"], ["boy", "size"], ["king", "royal"], ["king", "size"]]
    assert [row[3:] for row in run.rows if row[1] == "size"] == [["", "", "", ""]] * 2
    assert run.err == "the axis size has one pair, so it may be anything in which these two words differ\n"
    wide = w2v("features", "boy", "king", *axes, "--json").json
    assert [float(row[2]) for row in run.rows if row[1] == "royal"] == [row["royal"] for row in wide]
    pairs = w2v("features", "boy", *axes, "--show-pairs", "--json").json
    assert [(row["axis"], row["negative"], row["positive"]) for row in pairs][:2] == [
        ("royal", "man", "king"),
        ("royal", "woman", "queen"),
    ]
    assert pairs[2]["agreement"] is None


@pytest.mark.usefixtures("toy")
def test_a_table_for_the_eye_has_half_of_each_interval(w2v: W2v) -> None:
    axes = ("--axis", "royal=man:king,woman:queen", "--axis", "food=king:apple,queen:orange")
    out = on_a_terminal("features", "boy", "king", *axes, columns=80)
    assert "boy   0.0000 ±1.00" in out
    assert "2/2" in out
    narrow = on_a_terminal("features", "boy", "king", *axes, columns=30)
    assert "±" not in narrow
    assert "food" in narrow


@pytest.mark.usefixtures("toy")
def test_a_plot_is_coloured_by_the_side_of_an_axis(w2v: W2v) -> None:
    axis = "gender=man:woman,boy:girl,king:queen"
    run = w2v("plot", "man", "woman", "king", "queen", "apple", "--axis", axis, "--method", "pca", "-o", "p.svg")
    assert run.status == 0
    assert "gender: 2 near man, boy; 2 near woman, girl; 1 on neither side for sure, in grey" in run.err
    text = Path("p.svg").read_text(encoding="utf-8")
    assert "gender: man, boy" in text
    assert "gender: woman, girl" in text
    run = w2v("plot", "man", "woman", "--axis", "x=man:woman", "-o", "q.svg")
    assert (run.status, "the model has one of x: add some pairs" in run.err) == (2, True)
    run = w2v("plot", "man", "woman", "--axis", axis, "--clusters", 2, "-o", "q.svg")
    assert (run.status, "--clusters and --axis both colour the words" in run.err) == (2, True)
