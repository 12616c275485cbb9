"""What classifiers are measured against: TF-IDF with logistic regression, by scikit-learn, kept as plain arrays.

scikit-learn's own way to keep a model is pickle, which can run code. The arrays here are all that a prediction needs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from w2vcli.array_types import Floats
from w2vcli.decoding import read_regular
from w2vcli.errors import BadModel
from w2vcli.models.arrays import map_array, save_array
from w2vcli.neural.tokenized_texts import TokenizedTexts

# A word that was seen once says nothing about other texts.
_MIN_COUNT = 2
_WORDS = "baseline-words.txt"


@dataclass(frozen=True)
class Baseline:
    """A linear classifier: ``idf`` (words), ``weights`` (outputs x words), ``intercepts`` (outputs).

    There is one output for two classes, which is positive for the second, and else one for each class.
    """

    words: list[str]
    idf: Floats
    weights: Floats
    intercepts: Floats

    def predict(self, tokens: TokenizedTexts) -> npt.NDArray[np.int32]:
        """Return the class of each text."""
        from sklearn.preprocessing import normalize

        counts = _counts(tokens, self.words)
        scores = np.asarray(normalize(counts.multiply(self.idf).tocsr()) @ self.weights.T + self.intercepts)
        found = scores[:, 0] > 0 if scores.shape[1] == 1 else scores.argmax(axis=1)
        return found.astype(np.int32)

    def save(self, folder: Path) -> None:
        """Write the classifier into ``folder``."""
        (folder / _WORDS).write_bytes("".join(f"{word}\n" for word in self.words).encode())
        for name in _ARRAYS:
            save_array(folder / f"baseline-{name}.npy", getattr(self, name))


_MOST_BYTES = 1 << 30
_ARRAYS = ("idf", "weights", "intercepts")


def fit_baseline(tokens: TokenizedTexts, classes: npt.NDArray[np.int32]) -> Baseline:
    """Return the baseline of texts and their classes, with scikit-learn's settings but for the iterations.

    Its 100 iterations are too few for the words of a large corpus.
    """
    from sklearn.feature_extraction.text import TfidfTransformer
    from sklearn.linear_model import LogisticRegression

    counts = tokens.counts()
    words = [word for word, count in zip(tokens.words, counts.tolist(), strict=True) if count >= _MIN_COUNT]
    matrix = _counts(tokens, words or tokens.words)
    transformer = TfidfTransformer().fit(matrix)
    model = LogisticRegression(max_iter=1000).fit(transformer.transform(matrix), classes)
    weights = np.asarray(model.coef_, dtype=np.float64)
    return Baseline(words or tokens.words, np.asarray(transformer.idf_), weights, np.asarray(model.intercept_))


def load_baseline(folder: Path) -> Baseline:
    """Return the baseline that was written into ``folder``.

    Raises
    ------
    BadModel
        If it is missing or damaged.
    """
    try:
        words = read_regular(folder / _WORDS, _MOST_BYTES).decode().split("\n")[:-1]
    except FileNotFoundError as error:
        raise BadModel(f"{folder} is damaged: {_WORDS} is missing") from error
    except UnicodeDecodeError as error:
        raise BadModel(f"{folder / _WORDS} is damaged: byte {error.start:,} is not UTF-8") from error
    weights = map_array(folder / "baseline-weights.npy", "<f8", (None, len(words)))
    return Baseline(
        words,
        map_array(folder / "baseline-idf.npy", "<f8", (len(words),)),
        weights,
        map_array(folder / "baseline-intercepts.npy", "<f8", (len(weights),)),
    )


def _counts(tokens: TokenizedTexts, words: Sequence[str]) -> Any:
    """Return how often each of ``words`` is in each text, as a sparse matrix (texts x words)."""
    from scipy.sparse import csr_matrix

    column_of = {word: column for column, word in enumerate(words)}
    columns = np.array([column_of.get(word, -1) for word in tokens.words], dtype=np.int64)
    texts = np.repeat(np.arange(len(tokens.texts)), [len(text) for text in tokens.texts])
    found = columns[np.concatenate([np.zeros(0, dtype=np.int32), *tokens.texts])]
    known = found >= 0  # words that the baseline does not know count as nothing
    ones = np.ones(int(known.sum()))
    matrix = csr_matrix((ones, (texts[known], found[known])), shape=(len(tokens.texts), len(words)))
    # scipy 1.13 leaves a word that comes twice as two, which the idf would take for two texts.
    matrix.sum_duplicates()
    return matrix
