"""Keras, which is imported when a network is needed, with the backend JAX unless ``KERAS_BACKEND`` names another."""

from __future__ import annotations

import os
from typing import Any, TypeAlias
from warnings import catch_warnings, simplefilter

import numpy as np
import numpy.typing as npt

from w2vcli.errors import MissingExtra

# Keras has no types that mypy could check; the name at least says what is meant.
KerasNetwork: TypeAlias = Any


def import_keras() -> Any:
    """Return Keras.

    Raises
    ------
    MissingExtra
        If it, or the backend that was chosen, is not installed.
    """
    os.environ.setdefault("KERAS_BACKEND", "jax")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # XLA tells of processors that it would rather have
    try:
        with catch_warnings():
            simplefilter("ignore")
            import h5py  # type: ignore[import-untyped]  # noqa: F401 - Keras does without until it saves an epoch
            import keras
    except ImportError as error:
        # Any other module that is missing is a broken installation, of which its own message says more.
        if error.name not in {os.environ["KERAS_BACKEND"], "keras", "h5py"}:
            raise
        raise MissingExtra(f"neural networks with the backend {os.environ['KERAS_BACKEND']}", "neural") from error
    return keras


def seed_everything(seed: int) -> None:
    """Fix the random numbers of Keras, of which first weights and dropout are drawn."""
    import_keras().utils.set_random_seed(seed)


def embedding_of(network: KerasNetwork) -> npt.NDArray[np.float32]:
    """Return the embedding matrix of a network (ids x vector_size)."""
    [table] = network.get_layer("embedding").get_weights()
    found: npt.NDArray[np.float32] = np.asarray(table, dtype=np.float32)
    return found


def summary_of(network: KerasNetwork) -> list[str]:
    """Return the layers and their numbers of parameters, as Keras shows them, in lines."""
    lines: list[str] = []
    network.summary(line_length=80, print_fn=lambda text, **_: lines.extend(str(text).splitlines()))
    return [line for line in lines if line.strip()]
