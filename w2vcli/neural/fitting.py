"""Training a network epoch by epoch: progress, the best epoch, early stopping, an order that can be repeated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from w2vcli.neural.networks import import_keras
from w2vcli.reporting import Advance, Reporter


@dataclass(frozen=True)
class Fitting:
    """How long and how fast a network is trained: ``patience`` epochs without a better validation loss end it."""

    epochs: int = 10
    batch_size: int = 64
    learning_rate: float = 1e-3
    patience: int = 2
    seed: int = 1


@dataclass(frozen=True)
class Examples:
    """What goes into a network, and what should come out, for as many examples."""

    inputs: npt.NDArray[np.int32]
    targets: npt.NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.targets)


# The measures of an epoch, as loss and accuracy, and val_loss and val_accuracy.
Measures = dict[str, float]


@dataclass
class Progress:
    """The ``history`` of epochs, and the weights of the best one, counted from 1."""

    history: list[Measures]
    best_epoch: int
    best_weights: list[npt.NDArray[Any]]

    def is_over(self, fitting: Fitting) -> bool:
        """Tell whether there is nothing left to train."""
        done = len(self.history)
        return done >= fitting.epochs or (fitting.patience > 0 and done - self.best_epoch >= fitting.patience)


def seed_everything(seed: int) -> None:
    """Fix the random numbers of Keras: first weights and dropout."""
    import_keras().utils.set_random_seed(seed)


def fit(
    network: Any,
    training: Examples,
    validation: Examples,
    fitting: Fitting,
    progress: Progress,
    on_epoch: Callable[[Progress], None],
    reporter: Reporter,
) -> None:
    """Train ``network`` from where ``progress`` says it is.

    ``on_epoch`` is called after each epoch, when the network has its weights. The order of the examples
    depends on the seed and the epoch alone.
    """
    while not progress.is_over(fitting):
        number = len(progress.history) + 1
        with reporter.phase(f"epoch {number} of {fitting.epochs}", len(training), "examples") as advance:
            measures = _epoch(network, training, validation, fitting, number, advance)
            reporter.status(", ".join(f"{name} {value:.4f}" for name, value in measures.items()))
        progress.history.append(measures)
        best = progress.history[progress.best_epoch - 1] if progress.best_epoch else None
        if best is None or measures["val_loss"] < best["val_loss"]:
            progress.best_epoch = number
            progress.best_weights = [np.array(weights) for weights in network.get_weights()]
        on_epoch(progress)


def _epoch(
    network: Any, training: Examples, validation: Examples, fitting: Fitting, number: int, advance: Advance
) -> Measures:
    order = np.random.default_rng([fitting.seed, number]).permutation(len(training))
    _seed_layers(network, fitting.seed, number)
    counting = _counting(len(training), fitting.batch_size, advance)
    fitted = network.fit(
        training.inputs[order],
        training.targets[order],
        batch_size=fitting.batch_size,
        shuffle=False,
        verbose=0,
        callbacks=[counting],
    )
    found = {name: float(values[0]) for name, values in fitted.history.items()}
    measured = measure(network, validation, fitting.batch_size)
    return found | {f"val_{name}": value for name, value in measured.items()}


def _seed_layers(network: Any, seed: int, epoch: int) -> None:
    """Let what layers draw depend on the seed and the epoch alone; Keras does not save where they were."""
    for place, layer in enumerate(network.layers):
        generator = getattr(layer, "seed_generator", None)
        if generator is not None:
            state = np.random.default_rng([seed, epoch, place]).integers(2**31, size=2)
            generator.state.assign(state.astype(generator.state.dtype))


def measure(network: Any, examples: Examples, batch_size: int) -> Measures:
    """Return the loss of a network on examples, and its other measures."""
    found = network.evaluate(examples.inputs, examples.targets, batch_size=4 * batch_size, verbose=0, return_dict=True)
    return {name: float(value) for name, value in found.items()}


def _counting(total: int, batch_size: int, advance: Advance) -> Any:
    """Return a callback of Keras that tells how many examples were trained on."""

    class Counting(import_keras().callbacks.Callback):  # type: ignore[misc]
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            advance(min((batch + 1) * batch_size, total))

    return Counting()
