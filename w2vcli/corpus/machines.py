"""What a token is, and what ends a sentence, as tables of steps for the compiled walk (`w2vcli.corpus.text_kernel`).

Each table says the same as a tokenizer's patterns in `w2vcli.corpus.tokenizers` and those of
`w2vcli.corpus.sentences.Splitter`. A state stands for what was seen before a character. In ``don't`` the walk is in
the state WORD up to ``n``. At the apostrophe it goes to LINKED: the word may go on or be over. The ``t`` decides that
it goes on. In ``dogs' x`` the blank decides that the word ended before the apostrophe.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from enum import IntEnum
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from w2vcli.corpus.text_kernel import BREAK, DIRTY, EMIT, END_OF_PIECE, FINISH, HALT, SAVE, START
from w2vcli.corpus.tokenizers import IGNORED, MARKS

GIVEN = "given"
"""The name of steps by which each line is a token, whatever is in it."""

Classes = npt.NDArray[np.uint8]
Steps = npt.NDArray[np.uint32]

_POINTS = 0x110000
# Classes of so many characters are found out at once, when the first one of them comes.
_BLOCK = 1 << 10
_CLASSES = 32


class _Class(IntEnum):
    """What a character is to the walk. UNKNOWN is one whose class was not found out yet."""

    UNKNOWN = 0
    OTHER = 1
    LETTER = 2
    LETTER_L = 3
    HEBREW = 4
    UNDERSCORE = 5
    MARK = 6
    APOSTROPHE = 7  # it also closes a quotation behind a full stop
    WIDE_APOSTROPHE = 8
    NON_JOINER = 9
    JOINER = 10
    MIDDLE_DOT = 11
    QUOTE = 12  # which closes, too
    GERSHAYIM = 13
    GERESH = 14
    STOP = 15
    FULL_STOP = 16
    CLOSER = 17
    FULL_CLOSER = 18
    BOTH_CLOSER = 19
    BLANK = 20
    SPACE = 21
    NEWLINE = 22
    IGNORED = 23
    END = END_OF_PIECE


_C = _Class
_NAMED = {
    "_": _C.UNDERSCORE,
    **dict.fromkeys("lL", _C.LETTER_L),
    **dict.fromkeys("'’", _C.APOSTROPHE),
    "＇": _C.WIDE_APOSTROPHE,
    "\u200c": _C.NON_JOINER,
    "\u200d": _C.JOINER,
    "·": _C.MIDDLE_DOT,
    '"': _C.QUOTE,
    "״": _C.GERSHAYIM,
    "׳": _C.GERESH,
    **dict.fromkeys(".!?…؟।", _C.STOP),
    **dict.fromkeys("。！？", _C.FULL_STOP),
    **dict.fromkeys("»)]", _C.CLOSER),
    **dict.fromkeys("」』）", _C.FULL_CLOSER),
    "”": _C.BOTH_CLOSER,
    **dict.fromkeys(" \t", _C.BLANK),
    "\n": _C.NEWLINE,
    **dict.fromkeys(IGNORED, _C.IGNORED),
}
_WORD = re.compile(r"\w")
_SPACES = (_C.BLANK, _C.SPACE, _C.NEWLINE)


class ClassTable:
    """The class of each character, by code point. A block of them is found out when it is asked for."""

    def __init__(self) -> None:
        self.classes: Classes = np.zeros(_POINTS, dtype=np.uint8)

    def find_out(self, point: int) -> None:
        """Find out the classes of the characters around one."""
        start = point - point % _BLOCK
        self.classes[start : start + _BLOCK] = [_class_of(chr(each)) for each in range(start, start + _BLOCK)]


@cache
def class_table() -> ClassTable:
    """Return the table of all classes, one for all who tokenize in this process."""
    return ClassTable()


def _class_of(character: str) -> _Class:
    if (named := _NAMED.get(character)) is not None:
        return named
    if "א" <= character <= "ת":
        return _C.HEBREW
    if _WORD.match(character):
        return _C.LETTER
    if character.isspace():
        return _C.SPACE
    return _C.MARK if unicodedata.category(character) in MARKS else _C.OTHER


class Machine(NamedTuple):
    """Steps by state and class. A text begins in the row ``start``, one whose lines are joined in ``start_joined``."""

    steps: Steps
    start: int
    start_joined: int


class _State(NamedTuple):
    """What is done at characters of some classes, and which state follows.

    Any other character is taken as at the start of a text, after what ``otherwise`` says is done before it: EMIT ends a
    token, BREAK a sentence. ``before_space`` says the same of white space.
    """

    goes: dict[_Class, tuple[int, str]]
    otherwise: int = 0
    before_space: int | None = None


_Make = Callable[[bool], dict[str, _State]]


def _machine(make: _Make) -> Machine:
    """Return the steps of the states that ``make`` returns for texts whose lines are joined (True) or not."""
    parts: list[Steps] = []
    starts = []
    for joined in (False, True):
        states = make(joined)
        starts.append(len(parts) * _CLASSES)
        row = {name: starts[-1] + at * _CLASSES for at, name in enumerate(states)}
        for state in states.values():
            steps = np.zeros(_CLASSES, dtype=np.uint32)
            for each in _Class:
                done, name = state.goes.get(each) or states["START"].goes.get(each, (0, "START"))
                if each not in state.goes:
                    is_space = each in _SPACES and state.before_space is not None
                    done |= state.before_space or 0 if is_space else state.otherwise
                steps[each] = done | row[name]
            steps[_C.END] = state.otherwise | FINISH
            steps[_C.UNKNOWN] = HALT
            parts.append(steps)
    return Machine(np.array(parts), *starts)


def _to(classes: Iterable[_Class], name: str, done: int = 0) -> dict[_Class, tuple[int, str]]:
    return dict.fromkeys(classes, (done, name))


def _lines(*, joined: bool) -> tuple[dict[_Class, tuple[int, str]], dict[str, _State]]:
    """Return what a start does at a newline, and the states behind it.

    A line break ends a sentence with the white space behind it. In joined lines only an empty line does.
    """
    states = {"LINES": _State(_to(_SPACES, "LINES"), otherwise=BREAK)}
    if joined:
        states["LINE"] = _State({_C.BLANK: (0, "LINE"), _C.NEWLINE: (0, "LINES")})
    return _to([_C.NEWLINE], "LINE" if joined else "LINES"), states


def _sentence_ends() -> tuple[dict[_Class, tuple[int, str]], dict[str, _State]]:
    """Return what a start does at a mark that may end a sentence, and the states behind it."""
    closers = [_C.APOSTROPHE, _C.QUOTE, _C.CLOSER, _C.BOTH_CLOSER]
    full_closers = [_C.FULL_CLOSER, _C.BOTH_CLOSER]
    return _to([_C.STOP], "STOP") | _to([_C.FULL_STOP], "FULL"), {
        "STOP": _State(_to([_C.STOP], "STOP") | _to(closers, "CLOSED"), before_space=BREAK),
        "CLOSED": _State(_to(closers, "CLOSED"), before_space=BREAK),
        "FULL": _State(_to([_C.FULL_STOP], "FULL") | _to(full_closers, "FULL_CLOSED"), otherwise=BREAK),
        "FULL_CLOSED": _State(_to(full_closers, "FULL_CLOSED"), otherwise=BREAK),
    }


def _between_blanks(joined: bool) -> dict[str, _State]:
    at_newline, lines = _lines(joined=joined)
    others = [each for each in _Class if each not in _SPACES]
    return {
        "START": _State(_to(others, "WORD", START | SAVE) | at_newline),
        "WORD": _State(_to(others, "WORD", SAVE), otherwise=EMIT),
        **lines,
    }


def _unicode_words(joined: bool) -> dict[str, _State]:
    """Return the states of words. One is told by the letter or mark before, on which some links and an end depend."""
    at_newline, lines = _lines(joined=joined)
    at_stop, ends = _sentence_ends()
    names = {_C.LETTER: "WORD", _C.UNDERSCORE: "WORD", _C.LETTER_L: "L", _C.HEBREW: "HEBREW"}
    begins = {each: (START | SAVE, name) for each, name in names.items()}
    more = {each: (SAVE, name) for each, name in names.items()} | _to([_C.MARK], "MARK", SAVE)
    links = _to([_C.APOSTROPHE, _C.WIDE_APOSTROPHE], "LINKED") | _to([_C.NON_JOINER, _C.JOINER], "JOINED")
    links |= _to([_C.GERESH], "BEFORE_HEBREW")

    def pending(name: str, goes: dict[_Class, tuple[int, str]]) -> _State:
        return _State({**goes, _C.IGNORED: (DIRTY, name)}, otherwise=EMIT)

    return {
        "START": _State(begins | at_stop | at_newline),
        "WORD": pending("WORD", more | links),
        "L": pending("L", more | links | _to([_C.MIDDLE_DOT], "BEFORE_L")),
        "HEBREW": pending("HEBREW", more | links | _to([_C.QUOTE, _C.GERSHAYIM], "BEFORE_HEBREW")),
        # A joiner behind a mark is the word's, even if it joins nothing.
        "MARK": pending("MARK", more | links | _to([_C.JOINER], "JOINED", SAVE)),
        "LINKED": pending("LINKED", more),
        "JOINED": pending("JOINED", more | _to([_C.NON_JOINER, _C.JOINER], "JOINED")),
        "BEFORE_L": pending("BEFORE_L", {_C.LETTER_L: more[_C.LETTER_L]}),
        "BEFORE_HEBREW": pending("BEFORE_HEBREW", {_C.HEBREW: more[_C.HEBREW]}),
        **ends,
        **lines,
    }


def _characters(joined: bool) -> dict[str, _State]:
    at_newline, lines = _lines(joined=joined)
    at_stop, ends = _sentence_ends()
    begins = _to([_C.LETTER, _C.LETTER_L, _C.HEBREW], "CHARACTER", START | SAVE)
    more = _to([_C.MARK, _C.NON_JOINER, _C.JOINER], "CHARACTER", SAVE) | _to([_C.IGNORED], "CHARACTER", DIRTY)
    return {"START": _State(begins | at_stop | at_newline), "CHARACTER": _State(more, otherwise=EMIT), **ends, **lines}


def _given(_: bool) -> dict[str, _State]:
    """Return the states for tokens that stand in lines."""
    others = [each for each in _Class if each not in {_C.UNKNOWN, _C.NEWLINE, _C.END}]
    return {
        "START": _State(_to(others, "WORD", START | SAVE)),
        "WORD": _State(_to(others, "WORD", SAVE), otherwise=EMIT),
    }


_STATES: dict[str, _Make] = {
    "unicode": _unicode_words,
    "subwords": _unicode_words,
    "characters": _characters,
    "whitespace": _between_blanks,
    GIVEN: _given,
}


@cache
def machine_of(tokenizer: str) -> Machine:
    """Return the steps of a tokenizer, or those of `GIVEN`."""
    return _machine(_STATES[tokenizer])
