"""Compares answers on hostile vectors with every cosine in float64: ``python -m tests.exact_answers --seed 1``.

A model is made of clusters, of equal rows and of rows that are nearly so, of rows with one large value, of lengths from
1e-18 to 1e18, of zeros, NaN and infinity. Questions are asked one by one and all at once: of one word, sums of words,
analogies, and directions that no word has. A row that is wrong or missing ends it with exit status 1.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from w2vcli.array_types import Float32s, Floats
from w2vcli.models.directory import Model, new_model, open_model_directory
from w2vcli.queries.scan import Found, ScanQuery, best_rows, best_rows_of_many
from w2vcli.queries.scores import DECIMALS, cosine_score
from w2vcli.queries.terms import unit

_BLOCK = 10_000
# Sums in another order differ by less, and other rows by more or they are ties.
_ROUNDING = 1e-11


def hostile_block(rng: np.random.Generator, centres: Float32s, rows: int) -> Float32s:
    """Return some rows of all kinds."""
    size = centres.shape[1]
    block = centres[rng.integers(len(centres), size=rows)] * np.float32(0.7) + rng.normal(size=(rows, size))
    tenth = rows // 10
    block[tenth : 2 * tenth] = block[:tenth]
    block[2 * tenth : 3 * tenth] = block[:tenth] * (1 + 1e-6 * rng.normal(size=(tenth, size)))
    block[3 * tenth : 4 * tenth, 0] *= 1000
    block[4 * tenth : 5 * tenth] *= rng.random((tenth, size)) < 0.02  # most values are zero
    block *= 10.0 ** rng.integers(-18, 19, size=(rows, 1))
    block[rng.random(rows) < 0.01] = 0
    block[rng.integers(rows), 0] = np.nan
    block[rng.integers(rows), -1] = np.inf
    with np.errstate(over="ignore"):
        narrow: Float32s = block.astype(np.float32)
    return narrow


def make_model(path: Path, rows: int, size: int, seed: int) -> Model:
    """Make the model."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(max(2, rows // 150), size)).astype(np.float32)
    with new_model(path, size) as writer:
        for start in range(0, rows, _BLOCK):
            count = min(_BLOCK, rows - start)
            writer.append([f"w{start + at}" for at in range(count)], hostile_block(rng, centres, count))
        writer.finish(source={})
    return open_model_directory(path)


def make_questions(model: Model, count: int, seed: int) -> list[ScanQuery]:
    """Return questions that are sums and differences of up to three rows, and some random directions."""
    rng = np.random.default_rng(seed + 1)
    questions: list[ScanQuery] = []
    while len(questions) < count:
        rows = rng.choice(model.facts.words, size=len(questions) % 4, replace=False)
        units = unit(model.vectors[rows].astype(np.float64))
        signs = rng.choice([1.0, 1, -1], size=len(rows))
        target = unit((signs @ units if len(rows) else rng.normal(size=model.facts.vector_size))[None])
        if target.any():
            questions.append(ScanQuery(target, cosine_score, tuple(rows.tolist())))
    return questions


def best_cosines(model: Model, questions: list[ScanQuery], topn: int) -> tuple[Floats, list[dict[int, float]]]:
    """Return for each question the ``topn`` highest cosines in float64, and by row all that are as high."""
    targets = np.concatenate([question.targets for question in questions])
    best = np.full((len(questions), topn), -np.inf)
    high: list[dict[int, float]] = [{} for _ in questions]
    for start, block in model.vectors.blocks():
        units = unit(block.astype(np.float64))
        cosines = targets @ units.T
        cosines[:, ~units.any(axis=1)] = -np.inf
        for at, question in enumerate(questions):
            out = [row - start for row in question.left_out if start <= row < start + len(block)]
            cosines[at, out] = -np.inf
            for column in np.flatnonzero(cosines[at] >= best[at, 0] - _ROUNDING).tolist():
                high[at][start + column] = float(cosines[at, column])
            best[at] = np.sort(np.append(best[at], np.sort(cosines[at][cosines[at] > best[at, 0]])[-topn:]))[-topn:]
    return best[:, ::-1], high


def require_right(question: int, found: list[Found], best: Floats, high: dict[int, float]) -> None:
    """Raise `SystemExit` unless the rows that were ``found`` are the best, and of ties the lower row comes first."""
    scores = [score for _, score in found]
    keys = [(-round(score, DECIMALS), row) for row, score in found]
    expected = best[np.isfinite(best)]
    right = (
        len(found) == len(expected)
        and np.allclose(scores, expected, rtol=0, atol=_ROUNDING)
        and all(abs(high.get(row, np.inf) - score) < _ROUNDING for row, score in found)
        and keys == sorted(set(keys))
    )
    if not right:
        raise SystemExit(f"question {question}: found {found}, but the best cosines are {expected.tolist()}")


def main() -> None:
    """Ask, compare, and print how many answers are right."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--size", type=int, default=100)
    parser.add_argument("--questions", type=int, default=1000)
    parser.add_argument("--topn", type=int, default=10)
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        model = make_model(Path(folder) / "hostile.w2v", options.rows, options.size, options.seed)
        questions = make_questions(model, options.questions, options.seed)
        best, high = best_cosines(model, questions, options.topn)
        among = range(options.rows)
        for at, question in enumerate(questions):
            require_right(at, best_rows(model, question, options.topn, among), best[at], high[at])
        for at, found in enumerate(best_rows_of_many(model, questions, options.topn, among)):
            require_right(at, found, best[at], high[at])
        del model  # Windows removes no file that is open
    told = f"{options.questions:,} questions to {options.rows:,} x {options.size}, one by one and all at once"
    sys.stdout.write(f"seed {options.seed}: {told}: the answers are those of every cosine in float64\n")


if __name__ == "__main__":
    main()
