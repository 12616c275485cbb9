"""Vectors of words by the side of a text that they stand on, in one space: the output weights are of both sides.

Two trainings give two spaces, and nothing in one can be compared with anything in the other. Here a word has two
vectors and its context one weight, whichever side it is on::

    vectors     girl on side 0, girl on side 1      each moved by the sentences of its side
    outputs     dress                               moved by both sides, or by none

Where both sides move the outputs, this is *temporal referencing*: "girl" is read as ``girl_0`` or ``girl_1`` where it
is a target, and as ``girl`` where it is a context (Dubossarsky et al. 2019). With outputs that were trained before, and
stay as they are, it is a *compass* (Di Carlo et al. 2019).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from w2vcli.array_types import Float32s, Integers
from w2vcli.corpus.encoded import LONGEST_SENTENCE, EncodedCorpus
from w2vcli.errors import BadSettings, Diverged
from w2vcli.reporting import SILENT, Reporter
from w2vcli.training.engines.table import ENGINES
from w2vcli.training.engines.task import Epoch, State, Task, state_shapes
from w2vcli.training.settings import Settings, epochs_for
from w2vcli.training.text import TrainingText, chosen_stretches, in_parts
from w2vcli.training.tree import make_paths
from w2vcli.training.vocabulary import Vocabulary

# The sides take turns after so many words, so that neither meets the lower learning rates alone.
_WORDS_IN_TURN = 10_000


def train_sides(
    corpus: EncodedCorpus,
    side_of_sentence: Integers,
    vocabulary: Vocabulary,
    settings: Settings,
    outputs: Mapping[str, Float32s] | None = None,
    reporter: Reporter = SILENT,
) -> tuple[Float32s, Float32s]:
    """Return the vectors of the vocabulary on side 0 and on side 1 (each words x vector_size).

    ``side_of_sentence`` is 0, 1 or -1 (neither) for each sentence of the corpus. ``outputs`` are frozen output weights
    by their names in a `State`. Without them the outputs are trained, too. A word that a side does not have keeps the
    vector it began with, which is the same on both sides.

    Raises
    ------
    BadSettings
        If the settings are those of fastText, or ``outputs`` do not fit the vocabulary.
    Diverged
        If a vector is no longer finite.
    MissingEngine
        If numba fails to import.
    """
    if settings.model_type != "word2vec":
        raise BadSettings("fastText has a vector for each part of a word, and no side has its own")
    text, sides = _text_by_sides(corpus, side_of_sentence)
    epochs = settings.epochs or epochs_for(text.words)
    words = len(vocabulary.words)
    found: list[State] = []
    with reporter.phase("training both sides", text.words * epochs, "words") as advance:
        ENGINES["numba"].load()(
            Task(
                text=text,
                vocabulary=vocabulary,
                settings=replace(settings, held_out=False),
                paths=make_paths(vocabulary) if settings.hs else None,
                epochs=epochs,
                state=None if outputs is None else _first_state(outputs, settings, words),
                done=0,
                on_epoch=lambda epoch: _keep(epoch, found),
                advance=advance,
                status=reporter.status,
                sides=sides,
                frozen=outputs is not None,
            )
        )
    vectors = found[-1].arrays["vectors"]
    return vectors[:words], vectors[words:]


def _keep(epoch: Epoch, found: list[State]) -> None:
    found[:] = [epoch.state]
    if not np.isfinite(epoch.state.arrays["vectors"]).all():
        raise Diverged("the vectors of the sides are no longer finite numbers; train the model with a lower --alpha")


def _first_state(outputs: Mapping[str, Float32s], settings: Settings, words: int) -> State:
    """Return frozen outputs, with first vectors that are the same on both sides."""
    from w2vcli.training.formulas import first_vectors

    shapes = state_shapes(settings, words)
    for name, shape in shapes.items():
        if name != "vectors" and (name not in outputs or outputs[name].shape != shape):
            raise BadSettings(f"the model does not have the output weights {name} for {words:,} words")
    first = first_vectors(np.random.default_rng(settings.seed), words, settings.vector_size)
    return State({"vectors": np.tile(first, (2, 1)), **outputs})


def _text_by_sides(corpus: EncodedCorpus, side_of_sentence: Integers) -> tuple[TrainingText, Integers]:
    """Return the sentences of both sides in turns, and the side of each."""
    stops = np.asarray(corpus.sentence_ends, dtype=np.int64)
    starts, stops, sentence = in_parts(np.append(0, stops[:-1]), stops, LONGEST_SENTENCE)
    side = side_of_sentence[sentence]
    turn = np.full(len(side), np.inf)
    for number in (0, 1):
        here = np.flatnonzero(side == number)
        turns = np.cumsum(stops[here] - starts[here]) // _WORDS_IN_TURN
        turn[here] = (turns + 0.5) / (turns[-1:].sum() + 1)
    order = np.lexsort((side, turn))[: int((side >= 0).sum())]
    starts, stops = starts[order], stops[order]
    none = np.zeros(0, dtype=np.int64)
    return TrainingText(chosen_stretches(corpus, starts, stops), starts, stops, (none, none)), side[order]
