"""One training step of skip-gram with negative sampling on a model's own vectors, with all its numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from w2vcli.models.directory import Model
from w2vcli.queries.terms import find_rows
from w2vcli.training.formulas import Step, negative_sampling_step, noise_probabilities
from w2vcli.training.plans import latest_plan
from w2vcli.training.settings import Settings


@dataclass(frozen=True)
class Example:
    """A step on the pair ``target`` and ``context``; ``words`` are the context and the noise words, in order.

    ``has_weights`` says that the output vectors are those of the model's training, which it kept;
    else they are zeros, as training begins. ``has_counts`` says that noise words were drawn by how often they were
    seen; else each word was as likely.
    """

    target: str
    context: str
    words: list[str]
    alpha: float
    has_weights: bool
    has_counts: bool
    step: Step


def settings_of(model: Model) -> Settings:
    """Return the settings of the last training of ``model``; the defaults if it was not trained here."""
    return latest_plan(model.facts, model.path).settings if model.facts.training else Settings()


def take_step(model: Model, target: str, context: str, *, negative: int, alpha: float, seed: int) -> Example:
    """Return what one step does that is given the vector of ``target`` and is to tell ``context`` from noise.

    The ``negative`` noise words are drawn as in training, from ``seed``; one that is the context is left out.
    gensim and word2vec.c take the two words the other way round. As each is within the other's window, the
    pairs of a text are the same.

    Raises
    ------
    UnknownWords
        If the model does not have both.
    BadModel
        If what training kept does not fit the model.
    """
    target_row, context_row = find_rows(model, [target, context])
    weights = _output_weights(model)
    noise = _noise_rows(model, negative, seed)
    rows = [context_row, *(row for row in noise if row != context_row)]
    used = sorted(set(rows))
    outputs = np.zeros((len(used), model.facts.vector_size)) if weights is None else weights[used].astype(np.float64)
    step = negative_sampling_step(
        model.vectors[[target_row]][0].astype(np.float64),
        outputs,
        [used.index(row) for row in rows],
        [1, *[0] * (len(rows) - 1)],
        alpha,
    )
    return Example(
        target=model.words[target_row],
        context=model.words[context_row],
        words=[model.words[row] for row in rows],
        alpha=alpha,
        has_weights=weights is not None,
        has_counts=model.counts is not None,
        step=step,
    )


def _output_weights(model: Model) -> npt.NDArray[np.float32] | None:
    return model.weights.get("syn1neg")


def _noise_rows(model: Model, negative: int, seed: int) -> list[int]:
    rng = np.random.default_rng(seed)
    words = model.facts.words
    if model.counts is None:
        return [int(row) for row in rng.integers(words, size=negative)]
    shares = noise_probabilities(np.asarray(model.counts), settings_of(model).ns_exponent)
    return [int(row) for row in rng.choice(words, negative, p=shares)]
