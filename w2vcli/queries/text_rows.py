"""From texts to the rows of their tokens in a model, many texts at once.

With the rows 0 for the, 1 for girl and 2 for castle, the texts *The girl!* and *a castle* have the rows 0, 1, -1 and 2
and the lengths 2 and 2. So -1 is a token out of vocabulary.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import chain
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from w2vcli.errors import BadModel
from w2vcli.models.directory import Model
from w2vcli.models.model_parts import TOKENIZER
from w2vcli.models.records import StaticFacts, TokenizerFacts

_MOST_KEPT = 1 << 20


class TextRows(NamedTuple):
    """The rows of all tokens, one text after the other, how many tokens each text has, and which are ``unknown``.

    ``cut`` counts the texts of which only the beginning was taken.
    """

    rows: npt.NDArray[np.int64]
    lengths: npt.NDArray[np.int64]
    unknown: npt.NDArray[np.bool_]
    cut: int = 0


FindRows = Callable[[Sequence[str]], TextRows]


def rows_of_texts(model: Model) -> FindRows:
    """Return the function from texts to the rows of their tokens, by the tokenizer of ``model``.

    Where it is not known how the text of a model was tokenized, tokens are words as by the tokenizer ``unicode``. One
    that the model lacks is then looked up in lower case.

    Raises
    ------
    BadModel
        If what the model's tokenizer needs is damaged.
    MissingExtra
        If its library is not installed.
    """
    if model.facts.static is not None:
        return _static_rows(model, model.facts.static)
    from w2vcli.corpus.batch_tokens import compile_texts

    known = model.facts.tokenizer
    tokenize = compile_texts(known or _usual(), model.texts if known else {})
    rows = _Rows(model, lowers=known is None)

    def find(texts: Sequence[str]) -> TextRows:
        tokens = [*tokenize(texts)]
        lengths = np.fromiter(map(len, tokens), np.int64, len(tokens))
        found = np.fromiter(map(rows.__getitem__, chain.from_iterable(tokens)), np.int64, int(lengths.sum()))
        return TextRows(found, lengths, found < 0)

    return find


class _Rows(dict[str, int]):
    """The row of each token, -1 out of vocabulary: looked up in the model once, and then in memory."""

    def __init__(self, model: Model, *, lowers: bool) -> None:
        super().__init__()
        self._words = model.words
        self._lowers = lowers

    def __missing__(self, token: str) -> int:
        row = self._words.row(token)
        if row is None and self._lowers:
            row = self._words.row(token.lower())
        found = -1 if row is None else row
        if len(self) < _MOST_KEPT:
            self[token] = found
        return found


def _usual() -> TokenizerFacts:
    """Return the tokenizer of texts for a model that does not say how its own was tokenized."""
    from w2vcli.corpus.tokenizers import WORD_RULES

    return replace(TokenizerFacts("unicode"), word_rules=WORD_RULES)


def _static_rows(model: Model, facts: StaticFacts) -> FindRows:
    """Return the function for static embeddings, whose library makes ids of a text."""
    from w2vcli.models.static_tokenizer import open_static_tokenizer, unknown_token

    if TOKENIZER not in model.texts:
        raise BadModel(f"{model.path} is damaged: {TOKENIZER} is missing")
    tokenizer = open_static_tokenizer(model.texts[TOKENIZER].read(), model.texts[TOKENIZER].path)
    ids: dict[str, int] = tokenizer.get_vocab()
    unknown = ids.get(unknown_token(tokenizer) or "", -1)
    rows_of_ids = np.full(max(ids.values(), default=-1) + 1, -1)
    for row, word in enumerate(model.words):
        if word in ids:
            rows_of_ids[ids[word]] = row

    def find(texts: Sequence[str]) -> TextRows:
        if facts.max_characters is not None:
            texts = [text[: facts.max_characters] for text in texts]
        found = [encoding.ids for encoding in tokenizer.encode_batch_fast(texts, add_special_tokens=False)]
        cut = 0
        if facts.max_length is not None:
            cut = sum(len(ids) > facts.max_length for ids in found)
            found = [ids[: facts.max_length] for ids in found]
        lengths = np.fromiter(map(len, found), np.int64, len(found))
        numbers = np.fromiter(chain.from_iterable(found), np.int64, int(lengths.sum()))
        rows = rows_of_ids[numbers]
        return TextRows(rows, lengths, (rows < 0) | (numbers == unknown), cut)

    return find
