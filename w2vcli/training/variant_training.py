"""Variants of a training: the same corpus with other weights of its documents, and another seed.

One training gives one cosine for two words. What would it be, had the author written other texts of the same kind? A
variant is a guess: each document gets a weight, and is trained on as often in the mean of the epochs. The weights are
drawn from the exponential distribution with mean 1 (Rubin's Bayesian bootstrap, 1981), so that no document is left out.
With weights 0.4, 2.5 and 0.1, three epochs may be these documents::

    1 2 2 3    2 2 2    1 2 2

The cosines of many variants spread as those of other texts would. Their mean is also the better guess: the neighbours
of a word are chosen because their cosines came out high, and part of that is luck of this one text.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from w2vcli.array_types import Float32s, Floats
from w2vcli.corpus.encoded import EncodedCorpus
from w2vcli.errors import BadModel, BadSettings, LostWords
from w2vcli.models.directory import Model, open_without_index
from w2vcli.models.facts import Facts, read_facts
from w2vcli.models.model_parts import VECTORS
from w2vcli.models.variants import VariantsFolder, VariantsMade, read_variants
from w2vcli.reporting import SILENT, Reporter
from w2vcli.training.at_once import train_at_once, train_one_by_one
from w2vcli.training.blocks import Blocks, count_units, find_blocks
from w2vcli.training.engines.table import engine_for
from w2vcli.training.epochs import EpochLog, make_job
from w2vcli.training.model_text import open_text
from w2vcli.training.plans import TrainingPlan, plans_of
from w2vcli.training.settings import Settings, epochs_for
from w2vcli.training.text import Selection, all_sentences, chosen_stretches, hold_out
from w2vcli.training.vocabulary import Vocabulary, make_vocabulary

# What the weights of variants that are trained at once may take together. Larger ones are trained one by one.
_MOST_BYTES = 1 << 30


def draw_weights(blocks: int, seed: int) -> Floats:
    """Return a weight for each block, with a mean of exactly 1."""
    drawn = np.random.default_rng([seed, 2]).exponential(size=blocks)
    weights: Floats = drawn / drawn.mean()
    return weights


def weighted_text(corpus: EncodedCorpus, blocks: Blocks, epochs: int, seed: int) -> Selection:
    """Return ``epochs`` epochs of a corpus as one text, each block as often as its weight says.

    A weight of 2.3 makes a block come two or three times in an epoch, three times in 30 of 100 epochs.
    """
    weights = draw_weights(len(blocks.ends), seed)
    rng = np.random.default_rng([seed, 3])
    firsts = np.concatenate([[0], blocks.ends[:-1]])
    lengths = blocks.ends - firsts
    chosen = []
    for _ in range(epochs):
        times = np.floor(weights + rng.random(len(weights))).astype(np.int64)
        order = np.repeat(np.arange(len(weights)), times)
        sizes = lengths[order]
        within = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        chosen.append(np.repeat(firsts[order], sizes) + within)
    sentences = np.concatenate(chosen)
    return chosen_stretches(corpus, blocks.starts[sentences], blocks.stops[sentences])


@dataclass(frozen=True)
class VariantTraining:
    """A corpus and how it is trained on, for as many variants as are wanted.

    Words, counts, noise words and subsampling are those of the whole corpus, so that all variants have the same rows.
    No text is held out.
    """

    corpus: EncodedCorpus
    blocks: Blocks
    vocabulary: Vocabulary
    settings: Settings
    epochs: int
    engine: str

    @property
    def weight_bytes(self) -> int:
        """How much memory the vectors and the output weights of a variant take."""
        return 8 * len(self.vocabulary.words) * self.settings.vector_size

    def train(self, seed: int, reporter: Reporter = SILENT) -> Float32s:
        """Return the vectors of a variant (words x vector_size), in the order of ``vocabulary``.

        ``seed`` decides about weights, first vectors and all else that is drawn.
        """
        once = replace(self.settings, epochs=1, seed=seed, held_out=False)
        text = hold_out(weighted_text(self.corpus, self.blocks, self.epochs, seed), once)
        log = EpochLog(make_job(text, self.vocabulary, once, self.engine, reporter.warn), reporter, lambda *_: None)
        log.run()
        if log.state is None:
            raise LostWords("no epoch was trained")
        return log.state.arrays["vectors"]


def prepare_variants(corpus: EncodedCorpus, plan: TrainingPlan, workers: int | None = None) -> VariantTraining:
    """Return what trains variants of the training that ``plan`` was.

    Raises
    ------
    BadSettings
        If it trained fastText vectors.
    BadCorpus
        If the corpus has one block only.
    """
    settings = plan.settings if workers is None else replace(plan.settings, workers=workers)
    _require_word2vec(plan)
    vocabulary = make_vocabulary(all_sentences(corpus), settings, ties=plan.ties)
    epochs = settings.epochs or epochs_for(corpus.read.tokens)
    return VariantTraining(corpus, find_blocks(corpus), vocabulary, settings, epochs, plan.study_engine)


def make_variants(
    path: Path,
    count: int,
    cache: Path | None,
    reporter: Reporter,
    *,
    seed: int | None = None,
    workers: int | None = None,
    again: bool = False,
    moved_to: Sequence[str] = (),
) -> VariantsMade:
    """Train variants of the model at ``path`` until there are ``count``, and return what there is.

    Variants that were made before stay, unless ``again`` is true. ``seed`` is that of earlier variants, or 1.
    ``moved_to`` names the text if it is not where it was, see `open_text`.

    Raises
    ------
    BadModel
        If it was not trained here, or its vectors were trained on several corpora, or another process replaces it.
    BadCorpus
        If its text has changed, or cannot be read again.
    BadSettings
        If it is a fastText model, or there are variants with another ``seed``.
    UnfinishedTraining
        If another process is making variants of it.
    Unwritable
        If nothing can be written into the model.
    """
    made = None if again else _earlier(path, read_facts(path), seed)
    if made is not None and len(made.sha256) >= count:
        return made  # also where nothing can be written
    folder = VariantsFolder(path)
    with folder.to_oneself(), ExitStack() as stack:
        model = open_without_index(path)
        plan = _plan_of(model)
        made = None if again else _earlier(path, model.facts, seed)
        text = stack.enter_context(open_text(path, model.facts, cache, reporter, moved_to))
        training = prepare_variants(text.corpus, plan, workers)
        if training.vocabulary.words != list(model.words):
            raise BadModel(f"{path}: reading its text again gives other words than it has; train it again")
        if made is None:
            units, name = len(training.blocks.ends), training.blocks.name
            vectors = model.facts.sha256[VECTORS]
            made = VariantsMade(vectors, name, units, 1 if seed is None else seed, training.epochs)
            made = folder.begin(made, count_units(text.corpus, training.blocks, training.vocabulary))
        else:
            folder.sweep(made)
            reporter.note(f"{len(made.sha256)} of {count} variants are there and stay")
        return _train_until(count, made, folder, training, reporter)


def _earlier(path: Path, facts: Facts, seed: int | None) -> VariantsMade | None:
    """Return how the variants of a model were made that are there, None if there are none.

    Raises
    ------
    BadSettings
        If they have another ``seed``.
    """
    made = read_variants(path, facts)
    if made is not None and seed not in (None, made.seed):
        raise BadSettings(f"the variants were made with --seed {made.seed}; --again makes them again")
    return made


def _plan_of(model: Model) -> TrainingPlan:
    """Return the plan of the one training that a model had.

    Raises
    ------
    BadModel
        If it had none or several, or has no hashes.
    BadSettings
        If it trained fastText vectors.
    """
    plans = plans_of(model.facts, model.path)
    times = len(plans) + (plans[0].start_from is not None)  # which was trained elsewhere
    if times > 1:
        raise BadModel(
            f"{model.path} was trained {times} times, each from the vectors before, and variants are made of one"
            " training alone; train on all text at once"
        )
    _require_word2vec(plans[0])
    if plans[0].vectors is not None:
        raise BadModel(
            f"{model.path} began with the vectors of another model, whose text is not that of this one: "
            "variants are made of a corpus that is all there is"
        )
    if VECTORS not in model.facts.sha256:
        raise BadModel(
            f"{model.path} has no hash of its vectors, since an earlier version of w2v wrote it; make it again with:"
            f" w2v rerun {model.path}"
        )
    return plans[0]


def _require_word2vec(plan: TrainingPlan) -> None:
    if plan.settings.model_type != "word2vec":
        raise BadSettings("variants are made of word2vec models alone; train with --model-type word2vec")


def _train_until(
    count: int, made: VariantsMade, folder: VariantsFolder, training: VariantTraining, reporter: Reporter
) -> VariantsMade:
    """Train the variants that are missing, and return what there is then."""
    words = training.corpus.read.tokens * training.epochs  # of one, but for what its weights round to
    seeds = range(made.seed + len(made.sha256) + 1, made.seed + count + 1)
    total = len(seeds) * words
    with reporter.phase("training variants", total, "words") as advance:
        workers = min(training.settings.workers, len(seeds), _MOST_BYTES // training.weight_bytes)
        if workers > 1 and engine_for(training.engine, training.settings, words, SILENT.warn).trains_at_once:
            alone = replace(training, settings=replace(training.settings, workers=1))
            trained = train_at_once(alone.train, seeds, workers, reporter.warn, lambda done: advance(min(done, total)))
        else:
            trained = train_one_by_one(training.train, seeds, words, reporter, advance)
        with closing(trained):
            for vectors in trained:
                made = folder.add(made, vectors)
        advance(total)
    return made
