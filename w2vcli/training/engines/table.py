"""The table of engines: what turns a corpus in numbers into vectors, epoch by epoch."""

from __future__ import annotations

from w2vcli.errors import BadSettings
from w2vcli.training.engines.gensim_engine import gensim_engine
from w2vcli.training.engines.numba_engine import numba_engine
from w2vcli.training.engines.task import Engine
from w2vcli.training.settings import Settings

ENGINES: dict[str, Engine] = {"gensim": gensim_engine, "numba": numba_engine}
"""Training with gensim's ``Word2Vec`` and ``FastText``, and with our own compiled loop."""

# With two workers gensim takes some 9 seconds for so many words of skip-gram; we one, and 6 before to compile the loop.
_WORTH_COMPILING = 5_000_000


def engine_for(name: str, settings: Settings, words: int) -> str:
    """Return the engine that ``name`` stands for, where ``auto`` is by the settings and the ``words`` of all epochs.

    It is not asked whether the loop was compiled before, so that the same training is the same everywhere.

    Raises
    ------
    BadSettings
        If the engine does not train this type of model.
    """
    is_fasttext = settings.model_type == "fasttext"
    if name == "numba" and is_fasttext:
        raise BadSettings("--engine numba trains no fastText; leave it out, or take --engine gensim")
    if name not in {"auto", *ENGINES}:
        raise BadSettings(f"there is no engine {name}: they are auto, {', '.join(ENGINES)}")
    if name != "auto":
        return name
    return "gensim" if is_fasttext or words < _WORTH_COMPILING else "numba"
