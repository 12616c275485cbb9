"""One training step of skip-gram with negative sampling on a model's own vectors, with all its numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from w2vcli.models.directory import Model
from w2vcli.queries.terms import find_rows
from w2vcli.training.formulas import Step, negative_sampling_step, noise_probabilities
from w2vcli.training.plans import latest_plan
from w2vcli.training.settings import Settings


@dataclass(frozen=True)
class StepRow:
    """The numbers of one word of a step (see `w2vcli.training.formulas.Step`).

    The target has no label, score, sigmoid, loss and error. ``before``, ``gradient`` and ``after`` have as many values
    as a vector.
    """

    word: str
    role: str
    label: int | None
    score: float | None
    sigmoid: float | None
    loss: float | None
    error: float | None
    before: list[float]
    gradient: list[float]
    after: list[float]


@dataclass(frozen=True)
class Example:
    """A step on the pair ``target`` and ``context``. ``words`` are the context and then the noise words.

    With ``has_weights`` the output vectors are those that the training of the model ended with, else zeros, as training
    begins. With ``has_counts`` noise words were drawn by count, else all words were equally likely.
    """

    target: str
    context: str
    words: list[str]
    alpha: float
    has_weights: bool
    has_counts: bool
    step: Step

    def rows(self) -> list[StepRow]:
        """Return the target and then the other words, each with its numbers."""
        step = self.step
        vectors = (step.input.tolist(), step.input_gradient.tolist(), step.new_input.tolist())
        target = StepRow(self.target, "target", None, None, None, None, None, *vectors)
        numbers = zip(
            *(values.tolist() for values in (step.labels, step.scores, step.sigmoids, step.losses, step.errors)),
            *(values.tolist() for values in (step.outputs, step.output_gradients, step.new_outputs)),
            strict=True,
        )
        roles = ["context", *["noise"] * (len(self.words) - 1)]
        return [
            target,
            *(StepRow(word, role, *row) for word, role, row in zip(self.words, roles, numbers, strict=True)),
        ]


def settings_of(model: Model) -> Settings:
    """Return the settings of the last training of ``model``, or the defaults if it was not trained here."""
    return latest_plan(model.facts, model.path).settings if model.facts.training else Settings()


def take_step(model: Model, target: str, context: str, *, negative: int, alpha: float, seed: int) -> Example:
    """Return what one step of training does, given the vector of ``target``: it learns to tell ``context`` from noise.

    ``negative`` noise words are drawn as in training, from ``seed``. One that is the context is left out. gensim and
    word2vec.c take the vector of the context and predict the target. Each of the two words is in the window of the
    other, so the pairs of a text are the same.

    Raises
    ------
    UnknownWords
        If the model does not have both.
    BadModel
        If what training kept does not fit the model.
    """
    target_row, context_row = find_rows(model, [target, context])
    weights = model.weights.get("syn1neg")
    noise = _noise_rows(model, negative, seed)
    rows = [context_row, *(row for row in noise if row != context_row)]
    # Only the rows in use are read, of perhaps millions.
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


def _noise_rows(model: Model, negative: int, seed: int) -> list[int]:
    """Return the rows of noise words, drawn by count ** ns_exponent where counts are known."""
    rng = np.random.default_rng(seed)
    words = model.facts.words
    if model.counts is None:  # as in vectors that were loaded from a file without counts
        return [int(row) for row in rng.integers(words, size=negative)]
    shares = noise_probabilities(np.asarray(model.counts), settings_of(model).ns_exponent)
    return [int(row) for row in rng.choice(words, negative, p=shares)]
