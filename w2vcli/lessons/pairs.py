"""Skip-gram's training pairs: each word of a text with each word in its window.

With a window of 1, "the cat sat" gives the pairs (the, cat), (cat, the), (cat, sat), (sat, cat).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import chain
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from w2vcli.array_types import Integers
from w2vcli.atomic import temporary_directory
from w2vcli.corpus.encoded import EncodedCorpus
from w2vcli.corpus.reading import Reading, read_corpus
from w2vcli.errors import BadCorpus
from w2vcli.escaping import visible, visible_json
from w2vcli.reporting import SILENT, Reporter
from w2vcli.training.formulas import keep_probabilities, noise_probabilities
from w2vcli.training.settings import Settings
from w2vcli.training.text import all_sentences, hold_out
from w2vcli.training.vocabulary import make_vocabulary

# What is held in memory at a time: words, and places in the windows of words. Tests set them lower.
_WORDS_AT_ONCE = 1 << 16
_PLACES_AT_ONCE = 1 << 21


@dataclass(frozen=True)
class PairSettings:
    """Which pairs there are. The names are those of training.

    Each window reaches ``window`` words to either side, or with ``shrink_windows`` a random number of words from 1 to
    ``window``. A ``sample`` of 0 subsamples no words. ``negative`` noise words are drawn for each pair.
    """

    window: int
    shrink_windows: bool = False
    sample: float = 0.0
    min_count: int = 1
    negative: int = 0
    ns_exponent: float = Settings.ns_exponent
    seed: int = Settings.seed


@dataclass(frozen=True)
class PairBlock:
    """Sentences without the words that were left out, and their pairs.

    ``rows`` are the words of all sentences, by their rows in the vocabulary. Sentence ``i`` is
    ``rows[bounds[i]:bounds[i + 1]]``. Pair ``j`` is ``rows[targets[j]]`` and ``rows[contexts[j]]``, ordered by target,
    then by context. ``noise`` (pairs x negative) are the rows of noise words, or -1 where the context itself was drawn,
    which is left out.
    """

    rows: Integers
    bounds: Integers
    targets: Integers
    contexts: Integers
    noise: Integers


@dataclass
class Tally:
    """What was seen so far. ``words`` minus ``below_min_count`` and ``subsampled`` are the words with windows."""

    sentences: int = 0
    words: int = 0
    below_min_count: int = 0
    subsampled: int = 0
    pairs: int = 0
    noise: int = 0

    def as_row(self) -> dict[str, int]:
        """Return the counts by name, without those of words left out and of noise words where there were none."""
        optional = {"below_min_count", "subsampled", "noise"}
        return {name: value for name, value in asdict(self).items() if value or name not in optional}


class Pairs:
    """The pairs of a corpus, drawn as training draws them.

    A word below ``min_count`` or subsampled is taken out of its sentence before windows are laid, as word2vec.c does
    it, so windows reach over it. A sentence of more than 10,000 words comes in parts. ``words`` are those of the
    vocabulary, in row order.
    """

    def __init__(self, corpus: EncodedCorpus, settings: PairSettings) -> None:
        self._settings = settings
        self._text = hold_out(all_sentences(corpus), Settings(held_out=False))
        self._vocabulary = make_vocabulary(self._text.selection, Settings(min_count=settings.min_count))
        self.words = self._vocabulary.words
        self.tally = Tally()

    @property
    def has_noise(self) -> bool:
        """Whether noise words are drawn."""
        return self._settings.negative > 0

    def blocks(self) -> Iterator[PairBlock]:
        """Yield the pairs block by block, and count them in the ``tally``. A sentence can span several blocks."""
        settings = self._settings
        keep = keep_probabilities(self._vocabulary.counts, settings.sample)
        cumulated = np.cumsum(noise_probabilities(self._vocabulary.counts, settings.ns_exponent))
        # Three generators, so that the same words are subsampled whether or not noise words are drawn.
        subsampling, shrinking, noising = (np.random.default_rng([settings.seed, kind]) for kind in range(3))
        for start, stop in self._groups():
            rows, bounds = self._sentences(start, stop, keep, subsampling)
            sizes = np.full(len(rows), settings.window)
            if settings.shrink_windows:
                sizes = shrinking.integers(1, settings.window + 1, len(rows))
            for targets, contexts in _places(bounds, sizes):
                # With shares 0.5, 0.3 and 0.2 a draw of 0.6 lies behind 0.5 and before 0.8, so it is row 1. The last
                # sum is left out: rounding may leave it below 1, and a draw above it would be no row.
                noise = np.searchsorted(cumulated[:-1], noising.random((len(targets), settings.negative)), side="right")
                noise[noise == rows[contexts][:, np.newaxis]] = -1
                self.tally.pairs += len(targets)
                self.tally.noise += int((noise >= 0).sum())
                yield PairBlock(rows, bounds, targets, contexts, noise)

    def _groups(self) -> Iterator[tuple[int, int]]:
        """Yield the first and the last part of the text of each block, the last one exclusive."""
        lengths = np.cumsum(self._text.stops - self._text.starts)
        start = 0
        while start < len(lengths):
            before = lengths[start - 1] if start else 0
            stop = max(start + 1, int(np.searchsorted(lengths, before + _WORDS_AT_ONCE)))
            yield start, stop
            start = stop

    def _sentences(
        self, start: int, stop: int, keep: npt.NDArray[np.float64], subsampling: np.random.Generator
    ) -> tuple[Integers, Integers]:
        """Return the rows of the words that are kept, and the bounds of their sentences."""
        first, last = int(self._text.starts[start]), int(self._text.stops[stop - 1])
        rows = self._vocabulary.rows[self._text.corpus.ids[first:last]].astype(np.int64)
        known = rows >= 0  # words below min_count have row -1
        kept = known.copy()
        kept[known] = subsampling.random(int(known.sum())) < keep[rows[known]]
        # "the cat the sat" without "the" ends behind 2 kept words instead of 4, which the running sum 0 0 1 1 2 gives.
        ends = np.concatenate([[0], np.cumsum(kept)])[self._text.stops[start:stop] - first]
        tally = self.tally
        tally.sentences += stop - start
        tally.words += len(rows)
        tally.below_min_count += int((~known).sum())
        tally.subsampled += int((known & ~kept).sum())
        return rows[kept], np.concatenate([[0], ends])


def _places(bounds: Integers, sizes: Integers) -> Iterator[tuple[Integers, Integers]]:
    """Yield the places of targets and of their contexts, where the window of word ``i`` reaches ``sizes[i]`` words.

    For each target a row of all places within the widest window is made, and those outside are masked out. With a
    window of 1 the second of three words has the row 0 2, and the first one the row -1 1, of which 1 stays.
    """
    lengths = np.diff(bounds)
    begins, ends = np.repeat(bounds[:-1], lengths), np.repeat(bounds[1:], lengths)
    widest = min(int(sizes.max(initial=0)), int(lengths.max(initial=0)) - 1)
    if widest < 1:
        return  # every sentence is a single word
    offsets = np.concatenate([np.arange(-widest, 0), np.arange(1, widest + 1)])
    step = max(1, _PLACES_AT_ONCE // len(offsets))
    for start in range(0, len(sizes), step):
        targets = np.arange(start, min(start + step, len(sizes)))[:, np.newaxis]
        contexts = targets + offsets
        inside = (contexts >= begins[targets]) & (contexts < ends[targets]) & (np.abs(offsets) <= sizes[targets])
        yield np.broadcast_to(targets, contexts.shape)[inside], contexts[inside]


class GivenText(NamedTuple):
    """A text as it is, where a string would be the name of a file."""

    text: str


@contextmanager
def open_pairs(
    sources: Sequence[str | GivenText], settings: PairSettings, reading: Reading, reporter: Reporter = SILENT
) -> Iterator[Pairs]:
    """Read ``sources`` and yield their pairs, which need files that are deleted at the end.

    Raises
    ------
    BadCorpus
        If there is nothing to read. A given text is called "the text" in the message.
    """
    with temporary_directory() as folder:
        names, own = [], []
        for number, source in enumerate(sources):
            if isinstance(source, GivenText):
                path = folder / f"{number}.txt"
                path.write_text(source.text, encoding="utf-8", newline="\n")
                own.append(str(path))
            names.append(own[-1] if isinstance(source, GivenText) else source)
        corpus_folder = folder / "corpus"
        corpus_folder.mkdir()
        try:
            # How fast a sentence on the command line was read is of no interest.
            corpus = read_corpus(names, corpus_folder, reading, SILENT if own == names else reporter)
        except BadCorpus as error:
            message = re.sub("|".join(map(re.escape, own)), "the text", str(error)) if own else str(error)
            raise BadCorpus(message) from error
        yield Pairs(corpus, settings)


def pairs_as_tsv(pairs: Pairs) -> Iterator[str]:
    """Yield all pairs as text, block by block: a line for each pair, and with noise words a label, 1 or 0."""
    yield "target\tcontext\tlabel\n" if pairs.has_noise else "target\tcontext\n"
    ends = ("\t1\n", "\t0\n") if pairs.has_noise else ("\n", "")
    yield from _pairs_as_text(pairs, list(map(visible, pairs.words)), ("", "\t"), ends)


def pairs_as_json(pairs: Pairs) -> Iterator[str]:
    """Yield all pairs as text, block by block: one JSON list with an object for each pair."""
    comma = ",\n "
    ends = (f', "label": 1}}{comma}', f', "label": 0}}{comma}') if pairs.has_noise else (f"}}{comma}", "")
    before = "["  # then what stands between two blocks, so that no comma is left at the end
    for text in _pairs_as_text(pairs, list(map(visible_json, pairs.words)), ('{"target": ', ', "context": '), ends):
        if text:
            yield f"{before}{text.removesuffix(comma)}"
            before = comma
    yield "]\n" if before != "[" else "[]\n"


def pairs_as_rows(pairs: Pairs) -> Iterator[dict[str, str | int]]:
    """Yield all pairs as rows with a target and a context, and with noise words a label, 1 or 0."""
    for block in pairs.blocks():
        for at, (target, context) in enumerate(zip(block.targets, block.contexts, strict=True)):
            row: dict[str, str | int] = {"target": pairs.words[block.rows[target]]}
            label: dict[str, str | int] = {"label": 1} if pairs.has_noise else {}
            yield {**row, "context": pairs.words[block.rows[context]], **label}
            for drawn in block.noise[at] if pairs.has_noise else ():
                if drawn >= 0:
                    yield {**row, "context": pairs.words[drawn], "label": 0}


def _pairs_as_text(pairs: Pairs, names: Sequence[str], around: tuple[str, str], ends: tuple[str, str]) -> Iterator[str]:
    """Yield the pairs of each block as one string, the target in between of ``around``.

    ``ends`` stand behind a context and behind a noise word. All parts of a pair that depend on one word alone are made
    once for each word, since there may be a billion pairs.
    """
    end, noise_end = ends
    first = [f"{around[0]}{name}{around[1]}" for name in names]
    second = [f"{name}{end}" for name in names]
    noise = [f"{name}{noise_end}" for name in names]
    for block in pairs.blocks():
        targets = map(first.__getitem__, block.rows[block.targets].tolist())
        contexts = map(second.__getitem__, block.rows[block.contexts].tolist())
        if not pairs.has_noise:
            yield "".join(chain.from_iterable(zip(targets, contexts, strict=True)))
            continue
        found: list[str] = []
        for target, context, drawn in zip(targets, contexts, block.noise.tolist(), strict=True):
            found += target, context
            for row in drawn:
                if row >= 0:
                    found += target, noise[row]
        yield "".join(found)
