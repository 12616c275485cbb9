"""Walks over pieces of text by the compiled loop: their tokens as ids, and where sentences end.

What the loop does not know is tokenized by patterns, and its tokens get their ids in the same table. That is joined
lines with a soft hyphen, which takes the line break along.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from itertools import chain, groupby
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from w2vcli.corpus.machines import GIVEN, Machine, class_table, machine_of
from w2vcli.corpus.sentences import Piece, Splitter
from w2vcli.corpus.text_kernel import (
    NO_CLASS,
    NO_ROOM,
    ODD_TOKEN,
    PIECE,
    ROOM_BEHIND,
    WALK,
    WORDS,
    text_kernel,
)
from w2vcli.corpus.tokenizers import Tokenize, ignored

_FEWEST_SLOTS = 1 << 12
_ERRORS = "surrogatepass"  # a lone surrogate in a cell of a table is refused later, with its word
_AT = {name: at for at, name in enumerate(WALK)}
_OF_WORDS = {name: at for at, name in enumerate(WORDS)}
_BEHIND = bytes(ROOM_BEHIND)
_SOFT_HYPHEN = "\u00ad"

Integers = npt.NDArray[np.int64]


class Walked(NamedTuple):
    """What a walk found in pieces of text.

    ``ids`` are its tokens. Sentences end before the tokens at ``ends``. For each end, ``places`` is how many characters
    stand before it. ``ends_by_piece`` is how many ends there are up to the end of each piece. The last sentence of a
    piece has its end in the next one if the text goes on there.
    """

    ids: npt.NDArray[np.int32]
    ends: Integers
    places: Integers
    ends_by_piece: Integers


class WordTable:
    """Words with ids in order of first appearance. All are UTF-8, each with a newline behind it.

    There is room for ``words`` of them at first, and more where they come.
    """

    def __init__(self, words: int = 0) -> None:
        self._numbers = np.zeros(len(WORDS), dtype=np.int64)
        # Drawn anew, so that nobody can write a text whose words all have the same hash.
        self._set("seed", int.from_bytes(os.urandom(7), "little"))
        self._set("factor", int.from_bytes(os.urandom(7), "little") * 2 + 1)
        self._make_room(max(_FEWEST_SLOTS, 2 << words.bit_length()), 0)

    def __len__(self) -> int:
        return int(self._numbers[_OF_WORDS["count"]])

    @property
    def address(self) -> int:
        """The address of its numbers, for the compiled loop."""
        return self._numbers.ctypes.data

    def joined(self) -> bytes:
        """Return the words, with a newline behind each."""
        return self._text[: int(self._starts[len(self)])].tobytes()

    def grow(self, needed: int) -> None:
        """Make room for as many words again, and for one of ``needed`` bytes."""
        before = self.joined()
        self._make_room(2 * len(self._slots), 2 * len(before) + needed)
        walk_given(before, self)

    def _make_room(self, slots: int, needed: int) -> None:
        self._slots = np.zeros(slots, dtype=np.int64)
        self._starts = np.zeros(slots // 2 + 1, dtype=np.int64)
        self._text = np.empty(max(16 * slots, needed + 1) + ROOM_BEHIND, dtype=np.uint8)
        self._set("slots", self._slots.ctypes.data)
        self._set("mask", slots - 1)
        self._set("starts", self._starts.ctypes.data)
        self._set("text", self._text.ctypes.data)
        self._set("count", 0)
        self._set("most", slots // 2)
        self._set("most_bytes", len(self._text) - ROOM_BEHIND)

    def _set(self, name: str, number: int) -> None:
        self._numbers[_OF_WORDS[name]] = number


class PieceWalker:
    """Walks over pieces of text by the machine of a tokenizer.

    ``splitter`` and ``tokenize`` are the tokenizer's own, for what the machine does not know.
    """

    def __init__(self, tokenizer: str, splitter: Splitter, tokenize: Tokenize) -> None:
        self._machine = machine_of(tokenizer)
        self._splitter = splitter
        self._tokenize = tokenize

    def walk(self, pieces: Sequence[Piece], words: WordTable) -> Walked:
        """Return what is in ``pieces``. New words go into ``words``."""
        forms = [self._splitter.form(piece.text) for piece in pieces]
        ways = [self._way(piece, in_place) for piece, (_, in_place) in zip(pieces, forms, strict=True)]
        if all(way == self._in_place for way in ways):
            return self._in_place(pieces, [form for form, _ in forms], words)
        found, start = [], 0
        for way, run in groupby(ways):
            stop = start + len(list(run))
            found.append(way(pieces[start:stop], [form for form, _ in forms[start:stop]], words))
            start = stop
        return _in_a_row(found, [len(piece.text) for piece in pieces])

    def _way(self, piece: Piece, in_place: bool) -> Callable[[Sequence[Piece], Sequence[str], WordTable], Walked]:
        if piece.join_lines and _SOFT_HYPHEN in piece.text:
            return self._by_patterns
        return self._in_place if in_place else self._moved

    def _in_place(self, pieces: Sequence[Piece], forms: Sequence[str], words: WordTable) -> Walked:
        """Return what is in pieces whose forms have their characters in the same places."""
        joined, ending = [piece.join_lines for piece in pieces], [piece.ends for piece in pieces]
        return _walk_texts(forms, joined, ending, self._machine, words)

    def _moved(self, pieces: Sequence[Piece], forms: Sequence[str], words: WordTable) -> Walked:
        """Return what is in pieces whose letters were composed: tokens of the forms, places in the pieces."""
        places = self._in_place(pieces, [piece.text for piece in pieces], WordTable())
        table = WordTable()
        found = self._in_place(pieces, forms, table)
        if not np.array_equal(places.ends_by_piece, found.ends_by_piece):
            return self._by_patterns(pieces, forms, words)
        return found._replace(ids=walk_given(table.joined(), words)[found.ids], places=places.places)

    def _by_patterns(self, pieces: Sequence[Piece], _: Sequence[str], words: WordTable) -> Walked:
        split = [self._splitter.split(piece) for piece in pieces]
        tokens = list(self._tokenize([*chain.from_iterable(sentences for sentences, _ in split)]))
        ids = walk_given("".join(f"{token}\n" for token in chain.from_iterable(tokens)).encode("utf-8", _ERRORS), words)
        counts = np.array([len(sentences) for sentences, _ in split])
        is_end = np.ones(counts.sum(), dtype=bool)
        is_end[np.cumsum(counts) - 1] = [piece.ends for piece in pieces]
        starts = np.cumsum([0, *(len(piece.text) for piece in pieces)])
        places = np.array([*chain.from_iterable(stops for _, stops in split)]) + np.repeat(starts[:-1], counts)
        ends = np.cumsum([*map(len, tokens)])
        return Walked(ids, ends[is_end], places[is_end], np.cumsum(is_end)[np.cumsum(counts) - 1])


def _in_a_row(found: Sequence[Walked], sizes: Sequence[int]) -> Walked:
    """Return several walks as one, over pieces of these sizes."""
    characters = [0, *np.cumsum(sizes)]
    pieces = np.cumsum([0, *(len(each.ends_by_piece) for each in found)])
    tokens = np.cumsum([0, *(len(each.ids) for each in found)])
    ends = np.cumsum([0, *(len(each.ends) for each in found)])
    return Walked(
        np.concatenate([each.ids for each in found]),
        np.concatenate([each.ends + before for each, before in zip(found, tokens, strict=False)]),
        np.concatenate([each.places + characters[piece] for each, piece in zip(found, pieces, strict=False)]),
        np.concatenate([each.ends_by_piece + before for each, before in zip(found, ends, strict=False)]),
    )


def walk_given(tokens: bytes, words: WordTable) -> npt.NDArray[np.int32]:
    """Return the ids of tokens, which have a newline behind each."""
    return _walk(tokens, [len(tokens)], [False], [False], machine_of(GIVEN), words, tokens.count(b"\n")).ids


def _walk_texts(
    texts: Sequence[str], joined: Sequence[bool], ending: Sequence[bool], machine: Machine, words: WordTable
) -> Walked:
    """Return what is in pieces of text. Their lines are ``joined`` or not, and a text is ``ending`` with them or not.

    New words go into ``words``.
    """
    if all(map(str.isascii, texts)):
        data, sizes = "".join(texts).encode(), list(map(len, texts))
    else:
        encoded = [text.encode("utf-8", _ERRORS) for text in texts]
        data, sizes = b"".join(encoded), list(map(len, encoded))
    return _walk(data, sizes, joined, ending, machine, words, len(data))


def _walk(
    data: bytes,
    sizes: Sequence[int],
    joined: Sequence[bool],
    ending: Sequence[bool],
    machine: Machine,
    words: WordTable,
    most: int,
) -> Walked:
    """Return what is in pieces of UTF-8 of these sizes, which have ``most`` tokens or ends of sentences at most."""
    text = np.frombuffer(data + _BEHIND, dtype=np.uint8)
    pieces = np.zeros((len(sizes) + 1, PIECE), dtype=np.int64)
    np.cumsum(sizes, out=pieces[:-1, 0])
    pieces[:, 0] += text.ctypes.data
    pieces[:-1, 1] = np.where(joined, machine.start_joined, machine.start)
    pieces[:-1, 2] = ending
    ids = np.empty(most, dtype=np.int32)
    ends, places = (np.empty(most + len(sizes), dtype=np.int64) for _ in range(2))
    ends_by_piece = np.empty(len(sizes), dtype=np.int64)
    numbers = np.zeros(len(WALK), dtype=np.int64)
    first = {
        "at": text.ctypes.data,
        "row": pieces[0, 1],
        "pieces": len(sizes),
        "piece_table": pieces.ctypes.data,
        "ends_by_piece": ends_by_piece.ctypes.data,
        "classes": class_table().classes.ctypes.data,
        "steps": machine.steps.ctypes.data,
        "id_table": ids.ctypes.data,
        "end_table": ends.ctypes.data,
        "place_table": places.ctypes.data,
        "words": words.address,
    }
    for name, number in first.items():
        numbers[_AT[name]] = number
    _run(numbers, text, words)
    found, ended = int(numbers[_AT["ids"]]), int(numbers[_AT["ends"]])
    return Walked(ids[:found].copy(), ends[:ended].copy(), places[:ended].copy(), ends_by_piece)


def _run(numbers: Integers, text: npt.NDArray[np.uint8], words: WordTable) -> None:
    """Walk to the end, and do what the loop leaves to Python where it stops before."""
    call = text_kernel().call
    kept = text
    while stopped := call(numbers.ctypes.data):
        at = int(numbers[_AT["at"]]) - text.ctypes.data
        begin, end = int(numbers[_AT["word"]]), int(numbers[_AT["word_end"]])
        if stopped == NO_CLASS:
            class_table().find_out(_point_at(text, at))
        elif stopped == NO_ROOM:
            words.grow(end - begin)
        elif stopped == ODD_TOKEN:
            token = text[begin - text.ctypes.data : end - text.ctypes.data].tobytes().decode("utf-8", _ERRORS)
            cleaned = ignored().sub("", token).encode("utf-8", _ERRORS)
            kept = np.frombuffer(cleaned + _BEHIND, dtype=np.uint8)
            numbers[_AT["word"]] = kept.ctypes.data
            numbers[_AT["word_end"]] = kept.ctypes.data + len(cleaned)
            numbers[_AT["dirty"]] = 0


def _point_at(text: npt.NDArray[np.uint8], at: int) -> int:
    """Return the code point of the character at a place of a text in UTF-8."""
    first = int(text[at])
    width = 1 if first < 0x80 else 2 if first < 0xE0 else 3 if first < 0xF0 else 4
    return ord(text[at : at + width].tobytes().decode("utf-8", _ERRORS))
