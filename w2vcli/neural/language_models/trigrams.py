"""What neural language models are measured against: trigrams with interpolated Kneser-Ney smoothing.

Kneser and Ney (1995), Improved Backing-off for M-gram Language Modeling, interpolated as in Chen and Goodman (1999),
section 3.2. Each order has one discount, n1 / (n1 + 2 n2), where n1 n-grams were seen once and n2 twice.

A shorter n-gram counts by how many different words it was seen after. *Francisco* may be frequent, but it follows only
*San*, so it is improbable after any other word.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from w2vcli.neural.ids import END, IdArray

# Words in an n-gram, the one that is told among them.
_ORDER = 3

Gram = tuple[int, ...]


@dataclass(frozen=True)
class _Order:
    """N-grams of one length with their ``counts``.

    For each context, ``totals`` has the sum of the counts, and ``follow`` how many different words follow it.
    """

    counts: Counter[Gram]
    totals: Counter[Gram]
    follow: Counter[Gram]
    discount: float


class KneserNey:
    """Probabilities of the next of ``size`` ids, given the two before it.

    ``sentences`` are ids, with `END` at the end of each. In front of each sentence, `END` is put twice.
    """

    def __init__(self, sentences: Iterable[Sequence[int]], size: int) -> None:
        self._size = size
        grams: Counter[Gram] = Counter()
        for sentence in sentences:
            padded = [END] * (_ORDER - 1) + list(sentence)
            grams.update(zip(padded, padded[1:], padded[2:], strict=False))
        self._orders = [_order(grams)]
        for _ in range(_ORDER - 1):
            # Each different n-gram is counted once for the shorter one that it ends with.
            grams = Counter(gram[1:] for gram in grams)
            self._orders.insert(0, _order(grams))

    def probability(self, context: Sequence[int], word: int) -> float:
        """Return the probability of the id ``word`` after the ids ``context``, of which the last two count."""
        found = 1 / self._size  # what is left for n-grams of no words: any id
        for length, order in enumerate(self._orders):
            before = tuple(context[len(context) - length :])
            total = order.totals[before]
            if total:
                # The discount that all words seen after this context gave up goes to shorter contexts.
                own = max(order.counts.get((*before, word), 0) - order.discount, 0.0)
                found = (own + order.discount * order.follow[before] * found) / total
        return found

    def perplexity(self, sentences: Iterable[Sequence[int]]) -> float:
        """Return the perplexity of sentences, the inverse of the geometric mean of their probabilities, or NaN."""
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
    """Return the sentences of a text in ids, each with `END` at its end."""
    return [part.tolist() for part in np.split(text, np.flatnonzero(text == END) + 1) if len(part)]


def _order(grams: Counter[Gram]) -> _Order:
    """Return n-grams with what their probabilities need. If none was seen once, the discount is one half."""
    totals: Counter[Gram] = Counter()
    follow: Counter[Gram] = Counter()
    for gram, count in grams.items():
        totals[gram[:-1]] += count
        follow[gram[:-1]] += 1
    once, twice = (sum(1 for count in grams.values() if count == times) for times in (1, 2))
    return _Order(grams, totals, follow, once / (once + 2 * twice) if once else 0.5)
