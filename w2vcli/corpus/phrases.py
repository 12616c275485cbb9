"""Phrases: words that come together more often than by chance, such as ``new_york``, become one token.

They are those of gensim's ``Phrases``. Its score ``default`` (Mikolov et al. 2013, section 4) is
``(together - min_count) * different / (count_a * count_b)``, where ``different`` counts the different words and pairs.
If there are 1,000 of them, and ``new`` comes 50 times, ``york`` 20 times and both together 18 times, then
``--phrase-min-count 5`` makes that ``13 * 1000 / (50 * 20) = 13``, above the threshold of 10. ``npmi`` (Bouma 2009) is
``ln(p_ab / (p_a * p_b)) / -ln(p_ab)``: 1 for words that only come together, 0 for words that do so by chance.

``phrases.tsv`` keeps them: the pass that found each, the phrase, its score. A second pass joins phrases of phrases:
``new_york`` and ``times`` to ``new_york_times``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from math import log
from pathlib import Path

import numpy as np

from w2vcli.corpus.batches import BatchMaker
from w2vcli.corpus.encoded import LONGEST_SENTENCE, EncodedCorpus
from w2vcli.corpus.writer import CorpusWriter
from w2vcli.errors import BadModel
from w2vcli.escaping import visible
from w2vcli.reporting import Reporter

PHRASES_FILE = "phrases.tsv"
_DELIMITER = "_"
_HEADING = "pass\tphrase\tscore\n"
_LINE = re.compile(r"([1-9]\d{0,3})\t([^\t]+)\t(-?\d[\d.]{0,20}(?:e[+-]?\d{1,3})?|-?inf|nan)")
_MOST_PASSES = 1_000
_MOST_COUNTED = 40_000_000  # gensim's max_vocab_size
# What gensim's scorers find worth joining: 10 is gensim's default; npmi lies in [-1, 1].
_THRESHOLDS = {"default": 10.0, "npmi": 0.5}

Pass = dict[str, float]

# gensim's: articles, prepositions and conjunctions.
ENGLISH_CONNECTOR_WORDS: Set[str] = frozenset("a an the for of with without at from to in on by and or".split())


@dataclass(frozen=True)
class Phrasing:
    """How phrases are found: gensim's ``scoring``, ``threshold`` (None: 10, or 0.5 for npmi) and ``min_count``.

    ``connector_words`` may stand within a phrase, as in ``lord_of_the_rings``, but neither begin nor end one.
    """

    scoring: str
    threshold: float | None
    min_count: int
    passes: int
    connector_words: Set[str] = frozenset()


def join_phrases(tokens: Sequence[str], phrases: Pass, connector_words: Set[str] = frozenset()) -> list[str]:
    """Return the tokens of a sentence, with phrases joined from left to right.

    A phrase is two words and the ``connector_words`` between them. With the phrases ``a_b`` and ``b_c``, the tokens
    ``a b c`` become ``a_b c``: a word is in one phrase only, the first.
    """
    if connector_words:
        return _join_with_connectors(tokens, phrases, connector_words)
    joined: list[str] = []
    at = 0
    while at < len(tokens):
        pair = _DELIMITER.join(tokens[at : at + 2])
        if at + 1 < len(tokens) and pair in phrases:
            joined.append(pair)
            at += 2
        else:
            joined.append(tokens[at])
            at += 1
    return joined


def _join_with_connectors(tokens: Sequence[str], phrases: Pass, connector_words: Set[str]) -> list[str]:
    """Return the same where connector words may stand within a phrase."""
    joined: list[str] = []
    begun: list[str] = []  # a word that may begin a phrase, and the connector words behind it
    for token in tokens:
        if token in connector_words:
            (begun or joined).append(token)
            continue
        phrase = _DELIMITER.join([*begun, token])
        if begun and phrase in phrases:
            joined.append(phrase)
            begun = []
        else:
            joined += begun
            begun = [token]
    return joined + begun


def find_phrases(corpus: EncodedCorpus, folder: Path, phrasing: Phrasing, reporter: Reporter) -> EncodedCorpus:
    """Learn the phrases of ``corpus``, and write their list and the corpus with phrases joined into ``folder``.

    A sentence of more than 10,000 tokens becomes several.
    """
    passes: list[Pass] = []
    for _ in range(phrasing.passes):
        with reporter.phase("finding phrases", corpus.read.tokens, "words") as advance:
            passes.append(_learn(_joined(corpus, passes, phrasing), phrasing))
            advance(corpus.read.tokens)
    with (
        CorpusWriter(folder, corpus) as writer,
        reporter.phase("joining phrases", corpus.read.tokens, "words") as advance,
    ):
        maker = BatchMaker()
        # The parts of a long sentence become sentences, each with the text of the whole one.
        parts = -(-np.diff(corpus.sentence_ends, prepend=0) // LONGEST_SENTENCE)
        sentences = np.repeat(np.arange(len(parts)), parts).tolist()
        for sentence, tokens in zip(sentences, _joined(corpus, passes, phrasing), strict=True):
            maker.append(tokens, sentence)
            if maker.is_full():
                writer.append(maker.finish())
        writer.append(maker.finish())
        advance(corpus.read.tokens)
        found = writer.finish(corpus.files(), corpus.file_ends())
    write_phrases(passes, folder / PHRASES_FILE)
    reporter.note(
        f"{sum(map(len, passes)):,} phrases, {found.read.joined:,} words joined to the one before (--phrases)"
    )
    connected = _begun_or_ended(passes, ENGLISH_CONNECTOR_WORDS - phrasing.connector_words)
    if connected:
        reporter.note(
            f"{len(connected):,} of the phrases begin or end with a word such as a, of or the, as does {connected[0]}; "
            "--connector-words english keeps these words within phrases"
        )
    return found


def _begun_or_ended(passes: Sequence[Pass], words: Set[str]) -> list[str]:
    """Return the phrases that begin or end with one of ``words``, the best first, if they are over one in twenty."""
    phrases = sorted((-score, phrase) for one in passes for phrase, score in one.items())
    ends = ((phrase, phrase.lower().split(_DELIMITER)) for _, phrase in phrases)
    found = [phrase for phrase, parts in ends if parts[0] in words or parts[-1] in words]
    return found if 20 * len(found) > len(phrases) else []


def write_phrases(passes: Sequence[Pass], path: Path) -> None:
    """Write the phrases of one pass after the other, the best first."""
    with open(path, "x", encoding="utf-8", newline="\n") as file:
        file.write(_HEADING)
        for number, phrases in enumerate(passes, 1):
            for phrase, score in sorted(phrases.items(), key=lambda item: (-item[1], item[0])):
                file.write(f"{number}\t{phrase}\t{score:.6g}\n")


def read_phrases(data: bytes, path: Path) -> list[Pass]:
    """Return the phrases of each pass. ``data`` is what is in the file ``path``.

    Raises
    ------
    BadModel
        If it is damaged.
    """
    try:
        lines = data.decode().split("\n")  # some blanks are line breaks to Python
    except UnicodeDecodeError as error:
        raise BadModel(f"{path} is damaged: byte {error.start:,} is not UTF-8") from error
    if f"{lines[0]}\n" != _HEADING or lines[-1]:
        raise BadModel(f"{path} is damaged: its heading is missing, or its last line breaks off")
    passes: list[Pass] = []
    for number, line in enumerate(lines[1:-1], 2):
        found = _LINE.fullmatch(line)
        if found is None or not len(passes) <= int(found[1]) <= _MOST_PASSES:
            raise BadModel(f"{path} is damaged: line {number:,} is no pass, phrase and score: {visible(line[:40])!r}")
        while len(passes) < int(found[1]):
            passes.append({})
        passes[-1][found[2]] = float(found[3])
    return passes


def _learn(sentences: Iterator[list[str]], phrasing: Phrasing) -> Pass:
    """Return the phrases in sentences with their scores: those that gensim's ``export_phrases`` returns."""
    counts, words = _count(sentences, phrasing.connector_words)
    threshold = _THRESHOLDS[phrasing.scoring] if phrasing.threshold is None else phrasing.threshold
    found: Pass = {}
    for token, together in counts.items():
        # A phrase of an earlier pass is told by its first and last word too, so new_york_times by new and times.
        first, delimiter, rest = token.partition(_DELIMITER)
        if not delimiter:
            continue
        count_a, count_b = counts.get(first, 0), counts.get(rest.rpartition(_DELIMITER)[2], 0)
        if not count_a or not count_b:
            continue
        if phrasing.scoring == "default":
            score = (together - phrasing.min_count) / (count_a * count_b) * len(counts)
        elif together >= phrasing.min_count:
            p_ab = together / words
            score = log(p_ab / (count_a / words * (count_b / words))) / -log(p_ab)
        else:
            continue
        if score > threshold:
            found[token] = score
    return found


def _count(sentences: Iterator[list[str]], connector_words: Set[str]) -> tuple[dict[str, int], int]:
    """Count the words and pairs of sentences, and how many words all have.

    ``bank of england`` counts *bank*, *england* and *bank_of_england* where ``of`` is a connector word. Where there are
    more different ones than fit into memory, the rarest are forgotten, as in gensim.
    """
    counts: dict[str, int] = {}
    words, least = 0, 1
    for sentence in sentences:
        begun: list[str] = []  # the last word, and the connector words behind it
        for word in sentence:
            if word in connector_words:
                if begun:
                    begun.append(word)
                continue
            counts[word] = counts.get(word, 0) + 1
            if begun:
                begun.append(word)
                pair = _DELIMITER.join(begun)
                counts[pair] = counts.get(pair, 0) + 1
            begun = [word]
        words += len(sentence)
        if len(counts) > _MOST_COUNTED:
            counts = {token: count for token, count in counts.items() if count >= least}
            least += 1
    return counts, words


def _joined(corpus: EncodedCorpus, passes: Sequence[Pass], phrasing: Phrasing) -> Iterator[list[str]]:
    """Yield the sentences of a corpus with the phrases of all passes joined, one pass after the other."""
    for sentence in corpus.sentences():
        tokens = sentence
        for phrases in passes:
            tokens = join_phrases(tokens, phrases, phrasing.connector_words)
        yield tokens
