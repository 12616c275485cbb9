"""Train a model: read the corpus, train it epoch by epoch, keep each epoch, write the model directory."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from w2vcli.atomic import temporary_directory
from w2vcli.corpus.cache import read_with_cache
from w2vcli.corpus.encoded import open_corpus
from w2vcli.corpus.folders import open_kept, take_corpus
from w2vcli.errors import BadModel, LostWords
from w2vcli.models.facts import Facts, read_facts
from w2vcli.models.housekeeping import require_place
from w2vcli.models.runs import Receipt
from w2vcli.reporting import Reporter
from w2vcli.training.advice import Advice, advise
from w2vcli.training.engines.table import BLOCKS, SEGMENTS
from w2vcli.training.engines.task import Cluster, State, state_shapes
from w2vcli.training.epochs import EpochLog, TrainingJob, make_job
from w2vcli.training.given_vectors import given_vectors
from w2vcli.training.plans import TrainingPlan
from w2vcli.training.progress import TrainingProgress
from w2vcli.training.publish import publish_model
from w2vcli.training.receipt import make_receipt
from w2vcli.training.start import Start, open_start
from w2vcli.training.summary import tell_summary
from w2vcli.training.text import all_sentences, hold_out
from w2vcli.training.unfinished import Unfinished, begin, changed_since, resume
from w2vcli.training.vocabulary import make_vocabulary


def train_model(
    plan: TrainingPlan,
    target: Path,
    cache: Path | None,
    reporter: Reporter,
    *,
    force: bool,
    replaces: bool = False,
    corpus: Path | None = None,
) -> tuple[Facts, Receipt]:
    """Train as ``plan`` says and write the model at ``target``. The encoded corpus is kept in ``cache``.

    ``replaces`` lets it replace a model, but not begin an interrupted training anew, as ``force`` does. ``corpus`` is
    a folder with the corpus of the plan (see `w2vcli.corpus.folders`), if it was read before.

    Raises
    ------
    BadCorpus
        If there is nothing to train on.
    DamagedInput
        If the ``corpus`` is not what was written.
    OutputExists
        If ``target`` exists, and ``force`` and ``replaces`` are false.
    UnfinishedTraining
        If one for ``target`` was interrupted and ``force`` is false, or is going on.
    """
    replaces = replaces or force
    require_place(target, force=replaces)  # before hours of training, not after
    with begin(target, replace(plan, replace=replaces), force=force) as unfinished:
        unfinished.corpus_folder(
            lambda folder: (
                read_with_cache(plan.sources, folder, plan.reading, cache, reporter)
                if corpus is None
                else take_corpus(corpus, folder)
            )
        )
        unfinished.seal()
        trained = _Training(unfinished, reporter).run(target)
        unfinished.remove()
        return trained


def advise_training(
    plan: TrainingPlan, cache: Path | None, reporter: Reporter, *, corpus: Path | None = None
) -> Advice:
    """Estimate time, memory and disk of a training. Leaves nothing but the compiled loop in the cache.

    ``corpus`` is as in `train_model`.

    Raises
    ------
    BadCorpus
        If there is nothing to train on.
    """
    if corpus is not None:
        return advise(open_kept(corpus), plan, reporter.warn)
    with temporary_directory() as folder:
        read = read_with_cache(plan.sources, folder, plan.reading, cache, reporter, keep=False)
        return advise(read, plan, reporter.warn)


def resume_training(target: Path, reporter: Reporter, *, force: bool, on: str | None = None) -> tuple[Facts, Receipt]:
    """Continue the training that was to become the model at ``target``. ``force`` replaces one that is there.

    ``on`` names other machines than those that it began on.

    Raises
    ------
    UnfinishedTraining
        If there is none, another process continues it, or another version of w2v began it.
    BadModel
        If what was kept of it is damaged.
    """
    with resume(target, force=force, on=on) as unfinished:
        changed = changed_since(target)
        if changed:
            reporter.warn(f"it was begun with {', '.join(changed)}; the bytes may be neither's")
        trained = _Training(unfinished, reporter).run(target)
        unfinished.remove()
        return trained


class _Training:
    """One training, from its encoded corpus to the model.

    All is opened and compared before the first epoch, so that a damaged file ends the training at once.
    """

    def __init__(self, unfinished: Unfinished, reporter: Reporter) -> None:
        self._unfinished = unfinished
        self._reporter = reporter
        self._plan = plan = unfinished.plan
        self._corpus = open_corpus(unfinished.path / "corpus")
        self._start: Start | None = None if unfinished.start is None else open_start(unfinished.start, plan.settings)
        earlier = None if self._start is None else self._start.counts_besides(self._corpus)
        selection = all_sentences(self._corpus)
        vocabulary = make_vocabulary(selection, plan.settings, earlier, plan.ties)
        state, progress = unfinished.load()
        text = hold_out(selection, plan.settings)
        # The engine that began it continues, whatever ``auto`` would take today.
        engine = progress.engine or "auto" if plan.engine == "auto" else plan.engine
        job = make_job(text, vocabulary, plan.settings, engine, reporter.warn)
        self._given = given_vectors(plan, vocabulary, reporter)
        if self._given is not None:
            job = replace(job, fixed=self._given.fixed)
        if job.engine.is_cluster:
            shares = plan.blocks or BLOCKS, plan.segments or SEGMENTS
            job = replace(job, cluster=Cluster(plan.on, unfinished.path / "machines", *shares))
        if state is not None and not _fits(state, progress, job):
            raise BadModel(f"{unfinished.path / 'epoch'} is of another training; train again with --force")
        self._log = EpochLog(job, reporter, self._keep, state, progress)

    def run(self, target: Path) -> tuple[Facts, Receipt]:
        """Train what is left to train, and write the model."""
        # Killed between the model's appearance and the end of the cleaning up: only that is left to do.
        if self._was_published(target):
            return read_facts(target), self._receipt()
        epochs, note, log = self._log.job.epochs, self._reporter.note, self._log
        if self._plan.settings.epochs is None:
            note(f"{epochs} epochs, for {self._corpus.read.tokens:,} words (--epochs auto)")
        if log.progress.done:
            note(f"going on after epoch {log.progress.done} of {epochs}")
        finished = False  # said in ``finally``, which sees a Ctrl-C too
        try:
            if log.progress.done < epochs:
                self._continue_from_start()
                log.run()
            receipt = self._receipt()
            tell_summary(receipt, self._plan.settings, self._corpus, self._plan.reading.tokenizer, self._reporter)
            facts = self._publish(target, receipt)
            finished = True
        finally:
            if log.progress.done and log.job.engine.is_resumable and not finished:
                note(f"{log.progress.done} of {epochs} epochs are kept; --resume goes on")
        return facts, receipt

    def _continue_from_start(self) -> None:
        """Give the first epoch the weights of the model that the training starts from, or the given vectors."""
        if self._log.state is None and self._start is not None:
            self._log.state = State(self._start.arrays(self._log.job.vocabulary, self._reporter))
        if self._log.state is None and self._given is not None:
            self._given.tell(self._reporter)
            self._log.state = State({"vectors": self._given.first()})

    def _keep(self, state: State, progress: TrainingProgress) -> None:
        """Make an epoch durable, if the engine can resume from it."""
        if self._log.job.engine.is_resumable:
            self._unfinished.save(state, progress)

    def _was_published(self, target: Path) -> bool:
        """Tell whether the process was killed after the model was there."""
        if not (target / "model.json").exists():
            return False
        runs = read_facts(target).runs
        return bool(runs) and runs[-1].started == self._plan.started

    def _receipt(self) -> Receipt:
        """Return the receipt of all epochs so far."""
        return make_receipt(self._corpus.read, self._log.progress.epochs, self._log.job.vocabulary.min_count)

    def _publish(self, target: Path, receipt: Receipt) -> Facts:
        """Write the model directory."""
        log = self._log
        if log.state is None or not log.progress.done:
            raise LostWords("no epoch was trained")
        arrays, begun = log.state.arrays, (self._start, self._given)
        return publish_model(target, self._plan, log.job, arrays, log.progress, receipt, *begun, self._reporter)


def _fits(state: State, progress: TrainingProgress, job: TrainingJob) -> bool:
    """Tell whether an epoch left what this training needs."""
    shapes = state_shapes(job.settings, len(job.vocabulary.words), with_outputs=job.engine.measures_loss)
    return {name: array.shape for name, array in state.arrays.items()} == shapes and progress.done <= job.epochs
