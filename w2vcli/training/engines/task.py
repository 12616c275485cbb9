"""What every engine is given and gives back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from w2vcli.reporting import Advance
from w2vcli.training.loss import InputVectors, Tree
from w2vcli.training.settings import Settings
from w2vcli.training.text import TrainingText
from w2vcli.training.vocabulary import Vocabulary


@dataclass(frozen=True)
class State:
    """What an engine goes on from: its arrays by name, and its random numbers as JSON.

    ``vectors`` are those of the words (words x vector_size). Others are the engine's: ``syn1neg`` and
    ``syn1`` are gensim's output weights of negative sampling and of hierarchical softmax; for fastText
    ``vectors_vocab`` and ``vectors_ngrams`` are the parts of which ``vectors`` are the means.
    """

    arrays: dict[str, npt.NDArray[np.float32]]
    random: dict[str, Any] | None = None


@dataclass(frozen=True)
class Epoch:
    """What came out of one epoch: the number of epochs done, of words given and of words trained on.

    ``inputs`` gives the input vectors of rows, ``noise_weights`` and ``tree`` what the loss is computed with.
    """

    done: int
    fed: int
    trained: int
    state: State
    inputs: InputVectors
    noise_weights: npt.NDArray[np.float32] | None
    tree: Tree | None


@dataclass(frozen=True)
class Task:
    """A training: its text, words and settings, where it begins, and whom it tells.

    ``state`` is None, or that after ``done`` of ``epochs`` epochs; with ``done`` 0 it is that of an earlier
    training, whose random numbers are not gone on with. ``on_epoch`` is called after each epoch; what it is
    given changes afterwards. ``advance`` is told how many words were gone through, of all epochs, and ``status``
    what else is going on.
    """

    text: TrainingText
    vocabulary: Vocabulary
    settings: Settings
    epochs: int
    state: State | None
    done: int
    on_epoch: Callable[[Epoch], None]
    advance: Advance
    status: Callable[[str], None]


Engine = Callable[[Task], None]
