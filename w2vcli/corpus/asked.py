"""A word or a text that is asked for, as the text of a model was cut."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from w2vcli.corpus.phrases import NAME, join_phrases, read_phrases
from w2vcli.corpus.pieces import cut_into_pieces
from w2vcli.corpus.sentences import Splitter
from w2vcli.corpus.tokenizers import SUBWORDS, TOKENIZERS

_Cut = Callable[[str], list[str]]


def cut_word(word: str, tokenizer: dict[str, Any], folder: Path) -> list[str]:
    """Return the tokens that carry the meaning of ``word``, cut as ``tokenizer`` in a model's facts says.

    The phrases of the model are in ``folder``.

    Raises
    ------
    MissingExtra
        If the tokenizer's library is not installed.
    """
    return _cut(word, tokenizer, folder, _content)


def cut_text(text: str, tokenizer: dict[str, Any], folder: Path | None = None) -> list[str]:
    """Return all tokens of ``text``, cut as ``tokenizer`` in a model's facts says; see `cut_word`.

    Without a ``folder`` there are no phrases, and words are not cut into pieces.

    Raises
    ------
    MissingExtra
        If the tokenizer's library is not installed.
    """
    return _cut(text, tokenizer, folder, _all)


def _cut(text: str, tokenizer: dict[str, Any], folder: Path | None, compiled: Callable[[str], _Cut]) -> list[str]:
    name = str(tokenizer["tokenizer"])
    if name not in TOKENIZERS:
        return [text]
    normal = Splitter(TOKENIZERS[name], lowercase=bool(tokenizer.get("lowercase"))).normalise(text)
    tokens = compiled(name)(normal)
    if folder is None:
        return tokens
    if name == SUBWORDS:
        return [piece for token in tokens for piece in cut_into_pieces(token, folder)]
    if len(tokens) > 1 and (folder / NAME).exists():
        for phrases in read_phrases(folder / NAME):
            tokens = join_phrases(tokens, phrases)
    return tokens


@cache
def _content(name: str) -> _Cut:
    compile_content = TOKENIZERS[name].compile_content
    return _all(name) if compile_content is None else compile_content()


@cache
def _all(name: str) -> _Cut:
    tokenize = TOKENIZERS[name].compile()
    return lambda text: next(iter(tokenize([text])))
