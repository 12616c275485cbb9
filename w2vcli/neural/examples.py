"""What a network learns from: rows of one length, or texts in batches that are padded to the longest of each.

The texts 2 3 1 and 4 are one batch::

    2 3 1
    4 0 0

Without a mask, the mean of its second row is over three vectors, two of which are those of padding. This is what
``padded_batch`` of TensorFlow makes of texts. A network would be compiled anew for each other length, which takes
longer than its training. So batches are filled up to few different widths, and a mask says what of them counts::

    4 0 0 0 0 ...      counts: yes yes yes no no ...
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from w2vcli.neural.ids import PAD, IdArray
from w2vcli.neural.keras_backend import KerasNetwork, import_keras

Order = npt.NDArray[np.int64]

# Widths are powers of four: each of them is compiled once, and the reviews of IMDB need three.
_LEAST_WIDTH = 64
# Texts that are asked at once: no more than fit into memory, whatever their length.
_ASKED_AT_ONCE = 64
# Without gradients there is room for more.
_MEASURED_AT_ONCE = 4


class Examples(ABC):
    """Inputs, and the output that each should have. A target is a class, an id, or a row of ids."""

    targets: IdArray

    def __len__(self) -> int:
        """Return how many examples there are."""
        return len(self.targets)

    @abstractmethod
    def arrays(self) -> list[IdArray]:
        """Return all that the inputs consist of."""

    @abstractmethod
    def trainer(self, network: KerasNetwork) -> KerasNetwork:
        """Return what trains the layers of ``network`` on such examples, to be given to `fit` and `measure`."""

    @abstractmethod
    def fit(self, trainer: KerasNetwork, order: Order, batch_size: int, callback: Any) -> Any:
        """Train on the examples in an order, and return Keras's history."""

    @abstractmethod
    def measure(self, trainer: KerasNetwork, batch_size: int) -> dict[str, float]:
        """Return loss and accuracy on the examples, without dropout."""


@dataclass(frozen=True)
class RowExamples(Examples):
    """Rows of one length: ``inputs`` (examples x length)."""

    inputs: IdArray
    targets: IdArray

    def arrays(self) -> list[IdArray]:
        """Return the rows."""
        return [self.inputs]

    def trainer(self, network: KerasNetwork) -> KerasNetwork:
        """Return the network itself."""
        return network

    def fit(self, trainer: KerasNetwork, order: Order, batch_size: int, callback: Any) -> Any:
        """Train on the rows in an order."""
        inputs, targets = self.inputs[order], self.targets[order]
        return trainer.fit(inputs, targets, batch_size=batch_size, shuffle=False, verbose=0, callbacks=[callback])

    def measure(self, trainer: KerasNetwork, batch_size: int) -> dict[str, float]:
        """Return loss and accuracy, which do not depend on the batches."""
        size = _MEASURED_AT_ONCE * batch_size
        found: dict[str, float] = trainer.evaluate(
            self.inputs, self.targets, batch_size=size, verbose=0, return_dict=True
        )
        return found


@dataclass(frozen=True)
class TextExamples(Examples):
    """Texts of any length, none of them empty, in batches that are padded to their longest text.

    With ``mask``, padding does not count. Without it, a text has as many ids as the longest of its batch.
    """

    inputs: Sequence[IdArray]
    targets: IdArray
    mask: bool

    def arrays(self) -> list[IdArray]:
        """Return the texts one after the other, and the length of each."""
        return [np.concatenate(self.inputs), np.array([len(text) for text in self.inputs], dtype=np.int32)]

    def trainer(self, network: KerasNetwork) -> KerasNetwork:
        """Return a network of the same layers and the same optimizer that is also told what counts."""
        return with_mask(network)

    def fit(self, trainer: KerasNetwork, order: Order, batch_size: int, callback: Any) -> Any:
        """Train on the texts in an order, whose batches they are padded in."""
        batches = self._batches(order, batch_size, batch_size)
        return trainer.fit(batches, shuffle=False, verbose=0, callbacks=[callback])

    def measure(self, trainer: KerasNetwork, batch_size: int) -> dict[str, float]:
        """Return loss and accuracy on batches of the texts as they stand. Some batches are computed at once."""
        batches = self._batches(np.arange(len(self)), _MEASURED_AT_ONCE * batch_size, batch_size)
        found: dict[str, float] = trainer.evaluate(batches, verbose=0, return_dict=True)
        return found

    def _batches(self, order: Order, at_once: int, batch_size: int) -> Any:
        return _batches(self.inputs, self.targets, order, at_once, 1 if self.mask else batch_size)


def logits_of_texts(network: KerasNetwork, texts: Sequence[IdArray]) -> npt.NDArray[Any]:
    """Return what ``network`` answers to each text by itself, without any padding (texts x outputs)."""
    targets = np.zeros(len(texts), dtype=np.int32)
    found: npt.NDArray[Any] = np.asarray(
        with_mask(network).predict(_batches(texts, targets, np.arange(len(texts)), _ASKED_AT_ONCE, 1), verbose=0)
    )
    return found


def with_mask(network: KerasNetwork) -> KerasNetwork:
    """Return a network of the layers of ``network`` that is given ids and which of them count (both texts x width).

    What is trained are the weights of ``network``, by its optimizer.
    """
    keras = import_keras()
    ids, counts = keras.Input((None,), dtype="int32"), keras.Input((None,), dtype="bool")
    found = ids
    for layer in network.layers:
        reads_words = isinstance(layer, keras.layers.GlobalAveragePooling1D | keras.layers.Bidirectional)
        found = layer(found, mask=counts) if reads_words else layer(found)
    masked = keras.Model([ids, counts], found)
    # Loss and measures are made anew, since a network keeps what it measured in them.
    made = keras.saving.deserialize_keras_object(network.get_compile_config())
    masked.compile(network.optimizer, made["loss"], metrics=made["metrics"])
    return masked


def _batches(texts: Sequence[IdArray], targets: IdArray, order: Order, at_once: int, padded: int) -> Any:
    """Return batches of ``at_once`` texts as Keras takes them. Each ``padded`` of the texts are padded together."""

    class Batches(import_keras().utils.PyDataset):  # type: ignore[misc]
        def __len__(self) -> int:
            return (len(order) + at_once - 1) // at_once

        def __getitem__(self, number: int) -> Any:
            places = order[number * at_once : (number + 1) * at_once]
            return fill_up([texts[place] for place in places.tolist()], padded), targets[places, np.newaxis]

    return Batches()


def fill_up(texts: Sequence[IdArray], padded: int) -> tuple[IdArray, npt.NDArray[np.bool_]]:
    """Return texts as rows of one of few widths, and which of their ids count.

    Each ``padded`` texts are padded to the longest of them, and this padding counts. What is filled up behind it does
    not. With 1, no padding counts.
    """
    width = _LEAST_WIDTH
    while width < max(map(len, texts)):
        width *= 4
    ids = np.full((len(texts), width), PAD, dtype=np.int32)
    counts = np.zeros(ids.shape, dtype=np.bool_)
    for start in range(0, len(texts), padded):
        together = texts[start : start + padded]
        counts[start : start + padded, : max(map(len, together))] = True
        for row, text in zip(ids[start:], together, strict=False):
            row[: len(text)] = text
    return ids, counts
