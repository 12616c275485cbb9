"""The receipt of a training: where every word that was read has gone, and the proof that it adds up."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from w2vcli.corpus.encoded import Read
from w2vcli.errors import LostWords
from w2vcli.models.runs import EpochWords, Receipt
from w2vcli.training.formulas import keep_probabilities

# How many standard deviations the number of words that subsampling kept may lie from its mean: beyond
# six, chance is excluded and words were lost.
_DEVIATIONS = 6.0

_PARTS = [field.name for field in fields(EpochWords)]


def make_receipt(read: Read, epochs: Sequence[EpochWords], min_count: int) -> Receipt:
    """Return the receipt of a training.

    Raises
    ------
    LostWords
        If it does not add up.
    """
    counts: dict[str, Any] = {name: value for name, value in asdict(read).items() if name not in {"words", "tokens"}}
    counts |= {name: _sum_of(name, epochs) for name in _PARTS}
    receipt = Receipt(
        **counts,
        read=read.words,
        min_count=min_count,
        epochs=len(epochs),
        total=read.tokens * len(epochs),
        per_epoch=list(epochs),
    )
    require_adding_up(receipt)
    return receipt


def require_adding_up(receipt: Receipt) -> None:
    """Raise `LostWords` if anything in a receipt is more or less than what was read.

    Where an engine does not count what it trained on, the rest must add up to no more than what was read.
    """
    kept = receipt.kept
    if (
        receipt.total != kept * receipt.epochs
        or not _adds_up(receipt, receipt.total)
        or not all(_adds_up(epoch, kept) for epoch in receipt.per_epoch)
        or len(receipt.per_epoch) != receipt.epochs
        or any(getattr(receipt, name) != _sum_of(name, receipt.per_epoch) for name in _PARTS)
        or receipt.empty_lines > receipt.lines
        or receipt.undecodable_bytes > receipt.bytes
    ):
        raise LostWords(f"the words do not add up: {receipt}")


def _adds_up(words: EpochWords | Receipt, total: int) -> bool:
    rest = total - words.below_min_count - words.held_out
    if words.trained is None or words.subsampled is None:
        return words.trained is words.subsampled is None and rest >= 0
    return words.trained + words.subsampled == rest


def _sum_of(name: str, epochs: Sequence[EpochWords]) -> int | None:
    """Return a sum over epochs, None if one of them is not known."""
    counts = [getattr(epoch, name) for epoch in epochs]
    return None if None in counts else sum(counts)


def check_trained(
    trained: int, counts: npt.NDArray[np.int64], fed_counts: npt.NDArray[np.int64], sample: float
) -> None:
    """Check the words that an engine says it trained on in an epoch against what subsampling should leave.

    ``counts`` are those of the vocabulary, by which words are subsampled. ``fed_counts`` say how often each came in the
    text that was trained on. Each of its occurrences is kept with some probability p by itself, so that the number
    kept has the mean np and the variance np(1 - p), summed over the words.

    Raises
    ------
    LostWords
        If it lies beyond what chance explains. Without subsampling it must be exact.
    """
    keep = keep_probabilities(counts, sample)
    expected = float((fed_counts * keep).sum())
    deviation = math.sqrt(float((fed_counts * keep * (1 - keep)).sum()))
    # The engine rounds each probability to 32 bits.
    slack = _DEVIATIONS * deviation + 1e-6 * expected * bool(sample)
    if abs(trained - expected) > max(slack, 0.5):
        raise LostWords(f"trained on {trained:,} words, where {expected:,.0f} (± {slack:,.0f}) were expected")
