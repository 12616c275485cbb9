"""word2vec at the command line: train, load, ask and show word vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from os import PathLike

    from gensim.models import KeyedVectors

__all__ = ["open_model"]


def open_model(model: str | PathLike[str] | None = None) -> KeyedVectors:
    """Open a model as gensim's ``KeyedVectors``, over the files on disk.

    ``model`` is what ``-m`` takes: a name or a path; a ``Path`` is always a path. Without one it is
    ``$W2V_MODEL``, else the default model.

    Nothing is read before it is needed, and processes share what they read. gensim needs float32:
    for a model that keeps its vectors in two bytes a value, the first call writes them once more, in
    four, into the model's folder; where that cannot be written, each call holds them in memory.

    What changes vectors, adds words or sorts them does so in memory, not in the model.

    Raises
    ------
    w2vcli.errors.BadModel
        If there is no such model, or its files do not fit together.
    w2vcli.errors.MissingGensim
        If gensim is not installed.
    """
    from pathlib import Path

    from w2vcli.requirements import require_gensim

    require_gensim("models in Python")
    from w2vcli.models.keyed_vectors import open_keyed_vectors
    from w2vcli.models.registry import find_model

    named = model if model is None or isinstance(model, str) else str(Path(model).absolute())
    return open_keyed_vectors(find_model(named))
