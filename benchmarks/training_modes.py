"""How fast the loops train by themselves, beside gensim's: word2vec and fastText, by noise and by a tree.

    python -m benchmarks.training_modes CORPUS --words 2000000 --rounds 3

CORPUS is a text whose sentences are lines of words between blanks. One thread trains on its first words, without
reading, compiling and writing; gensim from its ``corpus_file``. Counted are the words a second of CPU time, which other
work on the machine disturbs less than the clock. The programs run in turns. Prints the medians as a table in Markdown.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

import click

from benchmarks.trainers import DEFAULTS, gensims_model
from benchmarks.training_growth import first_lines, read
from w2vcli.corpus.encoded import EncodedCorpus
from w2vcli.training.engines.table import ENGINES
from w2vcli.training.engines.task import Epoch, Task
from w2vcli.training.settings import Settings
from w2vcli.training.text import all_sentences, hold_out
from w2vcli.training.tree import make_paths
from w2vcli.training.vocabulary import make_vocabulary

MODES: dict[str, dict[str, Any]] = {
    "skip-gram, noise": {"sg": 1, "hs": 0, "negative": 5},
    "CBOW, noise": {"sg": 0, "hs": 0, "negative": 5},
    "skip-gram, tree": {"sg": 1, "hs": 1, "negative": 0},
    "CBOW, tree": {"sg": 0, "hs": 1, "negative": 0},
    "fastText, skip-gram, noise": {"model_type": "fasttext", "sg": 1, "hs": 0, "negative": 5},
    "fastText, CBOW, noise": {"model_type": "fasttext", "sg": 0, "hs": 0, "negative": 5},
    "fastText, skip-gram, tree": {"model_type": "fasttext", "sg": 1, "hs": 1, "negative": 0},
    "fastText, CBOW, tree": {"model_type": "fasttext", "sg": 0, "hs": 1, "negative": 0},
}
"""What is measured, and its settings."""


def main() -> None:
    """Measure, print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--words", type=int, default=2_000_000, help="how many words to train on")
    parser.add_argument("--vector-size", type=int, default=DEFAULTS.vector_size)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--bucket", type=int, default=DEFAULTS.bucket, help="how many vectors fastText's n-grams share")
    parser.add_argument("--only", default="", help="measure only what has this in its title")
    parser.add_argument("--without-gensim", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        os.environ.setdefault("W2V_HOME", name)
        with options.corpus.open(encoding="utf-8") as file:
            corpus = read(first_lines(file, options.words), Path(name, "text"))
        click.echo("| one thread | w2v, words/CPU s | gensim, words/CPU s | times |\n|---|---:|---:|---:|")
        for title, mode in MODES.items():
            if options.only not in title:
                continue
            given = {"vector_size": options.vector_size, "bucket": options.bucket, "workers": 1, "epochs": 2}
            settings = replace(DEFAULTS, **given | mode)
            ours, theirs = [], []
            for _ in range(options.rounds):
                ours.append(speed(corpus, settings))
                if not options.without_gensim:
                    theirs.append(gensims_speed(Path(name, "text", "text"), settings))
            rates = [median(found) for found in (ours, theirs) if found]
            cells = f"{rates[1]:,.0f} | {rates[0] / rates[1]:.1f}" if theirs else " | "
            click.echo(f"| {title} | {rates[0]:,.0f} | {cells} |")


def speed(corpus: EncodedCorpus, settings: Settings) -> float:
    """Return the words a CPU second of the second epoch of two."""
    text, ends = hold_out(all_sentences(corpus), settings), []

    def end_epoch(epoch: Epoch) -> None:
        ends.append(time.process_time())

    vocabulary = make_vocabulary(text.selection, settings)
    ENGINES["numba"].load()(
        Task(
            text=text,
            vocabulary=vocabulary,
            settings=settings,
            paths=make_paths(vocabulary) if settings.hs else None,
            epochs=2,
            state=None,
            done=0,
            on_epoch=end_epoch,
            advance=lambda done: None,
            status=lambda message: None,
        )
    )
    return text.words / (ends[1] - ends[0])


def gensims_speed(path: Path, settings: Settings) -> float:
    """Return the words a CPU second of one epoch of gensim."""
    model = gensims_model(settings)
    model.build_vocab(corpus_file=str(path))
    words = model.corpus_total_words
    started = time.process_time()
    model.train(corpus_file=str(path), total_examples=model.corpus_count, total_words=words, epochs=1)
    return float(words / (time.process_time() - started))


if __name__ == "__main__":
    main()
