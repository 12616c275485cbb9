"""Training in orthogonal blocks by several machines: what each of them is to do, and what is known to be done.

This process holds no matrix. It tells machines which part they do (`w2vcli.training.engines.block_files`), round after
round, and waits until all have. What they leave is in files, so that each segment is a checkpoint. After an epoch the
files of its last round become both matrices, mapped, for the loss and for the checkpoint that every engine gives.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
import numpy.typing as npt

from w2vcli.array_types import Float32s
from w2vcli.decoding import read_json
from w2vcli.errors import BadSettings, DamagedInput
from w2vcli.models.arrays import map_array, write_header
from w2vcli.training.engines.block_files import (
    MATRICES,
    BlockMachine,
    Job,
    new_shared_file,
    read_job,
    round_folder,
    write_job,
)
from w2vcli.training.engines.orthogonal import Rounds
from w2vcli.training.engines.task import Cluster, Epoch, State, Task
from w2vcli.training.formulas import first_vectors

_DONE = "done.json"
_ROWS_AT_ONCE = 1 << 16

Method = Literal["find", "train"]


class Machines(Protocol):
    """Calls a method of `BlockMachine` with each of some arguments, on any machines, and returns the results."""

    def __call__(self, method: Method, calls: Sequence[tuple[int, ...]]) -> list[int]:
        """Return the results in the order of ``calls``."""


@dataclass(frozen=True)
class _Done:
    """How many segments are done of all epochs, and how many words were trained in the latest epoch of these."""

    segments: int
    trained: int


def train_in_blocks(task: Task, cluster: Cluster, machines: Machines) -> None:
    """Train in the folder of a cluster, and go on where a training stopped that worked there before.

    Raises
    ------
    BadSettings
        If some vectors are to stay as they are.
    """
    if task.fixed is not None:
        raise BadSettings("--engine spark trains all vectors; leave --frozen out, or take --engine numba")
    _Blocks(task, cluster, machines).run()


class _Blocks:
    def __init__(self, task: Task, cluster: Cluster, machines: Machines) -> None:
        self._task, self._folder, self._machines = task, cluster.folder, machines
        self._rounds = Rounds(cluster.blocks, cluster.segments, task.epochs)
        self._first = task.done * cluster.segments
        self._shape = len(task.vocabulary.words), task.settings.vector_size
        if not self._goes_on():
            self._begin()
        self._done = self._read_done(self._first)
        self._machine = BlockMachine(self._folder)  # which draws the blocks, to know which rows are in which file

    def run(self) -> None:
        """Train what is not done yet."""
        rounds, first = self._rounds, self._first
        while True:
            epoch, number = divmod(self._done.segments, rounds.segments)
            if not number and self._done.segments > first:
                self._tell_epoch(epoch)
            if epoch == self._task.epochs:
                return
            self._train_segment(self._done.segments)

    def _goes_on(self) -> bool:
        """Tell whether the folder has what this training did before it was interrupted, and name its text anew."""
        try:
            job = read_job(self._folder)
        except FileNotFoundError:
            return False
        # Between the epoch that is known and the next one: no other is told of before that one is known.
        is_of_this = 0 <= self._read_done(job.begin).segments - self._first <= self._rounds.segments
        if is_of_this:
            self._write_job(job.begin)
        return is_of_this

    def _begin(self) -> None:
        """Write what the machines need, the matrices last but one: a folder with a job is whole."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True)
        state = None if self._task.state is None else self._task.state.arrays
        for name in MATRICES:
            with new_shared_file(self._folder / name) as file:
                write_header(file, "<f4", self._shape)
                rng = np.random.default_rng(self._task.settings.seed)
                for start in range(0, self._shape[0], _ROWS_AT_ONCE):
                    size = min(_ROWS_AT_ONCE, self._shape[0] - start)
                    if state is not None and name in state:
                        rows = state[name][start : start + size]
                    elif name == "vectors":
                        rows = first_vectors(rng, size, self._shape[1])
                    else:
                        rows = np.zeros((size, self._shape[1]), np.float32)
                    file.write(np.ascontiguousarray(rows).data)
        self._write_job(self._first)
        if not self._first:
            # So that a training can be resumed before its first epoch ends.
            arrays = {name: self._map(self._folder / name) for name in MATRICES}
            self._task.on_epoch(Epoch(0, None, None, State(arrays)))

    def _write_job(self, begin: int) -> None:
        text, vocabulary = self._task.text, self._task.vocabulary
        ids = text.corpus.folder / "tokens.int32"
        arrays: dict[str, npt.NDArray[Any]] = {
            "counts": vocabulary.counts,
            "rows": vocabulary.rows,
            "starts": text.starts,
            "stops": text.stops,
        }
        write_job(self._folder, Job(self._task.settings, self._rounds, str(ids.absolute()), begin), arrays)

    def _train_segment(self, segment: int) -> None:
        """Train a segment, and make it the one to go on from."""
        rounds, task = self._rounds, self._task
        epoch, number = divmod(segment, rounds.segments)
        here = f"epoch {epoch + 1}, segment {number + 1} of {rounds.segments}"
        task.status(f"{here}: finding pairs")
        trained = sum(self._machines("find", [(segment, part) for part in range(rounds.blocks)]))
        for round_number in range(rounds.blocks):
            task.status(f"{here}: round {round_number + 1} of {rounds.blocks}")
            self._machines("train", [(segment, round_number, block) for block in range(rounds.blocks)])
            if round_number:
                shutil.rmtree(round_folder(self._folder, segment, round_number - 1))
            done = (segment * rounds.blocks + round_number + 1) / (rounds.segments * rounds.blocks)
            task.advance(int(done * task.text.words))
        self._done = _Done(segment + 1, trained + (self._done.trained if number else 0))
        with new_shared_file(self._folder / _DONE) as file:
            file.write(json.dumps(asdict(self._done)).encode())
        self._sweep()

    def _sweep(self) -> None:
        """Remove what no segment needs that is not done."""
        kept = round_folder(self._folder, self._done.segments - 1, self._rounds.blocks - 1)
        for path in self._folder.iterdir():
            if path.is_dir() and path != kept:
                shutil.rmtree(path, ignore_errors=True)

    def _tell_epoch(self, epoch: int) -> None:
        """Give both matrices as they are after an epoch, mapped from files that are made of those of its machines."""
        folder = self._folder / f"epoch-{epoch}"
        folder.mkdir(exist_ok=True)
        arrays = {}
        for name in MATRICES:
            array = np.lib.format.open_memmap(folder / name, "w+", np.float32, self._shape)
            for rows, values in self._machine.rows_left(name, epoch * self._rounds.segments - 1):
                array[rows] = values
            array.flush()
            arrays[name] = np.asarray(array)
        self._task.on_epoch(Epoch(epoch, self._task.text.words, self._done.trained, State(arrays)))

    def _read_done(self, begin: int) -> _Done:
        """Return how far it is, which is where it began if no segment is done."""
        try:
            return read_json(self._folder / _DONE, _Done, DamagedInput)
        except FileNotFoundError:
            return _Done(begin, 0)

    def _map(self, path: Path) -> Float32s:
        return map_array(path, "<f4", self._shape)
