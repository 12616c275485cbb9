"""Subword units: parts of words that are learnt on the corpus, so that a small vocabulary covers every word.

Byte-pair encoding (BPE, Sennrich et al. 2016) begins with characters, and joins the pair of neighbours that comes most
often, again and again. In a corpus of ``low`` 5 times and ``lowest`` twice, the pairs ``l o``, ``▁ lo`` and ``▁lo w``
come 7 times and are joined first. Then ``lowest`` is ``▁low e s t``. A unit that begins a word begins with ▁, as in
SentencePiece.

The library ``tokenizers`` does it, and its file is kept as ``pieces.json``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from w2vcli.corpus.batches import BatchMaker
from w2vcli.corpus.encoded import LONGEST_SENTENCE, EncodedCorpus
from w2vcli.corpus.writer import CorpusWriter
from w2vcli.decoding import decode_json, read_regular
from w2vcli.errors import BadModel, MissingExtra
from w2vcli.escaping import visible
from w2vcli.reporting import Reporter

BPE_FILE = "pieces.json"
_BEGINS_WORD = "▁"
_WORDS_AT_ONCE = 1 << 14
_MOST_BYTES = 1 << 28
# How often units are learnt again, since some of them come no more. On IMDB, twice is enough.
_TRIES = 5


def split_into_subwords(corpus: EncodedCorpus, folder: Path, vocabulary: int, reporter: Reporter) -> EncodedCorpus:
    """Learn up to ``vocabulary`` subword units, and write ``corpus`` as their ids into ``folder``.

    What is written has the sentences, documents and places of ``corpus``.

    Raises
    ------
    MissingExtra
        If the library is not installed.
    """
    learn_subwords(corpus.words, corpus.counts, vocabulary, folder)
    units = split_words(corpus.words, bpe_in(folder))
    with (
        CorpusWriter(folder, corpus) as writer,
        reporter.phase("splitting words", corpus.read.tokens, "words") as advance,
    ):
        maker = BatchMaker()
        start = 0
        for sentence, end in enumerate(corpus.sentence_ends.tolist()):
            # In parts, since one sentence may be a whole corpus.
            for part in range(start, end, LONGEST_SENTENCE):
                ids = corpus.ids[part : min(part + LONGEST_SENTENCE, end)].tolist()
                is_last = part + LONGEST_SENTENCE >= end
                maker.append([unit for word in ids for unit in units[word]], sentence if is_last else None)
            start = end
            if maker.is_full():
                writer.append(maker.finish())
                advance(end)
        writer.append(maker.finish())
        found = writer.finish(corpus.files(), corpus.file_ends())
    reporter.note(
        f"{corpus.read.tokens:,} words became {found.read.tokens:,} subword units, {len(found.words):,} different"
    )
    return found


def split_words(words: Sequence[str], tokenizer: Any) -> list[list[str]]:
    """Return the subword units of each word, by a tokenizer that `open_bpe` returned."""
    units: list[list[str]] = []
    for start in range(0, len(words), _WORDS_AT_ONCE):
        units += [found.tokens for found in tokenizer.encode_batch(list(words[start : start + _WORDS_AT_ONCE]))]
    return units


def learn_subwords(words: Sequence[str], counts: npt.NDArray[np.int64], vocabulary: int, folder: Path) -> None:
    """Learn up to ``vocabulary`` subword units, and write them into ``folder``. ``counts`` say how often words come.

    Raises
    ------
    MissingExtra
        If the library is not installed.
    """
    tokenizer = _new_tokenizer()
    from tokenizers import trainers

    trainer = trainers.BpeTrainer(vocab_size=vocabulary, show_progress=False)
    # The library counts what it is given, so each word is given as often as it comes.
    order = np.argsort(-counts, kind="stable").tolist()
    lines = (" ".join([words[number]] * int(counts[number])) for number in order)
    tokenizer.train_from_iterator(lines, trainer)
    tokenizer.save(str(folder / BPE_FILE))


def learn_counted_subwords(
    words: Sequence[str], counts: npt.NDArray[np.int64], wanted: int, min_count: int, folder: Path
) -> None:
    """Learn as many subword units that ``wanted`` of them come ``min_count`` times, and write them into ``folder``.

    Of the units that are learnt, some come no more: they only stood on the way to longer ones. So more are learnt, as
    long as that leaves more that do come. It raises what `learn_subwords` raises.
    """
    size, tried = wanted, [(0, wanted)]
    for _ in range(_TRIES):
        known = _learn_and_count(words, counts, size, min_count, folder)
        if known >= wanted:
            return
        if known <= tried[-1][0]:  # words of few letters are whole by now
            break
        tried.append((known, size))
        size += wanted - known
    if size != tried[-1][1]:
        learn_subwords(words, counts, tried[-1][1], folder)


def _learn_and_count(
    words: Sequence[str], counts: npt.NDArray[np.int64], size: int, min_count: int, folder: Path
) -> int:
    """Learn up to ``size`` subword units, and return how many of them come ``min_count`` times in the words."""
    learn_subwords(words, counts, size, folder)
    found: Counter[str] = Counter()
    for units, count in zip(split_words(words, bpe_in(folder)), counts.tolist(), strict=True):
        for unit in units:
            found[unit] += count
    return sum(count >= min_count for count in found.values())


def open_bpe(data: bytes, path: Path) -> Any:
    """Return the tokenizer in the file ``path``, whose content is ``data``.

    Only the units and the pairs that are joined are taken from it. The library would obey all else that a file may
    hold, such as other rules for splitting text.

    Raises
    ------
    BadModel
        If it is damaged, or of another kind.
    MissingExtra
        If the library is not installed.
    """
    found = decode_json(data, _Pieces, path, unknown=True).model
    merges = [tuple(merge.split(" ")) if isinstance(merge, str) else merge for merge in found.merges]
    if sorted(found.vocab.values()) != list(range(len(found.vocab))):
        raise BadModel(f"{path} is damaged: model.vocab: the units are not numbered from 0")
    for merge in merges:
        if len(merge) != 2 or not {*merge, "".join(merge)} <= found.vocab.keys():
            raise BadModel(f"{path} is damaged: model.merges: {visible(' '.join(merge)[:40])} is none of its units")
    return _new_tokenizer(found.vocab, merges)


def bpe_in(folder: Path) -> Any:
    """Return the tokenizer that `learn_subwords` wrote into ``folder``. It raises what `open_bpe` raises."""
    return open_bpe(read_regular(folder / BPE_FILE, _MOST_BYTES), folder / BPE_FILE)


@dataclass(frozen=True)
class _Merges:
    """The byte-pair encoding in ``pieces.json``: the units with their numbers, and the pairs that are joined."""

    type: Literal["BPE"]
    vocab: dict[str, int]
    merges: list[str | tuple[str, str]]


@dataclass(frozen=True)
class _Pieces:
    """``pieces.json``, as the library writes it."""

    model: _Merges


def _new_tokenizer(*parts: Any) -> Any:
    """Return a tokenizer of the library, with units and pairs if they are given."""
    try:
        from tokenizers import Tokenizer, models, pre_tokenizers
    except ImportError as error:
        raise MissingExtra("subword units", "subwords") from error
    tokenizer = Tokenizer(models.BPE(*parts))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(_BEGINS_WORD, prepend_scheme="always")
    return tokenizer
