"""Compare two models, or two sides of the text of one, and name what words are near on each side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from w2vcli.array_types import Float32s, Floats, Integers
from w2vcli.atomic import temporary_directory
from w2vcli.compare.context_sums import TokenRows, count_on_sides
from w2vcli.compare.differences import ComparedText, Differences, shrunk
from w2vcli.compare.document_sides import sides_by_column, sides_by_files, sides_by_name
from w2vcli.compare.joint_training import train_jointly
from w2vcli.compare.keyness import keyness
from w2vcli.compare.sides import Sides, make_sides
from w2vcli.corpus.cache import read_with_cache
from w2vcli.corpus.encoded import EncodedCorpus
from w2vcli.errors import BadCorpus, BadModel, BadSettings
from w2vcli.models.directory import Model
from w2vcli.reporting import Reporter
from w2vcli.training.model_text import open_text
from w2vcli.training.plans import TrainingPlan, flag_of, latest_plan
from w2vcli.training.text import all_sentences
from w2vcli.training.vocabulary import Vocabulary, make_vocabulary


@dataclass(frozen=True)
class ComparedSides:
    """A text with its two sides, and the ``vocabulary`` that it is compared by.

    ``plan`` is that of the training that gave the vectors, and ``outputs`` are its output weights by name, if they are
    known. ``models`` are the two that were given, or none where one model is split.
    """

    text: ComparedText
    sides: Sides
    vocabulary: Vocabulary
    plan: TrainingPlan
    outputs: Mapping[str, Float32s]
    models: tuple[Model, ...] = ()

    @property
    def words(self) -> list[str]:
        """The words that are compared, in row order."""
        return self.vocabulary.words


@dataclass(frozen=True)
class ComparedWord:
    """A word with its difference, the ends of the interval, how sure it is, counts and neighbours on both sides.

    ``others`` are what other measures say of it, None where one cannot tell.
    """

    word: str
    difference: float
    low: float
    high: float
    p: float
    fdr: float
    count_a: int
    count_b: int
    near_a: list[str]
    near_b: list[str]
    others: dict[str, float | None]


@contextmanager
def open_split(
    model: Model,
    column: str | None,
    names: Sequence[str],
    cache: Path | None,
    reporter: Reporter,
    *,
    seed: int,
    shuffled: bool = True,
    moved_to: Sequence[str] = (),
) -> Iterator[ComparedSides]:
    """Yield the text of a model, split by a ``column`` of its table, or by the ``names`` of folders or files.

    Without ``shuffled``, the sides may be too short to be shuffled.

    Raises
    ------
    BadModel
        If the model was not trained here.
    BadCorpus
        If its text cannot be read again, or cannot be split so.
    """
    with open_text(model.path, model.facts, cache, reporter, moved_to) as found:
        corpus, plan = found.corpus, found.plan
        if column is not None:
            documents, (first, second) = sides_by_column(corpus, plan.reading, column, names)
        else:
            documents = sides_by_name(corpus, names)
            first, second = names
        text, vocabulary = text_of_model(model, corpus, plan)
        yield ComparedSides(
            text,
            make_sides(corpus, documents, (first, second), seed, shuffled=shuffled),
            vocabulary,
            plan,
            model.weights,
        )


def text_of_model(model: Model, corpus: EncodedCorpus, plan: TrainingPlan) -> tuple[ComparedText, Vocabulary]:
    """Return the text of a model with what it is compared by, and its vocabulary.

    Raises
    ------
    BadModel
        If the model has words of other texts.
    """
    vocabulary = make_vocabulary(all_sentences(corpus), plan.settings, ties=plan.ties)
    if vocabulary.words != list(model.words):
        raise BadModel(f"{model.path}: its text alone does not have all words of the model; train it on all text")
    vectors = np.asarray(model.vectors[np.arange(len(vocabulary.words))], dtype=np.float32)
    return _compared_text(corpus, vocabulary, vectors, plan), vocabulary


@contextmanager
def open_pair(
    first: Model, second: Model, cache: Path | None, reporter: Reporter, *, seed: int, train: bool = True
) -> Iterator[ComparedSides]:
    """Yield the texts of two models as the sides of one text, on which one model is trained for both.

    It is trained with the settings of the first, once for all if there is a ``cache``. Without ``train`` there are no
    vectors, for what goes by counts, and the sides may be too short to be shuffled.

    Raises
    ------
    BadModel
        If a model was not trained here.
    BadSettings
        If the texts were read in different ways, or the model is fastText.
    BadCorpus
        If a text cannot be read again.
    """
    plans = [latest_plan(model.facts, model.path) for model in (first, second)]
    _require_same_reading(plans, (first, second))
    plan = plans[0]
    if train and plan.settings != replace(plans[1].settings, seed=plan.settings.seed, workers=plan.settings.workers):
        reporter.note(f"the models have other settings; one model of both texts is trained with those of {first.name}")
    with (
        open_text(first.path, first.facts, cache, reporter) as one,
        open_text(second.path, second.facts, cache, reporter) as other,
        temporary_directory() as scratch,
    ):
        if shared := {file.sha256 for file in one.corpus.files()} & {file.sha256 for file in other.corpus.files()}:
            name = next(file.path for file in one.corpus.files() if file.sha256 in shared)
            raise BadCorpus(f"{name} is in the texts of both models, so that they cannot be told apart")
        names = [file.path for text in (one, other) for file in text.corpus.files()]
        files = len(one.corpus.files())
        corpus = read_with_cache(names, scratch, plan.reading, cache, reporter)
        of_document = sides_by_files(corpus, files)
        sides = make_sides(corpus, of_document, (first.name, second.name), seed, shuffled=train)
        settings = replace(plan.settings, held_out=False)
        if train:
            vocabulary, weights = train_jointly(corpus, plan, settings, cache, reporter)
        else:
            vocabulary, weights = make_vocabulary(all_sentences(corpus), settings, ties=plan.ties), {}
        none = np.zeros((len(vocabulary.words), 0), dtype=np.float32)
        text = _compared_text(corpus, vocabulary, weights.get("vectors", none), plan)
        yield ComparedSides(text, sides, vocabulary, plan, weights, (first, second))


def _require_same_reading(plans: Sequence[TrainingPlan], models: Sequence[Model]) -> None:
    one, other = (asdict(plan.reading) for plan in plans)
    tables = [plan.reading.column for plan in plans]
    if None in tables and tables[0] != tables[1]:
        of_files, of_table = (models[at].name for at in sorted((0, 1), key=lambda at: tables[at] is not None))
        raise BadSettings(
            f"{of_files} was trained on text files and {of_table} on a column of a table, and both texts are read in "
            "one way; train both on tables, or both on files"
        )
    for name, value in one.items():
        if value != other[name]:
            raise BadSettings(
                f"{models[0].name} was trained with {flag_of(name)} {value}, {models[1].name} with {other[name]}: "
                "their words cannot be compared"
            )


def _compared_text(
    corpus: EncodedCorpus, vocabulary: Vocabulary, vectors: Float32s, plan: TrainingPlan
) -> ComparedText:
    settings = plan.settings
    tokens = TokenRows(corpus, vocabulary.rows)
    return ComparedText(tokens, vectors, vocabulary.counts, settings.window, settings.sample)


@dataclass(frozen=True)
class KeyWord:
    """A word by its counts on both sides, see `w2vcli.compare.keyness`. ``per_million_a`` is of a million tokens."""

    word: str
    log_likelihood: float
    log_ratio: float
    count_a: int
    count_b: int
    per_million_a: float
    per_million_b: float


def key_words(compared: ComparedSides, min_count: int, rows: Sequence[int] | None = None) -> list[KeyWord]:
    """Return the words seen ``min_count`` times on both sides together, or those in ``rows``, the surest first."""
    words, tokens = compared.words, compared.sides.tokens
    counts = count_on_sides(compared.text.tokens, compared.sides, len(words))
    found = keyness(counts, tokens)
    chosen = np.flatnonzero(counts.sum(axis=0) >= min_count) if rows is None else np.array(rows, dtype=np.int64)
    order = chosen[np.argsort(-found.log_likelihood[chosen], kind="stable")]
    first, second = counts / np.array(tokens)[:, None] * 1e6
    columns = (found.log_likelihood, found.log_ratio, *counts, first, second)
    return [KeyWord(words[row], *(column[row].item() for column in columns)) for row in order.tolist()]


def compared_words(
    compared: ComparedSides,
    differences: Differences,
    places: Integers,
    near: int,
    others: Mapping[str, Floats] | None = None,
) -> list[ComparedWord]:
    """Return the words at some ``places`` of the differences, with ``near`` neighbours on each side.

    ``others`` are the columns of other measures, for the same places.
    """
    found = []
    columns = {name: values.tolist() for name, values in (others or {}).items()}
    nearest = _near_on_sides(compared, differences, places, near)
    for at, (place, (near_a, near_b)) in enumerate(zip(places.tolist(), nearest, strict=True)):
        count_a, count_b = differences.counts[:, place].tolist()
        found.append(
            ComparedWord(
                word=compared.words[differences.rows[place]],
                difference=float(differences.difference[place]),
                low=float(differences.low[place]),
                high=float(differences.high[place]),
                p=float(differences.p[place]),
                fdr=float(differences.fdr[place]),
                count_a=count_a,
                count_b=count_b,
                near_a=near_a,
                near_b=near_b,
                others={name: None if np.isnan(values[at]) else values[at] for name, values in columns.items()},
            )
        )
    return found


def _near_on_sides(
    compared: ComparedSides, differences: Differences, places: Integers, topn: int
) -> list[tuple[list[str], list[str]]]:
    """Return what the words at some ``places`` of the differences are near on the first side, and on the second.

    The vector of a word on a side is that of the model, moved as far as the word's contexts there tell. What chance
    alone would move it is taken off first, so that of a word that does not differ both lists are the same.
    """
    vectors = compared.text.vectors
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    units = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
    found = []
    for place in places.tolist():
        row, sizes = int(differences.rows[place]), differences.counts[:, place]
        vector = vectors[row].astype(np.float64)
        moved = shrunk(differences.moved[place], vector, float(differences.chance[place]))
        lists = []
        for share in (sizes[1] / sizes.sum(), -sizes[0] / sizes.sum()):
            cosines = units @ (vector + share * moved).astype(np.float32)
            cosines[row] = -np.inf
            best = np.argsort(-cosines, kind="stable")[:topn]
            lists.append([compared.words[at] for at in best.tolist()])
        found.append((lists[0], lists[1]))
    return found
