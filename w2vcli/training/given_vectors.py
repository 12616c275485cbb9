"""Vectors that a training begins with: those that a model has of the words, and random ones for the others.

The output weights begin as always. The vectors are tuned with the others, or stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from w2vcli.array_types import Float32s
from w2vcli.errors import BadModel, BadSettings
from w2vcli.models.directory import Model, open_model_directory
from w2vcli.models.facts import Facts, read_facts
from w2vcli.models.model_parts import VECTORS
from w2vcli.models.registry import model_name
from w2vcli.models.runs import BegunWith
from w2vcli.reporting import Reporter
from w2vcli.sealing import sha256_of
from w2vcli.training.formulas import first_vectors
from w2vcli.training.plans import TrainingPlan, plan_training
from w2vcli.training.settings import Settings
from w2vcli.training.vocabulary import Vocabulary


@dataclass(frozen=True)
class GivenVectors:
    """The vectors that ``model`` has of a vocabulary: ``rows`` are its own, -1 for words that it lacks."""

    model: Model
    rows: npt.NDArray[np.int64]
    plan: TrainingPlan

    @property
    def fixed(self) -> npt.NDArray[np.bool_] | None:
        """Which words' vectors stay as they are, None if all are tuned."""
        return self.rows >= 0 if self.plan.frozen else None

    def first(self) -> Float32s:
        """Return the vectors that the training begins with (words x vector_size)."""
        settings = self.plan.settings
        vectors = first_vectors(np.random.default_rng(settings.seed), len(self.rows), settings.vector_size)
        known = self.rows >= 0
        vectors[known] = self.model.vectors[self.rows[known]]
        return vectors

    def tell(self, reporter: Reporter) -> None:
        """Tell how many words begin so."""
        known = int((self.rows >= 0).sum())
        if self.plan.frozen:
            reporter.note(f"{known:,} of {len(self.rows):,} words have the vectors of {self.model.name}, which stay")
        else:
            reporter.note(f"{known:,} of {len(self.rows):,} words begin with the vectors of {self.model.name}")

    def record(self) -> BegunWith:
        """Return what the record of the training says of them."""
        path, sha256 = self.plan.vectors or "", self.plan.vectors_sha256
        return BegunWith(path, sha256, int((self.rows >= 0).sum()), self.plan.frozen)


def plan_with_vectors(
    vectors: Path, sources: Sequence[str], wanted: Mapping[str, Any], engine: str, *, frozen: bool
) -> TrainingPlan:
    """Return the plan of a training that begins with the vectors of a model, which has their dimensions.

    See `w2vcli.training.plans.plan_training`.

    Raises
    ------
    BadSettings
        If other dimensions, or fastText, are wanted, or as there.
    """
    path = vectors.absolute()
    facts = read_facts(path)
    if wanted.get("model_type", Settings.model_type) != Settings.model_type:
        raise BadSettings("fastText begins with no --vectors, since its vectors are made of those of n-grams, too")
    if wanted.get("vector_size", facts.vector_size) != facts.vector_size:
        raise BadSettings(f"{model_name(path)} has vectors of {facts.vector_size} dimensions; leave --vector-size out")
    plan = plan_training(sources, {**wanted, "vector_size": facts.vector_size}, engine)
    return replace(plan, vectors=str(path), vectors_sha256=hash_of_vectors(facts, path), frozen=frozen)


def given_vectors(plan: TrainingPlan, vocabulary: Vocabulary, reporter: Reporter) -> GivenVectors | None:
    """Return the vectors that a plan begins with, None if there are none.

    Raises
    ------
    BadModel
        If their model is gone or has changed, or has none of the words.
    BadSettings
        If they have other dimensions than the plan.
    """
    if plan.vectors is None:
        return None
    model = open_model_directory(Path(plan.vectors), reporter)
    if hash_of_vectors(model.facts, model.path) != plan.vectors_sha256:
        raise BadModel(f"{model.path} has other vectors than those that the training began with")
    if model.facts.static is not None:
        raise BadModel(f"{model.name} has vectors of tokens, which are not those of words")
    if model.facts.vector_size != plan.settings.vector_size:
        raise BadSettings(
            f"{model.name} has vectors of {model.facts.vector_size:,} dimensions, "
            f"which cannot begin {plan.settings.vector_size:,}"
        )
    found = [model.words.row(word) for word in vocabulary.words]
    rows = np.array([-1 if row is None else row for row in found], dtype=np.int64)
    if not (rows >= 0).any():
        raise BadModel(f"{model.name} has none of the words of the corpus")
    return GivenVectors(model, rows, plan)


def hash_of_vectors(facts: Facts, path: Path) -> str:
    """Return the SHA-256 of the vectors of the model at ``path``, which early versions did not write down."""
    return facts.sha256.get(VECTORS) or sha256_of(path / VECTORS)
