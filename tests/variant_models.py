"""Models with variants for tests: made of arrays, and asked again by brute force."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from w2vcli.models.directory import Model
from w2vcli.models.model_parts import VECTORS
from w2vcli.models.variants import VariantsFolder, VariantsMade

Arrays = Sequence[npt.ArrayLike]


def add_variants(model: Model, vectors: Arrays) -> None:
    """Give a model variants with these vectors (each words x vector_size)."""
    folder = VariantsFolder(model.path)
    made = VariantsMade(model.facts.sha256[VECTORS], "documents", 60, 1, 5)
    folder.begin(made)
    for array in vectors:
        made = folder.add(made, np.asarray(array, dtype=np.float32).reshape(len(model.words), -1))


def units_of(model: Model) -> list[npt.NDArray[np.float64]]:
    """Return the vectors of the variants as they are on disk, in float64 and scaled to length 1."""
    paths = sorted((model.path / "variants").glob("*.npy"), key=lambda path: int(path.stem))
    arrays = [np.load(path).astype(np.float64) for path in paths]
    with np.errstate(invalid="ignore"):
        return [array / np.linalg.norm(array, axis=1, keepdims=True) for array in arrays]


def ranked(scores: npt.NDArray[Any], left_out: Sequence[int], topn: int) -> list[int]:
    """Return the rows of the best scores by sorting all of them, the lower row first where they are equal."""
    rows = [row for row in range(len(scores)) if row not in left_out and np.isfinite(scores[row])]
    return sorted(rows, key=lambda row: (-round(float(scores[row]), 12), row))[:topn]
