"""Make a model directory of what a training came to.

Besides vectors, words and counts a model has what a later training continues from: the output weights and the lists of
files in ``training/``, the words below min-count in ``dropped.tsv``, phrases and subword units, and in ``model.json``
a record of each training.
"""

from __future__ import annotations

import shutil
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from w2vcli.corpus.bpe import BPE_FILE
from w2vcli.corpus.encoded import EncodedCorpus, write_files
from w2vcli.corpus.phrases import PHRASES_FILE
from w2vcli.corpus.tokenizers import TOKENIZERS
from w2vcli.models.arrays import save_array
from w2vcli.models.directory import new_model
from w2vcli.models.dropped import write_dropped
from w2vcli.models.facts import Facts
from w2vcli.models.model_parts import TrainingFolder
from w2vcli.models.records import TokenizerFacts
from w2vcli.models.runs import Receipt, Run
from w2vcli.models.subwords import Subwords
from w2vcli.models.vectors import Vectors
from w2vcli.reporting import Reporter
from w2vcli.training.epochs import TrainingJob
from w2vcli.training.given_vectors import GivenVectors
from w2vcli.training.machine import this_machine
from w2vcli.training.plans import TrainingPlan
from w2vcli.training.progress import TrainingProgress
from w2vcli.training.settings import Settings
from w2vcli.training.source_hashes import summarise_sources, text_sha256
from w2vcli.training.start import Start

_IN_THE_MODEL = {"vectors", "vectors_ngrams"}  # its own vectors and subwords, not the training's


def publish_model(
    target: Path,
    plan: TrainingPlan,
    job: TrainingJob,
    arrays: dict[str, npt.NDArray[np.float32]],
    progress: TrainingProgress,
    receipt: Receipt,
    start: Start | None,
    given: GivenVectors | None,
    reporter: Reporter,
) -> Facts:
    """Write the model at ``target``, with all that a later training continues from, and return its facts.

    Raises
    ------
    OutputExists
        If there is a model of that name, and the plan does not say that it may be replaced.
    """
    corpus = job.text.corpus
    was = None if start is None else start.model.facts
    runs = [] if was is None else was.runs
    with new_model(target, job.settings.vector_size, reporter, force=plan.replace) as writer:
        writer.append(job.vocabulary.words, arrays["vectors"], job.vocabulary.counts)
        write_dropped(writer.directory, job.vocabulary.dropped)
        # Words that are asked for are joined or split as those of the text were.
        for name in (PHRASES_FILE, BPE_FILE):
            if (corpus.folder / name).exists():
                shutil.copyfile(corpus.folder / name, writer.directory / name)
        folder = TrainingFolder(writer.directory)
        folder.make(None if start is None else TrainingFolder(start.model.path))
        # One list for each training of the model: the first one's is sources-1.jsonl.
        write_files(corpus.files(), folder.sources(len(runs) + 1))
        for name, array in arrays.items():
            if name not in _IN_THE_MODEL:
                save_array(folder.weight(name), array)
        written = writer.finish(
            source={"kind": "corpus"},
            tokenizer=_tokenizer(plan) if was is None or was.tokenizer is None else was.tokenizer,
            training=[
                *runs,
                replace(
                    _record(plan, job, corpus, receipt, progress), vectors=None if given is None else given.record()
                ),
            ],
            subwords=_subwords(arrays, job.settings),
        )
    return written.facts


def _record(
    plan: TrainingPlan, job: TrainingJob, corpus: EncodedCorpus, receipt: Receipt, progress: TrainingProgress
) -> Run:
    """Return what a model keeps of a training, enough to do it again."""
    files = corpus.files()
    return Run(
        started=plan.started,
        seconds=round(progress.seconds, 1),
        sources=summarise_sources(files, plan.sources),
        text_sha256=text_sha256(files),
        start_from=plan.start_from,
        reading=asdict(plan.reading),
        engine=job.engine.name,
        ties=plan.ties,
        # How many ``auto`` meant, so that the training can be done again if the rule changes.
        settings=asdict(plan.settings) | {"epochs": receipt.epochs},
        receipt=receipt,
        loss=progress.loss,
        loss_examples=0 if job.sample is None else len(job.sample.targets),
        machine=this_machine(),
        blocks=plan.blocks,
        segments=plan.segments,
    )


def _tokenizer(plan: TrainingPlan) -> TokenizerFacts:
    """Return how the text was tokenized, so that words which are asked for are tokenized alike."""
    reading, version = plan.reading, TOKENIZERS[plan.reading.tokenizer].version()
    return TokenizerFacts(
        reading.tokenizer, version, reading.lowercase, reading.word_rules, tuple(reading.connector_words)
    )


def _subwords(arrays: dict[str, npt.NDArray[np.float32]], settings: Settings) -> Subwords | None:
    """Return the n-grams of fastText, None for word2vec."""
    if "vectors_ngrams" not in arrays:
        return None
    return Subwords(settings.min_n, settings.max_n, Vectors(arrays["vectors_ngrams"], "float32"))
