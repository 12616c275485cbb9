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

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from w2vcli.array_types import Float32s, Floats, Integers
from w2vcli.atomic import temporary_directory
from w2vcli.corpus.cache import read_with_cache
from w2vcli.corpus.encoded import EncodedCorpus, read_files
from w2vcli.errors import BadCorpus, BadModel, BadSettings, LostWords
from w2vcli.models.directory import open_without_index
from w2vcli.models.model_parts import VECTORS, TrainingFolder
from w2vcli.models.variants import VariantsFolder, VariantsMade
from w2vcli.reporting import SILENT, Advance, Reporter
from w2vcli.training.epochs import EpochLog, make_job
from w2vcli.training.plans import TrainingPlan, plans_of
from w2vcli.training.rerun import require_same_text
from w2vcli.training.settings import Settings, epochs_for
from w2vcli.training.text import Selection, all_sentences, chosen_sentences, hold_out
from w2vcli.training.vocabulary import Vocabulary, make_vocabulary

# With fewer documents, the corpus counts as blocks of its sentences.
_FEWEST_DOCUMENTS = 50
_BLOCK_TOKENS = 500


@dataclass(frozen=True)
class Blocks:
    """The parts of a corpus that are weighted as wholes.

    Block ``i`` is the sentences from before ``ends[i - 1]`` to before ``ends[i]``. ``are_documents`` tells whether they
    are the documents of the corpus. Else they are sentences that follow each other, 500 tokens or more.
    """

    ends: Integers
    are_documents: bool

    @property
    def name(self) -> str:
        """What one is called in records."""
        return "documents" if self.are_documents else "blocks"


def find_blocks(corpus: EncodedCorpus) -> Blocks:
    """Return the documents of a corpus; of fewer than 50 documents, blocks of at least 500 tokens.

    A block ends with a document in any case. So the last of a document may have fewer tokens.

    Raises
    ------
    BadCorpus
        If there are fewer than two blocks, or the corpus was encoded before documents were kept.
    """
    documents = np.asarray(corpus.document_ends(), dtype=np.int64)
    if len(documents) >= _FEWEST_DOCUMENTS:
        return Blocks(documents, are_documents=True)
    ends: list[int] = []
    tokens = np.asarray(corpus.sentence_ends, dtype=np.int64)
    first = 0
    for last in documents.tolist():
        while first < last:
            before = int(tokens[first - 1]) if first else 0
            first = min(last, int(np.searchsorted(tokens, before + _BLOCK_TOKENS)) + 1)
            ends.append(first)
    if len(ends) < 2:
        raise BadCorpus(
            f"a corpus of {corpus.read.tokens:,} words is one block, and variants need several blocks of "
            f"{_BLOCK_TOKENS} words to weight"
        )
    return Blocks(np.array(ends, dtype=np.int64), are_documents=False)


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
    return chosen_sentences(corpus, np.concatenate(chosen))


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
    if settings.model_type != "word2vec":
        raise BadSettings("variants are made of word2vec models alone; train with --model-type word2vec")
    vocabulary = make_vocabulary(all_sentences(corpus), settings, ties=plan.ties)
    epochs = settings.epochs or epochs_for(corpus.read.tokens)
    return VariantTraining(corpus, find_blocks(corpus), vocabulary, settings, epochs, plan.engine)


def make_variants(
    path: Path,
    count: int,
    cache: Path | None,
    reporter: Reporter,
    *,
    seed: int | None = None,
    workers: int | None = None,
    again: bool = False,
) -> VariantsMade:
    """Train variants of the model at ``path`` until there are ``count``, and return what there is.

    Variants that were made before stay, unless ``again`` is true. ``seed`` is that of earlier variants, or 1.

    Raises
    ------
    BadModel
        If it was not trained here, or its vectors were trained on several corpora.
    BadCorpus
        If its text has changed, or cannot be read again.
    BadSettings
        If it is a fastText model, or there are variants with another ``seed``.
    """
    model = open_without_index(path)
    folder, vectors = VariantsFolder(path), model.facts.sha256.get(VECTORS, "")
    made = folder.read()
    if again or (made is not None and made.vectors != vectors):
        made = None
    if made is not None and seed not in (None, made.seed):
        raise BadSettings(f"the variants were made with --seed {made.seed}; --again makes them again")
    if made is not None and len(made.sha256) >= count:
        return made
    plans = plans_of(model.facts, path)
    if len(plans) > 1 or not vectors:
        raise BadModel(f"{path} was trained {len(plans)} times, and variants are made of one training alone")
    require_same_text(plans[0], read_files(TrainingFolder(path).sources(1)))
    with temporary_directory() as scratch:
        corpus = read_with_cache(plans[0].sources, scratch, plans[0].reading, cache, reporter)
        training = prepare_variants(corpus, plans[0], workers)
        if training.vocabulary.words != list(model.words):
            raise BadModel(f"{path}: reading its text again gives other words than it has; train it again")
        if made is None:
            units, name = len(training.blocks.ends), training.blocks.name
            made = VariantsMade(vectors, name, units, 1 if seed is None else seed, training.epochs)
            folder.begin(made)
        return _train_until(count, made, folder, training, reporter)


def _train_until(
    count: int, made: VariantsMade, folder: VariantsFolder, training: VariantTraining, reporter: Reporter
) -> VariantsMade:
    """Train the variants that are missing, and return what there is then."""
    words = training.corpus.read.tokens * training.epochs  # of one, but for what its weights round to
    with reporter.phase("training variants", count * words, "words") as advance:
        while len(made.sha256) < count:
            done = len(made.sha256)
            within = _Within(reporter, advance, done * words, words)
            made = folder.add(made, training.train(made.seed + done + 1, within))
            advance((done + 1) * words)
    return made


class _Within:
    """A reporter for a part of a phase: its progress moves the bar of the whole."""

    def __init__(self, reporter: Reporter, advance: Advance, before: int, words: int) -> None:
        self.warn = reporter.warn
        self._advance, self._before, self._words = advance, before, words

    @contextmanager
    def phase(self, name: str, total: int | None = None, unit: str = "") -> Iterator[Advance]:
        """Move the bar by what is done of the part, up to its end."""
        yield lambda done: self._advance(self._before + min(done, self._words))

    def status(self, message: str) -> None:
        """Do nothing."""

    def note(self, message: str) -> None:
        """Do nothing."""
