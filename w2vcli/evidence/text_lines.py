"""Lines of a text around some of its tokens: what stands there, as it was written, and where that is.

The sentence ``The KING  ruled.`` has the tokens ``the king ruled``. The line of ``king`` has the word ``KING``, and on
its sides ``The`` and ``ruled.`` with more of the document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from w2vcli.array_types import Integers
from w2vcli.corpus.kept_text import KeptText
from w2vcli.errors import BadCorpus, DamagedInput
from w2vcli.evidence.occurrences import sentences_of
from w2vcli.evidence.source import OpenText

# Characters have up to four bytes. So there are at least a hundred characters on each side, if the document has them.
_AROUND = 400
_CHARACTERS = 100
_BLANKS = re.compile(r"\s+")
_LONGEST = 1 << 27


@dataclass(frozen=True)
class Line:
    """A line of the text: the word as it stands there, and up to 100 characters of its document on both sides.

    ``file`` is the path, with the member of an archive behind it. ``line`` counts its lines from 1, or the rows of a
    table, whose header is row 1. Line breaks and runs of blanks are one blank.
    """

    file: str
    line: int
    left: str
    word: str
    right: str


def lines_at(text: OpenText, places: Integers, length: int = 1) -> list[Line]:
    """Return the lines of ``length`` tokens at each of ``places`` (tokens of the corpus), which are in order.

    Raises
    ------
    BadCorpus
        If a sentence is too long to be looked through.
    DamagedInput
        If a token is not in the text where it should be.
    """
    kept = text.kept
    bounds = [pair for sentence, inside in _by_text(text, places) for pair in _bytes_at(text, sentence, inside, length)]
    found = kept.places([start for start, _ in bounds])
    return [Line(place.name, place.line, *_around(kept, *pair)) for place, pair in zip(found, bounds, strict=True)]


def _by_text(text: OpenText, places: Integers) -> Iterator[tuple[int, list[int]]]:
    """Yield the first sentence of each text that has some of ``places``, with these.

    A text is a sentence, or several that are parts of a long one, see `w2vcli.corpus.phrases`.
    """
    starts = text.kept.starts
    sentences = sentences_of(text.corpus, places).tolist()
    first_of = {sentence: int(np.searchsorted(starts, starts[sentence])) for sentence in set(sentences)}
    for first, inside in groupby(zip(sentences, places.tolist(), strict=True), key=lambda one: first_of[one[0]]):
        yield first, [place for _, place in inside]


def _bytes_at(text: OpenText, sentence: int, places: Sequence[int], length: int) -> list[tuple[int, int]]:
    """Return between which bytes of the kept text the tokens at ``places`` stand, all in one text."""
    kept, corpus = text.kept, text.corpus
    start, stop = int(kept.starts[sentence]), int(kept.stops[sentence])
    if stop - start > _LONGEST:
        raise BadCorpus(f"a sentence of {stop - start:,} bytes is too long for lines of it; end it with line breaks")
    whole = kept.text[start:stop].tobytes().decode("utf-8", "surrogatepass")
    first = int(corpus.sentence_ends[sentence - 1]) if sentence else 0
    tokens = [corpus.words[token] for token in corpus.ids[first : max(places) + length].tolist()]
    spans = text.finder.spans(whole, tokens)
    found = []
    for place in places:
        begin, end = spans[place - first], spans[place - first + length - 1]
        if begin is None or end is None:
            missing = tokens[place - first]
            raise DamagedInput(
                f"{kept.folder} is damaged: {missing} is not in its text; delete it with: w2v cache --clear"
            )
        before = start + _bytes_of(whole[: begin.start])
        found.append((before, before + _bytes_of(whole[begin.start : end.stop])))
    return found


def _bytes_of(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _around(kept: KeptText, start: int, stop: int) -> tuple[str, str, str]:
    """Return what stands before, between and behind two bytes of a text, as parts of one line."""
    first, last = kept.document(start)
    left = _BLANKS.sub(" ", kept.read(max(first, start - _AROUND), start))
    right = _BLANKS.sub(" ", kept.read(stop, min(last, stop + _AROUND)))
    if len(left) > _CHARACTERS:
        left = _whole_words(left[::-1])[::-1]
    if len(right) > _CHARACTERS:
        right = _whole_words(right)
    return left.lstrip(" "), _BLANKS.sub(" ", kept.read(start, stop)), right.rstrip(" ")


def _whole_words(text: str) -> str:
    """Return the first characters of a text, up to a blank if there is one near the end."""
    head = text[:_CHARACTERS]
    blank = head.rfind(" ")
    return head[:blank] if blank > _CHARACTERS // 2 else head
