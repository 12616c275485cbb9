"""Other programs that train word2vec, as commands with the same settings.

    python -m benchmarks.trainers gensim CORPUS VECTORS --epochs 5

trains with one of them in this process; gensim's two ways to read text, and fastText, if it is installed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path


@dataclass(frozen=True)
class Setting:
    """The settings that all programs have, under gensim's names."""

    vector_size: int = 100
    window: int = 5
    negative: int = 5
    min_count: int = 5
    sg: int = 1
    epochs: int = 5
    workers: int = 2
    seed: int = 1


def w2v_command(corpus: Path, name: str, setting: Setting, *more: str) -> list[str]:
    """Return the command that trains with w2v from text to model, and keeps nothing for the next time."""
    flags = [part for key, value in asdict(setting).items() for part in (f"--{key.replace('_', '-')}", str(value))]
    fixed = ["--tokenizer", "whitespace", "--no-cache", "--force", "-q"]
    return [sys.executable, "-m", "w2vcli", "train", str(corpus), "-o", name, *fixed, *flags, *more]


def command(program: str, corpus: Path, vectors: Path, setting: Setting) -> list[str]:
    """Return the command that trains with ``program``, one of `PROGRAMS`, and writes word2vec's binary format."""
    flags = [part for key, value in asdict(setting).items() for part in (f"--{key.replace('_', '-')}", str(value))]
    return [sys.executable, "-m", "benchmarks.trainers", program, str(corpus), str(vectors), *flags]


def word2vec_command(path: Path, corpus: Path, vectors: Path, setting: Setting) -> list[str]:
    """Return the command that trains with Mikolov's program."""
    given = {
        "train": corpus,
        "output": vectors,
        "size": setting.vector_size,
        "window": setting.window,
        "negative": setting.negative,
        "min-count": setting.min_count,
        "cbow": 1 - setting.sg,
        "iter": setting.epochs,
        "threads": setting.workers,
        "alpha": 0.025,
        "sample": 1e-3,
        "hs": 0,
        "binary": 1,
    }
    return [str(path), *(part for key, value in given.items() for part in (f"-{key}", str(value)))]


def train_with_gensim(corpus: Path, vectors: Path, setting: Setting) -> None:
    """Train on the lines of a file, read by gensim's ``LineSentence``."""
    from gensim.models import Word2Vec
    from gensim.models.word2vec import LineSentence

    Word2Vec(LineSentence(str(corpus)), **asdict(setting)).wv.save_word2vec_format(str(vectors), binary=True)


def train_with_gensims_corpus_file(corpus: Path, vectors: Path, setting: Setting) -> None:
    """Train on the lines of a file, read by gensim's threads themselves."""
    from gensim.models import Word2Vec

    Word2Vec(corpus_file=str(corpus), **asdict(setting)).wv.save_word2vec_format(str(vectors), binary=True)


def train_with_fasttext(corpus: Path, vectors: Path, setting: Setting) -> None:
    """Train with fastText without subwords, which is word2vec."""
    import fasttext
    import numpy as np

    model = fasttext.train_unsupervised(
        str(corpus),
        model="skipgram" if setting.sg else "cbow",
        dim=setting.vector_size,
        ws=setting.window,
        neg=setting.negative,
        minCount=setting.min_count,
        epoch=setting.epochs,
        thread=setting.workers,
        lr=0.025,
        t=1e-3,
        maxn=0,
        bucket=0,
        verbose=0,
    )
    words = model.get_words()
    with open(vectors, "wb") as out:
        out.write(b"%d %d\n" % (len(words), setting.vector_size))
        for word in words:
            out.write(word.encode() + b" " + model.get_word_vector(word).astype(np.float32).tobytes())


PROGRAMS = {
    "gensim": train_with_gensim,
    "gensim-corpus-file": train_with_gensims_corpus_file,
    "fasttext": train_with_fasttext,
}


def add_settings(parser: argparse.ArgumentParser) -> None:
    """Add an option for each setting."""
    for field in fields(Setting):
        parser.add_argument(f"--{field.name.replace('_', '-')}", type=int, default=field.default)


def setting_of(options: argparse.Namespace) -> Setting:
    """Return the settings that were given."""
    return Setting(**{field.name: getattr(options, field.name) for field in fields(Setting)})


def main(arguments: Sequence[str] | None = None) -> None:
    """Train with one program."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", choices=PROGRAMS)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("vectors", type=Path)
    add_settings(parser)
    options = parser.parse_args(arguments)
    PROGRAMS[options.program](options.corpus, options.vectors, setting_of(options))


if __name__ == "__main__":
    main()
