"""A trained model to continue training from: its words, counts and weights, for a new vocabulary.

The old model knows a, b and c. The new text has words b, c and d. The vocabulary has all four, with the counts of both
texts. a, b and c begin with their old vectors, d with a new one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from w2vcli.corpus.encoded import EncodedCorpus
from w2vcli.errors import BadModel, BadSettings
from w2vcli.models.directory import Model, open_without_index
from w2vcli.models.dropped import read_dropped
from w2vcli.models.model_parts import DROPPED
from w2vcli.reporting import Reporter
from w2vcli.training.formulas import first_vectors
from w2vcli.training.plans import settings_of
from w2vcli.training.settings import Settings
from w2vcli.training.source_hashes import text_sha256
from w2vcli.training.tree import make_paths
from w2vcli.training.vocabulary import Vocabulary


@dataclass(frozen=True)
class Start:
    """A model that was trained before, and the settings of the training that continues it."""

    model: Model
    settings: Settings

    def counts_besides(self, corpus: EncodedCorpus) -> dict[str, int]:
        """Return the counts of earlier trainings, minus those of ``corpus`` if that text was already trained on.

        Raises
        ------
        BadModel
            If the model does not know how often its words were seen.
        """
        if self.model.counts is None:
            raise BadModel(f"{self.model.path}: how often its words were seen is not known")
        counts = dict(zip(self.model.words, self.model.counts.tolist(), strict=True))
        counts |= read_dropped(self.model.texts.get(DROPPED))
        # More epochs on the same text must not count its words twice.
        if text_sha256(corpus.files()) in {run.text_sha256 for run in self.model.facts.runs}:
            for word, count in zip(corpus.words, corpus.counts.tolist(), strict=True):
                counts[word] = counts.get(word, 0) - count
        # Not below 0: the same text may have been read with other rules, which gave a word more often.
        return {word: max(count, 0) for word, count in counts.items()}

    def arrays(self, vocabulary: Vocabulary, reporter: Reporter) -> dict[str, npt.NDArray[np.float32]]:
        """Return the weights for a vocabulary: the old ones, and for new words what training begins with.

        New vectors are those of `first_vectors`. New output weights are zero. So are all weights of a tree whose words
        have other paths, since its inner nodes then stand for other sets of words.
        """
        words = vocabulary.words
        old = {word: row for row, word in enumerate(self.model.words)}
        rows = np.array([old.get(word, -1) for word in words], dtype=np.int64)
        reporter.note(f"{(rows < 0).sum():,} of {len(words):,} words are new to the model")
        size = self.settings.vector_size
        rng = np.random.default_rng([self.settings.seed, 3])
        arrays = {}
        for name, stored in self._weights().items():
            if name in {"vectors", "vectors_vocab"}:
                array = first_vectors(rng, len(words), size)
            elif name == "vectors_ngrams":  # which are of no word, so that new ones change nothing
                arrays[name] = stored
                continue
            else:
                array = np.zeros((len(words), size), dtype=np.float32)
                if name == "syn1" and not self._has_tree_of(vocabulary):
                    reporter.warn("the tree of hierarchical softmax is a new one, its weights begin at zero")
                    arrays[name] = array
                    continue
            array[rows >= 0] = stored[rows[rows >= 0]]
            arrays[name] = array
        return arrays

    def _has_tree_of(self, vocabulary: Vocabulary) -> bool:
        """Tell whether the words of a vocabulary have the paths through the tree that they had."""
        before = replace(vocabulary, words=list(self.model.words), counts=np.asarray(self.model.counts))
        if vocabulary.words != before.words:
            return False
        if np.array_equal(vocabulary.counts, before.counts):
            return True
        was, now = make_paths(before), make_paths(vocabulary)
        return np.array_equal(was.points, now.points) and np.array_equal(was.codes, now.codes)

    def _weights(self) -> dict[str, npt.NDArray[np.float32]]:
        """Return all weights of the old model, by their names in a `State`."""
        weights = {"vectors": self.model.vectors[:], **self.model.weights}
        if self.model.subwords is not None:
            weights["vectors_ngrams"] = self.model.subwords.vectors[:]
        return weights


def open_start(path: Path, settings: Settings) -> Start:
    """Open the model to continue training from.

    Raises
    ------
    BadModel
        If there is none, or it has no output weights.
    BadSettings
        If it was trained with other vectors or another output than ``settings`` say.
    """
    model = open_without_index(path, with_weights=True)
    if not model.facts.settings or not model.weights:
        raise BadModel(
            "this model has no weights of its training to go on with; w2v train keeps them, and w2v load "
            "--trust-pickle those of a .model of gensim"
        )
    was = settings_of(model.facts, path)
    # The shapes of the weights, or what they mean.
    fixed = ("model_type", "vector_size", "hs", "min_n", "max_n", "bucket")
    for name in fixed if was.model_type == "fasttext" else fixed[:3]:
        if getattr(was, name) != getattr(settings, name):
            flag = f"--{name.replace('_', '-')}"
            raise BadSettings(
                f"the model has {flag} {getattr(was, name)}, which cannot become {getattr(settings, name)}"
            )
    if bool(was.negative) != bool(settings.negative):
        raise BadSettings(f"the model has --negative {was.negative}, which cannot become {settings.negative}")
    return Start(model, settings)
