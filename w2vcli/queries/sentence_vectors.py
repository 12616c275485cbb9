r"""Vectors of texts: the mean of the vectors of their tokens, each with a weight.

    mean    1                          of each token
    sif     a / (a + p)                p is the share of the word in the corpus, a = 0.001 (Arora et al. 2017)
    zipf    b / (b + 1 / (r H))        p guessed from the rank r = 2, 3, ... of the word, b = 0.0001 (model2vec)

The sum over the tokens in the vocabulary is divided by how many these are. What all texts have in common is then left
out for ``sif``: the first principal component of their vectors, v - u (u v).

    embed = Embedder(model)
    embed(["the girl", ""]).vectors  # 2 x vector_size, the second of zeros
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from w2vcli.array_types import Float32s
from w2vcli.errors import BadModel, BadSettings
from w2vcli.models.directory import Model
from w2vcli.queries.text_rows import TextRows, rows_of_texts
from w2vcli.queries.weightings import Weighting
from w2vcli.reporting import Reporter

Append = Callable[[Sequence[str], Float32s], object]

_SIF = 1e-3
_ZIPF = 1e-4
# What is left of a vector of float32 and is shorter than this share of it is of no digit that it has.
_ROUNDING = 1e-6
# Sums of more tokens are float64, of which float32 would lose the last digits.
_SHORT = 64
# More words than these are not made float32 all at once where they are stored in fewer bits.
_MOST_WIDENED = 1 << 26


class Embedded(NamedTuple):
    """The vectors of texts (texts x vector_size), and how many tokens of each are in the vocabulary.

    ``tokens`` counts all of them, ``unknown`` those out of vocabulary, ``cut`` the texts that were too long.
    """

    vectors: Float32s
    known: npt.NDArray[np.int64]
    tokens: int
    unknown: int
    cut: int


class Embedder:
    """Makes vectors of texts by a model.

    ``normalize`` scales them to length 1. None does what the library of static embeddings does, and else leaves them.

    Raises
    ------
    BadModel
        If ``sif`` is wanted, and the model does not know how often its words were seen.
    """

    def __init__(self, model: Model, weighting: Weighting = "mean", *, normalize: bool | None = None) -> None:
        static = model.facts.static
        self.vector_size = model.facts.vector_size
        self.normalize = bool(static and static.normalize) if normalize is None else normalize
        self._vectors = model.vectors
        self._weights = _weights(model, weighting)
        self._find = rows_of_texts(model)
        self._all: Float32s | None = None
        if model.vectors.dtype == "float32":
            self._all = model.vectors.stored
        elif model.vectors.stored.size <= _MOST_WIDENED:
            self._all = model.vectors[:]

    def __call__(self, texts: Sequence[str]) -> Embedded:
        """Return the vectors of ``texts``. One without a token in the vocabulary has zeros."""
        found = self._find(texts)
        vectors, known = self._means(found)
        if self.normalize:
            scale_to_length_1(vectors)
        return Embedded(vectors, known, len(found.rows), int(found.unknown.sum()), found.cut)

    def _means(self, found: TextRows) -> tuple[Float32s, npt.NDArray[np.int64]]:
        """Return the weighted means, and of how many tokens each one is."""
        from scipy.sparse import csr_matrix

        is_there = found.rows >= 0
        rows, ends = found.rows[is_there], np.concatenate([[0], np.cumsum(found.lengths)])
        # Of the tokens of all texts before: how many are in the vocabulary.
        known_before = np.concatenate([[0], np.cumsum(is_there)])[ends]
        counts = np.diff(known_before)
        weights = np.ones(len(rows), np.float32) if self._weights is None else self._weights[rows]
        matrix: npt.NDArray[np.floating] | None = self._all
        is_long = counts.max(initial=0) > _SHORT
        if matrix is None or is_long:
            different, rows = np.unique(rows, return_inverse=True)
            matrix = self._vectors[different]
        if is_long:
            matrix = matrix.astype(np.float64)
        sums = csr_matrix((weights, rows, known_before), shape=(len(counts), len(matrix))) @ matrix
        with np.errstate(invalid="ignore"):
            means: Float32s = (sums / np.maximum(counts, 1).astype(matrix.dtype)[:, None]).astype(
                np.float32, copy=False
            )
        return means, counts


@dataclass
class Totals:
    """What became of texts. ``zeros`` had no token in the vocabulary; ``first`` of them was that text, from 1.

    ``broken`` have NaN or infinity, as a word of theirs has. Of ``common`` nothing was left without what all texts have
    in common.
    """

    texts: int = 0
    tokens: int = 0
    unknown: int = 0
    cut: int = 0
    zeros: int = 0
    first: int = 0
    broken: int = 0
    common: int = 0

    def add(self, found: Embedded) -> None:
        """Count more texts."""
        zeros = np.flatnonzero(found.known == 0)
        if not self.zeros and len(zeros):
            self.first = self.texts + int(zeros[0]) + 1
        self.texts += len(found.known)
        self.tokens += found.tokens
        self.unknown += found.unknown
        self.cut += found.cut
        self.zeros += len(zeros)
        self.broken += len(found.vectors) - int(np.isfinite(found.vectors).all(axis=1).sum())


def embed_all(embed: Embedder, batches: Iterable[list[str]], components: int, append: Append) -> Totals:
    """Give the vectors of all texts to ``append``, batch by batch, and return what became of the texts.

    If ``components`` are to be left out, the vectors wait in a temporary file until all texts are read.

    Raises
    ------
    BadSettings
        If there are no more texts than components, which would leave nothing of them.
    """
    totals = Totals()
    if not components:
        for texts in batches:
            found = embed(texts)
            totals.add(found)
            append(texts, found.vectors)
        return totals
    common = Common(embed.vector_size, components)
    with TemporaryFile() as waiting:
        for texts in batches:
            found = embed(texts)
            totals.add(found)
            common.add(found.vectors)
            encoded = json.dumps(texts).encode()
            waiting.write(len(encoded).to_bytes(8, "little") + encoded + found.vectors.tobytes())
        if totals.texts - totals.zeros <= components:
            raise BadSettings(
                f"what {totals.texts - totals.zeros:,} texts have in common is all that they are: "
                "give more texts, or --components 0"
            )
        waiting.seek(0)
        while size := waiting.read(8):
            texts = json.loads(waiting.read(int.from_bytes(size, "little")))
            data = waiting.read(4 * len(texts) * embed.vector_size)
            vectors, without_rest = common.leave_out(np.frombuffer(data, np.float32).reshape(len(texts), -1))
            totals.common += without_rest
            if embed.normalize:
                scale_to_length_1(vectors)
            append(texts, vectors)
    return totals


class Common:
    """What texts have in common: the first ``count`` principal components of all their vectors, which are not centred.

    Arora et al. (2017), A Simple but Tough-to-Beat Baseline for Sentence Embeddings.
    """

    def __init__(self, vector_size: int, count: int) -> None:
        self._count = count
        self._products = np.zeros((vector_size, vector_size))
        self._directions: npt.NDArray[np.float64] | None = None

    def add(self, vectors: Float32s) -> None:
        """Take in the vectors of more texts, but for those that are no numbers."""
        wide = vectors[np.isfinite(vectors).all(axis=1)].astype(np.float64)
        self._products += wide.T @ wide
        self._directions = None

    def leave_out(self, vectors: Float32s) -> tuple[Float32s, int]:
        """Return vectors without these components, and of how many nothing is left but rounding: they are zeros."""
        if self._directions is None:
            self._directions = np.linalg.eigh(self._products)[1]
        common = self._directions[:, len(self._directions) - self._count :]
        with np.errstate(invalid="ignore"):
            without: Float32s = (vectors - (vectors @ common) @ common.T).astype(np.float32)
        lengths, before = (np.linalg.norm(each, axis=1) for each in (without, vectors))
        is_rounding = lengths < _ROUNDING * before
        without[is_rounding] = 0
        return without, int(is_rounding.sum())


def components_to_leave_out(model: Model, weighting: Weighting, components: int | None) -> int:
    """Return how many principal components are left out: those that are wanted, else 1 with ``sif`` alone.

    Raises
    ------
    BadSettings
        If that would leave nothing of the vectors of the model.
    """
    found = (1 if weighting == "sif" else 0) if components is None else components
    if not 0 <= found < model.facts.vector_size:
        raise BadSettings(f"--components is 0 to {model.facts.vector_size - 1:,} for this model")
    return found


def tell_reading(model: Model, reporter: Reporter) -> None:
    """Say how texts are tokenized where the model does not tell."""
    if model.facts.static is None and model.facts.tokenizer is None:
        reporter.note("how its text was tokenized is not known: words are those of the tokenizer unicode, as written")


def tell_totals(totals: Totals, model: Model, reporter: Reporter) -> None:
    """Say what became of texts and their tokens."""
    reporter.note(
        f"{totals.texts:,} texts, {totals.tokens:,} tokens, {totals.unknown:,} of them out of vocabulary ({model.name})"
    )
    if totals.cut and model.facts.static is not None:
        most = model.facts.static.max_length
        reporter.warn(f"{totals.cut:,} texts are longer than {most:,} tokens, of which only so many were taken")
    if totals.zeros:
        reporter.warn(
            f"{totals.zeros:,} texts have no word of the vocabulary, so their vectors are zeros; "
            f"the first is text {totals.first:,}"
        )
    if totals.common:
        reporter.warn(f"{totals.common:,} texts have nothing but what all have in common, so their vectors are zeros")
    if totals.broken:
        reporter.warn(f"{totals.broken:,} texts have words with NaN or infinity in their vector, and so has theirs")


def scale_to_length_1(vectors: Float32s) -> None:
    """Scale each row to length 1, but for rows of zeros."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    np.divide(vectors, lengths, out=vectors, where=lengths > 0)


def _weights(model: Model, weighting: Weighting) -> Float32s | None:
    """Return the weight of each row, or None if all have the same."""
    if weighting == "mean":
        return None
    words = len(model.words)
    if weighting == "zipf":
        ranks = 1 / np.arange(2, words + 2)
        shares, constant = ranks / ranks.sum(), _ZIPF
    elif model.counts is None:
        raise BadModel(f"{model.path} does not know how often its words were seen, which sif needs; zipf needs it not")
    else:
        shares, constant = model.counts / max(1, int(model.counts.sum())), _SIF
    weights: Float32s = (constant / (constant + shares)).astype(np.float32)
    return weights
