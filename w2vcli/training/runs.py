"""What a training is and was: the plan that it follows, and the record that a model keeps of it."""

from __future__ import annotations

import hashlib
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from w2vcli.corpus.encoded import FileRead, write_files
from w2vcli.corpus.reading import Reading
from w2vcli.decoding import convert
from w2vcli.errors import BadModel
from w2vcli.models.facts import Facts
from w2vcli.models.records import EpochWords, Machine, Receipt, Run, RunSource
from w2vcli.training.settings import Settings, Ties

_PACKAGES = ("w2vcli", "gensim", "llvmlite", "numba", "numpy", "scipy")


@dataclass(frozen=True)
class TrainingPlan:
    """What is to be done: the sources by absolute path, how they are read, and how they are trained on.

    ``engine`` is one of `w2vcli.training.engines.table.ENGINES`, or ``auto``.
    ``ties`` is the order of equally frequent words, see `w2vcli.training.vocabulary.make_vocabulary`.
    ``start_from`` is the model whose training is gone on with, or None; ``replace`` says that a model of
    that name may be replaced.
    """

    sources: tuple[str, ...]
    reading: Reading
    settings: Settings
    engine: str = "auto"
    ties: Ties = "last"
    start_from: str | None = None
    replace: bool = False
    started: str = field(default_factory=lambda: datetime.now(timezone.utc).isoformat(timespec="microseconds"))


@dataclass
class TrainingProgress:
    """What has been done: where the words of each epoch went, the loss after each, and the seconds it all took."""

    epochs: list[EpochWords] = field(default_factory=list)
    loss: list[float] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def done(self) -> int:
        """How many epochs are done."""
        return len(self.epochs)


def plans_of(facts: Facts, model: Path) -> list[TrainingPlan]:
    """Return the plans of all trainings of the model at ``model``, which do them again.

    Raises
    ------
    BadModel
        If it was not trained here, or by a version that kept too little.
    """
    if not facts.runs:
        raise BadModel(f"{model} was not trained here, so that nothing is known of its text")
    names = ("reading", "settings", "engine", "started", "sources")
    if missing := [name for run in facts.runs for name in names if not getattr(run, name)]:
        raise BadModel(f"{model} does not say how it was trained ({missing[0]}); an earlier version of w2v wrote it")
    found = [
        {name: getattr(run, name) for name in (*names, "start_from", "ties")}
        | {"sources": [source.path for source in run.sources]}
        for run in facts.runs
    ]
    return [convert(plan, TrainingPlan, model / "model.json") for plan in found]


def latest_plan(facts: Facts, model: Path) -> TrainingPlan:
    """Return the plan of the latest training of a model; see `plans_of`."""
    return plans_of(facts, model)[-1]


def machine() -> Machine:
    """Return what the results of a training may depend on here."""
    from llvmlite.binding import get_host_cpu_name

    versions = {"python": platform.python_version()}
    for name in _PACKAGES:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            continue
    return Machine(platform.platform(), get_host_cpu_name(), os.cpu_count(), versions)


def changed_machine(before: Machine, after: Machine) -> list[str]:
    """Return what of a `machine` is not as it was, and may change the bytes: versions and the processor."""
    was, now = before.versions, after.versions
    changed = [f"{name} {was.get(name)} (now {version})" for name, version in now.items() if was.get(name) != version]
    if before.processor != after.processor:
        changed.append(f"the processor {before.processor} (now {after.processor})")
    return changed


def write_sources(files: Sequence[FileRead], names: Sequence[str], path: Path) -> list[RunSource]:
    """Write the list of the files that were read; return what each source was.

    The SHA-256 of a folder is that of the lines ``SHA-256  path`` of its files, in order, as sha256sum
    writes them, with paths that begin in the folder.
    """
    write_files(files, path)
    return _summaries(files, names)


def _summaries(files: Sequence[FileRead], names: Sequence[str]) -> list[RunSource]:
    sources = []
    for name in names:
        inside = [file for file in files if file.path == name or Path(name) in Path(file.path).parents]
        if len(inside) == 1 and inside[0].path == name:
            sha256 = inside[0].sha256
        else:
            lines = (f"{file.sha256}  {os.path.relpath(file.path, name)}\n" for file in inside)
            sha256 = hashlib.sha256("".join(lines).encode(errors="surrogateescape")).hexdigest()
        size = sum(file.bytes for file in inside)
        sources.append(RunSource(name, len(inside), size, sha256))
    return sources


def record(
    plan: TrainingPlan,
    sources: list[RunSource],
    text_hash: str,
    receipt: Receipt,
    progress: TrainingProgress,
    examples: int,
) -> Run:
    """Return what a model keeps of a training, enough to do it again.

    ``text_hash`` is that of `text_sha256`. ``loss`` has the mean loss after each epoch on
    ``loss_examples`` examples, in nats.
    """
    return Run(
        started=plan.started,
        seconds=round(progress.seconds, 1),
        sources=sources,
        text_sha256=text_hash,
        start_from=plan.start_from,
        reading=asdict(plan.reading),
        engine=plan.engine,
        ties=plan.ties,
        settings=asdict(plan.settings) | {"epochs": receipt.epochs},
        receipt=receipt,
        loss=progress.loss,
        loss_examples=examples,
        machine=machine(),
    )


def text_sha256(files: Sequence[FileRead]) -> str:
    """Return the hash of a text in several files: the SHA-256 of those of the files, in order."""
    return hashlib.sha256("".join(file.sha256 for file in files).encode()).hexdigest()


def changed_files(was: Sequence[FileRead], now: Sequence[FileRead]) -> list[str]:
    """Return a line for each file that is not what it was, by its path."""
    before, after = ({file.path: file for file in files} for files in (was, now))
    lines = [f"{path} is gone" for path in before if path not in after]
    lines += [f"{path} is new" for path in after if path not in before]
    for path, file in before.items():
        if path in after and after[path].sha256 != file.sha256:
            change = after[path].bytes - file.bytes
            lines.append(f"{path} has changed{f' ({change:+,} bytes)' if change else ''}")
    return lines
