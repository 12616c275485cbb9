"""Train a text epoch by epoch: choose what is needed for it, check each epoch, measure its loss, hand it on.

A training that becomes a model directory is in `w2vcli.training.train`. `train_text` is one whose result stays in
memory, for studies that train many times on resamples of a text.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from w2vcli.errors import BadSettings, Diverged, LostWords
from w2vcli.models.runs import EpochWords
from w2vcli.reporting import SILENT, Reporter
from w2vcli.training.engines.table import Engine, engine_for
from w2vcli.training.engines.task import Cluster, Epoch, State, Task
from w2vcli.training.loss import Sample, draw_sample, mean_loss
from w2vcli.training.progress import TrainingProgress
from w2vcli.training.receipt import check_trained
from w2vcli.training.settings import Settings, Ties, epochs_for
from w2vcli.training.text import TrainingText
from w2vcli.training.tree import Paths, make_paths
from w2vcli.training.vocabulary import Vocabulary, make_vocabulary


@dataclass(frozen=True)
class TrainingJob:
    """A text with all that decides about its training.

    ``paths`` is None without hierarchical softmax, ``sample`` is None where no loss is measured. ``fixed`` marks the
    words whose vectors stay as they are, None if there are none. ``cluster`` is for an engine of several machines.
    """

    text: TrainingText
    vocabulary: Vocabulary
    settings: Settings
    engine: Engine
    epochs: int
    paths: Paths | None
    sample: Sample | None
    fixed: npt.NDArray[np.bool_] | None = None
    cluster: Cluster | None = None

    def fed_counts(self) -> npt.NDArray[np.int64]:
        """Return how often each word of the vocabulary comes in what is trained on, by row."""
        known = self.vocabulary.rows >= 0
        counts = np.zeros(len(self.vocabulary.words), dtype=np.int64)
        counts[self.vocabulary.rows[known]] = self.text.counts()[known]
        return counts


def make_job(
    text: TrainingText, vocabulary: Vocabulary, settings: Settings, engine: str, warn: Callable[[str], None]
) -> TrainingJob:
    """Choose the engine and the number of epochs, and draw the examples for the loss.

    ``engine`` is a name or ``auto``. ``warn`` is told if an engine is passed over, or measures no loss.

    Raises
    ------
    BadSettings
        If there is no such engine, or it does not train such a model.
    MissingEngine
        If it is named and fails to import.
    """
    words = text.selection.words
    epochs = settings.epochs or epochs_for(words)  # by all words, those that are held out too
    chosen = engine_for(engine, settings, words * epochs, warn)
    sample = draw_sample(text, vocabulary, settings) if chosen.measures_loss else None
    if settings.held_out and not chosen.measures_loss:
        warn(f"the engine {chosen.name} measures no loss")
    paths = make_paths(vocabulary) if settings.hs else None
    return TrainingJob(text, vocabulary, settings, chosen, epochs, paths, sample)


@dataclass
class EpochLog:
    """The epochs of a job that are done: checked, measured, and given to ``keep`` before they count.

    ``state`` and ``progress`` are where it begins, then what the last epoch left.
    """

    job: TrainingJob
    reporter: Reporter
    keep: Callable[[State, TrainingProgress], None]
    state: State | None = None
    progress: TrainingProgress = field(default_factory=TrainingProgress)

    def run(self) -> None:
        """Train the epochs that are not done yet.

        Raises
        ------
        LostWords
            If the engine trained on more or fewer words than it should.
        Diverged
            If weights are no longer finite numbers.
        """
        job = self.job
        self._fed_counts = job.fed_counts()
        self._seconds, self._began = self.progress.seconds, time.monotonic()
        train = job.engine.load()
        with self.reporter.phase("training", job.text.words * job.epochs, "words") as advance:
            train(
                Task(
                    text=job.text,
                    vocabulary=job.vocabulary,
                    settings=job.settings,
                    paths=job.paths,
                    epochs=job.epochs,
                    state=self.state,
                    done=self.progress.done,
                    on_epoch=self._end_epoch,
                    advance=advance,
                    status=self.reporter.status,
                    fixed=job.fixed,
                    cluster=job.cluster,
                )
            )

    def _end_epoch(self, epoch: Epoch) -> None:
        _require_finite(epoch)
        if not epoch.done:
            self.keep(epoch.state, self.progress)
            return
        # An engine that cannot stop between epochs tells the last one alone: then each was like it.
        words = [self._count(epoch)] * (epoch.done - self.progress.done)
        losses = list(self.progress.loss)  # a copy: the progress of before stays as it is until this one is safe
        if self.job.sample is not None:
            loss = mean_loss(self.job.sample, self.job.settings, epoch.state.arrays, self.job.paths)
            losses.append(loss)
            self.reporter.status(f"epoch {epoch.done}: loss {loss:.4f}")
        seconds = self._seconds + time.monotonic() - self._began
        progress = TrainingProgress([*self.progress.epochs, *words], losses, seconds, self.job.engine.name)
        self.keep(epoch.state, progress)
        self.state, self.progress = epoch.state, progress  # not before they are safe

    def _count(self, epoch: Epoch) -> EpochWords:
        """Return where the words of an epoch went, as far as the engine counts."""
        text, known = self.job.text, int(self._fed_counts.sum())
        if self.job.engine.counts_words:
            # A number that is missing where it was promised is as bad as a wrong one.
            if epoch.fed != text.words or epoch.trained is None:
                raise LostWords(f"the engine was given {epoch.fed or 0:,} words of {text.words:,}")
            check_trained(epoch.trained, self.job.vocabulary.counts, self._fed_counts, self.job.settings.sample)
        return EpochWords(
            trained=epoch.trained,
            subsampled=None if epoch.trained is None else known - epoch.trained,
            below_min_count=text.words - known,
            held_out=text.selection.words - text.words,
        )


def _require_finite(epoch: Epoch) -> None:
    # One number that is not finite makes the minimum or the maximum so, and that takes no second array as large.
    ends = [end for array in epoch.state.arrays.values() for end in (array.min(), array.max())]
    if not np.isfinite(ends).all():
        raise Diverged(f"the weights of epoch {epoch.done} are no longer finite numbers; lower --alpha")


@dataclass(frozen=True)
class TrainedText:
    """What a training came to that wrote no model: the words, the weights by name, and how it went.

    ``arrays`` are those of a `State`, ``progress`` has where the words went and the loss after each epoch.
    """

    vocabulary: Vocabulary
    arrays: dict[str, npt.NDArray[np.float32]]
    progress: TrainingProgress

    @property
    def vectors(self) -> npt.NDArray[np.float32]:
        """The vectors of the words (words x vector_size), in the order of the vocabulary."""
        return self.arrays["vectors"]


def train_text(
    text: TrainingText, settings: Settings, engine: str = "auto", ties: Ties = "last", reporter: Reporter = SILENT
) -> TrainedText:
    """Train on a text and return what comes out. Nothing is written but the compiled loop, into the cache.

    A study of how vectors differ between resamples::

        selection = chosen_sentences(corpus, rng.integers(size, size=size))
        vectors = train_text(hold_out(selection, settings), settings).vectors

    With one worker the vectors are, byte for byte, those of a model that is trained on the text written out as a file.
    ``settings.epochs`` and the engine ``auto`` go by the size of this text.

    Raises
    ------
    BadCorpus
        If no word is frequent enough.
    BadSettings
        If the engine does not train such a model, or there is nothing to train.
    """
    job = make_job(text, make_vocabulary(text.selection, settings, ties=ties), settings, engine, reporter.warn)
    log = EpochLog(job, reporter, lambda state, progress: None)
    log.run()
    if log.state is None:
        raise BadSettings("no epoch was trained")
    return TrainedText(job.vocabulary, log.state.arrays, log.progress)
