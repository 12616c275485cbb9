"""What machines do that train in blocks, each by itself: they find pairs, or train a bucket, from files into files.

All machines see one folder, in which files are added and removed, and never changed::

    job.json                           what is trained: settings, rounds, where the ids of the text are
    counts, rows, starts, stops        the vocabulary and the sentences, as arrays
    vectors, syn1neg                   the matrices that the training begins with
    pairs-7/2                          of segment 7, counted over all epochs, the pairs in part 2 of its text
    round-7-3/vectors-5, syn1neg-2     what round 3 of it left of input block 5 and output block 2

A machine that does its part again, or two that do the same part, write the same bytes.
"""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from w2vcli.array_types import Float32s, Integers
from w2vcli.decoding import read_json
from w2vcli.errors import DamagedInput
from w2vcli.models.arrays import map_array, write_header
from w2vcli.sealing import sha256_of
from w2vcli.training.engines.lanes import aligned
from w2vcli.training.engines.orthogonal import Blocks, BlockTraining, Bucket, Drawing, Rounds, stretches_of
from w2vcli.training.engines.stretches import Stretch
from w2vcli.training.settings import Settings

MATRICES = ("vectors", "syn1neg")
"""The matrix of the inputs and that of the outputs, by their names in a `State`."""

_JOB = "job.json"


@dataclass(frozen=True)
class Job:
    """What is trained: with which settings, in how many rounds, on the ids in the file ``ids``.

    The matrices in the folder are those before the segment ``begin``.
    """

    settings: Settings
    rounds: Rounds
    ids: str
    begin: int


def write_job(folder: Path, job: Job, arrays: dict[str, npt.NDArray[Any]]) -> None:
    """Write what all machines need: the job, and ``counts``, ``rows``, ``starts`` and ``stops``."""
    for name, array in arrays.items():
        save(folder / name, array)
    with new_shared_file(folder / _JOB) as file:
        file.write(json.dumps(asdict(job)).encode())


def stamp_of(folder: Path) -> str:
    """Return what tells the job of a folder from others that were there before."""
    return sha256_of(folder / _JOB)


def read_job(folder: Path) -> Job:
    """Return the job of a folder, which is whole if it is there.

    Raises
    ------
    FileNotFoundError
        If there is none.
    """
    return read_json(folder / _JOB, Job, DamagedInput)


class BlockMachine:
    """One machine at work in a folder. Its segments are counted over all epochs, from 0."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._job = read_job(folder)
        self._rounds = self._job.rounds
        self._row_shape = None, self._job.settings.vector_size
        counts, rows = (map_array(folder / name, kind, [None]) for name, kind in (("counts", "<i8"), ("rows", "<i4")))
        self._training = BlockTraining(counts, rows, self._job.settings, self._rounds.blocks)
        self._training.compile()
        self.draw = lru_cache(maxsize=3)(self._draw)  # those of the segment, and of its neighbours

    def _draw(self, segment: int) -> Drawing:
        """Return the blocks of a segment."""
        return self._training.draw(*divmod(segment, self._rounds.segments))

    @cached_property
    def _text(self) -> Stretch:
        ids = np.memmap(self._job.ids, np.int32, mode="r")
        return Stretch(ids, *(map_array(self._folder / name, "<i8", [None]) for name in ("starts", "stops")))

    @cached_property
    def _stretches(self) -> list[Integers]:
        return stretches_of(self._text, self._rounds.segments)

    def find(self, segment: int, part: int) -> int:
        """Find the pairs in a part of a segment, one of as many as blocks, and return how many words were kept."""
        epoch, number = divmod(segment, self._rounds.segments)
        stretches, blocks = self._stretches[number], self._rounds.blocks
        cuts = np.arange(blocks + 1) * (len(stretches) - 1) // blocks
        some = stretches[cuts[part] : cuts[part + 1] + 1]
        buckets, trained = self._training.find_pairs(self._text, some, self.draw(segment), epoch)
        ends = np.cumsum([0, *(len(bucket.inputs) for bucket in buckets)])
        pairs = [np.concatenate(side) for side in zip(*buckets, strict=True)]
        # One file, so that a part is there or is not: first where its buckets begin and end, then its pairs.
        save(self._folder / f"pairs-{segment}" / str(part), np.concatenate([ends.view(np.int32), *pairs]))
        return trained

    def train(self, segment: int, number: int, one: int) -> int:
        """Train the bucket of input block ``one`` in a round, and return how many pairs it has."""
        settings, drawing = self._job.settings, self.draw(segment)
        epoch, of_epoch = divmod(segment, self._rounds.segments)
        other = (one + drawing.shifts[number]) % self._rounds.blocks
        vectors = self._block("vectors", segment, number, one)
        weights = self._block("syn1neg", segment, number, other)
        bucket = self._bucket(segment, one * self._rounds.blocks + other)
        alphas = self._rounds.alphas(settings, epoch, of_epoch, number)
        rows = drawing.of_outputs.rows[other]
        self._training.train(bucket, vectors, weights, rows, alphas, epoch, of_epoch, one, other)
        for name, block, array in (("vectors", one, vectors), ("syn1neg", other, weights)):
            kept = array[:, : settings.vector_size]
            if number == self._rounds.blocks - 1:
                kept = kept[self._by_next_owner(name, segment, block)]
            save(round_folder(self._folder, segment, number) / f"{name}-{block}", kept)
        return len(bucket.inputs)

    def _bucket(self, segment: int, bucket: int) -> Bucket:
        """Return the pairs of a bucket, in the order of the text."""
        blocks = self._rounds.blocks
        sides: list[list[npt.NDArray[np.int32]]] = [[], []]
        for part in range(blocks):
            array = map_array(self._folder / f"pairs-{segment}" / str(part), "<i4", [None])
            header = 2 * (blocks**2 + 1)
            ends = np.ascontiguousarray(array[:header]).view(np.int64)
            for at, side in enumerate(sides):
                begin = header + at * ends[-1]
                side.append(array[begin + ends[bucket] : begin + ends[bucket + 1]])
        return Bucket(*(np.concatenate(side) for side in sides))

    def _block(self, name: str, segment: int, number: int, block: int) -> Float32s:
        """Return the rows of a block before a round, as the loop has them."""
        rows = _blocks(name, self.draw(segment)).rows[block]
        size = self._job.settings.vector_size
        found = aligned(len(rows), self._training.row_floats)
        if number:
            found[:, :size] = self._map(round_folder(self._folder, segment, number - 1) / f"{name}-{block}")
        elif segment == self._job.begin:
            found[:, :size] = self._map(self._folder / name)[rows]
        else:
            # Each file of the segment before has its rows by their next owner, so that one stretch of it is read.
            before = round_folder(self._folder, segment - 1, self._rounds.blocks - 1)
            places = _blocks(name, self.draw(segment)).places
            for source, given in enumerate(_blocks(name, self.draw(segment - 1)).rows):
                owners = places[given] >> 32
                first, mine = np.count_nonzero(owners < block), owners == block
                part = self._map(before / f"{name}-{source}")[first : first + np.count_nonzero(mine)]
                found[places[given[mine]] & 2**32 - 1, :size] = part
        return found

    def _by_next_owner(self, name: str, segment: int, block: int) -> Integers:
        """Return the places within a block, by who has them in the next segment."""
        rows = _blocks(name, self.draw(segment)).rows[block]
        owners: Integers = _blocks(name, self.draw(segment + 1)).places[rows] >> 32
        return np.argsort(owners, kind="stable")

    def rows_left(self, name: str, segment: int) -> Iterator[tuple[Integers, Float32s]]:
        """Yield which rows of a matrix each file has that the last round of a segment left, and the file, mapped."""
        folder = round_folder(self._folder, segment, self._rounds.blocks - 1)
        for block, rows in enumerate(_blocks(name, self.draw(segment)).rows):
            yield rows[self._by_next_owner(name, segment, block)], self._map(folder / f"{name}-{block}")

    def _map(self, path: Path) -> Float32s:
        """Return the rows in a file, mapped."""
        return map_array(path, "<f4", self._row_shape)


def round_folder(folder: Path, segment: int, number: int) -> Path:
    """Return the folder of what a round leaves."""
    return folder / f"round-{segment}-{number}"


def _blocks(name: str, drawing: Drawing) -> Blocks:
    return drawing.of_inputs if name == "vectors" else drawing.of_outputs


@contextmanager
def new_shared_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file that takes the name ``path`` at the end, in place of what has it. Any machine may do so at once."""
    path.parent.mkdir(exist_ok=True)
    partial = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        with open(partial, "xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def save(path: Path, array: npt.NDArray[Any]) -> None:
    """Write an array into a file, in place of what has its name."""
    with new_shared_file(path) as file:
        write_header(file, array.dtype.str, array.shape)
        file.write(np.ascontiguousarray(array).data)
