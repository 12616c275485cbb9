"""What is in a vector file, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from w2vcli.errors import DamagedInput
from w2vcli.models.formats.blocks import ReadOptions
from w2vcli.models.loading import OpenVectors, read_vectors
from w2vcli.models.vectors import STORED, is_lossless
from w2vcli.reporting import Reporter

# Undecodable bytes become these characters, which no text has.
_ERRORS = "surrogateescape"
_FIRST_FAULT, _LAST_FAULT = "\udc80", "\udcff"


@dataclass(frozen=True)
class Examination:
    """What was found in a vector file.

    ``words_promised`` is None where the format does not promise any. ``dtype`` is the smallest type that
    holds all values. ``undecodable_words``, ``empty_words``, ``duplicates`` (rows whose word came before),
    ``zero_vectors`` and ``nan_vectors`` (with NaN or infinity) count rows. The norms are lengths of vectors,
    None if there are none. ``fault`` says why the file could not be read to its end.
    """

    format: str
    bytes: int
    compressed: bool
    words_promised: int | None
    words: int
    vector_size: int
    dtype: str
    undecodable_words: int
    empty_words: int
    duplicates: int
    zero_vectors: int
    nan_vectors: int
    norm_min: float | None
    norm_median: float | None
    norm_max: float | None
    fault: str | None


def examine(path: Path, reading: ReadOptions, reporter: Reporter) -> Examination:
    """Read the vector file ``path`` to its end, or to where it is damaged, and return what was found.

    Raises
    ------
    DamagedInput
        If it has no known format, or its beginning is damaged.
    """
    tolerant = ReadOptions(reading.limit, reading.encoding, _ERRORS, reading.vocabulary, reading.trust_pickle)
    with read_vectors(path, tolerant, reporter) as vectors:
        rows = _Rows()
        fault = None
        try:
            for block in vectors.blocks():
                rows.add(block.words, block.vectors)
            fault = _rest(vectors)
            vectors.require_only()
        except DamagedInput as error:
            fault = str(error)
        return rows.examination(vectors, fault)


class _Rows:
    """What is to be known of each row: twelve bytes.

    So a file of any size is examined in little memory.
    """

    def __init__(self) -> None:
        self._hashes: list[npt.NDArray[np.int64]] = []
        self._norms: list[npt.NDArray[np.float32]] = []
        self._dtypes = list(STORED)
        self._undecodable = self._empty = self._nan = 0

    def add(self, words: list[str], vectors: npt.NDArray[np.float32]) -> None:
        """Look at more rows."""
        # Of its bytes, since Python gives two texts one hash where their characters take the same room: "an" and 湡.
        hashes = (hash(word.encode(errors="surrogatepass")) for word in words)
        self._hashes.append(np.fromiter(hashes, dtype=np.int64, count=len(words)))
        self._undecodable += sum(any(_FIRST_FAULT <= c <= _LAST_FAULT for c in word) for word in words)
        self._empty += sum(not word for word in words)
        self._norms.append(np.linalg.norm(vectors.astype(np.float64), axis=1).astype(np.float32))
        self._nan += int(np.count_nonzero(~np.isfinite(vectors).all(axis=1)))
        self._dtypes = [dtype for dtype in self._dtypes if is_lossless(vectors, dtype)]

    def examination(self, vectors: OpenVectors, fault: str | None) -> Examination:
        """Return it all together."""
        hashes = np.concatenate([np.zeros(0, dtype=np.int64), *self._hashes])
        norms = np.concatenate([np.zeros(0, dtype=np.float32), *self._norms])
        finite = norms[np.isfinite(norms)]
        return Examination(
            format=vectors.vector_format.name,
            bytes=vectors.file.size or vectors.file.consumed,
            compressed=vectors.file.compressed,
            words_promised=vectors.rows.promised,
            words=len(norms),
            vector_size=vectors.rows.vector_size,
            dtype=self._dtypes[0],
            undecodable_words=self._undecodable,
            empty_words=self._empty,
            duplicates=len(hashes) - len(np.unique(hashes)),
            zero_vectors=int(np.count_nonzero(norms == 0)),
            nan_vectors=self._nan,
            norm_min=float(finite.min()) if finite.size else None,
            norm_median=float(np.median(finite)) if finite.size else None,
            norm_max=float(finite.max()) if finite.size else None,
            fault=fault,
        )


def _rest(vectors: OpenVectors) -> str | None:
    if vectors.goes_on():
        return f"{vectors.file.name}: the header promises {vectors.seen:,} rows, and more follows them"
    return None
