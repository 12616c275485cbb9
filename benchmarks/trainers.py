"""Other programs that train word2vec, as commands with the same settings.

    python -m benchmarks.trainers gensim CORPUS VECTORS --epochs 5

trains with one of them in this process; gensim's two ways to read text, and fastText, if it is installed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from w2vcli.training.settings import Settings

NAMES = ("vector_size", "window", "negative", "hs", "min_count", "sg", "alpha", "sample", "epochs", "workers", "seed")
"""The settings that all programs have, under gensim's names."""

_OF_FASTTEXT = ("model_type", "bucket")

DEFAULTS = Settings(epochs=5, workers=2)
"""What they are if nothing else is said."""


def w2v_command(corpus: Path, name: str, settings: Settings, *more: str) -> list[str]:
    """Return the command that trains with w2v from text to model, and keeps nothing for the next time."""
    fixed = ["--tokenizer", "whitespace", "--no-cache", "--force", "-q"]
    return [sys.executable, "-m", "w2vcli", "train", str(corpus), "-o", name, *fixed, *_flags(settings), *more]


def command(program: str, corpus: Path, vectors: Path, settings: Settings) -> list[str]:
    """Return the command that trains with ``program``, one of `PROGRAMS`, and writes word2vec's binary format."""
    return [sys.executable, "-m", "benchmarks.trainers", program, str(corpus), str(vectors), *_flags(settings)]


def _flags(settings: Settings) -> list[str]:
    return [part for name, value in _given(settings).items() for part in (f"--{name.replace('_', '-')}", str(value))]


def _given(settings: Settings) -> dict[str, Any]:
    names = NAMES if settings.model_type == "word2vec" else (*NAMES, *_OF_FASTTEXT)
    return {name: getattr(settings, name) for name in names}


def word2vec_command(path: Path, corpus: Path, vectors: Path, settings: Settings) -> list[str]:
    """Return the command that trains with Mikolov's program."""
    given = {
        "train": corpus,
        "output": vectors,
        "size": settings.vector_size,
        "window": settings.window,
        "negative": settings.negative,
        "min-count": settings.min_count,
        "cbow": 1 - settings.sg,
        "iter": settings.epochs,
        "threads": settings.workers,
        "alpha": settings.alpha,
        "sample": settings.sample,
        "hs": settings.hs,
        "binary": 1,
    }
    return [str(path), *(part for key, value in given.items() for part in (f"-{key}", str(value)))]


def train_with_gensim(corpus: Path, vectors: Path, settings: Settings) -> None:
    """Train on the lines of a file, read by gensim's ``LineSentence``."""
    from gensim.models.word2vec import LineSentence

    gensims_model(settings, LineSentence(str(corpus))).wv.save_word2vec_format(str(vectors), binary=True)


def train_with_gensims_corpus_file(corpus: Path, vectors: Path, settings: Settings) -> None:
    """Train on the lines of a file, read by gensim's threads themselves."""
    gensims_model(settings, corpus_file=str(corpus)).wv.save_word2vec_format(str(vectors), binary=True)


def gensims_model(settings: Settings, *text: Any, **file: Any) -> Any:
    """Return gensim's model with these settings: ``Word2Vec`` or ``FastText``, trained if there is a text or a file."""
    from gensim.models import FastText, Word2Vec

    given = _given(settings)
    kind = FastText if given.pop("model_type", "word2vec") == "fasttext" else Word2Vec
    return kind(*text, **file, **given)


def train_with_fasttext(corpus: Path, vectors: Path, settings: Settings) -> None:
    """Train with fastText without subwords, which is word2vec."""
    import fasttext
    import numpy as np

    model = fasttext.train_unsupervised(
        str(corpus),
        model="skipgram" if settings.sg else "cbow",
        dim=settings.vector_size,
        ws=settings.window,
        neg=settings.negative,
        loss="hs" if settings.hs else "ns",
        minCount=settings.min_count,
        epoch=settings.epochs,
        thread=settings.workers,
        lr=settings.alpha,
        t=settings.sample,
        maxn=0,
        bucket=0,
        verbose=0,
    )
    words = model.get_words()
    with open(vectors, "wb") as out:
        out.write(b"%d %d\n" % (len(words), settings.vector_size))
        for word in words:
            out.write(word.encode() + b" " + model.get_word_vector(word).astype(np.float32).tobytes())


PROGRAMS = {
    "gensim": train_with_gensim,
    "gensim-corpus-file": train_with_gensims_corpus_file,
    "fasttext": train_with_fasttext,
}


def add_settings(parser: argparse.ArgumentParser) -> None:
    """Add an option for each setting."""
    for name in (*NAMES, *_OF_FASTTEXT):
        value = getattr(DEFAULTS, name)
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(value), default=value)


def settings_of(options: argparse.Namespace) -> Settings:
    """Return the settings that were given."""
    return replace(DEFAULTS, **{name: getattr(options, name) for name in (*NAMES, *_OF_FASTTEXT)})


def main(arguments: Sequence[str] | None = None) -> None:
    """Train with one program."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", choices=PROGRAMS)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("vectors", type=Path)
    add_settings(parser)
    options = parser.parse_args(arguments)
    PROGRAMS[options.program](options.corpus, options.vectors, settings_of(options))


if __name__ == "__main__":
    main()
