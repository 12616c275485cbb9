"""``index/``: what makes questions fast, made from the model's files and made again at any time.

==============  ===================================================================================
manifest.json   the stamps of every file below and of those it was made from, and the SHA-256 of those below
ends.npy        where each line of words.txt ends
hashes.npy      CRC-32 of the words, ascending, and their rows in hash_rows.npy
upper.npy       the upper halves of the codes, two in a byte: words x half of the vector_size
lower.npy       their lower halves
scales.npy      what the codes of each row are multiplied by to be its unit vector
errors.npy      the length of what each row's codes leave out; upper_errors.npy of what their upper halves do
norms.npy       the length of each vector
==============  ===================================================================================

`w2vcli.models.codes` says what the codes are.

**Stamps.** A stamp is a file's size, its time of change, its inode number and the time at which its inode last
changed. Nobody can set the last two, so an index is used only if it was made here and no file of it or of the model
has changed since. Otherwise the model's files are compared with their hashes in ``model.json`` and a new index is
made, by one process while others wait. A model that is copied has its index made again once.
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy.typing as npt

from w2vcli.array_types import Float32s
from w2vcli.atomic import new_directory, new_file
from w2vcli.decoding import open_regular
from w2vcli.errors import BadModel
from w2vcli.locks import LOCK, locked
from w2vcli.models.arrays import ArrayWriter, RowsFile, map_array, map_open_array, rows_file, save_array
from w2vcli.models.codes import Codes, Halves, half_size, quantize, split
from w2vcli.models.facts import Facts, check_hashes, facts_as_text, file_hashes, read_facts, require_size_of_words
from w2vcli.models.model_parts import FACTS, FACTS_HASH, INDEX, VECTORS, WORDS
from w2vcli.models.snapshot import Held
from w2vcli.models.stamps import (
    MANIFEST,
    VERSION,
    manifest_as_text,
    read_manifest,
    stamp,
    stamps,
)
from w2vcli.models.vectors import STORED, Vectors, rows_a_block
from w2vcli.models.words import WordIndex, index_words
from w2vcli.processors import processors
from w2vcli.reporting import Reporter
from w2vcli.sealing import sha256_of

_WORDS = {"ends": "<i8", "hashes": "<u4", "hash_rows": "<i4"}
_HALVES = {"upper": "|u1", "lower": "|u1"}
_OF_ROWS = {"scales": "<f4", "errors": "<f4", "upper_errors": "<f4", "norms": "<f4"}
_CODES = _HALVES | _OF_ROWS
_FILES = [f"{name}.npy" for name in _WORDS | _CODES]
_MADE_FROM = (VECTORS, WORDS)
_MOST_TRIES = 3
_BLOCKS_AT_ONCE = 16


class Index(NamedTuple):
    """An open index. ``codes`` is None where the index could not be written."""

    words: WordIndex
    codes: Codes | None


def open_index(held: Held, facts: Facts, reporter: Reporter) -> Index:
    """Open the index of the model in the directory ``held``, and make it where it is missing, stale or damaged.

    Where it cannot be written, or others delete it all the time, the words are indexed in memory and there are
    no codes.

    Raises
    ------
    BadModel
        If the model's own files are not what was written.
    Replaced
        If the model was replaced meanwhile.
    """
    directory = held.path
    try:
        for _ in range(_MOST_TRIES):
            found = _open(directory, facts)
            if isinstance(found, Index):
                return found
            with locked(directory / f".index{LOCK}", wait=True):
                found = _open(directory, facts)  # another process may have made it meanwhile
                if isinstance(found, Index):
                    return found
                held.require_there()  # else it is the index of the one before that is gone
                if _is_stamped_again(held, facts):
                    continue
                if found:
                    reporter.warn(f"the index of {directory} is made again: {found}")
                _make_again(held, facts, reporter)
    except OSError as error:
        held.require_there()
        if not isinstance(error, FileNotFoundError):  # else it was deleted while it was made
            reporter.warn(f"no index can be written into {directory} ({error.strerror}), so each question takes longer")
    check_hashes(facts, directory)
    return index_in_memory(directory, facts)


def index_in_memory(directory: Path, facts: Facts) -> Index:
    """Return an index of the words alone."""
    path = directory / WORDS
    require_size_of_words(directory, facts)
    try:
        words = index_words(path)
    except FileNotFoundError as error:
        raise BadModel(f"{directory} is damaged: words.txt is missing") from error
    if len(words.ends) != facts.words:
        raise BadModel(f"{path} is damaged: expected {facts.words:,} words, found {len(words.ends):,}")
    return Index(words, None)


def make_index(
    directory: Path, facts: Facts, reporter: Reporter, held: Held | None = None, *, words: WordIndex | None = None
) -> None:
    """Write the index of the model in ``directory``, but not if another has taken the place of the one ``held``.

    ``words`` is the index of its words, where that has been made already.
    """
    facts_stamp = stamp((directory / FACTS).stat())
    _require_read(directory, facts)
    made_from = stamps(directory, {*facts.sha256, *_MADE_FROM})  # before they are read
    stored = map_array(directory / VECTORS, STORED[facts.dtype], (facts.words, facts.vector_size))
    words = words or index_in_memory(directory, facts).words
    with new_directory(directory / INDEX, force=True) as folder:
        _write(folder, words, Vectors(stored, facts.dtype), reporter)
        manifest = {
            "version": VERSION,
            "facts": facts_stamp,
            "model": made_from,
            "index": stamps(folder, _FILES),
            "sha256": {name: sha256_of(folder / name) for name in _FILES},
            "made_from": {name: facts.sha256.get(name) for name in _MADE_FROM},
        }
        (folder / MANIFEST).write_bytes(manifest_as_text(manifest))
        if held is not None:
            held.require_there()


def _require_read(directory: Path, facts: Facts) -> None:
    """Raise `BadModel` if ``facts`` are no longer those of the model, whose stamp is to say that they were decoded."""
    if facts_as_text(read_facts(directory)) != facts_as_text(facts):
        raise BadModel(f"{directory / FACTS} was changed by another process; ask again")


def check_index(directory: Path, facts: Facts) -> bool:
    """Tell whether there is an index that is used, after comparing its files with their hashes.

    One that was copied with its model has other times of change: it is whole, and the next question makes it again.

    Raises
    ------
    BadModel
        If one is not what was written.
    """
    folder = directory / INDEX
    if not folder.exists():
        return False
    found = _open(directory, facts)
    try:
        hashes = read_manifest(folder)["sha256"]
        changed = [name for name in _FILES if sha256_of(folder / name, BadModel) != hashes.get(name)]
    except (BadModel, OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise BadModel(f"{folder} is damaged: {found or error}; the next question makes it again") from error
    if changed:
        raise BadModel(f"{folder / changed[0]} is damaged: its SHA-256 is not the one in {MANIFEST}; delete {folder}")
    return not isinstance(found, str)


def _write(folder: Path, words: WordIndex, vectors: Vectors, reporter: Reporter) -> None:
    """Write the arrays of an index into ``folder``, block by block so that memory stays flat."""
    for name, array in words._asdict().items():
        save_array(folder / f"{name}.npy", array)
    count, vector_size = vectors.shape
    step = rows_a_block(vector_size)
    with ExitStack() as stack:
        writers = {}
        for name, dtype in _CODES.items():
            row_shape = (half_size(vector_size),) if name in _HALVES else ()
            writers[name] = ArrayWriter(folder / f"{name}.npy", dtype, row_shape)
            stack.callback(writers[name].close)
        from concurrent.futures import ThreadPoolExecutor  # a question need not pay for it

        pool = stack.enter_context(ThreadPoolExecutor(processors()))
        advance = stack.enter_context(reporter.phase("indexing", count, "words"))
        for start in range(0, count, step * _BLOCKS_AT_ONCE):
            stop = min(start + step * _BLOCKS_AT_ONCE, count)
            for arrays in pool.map(lambda at: _arrays_of(vectors[at : at + step]), range(start, stop, step)):
                for name, writer in writers.items():
                    writer.append(arrays[name])
            advance(stop)


def _arrays_of(vectors: Float32s) -> dict[str, npt.NDArray[Any]]:
    """Return what the arrays of `_CODES` have for some vectors."""
    quantized = quantize(vectors)
    upper, lower = split(quantized.codes)
    return {"upper": upper, "lower": lower} | {name: getattr(quantized, name) for name in _OF_ROWS}


def _make_again(held: Held, facts: Facts, reporter: Reporter) -> None:
    """Make the index of a model that is there, after comparing the model's files with their hashes.

    A model of an early version has no hashes. It is given some, since its files are taken as they are.
    """
    directory = held.path
    if facts.sha256:
        check_hashes(facts, directory)
    else:  # written by a version without hashes
        facts = replace(facts, sha256=file_hashes(directory))
        held.require_there()
        (directory / FACTS_HASH).unlink(missing_ok=True)
        with new_file(directory / FACTS, force=True) as file:
            file.write(facts_as_text(facts))
            held.require_there()
    make_index(directory, facts, reporter, held)


def _is_stamped_again(held: Held, facts: Facts) -> bool:
    """Tell whether the index is right but for the time at which inodes of the model changed, and write that down.

    A file's inode changes when it is given a second name or other rights.

    Raises
    ------
    BadModel
        If the model's own files are not what was written.
    """
    directory, folder = held.path, held.path / INDEX
    try:
        manifest = read_manifest(folder)
        facts_stamp = stamp((directory / FACTS).stat())
        _require_read(directory, facts)
        now = stamps(directory, manifest["model"])
        if stamps(folder, _FILES) != manifest["index"] or {*facts.sha256, *_MADE_FROM} != {*now}:
            return False
        if any(stamped[:-1] != manifest["model"][name][:-1] for name, stamped in now.items()):
            return False
        if manifest["made_from"] != {name: facts.sha256[name] for name in _MADE_FROM}:
            return False
    except (FileNotFoundError, NotADirectoryError, BadModel, ValueError, TypeError, KeyError, AttributeError):
        return False
    check_hashes(facts, directory)
    held.require_there()
    with new_file(folder / MANIFEST, force=True) as file:
        file.write(manifest_as_text(manifest | {"facts": facts_stamp, "model": now}))
    return True


def _open(directory: Path, facts: Facts) -> Index | str:
    """Return the index, or what is wrong with it: an empty text if there is none, which is no news to anybody."""
    folder = directory / INDEX
    try:
        return _open_files(directory, facts)
    except (FileNotFoundError, NotADirectoryError) as error:
        return f"{error.filename} is missing" if folder.exists() else ""
    except BadModel as error:
        return str(error)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return f"{folder / MANIFEST} is damaged"


def _open_files(directory: Path, facts: Facts) -> Index:
    """Return the index. Each file is compared with its stamp once it is open, so that it is the one which is read."""
    folder = directory / INDEX
    manifest = read_manifest(folder)
    was = manifest["model"]
    if {*facts.sha256, *_MADE_FROM} != {*was} or {*manifest["index"]} != {*_FILES}:
        raise BadModel(f"{folder / MANIFEST} is damaged")
    for name, then in [(FACTS, manifest["facts"]), *was.items()]:
        if stamp((directory / name).stat()) != then:
            raise BadModel(f"{directory / name} was changed or copied")
    arrays = {}
    files: dict[str, RowsFile | None] = {}
    for name, dtype in (_WORDS | _CODES).items():
        path = folder / f"{name}.npy"
        with open_regular(path) as file:
            if stamp(os.fstat(file.fileno())) != manifest["index"][path.name]:
                raise BadModel(f"{path} was changed")
            shape = (facts.words, half_size(facts.vector_size)) if name in _HALVES else (facts.words,)
            arrays[name] = map_open_array(file, path, dtype, shape)
            if name in _HALVES:
                files[name] = rows_file(file, path, arrays[name])
    words = WordIndex(*(arrays[name] for name in _WORDS))
    upper, lower = (Halves(arrays[name], files[name]) for name in _HALVES)
    of_rows = {name: arrays[name] for name in _OF_ROWS}
    return Index(words, Codes(upper, lower, size=facts.vector_size, **of_rows))
