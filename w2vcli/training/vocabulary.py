"""The words that are trained, in row order: those of the text that are frequent enough."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from w2vcli.errors import BadCorpus
from w2vcli.escaping import visible
from w2vcli.training.settings import Settings, Ties
from w2vcli.training.text import Selection


@dataclass(frozen=True)
class Vocabulary:
    """Words in descending order of their counts.

    ``counts`` has how often each was seen, in this text and in those of earlier trainings. ``rows[id]`` is the row of
    the word with this id in the corpus, -1 if it has none. ``min_count`` is how often a word had to be seen.
    ``dropped`` are the words that were seen less often, each with its count.
    """

    words: list[str]
    counts: npt.NDArray[np.int64]
    rows: npt.NDArray[np.int32]
    min_count: int
    dropped: list[tuple[str, int]]


def make_vocabulary(
    selection: Selection, settings: Settings, earlier: dict[str, int] | None = None, ties: Ties = "last"
) -> Vocabulary:
    """Return the vocabulary of sentences, with the words of ``earlier`` trainings and their counts added.

    Of equally frequent words the one that appeared last is first, as in gensim 4.4. With ``ties`` first it is the one
    that appeared first, as in earlier versions of w2v. Words of earlier trainings alone count as later ones, in their
    own order. So "b a c a c b", with one more b in an earlier training, gives b (3), c (2), a (2).

    Raises
    ------
    BadCorpus
        If no word is frequent enough, or one alone for hierarchical softmax.
    """
    ids = selection.appeared
    words = [selection.corpus.words[word] for word in ids.tolist()]
    counts = selection.counts[ids]
    if earlier:
        # New places behind those of this text, in the order that makes the sort below put them as ``ties`` says.
        places = {word: place for place, word in enumerate(words)}
        new = [word for word in (reversed(earlier) if ties == "last" else earlier) if word not in places]
        words += new
        counts = np.concatenate([counts, np.zeros(len(new), dtype=np.int64)])
        places |= {word: place for place, word in enumerate(new, len(places))}
        np.add.at(counts, [places[word] for word in earlier], [*earlier.values()])
    appeared = np.arange(len(words))
    # lexsort's last key is the first one that counts: by count, then by where a word appeared.
    order = np.lexsort((-appeared if ties == "last" else appeared, -counts))
    min_count = settings.min_count
    if settings.max_final_vocab is not None and len(order) > settings.max_final_vocab:
        # gensim's rule: above the count of the first word that is one too many
        min_count = max(min_count, int(counts[order[settings.max_final_vocab]]) + 1)
    size = int((counts >= min_count).sum())
    _require_enough(counts[order], words[order[0]], settings, min_count)
    found = np.full(len(words), -1, dtype=np.int32)
    found[order[:size]] = np.arange(size, dtype=np.int32)
    rows = np.full(len(selection.corpus.words), -1, dtype=np.int32)
    rows[ids] = found[: len(ids)]
    return Vocabulary(
        words=[words[place] for place in order[:size]],
        counts=counts[order[:size]],
        rows=rows,
        min_count=min_count,
        dropped=[(words[place], int(counts[place])) for place in order[size:]],
    )


def _require_enough(counts: npt.NDArray[np.int64], most_frequent: str, settings: Settings, min_count: int) -> None:
    """Refuse a vocabulary that nothing can be learnt with. ``counts`` are those of all words, in descending order."""
    size = int((counts >= min_count).sum())
    equal = int((counts == counts[0]).sum())
    if not size and counts[0] >= settings.min_count:
        raise BadCorpus(
            f"{equal:,} words come {counts[0]:,} times, and none more often, so that --max-final-vocab "
            f"{settings.max_final_vocab} leaves no word; take --max-final-vocab {equal} or more"
        )
    if not size:
        raise BadCorpus(
            f"no word comes {min_count} times or more (--min-count); "
            f"the most frequent is {visible(most_frequent)}: {counts[0]:,}"
        )
    if size == 1 and settings.hs:
        raise BadCorpus(
            f"{visible(most_frequent)} alone comes {min_count} times or more (--min-count), and a tree of one word "
            f"learns nothing; train with --hs 0 --negative 5"
        )
