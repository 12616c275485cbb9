"""Many questions by products of bytes: the same answers as every cosine in float64 gives."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import MakeModel
from w2vcli.models.directory import Model
from w2vcli.queries import byte_kernel, many_by_codes, scan
from w2vcli.queries.byte_kernel import ROW_FACTS, Kernel, load_byte_kernel, padded_rows
from w2vcli.queries.scan import Found, ScanQuery, best_rows_of_many
from w2vcli.queries.scores import DECIMALS, ThreeCosMul, cosine_score


def kernels() -> list[Kernel]:
    """Return the loop of this processor, and that of one with narrower registers if this one can run it, too."""
    widest = load_byte_kernel()
    if widest is None:
        pytest.skip("this processor has no VNNI")
    from llvmlite import binding

    narrower = binding.get_host_cpu_features().get("avx512vl") and widest.questions > 16
    return [widest, byte_kernel._compiled(lanes=8, registers=2)] if narrower else [widest]


@pytest.fixture(params=[0, 1], ids=["widest registers", "narrower registers"])
def every_question_by_bytes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kernel]:
    """Let the loop answer few questions too, with either width of registers."""
    possible = kernels()
    if request.param >= len(possible):
        pytest.skip("this processor has registers of one width")
    kernel = possible[request.param]
    monkeypatch.setattr(many_by_codes, "_FEWEST_PRODUCTS", 0)
    monkeypatch.setattr(many_by_codes, "load_byte_kernel", lambda: kernel)
    yield kernel


def by_brute_force(vectors: npt.NDArray[np.float32], question: ScanQuery, topn: int) -> list[Found]:
    """Return the best rows by all cosines in float64. Rows without a direction are none."""
    exact = vectors.astype(np.float64)
    with np.errstate(all="ignore"):
        lengths = np.sqrt((exact**2).sum(axis=1))
        cosines = np.add.reduce(exact / lengths[:, None] * question.targets[0], axis=1)
    cosines[~(np.isfinite(lengths) & (lengths > 0))] = -np.inf
    cosines[[row for row in question.left_out if row < len(cosines)]] = -np.inf
    order = np.lexsort((np.arange(len(cosines)), -cosines.round(DECIMALS)))[:topn]
    return [Found(int(row), float(cosines[row])) for row in order if np.isfinite(cosines[row])]


def questions_of(rng: np.random.Generator, vectors: npt.NDArray[np.float32], count: int) -> list[ScanQuery]:
    """Return questions: rows that leave themselves out, their sums, and random directions that leave nothing out."""
    usable = np.flatnonzero(np.isfinite(vectors).all(axis=1) & vectors.any(axis=1))
    questions = []
    for at in range(count):
        rows = rng.choice(usable, size=at % 3).tolist()
        target = vectors[rows].astype(np.float64).sum(axis=0) if rows else rng.normal(size=(vectors.shape[1],))
        length = np.linalg.norm(target)
        if length > 0:
            questions.append(ScanQuery(target[None] / length, cosine_score, tuple(rows)))
    return questions


def hard_vectors(rng: np.random.Generator, rows: int, size: int) -> npt.NDArray[np.float32]:
    """Return rows of very different lengths: many the same, many nearly so, some of zeros, some with NaN."""
    vectors = (rng.normal(size=(rows, size)) * 10.0 ** rng.integers(-3, 4, size=(rows, 1))).astype(np.float32)
    third = rows // 3
    vectors[third : 2 * third] = vectors[:third]
    vectors[2 * third :: 2] = vectors[0] * (1 + 1e-6 * rng.normal(size=(len(vectors[2 * third :: 2]), size)))
    vectors[rng.random(rows) < 0.05] = 0
    vectors[1 :: rows // 2] = np.nan
    vectors[2 :: rows // 2, 0] = np.inf
    return vectors


def require_exact(model: Model, questions: list[ScanQuery], topn: int) -> None:
    vectors = model.vectors[:]
    for question, found in zip(questions, best_rows_of_many(model, questions, topn, range(len(vectors))), strict=True):
        expected = by_brute_force(vectors, question, topn)
        assert [row for row, _ in found] == [row for row, _ in expected]
        assert [score for _, score in found] == pytest.approx([score for _, score in expected], abs=1e-12)


@pytest.mark.parametrize("size", [1, 3, 50, 65])
def test_answers_are_those_of_every_cosine(size: int, every_question_by_bytes: Kernel, make_model: MakeModel) -> None:
    rng = np.random.default_rng(size)
    vectors = hard_vectors(rng, 2500, size)
    model = make_model([f"w{at}" for at in range(len(vectors))], vectors)
    require_exact(model, questions_of(rng, vectors, 70), topn=7)


@pytest.mark.parametrize(("rows", "topn"), [(1, 1), (5, 3), (5, 10), (200, 100)])
def test_models_with_few_rows(rows: int, topn: int, every_question_by_bytes: Kernel, make_model: MakeModel) -> None:
    rng = np.random.default_rng(rows)
    vectors = rng.normal(size=(rows, 8)).astype(np.float32)
    model = make_model([f"w{at}" for at in range(rows)], vectors)
    require_exact(model, questions_of(rng, vectors, 9), topn)


def test_a_model_with_fewer_directions_than_results(every_question_by_bytes: Kernel, make_model: MakeModel) -> None:
    """No question ever gets a threshold, so all pairs are candidates."""
    vectors = np.zeros((3000, 4), dtype=np.float32)
    vectors[5::400] = np.random.default_rng(0).normal(size=(8, 4))
    model = make_model([f"w{at}" for at in range(3000)], vectors)
    require_exact(model, questions_of(np.random.default_rng(1), vectors, 70), topn=20)


def test_more_pairs_than_there_is_room_for_at_first() -> None:
    for kernel in kernels():
        padded = padded_rows(np.ones((1200, 4), dtype=np.int8))
        facts = np.zeros(len(padded), dtype=ROW_FACTS)
        none = np.zeros(100, dtype=np.float32)
        packed = kernel.with_least(kernel.pack(np.ones((100, 4), dtype=np.int8), none), none)
        found = kernel.find(padded, facts, packed)
        assert len(set(found.tolist())) == len(found) == 1200 * 100 > 1 << 16


def test_only_the_rows_that_are_searched_are_answers(every_question_by_bytes: Kernel, make_model: MakeModel) -> None:
    rng = np.random.default_rng(4)
    vectors = rng.normal(size=(100, 5)).astype(np.float32)
    model = make_model([f"w{at}" for at in range(100)], vectors)
    others = tuple(row for row in range(100) if not 10 <= row < 50)
    questions = [ScanQuery(asked.targets, cosine_score, (70, 30)) for asked in questions_of(rng, vectors, 5)]
    for question, found in zip(questions, best_rows_of_many(model, questions, 4, range(10, 50)), strict=True):
        expected = by_brute_force(vectors, question._replace(left_out=(30, *others)), 4)
        assert [row for row, _ in found] == [row for row, _ in expected]


@settings(max_examples=20)
@given(st.integers(1, 40), st.integers(1, 80), st.integers(1, 37), st.integers(0, 2**32 - 1))
def test_products_are_those_of_integers(rows: int, questions: int, size: int, seed: int) -> None:
    """Every pair that reaches what it has to is found once, whatever is padded, and no other."""
    rng = np.random.default_rng(seed)
    codes = rng.integers(-127, 128, size=(rows, size)).astype(np.int8)
    asked = rng.integers(-127, 128, size=(questions, size)).astype(np.int8)
    dots = codes.astype(np.int64) @ asked.astype(np.int64).T
    least = rng.choice(dots.ravel(), size=questions).astype(np.float32)
    for kernel in kernels():
        padded = padded_rows(codes)
        facts = np.zeros(len(padded), dtype=ROW_FACTS)
        facts["scale"] = np.where(np.arange(len(padded)) < rows, 1, np.nan)
        facts["start"] = -128 * padded.sum(axis=1, dtype=np.int32)
        packed = kernel.with_least(kernel.pack(asked, np.ones(questions, dtype=np.float32)), least)
        found = kernel.find(padded, facts, packed)
        assert sorted(found.tolist()) == [(row, at, dots[row, at]) for row, at in np.argwhere(dots >= least)]


def test_the_example_of_the_kernel_is_what_it_does() -> None:
    question, row = np.array([3, -5, 2, 10]), np.array([7, -1, 0, 4])
    assert (question @ row, (question + 128) @ row, row.sum()) == (66, 1346, 10)
    assert all(shown in (byte_kernel.__doc__ or "") for shown in ("product     66", "1,346 = 66 + 128 * 10"))


def test_without_the_instruction_or_llvm_there_is_no_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "llvmlite", None)
        assert load_byte_kernel.__wrapped__() is None
    binding = pytest.importorskip("llvmlite.binding")
    monkeypatch.setattr(binding, "get_host_cpu_features", lambda: {"avx2": True})
    assert load_byte_kernel.__wrapped__() is None


def test_what_products_of_bytes_are_not_for(make_model: MakeModel, every_question_by_bytes: Kernel) -> None:
    """Many results, vectors that are too long for the sums, and 3CosMul go over the vectors."""
    model = make_model(["a"], [[1.0, 1, 1, 1]])
    assert model.codes is not None
    assert many_by_codes.kernel_for(None, 10, 10, range(1)) is None
    assert many_by_codes.kernel_for(model.codes._replace(size=1 << 16), 10, 10, range(1)) is None
    assert many_by_codes.kernel_for(model.codes, 10, 10_000, range(1)) is None
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(60, 6)).astype(np.float32)
    model = make_model([f"w{at}" for at in range(60)], vectors)
    units = vectors.astype(np.float64) / np.linalg.norm(vectors.astype(np.float64), axis=1, keepdims=True)
    question = ScanQuery(units[:2], ThreeCosMul(1), (0, 1))
    assert best_rows_of_many(model, [question], 5, range(60)) == [scan.best_rows(model, question, 5, range(60))]
