"""What gensim saves: a pickle, and files of arrays beside it.

Large ``KeyedVectors`` are several files, and w2v writes their hashes beside them::

    news.kv   news.kv.vectors.npy   news.kv.sha256

A pickle runs any code when it is opened. So none is read without ``--trust-pickle``, but for those that gensim wrote
before version 4: `w2vcli.models.formats.old_pickle` reads them without running any.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from inspect import signature
from pathlib import Path
from typing import Any

import numpy as np

from w2vcli.atomic import require_absent, scratch_directory
from w2vcli.errors import BadSettings, DamagedInput, UnknownFormat
from w2vcli.inputs import InputFile
from w2vcli.models.formats import sidecar
from w2vcli.models.formats.blocks import (
    Block,
    ReadOptions,
    RowStream,
    Trained,
    block_rows,
    plain_path,
    require_vector_size,
    rows_to_read,
)
from w2vcli.models.formats.old_pickle import OldVectors, read_old_pickle
from w2vcli.models.formats.sinks import Append, RowFacts
from w2vcli.models.subwords import Subwords
from w2vcli.models.vectors import Vectors
from w2vcli.requirements import require_gensim

_PROTOCOLS = range(2, 6)
# Where gensim's models have the settings that a training goes on with. Those of fastText are of its vectors.
_SETTINGS = (
    *("vector_size", "window", "min_count", "max_final_vocab", "sg", "hs", "negative", "ns_exponent", "cbow_mean"),
    *("alpha", "min_alpha", "sample", "shrink_windows", "epochs", "workers", "seed"),
)
_SETTINGS_OF_NGRAMS = ("min_n", "max_n", "bucket")


def is_pickle(head: bytes) -> bool:
    """Tell whether a file that begins with ``head`` is one."""
    return head[:1] == b"\x80" and head[1:2] in {bytes([protocol]) for protocol in _PROTOCOLS}


def read_gensim(file: InputFile, reading: ReadOptions) -> RowStream:
    """Return the rows of gensim's ``KeyedVectors``, or of a model that has them as ``wv``.

    Raises
    ------
    UnknownFormat
        If ``trust_pickle`` is not given, or the pickle holds something else.
    DamagedInput
        If a file beside it has another hash, or gensim cannot open it.
    MissingGensim
        If gensim is not installed.
    """
    if not reading.trust_pickle:
        old = read_old_pickle(Path(file.name)) if _is_plain(file) else None
        if old is not None:
            return _rows_of(old, reading, file.name)
        raise UnknownFormat(
            f"{file.name} is a Python pickle, which can run any code when it is opened, so it is not read; "
            "if you know who made it, --trust-pickle does"
        )
    require_gensim("pickles of gensim")
    # Before the pickle runs: a file of arrays that was replaced would give other words the vectors.
    sidecar.require_hashes(plain_path(file))
    loaded = _unpickle(plain_path(file))
    keyed = getattr(loaded, "wv", loaded)
    stored = np.asarray(keyed.vectors)
    vector_size = require_vector_size(stored.shape[1], file.name)
    counts = keyed.expandos.get("count")
    subwords = None
    if getattr(keyed, "bucket", 0):
        table = np.asarray(keyed.vectors_ngrams, dtype=np.float32)
        subwords = Subwords(keyed.min_n, keyed.max_n, Vectors(table, "float32"))

    def blocks() -> Iterator[Block]:
        stop = rows_to_read(len(stored), reading)
        step = block_rows(vector_size)
        for start in range(0, stop, step):
            rows = slice(start, min(start + step, stop))
            known = None if counts is None else np.asarray(counts[rows], dtype=np.int64)
            yield Block(list(map(str, keyed.index_to_key[rows])), stored[rows].astype(np.float32), known)

    return RowStream(vector_size, len(stored), blocks, subwords, trained=_trained(loaded, reading))


def _trained(loaded: Any, reading: ReadOptions) -> Trained | None:
    """Return what a training of a gensim model goes on with, or None if it is no whole model."""
    if loaded is (keyed := getattr(loaded, "wv", loaded)):
        return None
    words = list(map(str, keyed.index_to_key))
    if len(set(words)) < len(words) or rows_to_read(len(words), reading) < len(words):
        return None  # some rows are left out
    settings = {name: getattr(loaded, name, None) for name in _SETTINGS} | {"model_type": "word2vec"}
    of_words = {"syn1neg": "negative", "syn1": "hs"}
    weights = {name: getattr(loaded, name, None) for name, setting in of_words.items() if settings[setting]}
    if getattr(keyed, "bucket", 0):
        settings |= {name: getattr(keyed, name) for name in _SETTINGS_OF_NGRAMS} | {"model_type": "fasttext"}
        weights["vectors_vocab"] = keyed.vectors_vocab
    arrays = {name: np.asarray(array, dtype=np.float32) for name, array in weights.items() if array is not None}
    if not arrays or any(array.shape != keyed.vectors.shape for array in arrays.values()):
        return None
    known = {name: value for name, value in settings.items() if value is not None or name == "max_final_vocab"}
    return Trained(
        {name: value.item() if isinstance(value, np.generic) else value for name, value in known.items()}, arrays
    )


def _rows_of(old: OldVectors, reading: ReadOptions, name: str) -> RowStream:
    """Return the rows of a pickle that was read without running it."""
    vector_size = require_vector_size(old.vectors.shape[1], name)

    def blocks() -> Iterator[Block]:
        stop, step = rows_to_read(len(old.words), reading), block_rows(vector_size)
        for start in range(0, stop, step):
            rows = slice(start, min(start + step, stop))
            counts = None if old.counts is None else old.counts[rows]
            yield Block(old.words[rows], old.vectors[rows].astype(np.float32), counts)

    return RowStream(vector_size, len(old.words), blocks, None)


def _is_plain(file: InputFile) -> bool:
    return not file.compressed and file.size is not None and Path(file.name).is_file()


def require_for_kv() -> None:
    """Raise `MissingGensim` if gensim, which writes ``.kv`` files, is not installed."""
    require_gensim(".kv files")


def require_for_model() -> None:
    """Raise `MissingGensim` if gensim, which writes ``.model`` files, is not installed."""
    require_gensim(".model files")


@contextmanager
def write_gensim(path: Path, rows: RowFacts, *, force: bool) -> Iterator[Append]:
    """Write a ``KeyedVectors`` that gensim's ``KeyedVectors.load`` reads. Large ones come in several files.

    All vectors are in memory while it is written, since gensim saves them so.

    Raises
    ------
    MissingGensim
        If gensim is not installed.
    """
    require_for_kv()
    from gensim.models import KeyedVectors

    require_absent(path, force=force)
    gathered = _Gathered(rows)
    yield gathered.append
    keyed: Any = KeyedVectors(rows.vector_size, count=0)
    keyed.vectors = gathered.vectors
    keyed.index_to_key = gathered.words
    keyed.key_to_index = {word: row for row, word in enumerate(gathered.words)}
    if rows.has_counts:
        keyed.expandos["count"] = gathered.counts
    _save(keyed, path, force=force)


@contextmanager
def write_gensim_model(path: Path, rows: RowFacts, *, force: bool) -> Iterator[Append]:
    """Write a ``Word2Vec`` that gensim's ``Word2Vec.load`` reads and ``train`` goes on with.

    Raises
    ------
    BadSettings
        If the rows are not those of a word2vec model that was trained here.
    MissingGensim
        If gensim is not installed.
    """
    require_for_model()
    from gensim.models import Word2Vec

    require_absent(path, force=force)
    settings = rows.settings
    weights = {name: array for name, array in rows.weights.items() if name.startswith("syn1")}
    if settings.get("model_type") != "word2vec" or not weights or not rows.has_counts:
        raise BadSettings(
            f"{path.name}: only word2vec trained here has the weights of gensim's models; .kv has vectors"
        )
    gathered = _Gathered(rows)
    yield gathered.append
    known = {name: settings[name] for name in signature(Word2Vec.__init__).parameters if name in settings}
    # The vocabulary is built of the words and counts that there are, in their order: gensim must neither drop nor sort.
    trained: Any = Word2Vec(**known | {"min_count": 1, "max_final_vocab": None, "sorted_vocab": 0})
    trained.build_vocab_from_freq(dict(zip(gathered.words, gathered.counts.tolist(), strict=True)))
    trained.min_count, trained.max_final_vocab = settings["min_count"], settings["max_final_vocab"]
    trained.wv.vectors[:] = gathered.vectors
    for name, array in weights.items():
        getattr(trained, name)[:] = array
    _save(trained, path, force=force)


class _Gathered:
    """Rows in memory, as gensim needs them."""

    def __init__(self, rows: RowFacts) -> None:
        self.words: list[str] = []
        self.vectors = np.empty((rows.words, rows.vector_size), dtype=np.float32)
        self.counts = np.empty(rows.words if rows.has_counts else 0, dtype=np.int64)

    def append(self, block: Block) -> None:
        """Add more rows."""
        at = slice(len(self.words), len(self.words) + len(block.words))
        self.vectors[at] = block.vectors
        if block.counts is not None:
            self.counts[at] = block.counts
        self.words += block.words


def _save(saved: Any, path: Path, *, force: bool) -> None:
    """Save an object of gensim's, which may take several files.

    They are written into a folder beside ``path`` and renamed, last the file that names the others.
    """
    with scratch_directory(path) as folder:
        saved.save(str(folder / path.name))
        files = sorted(folder.iterdir(), key=lambda file: file.name == path.name)  # last what the others belong to
        hashes = sidecar.hashes_path(folder / path.name)
        if len(files) > 1:
            sidecar.save_hashes(hashes, files)
            files.insert(0, hashes)
        for file in files:
            require_absent(path.with_name(file.name), force=force)
        for file in files:
            file.replace(path.with_name(file.name))


def _unpickle(path: Path) -> Any:
    """Return the ``KeyedVectors`` in a pickle, or the model that has them as ``wv``."""
    import pickle

    from gensim.models import KeyedVectors

    try:
        loaded: Any = KeyedVectors.load(str(path), mmap="r")
    except (pickle.UnpicklingError, AttributeError, ImportError, EOFError, ValueError, TypeError, KeyError) as error:
        raise DamagedInput(f"{path}: gensim cannot open it: {error}") from error
    if not isinstance(getattr(loaded, "wv", loaded), KeyedVectors):
        raise UnknownFormat(f"{path} is a pickle of {type(loaded).__name__}, which has no word vectors")
    return loaded
