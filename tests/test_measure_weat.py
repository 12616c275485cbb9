"""Associations against brute force and a published table, and how test sets of them are read."""

from __future__ import annotations

import warnings
from inspect import signature
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import MakeModel, W2v, on_a_terminal, real_data, require
from w2vcli.errors import DamagedInput
from w2vcli.measure.sets import read_set
from w2vcli.measure.weat import associations, effects
from w2vcli.models.directory import Model

SET = """target math: algebra geometry
target arts: poetry dance
attribute male: man he
attribute female: woman she
"""
WORDS = ["algebra", "geometry", "poetry", "dance", "man", "he", "woman", "she"]
MATH_ARTS = """target math: math algebra geometry calculus equations computation numbers addition
target arts: poetry art dance literature novel symphony drama sculpture
attribute male: male man boy brother he him his son
attribute female: female woman girl sister she her hers daughter
"""


def by_hand(values: np.ndarray, first: list[int]) -> tuple[float, float, float]:
    """Return the effect size, the two-sided and the one-sided p-value of a set of places against the others."""
    rest = [at for at in range(len(values)) if at not in first]
    size = (values[first].mean() - values[rest].mean()) / values.std(ddof=1)
    differences = []
    for some in combinations(range(len(values)), len(first)):
        others = [at for at in range(len(values)) if at not in some]
        differences.append(values[list(some)].mean() - values[others].mean())
    observed = values[first].mean() - values[rest].mean()
    two = np.mean(np.abs(differences) >= abs(observed) - 1e-12)
    return float(size), float(two), float(np.mean(np.array(differences) > observed + 1e-12))


@pytest.mark.parametrize(("first", "others"), [(3, 3), (2, 5), (5, 4), (1, 6)])
def test_effects_are_those_of_all_splits(first: int, others: int) -> None:
    values = np.random.default_rng(first).normal(size=(4, first + others))
    is_first = np.arange(first + others) < first
    for row, found in zip(values, effects(values, is_first, seed=1), strict=True):
        assert found is not None
        assert found[:3] == pytest.approx(by_hand(row, list(range(first))))
        assert found.exact


def test_many_splits_are_drawn_by_the_seed() -> None:
    values = np.random.default_rng(0).normal(size=(1, 24))
    values[0, :12] += 0.9
    is_first = np.arange(24) < 12
    [found], [again], [other] = (effects(values, is_first, seed) for seed in (1, 1, 2))
    assert found is not None
    assert other is not None
    assert found == again != other
    assert not found.exact
    # Exact, by an independent way: scipy goes through all splits of two samples.
    from scipy.stats import permutation_test

    seeded: dict[str, int] = {"rng" if "rng" in signature(permutation_test).parameters else "random_state": 1}
    exact = permutation_test(
        (values[0, :12], values[0, 12:]), lambda x, y: x.mean() - y.mean(), n_resamples=30_000, **seeded
    )
    assert found.p_two_sided == pytest.approx(exact.pvalue, abs=0.01)


def test_what_has_no_effect() -> None:
    is_first = np.array([True, False])
    assert effects(np.ones((2, 2)), is_first, seed=1) == [None, None]
    assert effects(np.ones((1, 2)), np.array([True, True]), seed=1) == [None]
    assert effects(np.ones((0, 2)), np.array([True, True]), seed=1) == []


def test_the_published_effect_of_math_and_arts(w2v: W2v, make_model: MakeModel) -> None:
    """sweater's vectors and its figure: 1.055, p .0156 over 12,870 splits (Caliskan et al. 2017: 1.06, .018)."""
    require("rdata")
    path = real_data("trust/glove_math.rda")
    import rdata

    with warnings.catch_warnings():  # of rdata, which tells what attributes of R's it does not know
        warnings.simplefilter("ignore")
        [table] = rdata.read_rda(path).values()
    make_model([str(word) for word in table.coords[table.dims[0]].values], np.asarray(table))
    Path("math.txt").write_text(MATH_ARTS)
    found = {(row["section"], row["measure"]): row for row in w2v("evaluate", "--set", "math.txt", "--json").json}
    total = found["total", "weat"]
    assert (total["covered"], total["questions"], round(total["value"], 4)) == (32, 32, 1.055)
    assert found["total", "p_one_sided"]["value"] == 201 / 12_870  # .0156
    assert found["total", "p_two_sided"]["value"] == 404 / 12_870  # .0314
    assert found["algebra", "sc_weat"]["value"] > 0 > found["poetry", "sc_weat"]["value"]


def association_model(make_model: MakeModel) -> Model:
    return make_model(WORDS, np.random.default_rng(4).normal(size=(8, 5)))


def test_a_word_s_association_and_all_figures(w2v: W2v, make_model: MakeModel) -> None:
    model = association_model(make_model)
    Path("set.txt").write_text(SET)
    units = model.vectors[list(range(8))].astype(float)
    units /= np.linalg.norm(units, axis=1, keepdims=True)
    cosines = units[:4] @ units[4:].T
    values = cosines[:, :2].mean(axis=1) - cosines[:, 2:].mean(axis=1)
    np.testing.assert_allclose(associations(cosines, np.array([True, True, False, False])), values)
    run = w2v("evaluate", "--set", "set.txt", "--json", "--answers", "a.tsv")
    found = {(row["section"], row["measure"]): row["value"] for row in run.json}
    size, two, one = by_hand(values, [0, 1])
    assert [found["total", name] for name in ("weat", "p_two_sided", "p_one_sided")] == pytest.approx([size, two, one])
    for at, word in enumerate(WORDS[:4]):
        size, two, _ = by_hand(cosines[at], [0, 1])
        assert [found[word, name] for name in ("sc_weat", "sc_weat_p")] == pytest.approx([size, two])
    rows = [line.split("\t") for line in Path("a.tsv").read_text().splitlines()]
    answers = {row[5]: row[7] for row in rows[1:]}
    assert [float(answers[word]) for word in WORDS[:4]] == pytest.approx(values.tolist())
    assert answers["man"] == ""


@pytest.mark.parametrize(
    "text",
    [
        SET,
        SET.replace("target", "대상").replace("attribute", "속성"),
        ": target math\nalgebra geometry\n: target arts\npoetry dance\n: attribute male\nman\nhe\n"
        ": attribute female\nwoman she\n",
        "section,word\n" + "".join(f"{row.split(':')[0]},{w}\n" for row in SET.splitlines() for w in row.split()[2:]),
        SET.replace("algebra geometry", "algebra, geometry").replace("poetry dance", "poetry, dance")
        .replace("man he", "man, he").replace("woman she", "woman, she"),
    ],
)  # fmt: skip
def test_sections_are_targets_and_attributes(text: str) -> None:
    Path("set.txt").write_text(text, encoding="utf-8")
    found = read_set("set.txt")
    assert (found.kind, found.invalid) == ("weat", [])
    assert [item.words[0] for item in found.items] == WORDS
    assert [item.section.split()[1] for item in found.items][::2] == ["math", "arts", "male", "female"]


def test_words_of_other_sections_stay_categories() -> None:
    Path("set.txt").write_text(": fruit\napple\n: targets\nking\n")
    assert read_set("set.txt").kind == "categories"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (SET.replace("attribute female: woman she\n", ""), "one target or more and two attributes"),
        (SET.replace("target", "attribute"), "one target or more and two attributes"),
        (": fruit\napple\n: royal\nking\n", "expected words in sections called 'target NAME' and 'attribute NAME'"),
        ("apple king\n", "found no section"),
    ],
)
def test_what_is_no_set_of_associations(text: str, message: str) -> None:
    Path("set.txt").write_text(text)
    with pytest.raises(DamagedInput, match=message):
        read_set("set.txt", "weat")


def test_unknown_and_doubled_words_are_told(w2v: W2v, make_model: MakeModel) -> None:
    association_model(make_model)
    Path("set.txt").write_text(SET.replace("poetry dance", "poetry dance opera algebra"))
    run = w2v("evaluate", "--set", "set.txt", "--json")
    assert "algebra is in target math already; left out" in run.err
    assert "1 of 9 words are left out; not in the vocabulary: opera" in run.err
    Path("same.txt").write_text(SET)
    both = (run.json, w2v("evaluate", "--set", "same.txt", "--json").json)
    found, same = ([row for row in rows if row["measure"] == "weat"] for rows in both)
    assert found[0]["value"] == same[0]["value"]
    assert (found[0]["covered"], found[0]["questions"]) == (8, 9)


def test_words_that_a_model_looks_up_alike_count_once(w2v: W2v, make_model: MakeModel) -> None:
    association_model(make_model)
    Path("set.txt").write_text(SET.replace("poetry dance", "poetry dance Poetry Algebra"))
    run = w2v("evaluate", "--set", "set.txt", "--json")
    assert "one token for the model's tokenizer: poetry = Poetry, algebra = Algebra" in run.err
    Path("same.txt").write_text(SET)
    both = (run.json, w2v("evaluate", "--set", "same.txt", "--json").json)
    found, same = ([row for row in rows if row["measure"] == "weat"] for rows in both)
    assert found[0]["value"] == same[0]["value"]
    assert (found[0]["covered"], found[0]["questions"]) == (8, 10)


def test_one_target_has_the_associations_of_its_words(w2v: W2v, make_model: MakeModel) -> None:
    association_model(make_model)
    Path("set.txt").write_text(SET.replace("target arts: poetry dance\n", ""))
    run = w2v("evaluate", "--set", "set.txt", "--json")
    assert {row["measure"] for row in run.json} == {"sc_weat", "sc_weat_p"}
    Path("none.txt").write_text(SET.replace("man he", "x y"))
    rows = w2v("evaluate", "--set", "none.txt", "--json").json
    assert {row["value"] for row in rows} == {None}


def test_models_are_compared_on_the_words_that_both_know(w2v: W2v, make_model: MakeModel) -> None:
    rng = np.random.default_rng(8)
    one = rng.normal(size=(9, 5))
    make_model([*WORDS, "opera"], one, name="one")
    make_model(WORDS, rng.normal(size=(8, 5)), name="two")
    Path("set.txt").write_text(SET.replace("poetry dance", "poetry dance opera"))
    rows = w2v("evaluate", "one", "two", "--set", "set.txt", "--json").json
    [difference] = [row for row in rows if row["minus"]]
    Path("both.txt").write_text(SET)
    found = {row["model"]: row["value"] for row in w2v("evaluate", "one", "two", "--set", "both.txt", "--json").json
             if row["measure"] == "weat" and not row["minus"]}  # fmt: skip
    assert difference["value"] == pytest.approx(found["one"] - found["two"])
    assert (difference["measure"], difference["covered"]) == ("weat", 8)
    shown = on_a_terminal("evaluate", "one", "two", "--set", "set.txt")
    [opera] = [line.split() for line in shown.splitlines() if "opera" in line]
    assert (opera[1] != "-", opera[2]) == (True, "-")
    assert "8/9" in shown


def test_what_associations_do_not_heed(w2v: W2v, make_model: MakeModel) -> None:
    association_model(make_model)
    Path("set.txt").write_text(SET)
    for option in (["--dummy4unknown"], ["--resamples", "9"], ["--method", "3cosmul"]):
        run = w2v("evaluate", "--set", "set.txt", *option)
        assert (run.status, f"leave {option[0]} out" in run.err) == (2, True)


def test_associations_as_a_report_and_as_bars(w2v: W2v, make_model: MakeModel) -> None:
    association_model(make_model)
    Path("set.txt").write_text(SET)
    assert w2v("evaluate", "--set", "set.txt", "--report", "r.md", "--plot", "r.svg").status == 0
    assert "p_two_sided" in Path("r.md").read_text()
    assert "effect size" in Path("r.svg").read_text()
