"""gensim, whose answers are compared with ours. Where it is not installed, a test skips when it uses any of this."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import Any, NoReturn

import pytest

from w2vcli.requirements import has_gensim
from w2vcli.training.engines.table import ENGINES

NEEDS_GENSIM = pytest.mark.skipif(not has_gensim(), reason="gensim is not installed")


class Absent:
    """What stands for a part of gensim that is not there."""

    def __call__(self, *_: object, **__: object) -> NoReturn:
        pytest.skip("gensim is not installed")

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("__"):  # pytest looks for these while it collects
            raise AttributeError(name)
        pytest.skip("gensim is not installed")


def needing_gensim(values: Iterable[str], *needy: str) -> list[Any]:
    """Return values of a parameter, of which some are skipped without gensim."""
    return [pytest.param(value, marks=NEEDS_GENSIM if value in needy else ()) for value in sorted(values)]


def part(module: str, name: str) -> Any:
    """Return an object in a module of gensim, or what skips in its place."""
    return getattr(import_module(module), name) if has_gensim() else Absent()


FastText = part("gensim.models", "FastText")
KeyedVectors = part("gensim.models", "KeyedVectors")
Word2Vec = part("gensim.models", "Word2Vec")
LineSentence = part("gensim.models.word2vec", "LineSentence")
Phrases = part("gensim.models.phrases", "Phrases")
GENSIMS_CONNECTOR_WORDS = part("gensim.models.phrases", "ENGLISH_CONNECTOR_WORDS")
datapath = part("gensim.test.utils", "datapath")
load_facebook_vectors = part("gensim.models.fasttext", "load_facebook_vectors")
save_facebook_model = part("gensim.models.fasttext", "save_facebook_model")
gensim_engine = part("w2vcli.training.engines.gensim_engine", "gensim_engine")

# What trains little text here: its name, the function, and the dotted name under which that is looked up.
QUICK_ENGINE = "gensim" if has_gensim() else "numba"
train_quickly = ENGINES[QUICK_ENGINE].load()
TRAINER = ENGINES[QUICK_ENGINE].trainer.replace(":", ".")
