"""Do a training again from what its model says of it, and compare.

A model may have several trainings, each of which started from the one before. They are all done again, in order, in a
scratch folder.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from w2vcli.atomic import scratch_directory
from w2vcli.corpus.encoded import FileRead, read_files
from w2vcli.errors import BadModel
from w2vcli.models.directory import read_model
from w2vcli.models.facts import Facts, read_facts
from w2vcli.models.model_parts import COUNTS, VECTORS, WORDS, TrainingFolder
from w2vcli.models.runs import Machine
from w2vcli.models.snapshot import Held
from w2vcli.reporting import Reporter
from w2vcli.training.engines.table import ENGINES
from w2vcli.training.machine import changed_machine, this_machine
from w2vcli.training.model_text import require_same_text
from w2vcli.training.plans import TrainingPlan, plans_of
from w2vcli.training.train import train_model

_COMPARED = (WORDS, COUNTS, VECTORS)


@dataclass(frozen=True)
class Compared:
    """A file of a model: its SHA-256 as it is, and as it comes out again."""

    file: str
    was: str
    now: str
    same: bool


def rerun(model: Path, target: Path, cache: Path | None, reporter: Reporter, *, force: bool) -> Facts:
    """Do all trainings of a model again, on the same text, and write what comes out at ``target``.

    Raises
    ------
    BadModel
        If the model does not say how it was trained, or its first training went on from one that is not known.
    BadCorpus
        If its text has changed, or cannot be read again.
    """
    facts, files = _what_was_done(model)
    plans = plans_of(facts, model)
    if plans[0].start_from is not None:
        raise BadModel(f"{model} went on from {plans[0].start_from}, whose own training is not known")
    for plan, read in zip(plans, files, strict=True):
        require_same_text(plan, read)
    _tell_machine(facts, reporter)
    engine = ENGINES.get(plans[-1].engine)
    if engine is not None and not engine.is_repeatable:
        reporter.warn(f"with --engine {engine.name} no two trainings are equal to the byte")
    elif plans[-1].settings.workers > 1:
        reporter.warn(f"with --workers {plans[-1].settings.workers} no two trainings are equal to the byte")
    with scratch_directory(target) as scratch:
        # Each training but the last makes a model that is thrown away: the next one starts from it.
        before: Path | None = None
        for number, plan in enumerate(plans[:-1], 1):
            step = scratch / f"{number}.w2v"
            train_model(_again(plan, before), step, cache, reporter, force=False)
            before = step
        return train_model(_again(plans[-1], before), target, cache, reporter, force=force)[0]


def check(model: Path, reporter: Reporter) -> list[Compared]:
    """Do all trainings of a model again, from the text itself, and compare what comes out with it, file by file."""
    was = read_facts(model).sha256
    with scratch_directory(model) as scratch:
        now = rerun(model, scratch / "again.w2v", None, reporter, force=False).sha256
    return [Compared(name, was[name], now[name], was[name] == now[name]) for name in _COMPARED]


def _what_was_done(model: Path) -> tuple[Facts, list[list[FileRead]]]:
    """Return the facts of a model, and for each training the files that it read."""

    def read(_: Held) -> tuple[Facts, list[list[FileRead]]]:
        facts = read_facts(model)
        runs = range(1, len(facts.runs) + 1)
        return facts, [read_files(TrainingFolder(model).sources(number)) for number in runs]

    return read_model(model, read)


def _again(plan: TrainingPlan, before: Path | None) -> TrainingPlan:
    """Return a plan that starts from the model ``before``, made just now."""
    start_from = None if before is None else str(before)
    return TrainingPlan(
        plan.sources,
        plan.reading,
        plan.settings,
        plan.engine,
        plan.ties,
        start_from,
        vectors=plan.vectors,
        vectors_sha256=plan.vectors_sha256,
        frozen=plan.frozen,
        blocks=plan.blocks,
        segments=plan.segments,
    )


def _tell_machine(facts: Facts, reporter: Reporter) -> None:
    """Say what is not as it was, and may change the bytes."""
    changed = changed_machine(facts.runs[-1].machine or Machine(), this_machine())
    if changed:
        reporter.note(f"it was trained with {', '.join(changed)}")
