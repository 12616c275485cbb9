"""A word that is asked for, as the model's text was cut: its tokens, and the row they stand for."""

from __future__ import annotations

from w2vcli.models.directory import Model


def tokens_of(word: str, model: Model) -> list[str]:
    """Return the tokens that the tokenizer and the phrases of ``model`` make of ``word``; none if not known."""
    if model.facts.tokenizer is None:
        return []
    from w2vcli.corpus.asked import cut_word  # most questions do not need it

    return cut_word(word, model.facts.tokenizer, model.texts)


def row_of(model: Model, word: str) -> int | None:
    """Return the row of ``word``, or of the one token that the model's tokenizer makes of it; else None.

    So 소녀를 is 소녀 where the text was cut into morphemes, and King is king where it was lower-cased. What stands in
    the vocabulary is never cut; of words with parts of speech, neither is one that has only one: 구원 is 구원/NNG.
    """
    row = model.words.row(word)
    if row is not None:
        return row
    tokens = tokens_of(word, model)
    row = model.words.row(tokens[0]) if len(tokens) == 1 else None
    if row is None and tokens and has_tags(model):
        tagged = model.words.starting_with(f"{word}/", 2)
        return model.words.row(tagged[0]) if len(tagged) == 1 else None
    return row


def has_tags(model: Model) -> bool:
    """Tell whether each word of the vocabulary has its part of speech behind it."""
    return model.facts.tokenizer is not None and model.facts.tokenizer["tokenizer"] == "korean-tags"


def has_pieces(model: Model) -> bool:
    """Tell whether the vocabulary is pieces of words, of which every word is made."""
    return model.facts.tokenizer is not None and model.facts.tokenizer["tokenizer"] == "subwords"
