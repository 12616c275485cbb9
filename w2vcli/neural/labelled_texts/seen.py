"""Hashes of the texts that a classifier has seen, so that a test with the same texts does not go unnoticed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from w2vcli.models.arrays import map_array, save_array

# Kept in place of the texts: 8 bytes for each.
Hashes = npt.NDArray[np.uint64]
_NAME = "texts-seen.npy"


def hash_texts(texts: Iterable[str]) -> Hashes:
    """Return a 64-bit hash of each text without the blanks around it.

    Among a million texts, two different ones have the same hash with a probability of 3 in 100 million.
    """
    digests = b"".join(hashlib.blake2b(text.strip().encode(), digest_size=8).digest() for text in texts)
    return np.frombuffer(digests, dtype="<u8")


def count_seen(texts: Iterable[str], seen: Hashes) -> int:
    """Return how many of ``texts`` are among those that were seen."""
    return int(np.isin(hash_texts(texts), seen).sum())


def save_seen(seen: Hashes, folder: Path) -> None:
    """Write the hashes into ``folder``, each once and sorted, so that they do not tell the order of the texts."""
    save_array(folder / _NAME, np.unique(seen))


def read_seen(folder: Path) -> Hashes | None:
    """Return the hashes that were written into ``folder``, None if an older w2v wrote none.

    Raises
    ------
    BadModel
        If they are damaged.
    """
    path = folder / _NAME
    return map_array(path, "<u8", (None,)) if path.exists() else None
