"""Tokenizers of models as the library ``tokenizers`` reads them: patterns in place of code.

The pattern of the tokenizer ``unicode`` is written once more, since the library has classes of characters such as
all marks, and Python's has not. Tests compare the two on texts of many scripts.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from w2vcli.decoding import parse_json
from w2vcli.errors import BadModel
from w2vcli.models.formats.sinks import RowFacts
from w2vcli.models.formats.static_embeddings import tokens_of_file
from w2vcli.models.model_parts import TOKENIZER

UNKNOWN = "[UNK]"
_PIECES = "pieces.json"

_LETTER = r"[\p{L}\p{N}_]"
_MORE = r"[\p{L}\p{N}\p{M}_]"
_LINK = "|".join(
    [
        "['’＇]",
        "[\u200c\u200d]+",
        "(?<=[lL])·(?=[lL])",
        '(?<=[א-ת])["״](?=[א-ת])',
        "׳(?=[א-ת])",
    ]
)
_WORDS = rf"{_LETTER}{_MORE}*(?:(?:{_LINK}){_MORE}+)*(?:(?<=\p{{M}})" + "\u200d)?"
_WORDS_OF_RULES_1 = rf"{_MORE}+(?:['’]{_MORE}+)*"
_CHARACTERS = r"[\p{L}\p{N}][\p{M}" + "\u200c\u200d]*"
_IGNORED = (
    "[\u00ad\u061c\u180e\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)
_PATTERNS = {"unicode": _WORDS, "subwords": _WORDS, "characters": _CHARACTERS}


@dataclass
class TokenizerFile:
    """A tokenizer with ``rows`` tokens.

    ``places`` gives the numbers of words, of which the first has the row ``taken``, and -1 for a word that is no token.
    ``json`` is the file, once all words were asked for.
    """

    rows: int
    places: Callable[[Sequence[str], int], npt.NDArray[np.int64]]
    json: Callable[[], bytes]


def tokenizer_of(rows: RowFacts) -> TokenizerFile:
    """Return the tokenizer of a model.

    Raises
    ------
    BadModel
        If its file is damaged.
    """
    if rows.static is not None:
        data = rows.texts[TOKENIZER].read()
        return _with_numbers(
            {token: number for number, token in tokens_of_file(data, Path(TOKENIZER)).items()}, lambda: data
        )
    if rows.tokenizer is not None and rows.tokenizer.tokenizer == "subwords":
        return _of_pieces(rows)
    vocabulary: dict[str, int] = {}

    def places(words: Sequence[str], taken: int) -> npt.NDArray[np.int64]:
        vocabulary.update({word: taken + at for at, word in enumerate(words)})
        return np.arange(taken, taken + len(words))

    def file() -> bytes:
        unknown = UNKNOWN
        while unknown in vocabulary:
            unknown = f"[{unknown}]"
        lowercase = _is_lowercase(rows, vocabulary)
        model = {"type": "WordLevel", "vocab": vocabulary | {unknown: rows.words}, "unk_token": unknown}
        return _file(rows, model, lowercase=lowercase)

    return TokenizerFile(rows.words + 1, places, file)


def _with_numbers(numbers: dict[str, int], file: Callable[[], bytes]) -> TokenizerFile:
    """Return a tokenizer whose tokens have numbers already."""

    def places(words: Sequence[str], _: int) -> npt.NDArray[np.int64]:
        return np.fromiter((numbers.get(word, -1) for word in words), np.int64, len(words))

    return TokenizerFile(max(numbers.values(), default=-1) + 1, places, file)


def _of_pieces(rows: RowFacts) -> TokenizerFile:
    """Return the tokenizer of subword units: that of their file, behind the one that finds words."""
    if _PIECES not in rows.texts:
        raise BadModel(f"the model is damaged: {_PIECES} is missing")
    model = parse_json(rows.texts[_PIECES].read(), _PIECES)["model"]
    prefix = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}
    return _with_numbers(model["vocab"], lambda: _file(rows, model, prefix, lowercase=_is_lowercase(rows, ())))


def _is_lowercase(rows: RowFacts, words: Any) -> bool:
    """Tell whether text is made lower-case: as the model's was, or else if no word has a capital."""
    if rows.tokenizer is not None:
        return rows.tokenizer.lowercase
    return all(word == word.lower() for word in words)


def _file(rows: RowFacts, model: dict[str, Any], *behind: dict[str, Any], lowercase: bool) -> bytes:
    """Return a file of the library."""
    name = "unicode" if rows.tokenizer is None else rows.tokenizer.tokenizer
    pattern = _PATTERNS.get(name)
    is_old = rows.tokenizer is not None and rows.tokenizer.word_rules == 1 and pattern == _WORDS
    if is_old:
        pattern = _WORDS_OF_RULES_1
    normalizers: list[dict[str, Any]] = []
    if pattern is not None:
        normalizers.append({"type": "NFC"})
        if not is_old:
            normalizers.append({"type": "Replace", "pattern": {"Regex": _IGNORED}, "content": ""})
    if lowercase:
        normalizers.append({"type": "Lowercase"})
    split: dict[str, Any] = {"type": "WhitespaceSplit"}
    if pattern is not None:
        split = {"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Removed", "invert": True}
    found: dict[str, Any] = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [],
        "normalizer": {"type": "Sequence", "normalizers": normalizers},
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [split, *behind]},
        "post_processor": None,
        "decoder": None,
        "model": model,
    }
    return json.dumps(found, ensure_ascii=False).encode()
