"""Whether gensim is there, which is installed only where it has a wheel."""

from __future__ import annotations

from importlib.util import find_spec

from w2vcli.errors import MissingGensim


def has_gensim() -> bool:
    """Tell whether gensim is installed. It is not imported, which would take a second."""
    return find_spec("gensim") is not None


def require_gensim(what: str) -> None:
    """Raise `MissingGensim` if gensim is not installed, which ``what`` need."""
    if not has_gensim():
        raise MissingGensim(what)
