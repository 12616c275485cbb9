"""Whether every byte of a model is what was written, for ``w2v info --check``."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from w2vcli.errors import BadModel
from w2vcli.models.arrays import map_array
from w2vcli.models.facts import Facts, check_hashes
from w2vcli.models.index import check_index
from w2vcli.models.model_parts import COPIES, VECTORS
from w2vcli.models.variants import check_variants
from w2vcli.models.vectors import STORED, Vectors


def check_model(directory: Path, facts: Facts) -> list[str]:
    """Compare each file of a model with what was written, and return what could not be compared.

    Raises
    ------
    BadModel
        If one was changed, is missing, or has come since.
    """
    check_hashes(facts, directory)
    _check_copies(directory, facts)
    check_variants(directory, facts)
    missing = [] if facts.sha256 else ["its files, of which an earlier version of w2v wrote no hashes"]
    if not check_index(directory, facts):
        missing.append("its index, which the next question makes")
    return missing


def _check_copies(directory: Path, facts: Facts) -> None:
    """Compare the vectors that were written once more as float32 with those that they are of."""
    shape = (facts.words, facts.vector_size)
    for path in sorted(directory.glob(COPIES)):
        if path.stem.removeprefix("float32-") != facts.sha256.get(VECTORS, "")[:16]:
            continue  # it is of other vectors, and never used
        copy = map_array(path, "<f4", shape)
        vectors = Vectors(map_array(directory / VECTORS, STORED[facts.dtype], shape), facts.dtype)
        for start, block in vectors.blocks():
            if not np.array_equal(copy[start : start + len(block)].view(np.uint32), block.view(np.uint32)):
                raise BadModel(f"{path} is damaged: its vectors are not those of vectors.npy; delete it")
