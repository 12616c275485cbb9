"""Plans of trainings: made from what a user wants, taken from a model, and compared with what began."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from w2vcli.corpus.reading import Reading
from w2vcli.corpus.remote import is_remote, local_path
from w2vcli.corpus.tokenizer_names import SUBWORDS
from w2vcli.corpus.tokenizers import WORD_RULES
from w2vcli.decoding import convert
from w2vcli.errors import BadModel, BadSettings
from w2vcli.inputs import STDIN
from w2vcli.models.facts import Facts, read_facts
from w2vcli.models.runs import Run
from w2vcli.training.engines.table import ENGINES, engine_for
from w2vcli.training.settings import Settings, Ties

# What a model cannot unlearn: its words are those of this tokenizer.
_OF_THE_WORDS = ("tokenizer", "lowercase", "keep_numbers", "stop_words")
# What is of a file, not of a model, so that new text need not have it.
_OF_THE_FILES = {"column", "line_breaks", "encoding", "encoding_errors"}


@dataclass(frozen=True)
class TrainingPlan:
    """What is to be done: the sources by absolute path, how they are read, and how they are trained on.

    ``engine`` is one of `w2vcli.training.engines.table.ENGINES`, or ``auto``.
    ``ties`` is the order of equally frequent words, see `w2vcli.training.vocabulary.make_vocabulary`.
    ``start_from`` is the model whose training is continued, or None. ``replace`` says that a model of
    that name may be replaced. ``vectors`` is the model whose vectors the training begins with, or None. They stay as
    they are if they are ``frozen``. ``on`` names the machines of an engine that has several. Of such
    an engine, ``blocks`` and ``segments`` are how the rows and the text are shared out.
    """

    sources: tuple[str, ...]
    reading: Reading
    settings: Settings
    engine: str = "auto"
    ties: Ties = "last"
    start_from: str | None = None
    replace: bool = False
    started: str = field(default_factory=lambda: datetime.now(timezone.utc).isoformat(timespec="microseconds"))
    vectors: str | None = None
    vectors_sha256: str = ""
    frozen: bool = False
    on: str | None = None
    blocks: int | None = None
    segments: int | None = None

    @property
    def study_engine(self) -> str:
        """The engine that trains variants and other samples of the text: one machine does, where a cluster trained."""
        return "auto" if self.is_of_cluster else self.engine

    @property
    def is_of_cluster(self) -> bool:
        """Whether several machines train the model."""
        return self.engine in ENGINES and ENGINES[self.engine].is_cluster


def plan_training(sources: Sequence[str], wanted: Mapping[str, Any], engine: str = "auto") -> TrainingPlan:
    """Return the plan of a training from the beginning.

    ``wanted`` are fields of `Reading` and `Settings` by name. What is not in it has its default::

        plan_training(["novels/"], {"lowercase": True, "vector_size": 200})

    Raises
    ------
    BadSettings
        If they contradict each other, or the engine cannot train so.
    MissingEngine
        If the engine is named and fails to import.
    """
    reading, settings = _split({"word_rules": WORD_RULES} | dict(wanted))
    engine_for(engine, settings, words=0)
    return TrainingPlan(absolute_sources(sources), reading, settings, engine)


def plan_to_continue(
    model: Path, sources: Sequence[str], wanted: Mapping[str, Any], engine: str = "auto"
) -> TrainingPlan:
    """Return the plan of a training that starts from a model, on its own text if there are no ``sources``.

    What is not ``wanted`` is as it was, but for the epochs, which are those of a new training, and the engine, which is
    chosen by the new text.

    Raises
    ------
    BadModel
        If the model does not say how it was trained.
    BadSettings
        As in `plan_training`, or if the model cannot be trained so, or is gensim's and there are no ``sources``.
    """
    facts = read_facts(model)
    if not facts.training and facts.settings:
        return _plan_of_loaded(facts, model, sources, wanted, engine)
    was = latest_plan(facts, model)
    before = asdict(was.reading) | asdict(was.settings) | {"epochs": None}
    for name in _OF_THE_WORDS:
        if name in wanted and wanted[name] != before[name]:
            raise BadSettings(f"{model.stem} was trained with {flag_of(name)} {before[name]}, and goes on with it")
    if sources and (was.reading.phrases or was.reading.tokenizer == SUBWORDS):
        raise BadSettings(
            f"{model.stem} has phrases or subword units of its own text; go on with more --epochs, or train on all text"
        )
    kept = {name: value for name, value in before.items() if not sources or name not in _OF_THE_FILES}
    reading, settings = _split(kept | dict(wanted))
    engine_for(engine, settings, words=0)
    return TrainingPlan(absolute_sources(sources) or was.sources, reading, settings, engine, was.ties, str(model))


def _plan_of_loaded(
    facts: Facts, model: Path, sources: Sequence[str], wanted: Mapping[str, Any], engine: str
) -> TrainingPlan:
    """Return the plan of a training that starts from a model of gensim, which does not say how text was read."""
    if not sources:
        name = model.stem
        raise BadSettings(f"{name} was trained with gensim, which does not keep on what text, so CORPUS is needed")
    known = facts.settings | {"word_rules": WORD_RULES, "epochs": None}
    reading, settings = _split(known | dict(wanted))
    engine_for(engine, settings, words=0)
    return TrainingPlan(absolute_sources(sources), reading, settings, engine, start_from=str(model))


def settings_of(facts: Facts, model: Path) -> Settings:
    """Return the settings of the latest training of a model, here or with gensim.

    Raises
    ------
    BadModel
        If it does not say them.
    """
    if facts.training or not facts.settings:
        return latest_plan(facts, model).settings
    return convert(facts.settings, Settings, model / "model.json")


def require_same(plan: TrainingPlan, sources: Sequence[str], wanted: Mapping[str, Any]) -> None:
    """Refuse to resume a training with other sources or settings than ``plan``, with which it began.

    ``wanted`` has fields of `Reading` and `Settings`, ``engine``, ``blocks`` and ``segments``. No sources mean those of
    the plan.

    Raises
    ------
    BadSettings
        If one is not what it was.
    """
    own = {name: getattr(plan, name) for name in ("engine", "blocks", "segments")}
    before = asdict(plan.reading) | asdict(plan.settings) | own
    for name, value in wanted.items():
        if value != before[name]:
            flag = flag_of(name)
            raise BadSettings(f"the training began with {flag} {before[name]}; leave {flag} out to go on")
    if sources and _files(absolute_sources(sources)) != _files(plan.sources):
        raise BadSettings(f"the training began with {' '.join(plan.sources)}; leave CORPUS out to go on")


def plans_of(facts: Facts, model: Path) -> list[TrainingPlan]:
    """Return the plans of all trainings of the model at ``model``, which do them again.

    Raises
    ------
    BadModel
        If it was not trained here, or by a version that kept too little.
    """
    if not facts.runs:
        raise BadModel(f"{model} was not made by w2v train, so that nothing is known of its text")
    names = ("reading", "settings", "engine", "started", "sources")
    always = ("start_from", "ties", "blocks", "segments")
    if missing := [name for run in facts.runs for name in names if not getattr(run, name)]:
        raise BadModel(f"{model} does not say how it was trained ({missing[0]}); an earlier version of w2v wrote it")
    found = [
        {name: getattr(run, name) for name in (*names, *always)}
        | {"sources": [source.path for source in run.sources]}
        | _begun_with(run)
        for run in facts.runs
    ]
    return [convert(plan, TrainingPlan, model / "model.json") for plan in found]


def _begun_with(run: Run) -> dict[str, Any]:
    """Return the fields of a plan that tell which vectors a training began with."""
    if run.vectors is None:
        return {}
    return {"vectors": run.vectors.model, "vectors_sha256": run.vectors.sha256, "frozen": run.vectors.frozen}


def latest_plan(facts: Facts, model: Path) -> TrainingPlan:
    """Return the plan of the latest training of a model, as `plans_of` does."""
    return plans_of(facts, model)[-1]


def flag_of(name: str) -> str:
    """Return how a field is written at the command line: ``vector_size`` is ``--vector-size``."""
    return f"--{name.replace('_', '-')}"


def _split(wanted: Mapping[str, Any]) -> tuple[Reading, Settings]:
    """Return the fields of both in their dataclasses."""
    known = {each.name for kind in (Reading, Settings) for each in fields(kind)}
    if unknown := sorted(wanted.keys() - known):
        raise BadSettings(f"there is no setting {unknown[0]}")
    reading, settings = (
        {each.name: wanted[each.name] for each in fields(kind) if each.name in wanted} for kind in (Reading, Settings)
    )
    return Reading(**reading), Settings(**settings)


def absolute_sources(sources: Sequence[str]) -> tuple[str, ...]:
    """Return the names of sources as a plan has them: paths are absolute, and addresses stay as they are."""
    return tuple(name if _is_no_file(name) else str(Path(name).absolute()) for name in map(local_path, sources))


def _files(sources: Sequence[str]) -> list[str]:
    return [name for name in sources if not _is_no_file(name)]


def _is_no_file(name: str) -> bool:
    return name == STDIN or is_remote(name)
