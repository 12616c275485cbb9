"""Records of an answer as a sequence that knows how it is shown: in a prompt, in a notebook and as a frame of pandas.

>>> from w2vcli.queries.answers import Neighbour
>>> found = Table([Neighbour("queen", 0.7071067), Neighbour("왕", 0.5)], Neighbour)
>>> found
word   similarity
queen      0.7071
왕         0.5000
>>> found[0].word
'queen'
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import fields, is_dataclass
from html import escape
from typing import TYPE_CHECKING, Any, TypeVar, overload
from unicodedata import east_asian_width

from w2vcli.escaping import decimals, visible
from w2vcli.speaking.language import translated

if TYPE_CHECKING:
    import pandas
    from typing_extensions import Self

Record_co = TypeVar("Record_co", covariant=True)
# Of longer answers these are shown. All are in the sequence.
_MOST_SHOWN = 60
_GAP = "  "


class Table(Sequence[Record_co]):
    """The records of an answer, in their order. ``columns`` are the names of their fields, but for those left out."""

    def __init__(self, records: Iterable[Record_co], kind: type[Any], without: str = "") -> None:
        self._records = tuple(records)
        self._kind = kind
        self._without = without

    @property
    def columns(self) -> list[str]:
        """The columns as they are shown."""
        return [name for name in fields_of(self._kind) if name != self._without]

    @overload
    def __getitem__(self, at: int) -> Record_co: ...
    @overload
    def __getitem__(self, at: slice) -> Self: ...
    def __getitem__(self, at: int | slice) -> Record_co | Self:
        if isinstance(at, slice):
            found = copy(self)
            found._records = self._records[at]
            return found
        return self._records[at]

    def __len__(self) -> int:
        return len(self._records)

    def __eq__(self, other: object) -> bool:
        return list(self) == list(other) if isinstance(other, Table | list | tuple) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._records)

    def __repr__(self) -> str:
        return as_text(self.columns, self._cells(), self._numeric(), len(self) - _MOST_SHOWN)

    def _repr_html_(self) -> str:
        """Return the table as a notebook shows it."""
        return as_html(self.columns, self._cells(), self._numeric(), len(self) - _MOST_SHOWN)

    def rows(self) -> list[dict[str, Any]]:
        """Return the records as dictionaries of their columns."""
        return [{name: self.value_of(record, name) for name in self.columns} for record in self._records]

    def value_of(self, record: Any, column: str) -> object:
        """Return what stands in a column of a record."""
        return getattr(record, column)

    def to_pandas(self) -> pandas.DataFrame:
        """Return the records as a frame of pandas, a row for each.

        Raises
        ------
        w2vcli.errors.MissingExtra
            If pandas is not installed.
        """
        return frame(
            {name: [self.value_of(record, name) for record in self._records] for name in self.columns},
        )

    def _cells(self) -> list[list[str]]:
        return [
            [cell_of(self.value_of(record, name)) for name in self.columns] for record in self._records[:_MOST_SHOWN]
        ]

    def _numeric(self) -> list[bool]:
        return [
            all(isinstance(self.value_of(record, name), int | float | None) for record in self._records)
            for name in self.columns
        ]


def fields_of(kind: type[Any]) -> list[str]:
    """Return the names of the fields of a class of records."""
    return [field.name for field in fields(kind)] if is_dataclass(kind) else list(kind._fields)


def frame(columns: dict[str, list[Any]]) -> pandas.DataFrame:
    """Return columns as a frame of pandas, or raise `MissingExtra`."""
    try:
        from pandas import DataFrame
    except ImportError as error:
        from w2vcli.errors import MissingExtra

        raise MissingExtra("frames of pandas", "pandas") from error
    return DataFrame(columns)


def cell_of(value: object) -> str:
    """Return a value as it is shown: four decimals of a real number, nothing for None, commas between many."""
    if value is None:
        return ""
    if isinstance(value, float):
        return decimals(value)
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, list | tuple):
        return ", ".join(map(cell_of, value))
    return f"{value:,}" if isinstance(value, int) else str(value)


def as_text(columns: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[bool], more: int = 0) -> str:
    """Return rows below their heads, numbers at the right of their columns."""
    widths = [max(map(_width, column)) for column in zip(columns, *rows, strict=True)]
    lines = [_GAP.join(map(_padded, row, widths, right)).rstrip(" ") for row in ([*columns], *rows)]
    return "\n".join([*lines, *([_told_more(more)] if more > 0 else [])])


def as_html(columns: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[bool], more: int = 0) -> str:
    """Return rows as a table of HTML, numbers at the right of their columns."""
    styles = ["right" if number else "left" for number in right]

    def line(tag: str, cells: Sequence[str]) -> str:
        shown = (
            f'<{tag} style="text-align:{style}">{escape(cell)}</{tag}>'
            for cell, style in zip(cells, styles, strict=True)
        )
        return f"<tr>{''.join(shown)}</tr>"

    body = "".join(line("td", row) for row in rows)
    rest = f"<p>{_told_more(more)}</p>" if more > 0 else ""
    return f"<table><thead>{line('th', columns)}</thead><tbody>{body}</tbody></table>{rest}"


def _told_more(more: int) -> str:
    return translated(f"... and {more:,} more")


def _width(text: str) -> int:
    """Return how many cells a text takes: two for a syllable of Hangul."""
    return len(text) if text.isascii() else sum(1 + (east_asian_width(one) in "WF") for one in text)


def _padded(text: str, width: int, right: bool) -> str:
    blanks = " " * (width - _width(text))
    return blanks + text if right else text + blanks
