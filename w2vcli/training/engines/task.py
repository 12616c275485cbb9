"""What every engine is given and what it gives back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from w2vcli.array_types import Integers
from w2vcli.reporting import Advance
from w2vcli.training.settings import Settings
from w2vcli.training.text import TrainingText
from w2vcli.training.tree import Paths
from w2vcli.training.vocabulary import Vocabulary


@dataclass(frozen=True)
class State:
    """What an engine continues from: its weights by name, and the state of its random numbers as JSON.

    `state_shapes` says which arrays there are. ``random`` is None where an engine draws anew from the seed in each
    epoch.
    """

    arrays: dict[str, npt.NDArray[np.float32]]
    random: dict[str, Any] | None = None


@dataclass(frozen=True)
class Epoch:
    """What came out of an epoch.

    ``done`` is the number of epochs done so far. It is 0 where an engine tells what it begins with, to be resumed
    before the first epoch ends. ``fed`` is how many words the engine was given in this one, and
    ``trained`` how many of them subsampling kept. Both are None where the engine does not count. An engine that cannot
    stop between epochs tells the last one alone.
    """

    done: int
    fed: int | None
    trained: int | None
    state: State


@dataclass(frozen=True)
class Cluster:
    """Where an engine of several machines works: ``on`` names them, and ``folder`` is one that all of them see.

    ``blocks`` and ``segments`` are those of `w2vcli.training.engines.orthogonal`.
    """

    on: str | None
    folder: Path
    blocks: int
    segments: int


@dataclass(frozen=True)
class Task:
    """A training: its text, words and settings, where it begins, and whom it tells.

    ``paths`` is the tree of hierarchical softmax, or None without ``settings.hs``. ``state`` is what the training
    continues from after ``done`` of ``epochs`` epochs. With ``done`` 0 it is None, or the weights of an earlier
    training, whose random numbers are of no use here. ``on_epoch`` is called after each epoch. The arrays that it is
    given are changed by the next one. ``advance`` takes how many words were gone through in all epochs, ``status``
    whatever else goes on.

    ``fixed`` marks the words whose vectors stay as they are. ``cluster`` is for an engine of several machines.

    ``sides`` and ``frozen`` are for the engine numba alone, see `w2vcli.training.side_training`. ``sides`` is 0 or 1
    for each sentence of the text. Then ``vectors`` has those of one side behind those of the other, and the output
    weights are shared. With ``frozen``, the output weights stay as they are.
    """

    text: TrainingText
    vocabulary: Vocabulary
    settings: Settings
    paths: Paths | None
    epochs: int
    state: State | None
    done: int
    on_epoch: Callable[[Epoch], None]
    advance: Advance
    status: Callable[[str], None]
    sides: Integers | None = None
    frozen: bool = False
    fixed: npt.NDArray[np.bool_] | None = None
    cluster: Cluster | None = None


Trainer = Callable[[Task], None]
"""What an engine's module has: it trains as the task says, and raises if it cannot."""


def state_shapes(settings: Settings, words: int, *, with_outputs: bool = True) -> dict[str, tuple[int, int]]:
    """Return the shapes of the arrays of a `State`, by their names in gensim.

    ===============  ==============================================================================
    vectors          the vectors of the words (words x vector_size)
    syn1neg          the output weights of negative sampling
    syn1             those of the inner nodes of the tree of hierarchical softmax
    vectors_vocab    fastText: the words' own part of ``vectors``, which are means with their n-grams
    vectors_ngrams   fastText: the n-grams' part (bucket x vector_size)
    ===============  ==============================================================================

    Without ``with_outputs`` they are those of an engine that gives vectors alone.
    """
    of_words = words, settings.vector_size
    shapes = {"vectors": of_words}
    if with_outputs and settings.negative:
        shapes["syn1neg"] = of_words
    if with_outputs and settings.hs:
        shapes["syn1"] = of_words
    if settings.model_type == "fasttext":
        shapes |= {"vectors_vocab": of_words, "vectors_ngrams": (settings.bucket, settings.vector_size)}
    return shapes
