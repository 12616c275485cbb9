"""One training on the texts of two models, which is kept in the cache: whoever asks twice waits once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from w2vcli.array_types import Float32s
from w2vcli.atomic import new_file
from w2vcli.corpus.cache import cache_entry
from w2vcli.corpus.encoded import EncodedCorpus
from w2vcli.corpus.known_files import keep_known
from w2vcli.reporting import Reporter
from w2vcli.training.engines.task import state_shapes
from w2vcli.training.epochs import train_text
from w2vcli.training.plans import TrainingPlan
from w2vcli.training.settings import Settings
from w2vcli.training.text import all_sentences, hold_out
from w2vcli.training.vocabulary import Vocabulary, make_vocabulary

_NAME = "joint"


def train_jointly(
    corpus: EncodedCorpus, plan: TrainingPlan, settings: Settings, cache: Path | None, reporter: Reporter
) -> tuple[Vocabulary, Mapping[str, Float32s]]:
    """Return the vocabulary of a corpus, and the weights of a training on it by their names in a `State`.

    They are taken from the ``cache`` if this text was trained on in this way before, whatever the number of workers
    was. Else they are put there, beside the token ids.
    """
    selection = all_sentences(corpus)
    vocabulary = make_vocabulary(selection, settings, ties=plan.ties)
    file = None if cache is None else _file_for(cache, corpus, plan, settings)
    if file is not None and (kept := _read(file, settings, len(vocabulary.words))):
        reporter.note("one model of both texts is taken from the cache (--no-cache trains it again)")
        return vocabulary, kept
    reporter.note(f"one model is trained on both texts, {corpus.read.tokens:,} words; that takes as long as both did")
    trained = train_text(hold_out(selection, settings), settings, plan.study_engine, plan.ties, reporter)
    if file is not None and file.parent.is_dir():
        with suppress(OSError):  # a full disk, or a cache of others: the next question trains again
            with new_file(file, force=True) as out:
                np.savez(out, **trained.arrays)  # type: ignore[arg-type]
            keep_known(file.parent)
    return vocabulary, trained.arrays


def _file_for(cache: Path, corpus: EncodedCorpus, plan: TrainingPlan, settings: Settings) -> Path:
    """Return the file of these settings beside the token ids of a corpus in the cache."""
    trained = asdict(settings) | {"workers": None, "engine": plan.engine, "ties": plan.ties}
    name = hashlib.sha256(json.dumps(trained, sort_keys=True).encode()).hexdigest()[:32]
    return cache_entry(cache, corpus.files(), plan.reading) / f"{_NAME}-{name}.npz"


def _read(file: Path, settings: Settings, words: int) -> dict[str, Float32s]:
    """Return the weights that are kept, or none if they are not there, or not those of such a training."""
    try:
        with file.open("rb") as opened, np.load(opened, allow_pickle=False) as kept:
            found = {name: kept[name] for name in kept.files}
    except (OSError, ValueError, EOFError, BadZipFile):  # not there, or damaged
        return {}
    shapes = state_shapes(settings, words)
    fits = all(name in found and found[name].shape == shape for name, shape in shapes.items())
    finite = all(array.dtype == np.float32 and bool(np.isfinite(array).all()) for array in found.values())
    return found if fits and finite else {}
