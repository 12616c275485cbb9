"""The receipt of a training: where every word that was read has gone, and the proof that it adds up."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields

import numpy as np
import numpy.typing as npt

from w2vcli.corpus.encoded import Read
from w2vcli.errors import LostWords
from w2vcli.training.formulas import keep_probabilities

# How many standard deviations the number of words that subsampling kept may lie from its mean: beyond
# six, chance is excluded and words were lost.
_DEVIATIONS = 6.0


@dataclass(frozen=True)
class EpochWords:
    """Where the words of one epoch went: ``trained + subsampled + below_min_count + held_out``."""

    trained: int
    subsampled: int
    below_min_count: int
    held_out: int


@dataclass(frozen=True)
class Receipt:
    """Where everything went that was read.

    Of the text, after decompression: ``bytes`` of which ``undecodable_bytes`` are no text, ``lines`` of which
    ``empty_lines`` have nothing to see, ``sentences``, and ``read`` words. Of these, ``stop_words`` and ``numbers``
    were left out and ``joined`` are in a phrase with the word before. The rest goes through ``epochs`` epochs, which
    makes ``total`` words = ``trained + subsampled + below_min_count + held_out``, each the sum of those in
    ``per_epoch``. ``min_count`` is what a word needed to be trained, which ``max_final_vocab`` may have raised.
    """

    files: int
    bytes: int
    undecodable_bytes: int
    lines: int
    empty_lines: int
    sentences: int
    read: int
    stop_words: int
    numbers: int
    joined: int
    min_count: int
    epochs: int
    total: int
    trained: int
    subsampled: int
    below_min_count: int
    held_out: int
    per_epoch: list[EpochWords]

    def __post_init__(self) -> None:
        """Add up.

        Raises
        ------
        LostWords
            If anything is more or less than what was read.
        """
        kept = self.read - self.stop_words - self.numbers - self.joined
        parts = self.trained + self.subsampled + self.below_min_count + self.held_out
        each = {epoch.trained + epoch.subsampled + epoch.below_min_count + epoch.held_out for epoch in self.per_epoch}
        columns = [sum(getattr(epoch, name) for epoch in self.per_epoch) for name in _PARTS]
        if (
            not kept * self.epochs == self.total == parts
            or each != {kept}
            or len(self.per_epoch) != self.epochs
            or columns != [getattr(self, name) for name in _PARTS]
            or self.empty_lines > self.lines
            or self.undecodable_bytes > self.bytes
        ):
            raise LostWords(f"the words do not add up: {self}")


_PARTS = [field.name for field in fields(EpochWords)]


def make_receipt(read: Read, epochs: Sequence[EpochWords], min_count: int) -> Receipt:
    """Return the receipt of a training.

    Raises
    ------
    LostWords
        If it does not add up.
    """
    counts = {name: value for name, value in asdict(read).items() if name not in {"words", "tokens"}}
    return Receipt(
        **counts,
        read=read.words,
        min_count=min_count,
        epochs=len(epochs),
        total=read.tokens * len(epochs),
        per_epoch=list(epochs),
        **{name: sum(getattr(epoch, name) for epoch in epochs) for name in _PARTS},
    )


def check_trained(
    trained: int, counts: npt.NDArray[np.int64], fed_counts: npt.NDArray[np.int64], sample: float
) -> None:
    """Check the words that an engine says it trained on in an epoch against what subsampling should leave.

    ``counts`` are those of the vocabulary, by which words are thinned out; ``fed_counts`` say how often each
    came in the text that was trained on.

    Raises
    ------
    LostWords
        If it lies beyond what chance explains; without subsampling, if it is not exact.
    """
    keep = keep_probabilities(counts, sample)
    expected = float((fed_counts * keep).sum())
    deviation = math.sqrt(float((fed_counts * keep * (1 - keep)).sum()))
    # The engine rounds each probability to 32 bits.
    slack = _DEVIATIONS * deviation + 1e-6 * expected * bool(sample)
    if abs(trained - expected) > max(slack, 0.5):
        raise LostWords(f"trained on {trained:,} words, where {expected:,.0f} (± {slack:,.0f}) were expected")
