"""Tokens of many texts at once, made as those of a model's corpus were.

A text may hold several sentences. Tokens do not cross their ends, nor do phrases.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice

from w2vcli.corpus.bpe import BPE_FILE, open_bpe
from w2vcli.corpus.phrases import PHRASES_FILE, join_phrases, read_phrases
from w2vcli.corpus.query_tokens import Texts
from w2vcli.corpus.sentences import Piece, Splitter
from w2vcli.corpus.tokenizer_names import SUBWORDS
from w2vcli.corpus.tokenizers import TOKENIZERS, Tokenize
from w2vcli.errors import BadModel
from w2vcli.models.records import TokenizerFacts

# Tokenizers by which a text has the tokens of its sentences, one after the other: they look no further than a word.
_BY_WORDS = {"unicode", "whitespace", "characters", SUBWORDS}

TokenizeTexts = Callable[[Sequence[str]], Iterable[list[str]]]


def compile_texts(tokenizer: TokenizerFacts, texts: Texts) -> TokenizeTexts:
    """Return the function from texts to the tokens of each, by the ``tokenizer`` of a model.

    Of the ``texts`` of the model, those with phrases or subword units are read.

    Raises
    ------
    BadModel
        If they are damaged, or this version does not know the tokenizer.
    MissingExtra
        If the tokenizer's library is not installed.
    """
    name = tokenizer.tokenizer
    if name not in TOKENIZERS:
        raise BadModel(f"this version of w2v knows no tokenizer {name}, by which the text of the model was tokenized")
    splitter = Splitter(TOKENIZERS[name], lowercase=tokenizer.lowercase)
    tokenize = TOKENIZERS[name].compile_by(tokenizer.word_rules)
    if name in _BY_WORDS and PHRASES_FILE not in texts:
        found = _by_words(splitter, tokenize)
        return _in_units(found, texts) if name == SUBWORDS else found
    passes = read_phrases(texts[PHRASES_FILE].read(), texts[PHRASES_FILE].path) if PHRASES_FILE in texts else []
    connectors = frozenset(tokenizer.connector_words)

    def joined(tokens: list[str]) -> list[str]:
        for phrases in passes:
            tokens = join_phrases(tokens, phrases, connectors)
        return tokens

    def by_sentences(texts: Sequence[str]) -> Iterator[list[str]]:
        sentences = [splitter.split(Piece(text, join_lines=True, ends=True))[0] for text in texts]
        tokens = iter(tokenize([*chain.from_iterable(sentences)]))
        for of_text in sentences:
            yield [*chain.from_iterable(map(joined, islice(tokens, len(of_text))))]

    return by_sentences


def _by_words(splitter: Splitter, tokenize: Tokenize) -> TokenizeTexts:
    """Return the function for a tokenizer to which a line break is a blank: all texts are normalised at once."""

    def tokens(texts: Sequence[str]) -> Iterable[list[str]]:
        lines = "\n".join(texts)
        if lines.count("\n") >= len(texts):
            lines = "\n".join(text.replace("\n", " ") for text in texts)
        return tokenize(splitter.normalise(lines).split("\n")) if texts else []

    return tokens


def _in_units(words_of: TokenizeTexts, texts: Texts) -> TokenizeTexts:
    """Return the function that splits the words of texts into subword units."""
    if BPE_FILE not in texts:
        raise BadModel(f"the model is damaged: {BPE_FILE} is missing")
    tokenizer = open_bpe(texts[BPE_FILE].read(), texts[BPE_FILE].path)

    class Units(dict[str, list[str]]):
        def __missing__(self, word: str) -> list[str]:
            units: list[str] = tokenizer.encode(word).tokens
            if len(self) < _MOST_KEPT:
                self[word] = units
            return units

    units = Units()
    return lambda found: ([*chain.from_iterable(map(units.__getitem__, words))] for words in words_of(found))


_MOST_KEPT = 1 << 20
