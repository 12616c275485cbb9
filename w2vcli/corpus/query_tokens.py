"""Tokens of a word or a text in a question, made as those of the model's corpus were.

A model of Korean knows 소녀 and not 소녀를, and one in lower case knows king and not King. So what is asked for goes
through the model's tokenizer, and through its phrases or subword units.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Protocol

from w2vcli.corpus.bpe import BPE_FILE, open_bpe
from w2vcli.corpus.phrases import PHRASES_FILE, Pass, join_phrases, read_phrases
from w2vcli.corpus.sentences import Splitter
from w2vcli.corpus.tokenizer_names import SUBWORDS
from w2vcli.corpus.tokenizers import TOKENIZERS
from w2vcli.errors import BadModel
from w2vcli.models.records import TokenizerFacts
from w2vcli.models.static_tokenizer import open_static_tokenizer, unknown_token

_Tokenize = Callable[[str], list[str]]


class ModelFile(Protocol):
    """A file of an open model."""

    @property
    def path(self) -> Path:
        """Where it was."""

    def read(self) -> bytes:
        """Return all of it."""

    def __hash__(self) -> int:
        """Return the hash of this object, whatever is in it."""


Texts = Mapping[str, ModelFile]


def tokenize_word(word: str, tokenizer: TokenizerFacts, texts: Texts) -> list[str]:
    """Return the tokens of ``word`` that carry meaning, by the ``tokenizer`` of a model.

    For example, 소녀를 gives 소녀 by ``korean``, which leaves out the particle. Of the ``texts``, those with phrases or
    subword units are read. A tokenizer that this version does not know leaves ``word`` whole.

    Raises
    ------
    BadModel
        If they are damaged.
    MissingExtra
        If the tokenizer's library is not installed.
    """
    return _tokenize(word, tokenizer, texts, _content)


def tokenize_text(text: str, tokenizer: TokenizerFacts, texts: Texts | None = None) -> list[str]:
    """Return all tokens of ``text`` by the ``tokenizer`` of a model; see `tokenize_word`.

    Without ``texts`` there are no phrases, and words are not split into subword units.

    Raises
    ------
    MissingExtra
        If the tokenizer's library is not installed.
    """
    return _tokenize(text, tokenizer, texts, _all)


def tokenize_static(text: str, file: ModelFile) -> list[str]:
    """Return the tokens of ``text`` by the tokenizer of static embeddings, none if it knows nothing of it.

    Raises
    ------
    BadModel
        If the tokenizer is damaged.
    MissingExtra
        If its library is not installed.
    """
    tokenizer, unknown = _static(file)
    tokens: list[str] = tokenizer.encode(text, add_special_tokens=False).tokens
    return [] if all(token == unknown for token in tokens) else tokens


@lru_cache(4)
def _static(file: ModelFile) -> tuple[Any, str | None]:
    tokenizer = open_static_tokenizer(file.read(), file.path)
    return tokenizer, unknown_token(tokenizer)


def _tokenize(
    text: str, tokenizer: TokenizerFacts, texts: Texts | None, compiled: Callable[[str, int], _Tokenize]
) -> list[str]:
    name = tokenizer.tokenizer
    if name not in TOKENIZERS:
        return [text]
    normal = Splitter(TOKENIZERS[name], lowercase=tokenizer.lowercase).normalise(text)
    tokens = compiled(name, tokenizer.word_rules)(normal)
    if texts is None:
        return tokens
    if name == SUBWORDS:
        if BPE_FILE not in texts:
            raise BadModel(f"the model is damaged: {BPE_FILE} is missing")
        return [unit for token in tokens for unit in _units(texts[BPE_FILE])(token)]
    if len(tokens) > 1 and PHRASES_FILE in texts:
        for phrases in _phrases(texts[PHRASES_FILE]):
            tokens = join_phrases(tokens, phrases, frozenset(tokenizer.connector_words))
    return tokens


@lru_cache(4)
def _units(text: ModelFile) -> _Tokenize:
    tokenizer = open_bpe(text.read(), text.path)
    return lambda word: list(tokenizer.encode(word).tokens)


@lru_cache(4)
def _phrases(text: ModelFile) -> list[Pass]:
    return read_phrases(text.read(), text.path)


@cache
def _content(name: str, word_rules: int) -> _Tokenize:
    compile_content = TOKENIZERS[name].compile_content
    return _all(name, word_rules) if compile_content is None else compile_content()


@cache
def _all(name: str, word_rules: int) -> _Tokenize:
    tokenize = TOKENIZERS[name].compile_by(word_rules)
    return lambda text: next(iter(tokenize([text])))
