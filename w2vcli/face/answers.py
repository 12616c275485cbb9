"""Answers that are more than their rows: lines of a text, reasons, places on axes, words that differ."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from w2vcli.compare import measure_names
from w2vcli.compare.comparison import ComparedWord
from w2vcli.escaping import decimals, visible
from w2vcli.evidence.reasons import Explanation, SharedContext
from w2vcli.evidence.text_lines import Line
from w2vcli.face.table import Table, as_html, as_text, frame
from w2vcli.queries.axis_trust import AxisTrust, PlacedWord
from w2vcli.speaking.language import translated

if TYPE_CHECKING:
    import pandas

# Characters on each side of a word, of those that a line has.
_BESIDE = 32


class Lines(Table[Line]):
    """Lines of a text with a word, which comes ``occurrences`` times in it, in so many ``documents``."""

    def __init__(self, lines: Iterable[Line], occurrences: int | None = None, documents: int | None = None) -> None:
        super().__init__(lines, Line)
        self.occurrences = occurrences
        self.documents = documents

    def __repr__(self) -> str:
        rows = [(visible(f"{line.file}:{line.line}"[-_BESIDE:]), *_cut(line)) for line in self]
        return as_text(("file", "left", "word", "right"), rows, (False, True, False, False))

    def _repr_html_(self) -> str:
        rows = [(visible(f"{line.file}:{line.line}"), *_cut(line, 3 * _BESIDE)) for line in self]
        return as_html(("file", "left", "word", "right"), rows, (False, True, False, False))


@dataclass(frozen=True, repr=False)
class Reasons(Explanation):
    """Why words are near, see `w2vcli.evidence.reasons.Explanation`: its contexts and lines are tables."""

    contexts: Table[SharedContext]
    lines: Lines
    lines_together: Lines

    def __repr__(self) -> str:
        return "\n\n".join([self._sentence(), *map(repr, self._tables())])

    def _repr_html_(self) -> str:
        shown = "".join(table._repr_html_() for table in self._tables())
        return f"<p>{escape(self._sentence())}</p>{shown}"

    def to_pandas(self) -> pandas.DataFrame:
        """Return the contexts as a frame of pandas."""
        return self.contexts.to_pandas()

    def _sentence(self) -> str:
        return translated(
            f"{visible(self.word1)} and {visible(self.word2)}: similarity {decimals(self.similarity)}; contexts account"
            f" for {self.accounted:.0%} of it, those of both for {self.shared:.0%}"
        )

    def _tables(self) -> list[Table[SharedContext] | Lines]:
        return [table for table in (self.contexts, self.lines) if len(table)]


def as_reasons(found: Explanation) -> Reasons:
    """Return an explanation with tables for its lists."""
    tables = {
        "contexts": Table(found.contexts, SharedContext),
        "lines": Lines(found.lines),
        "lines_together": Lines(found.lines_together),
    }
    return Reasons(**(vars(found) | tables))


class Features(Table[PlacedWord]):
    """The places of words on axes, a record for each word on each axis, word by word.

    ``axes`` says what each axis is worth. Shown are the words by the axes, with half of each interval behind ±.
    """

    def __init__(self, placed: Iterable[PlacedWord], axes: Table[AxisTrust]) -> None:
        super().__init__(placed, PlacedWord)
        self.axes = axes

    def __repr__(self) -> str:
        return as_text(*self._matrix())

    def _repr_html_(self) -> str:
        return as_html(*self._matrix())

    def _matrix(self) -> tuple[list[str], list[list[str]], list[bool]]:
        names = [axis.axis for axis in self.axes]
        rows: dict[str, list[str]] = {}
        for found in self:
            half = "" if found.half_width is None else f" ±{decimals(found.half_width, 2)}"
            rows.setdefault(found.word, []).append(decimals(found.value) + half)
        cells = [[visible(word), *places] for word, places in rows.items()]
        return ["word", *names], cells, [False, *[True] * len(names)]

    def by_axis(self) -> pandas.DataFrame:
        """Return the places as a frame of pandas: words by axes."""
        words = list(dict.fromkeys(found.word for found in self))
        columns = {axis.axis: [each.value for each in self if each.axis == axis.axis] for axis in self.axes}
        return frame({"word": words, **columns}).set_index("word")


class Differences(Table[ComparedWord]):
    """Words that differ between two ``sides``, called by their names. Other measures have a column each."""

    def __init__(self, words: Iterable[ComparedWord], sides: tuple[str, str], measures: Iterable[str] = ()) -> None:
        super().__init__(words, ComparedWord, without="others")
        self.sides = sides
        self._measures = [name for name in measure_names.COLUMNS if name in set(measures)]

    @property
    def columns(self) -> list[str]:
        """The columns as they are shown: other measures behind those of the difference."""
        found = super().columns
        at = found.index("count_a")
        return [*found[:at], *self._measures, *found[at:]]

    def value_of(self, record: Any, column: str) -> object:
        """Return what stands in a column: that of another measure is in ``others``."""
        return record.others[column] if column in record.others else super().value_of(record, column)


def _cut(line: Line, beside: int = _BESIDE) -> tuple[str, str, str]:
    return visible(line.left[-beside:].strip()), visible(line.word), visible(line.right[:beside].strip())
