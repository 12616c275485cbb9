"""A training under way: ``NAME.unfinished/`` beside the model that it will become.

===========  ======================================================================================
plan.json    what is being done, see `_Begun`
start/       the model that the training starts from, if there is one
corpus/      the encoded corpus, sealed (see `w2vcli.sealing`)
sha256.json  seals these three, once they are there
epoch/       what the last whole epoch left, see `_Kept`, and its arrays, sealed and replaced in one step
machines/    of an engine of several machines: what they have done since, see `w2vcli.training.engines.block_files`
===========  ======================================================================================

The process that does it has the lock beside that folder, ``.NAME.unfinished.w2v-lock``.

What is on disk at each moment, and what a kill (or a full disk) then leaves::

    moment                    NAME.unfinished/ holds                  after a kill there
    begin                     plan.json, start/                       nothing to resume, the next training begins anew
    the text is read          + corpus/ in one step                   the same
    sealed                    + sha256.json                           the same
    epoch 1 trains            no more: all is in memory               the same
    epoch 1 is written        + .epoch.N.w2v-partial/                 the same, the partial folder is of no use
    epoch 1 is kept           + epoch/, renamed from the partial one  --resume begins with epoch 2
    epoch 2 is written        epoch/ of 1, and a partial folder       --resume begins with epoch 2
    epoch 2 is kept           epoch/ of 2: the two change places      --resume begins with epoch 3
    the model is written      all of this                             --resume writes the model from the last epoch
    the model is there        all of this                             --resume sees NAME.w2v of this plan, and removes
    removed                   renamed first, then deleted             NAME.w2v is whole, leftovers are never resumed

Nothing is resumed that is not what was written: each seal is compared, and ``epoch/`` names the seal of the rest. So
an epoch of one training beside the corpus of another is refused.
"""

from __future__ import annotations

import gc
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from w2vcli.atomic import (
    REPLACES_WHAT_IS_OPEN,
    new_directory,
    new_file,
    partial_name,
    scratch_directory,
)
from w2vcli.decoding import is_plain_name, read_json
from w2vcli.errors import BadModel, DamagedInput, UnfinishedTraining
from w2vcli.locks import LOCK, Locked, locked
from w2vcli.models.arrays import map_array, save_array
from w2vcli.models.directory import copy_model
from w2vcli.models.facts import check_hashes, read_facts
from w2vcli.models.housekeeping import require_new_name
from w2vcli.models.runs import Machine
from w2vcli.sealing import SEAL, require_sealed, seal, sha256_of
from w2vcli.training.engines.task import State
from w2vcli.training.machine import changed_machine, this_machine
from w2vcli.training.plans import TrainingPlan
from w2vcli.training.progress import TrainingProgress

_SUFFIX = ".unfinished"
_NOT_NEEDED = {"classifier", "language-model"}  # of the model that a training starts from


@dataclass(frozen=True)
class _Begun:
    """What is being done, and on which machine: its versions of libraries decide about the bytes."""

    plan: TrainingPlan
    machine: Machine


@dataclass(frozen=True)
class _Kept:
    """What an epoch left besides its arrays: their shapes, and the SHA-256 of the seal of all that is no epoch."""

    progress: TrainingProgress
    random: dict[str, Any] | None
    arrays: dict[str, tuple[int, ...]]
    rest_sha256: str


@dataclass(frozen=True)
class Unfinished:
    """A training under way that this process has to itself.

    ``start_sha256`` are hashes of files in ``start/`` that are known, by their paths, so as not to compute them again.
    """

    path: Path
    plan: TrainingPlan
    start_sha256: Mapping[str, str] = field(default_factory=dict)

    @property
    def start(self) -> Path | None:
        """The model that the training starts from, if there is one."""
        return self.path / "start" if self.plan.start_from else None

    def corpus_folder(self, make: Callable[[Path], object]) -> Path:
        """Return the folder of the encoded corpus, which ``make`` fills if it is not there yet."""
        folder = self.path / "corpus"
        if not folder.exists():
            with new_directory(folder) as partial:
                make(partial)
        return folder

    def seal(self) -> None:
        """Seal what does not change from epoch to epoch."""
        start = self.path / "start"
        files = (path.relative_to(start) for path in start.rglob("*") if path.is_file())
        needed = sorted(f"start/{path.as_posix()}" for path in files if path.parts[0] not in _NOT_NEEDED)
        names = ["plan.json", f"corpus/{SEAL}", *needed]
        seal(self.path, names, known=self.start_sha256)

    def save(self, state: State, progress: TrainingProgress) -> None:
        """Make what an epoch left durable, in place of what the one before left."""
        # Whole or not at all: it takes the name in one step, and the epoch before keeps it until then.
        with new_directory(self.path / "epoch", force=True) as folder:
            for name, array in state.arrays.items():
                save_array(folder / f"{name}.npy", array)
            shapes = {name: array.shape for name, array in state.arrays.items()}
            kept = _Kept(progress, state.random, shapes, sha256_of(self.path / SEAL))
            (folder / "progress.json").write_text(json.dumps(asdict(kept)), encoding="utf-8", newline="\n")
            seal(folder)

    def require_whole(self) -> None:
        """Compare all that is resumed with what was written. Other files in the folder do not matter.

        Raises
        ------
        BadModel
            If a file is damaged. The error names it.
        """
        with _telling_what_to_do():
            # From the inside out: the epoch is whole, it names the seal of the rest, and that one names all files.
            require_sealed(self.path / "epoch")
            if self._kept().rest_sha256 != sha256_of(self.path / SEAL):
                raise DamagedInput(f"{self.path / SEAL} is damaged: its SHA-256 is not the one in epoch/progress.json")
            require_sealed(self.path)
            require_sealed(self.path / "corpus")

    def load(self) -> tuple[State | None, TrainingProgress]:
        """Return what the last whole epoch left, or None and no progress if there was none.

        Raises
        ------
        BadModel
            If it is not what `save` writes.
        """
        folder = self.path / "epoch"
        if not folder.exists():
            return None, TrainingProgress()
        with _telling_what_to_do():
            kept = self._kept()
            arrays = {name: map_array(folder / f"{name}.npy", "<f4", shape) for name, shape in kept.arrays.items()}
        if not REPLACES_WHAT_IS_OPEN:  # they are to be replaced
            arrays = {name: array.copy() for name, array in arrays.items()}
        return State(arrays, kept.random), kept.progress

    def _kept(self) -> _Kept:
        path = self.path / "epoch" / "progress.json"
        kept = read_json(path, _Kept, DamagedInput)
        # Names become paths, so that one such as ../x must not be among them.
        is_begun = kept.progress.done or self.plan.is_of_cluster  # whose first checkpoint is that of no epoch
        if not is_begun or not all(is_plain_name(name) and "/" not in name for name in kept.arrays):
            raise DamagedInput(f"{path} is damaged: it has no epoch, or names arrays that are none")
        return kept

    def remove(self) -> None:
        """Remove it: first its name, in one step, so that nobody resumes a part of it. Nothing may have it mapped."""
        if not REPLACES_WHAT_IS_OPEN:
            gc.collect()  # what refers to itself keeps its files mapped
        partial = partial_name(self.path)
        self.path.rename(partial)
        shutil.rmtree(partial, ignore_errors=True)  # another process may remove it too


def path_of_unfinished(target: Path) -> Path:
    """Return where a training that will become the model at ``target`` is kept meanwhile."""
    return target.with_name(target.stem + _SUFFIX)


def discard(path: Path) -> None:
    """Delete the unfinished training that is kept at ``path``.

    Raises
    ------
    UnfinishedTraining
        If it is going on.
    """
    target = _target_of(path)
    with _locked(path, target), scratch_directory(path) as scratch:
        path.rename(scratch / path.name)


def rename_unfinished(target: Path, renamed: Path) -> bool:
    """Let the unfinished training that will become the model at ``target`` become the one at ``renamed``.

    Tell whether there was one.

    Raises
    ------
    OutputExists
        If there is one of the new name.
    UnfinishedTraining
        If it is going on.
    """
    path, new = path_of_unfinished(target), path_of_unfinished(renamed)
    if not path.is_dir():
        return False
    with _locked(path, target), _locked(new, renamed):
        require_new_name(new)
        new.parent.mkdir(parents=True, exist_ok=True)
        path.rename(new)
    return True


def unfinished_in(folder: Path) -> list[Path]:
    """Return where the models are to be of the unfinished trainings in ``folder`` of which an epoch is kept."""
    return [_target_of(epoch.parent) for epoch in sorted(folder.glob(f"*{_SUFFIX}/epoch"))]


def how_far(target: Path) -> tuple[int, int | None]:
    """Return how many epochs of an unfinished training are done, and of how many, or None if that is up to the text.

    Raises
    ------
    BadModel, UnfinishedTraining
        If it is damaged, or another version of w2v began it.
    """
    plan = read_plan(target)
    with _telling_what_to_do():
        kept = read_json(path_of_unfinished(target) / "epoch" / "progress.json", _Kept, DamagedInput)
    return kept.progress.done, plan.settings.epochs


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
    return _target_of(latest)


def _target_of(path: Path) -> Path:
    return path.with_name(path.name.removesuffix(_SUFFIX) + ".w2v")


@contextmanager
def begin(target: Path, plan: TrainingPlan, *, force: bool) -> Iterator[Unfinished]:
    """Begin a training. If the block fails before an epoch is done, nothing is left of it.

    Raises
    ------
    UnfinishedTraining
        If one for the same model was interrupted, and ``force`` is false, or is going on.
    """
    path = path_of_unfinished(target)
    with _locked(path, target):
        if os.path.lexists(path):
            # An interrupted training may be hours of work, so that it is not thrown away without being asked.
            if (path / "epoch").exists() and not force:
                interrupted = Unfinished(path, plan)
                interrupted.require_whole()
                _, progress = interrupted.load()
                raise UnfinishedTraining(
                    f"a training of {target.stem} was interrupted after epoch {progress.done}; "
                    f"--resume goes on with it, --force begins anew"
                )
            _remove(path)
        path.mkdir()
        try:
            # A copy, so that the training can be resumed when the model it started from is gone or replaced.
            known = {} if plan.start_from is None else _copy_start(Path(plan.start_from), path / "start")
            with new_file(path / "plan.json") as file:
                # A token of an address is not kept on the disk: who resumes names the machines again.
                kept = replace(plan, on=plan.on and plan.on.partition(";")[0])
                begun = asdict(_Begun(kept, this_machine()))
                file.write(json.dumps(begun, ensure_ascii=False, indent=2).encode(errors="surrogateescape"))
            yield Unfinished(path, plan, known)
        finally:
            if not (path / "epoch").exists():
                shutil.rmtree(path, ignore_errors=True)


def _copy_start(model: Path, path: Path) -> dict[str, str]:
    """Copy the model that a training starts from, and return the hashes of its files by their paths beside ``path``.

    Raises
    ------
    BadModel
        If a file is not what was written.
    """
    copy_model(model, path)
    facts = read_facts(path)
    hashes = {name: sha256 for name, sha256 in facts.sha256.items() if name.partition("/")[0] not in _NOT_NEEDED}
    try:
        check_hashes(replace(facts, sha256=hashes), path)
    except BadModel as error:
        raise BadModel(str(error).replace(str(path), str(model))) from error
    return {f"{path.name}/{name}": sha256 for name, sha256 in hashes.items()}


@contextmanager
def resume(target: Path, *, force: bool, on: str | None = None) -> Iterator[Unfinished]:
    """Resume the training that will become the model at ``target``. ``force`` lets it replace one that is there.

    ``on`` names other machines than those that it began on.

    Raises
    ------
    UnfinishedTraining
        If there is none, it is going on, or another version of w2v began it.
    BadModel
        If it is damaged.
    """
    plan = read_plan(target)
    plan = replace(plan, replace=plan.replace or force, on=on or plan.on)
    path = path_of_unfinished(target)
    # Locked before it is compared, since another process may be at work on it.
    with _locked(path, target):
        unfinished = Unfinished(path, plan)
        unfinished.require_whole()
        yield unfinished


def read_plan(target: Path) -> TrainingPlan:
    """Return the plan of the unfinished training that will become the model at ``target``.

    Raises
    ------
    UnfinishedTraining
        If there is none, or another version of w2v began it.
    BadModel
        If it is damaged.
    """
    return _read_begun(target).plan


def changed_since(target: Path) -> list[str]:
    """Return what is not as it was when the training began, and may change the bytes, as `changed_machine` says it."""
    return changed_machine(_read_begun(target).machine, this_machine())


def _read_begun(target: Path) -> _Begun:
    path = path_of_unfinished(target)
    if not (path / "epoch").exists():
        raise UnfinishedTraining(f"there is no unfinished training of {target.stem}; begin one without --resume")
    with _telling_what_to_do():
        if not os.path.lexists(path / SEAL):
            raise DamagedInput(f"{path} is damaged, or of an earlier version of w2v: {SEAL} is missing")
        begun = read_json(path / "plan.json", _Begun, DamagedInput)
    was = begun.machine.versions.get("w2vcli")
    # Another version may draw other random numbers, and the halves would be of two different trainings.
    if was != (now := version("w2vcli")):
        raise UnfinishedTraining(
            f"w2v {was} began the training of {target.stem}, and this is w2v {now}; "
            f"go on with that one, or begin anew with --force"
        )
    return begun


@contextmanager
def _telling_what_to_do() -> Iterator[None]:
    """Add to an error of damage what helps."""
    try:
        yield
    except (DamagedInput, BadModel) as error:
        raise BadModel(f"{error}; train again with --force, without --resume") from error
    except OSError as error:  # no such file, a folder in place of a file
        raise BadModel(
            f"{error.filename} is damaged: {error.strerror}; train again with --force, without --resume"
        ) from error


@contextmanager
def _locked(path: Path, target: Path) -> Iterator[None]:
    """Hold the lock of a training, which ends with the process, however that ends. Its file is beside the folder.

    Raises
    ------
    UnfinishedTraining
        If another process holds it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with locked(path.with_name(f".{path.name}{LOCK}"), wait=False):
            yield
    except Locked as error:
        raise UnfinishedTraining(f"another process is training {target.stem}") from error


def _remove(path: Path) -> None:
    """Remove whatever has this name."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()
