"""What neural language models are measured against: trigrams with interpolated Kneser-Ney smoothing.

Kneser and Ney (1995), Improved Backing-off for M-gram Language Modeling; interpolated as in Chen and Goodman (1999),
section 3.2, with one discount for each order, n1 / (n1 + 2 n2).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from w2vcli.neural.ids import END, IdArray

_ORDER = 3

Gram = tuple[int, ...]


@dataclass(frozen=True)
class _Order:
    """N-grams of one length: their ``counts``; of each context the sum of these, and how many words follow it."""

    counts: Counter[Gram]
    totals: Counter[Gram]
    follow: Counter[Gram]
    discount: float


class KneserNey:
    """Probabilities of the next word, of ``size`` there are, given the two before it.

    ``sentences`` are the numbers of words, with 0 at the end of each; in front of each, 0 stands twice.
    """

    def __init__(self, sentences: Iterable[Sequence[int]], size: int) -> None:
        self._size = size
        grams: Counter[Gram] = Counter()
        for sentence in sentences:
            padded = [END] * (_ORDER - 1) + list(sentence)
            grams.update(zip(padded, padded[1:], padded[2:], strict=False))
        self._orders = [_order(grams)]
        for _ in range(_ORDER - 1):
            # In how many contexts an n-gram comes, not how often.
            grams = Counter(gram[1:] for gram in grams)
            self._orders.insert(0, _order(grams))

    def probability(self, context: Sequence[int], word: int) -> float:
        """Return the probability of ``word`` after ``context``, of which the last two words count."""
        found = 1 / self._size
        for length, order in enumerate(self._orders):
            before = tuple(context[len(context) - length :])
            total = order.totals[before]
            if total:
                own = max(order.counts.get((*before, word), 0) - order.discount, 0.0)
                found = (own + order.discount * order.follow[before] * found) / total
        return found

    def perplexity(self, sentences: Iterable[Sequence[int]]) -> float:
        """Return the perplexity of sentences: the inverse of the geometric mean of their words' probabilities."""
        logs, count = 0.0, 0
        for sentence in sentences:
            context = [END] * (_ORDER - 1)
            for word in sentence:
                logs -= float(np.log(self.probability(context, word)))
                context = [*context[1:], word]
            count += len(sentence)
        return float(np.exp(logs / count)) if count else float("nan")

    def probabilities(self, context: Sequence[int]) -> npt.NDArray[np.float64]:
        """Return the probability of each word after ``context``."""
        return np.array([self.probability(context, word) for word in range(self._size)])


def split_sentences(text: IdArray) -> list[list[int]]:
    """Return the sentences of a text, each with `END` behind it."""
    return [part.tolist() for part in np.split(text, np.flatnonzero(text == END) + 1) if len(part)]


def _order(grams: Counter[Gram]) -> _Order:
    totals: Counter[Gram] = Counter()
    follow: Counter[Gram] = Counter()
    for gram, count in grams.items():
        totals[gram[:-1]] += count
        follow[gram[:-1]] += 1
    once, twice = (sum(1 for count in grams.values() if count == times) for times in (1, 2))
    return _Order(grams, totals, follow, once / (once + 2 * twice) if once else 0.5)
