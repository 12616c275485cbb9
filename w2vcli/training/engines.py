"""The table of engines: what turns a corpus in numbers into vectors, epoch by epoch."""

from __future__ import annotations

from w2vcli.training.gensim_engine import gensim_engine
from w2vcli.training.tasks import Engine

ENGINES: dict[str, Engine] = {"gensim": gensim_engine}
