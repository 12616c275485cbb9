"""Which rows of a model stand for the words of a test set, and by which rule for capitals.

    word     keep       lower             ignore
    Athens   Athens     athens            athens, Athens and ATHENS, in row order

questions-words writes names with capitals. A model that was trained on lower-cased text would know none of them, and
one that keeps capitals would be asked other words than it has.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Literal

import numpy as np

from w2vcli.measure.sets import EvaluationSet, alternatives, forms
from w2vcli.models.directory import Model
from w2vcli.models.words import Words
from w2vcli.queries.terms import rows_of_parts, unit
from w2vcli.queries.tokens import tokens_of

Case = Literal["keep", "lower", "ignore"]
_CASES: Mapping[Case, str] = {"keep": "as they are written", "lower": "in lower case", "ignore": "in any case"}

# What tells how a model writes: its most frequent words.
_WORDS_LOOKED_AT = 10_000
# Fewer capitals than this are those of <UNK> and the like.
_FEW_CAPITALS = 0.01


def describe_case(case: Case) -> str:
    """Return how words are looked up by a rule, in words."""
    return _CASES[case]


def case_of(words: Words) -> Case:
    """Return the rule that suits a model: ``lower`` if it has lower-case words only, else ``keep``.

    Less than one in a hundred of the first 10,000 words that have letters of both cases may have a capital.
    """
    with_case = [word for word in islice(words, _WORDS_LOOKED_AT) if word.lower() != word.upper()]
    capitals = sum(word != word.lower() for word in with_case)
    return "lower" if with_case and capitals < _FEW_CAPITALS * len(with_case) else "keep"


class WordRows:
    """Which rows stand for the words of a test set.

    ``keep`` takes words as they are written, ``lower`` lower-cases them, ``ignore`` finds words of any case. Other
    Unicode forms (NFC or NFD) of the same letters are always found. With ``restrict_vocab`` only that many rows from
    the first count.

    A word is looked up as it stands, then without its tag (`w2vcli.measure.sets.forms`), then as the one token that the
    model's tokenizer makes of it. ``unknown`` has the words for which no row stands, each with the reason.
    ``tokenized`` has the words that were found as a token, each with the token.

    Static embeddings find all words by their tokenizer. In a set of pairs, a word may be the mean of several tokens:
    then `rows` has all of theirs. Elsewhere an answer is a row, and such a word is unknown.
    """

    def __init__(self, model: Model, test_set: EvaluationSet, case: Case, restrict_vocab: int | None) -> None:
        self._set = test_set
        words = dict.fromkeys(word for item in test_set.items for word in item.words)
        wanted = dict.fromkeys(each for word in words for each in alternatives(test_set, word))
        keys = {form: _key(form, case) for word in wanted for form in forms(test_set, word)}
        by_key = _rows_in_any_case(model.words, set(keys.values())) if case == "ignore" else {}
        is_static = model.facts.static is not None
        self._rows: dict[str, list[int]] = {}
        self._answers: dict[str, frozenset[int]] = {}
        self.unknown: dict[str, str] = {}
        self.tokenized: dict[str, str] = {}
        for word in wanted:
            reason = "not in the vocabulary"
            candidates = (
                by_key.get(keys[form], []) if case == "ignore" else _rows(model.words, keys[form])
                for form in forms(test_set, word)
            )
            found = [] if is_static else next(filter(None, candidates), [])
            if is_static:
                found = rows_of_parts(model, _key(forms(test_set, word)[-1], case))
            if not found and not is_static:
                found, reason = self._tokenize(model, word, case, reason)
            known = [row for row in found if restrict_vocab is None or row < restrict_vocab]
            if is_static and len(found) > 1 and test_set.kind != "pairs":
                self.unknown[word] = f"several tokens ({model.facts.source.get('format')})"
                continue
            if is_static and len(known) < len(found):
                known = []
            if not found:
                self.unknown[word] = reason
            elif not known:
                self.unknown[word] = f"not among the first {restrict_vocab:,} words"
            # A vector of zeros has no cosine with anything, so a question with it has no answer.
            elif not unit(model.vectors[known[:1]].astype(np.float64)).any():
                self.unknown[word] = "without a direction (zeros or NaN)"
            else:
                self._rows[word] = known
        self._take_alternatives(words)

    def _tokenize(self, model: Model, word: str, case: Case, reason: str) -> tuple[list[int], str]:
        """Return the row of the one token that ``word`` is, and why there is none."""
        bare = forms(self._set, word)[-1]
        tokens = tokens_of(bare, model)
        if len(tokens) > 1:
            return [], f"several tokens ({self._tokenizer(model)})"
        # A tokenizer that lower-cases would undo what --case keep asks for.
        if not tokens or (case == "keep" and tokens[0] != bare and tokens[0] == bare.lower()):
            return [], reason
        rows = _rows(model.words, tokens[0])
        if rows:
            self.tokenized[word] = tokens[0]
        return rows, reason

    @staticmethod
    def _tokenizer(model: Model) -> str:
        """Return how the model's tokenizer is asked for."""
        tokenizer = model.facts.tokenizer
        return "" if tokenizer is None else f"--tokenizer {tokenizer.tokenizer}"

    def _take_alternatives(self, words: Iterable[str]) -> None:
        """Give lists of words that are equally right the rows of those that are known."""
        for word in words:
            each = alternatives(self._set, word)
            if each == [word]:
                continue
            known = [self._rows[one] for one in each if one in self._rows]
            if known:
                self._rows[word] = known[0]
                self._answers[word] = frozenset().union(*known)
            else:
                self.unknown[word] = self.unknown[each[0]] if each else "not in the vocabulary"
        self.unknown = {word: reason for word, reason in self.unknown.items() if word in words}

    def rows(self, word: str) -> list[int]:
        """Return the rows of a word, ascending. The vector of the first is taken; there are more with ``ignore`` only.

        For a list of words that are equally right, they are the rows of the first word that is known.
        """
        return self._rows[word]

    def answers(self, word: str) -> frozenset[int]:
        """Return the rows that are right where ``word`` is expected, or any of the words that are equally right."""
        return self._answers.get(word) or frozenset(self._rows[word])


def _key(word: str, case: Case) -> str:
    """Return what words that are the same by a rule have in common."""
    if case == "keep":
        return word
    return unicodedata.normalize("NFC", word.lower())


def _rows(words: Words, word: str) -> list[int]:
    row = words.row(word)
    return [] if row is None else [row]


def _rows_in_any_case(words: Words, keys: set[str]) -> dict[str, list[int]]:
    """Return the rows of all words that are one of ``keys`` in some case, by key; it reads the whole vocabulary."""
    rows: dict[str, list[int]] = {}
    for row, word in enumerate(words):
        key = _key(word, "ignore")
        if key in keys:
            rows.setdefault(key, []).append(row)
    return rows
