"""word2vec at the command line and in Python: train, load, ask and show word vectors.

>>> import w2vcli as w2v
>>> w2v.load("english").analogy("boy + queen - girl", topn=1)[0].word
'king'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from os import PathLike

    from gensim.models import KeyedVectors

    from w2vcli.face.model import Model
    from w2vcli.face.opening import load
    from w2vcli.face.telling import W2vWarning
    from w2vcli.face.training import train

__all__ = ["Model", "W2vWarning", "load", "open_model", "train"]

# Where each of these is. It is imported when it is asked for, since with it comes numpy, which `w2v --help` does not
# need.
_HOMES = {"Model": "model", "W2vWarning": "telling", "load": "opening", "train": "training"}


if not TYPE_CHECKING:  # so that a checker of types tells a name that is none

    def __getattr__(name: str) -> Any:
        if name not in _HOMES:
            raise AttributeError(f"module 'w2vcli' has no attribute {name!r}")
        from importlib import import_module

        found = getattr(import_module(f"w2vcli.face.{_HOMES[name]}"), name)
        globals()[name] = found
        return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


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
