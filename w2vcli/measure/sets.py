"""Test sets: what their files hold, in all the layouts they are found in, and those that come with gensim."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, NamedTuple, cast

from w2vcli.compression import read_text
from w2vcli.errors import DamagedInput
from w2vcli.escaping import visible

Kind = Literal["analogies", "pairs", "categories", "odd"]

# The sets that gensim's wheel has among its own tests' data.
BUNDLED = {
    "questions-words": "questions-words.txt",
    "wordsim353": "wordsim353.tsv",
    "simlex999": "simlex999.txt",
}
_SHOWN = 60


class Item(NamedTuple):
    """A question: where it stands, its words, and for a pair the score that people gave it.

    ``words`` are the four of an analogy, its answer last; two of a pair; one of a category, whose name is
    the ``section``; all of an odd-one-out question, the odd one last.
    """

    line: int
    section: str
    words: tuple[str, ...]
    score: float = math.nan


def expected(kind: Kind, item: Item) -> str | float:
    """Return the right answer to a question; of a pair, its score."""
    if kind == "pairs":
        return item.score
    return item.section if kind == "categories" else item.words[-1]


class InvalidLine(NamedTuple):
    """A line that is none of its set: its number from 1, and what is wrong with it."""

    line: int
    message: str


@dataclass(frozen=True)
class EvaluationSet:
    """The questions in a file, all of one kind, and the lines that could not be read."""

    name: str
    kind: Kind
    items: list[Item]
    invalid: list[InvalidLine]


def read_set(source: str, kind: Kind | None = None, encoding: str = "utf-8") -> EvaluationSet:
    """Return the questions in the file ``source``, or in one of `BUNDLED`.

    Tabs, commas, semicolons or blanks separate fields, whichever most lines have. Lines that begin with
    ``:`` name sections, those with ``#`` do so where none begins with ``:``; among pairs, ``#`` begins a
    comment. A first line without a number is the heading of a table of pairs. The kind of questions, unless
    it is given, is the first of pairs, analogies and categories that half of the lines are, else odd ones out.

    Raises
    ------
    DamagedInput
        If not one line is a question.
    """
    path, name = Path(source), Path(source).name
    if source in BUNDLED and not path.exists():
        path = _gensim_folder() / "test" / "test_data" / BUNDLED[source]
    rows = _split(read_text(path, "a test set", encoding))
    kinds = [kind] if kind else list(_LAYOUTS)
    found = [_read(name, rows, kind) for kind in kinds]
    fitting = (candidate for candidate in found if len(candidate.items) >= max(len(candidate.invalid), 1))
    best = next(fitting, found[-1])
    if not best.items:
        wrong = best.invalid[0] if kind and best.invalid else None
        where = f"line {wrong.line:,}: {wrong.message}" if wrong else f"expected lines of {_ANY_LAYOUT}"
        raise DamagedInput(f"{path} has no question in it: {where}")
    return best


class _Row(NamedTuple):
    line: int
    fields: list[str]
    section: str
    comment: bool  # a line that begins with # may be one


def _gensim_folder() -> Path:
    spec = find_spec("gensim")  # to import it would take a second
    return Path(cast(str, cast(object, spec and spec.origin))).parent


def _split(text: str) -> list[_Row]:
    stripped = (line.strip(" \t\r") for line in text.split("\n"))
    lines = [(number, line) for number, line in enumerate(stripped, 1) if line]
    mark = ":" if any(line.startswith(":") for _, line in lines) else "#"
    data = [line for _, line in lines if not _is_marked(line, ":#")]
    # A separator that most lines have; blanks otherwise, since a word may have any of the others in it.
    separator = next((each for each in "\t,;" if sum(each in line for line in data) > len(data) / 2), None)
    rows = []
    section = ""
    for number, line in lines:
        if _is_marked(line, mark):
            section = line.lstrip(mark).strip()
        if _is_marked(line, ":#"):
            rows.append(_Row(number, [line], section, comment=True))
        else:
            rows.append(_Row(number, _fields(line, separator), section, comment=False))
    return rows


def _is_marked(line: str, marks: str) -> bool:
    """Tell whether a line is a heading or a comment: ``#`` may also begin a word, as in ``#metoo``."""
    return (":" in marks and line.startswith(":")) or ("#" in marks and re.match(r"#+(\s|$)", line) is not None)


def _fields(line: str, separator: str | None) -> list[str]:
    if separator in {",", ";"}:
        fields = next(csv.reader([line], delimiter=separator))
    else:
        fields = re.split(separator or r"[ \t]+", line)
    return [field.strip(" ") for field in fields]


def _read(name: str, rows: Sequence[_Row], kind: Kind) -> EvaluationSet:
    layout = _LAYOUTS[kind]
    data = [row for row in rows if not row.comment]
    items, invalid = [], []
    for row, item in zip(data, layout.read(data), strict=True):
        if item is not None:
            items.append(item)
        elif row is not data[0] or not layout.may_have_heading:
            shown = visible(" ".join(row.fields))[:_SHOWN]
            count = len(row.fields)
            fields = f"{count} field{'s' if count != 1 else ''}"
            invalid.append(InvalidLine(row.line, f"expected {layout.expected}, found {fields}: {shown}"))
    return EvaluationSet(name, kind, items, invalid)


def _read_analogies(rows: Sequence[_Row]) -> Iterator[Item | None]:
    for row in rows:
        yield Item(row.line, row.section, tuple(row.fields)) if len(row.fields) == 4 else None


def _read_pairs(rows: Sequence[_Row]) -> Iterator[Item | None]:
    """Yield pairs with the first field behind the two words that is a number, which tables have in one column."""
    columns = (at for row in rows for at, field in enumerate(row.fields) if at >= 2 and _number(field) is not None)
    column = next(columns, 2)
    for row in rows:
        score = _number(row.fields[column]) if len(row.fields) > column else None
        yield None if score is None else Item(row.line, "", (row.fields[0], row.fields[1]), score)


def _read_categories(rows: Sequence[_Row]) -> Iterator[Item | None]:
    for row in rows:
        if len(row.fields) == 2:
            yield Item(row.line, row.fields[1], (row.fields[0],))
        else:
            yield Item(row.line, row.section, (row.fields[0],)) if row.section and len(row.fields) == 1 else None


def _read_odd(rows: Sequence[_Row]) -> Iterator[Item | None]:
    for row in rows:
        yield Item(row.line, row.section, tuple(row.fields)) if len(row.fields) >= 3 else None


def _number(field: str) -> float | None:
    try:
        number = float(field.replace(",", "."))  # 6,77 in many countries
    except ValueError:
        return None
    return number if math.isfinite(number) else None


class _Layout(NamedTuple):
    read: Callable[[Sequence[_Row]], Iterator[Item | None]]
    expected: str
    may_have_heading: bool = False


# In the order in which they are tried.
_LAYOUTS: dict[Kind, _Layout] = {
    "pairs": _Layout(_read_pairs, "two words and a score", may_have_heading=True),
    "analogies": _Layout(_read_analogies, "four words"),
    "categories": _Layout(_read_categories, "a word and its category"),
    "odd": _Layout(_read_odd, "three words or more, the odd one last"),
}
_ANY_LAYOUT = "; or ".join(layout.expected for layout in _LAYOUTS.values())
