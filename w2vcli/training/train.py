"""Train a model: read the corpus, run an engine, check the receipt, write the model directory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from w2vcli.atomic import require_absent
from w2vcli.corpus.numbers import Corpus, Reading, read_corpus
from w2vcli.errors import BadCorpus, LostWords
from w2vcli.escaping import visible
from w2vcli.models.directory import new_model
from w2vcli.models.dropped import write_dropped
from w2vcli.models.facts import Facts
from w2vcli.reporting import Reporter
from w2vcli.training.engines import ENGINES, Trained
from w2vcli.training.receipt import Receipt, check_trained
from w2vcli.training.settings import Settings, epochs_for

# On the texts this was tried on, of 50,000 words to 23 million, --sample leaves out 25 to 40 % by default.
_MUCH_SUBSAMPLED = 0.6


def train_model(
    sources: Sequence[str], target: Path, reading: Reading, settings: Settings, reporter: Reporter, *, force: bool
) -> tuple[Facts, Receipt]:
    """Train on the text in ``sources`` and write the model at ``target``.

    Raises
    ------
    BadCorpus
        If there is nothing to train on.
    OutputExists
        If ``target`` exists and ``force`` is false.
    """
    require_absent(target, force=force)
    with new_model(target, settings.vector_size, reporter, force=force) as writer:
        with TemporaryDirectory(dir=writer.directory) as folder:
            corpus = read_corpus(sources, Path(folder), reading, reporter)
            _require_vocabulary(corpus, settings)
            trained, receipt = _run(corpus, settings, reporter)
        writer.append(trained.words, trained.vectors, trained.counts)
        write_dropped(writer.directory, _dropped(corpus, trained))
        written = writer.finish(
            source={"kind": "corpus", "files": [asdict(file) for file in corpus.files]},
            tokenizer=asdict(reading),
            training={
                "engine": "gensim",
                "settings": asdict(settings) | {"epochs": receipt.epochs},
                "receipt": asdict(receipt),
            },
        )
    return written.facts, receipt


def _require_vocabulary(corpus: Corpus, settings: Settings) -> None:
    most = int(corpus.counts.argmax())
    if corpus.counts[most] < settings.min_count:
        raise BadCorpus(
            f"no word comes {settings.min_count} times or more (--min-count); "
            f"the most frequent is {visible(corpus.words[most])}: {corpus.counts[most]:,}"
        )


def _dropped(corpus: Corpus, trained: Trained) -> Iterator[tuple[str, int]]:
    """Yield the words that are not in the model with their counts, the most frequent first."""
    kept = set(trained.words)
    for row in np.argsort(-corpus.counts, kind="stable"):
        if corpus.words[row] not in kept:
            yield corpus.words[row], int(corpus.counts[row])


def _epochs(corpus: Corpus, settings: Settings, reporter: Reporter) -> int:
    if settings.epochs is not None:
        return settings.epochs
    epochs = epochs_for(len(corpus.tokens))
    reporter.note(f"{epochs} epochs, for {len(corpus.tokens):,} words (--epochs auto)")
    return epochs


def _run(corpus: Corpus, settings: Settings, reporter: Reporter) -> tuple[Trained, Receipt]:
    """Train, and return what came out with a receipt that adds up."""
    epochs = _epochs(corpus, settings, reporter)
    read = len(corpus.tokens)
    with reporter.phase("training", read * epochs, "words") as advance:
        trained = ENGINES["gensim"](corpus, settings, epochs, advance)
    if trained.fed != read * epochs:
        raise LostWords(f"the engine was given {trained.fed:,} words of {read * epochs:,}")
    check_trained(trained.trained, trained.counts, settings.sample, epochs)
    in_vocabulary = int(np.sum(trained.counts))
    receipt = Receipt(
        files=len(corpus.files),
        bytes=sum(file.bytes for file in corpus.files),
        undecodable_bytes=sum(file.undecodable_bytes for file in corpus.files),
        sentences=len(corpus.sentence_ends),
        min_count=trained.min_count,
        read=read,
        epochs=epochs,
        total=read * epochs,
        trained=trained.trained,
        subsampled=in_vocabulary * epochs - trained.trained,
        below_min_count=(read - in_vocabulary) * epochs,
    )
    _tell(receipt, settings, reporter)
    return trained, receipt


def _tell(receipt: Receipt, settings: Settings, reporter: Reporter) -> None:
    """Tell where the words went, and what of the settings may not be what was meant."""
    reporter.note(
        f"{receipt.read:,} words x {receipt.epochs:,} (epochs) = {receipt.total:,} = {receipt.trained:,} trained "
        f"+ {receipt.subsampled:,} subsampled (--sample) + {receipt.below_min_count:,} below --min-count"
    )
    if receipt.min_count > settings.min_count:
        reporter.note(f"--min-count was raised to {receipt.min_count:,} by --max-final-vocab")
    share = receipt.subsampled / (receipt.subsampled + receipt.trained)
    if share > _MUCH_SUBSAMPLED:
        reporter.warn(f"{share:.0%} of the words were left out by --sample; on little text, --sample 0 keeps them")
    if settings.hs and settings.negative:
        reporter.warn("--hs 1 with --negative trains with both, as gensim does; --negative 0 leaves --hs alone")
