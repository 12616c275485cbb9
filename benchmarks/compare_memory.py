"""How much private memory `w2v compare` and `w2v lines` take on texts of several sizes.

    python -m benchmarks.compare_memory LIMIT_MB MILLIONS...

A text of so many million tokens is made, in documents of 4,000. Each question is put to it in a process of its own that
may have LIMIT_MB of data (``RLIMIT_DATA``, which counts threads' stacks too, and no mapped files), on Linux alone.

- ``compare documents`` has half of the documents on each side, ``compare blocks`` two documents that are cut into
  blocks. Forty words are measured, in 50 dimensions, and all words of the model are looked at.
- ``lines`` asks for the most frequent word, which is one token in twenty, ``counts`` for what stands around it.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.processes import measure
from w2vcli.compare.context_sums import TokenRows
from w2vcli.compare.differences import ComparedText, measure_differences
from w2vcli.compare.sides import make_sides
from w2vcli.corpus.encoded import (
    COUNTS,
    DOCUMENT_ENDS,
    IDS,
    SENTENCE_ENDS,
    WORDS,
    Read,
    open_corpus,
)
from w2vcli.evidence.occurrences import look_through, place_blocks
from w2vcli.training.settings import Settings
from w2vcli.training.text import all_sentences
from w2vcli.training.vocabulary import make_vocabulary

_WORDS, _SENTENCE, _DOCUMENT, _SIZE, _ASKED = 5000, 20, 200, 50, 40
_MILLION = 1_000_000
_QUESTIONS = ("compare documents", "compare blocks", "lines")
_MB = 1 << 20


def write_corpus(folder: Path, millions: int) -> None:
    """Write a text of random words, whose frequencies fall as in language, as an encoded corpus."""
    import json

    rng = np.random.default_rng(1)
    share = 1 / (np.arange(_WORDS) + 3.0)
    bounds = np.cumsum(share / share.sum())
    counts = np.zeros(_WORDS, dtype=np.int64)
    with (folder / IDS).open("wb") as out:
        for _ in range(millions):
            ids = np.minimum(np.searchsorted(bounds, rng.random(_MILLION)), _WORDS - 1).astype(np.int32)
            counts += np.bincount(ids, minlength=_WORDS)
            out.write(ids.data)
    tokens = millions * _MILLION
    sentences = tokens // _SENTENCE
    np.arange(_SENTENCE, tokens + 1, _SENTENCE, dtype=np.int64).tofile(folder / SENTENCE_ENDS)
    np.arange(_DOCUMENT, sentences + 1, _DOCUMENT, dtype=np.int64).tofile(folder / DOCUMENT_ENDS)
    counts.tofile(folder / COUNTS)
    (folder / WORDS).write_text("".join(f"w{at}\n" for at in range(_WORDS)))
    read = Read(1, 0, 0, 0, 0, sentences, tokens, 0, 0, 0, tokens)
    (folder / "corpus.json").write_text(json.dumps(asdict(read)))


def ask(question: str, folder: Path, limit: int) -> None:
    """Put a question to a corpus in this process, which may have so many MB of data."""
    resource: Any = import_module("resource")  # Windows has none
    resource.setrlimit(resource.RLIMIT_DATA, (limit * _MB, limit * _MB))
    corpus = open_corpus(folder)
    if question == "lines":
        look_through(corpus, place_blocks(corpus, [0]), int(corpus.counts[0]), seed=1)
        return
    if question == "compare blocks":
        np.array([len(corpus.sentence_ends) // 2, len(corpus.sentence_ends)]).tofile(folder / DOCUMENT_ENDS)
    vocabulary = make_vocabulary(all_sentences(corpus), Settings())
    vectors = np.random.default_rng(2).normal(size=(len(vocabulary.words), _SIZE)).astype(np.float32)
    text = ComparedText(TokenRows(corpus, vocabulary.rows), vectors, vocabulary.counts, 5, 1e-3)
    sides = make_sides(corpus, np.arange(len(corpus.document_ends())) % 2, ("one", "other"), 1)
    asked = np.linspace(0, len(vectors) - 1, _ASKED).astype(np.int64).tolist()
    found = measure_differences(text, sides, min_count=20, shuffles=1000, seed=1, asked=asked)
    if len(found.rows) != _ASKED:
        raise SystemExit("a word is missing")


def main() -> None:
    """Measure each question at each size."""
    if sys.argv[1] == "--ask":
        ask(sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]))
        return
    limit, *sizes = map(int, sys.argv[1:])
    sys.stdout.write("| question | million tokens | ids MB | private MB | seconds |\n|---|---:|---:|---:|---:|\n")
    for millions in sizes:
        with tempfile.TemporaryDirectory() as folder:
            write_corpus(Path(folder), millions)
            for question in _QUESTIONS:
                cost = measure(sys.executable, "-m", "benchmarks.compare_memory", "--ask", question, folder, str(limit))
                sys.stdout.write(
                    f"| {question} | {millions} | {millions * 4:,} | {cost.private:,.0f} | {cost.seconds:.0f} |\n"
                )
                sys.stdout.flush()


if __name__ == "__main__":
    main()
