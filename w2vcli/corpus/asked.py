"""A word that is asked for, as the text of a model was cut."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from w2vcli.corpus.phrases import NAME, join_phrases, read_phrases
from w2vcli.corpus.pieces import cut_into_pieces
from w2vcli.corpus.sentences import Splitter
from w2vcli.corpus.tokenizers import SUBWORDS, TOKENIZERS


def cut_word(word: str, tokenizer: dict[str, Any], folder: Path) -> list[str]:
    """Return the tokens that carry the meaning of ``word``, cut as ``tokenizer`` in a model's facts says.

    The phrases of the model are in ``folder``.

    Raises
    ------
    MissingExtra
        If the tokenizer's library is not installed.
    """
    name = str(tokenizer["tokenizer"])
    if name not in TOKENIZERS:
        return [word]
    text = Splitter(TOKENIZERS[name], lowercase=bool(tokenizer.get("lowercase"))).normalise(word)
    tokens = _content(name)(text)
    if name == SUBWORDS:
        return [piece for token in tokens for piece in cut_into_pieces(token, folder)]
    if len(tokens) > 1 and (folder / NAME).exists():
        for phrases in read_phrases(folder / NAME):
            tokens = join_phrases(tokens, phrases)
    return tokens


@cache
def _content(name: str) -> Callable[[str], list[str]]:
    tokenizer = TOKENIZERS[name]
    if tokenizer.compile_content is not None:
        return tokenizer.compile_content()
    tokenize = tokenizer.compile()
    return lambda text: next(iter(tokenize([text])))
