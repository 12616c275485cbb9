"""The table of engines: what trains, what each can do, and which one ``auto`` stands for.

To add an engine, write its module in this folder, with a function that takes a `Task`, and a row in `ENGINES`. The
choices of ``--engine``, what ``auto`` takes, what is measured and kept, and the advice follow from the row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from itertools import pairwise
from typing import TYPE_CHECKING

from w2vcli.errors import BadSettings, MissingEngine, MissingGensim
from w2vcli.signals import holding_signals
from w2vcli.training.settings import Settings

if TYPE_CHECKING:
    from w2vcli.training.engines.task import Trainer

BLOCKS, SEGMENTS = 8, 16
"""How many blocks of rows an engine of several machines has, and how often an epoch they are drawn anew."""

# With two workers gensim takes some 9 seconds for this many words of skip-gram. Our loop takes one, and 6 before to
# be compiled.
_WORTH_COMPILING = 5_000_000


@dataclass(frozen=True)
class Engine:
    """An engine, as data.

    ``trainer`` is ``module:function`` of its `Trainer`, imported when it trains. ``sentence`` says what it is, for
    help. ``packages`` are the distributions whose versions decide about its bytes, ``extra`` the extra of w2v that
    brings them, if they are not there by default.

    ``auto_from`` is from how many words of all epochs on ``auto`` takes it, None for never. The rest says what it can
    do. ``trains_fasttext``: both types of model, or word2vec alone. ``is_resumable``: an epoch can be continued from,
    so each is kept on disk. ``is_repeatable``: one worker gives the same bytes again. ``counts_words``: each epoch
    says how many words were given and trained. ``measures_loss``: each epoch has output weights, on which the loss
    is measured. ``trains_at_once``: threads of one process train models of their own at the same time, and what
    `Task.advance` raises breaks one off. ``is_cluster``: it trains one model on several machines, and other trainings,
    such as those of variants, are done by the engine that ``auto`` takes. ``skip_gram_alone``: no CBOW, and no tree.

    ``base_bytes`` and ``bytes_a_word`` are private memory after the imports, and for each word of the vocabulary
    besides its weights. Of these, each row is filled up to a multiple of ``row_floats``.
    """

    name: str
    trainer: str
    sentence: str
    packages: tuple[str, ...]
    extra: str | None = None
    auto_from: int | None = None
    trains_fasttext: bool = False
    is_resumable: bool = False
    is_repeatable: bool = False
    counts_words: bool = False
    measures_loss: bool = False
    trains_at_once: bool = False
    is_cluster: bool = False
    skip_gram_alone: bool = False
    # RssAnon on IMDB's 24 million words: 322 MB at the peak of training 69,000 words in 100 dimensions. Of these
    # `w2vcli.training.advice` explains what the text and the weights take.
    base_bytes: int = 75_000_000
    bytes_a_word: int = 600
    row_floats: int = 1

    def load(self) -> Trainer:
        """Import what trains.

        Raises
        ------
        MissingEngine
            If its libraries are missing, or fail to import.
        MissingGensim
            If its library is gensim, which is not installed.
        """
        module, function = self.trainer.split(":")
        try:
            # A Ctrl-C in the import of a compiled module may come out as an ImportError.
            with holding_signals():
                found: Trainer = getattr(import_module(module), function)
        except MissingGensim:
            raise
        except Exception as error:  # a library that is broken, or too new for another one, raises what it likes
            raise MissingEngine(self.name, " and ".join(self.packages), self.extra, error) from error
        return found


ENGINES: dict[str, Engine] = {
    engine.name: engine
    for engine in (
        Engine(
            name="numba",
            trainer="w2vcli.training.engines.numba_engine:numba_engine",
            sentence="our own loop, compiled on the machine",
            packages=("llvmlite", "numba"),
            auto_from=_WORTH_COMPILING,
            trains_fasttext=True,
            is_resumable=True,
            is_repeatable=True,
            counts_words=True,
            measures_loss=True,
            trains_at_once=True,
            row_floats=16,  # of the widest registers
        ),
        Engine(
            name="gensim",
            trainer="w2vcli.training.engines.gensim_engine:gensim_engine",
            sentence="gensim's Word2Vec and FastText",
            packages=("gensim",),
            auto_from=0,
            trains_fasttext=True,
            is_resumable=True,
            is_repeatable=True,
            counts_words=True,
            measures_loss=True,
        ),
        Engine(
            name="spark",
            trainer="w2vcli.training.engines.spark_engine:spark_engine",
            sentence="blocks of rows on a cluster of Spark",
            packages=("pyspark",),
            extra="spark",
            is_resumable=True,
            is_repeatable=True,
            counts_words=True,
            measures_loss=True,
            is_cluster=True,
            skip_gram_alone=True,
        ),
    )
}
"""All engines by name. ``auto`` takes the first one in this order that can train what is asked for."""


def engine_for(name: str, settings: Settings, words: int, warn: Callable[[str], None] = lambda _: None) -> Engine:
    """Return the engine that ``name`` stands for, where ``auto`` goes by the settings and the ``words`` of all epochs.

    ``auto`` does not ask whether a loop was compiled before, so that it is the same engine everywhere. One that
    fails to import is passed over, and ``warn`` is told. The last ones are those that so few words are not worth.

    Raises
    ------
    BadSettings
        If there is no such engine, or it does not train this type of model.
    MissingEngine
        If it fails to import.
    MissingGensim
        If gensim alone could train it, and is not installed.
    """
    is_fasttext = settings.model_type == "fasttext"
    if name != "auto":
        engine = ENGINES.get(name)
        if engine is None:
            raise BadSettings(f"there is no engine {name}: they are auto, {', '.join(ENGINES)}")
        if is_fasttext and not engine.trains_fasttext:
            able = next(each.name for each in ENGINES.values() if each.trains_fasttext)
            raise BadSettings(f"--engine {name} trains no fastText; leave it out, or take --engine {able}")
        if engine.skip_gram_alone and (not settings.sg or settings.hs):
            wrong = "--hs 1" if settings.hs else "--sg 0"
            raise BadSettings(f"--engine {name} trains skip-gram with noise words; leave {wrong} out")
        engine.load()
        return engine
    automatic = (each for each in ENGINES.values() if each.auto_from is not None)
    suited = sorted(
        (each for each in automatic if each.trains_fasttext or not is_fasttext),
        key=lambda each: words < (each.auto_from or 0),
    )
    for engine, following in pairwise(suited):
        try:
            engine.load()
        except (MissingEngine, MissingGensim) as error:
            warn(f"{error.reason}; {following.name} trains instead")
        else:
            return engine
    suited[-1].load()
    return suited[-1]
