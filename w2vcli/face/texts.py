"""What a model in Python tells of its text: lines, reasons, and words that differ between two sides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from os import PathLike, fspath
from pathlib import Path

from w2vcli.compare.collocations import Collocation, find_collocations
from w2vcli.compare.comparison import ComparedSides, KeyWord, key_words, open_pair, open_split
from w2vcli.compare.differing_words import WantedWords, find_differing_words
from w2vcli.errors import BadSettings
from w2vcli.face.answers import Differences, Lines
from w2vcli.face.saving import Paths, sentences_beside
from w2vcli.face.table import Table
from w2vcli.models.directory import Model as OpenModel
from w2vcli.queries.terms import find_rows
from w2vcli.reporting import Reporter


def paths_of(text: Paths, model: Path) -> list[str]:
    """Return where the text of a model is said to be; if nothing is said, its sentences beside it, if there are some.

    A copy of a model has its sentences beside it, and not where they were when it was trained.
    """
    if isinstance(text, str | PathLike):
        return [fspath(text)]
    beside = sentences_beside(model)
    return [fspath(path) for path in text] or ([str(beside)] if beside.exists() else [])


def lines_with(
    model: OpenModel, words: Sequence[str], topn: int, seed: int, text: Paths, cache: Path | None, reporter: Reporter
) -> Lines:
    """Return lines of a model's text with a word, or with several that follow each other."""
    from w2vcli.evidence.line_choice import find_concordance
    from w2vcli.evidence.source import open_source

    with open_source(model, cache, reporter, paths_of(text, model.path)) as opened:
        found = find_concordance(model, opened, " ".join(words), topn, seed)
    return Lines(found.lines, found.count, found.documents)


class Sides:
    """Two sides of a text: those of one model, split ``by`` a column or by ``names``, or the texts of two models."""

    def __init__(
        self,
        model: OpenModel,
        other: OpenModel | None,
        by: str | None,
        names: Sequence[str],
        text: Paths,
        seed: int,
        cache: Path | None,
        reporter: Reporter,
    ) -> None:
        if (other is None) == (by is None and not names):
            raise BadSettings("name another model to compare with, or how to split the text: by a column, or by sides")
        self._models = [model] if other is None else [model, other]
        self._by = by
        self._names = names
        self._text = paths_of(text, model.path)
        self._seed = seed
        self._cache = cache
        self._reporter = reporter

    def differences(self, wanted: WantedWords) -> Differences:
        """Return the words that differ most, or least, or those that are asked."""
        wanted = replace(wanted, asked=self._as_in_models(wanted.asked), seed=self._seed)
        with self._opened(train=True) as compared:
            found = find_differing_words(compared, wanted, self._reporter)
            names = compared.sides.names
        found.require_all()
        return Differences(found.words, names, found.columns)

    def collocations(self, words: Sequence[str], topn: int) -> Table[Collocation]:
        """Return what stands near words on both sides."""
        asked = self._as_in_models(words)
        with self._opened(train=False) as compared:
            rows = {word: row for row, word in enumerate(compared.words)}
            return Table(find_collocations(compared, [rows[word] for word in asked], topn), Collocation)

    def key_words(self, words: Sequence[str], *, topn: int, min_count: int) -> Table[KeyWord]:
        """Return the words that are more frequent on one side, the surest first, or those that are asked."""
        asked = self._as_in_models(words)
        with self._opened(train=False) as compared:
            rows = {word: row for row, word in enumerate(compared.words)}
            counted = key_words(compared, min_count, [rows[word] for word in asked] if words else None)
        return Table(counted[: None if words else topn], KeyWord)

    def _as_in_models(self, words: Sequence[str]) -> list[str]:
        asked: list[str] = []
        for model in self._models:
            asked = [model.words[row] for row in find_rows(model, words)]
        return asked

    @contextmanager
    def _opened(self, *, train: bool) -> Iterator[ComparedSides]:
        first, *others = self._models
        if others:
            sides = open_pair(first, others[0], self._cache, self._reporter, seed=self._seed, train=train)
        else:
            sides = open_split(
                first,
                self._by,
                self._names,
                self._cache,
                self._reporter,
                seed=self._seed,
                shuffled=train,
                moved_to=self._text,
            )
        with sides as compared:
            yield compared
