"""Training a network epoch by epoch, in an order that can be repeated, until it no longer gets better."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from w2vcli.neural.examples import Examples
from w2vcli.neural.keras_backend import KerasNetwork, import_keras
from w2vcli.neural.network_plans import FitSettings
from w2vcli.reporting import Advance, Reporter


@dataclass(frozen=True)
class EpochMeasures:
    """What an epoch came to, on the training examples and on those to validate with (``val_``).

    ``loss`` is a mean cross-entropy in nats. Language models have no accuracy.
    """

    loss: float
    val_loss: float
    accuracy: float | None = None
    val_accuracy: float | None = None

    def as_row(self) -> dict[str, float]:
        """Return the measures that there are, by name, in the order of the alphabet."""
        return {name: value for name, value in sorted(asdict(self).items()) if value is not None}


@dataclass
class FitProgress:
    """How far a training has come: the ``history`` of its epochs, and the weights of the one to keep.

    ``best_epoch`` counts from 1, and is 0 before the first.
    """

    history: list[EpochMeasures]
    best_epoch: int
    kept_weights: list[npt.NDArray[Any]]

    def is_over(self, settings: FitSettings) -> bool:
        """Tell whether there is nothing left to train."""
        done = len(self.history)
        return done >= settings.epochs or (settings.patience > 0 and done - self.best_epoch >= settings.patience)


def fit(
    network: KerasNetwork,
    training: Examples,
    validation: Examples,
    settings: FitSettings,
    progress: FitProgress,
    reporter: Reporter,
) -> Iterator[None]:
    """Train ``network`` from where ``progress`` says it is. Yield after each epoch, before the next one changes it.

    ``network`` is what the examples are trained by: see `Examples.trainer`.

    The order of the examples depends on the seed and the number of the epoch alone, so that a training which is
    resumed comes to the same weights as one that was never interrupted.
    """
    while not progress.is_over(settings):
        number = len(progress.history) + 1
        with reporter.phase(f"epoch {number} of {settings.epochs}", len(training), "examples") as advance:
            found = _train_epoch(network, training, settings, number, advance)
            measured = validation.measure(network, settings.batch_size)
            found |= {f"val_{name}": float(value) for name, value in measured.items()}
            measures = EpochMeasures(**found)
            reporter.status(", ".join(f"{name} {value:.4f}" for name, value in measures.as_row().items()))
        progress.history.append(measures)
        best = progress.history[progress.best_epoch - 1] if progress.best_epoch else None
        # The first of equally good epochs stays the best, and no loss that is NaN ever becomes it but the first.
        if best is None or measures.val_loss < best.val_loss:
            progress.best_epoch = number
        if settings.keep == "last" or progress.best_epoch == number:
            # Copies: what a backend gives may be the arrays that it goes on to train.
            progress.kept_weights = [np.array(weights) for weights in network.get_weights()]
        yield


def _train_epoch(
    network: KerasNetwork, training: Examples, settings: FitSettings, number: int, advance: Advance
) -> dict[str, float]:
    """Train an epoch, and return its loss and accuracy as Keras measures them on the way, while weights change."""
    # Keras's own shuffling would depend on what was drawn in the epochs before, which a resumed training does not know.
    order = np.random.default_rng([settings.seed, number]).permutation(len(training))
    _seed_layers(network, settings.seed, number)
    counting = _counting(len(training), settings.batch_size, advance)
    fitted = training.fit(network, order, settings.batch_size, counting)
    return {name: float(values[0]) for name, values in fitted.history.items()}


def _seed_layers(network: KerasNetwork, seed: int, epoch: int) -> None:
    """Seed what layers draw by the epoch: Keras does not save how far their random numbers had come."""
    for place, layer in enumerate(network.layers):
        generator = getattr(layer, "seed_generator", None)
        if generator is not None:
            state = np.random.default_rng([seed, epoch, place]).integers(2**31, size=2)
            generator.state.assign(state.astype(generator.state.dtype))


def _counting(total: int, batch_size: int, advance: Advance) -> Any:
    """Return a callback of Keras that tells how many of ``total`` examples an epoch was trained on so far."""

    class Counting(import_keras().callbacks.Callback):  # type: ignore[misc]
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            advance(min((batch + 1) * batch_size, total))

    return Counting()
