"""A word that is asked for, tokenized as the model's text was: its tokens, and the row they stand for."""

from __future__ import annotations

from collections.abc import Iterable

from w2vcli.escaping import listed, visible
from w2vcli.models.directory import Model
from w2vcli.models.model_parts import TOKENIZER
from w2vcli.queries.expression import SIGNS

# What WordPiece, SentencePiece and byte-level BPE write before a token that goes on with a word, or begins one.
_MARKS = ("##", "▁", "Ġ")
_MOST_NAMED = 5


def tokens_of(word: str, model: Model) -> list[str]:
    """Return the tokens that the tokenizer and the phrases of ``model`` make of ``word``.

    There are none if it is not known how the text of the model was tokenized.
    """
    if model.facts.static is not None:
        from w2vcli.corpus.query_tokens import tokenize_static

        return tokenize_static(word, model.texts[TOKENIZER]) if TOKENIZER in model.texts else []
    if model.facts.tokenizer is None:
        return []
    from w2vcli.corpus.query_tokens import tokenize_word

    return tokenize_word(word, model.facts.tokenizer, model.texts)


def row_of(model: Model, word: str) -> int | None:
    """Return the row of ``word``, or of the one token that the model's tokenizer makes of it, or None.

    So 소녀를 is 소녀 if the text was tokenized into morphemes, and King is king if it was lower-cased. No sign is taken
    off. A word of the vocabulary is taken as it is. If words have their part of speech behind them, 구원 is 구원/NNG if
    it has no other.

    Of static embeddings, only a token that is written with its mark is taken as it is, as ##ing is. Else the tokenizer
    tells: king is ▁king where this begins a word, although king may be the end of another one.
    """
    if model.facts.static is not None and not word.startswith(_MARKS):
        tokens = tokens_of(word, model)
        return model.words.exact_row(tokens[0]) if len(tokens) == 1 else None
    row = model.words.row(word)
    if row is not None:
        return row
    tokens = tokens_of(word, model)
    row = model.words.row(tokens[0]) if len(tokens) == 1 and not _loses_sign(word, tokens[0]) else None
    if row is None and tokens and has_tags(model) and SIGNS.isdisjoint(word):
        tagged = model.words.starting_with(f"{word}/", 2)
        return model.words.row(tagged[0]) if len(tagged) == 1 else None
    return row


def told_parts(words: Iterable[str], model: Model) -> str | None:
    """Return a note on those of ``words`` whose vector is the mean of those of several tokens, None if none is such.

    Only a model of pieces of words has such words.
    """
    if not has_pieces(model):
        return None
    parts = {word: tokens_of(word, model) for word in dict.fromkeys(words) if row_of(model, word) is None}
    shown = [f"{visible(word)} ({visible(' '.join(tokens))})" for word, tokens in parts.items() if tokens]
    return f"the mean of the vectors of their tokens: {listed(shown, _MOST_NAMED)}" if shown else None


def loses_sign(word: str, model: Model) -> bool:
    """Tell whether the model's tokenizer would make a word of the vocabulary from ``word`` without its signs.

    So -girl is not girl, and C++ not c.
    """
    if SIGNS.isdisjoint(word):
        return False
    tokens = tokens_of(word, model)
    return len(tokens) == 1 and _loses_sign(word, tokens[0]) and model.words.row(tokens[0]) is not None


def _loses_sign(word: str, token: str) -> bool:
    return _number_of_joints(token) < _number_of_joints(word)


def _number_of_joints(word: str) -> int:
    """Return how many signs a word has. A phrase may have ``_`` where there was one, so that counts too."""
    return sum(character in SIGNS or character == "_" for character in word)


def has_tags(model: Model) -> bool:
    """Tell whether each word of the vocabulary has its part of speech behind it."""
    return model.facts.tokenizer is not None and model.facts.tokenizer.tokenizer == "korean-tags"


def has_pieces(model: Model) -> bool:
    """Tell whether the vocabulary is pieces of words, of which every word is made."""
    if model.facts.static is not None:
        return True
    return model.facts.tokenizer is not None and model.facts.tokenizer.tokenizer == "subwords"
