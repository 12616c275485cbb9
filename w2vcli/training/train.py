"""Train a model: read the corpus, run an engine epoch by epoch, check the receipt, write the model directory."""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt

from w2vcli.atomic import require_absent
from w2vcli.corpus.bpe import BPE_FILE
from w2vcli.corpus.cache import read_with_cache
from w2vcli.corpus.encoded import open_corpus
from w2vcli.corpus.phrases import PHRASES_FILE
from w2vcli.corpus.remarks import better_tokenizer
from w2vcli.corpus.tokenizers import TOKENIZERS
from w2vcli.errors import BadModel, Diverged, LostWords
from w2vcli.models.arrays import save_array
from w2vcli.models.directory import new_model
from w2vcli.models.dropped import write_dropped
from w2vcli.models.facts import Facts, read_facts
from w2vcli.models.records import EpochWords, Receipt, Tokenizer
from w2vcli.models.subwords import Subwords
from w2vcli.models.vectors import Vectors
from w2vcli.reporting import Reporter
from w2vcli.training.advice import Advice, advise
from w2vcli.training.engines.table import ENGINES, engine_for
from w2vcli.training.engines.task import Epoch, State, Task
from w2vcli.training.loss import draw_sample, mean_loss
from w2vcli.training.receipt import check_trained, make_receipt
from w2vcli.training.runs import TrainingPlan, TrainingProgress, record, text_sha256, write_sources
from w2vcli.training.settings import Settings, epochs_for
from w2vcli.training.start import Start, open_start
from w2vcli.training.text import hold_out
from w2vcli.training.unfinished import Unfinished, begin, changed_since, resume
from w2vcli.training.vocabulary import make_vocabulary

# On the texts this was tried on, of 50,000 words to 23 million, --sample leaves out 25 to 40 % by default.
_MUCH_SUBSAMPLED = 0.6
_MUCH_LOST = 0.1
_STATE_OF_MODEL = {"vectors", "vectors_ngrams"}  # these are the model's own vectors and subwords


def train_model(
    plan: TrainingPlan, target: Path, cache: Path | None, reporter: Reporter, *, force: bool
) -> tuple[Facts, Receipt]:
    """Train as ``plan`` says and write the model at ``target``; numbers of text are kept in ``cache``.

    Raises
    ------
    BadCorpus
        If there is nothing to train on.
    OutputExists
        If ``target`` exists and ``force`` is false.
    UnfinishedTraining
        If one for ``target`` was interrupted and ``force`` is false, or is going on.
    """
    require_absent(target, force=force, directory=True)
    with begin(target, replace(plan, replace=force), force=force) as unfinished:
        unfinished.corpus_folder(
            lambda folder: read_with_cache(plan.sources, folder, plan.reading, cache, reporter),
        )
        unfinished.seal()
        return _Training(unfinished, reporter).run(target)


def advise_training(plan: TrainingPlan, cache: Path | None, reporter: Reporter) -> Advice:
    """Return what a training as ``plan`` says would take; of what is written meanwhile the compiled loop alone is left.

    Raises
    ------
    BadCorpus
        If there is nothing to train on.
    """
    with TemporaryDirectory() as folder:
        return advise(read_with_cache(plan.sources, Path(folder), plan.reading, cache, reporter, keep=False), plan)


def resume_training(target: Path, reporter: Reporter, *, force: bool) -> tuple[Facts, Receipt]:
    """Go on with the training that was to become the model at ``target``; ``force`` replaces one that is there.

    Raises
    ------
    UnfinishedTraining
        If there is none, another process goes on with it, or another version of w2v began it.
    BadModel
        If what was kept of it is damaged.
    """
    with resume(target, force=force) as unfinished:
        changed = changed_since(target)
        if changed:
            reporter.warn(f"it was begun with {', '.join(changed)}; the bytes may be neither's")
        return _Training(unfinished, reporter).run(target)


class _Training:
    """One training, from its corpus in numbers to the model."""

    def __init__(self, unfinished: Unfinished, reporter: Reporter) -> None:
        self._unfinished = unfinished
        self._reporter = reporter
        self._plan = unfinished.plan
        self._settings = unfinished.plan.settings
        self._corpus = open_corpus(unfinished.path / "corpus")
        self._start: Start | None = None if unfinished.start is None else open_start(unfinished.start, self._settings)
        earlier = None if self._start is None else self._start.counts_besides(self._corpus)
        self._vocabulary = make_vocabulary(self._corpus, self._settings, earlier, self._plan.ties)
        self._text = hold_out(self._corpus, self._settings)
        self._sample = draw_sample(self._text, self._vocabulary, self._settings)
        self._state, self._progress = unfinished.load()
        self._require_fitting()
        self._before = self._progress.seconds
        self._began = time.monotonic()
        # How often each word of the vocabulary comes in what is trained on.
        known = self._vocabulary.rows >= 0
        self._fed = np.zeros(len(self._vocabulary.words), dtype=np.int64)
        self._fed[self._vocabulary.rows[known]] = self._text.counts()[known]

    def run(self, target: Path) -> tuple[Facts, Receipt]:
        """Train what is left to train, and write the model."""
        if self._was_published(target):
            self._unfinished.remove()
            facts = read_facts(target)
            return facts, self._receipt()
        epochs = self._epochs()
        if self._settings.epochs is None:
            self._reporter.note(f"{epochs} epochs, for {self._corpus.read.tokens:,} words (--epochs auto)")
        if self._progress.done:
            self._reporter.note(f"going on after epoch {self._progress.done} of {epochs}")
        finished = False
        try:
            if self._progress.done < epochs:
                self._train(epochs)
            receipt = self._receipt()
            self._tell(receipt)
            facts = self._publish(target, receipt)
            finished = True
        finally:
            if self._progress.done and not finished:
                self._reporter.note(f"{self._progress.done} of {epochs} epochs are kept; --resume goes on")
        self._unfinished.remove()
        return facts, receipt

    def _require_fitting(self) -> None:
        """Refuse what an epoch has not left of this training."""
        if self._state is None:
            return
        settings, of_words = self._settings, (len(self._vocabulary.words), self._settings.vector_size)
        is_fasttext = settings.model_type == "fasttext"
        wanted = {"vectors": True, "syn1neg": settings.negative, "syn1": settings.hs, "vectors_vocab": is_fasttext}
        shapes = {name: of_words for name, is_there in wanted.items() if is_there}
        if is_fasttext:
            shapes["vectors_ngrams"] = (settings.bucket, settings.vector_size)
        fits = {name: array.shape for name, array in self._state.arrays.items()} == shapes
        if not fits or self._progress.done > self._epochs() or (self._state.random is None) == self._has_random():
            raise BadModel(f"{self._unfinished.path / 'epoch'} is of another training; train again with --force")

    def _has_random(self) -> bool:
        return self._engine() == "gensim"

    def _was_published(self, target: Path) -> bool:
        """Tell whether the process was killed after the model was there."""
        if not (target / "model.json").exists():
            return False
        runs = read_facts(target).runs
        return bool(runs) and runs[-1].started == self._plan.started

    def _epochs(self) -> int:
        if self._settings.epochs is not None:
            return self._settings.epochs
        return epochs_for(self._corpus.read.tokens)

    def _engine(self) -> str:
        return engine_for(self._plan.engine, self._settings, self._corpus.read.tokens * self._epochs())

    def _train(self, epochs: int) -> None:
        state = self._state
        if state is None and self._start is not None:
            state = State(self._start.arrays(self._vocabulary, self._reporter))
        with self._reporter.phase("training", self._text.words * epochs, "words") as advance:
            task = Task(
                text=self._text,
                vocabulary=self._vocabulary,
                settings=self._settings,
                epochs=epochs,
                state=state,
                done=self._progress.done,
                on_epoch=self._end_epoch,
                advance=advance,
                status=self._reporter.status,
            )
            ENGINES[self._engine()](task)

    def _end_epoch(self, epoch: Epoch) -> None:
        """Count the words of an epoch, measure the loss, and make what it left durable."""
        if epoch.fed != self._text.words:
            raise LostWords(f"the engine was given {epoch.fed:,} words of {self._text.words:,}")
        check_trained(epoch.trained, self._vocabulary.counts, self._fed, self._settings.sample)
        _require_finite(epoch)
        held_out = self._corpus.read.tokens - self._text.words
        known = int(self._fed.sum())
        words = EpochWords(
            trained=epoch.trained,
            subsampled=known - epoch.trained,
            below_min_count=self._text.words - known,
            held_out=held_out,
        )
        losses = list(self._progress.loss)
        if self._sample is not None:
            loss = mean_loss(self._sample, self._settings, epoch.inputs, epoch.noise_weights, epoch.tree)
            losses.append(loss)
            self._reporter.status(f"epoch {epoch.done}: loss {loss:.4f}")
        seconds = self._before + time.monotonic() - self._began
        progress = TrainingProgress([*self._progress.epochs, words], losses, seconds)
        self._unfinished.save(epoch.state, progress)
        self._state, self._progress = epoch.state, progress  # not before they are safe

    def _receipt(self) -> Receipt:
        return make_receipt(self._corpus.read, self._progress.epochs, self._vocabulary.min_count)

    def _publish(self, target: Path, receipt: Receipt) -> Facts:
        if self._state is None:
            raise LostWords("no epoch was trained")
        arrays = self._state.arrays
        vocabulary, settings = self._vocabulary, self._settings
        runs = [] if self._start is None else list(self._start.model.facts.runs)
        with new_model(target, settings.vector_size, self._reporter, force=self._plan.replace) as writer:
            writer.append(vocabulary.words, arrays["vectors"], vocabulary.counts)
            write_dropped(writer.directory, vocabulary.dropped)
            folder = writer.directory / "training"
            folder.mkdir()
            if self._start is not None:
                self._start.copy_sources(folder)
            for name in (PHRASES_FILE, BPE_FILE):
                if (self._corpus.folder / name).exists():
                    shutil.copyfile(self._corpus.folder / name, writer.directory / name)
            files = self._corpus.files()
            sources = write_sources(files, self._plan.sources, folder / f"sources-{len(runs) + 1}.jsonl")
            for name, array in arrays.items():
                if name not in _STATE_OF_MODEL:
                    save_array(folder / f"{name}.npy", array)
            examples = 0 if self._sample is None else len(self._sample.targets)
            run = record(
                replace(self._plan, engine=self._engine()),
                sources,
                text_sha256(files),
                receipt,
                self._progress,
                examples,
            )
            written = writer.finish(
                source={"kind": "corpus"},
                tokenizer=_tokenizer(self._plan, self._start),
                training=[*runs, run],
                subwords=_subwords(arrays, settings),
            )
        return written.facts

    def _tell(self, receipt: Receipt) -> None:
        """Tell where the words went, and what of the settings may not be what was meant."""
        settings, note = self._settings, self._reporter.note
        parts = [
            (receipt.trained, "trained"),
            (receipt.subsampled, "subsampled (--sample)"),
            (receipt.below_min_count, "below --min-count"),
            (receipt.held_out, "held out for the loss"),
        ]
        left_out = [
            (receipt.stop_words, "stop words"),
            (receipt.numbers, "numbers"),
            (receipt.joined, "joined in phrases"),
        ]
        if any(count for count, _ in left_out):
            kept = receipt.total // receipt.epochs
            note(f"{receipt.read:,} words read = {kept:,} kept + {_sum(left_out)}")
        kept = receipt.total // receipt.epochs
        note(f"{kept:,} words x {receipt.epochs:,} (epochs) = {receipt.total:,} = {_sum(parts)}")
        if receipt.min_count > settings.min_count:
            note(f"--min-count was raised to {receipt.min_count:,} by --max-final-vocab")
        better = better_tokenizer(self._corpus, self._plan.reading.tokenizer)
        if better is not None:
            note(better)
        if receipt.below_min_count > _MUCH_LOST * receipt.total:
            option = "a higher --max-final-vocab" if receipt.min_count > settings.min_count else "a lower --min-count"
            share = receipt.below_min_count / receipt.total
            note(
                f"{share:.0%} of the words came less than {receipt.min_count:,} times and were left out; "
                f"{option if better is None else 'another tokenizer'} keeps more of them"
            )
        share = receipt.subsampled / max(receipt.subsampled + receipt.trained, 1)
        if share > _MUCH_SUBSAMPLED and receipt.subsampled > _MUCH_LOST * receipt.total:
            self._reporter.warn(
                f"{share:.0%} of the words were left out by --sample; on little text, --sample 0 keeps them"
            )
        if settings.hs and settings.negative:
            self._reporter.warn(
                "--hs 1 with --negative trains with both, as gensim does; --negative 0 leaves --hs alone"
            )


def _require_finite(epoch: Epoch) -> None:
    ends = [end for array in epoch.state.arrays.values() for end in (array.min(), array.max())]
    if not np.isfinite(ends).all():
        raise Diverged(f"the weights of epoch {epoch.done} are no longer finite numbers; lower --alpha")


def _sum(parts: Sequence[tuple[int, str]]) -> str:
    return " + ".join(f"{count:,} {name}" for count, name in parts if count) or "0"


def _tokenizer(plan: TrainingPlan, start: Start | None) -> Tokenizer:
    if start is not None and start.model.facts.tokenizer is not None:
        return start.model.facts.tokenizer
    reading, version = plan.reading, TOKENIZERS[plan.reading.tokenizer].version()
    return Tokenizer(reading.tokenizer, version, reading.lowercase, reading.word_rules, tuple(reading.connector_words))


def _subwords(arrays: dict[str, npt.NDArray[np.float32]], settings: Settings) -> Subwords | None:
    if "vectors_ngrams" not in arrays:
        return None
    return Subwords(settings.min_n, settings.max_n, Vectors(arrays["vectors_ngrams"], "float32"))
