"""The oracles are gensim's evaluation, scipy's correlations and a plain bootstrap."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import pearsonr, spearmanr

from tests.conftest import MakeModel
from tests.gensim_oracle import KeyedVectors
from w2vcli.measure.bootstrap import Bootstrap, interval, wilson_interval
from w2vcli.measure.evaluate import Answers, EvaluationSettings, evaluate
from w2vcli.measure.figures import Figure, differences, figures
from w2vcli.measure.sets import read_set
from w2vcli.measure.word_rows import case_of
from w2vcli.models.directory import Model
from w2vcli.reporting import SILENT

BOOTSTRAP = Bootstrap(200, 1)


def measure(model: Model, path: Path, **settings: object) -> Answers:
    return evaluate(model, model.name, read_set(str(path)), EvaluationSettings(**settings), SILENT)[0]  # type: ignore[arg-type]


def by_section(found: list[Figure]) -> dict[tuple[str, str], Figure]:
    return {(figure.section, figure.measure): figure for figure in found}


@pytest.fixture
def mixed(make_model: MakeModel) -> Model:
    """Words in both cases, the first rows lower-case, whose analogies come out in half of the cases."""
    rng = np.random.default_rng(8)
    base = rng.normal(size=(60, 12))
    words, vectors = [], []
    for at in range(60):
        words += [f"wörd{at}", f"Wörd{at}"]
        vectors += [base[at], base[at] + rng.normal(scale=0.3, size=12)]
    return make_model(words, vectors, name="mixed")


@pytest.fixture
def questions(tmp_path: Path, mixed: Model) -> Path:
    """Analogies whose answers are the best or some word, of words in several cases, some of them unknown."""
    rng = np.random.default_rng(9)
    keyed = gensim_of(mixed)
    lines = []
    for section in ("one", "gram two"):
        lines.append(f": {section}")
        for at in range(60):
            a, b, c, d = (mixed.words[int(row)] for row in rng.choice(120, 4, replace=False))
            if at % 2:
                d = keyed.most_similar([b, c], [a], topn=1)[0][0]
            lines.append(f"{a} {b} {c} {'unknown' if at % 10 == 0 else d}")
    path = tmp_path / "questions.txt"
    path.write_text("\n".join(lines))
    return path


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    rng = np.random.default_rng(10)
    path = tmp_path / "pairs.tsv"
    path.write_text("".join(f"wörd{a}\tWörd{b}\t{score}\n" for a, b, score in rng.integers(0, 66, (80, 3)).tolist()))
    return path


def gensim_of(model: Model) -> KeyedVectors:
    keyed = KeyedVectors(model.facts.vector_size)
    keyed.add_vectors(list(model.words), model.vectors[:])
    return keyed


@pytest.mark.parametrize("restrict_vocab", [None, 100, 30])
@pytest.mark.parametrize("dummy4unknown", [False, True])
@pytest.mark.parametrize("case", ["keep", "ignore"])
def test_analogies_as_gensim(
    mixed: Model, questions: Path, case: str, dummy4unknown: bool, restrict_vocab: int | None
) -> None:
    options = {"restrict_vocab": restrict_vocab or len(mixed.words), "dummy4unknown": dummy4unknown}
    score, sections = gensim_of(mixed).evaluate_word_analogies(
        str(questions), case_insensitive=case == "ignore", **options
    )
    answers = measure(mixed, questions, case=case, restrict_vocab=restrict_vocab, dummy4unknown=dummy4unknown)
    found = by_section(figures(answers, BOOTSTRAP))
    for section, name in zip(sections, ("one", "gram two", "total"), strict=True):
        counted = len(section["correct"]) + len(section["incorrect"])
        figure = found[name, "3cosadd"]
        assert figure.correct == len(section["correct"])
        assert figure.value == pytest.approx(len(section["correct"]) / counted if counted else None)
    total = found["total", "3cosadd"]
    assert total.value == pytest.approx(score)
    assert total.questions == 120
    if restrict_vocab is None:
        assert total.covered == 108
        assert 0.2 < score < 0.8


@pytest.mark.parametrize("dummy4unknown", [False, True])
@pytest.mark.parametrize("case", ["keep", "ignore"])
def test_pairs_as_gensim(mixed: Model, pairs: Path, case: str, dummy4unknown: bool) -> None:
    (r, _), rank, unknown = gensim_of(mixed).evaluate_word_pairs(
        str(pairs), case_insensitive=case == "ignore", dummy4unknown=dummy4unknown
    )
    found = by_section(figures(measure(mixed, pairs, case=case, dummy4unknown=dummy4unknown), BOOTSTRAP))
    assert found["total", "pearson"].value == pytest.approx(r, abs=1e-6)
    assert found["total", "spearman"].value == pytest.approx(rank[0], abs=1e-6)
    covered, asked = found["total", "pearson"].covered, found["total", "pearson"].questions
    assert 0 < covered < asked
    assert unknown == pytest.approx(100 * (asked - covered) / asked)


def test_what_is_answered_is_told(toy: Model, tmp_path: Path) -> None:
    (tmp_path / "set").write_text("man woman king queen\nman woman king woman\nman woman xyzzy queen\n")
    answers = measure(toy, tmp_path / "set").answers
    assert [(each.answer, each.correct, each.reason) for each in answers] == [
        ("queen", True, None),
        ("queen", False, None),
        (None, None, "not in the vocabulary: xyzzy"),
    ]


def test_the_odd_one_out(toy: Model, tmp_path: Path) -> None:
    (tmp_path / "set").write_text(
        "man boy king apple\nman boy king woman orange\nman boy orange king apple\nno such words\n"
    )
    answers = evaluate(toy, "toy", read_set(str(tmp_path / "set"), "odd"), EvaluationSettings(), SILENT)[0]
    assert [(each.answer, each.correct) for each in answers.answers] == [
        ("apple", True),
        ("woman", False),
        ("apple", True),
        (None, None),
    ]
    figure = figures(answers, BOOTSTRAP)[-1]
    assert (figure.measure, figure.covered, figure.questions) == ("accuracy", 3, 4)


def test_categories(toy: Model, tmp_path: Path) -> None:
    (tmp_path / "set").write_text("man\tmale\nboy\tmale\nking\tmale\napple\tfood\norange\tfood\npear\tfood\n")
    [figure] = figures(measure(toy, tmp_path / "set"), BOOTSTRAP)
    assert (figure.measure, figure.value, figure.covered, figure.questions) == ("purity", 1.0, 5, 6)


def test_nothing_covered_is_no_figure(toy: Model, tmp_path: Path) -> None:
    for text in ("a b c d\n", "a b 1\n", "a b c d e\n", ": s\na\n: t\nb\n"):
        (tmp_path / "set").write_text(text)
        answers = measure(toy, tmp_path / "set")
        for figure in figures(answers, BOOTSTRAP) + differences(answers, answers, BOOTSTRAP):
            assert (figure.value, figure.low, figure.high, figure.covered) == (None, None, None, 0)


def test_rules_of_case(make_model: MakeModel) -> None:
    def rule(*words: str) -> str:
        return case_of(make_model(words, np.eye(len(words))).words)

    assert rule("king", "queen") == "lower"
    assert rule("king", "Queen") == "keep"
    assert rule("왕", "여왕") == "keep"
    assert rule("<UNK>", *(f"w{at}" for at in range(200))) == "lower"


def test_german_and_turkish_words_stay_apart_in_any_case(make_model: MakeModel, tmp_path: Path) -> None:
    """gensim upper-cases, which makes one word of two."""
    model = make_model(["Masse", "Maße", "ısı", "isi"], [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]])
    (tmp_path / "set").write_text("MAẞE ısı 1\nmasse isi 2\nmaße isi 3\n")
    answers = measure(model, tmp_path / "set", case="ignore")
    assert [each.answer for each in answers.answers] == [0, pytest.approx(1 / 3**0.5), pytest.approx(1 / 3**0.5)]


def test_korean_words_in_another_unicode_form(make_model: MakeModel, tmp_path: Path) -> None:
    import unicodedata

    model = make_model(["왕", "여왕"], [[1, 0], [1, 1]])
    (tmp_path / "set").write_text(unicodedata.normalize("NFD", "왕\t여왕\t1\n"))
    for case in ("keep", "lower", "ignore"):
        assert measure(model, tmp_path / "set", case=case).covered.tolist() == [True]


def test_differences_are_on_what_both_cover(make_model: MakeModel, tmp_path: Path) -> None:
    rng = np.random.default_rng(11)
    words = [f"w{at}" for at in range(50)]
    vectors = rng.normal(size=(50, 4))
    one, other = make_model(words[:40], vectors[:40], name="one"), make_model(words[10:], vectors[:40], name="other")
    (tmp_path / "set").write_text(
        "".join(f"w{a}\tw{b}\t{score}\n" for a, b, score in rng.integers(0, 50, (60, 3)).tolist())
    )
    ours, theirs = (measure(model, tmp_path / "set") for model in (one, other))
    both = ours.covered & theirs.covered

    def on_both(answers: Answers) -> list[float]:
        pairs = zip(answers.answers, both, strict=True)
        return [float(each.answer) for each, covered in pairs if covered and isinstance(each.answer, float)]

    scores = [each.item.score for each, covered in zip(ours.answers, both, strict=True) if covered]
    cosines = [on_both(ours), on_both(theirs)]
    found = by_section(differences(ours, theirs, BOOTSTRAP))
    for name, function in (("spearman", spearmanr), ("pearson", pearsonr)):
        figure = found["total", name]
        expected = function(scores, cosines[0])[0] - function(scores, cosines[1])[0]
        assert figure.value == pytest.approx(expected)
        assert figure.low is not None
        assert figure.high is not None
        assert figure.low < expected < figure.high
        assert (figure.model, figure.minus, figure.covered) == ("one", "other", both.sum())


def test_a_model_does_not_differ_from_itself(mixed: Model, questions: Path, pairs: Path) -> None:
    for path in (questions, pairs):
        answers = measure(mixed, path)
        for figure in differences(answers, answers, BOOTSTRAP):
            assert (figure.value, figure.low, figure.high) == (0, 0, 0)


def test_questions_that_share_nothing_are_resampled_one_by_one() -> None:
    worth = np.array([1.0, 0, 0, 1, 1])
    sums = Bootstrap(4000, 3).sums([(("a", at), ("b", at)) for at in range(5)], worth)
    assert set(sums.total.tolist()) == {5}
    shares = sums.counted / sums.total
    assert shares.mean() == pytest.approx(0.6, abs=0.02)
    assert shares.std() == pytest.approx((0.6 * 0.4 / 5) ** 0.5, abs=0.02)


def test_questions_that_share_pairs_are_drawn_with_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten pairs of which half are always right: as uncertain as five right answers out of ten."""
    pairs = [(one, other) for one in range(10) for other in range(10) if one != other]
    worth = np.array([float(other < 5) for _, other in pairs])

    def spread(units: Sequence[tuple[int, ...]]) -> float:
        sums = Bootstrap(2000, 3).sums(units, worth)
        return float(np.std(sums.counted / sums.total))

    alone = spread([(at,) for at in range(len(pairs))])
    together = spread(pairs)
    assert alone == pytest.approx((0.25 / 90) ** 0.5, rel=0.1)
    assert together == pytest.approx((0.25 / 10) ** 0.5, rel=0.2)
    monkeypatch.setattr("w2vcli.measure.bootstrap._WEIGHTS_AT_ONCE", 500)
    assert spread(pairs) == together


@pytest.mark.parametrize("draw", [lambda seed: Bootstrap(50, seed).choices(9).tolist()], ids=["choices"])
def test_a_seed_makes_the_same_resamples(draw: Callable[[int], object]) -> None:
    assert draw(1) == draw(1)
    assert draw(1) != draw(2)


def test_an_interval_of_what_is_defined() -> None:
    found = interval(np.array([*range(101), np.nan], dtype=np.float64))
    assert found == (2.5, 97.5)
    assert interval(np.array([np.nan])) is None


@pytest.mark.parametrize(("correct", "total"), [(0, 1), (1, 1), (5, 10), (508, 1000), (1066, 1066)])
def test_the_interval_of_a_share_is_scipy_s(correct: int, total: int) -> None:
    from scipy.stats import binomtest

    expected = binomtest(correct, total).proportion_ci(0.95, method="wilson")
    assert wilson_interval(correct, total) == pytest.approx((expected.low, expected.high), abs=1e-12)
