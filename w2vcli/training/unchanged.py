"""Whether a training would make a model again that is there already, for ``w2v train --if-changed``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from w2vcli.corpus.encoded import read_files
from w2vcli.corpus.remote import is_remote
from w2vcli.errors import BadCorpus, BadModel
from w2vcli.inputs import STDIN
from w2vcli.models.directory import open_model_directory
from w2vcli.models.model_parts import TrainingFolder
from w2vcli.training.engines.table import engine_for
from w2vcli.training.model_text import require_same_text
from w2vcli.training.plans import TrainingPlan, plans_of
from w2vcli.training.settings import epochs_for


def is_trained_already(plan: TrainingPlan, target: Path) -> bool:
    """Tell whether the model at ``target`` is of the text of a plan, by the hashes of its files, and of its settings.

    What ``auto`` stands for is compared by what it comes to. It is false where that cannot be known: the text comes
    from standard input or an address, the model is damaged, or it is of several trainings.
    """
    if not target.is_dir() or any(name == STDIN or is_remote(name) for name in plan.sources):
        return False
    try:
        facts = open_model_directory(target).facts
        [was] = plans_of(facts, target)
        if not _is_same(plan, was, words=facts.runs[0].receipt.kept if facts.runs[0].receipt else 0):
            return False
        require_same_text(was, read_files(TrainingFolder(target).sources(1)))
    except (BadModel, BadCorpus, ValueError, OSError):
        return False
    return True


def _is_same(plan: TrainingPlan, was: TrainingPlan, *, words: int) -> bool:
    epochs = plan.settings.epochs or (epochs_for(words) if words else 0)
    settings = replace(plan.settings, epochs=epochs or None)
    return (
        (plan.sources, plan.reading, settings, plan.ties) == (was.sources, was.reading, was.settings, was.ties)
        and was.start_from is None
        and (plan.vectors_sha256, plan.frozen) == (was.vectors_sha256, was.frozen)
        and (plan.blocks, plan.segments) == (was.blocks, was.segments)
        and engine_for(plan.engine, settings, words * epochs).name == was.engine
    )
