"""Texts as numbers: one-hot vectors, integers, embeddings, with all texts padded to one length.

With the vocabulary ``cat``, ``mat``, the texts "cat mat" and "dog" become 1 2 and 3 0:

==  ============================================================
0   padding
1   the first word of the vocabulary, and so on in order
3   any other word: the number after the last word's
==  ============================================================
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from w2vcli.array_types import Float32s, Integers
from w2vcli.atomic import new_files, require_absent
from w2vcli.corpus.query_tokens import tokenize_text
from w2vcli.corpus.tokenizer_names import SUBWORDS
from w2vcli.corpus.tokenizers import WORD_RULES
from w2vcli.errors import BadSettings
from w2vcli.escaping import listed
from w2vcli.models.directory import Model
from w2vcli.models.records import TokenizerFacts
from w2vcli.queries.tokens import tokens_of
from w2vcli.reporting import Reporter

PADDING, UNKNOWN = "<PAD>", "<UNK>"

# One-hot vectors of more than 2,147,483,648 numbers are refused: they would fill the memory or the disk.
_MOST_NUMBERS = 1 << 31
_MOST_TOLD = 5

Tokenize = Callable[[str], list[str]]


def choose_tokenizer(model: Model | None, tokenizer: str | None = None, lowercase: bool | None = None) -> Tokenize:
    """Return a function from a text to its tokens: as the text of ``model`` was tokenized, but for what is asked.

    Without a model, and for a model of vectors that were not trained here, the tokenizer is ``unicode``. It makes words
    lower-case only if there is no model, since the words of vectors made elsewhere may have capitals.

    Raises
    ------
    BadSettings
        If subword units are asked for, and the model has none.
    """
    if model is not None and model.facts.static is not None and tokenizer is None and lowercase is None:
        return lambda text: tokens_of(text, model)
    known = None if model is None else model.facts.tokenizer
    how = known or TokenizerFacts("unicode", lowercase=model is None, word_rules=WORD_RULES)
    how = replace(
        how, tokenizer=tokenizer or how.tokenizer, lowercase=how.lowercase if lowercase is None else lowercase
    )
    # Phrases and subword units were learnt on what the model's own tokenizer makes.
    is_models = tokenizer is None or (known is not None and tokenizer == known.tokenizer)
    texts = model.texts if model is not None and is_models else None
    if how.tokenizer == SUBWORDS and texts is None:
        raise BadSettings(
            "subword units are learnt on a corpus: name a model that was trained with --tokenizer subwords"
        )
    return lambda text: tokenize_text(text, how, texts)


@dataclass(frozen=True)
class OneHotVocabulary:
    """Words in an order: ``number`` gives the place of a word from 0, or None, and ``word`` the word at a place.

    ``is_own`` says that these are the words of the encoded texts, so that none can be out of vocabulary. Nor can the
    ids of `id_texts`, where ``are_ids``.
    """

    size: int
    number: Callable[[str], int | None]
    word: Callable[[int], str]
    is_own: bool = False
    are_ids: bool = False


def vocabulary_of(words: Sequence[str], *, is_own: bool = False) -> OneHotVocabulary:
    """Return the vocabulary of ``words`` in their order. The first place of a word counts."""
    distinct = list(dict.fromkeys(words))
    numbers = {word: number for number, word in enumerate(distinct)}
    return OneHotVocabulary(len(distinct), numbers.get, distinct.__getitem__, is_own)


def own_vocabulary(texts: Sequence[Sequence[str]]) -> OneHotVocabulary:
    """Return the vocabulary of the words of ``texts``, sorted."""
    return vocabulary_of(sorted({word for text in texts for word in text}), is_own=True)


def vocabulary_of_model(model: Model) -> OneHotVocabulary:
    """Return the vocabulary of a model, in row order. Nothing is copied, so it may have millions of words."""
    return OneHotVocabulary(model.facts.words, model.words.row, model.words.__getitem__)


@dataclass(frozen=True)
class Encoding:
    """Texts as ``integers`` (texts x length) of the words of ``vocabulary``. ``tokens`` are their words, padded."""

    vocabulary: OneHotVocabulary
    tokens: list[list[str]]
    integers: Integers

    @property
    def columns(self) -> int:
        """How many numbers a one-hot vector has: one for each word, and one more if words can be unknown."""
        return self.vocabulary.size + (not self.vocabulary.is_own and not self.vocabulary.are_ids)

    @property
    def used(self) -> list[int]:
        """The integers that occur, in order, without that of padding."""
        return [int(integer) for integer in np.unique(self.integers) if integer]

    @property
    def unknown(self) -> int:
        """How many words are out of vocabulary."""
        return int((self.integers > self.vocabulary.size).sum())

    @property
    def unknown_words(self) -> list[str]:
        """The words out of vocabulary, each once, in the order of the texts."""
        places = np.argwhere(self.integers > self.vocabulary.size).tolist()
        return list(dict.fromkeys(self.tokens[text][place] for text, place in places))

    @property
    def padding(self) -> int:
        """How many places are padding."""
        return int((self.integers == 0).sum())

    @property
    def places(self) -> list[tuple[int, str]]:
        """For each place of each text the number of the text, from 1, and the word."""
        return [(number, word) for number, text in enumerate(self.tokens, 1) for word in text]

    def label(self, integer: int) -> str:
        """Return what one of the ``integers`` stands for: a word, <PAD> or <UNK>."""
        if integer == 0:
            return PADDING
        return UNKNOWN if integer > self.vocabulary.size else self.vocabulary.word(integer - 1)


def encode(
    texts: Sequence[Sequence[str]], vocabulary: OneHotVocabulary, length: int | None = None, *, pad_before: bool = False
) -> Encoding:
    """Return ``texts`` as integers. Each is cut off or padded to ``length``, by default that of the longest text."""
    width = max(map(len, texts), default=0) if length is None else length
    tokens, integers = [], np.zeros((len(texts), width), dtype=np.int64)
    for at, text in enumerate(texts):
        kept = list(text[:width])
        numbers = [vocabulary.number(word) for word in kept]
        place = slice(width - len(kept), width) if pad_before else slice(0, len(kept))
        # 0 is padding, so the first word of the vocabulary is 1.
        integers[at, place] = [vocabulary.size + 1 if number is None else number + 1 for number in numbers]
        missing = [PADDING] * (width - len(kept))
        tokens.append([*missing, *kept] if pad_before else [*kept, *missing])
    return Encoding(vocabulary, tokens, integers)


def report_unknown(encoding: Encoding, reporter: Reporter) -> None:
    """Warn of words out of vocabulary, the first few by name, and say if their lower-case forms are in it."""
    words = encoding.unknown_words
    if words:
        lower = any(encoding.vocabulary.number(word.lower()) is not None for word in words)
        hint = "; --lowercase knows more of them" if lower else ""
        reporter.warn(f"not in the vocabulary: {listed(words, _MOST_TOLD)}{hint}")


def one_hot(encoding: Encoding) -> npt.NDArray[np.uint8]:
    """Return one-hot vectors (texts x length x columns), with the 1 in the column of the word. Padding is all zeros.

    Raises
    ------
    BadSettings
        If they would not fit into memory.
    """
    size = encoding.integers.size * encoding.columns
    if size > _MOST_NUMBERS:
        raise BadSettings(f"one-hot vectors would be {size:,} numbers; write --as integer, which hold the same")
    found = np.zeros((*encoding.integers.shape, encoding.columns), dtype=np.uint8)
    # Word 1 has its 1 in column 0, and padding (0) has none.
    texts, places = np.nonzero(encoding.integers)
    found[texts, places, encoding.integers[texts, places] - 1] = 1
    return found


def embed(
    encoding: Encoding, vectors: Callable[[Integers], Float32s], unknown: Callable[[str], Float32s | None]
) -> Float32s:
    """Return the vector of each word (texts x length x vector_size). Padding is zeros.

    ``vectors`` gives the vectors (numbers x vector_size) of words by their places in the vocabulary, from 0.
    ``unknown`` gives the vector of a word out of vocabulary, or None, which becomes zeros.
    """
    # Each word is looked up once, however often it occurs.
    distinct, where = np.unique(encoding.integers, return_inverse=True)
    is_known = (distinct > 0) & (distinct <= encoding.vocabulary.size)
    of_known = vectors(distinct[is_known] - 1)
    table = np.zeros((len(distinct), of_known.shape[1]), dtype=np.float32)
    table[is_known] = of_known
    found: Float32s = table[where.reshape(encoding.integers.shape)]
    for text, place in np.argwhere(encoding.integers > encoding.vocabulary.size).tolist():
        vector = unknown(encoding.tokens[text][place])
        if vector is not None:
            found[text, place] = vector
    return found


def embed_by_model(encoding: Encoding, model: Model) -> Float32s:
    """Return the vectors that ``model`` has for the words (see `embed`)."""
    return embed(encoding, model.vectors.__getitem__, model.vector_of_unknown)


def embed_untrained(encoding: Encoding, vector_size: int, seed: int) -> Float32s:
    """Return vectors as they are before training (see `embed`). All words out of vocabulary share the last one."""
    table = untrained_vectors(encoding.columns, vector_size, seed)
    return embed(encoding, table.__getitem__, lambda _: table[-1])


def untrained_vectors(words: int, vector_size: int, seed: int) -> Float32s:
    """Return vectors (words x vector_size) as word2vec.c begins with them.

    Each number is uniform between -0.5 and 0.5, divided by ``vector_size``.
    """
    rng = np.random.default_rng(seed)
    return ((rng.random((words, vector_size), dtype=np.float32) - 0.5) / vector_size).astype(np.float32)


def write_array(array: npt.NDArray[Any], vocabulary: OneHotVocabulary, path: Path, *, force: bool = False) -> None:
    """Write an array to ``path``, and beside it the vocabulary, if that is the texts' own and so in no other file.

    The vocabulary of ``reviews.npy`` is ``reviews.vocab.txt``, one word a line.

    Raises
    ------
    BadSettings
        If ``path`` does not end with .npy.
    OutputExists
        If one of the files is there, unless ``force`` is set.
    """
    if path.suffix != ".npy":
        raise BadSettings(f"{path}: the numbers are written as .npy; name the file so")
    # The error shall name the file that was asked for, not the vocabulary beside it.
    require_absent(path, force=force)
    words = [path.with_suffix(".vocab.txt")] if vocabulary.is_own else []
    with new_files(*words, path, force=force) as (*lists, numbers):
        for file in lists:
            file.writelines(f"{vocabulary.word(at)}\n".encode() for at in range(vocabulary.size))
        np.lib.format.write_array(numbers, array, allow_pickle=False)
