"""A training under way: ``NAME.unfinished/`` beside the model that it will become.

==========  =======================================================================================
plan.json   what is being done; locked by the process that does it
start/      the model whose training is gone on with, if there is one
corpus/     the text as numbers
epoch/      what the last whole epoch left: `State` and `Progress`; replaced in one step
==========  =======================================================================================

It is removed when the model is there. What is in it after a kill or a full disk is enough to go on.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from w2vcli.atomic import new_directory, new_file, partial_name
from w2vcli.errors import BadModel, UnfinishedTraining
from w2vcli.models.arrays import save_array
from w2vcli.models.directory import copy_model
from w2vcli.training.receipt import EpochWords
from w2vcli.training.runs import Plan, Progress, plan_as_json, plan_from_json
from w2vcli.training.tasks import State

_SUFFIX = ".unfinished"


@dataclass(frozen=True)
class Unfinished:
    """A training under way that this process has to itself."""

    path: Path
    plan: Plan

    @property
    def start(self) -> Path | None:
        """The model whose training is gone on with, if there is one."""
        return self.path / "start" if self.plan.start_from else None

    def corpus_folder(self, make: Callable[[Path], object]) -> Path:
        """Return the folder of the text; ``make`` fills it if it is not there yet."""
        folder = self.path / "corpus"
        if not folder.exists():
            with new_directory(folder) as partial:
                make(partial)
        return folder

    def save(self, state: State, progress: Progress) -> None:
        """Make what an epoch left durable, in place of what the one before left."""
        with new_directory(self.path / "epoch", force=True) as folder:
            for name, array in state.arrays.items():
                save_array(folder / f"{name}.npy", array)
            shapes = {name: list(array.shape) for name, array in state.arrays.items()}
            found = asdict(progress) | {"random": state.random, "arrays": shapes}
            (folder / "progress.json").write_text(json.dumps(found), encoding="utf-8")

    def load(self) -> tuple[State | None, Progress]:
        """Return what the last whole epoch left; None and no progress if there was none.

        Raises
        ------
        BadModel
            If it is damaged.
        """
        folder = self.path / "epoch"
        if not folder.exists():
            return None, Progress()
        try:
            found = json.loads((folder / "progress.json").read_text(encoding="utf-8"))
            random, shapes = found.pop("random"), found.pop("arrays")
            progress = Progress(**found | {"epochs": [EpochWords(**epoch) for epoch in found["epochs"]]})
            arrays = {name: np.load(folder / f"{name}.npy", allow_pickle=False) for name in shapes}
            if any(list(arrays[name].shape) != shape for name, shape in shapes.items()):
                raise ValueError(f"the arrays are not {shapes}")
        except (ValueError, TypeError, KeyError, AttributeError, EOFError, OSError) as error:
            raise BadModel(f"{folder} is damaged: {error}; --force begins anew") from error
        return State(arrays, random), progress

    def remove(self) -> None:
        """Remove it: first its name, in one step, so that nobody goes on with a part of it."""
        partial = partial_name(self.path)
        self.path.rename(partial)
        shutil.rmtree(partial)


def path_of_unfinished(target: Path) -> Path:
    """Return where a training that will become the model at ``target`` is kept meanwhile."""
    return target.with_name(target.stem + _SUFFIX)


def find_unfinished(folder: Path) -> Path:
    """Return where the model is to be that the latest unfinished training in ``folder`` will become.

    Raises
    ------
    UnfinishedTraining
        If there is none.
    """
    found = [plan for plan in folder.glob(f"*{_SUFFIX}/plan.json") if (plan.parent / "epoch").exists()]
    if not found:
        raise UnfinishedTraining(f"there is no training to go on with in {folder}")
    latest = max(found, key=lambda plan: plan.stat().st_mtime).parent
    return latest.with_name(latest.name.removesuffix(_SUFFIX) + ".w2v")


@contextmanager
def begin(target: Path, plan: Plan, *, force: bool) -> Iterator[Unfinished]:
    """Begin a training; if the block fails before an epoch is done, nothing is left of it.

    Raises
    ------
    UnfinishedTraining
        If one for the same model was interrupted, and ``force`` is false, or is going on.
    """
    path = path_of_unfinished(target)
    if path.exists():
        with _locked(path, target):
            if (path / "epoch").exists() and not force:
                _, progress = Unfinished(path, plan).load()
                raise UnfinishedTraining(
                    f"a training of {target.stem} was interrupted after epoch {progress.done}; "
                    f"--resume goes on with it, --force begins anew"
                )
            shutil.rmtree(path)
    path.mkdir(parents=True)
    try:
        if plan.start_from is not None:
            copy_model(Path(plan.start_from), path / "start")
        with new_file(path / "plan.json") as file:
            file.write(json.dumps(plan_as_json(plan), ensure_ascii=False, indent=2).encode(errors="surrogateescape"))
        with _locked(path, target):
            yield Unfinished(path, plan)
    finally:
        if not (path / "epoch").exists():
            shutil.rmtree(path, ignore_errors=True)


@contextmanager
def resume(target: Path, *, force: bool) -> Iterator[Unfinished]:
    """Go on with the training that will become the model at ``target``; ``force`` lets it replace one.

    Raises
    ------
    UnfinishedTraining
        If there is none, or it is going on.
    BadModel
        If it is damaged.
    """
    plan = read_plan(target)
    plan = replace(plan, replace=plan.replace or force)
    path = path_of_unfinished(target)
    with _locked(path, target):
        yield Unfinished(path, plan)


def read_plan(target: Path) -> Plan:
    """Return the plan of the unfinished training that will become the model at ``target``.

    Raises
    ------
    UnfinishedTraining
        If there is none.
    BadModel
        If it is damaged.
    """
    path = path_of_unfinished(target)
    if not (path / "epoch").exists():
        raise UnfinishedTraining(f"there is no unfinished training of {target.stem}; begin one without --resume")
    try:
        found = json.loads((path / "plan.json").read_text(encoding="utf-8", errors="surrogateescape"))
        return plan_from_json(found)
    except (ValueError, TypeError, KeyError, OSError) as error:
        raise BadModel(f"{path} is damaged: {error}; --force begins anew") from error


@contextmanager
def _locked(path: Path, target: Path) -> Iterator[None]:
    try:
        descriptor = os.open(path / "plan.json", os.O_RDONLY)
    except FileNotFoundError:  # killed before it had a plan
        yield
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise UnfinishedTraining(f"another process is training {target.stem}") from error
    else:
        yield
    finally:
        os.close(descriptor)
