"""From text in pieces to sentences: where each one ends, however long the lines are.

Text may come from a pipe, be larger than memory, or be one single line. So it is read in parts of about 256 KiB, and
each part is cut into a `Piece` that no word and no sentence end crosses. `Splitter` finds the sentences of a piece.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import accumulate, groupby, pairwise
from typing import NamedTuple

from w2vcli.corpus.tokenizers import Tokenizer

# A longer run of text without a blank is cut, so that memory stays bounded.
_LONGEST_RUN = 1 << 20
# A run of this many combining marks is cut after each 30.
_LONG_RUN, _MARKS = 512, 30


# A line without anything to see, with the newline before it.
_EMPTY_LINE = re.compile(r"\n[^\S\n]*(?=\n)")


class Piece(NamedTuple):
    """A part of a text. No word and no sentence end is cut in two at its borders.

    ``join_lines`` says that a line break does not end a sentence, but an empty line does. ``ends`` says that the text
    ends here, and its last sentence with it. The pieces of a text, one after the other, are the text.
    """

    text: str
    join_lines: bool
    ends: bool


class Lines:
    """Counts the lines of texts that pass through: ``count`` is all of them, ``empty`` those with nothing to see."""

    def __init__(self) -> None:
        self.count = 0
        self.empty = 0
        self._seen = False  # something was seen on the running line
        self._running = False

    def count_in(self, pieces: Iterable[str]) -> Iterator[str]:
        """Yield the parts of one text unchanged. Its last line ends with it, with or without a newline."""
        for piece in pieces:
            first, last = piece.find("\n"), piece.rfind("\n")
            self._see(piece if first < 0 else piece[:first])
            if first >= 0:
                self._end_line()
                self.count += piece.count("\n", first + 1)
                self.empty += len(_EMPTY_LINE.findall(piece, first))
                self._see(piece[last + 1 :])
            yield piece
        if self._running:
            self._end_line()

    def _see(self, part: str) -> None:
        """Take note of a part of the running line."""
        self._running = self._running or bool(part)
        self._seen = self._seen or not (not part or part.isspace())

    def _end_line(self) -> None:
        self.count += 1
        self.empty += not self._seen
        self._seen = self._running = False


class Splitter:
    """Splits pieces of text into sentences, in the form in which they are tokenized.

    Each pattern in ``_breaks`` is one group, so that ``re.split`` keeps what it matched: the lengths of all parts
    then give each sentence's place in the piece.
    """

    def __init__(self, tokenizer: Tokenizer, *, lowercase: bool = False) -> None:
        self._normalises = tokenizer.normalises
        self._lowercase = lowercase
        self._breaks = {
            join: re.compile(f"({'|'.join(filter(None, (line_break, tokenizer.sentence_end)))})")
            for join, line_break in ((False, r"\n\s*"), (True, r"\n[ \t]*\n\s*"))
        }

    def split(self, piece: Piece) -> tuple[list[str], list[int]]:
        r"""Return the sentences of a piece, normalised, and where in it each one stops.

        All but the last one end in the piece. The last one ends there if ``piece.ends``, and else goes on in the next
        piece. A stop is an offset in ``piece.text`` behind what ends the sentence. Of ``"Go. He went.\n\nBye"`` the
        sentences are ``["Go", " He went", "", "Bye"]`` and the stops ``[3, 12, 14, 17]``.
        """
        breaks = self._breaks[piece.join_lines]
        text, in_place = self.form(piece.text)
        # Where lengths changed, the piece is split first. That gives the same sentences: nothing composes with a blank
        # or a mark that ends a sentence, or becomes one.
        if in_place:
            parts = breaks.split(text)
            sentences = parts[::2]
        else:
            parts = breaks.split(piece.text)
            sentences = list(map(self.normalise, parts[::2]))
        stops = list(accumulate(map(len, parts)))
        return sentences, [*stops[1::2], stops[-1]]

    def form(self, text: str) -> tuple[str, bool]:
        """Return ``text`` normalised, and whether each character of it stands for one of ``text``.

        Only "İ" has a lower case of two characters.
        """
        composed = self._compose(text)
        form = composed.lower() if self._lowercase else composed
        return form, composed == text and len(form) == len(text)

    def normalise(self, text: str) -> str:
        """Return ``text`` in the form in which it is tokenized: letters composed, and in lower case if that is set."""
        return self.form(text)[0]

    def _compose(self, text: str) -> str:
        if self._normalises and not text.isascii():
            return unicodedata.normalize("NFC", _stream_safe(text))
        return text


def _stream_safe(text: str) -> str:
    """Return ``text`` with a combining grapheme joiner after each 30 marks of a very long run of combining marks.

    To bring n marks into their order takes n * n steps, so a megabyte of them would take hours. The joiner bounds a
    run, as in Unicode's Stream-Safe Text Format (UAX 15). That cuts any run above 30. Here a run below 512 stays as it
    is, so that a look at every 512th character tells whether there may be one.
    """
    if not any(map(unicodedata.combining, text[::_LONG_RUN])):
        return text
    return re.sub(rf"\W{{{_LONG_RUN},}}", _cut_marks, text)


def _cut_marks(run: re.Match[str]) -> str:
    """Return a run of characters that are no letters, with joiners in its long runs of marks."""
    found = []
    for is_mark, characters in groupby(run[0], lambda character: unicodedata.combining(character) > 0):
        part = "".join(characters)
        if is_mark and len(part) >= _LONG_RUN:
            part = "\u034f".join(part[at : at + _MARKS] for at in range(0, len(part), _MARKS))
        found.append(part)
    return "".join(found)


def pieces(
    texts: Iterable[str],
    *,
    join_lines: bool = False,
    last_word_apart: bool = False,
    before: str = "",
    goes_on: bool = False,
) -> Iterator[Piece]:
    """Cut a text, which comes in parts of any size, into pieces.

    The parts ``"a bc"`` and ``"d e"`` become the pieces ``"a "`` and ``"bcd e"``: the last word of a part may go on in
    the next one. With ``last_word_apart`` the last word of the text is a piece of its own, as it was by earlier rules
    (see `w2vcli.corpus.tokenizers.WORD_RULES`).

    Of a stretch of a text, ``before`` is the part before its own, whose last word may go on in it. If the text
    ``goes_on`` behind it, its last word is left to the stretch there (see `w2vcli.corpus.stretches`).
    """
    parts = iter(texts)
    part, rest = next(parts, ""), _cut(before)[1]
    for after in parts:
        text, rest = _cut(rest + part)
        if text:
            yield Piece(text, join_lines, ends=False)
        part = after
    if last_word_apart or goes_on:
        text, rest = _cut(rest + part)
        if text:
            yield Piece(text, join_lines, ends=False)
        part = ""
    if not goes_on:
        yield Piece(rest + part, join_lines, ends=True)


def is_hard_wrapped(text: str) -> bool:
    """Tell whether the lines of a text look broken at a fixed width, as in plain-text books.

    They do if at most one line in a hundred is longer than 100 characters, and most lines inside a paragraph are
    nearly as long as the longest. A line is inside a paragraph if the next line is not empty. So a book of lines of
    about 70 characters is hard-wrapped, and reviews of one line each are not: their lengths differ.
    """
    lines = text.split("\n")
    lengths = sorted(len(line.rstrip()) for line in lines if line.strip())
    inside = [len(line.rstrip()) for line, after in pairwise(lines) if line.strip() and after.strip()]
    if len(inside) < 3:
        return False
    width = lengths[int(0.99 * (len(lengths) - 1))]  # not the longest: a heading or an address may stand out
    full = sum(length >= 0.75 * width for length in inside)
    return 30 <= width <= 100 and full >= 0.7 * len(inside)


def _cut(text: str) -> tuple[str, str]:
    """Cut ``text`` before its last word, which may go on in the next part. So may the blanks behind that word.

    A run of a MiB without a blank, as in Chinese, is cut behind its last blank of another kind, or else behind the
    last character that is no letter or digit. Without either, it is one word, and is let go whole.
    """
    end = len(text.rstrip())
    at = max(text.rfind(blank, 0, end) for blank in " \n\t")
    if at >= 0 or len(text) < _LONGEST_RUN:
        return text[: at + 1], text[at + 1 :]
    for is_between in (str.isspace, lambda character: not character.isalnum()):
        for at in range(end - 1, end - _LONGEST_RUN // 2, -1):
            if is_between(text[at]):
                return text[: at + 1], text[at + 1 :]
    return text, ""
