"""``index/``: what makes questions fast, made from the model's files and made again at any time.

==============  ===================================================================================
manifest.json   the size and time of change of every file below and of those it was made from
ends.npy        where each line of words.txt ends
hashes.npy      CRC-32 of the words, ascending, and their rows in hash_rows.npy
codes.npy       int8, words x vector_size: the unit vectors as whole multiples of scales.npy
errors.npy      the length of what each row's codes leave out
norms.npy       the length of each vector
==============  ===================================================================================

An index is used only if every file is as the manifest says; else the model's files are compared with
their hashes in ``model.json`` and a new index is made, by one process while others wait.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from w2vcli.atomic import new_directory, new_file
from w2vcli.errors import BadModel
from w2vcli.models.arrays import ArrayWriter, map_array, save_array
from w2vcli.models.facts import Facts, check_hashes, facts_as_text, file_hashes
from w2vcli.models.vectors import STORED, Vectors, rows_a_block
from w2vcli.models.words import WordIndex, index_words
from w2vcli.reporting import Reporter

NAME = "index"
_VERSION = 1
_MANIFEST = "manifest.json"
_WORDS = {"ends": "<i8", "hashes": "<u4", "hash_rows": "<i4"}
_CODES = {"codes": "|i1", "scales": "<f4", "errors": "<f4", "norms": "<f4"}
_FILES = [f"{name}.npy" for name in _WORDS | _CODES]
_BLOCKS_AT_ONCE = 16
_LARGEST_CODE = 127
# A float32 sum of n products is off by at most about n * eps / 2 of their sizes (Higham, Accuracy and
# Stability of Numerical Algorithms, 3.1); the norm's error adds as much.
_ROUNDING = float(np.finfo(np.float32).eps)
# Values below this lose digits in float32 when they are scaled up.
_SMALL = 1e-30


class Codes(NamedTuple):
    """The unit vectors in eight bits: row r is about ``scales[r] * codes[r]``.

    The difference's length is at most ``errors[r]``, rounding included. Rows without direction (of
    zeros, or with NaN or infinity) have NaN in ``scales`` and ``errors``.
    """

    codes: npt.NDArray[np.int8]
    scales: npt.NDArray[np.float32]
    errors: npt.NDArray[np.float32]
    norms: npt.NDArray[np.float32]


class Index(NamedTuple):
    """An open index. ``codes`` is None where the index could not be written."""

    words: WordIndex
    codes: Codes | None


def quantize(vectors: npt.NDArray[np.float32]) -> Codes:
    """Return the vectors in eight bits, each row scaled so that its largest value is 127."""
    with np.errstate(all="ignore"):
        largest = np.maximum(vectors.max(axis=1), -vectors.min(axis=1))
        if np.any(largest < _SMALL):
            vectors = np.where((largest < _SMALL)[:, None], vectors * np.float32(2.0**100), vectors)
            raised = np.where(largest < _SMALL, 2.0**-100, 1.0)
            largest = np.maximum(vectors.max(axis=1), -vectors.min(axis=1))
        else:
            raised = np.ones(1)
        scaled = vectors * (_LARGEST_CODE / largest)[:, None]
        codes = np.rint(scaled)
        lengths = np.sqrt(np.einsum("ij,ij->i", scaled, scaled))
        left_out = np.sqrt(np.einsum("ij,ij->i", scaled - codes, scaled - codes))
        has_direction = np.isfinite(lengths) & (lengths > 0)
        scales = np.where(has_direction, 1 / lengths, np.nan)
        errors = left_out * scales + _ROUNDING * (vectors.shape[1] + 8)
        norms = lengths * largest.astype(np.float64) * raised / _LARGEST_CODE
        codes[~has_direction] = 0
        return Codes(
            codes.astype(np.int8),
            scales.astype(np.float32),
            errors.astype(np.float32),
            np.where(largest > 0, norms, np.abs(largest)).astype(np.float32),
        )


def open_index(directory: Path, facts: Facts, reporter: Reporter) -> Index:
    """Open the index of the model in ``directory``; make it where it is missing, stale or damaged.

    Where it cannot be written, the words are indexed in memory and there are no codes.

    Raises
    ------
    BadModel
        If the model's own files are not what was written.
    """
    folder = directory / NAME
    if _fault(directory) is None:
        return _map(folder, facts)
    try:
        with _locked(directory):
            fault = _fault(directory)  # another process may have made it meanwhile
            if fault is not None:
                if fault:
                    reporter.warn(f"the index of {directory} is made again: {fault}")
                _make_again(directory, facts, reporter)
        return _map(folder, facts)
    except OSError as error:
        reporter.warn(f"no index can be written into {directory} ({error.strerror}), so each question takes longer")
        check_hashes(facts, directory)
        return index_in_memory(directory, facts)


def index_in_memory(directory: Path, facts: Facts) -> Index:
    """Return an index of the words alone."""
    path = directory / "words.txt"
    try:
        words = index_words(path)
    except FileNotFoundError as error:
        raise BadModel(f"{directory} is damaged: words.txt is missing") from error
    if len(words.ends) != facts.words:
        raise BadModel(f"{path} is damaged: expected {facts.words:,} words, found {len(words.ends):,}")
    return Index(words, None)


def make_index(directory: Path, facts: Facts, reporter: Reporter) -> None:
    """Write the index of the model in ``directory``."""
    stored = map_array(directory / "vectors.npy", STORED[facts.dtype], (facts.words, facts.vector_size))
    words = index_in_memory(directory, facts).words
    with new_directory(directory / NAME, force=True) as folder:
        _write(folder, words, Vectors(stored, facts.dtype), reporter)
        manifest = {
            "version": _VERSION,
            "model": _stamps(directory, facts.sha256),
            "index": _stamps(folder, _FILES),
        }
        # Without a newline at the end, a manifest that lacks any byte is no JSON.
        (folder / _MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")


def _write(folder: Path, words: WordIndex, vectors: Vectors, reporter: Reporter) -> None:
    for name, array in words._asdict().items():
        save_array(folder / f"{name}.npy", array)
    count, vector_size = vectors.shape
    step = rows_a_block(vector_size)
    with ExitStack() as stack:
        writers = {}
        for name, dtype in _CODES.items():
            writers[name] = ArrayWriter(folder / f"{name}.npy", dtype, (vector_size,) if name == "codes" else ())
            stack.callback(writers[name].close)
        from concurrent.futures import ThreadPoolExecutor  # a question need not pay for it

        pool = stack.enter_context(ThreadPoolExecutor(os.cpu_count()))
        advance = stack.enter_context(reporter.phase("indexing", count, "words"))
        for start in range(0, count, step * _BLOCKS_AT_ONCE):
            stop = min(start + step * _BLOCKS_AT_ONCE, count)
            for codes in pool.map(lambda at: quantize(vectors[at : at + step]), range(start, stop, step)):
                for name, writer in writers.items():
                    writer.append(getattr(codes, name))
            advance(stop)


def _make_again(directory: Path, facts: Facts, reporter: Reporter) -> None:
    if facts.sha256:
        check_hashes(facts, directory)
    else:  # written by a version without hashes
        facts = replace(facts, sha256=file_hashes(directory))
        with new_file(directory / "model.json", force=True) as file:
            file.write(facts_as_text(facts))
    make_index(directory, facts, reporter)


def _fault(directory: Path) -> str | None:
    """Return what is wrong with the index: None if nothing, an empty string if there is none."""
    folder = directory / NAME
    try:
        manifest = json.loads((folder / _MANIFEST).read_bytes())
        if manifest["version"] != _VERSION:
            return "another version of w2v made it"
        for place, stamps in ((directory, manifest["model"]), (folder, manifest["index"])):
            for name, stamp in stamps.items():
                if _stamp(place / name) != stamp:
                    return f"{place / name} was changed"
        return None if {*manifest["index"]} == {*_FILES} else f"{folder / _MANIFEST} is damaged"
    except FileNotFoundError as error:
        return f"{error.filename} is missing" if folder.exists() else ""
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return f"{folder / _MANIFEST} is damaged"


def _map(folder: Path, facts: Facts) -> Index:
    shapes = {"codes": (facts.words, facts.vector_size)}
    arrays = {
        name: map_array(folder / f"{name}.npy", dtype, shapes.get(name, (facts.words,)))
        for name, dtype in (_WORDS | _CODES).items()
    }
    return Index(
        WordIndex(*(arrays[name] for name in WordIndex._fields)), Codes(*(arrays[name] for name in Codes._fields))
    )


def _stamps(folder: Path, names: Iterable[str]) -> dict[str, list[int]]:
    return {name: _stamp(folder / name) for name in names}


def _stamp(path: Path) -> list[int]:
    status = path.stat()
    return [status.st_size, status.st_mtime_ns]


@contextmanager
def _locked(directory: Path) -> Iterator[None]:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
