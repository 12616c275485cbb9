"""What is said of a training when it is over: where the words went, and what may not be what was meant.

The first lines are sums that a reader can check::

    2,100 words read = 2,000 kept + 100 stop words
    2,000 words x 5 (epochs) = 10,000 = 6,500 trained + 2,900 subsampled (--sample) + 600 below --min-count

What follows are notes and warnings, each with the flag that changes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from w2vcli.corpus.encoded import EncodedCorpus
from w2vcli.corpus.remarks import better_tokenizer
from w2vcli.models.runs import Receipt
from w2vcli.reporting import Reporter
from w2vcli.training.settings import Settings

# On the texts this was tried on, of 50,000 words to 23 million, --sample leaves out 25 to 40 % by default.
MUCH_SUBSAMPLED = 0.6
_MUCH_LOST = 0.1


def tell_summary(
    receipt: Receipt, settings: Settings, corpus: EncodedCorpus, tokenizer: str, reporter: Reporter
) -> None:
    """Tell where the words went, then what of the settings may not be what was meant."""
    for line in _where_words_went(receipt):
        reporter.note(line)
    if receipt.min_count > settings.min_count:
        reporter.note(f"--min-count was raised to {receipt.min_count:,} by --max-final-vocab")
    better = better_tokenizer(corpus, tokenizer)
    if better is not None:
        reporter.note(better)
    if receipt.below_min_count > _MUCH_LOST * receipt.total:
        option = "a higher --max-final-vocab" if receipt.min_count > settings.min_count else "a lower --min-count"
        share = receipt.below_min_count / receipt.total
        reporter.note(
            f"{share:.0%} of the words came less than {receipt.min_count:,} times and were left out; "
            f"{option if better is None else 'another tokenizer'} keeps more of them"
        )
    if receipt.trained is not None and receipt.subsampled is not None:
        share = receipt.subsampled / max(receipt.subsampled + receipt.trained, 1)
        if share > MUCH_SUBSAMPLED and receipt.subsampled > _MUCH_LOST * receipt.total:
            reporter.warn(f"{share:.0%} of the words were left out by --sample; on little text, --sample 0 keeps them")
    if settings.hs and settings.negative:
        reporter.warn("--hs 1 with --negative trains with both, as gensim does; --negative 0 leaves --hs alone")


def _where_words_went(receipt: Receipt) -> Iterator[str]:
    """Yield sums such as ``1,000 words x 2 (epochs) = 2,000 = 1,500 trained + 500 subsampled (--sample)``."""
    left_out = [
        (receipt.stop_words, "stop words"),
        (receipt.numbers, "numbers"),
        (receipt.joined, "joined in phrases"),
    ]
    if any(count for count, _ in left_out):
        yield f"{receipt.read:,} words read = {receipt.kept:,} kept + {_sum(left_out)}"
    parts = [(receipt.below_min_count, "below --min-count"), (receipt.held_out, "held out for the loss")]
    if receipt.trained is None or receipt.subsampled is None:
        rest = receipt.total - receipt.below_min_count - receipt.held_out
        parts.insert(0, (rest, "trained or subsampled (how many of each is not known)"))
    else:
        parts[:0] = [(receipt.trained, "trained"), (receipt.subsampled, "subsampled (--sample)")]
    yield f"{receipt.kept:,} words x {receipt.epochs:,} (epochs) = {receipt.total:,} = {_sum(parts)}"


def _sum(parts: Sequence[tuple[int, str]]) -> str:
    """Return ``1,500 trained + 500 subsampled``, without the parts that are 0."""
    return " + ".join(f"{count:,} {name}" for count, name in parts if count) or "0"
