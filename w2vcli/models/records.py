"""What ``model.json`` says of the text and the subwords of a model, as records. On its trainings: `w2vcli.models.runs`.

A field has a default where models of earlier versions lack it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Dtype = Literal["bfloat16", "float16", "float32"]


@dataclass(frozen=True)
class TokenizerFacts:
    """How the text of a model was tokenized, so that a word which is asked for can be tokenized alike.

    ``tokenizer`` is a name in `w2vcli.corpus.tokenizers.TOKENIZERS`, ``version`` that of its library.
    ``word_rules`` are the rules of what a word is, see `w2vcli.corpus.reading.Reading`. Models without them have
    the first ones. ``connector_words`` may stand inside phrases.
    """

    tokenizer: str
    version: str | None = None
    lowercase: bool = False
    word_rules: int = 1
    connector_words: tuple[str, ...] = ()


@dataclass(frozen=True)
class SubwordFacts:
    """fastText's settings of n-grams, and the type of their vectors in ``subwords.npy`` (bucket x vector_size)."""

    min_n: int
    max_n: int
    bucket: int
    dtype: Dtype


@dataclass(frozen=True)
class StaticFacts:
    """What a library of static embeddings does with a text besides taking the mean of the vectors of its tokens.

    ``normalize`` tells whether the mean is scaled to length 1. Of a text, only the first ``max_length`` tokens are
    taken, and before it is tokenized only the first ``max_characters``. None is no bound.
    """

    normalize: bool = False
    max_length: int | None = None
    max_characters: int | None = None
