"""Test sets: what their files hold, in all the layouts they are found in, and those that come with gensim.

    read_set("questions-words").items[0]
    Item(line=2, section='capital-common-countries', words=('Athens', 'Greece', 'Baghdad', 'Iraq'), score=nan)

A file goes through three modules: `set_rows` cuts it into fields, `columns` tells which column is what, `layouts`
tells which kind of questions that makes. Here the questions are made.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from shlex import quote
from typing import NamedTuple, cast

from w2vcli.errors import DamagedInput
from w2vcli.escaping import visible
from w2vcli.inputs import read_text
from w2vcli.measure.columns import SetTable, find_columns, number
from w2vcli.measure.kinds import BUNDLED, Kind
from w2vcli.measure.layouts import QuestionLayout, expected_but, find_layout, told
from w2vcli.measure.set_rows import SetRow, split_rows
from w2vcli.measure.weat import roles_of
from w2vcli.requirements import require_gensim

# Parts of speech behind words, as in MEN (sun-n), and addresses of ConceptNet (/c/en/sun/n).
_TAGGED = re.compile(r"(.+)[-_/#.|](n|v|a|j|r|adj|adv|noun|verb)", re.IGNORECASE)
_CONCEPT = re.compile(r"/c/[a-z]{2,3}/([^/]+)(/.*)?")


class Item(NamedTuple):
    """A question: where it stands, its words, and for a pair the score that people gave it.

    ==========  =====================================================
    kind        ``words``
    ==========  =====================================================
    analogies   four, the answer last
    pairs       two, which alone have a ``score``
    categories  one, and the ``section`` is the name of its category
    odd         all of the question, the odd one last
    weat        one, and the ``section`` is the target or attribute that it is in
    ==========  =====================================================
    """

    line: int
    section: str
    words: tuple[str, ...]
    score: float = math.nan


def expected(kind: Kind, item: Item) -> str | float:
    """Return the right answer to a question: a word, a category, or the score of a pair."""
    if kind == "pairs":
        return item.score
    return item.section if kind in {"categories", "weat"} else item.words[-1]


class InvalidLine(NamedTuple):
    """A line that is no question of its set: its number from 1, and what is wrong with it."""

    line: int
    message: str


@dataclass(frozen=True)
class EvaluationSet:
    """The questions in a file, all of one kind, and the lines that could not be read.

    ``layout`` says in words how the file was read. With ``several``, words of analogies may be lists of words that are
    equally right, with ``/`` between them. With ``tagged``, all words have a part of speech or the address of a concept
    around them, as ``sun-n`` and ``/c/en/sun`` have.
    """

    name: str
    kind: Kind
    items: list[Item]
    invalid: list[InvalidLine]
    layout: str = ""
    several: bool = False
    tagged: bool = False


def read_set(source: str, kind: Kind | None = None, encoding: str = "utf-8") -> EvaluationSet:
    """Return the questions in the file ``source``, or in one of `BUNDLED` if there is no such file.

    Without a ``kind`` it is found out. Lines that are no questions are kept as ``invalid``. If
    most lines are, the kind has to be given.

    Raises
    ------
    DamagedInput
        If not one line is a question, or if they may be questions of several kinds.
    MissingGensim
        If it is one of `BUNDLED`, which come with gensim, and that is not installed.
    """
    path, name = Path(source), Path(source).name
    if source in BUNDLED and not path.exists():
        require_gensim(f"test sets such as {source}")
        path = _gensim_folder() / "test" / "test_data" / BUNDLED[source]
    if path.is_dir():  # BATS is a folder of folders: what to type is shown with two of its files
        files = [str(file) for file in sorted(path.rglob("*.txt"))][:2] or [f"{path}/FILE"]
        raise DamagedInput(f"{path} is a folder; give its files: --set " + " --set ".join(map(quote, files)))
    text = read_text(path, "a test set", encoding)
    if "\0" in text:  # an archive, or UTF-16
        raise DamagedInput(f"{path} is no text, since it has zero bytes; a test set is needed, of an archive unpacked")
    rows = split_rows(text, str(path), may_be_lists=kind in {None, "categories", "weat"})
    table = find_columns(rows, may_have_scores=kind in {None, "pairs"})
    layout = find_layout(table, kind, name)
    items, invalid = _read(table, layout)
    if len(items) < max(len(invalid), 1) and (kind is None or not items):
        wrong = invalid[0] if invalid else InvalidLine(1, expected_but(layout.kind, []))
        raise DamagedInput(f"{path} has no question in it: line {wrong.line:,}: {wrong.message}")
    tagged = all(map(_is_tagged, (word for item in items for word in item.words)))
    return EvaluationSet(name, layout.kind, items, invalid, told(table, layout), layout.several, tagged)


def forms(test_set: EvaluationSet, word: str) -> list[str]:
    """Return what a word of a set may be looked up as, the first choice first: ``sun-n``, then ``sun``."""
    if not test_set.tagged:
        return [word]
    bare = _CONCEPT.fullmatch(word) or _TAGGED.fullmatch(word)
    return [word, bare[1]] if bare else [word]


def alternatives(test_set: EvaluationSet, word: str) -> list[str]:
    """Return the words that are equally right where ``word`` is expected: bigger and larger for ``bigger/larger``."""
    return [each.strip() for each in word.split("/") if each.strip()] if test_set.several else [word]


def _is_tagged(word: str) -> bool:
    return (_CONCEPT.fullmatch(word) or _TAGGED.fullmatch(word)) is not None


def _gensim_folder() -> Path:
    spec = find_spec("gensim")  # to import it would take a second
    return Path(cast(str, cast(object, spec and spec.origin))).parent


def _read(table: SetTable, layout: QuestionLayout) -> tuple[list[Item], list[InvalidLine]]:
    """Return the questions of a table, and the rows that are none."""
    if layout.kind == "weat":
        return _words_of_sections(table, layout)
    items, invalid = [], []
    for row in table.rows:
        item = _item(row, layout, exact=table.heading is None)
        if item is None:
            invalid.append(InvalidLine(row.line, expected_but(layout.kind, row.fields)))
        else:
            items.append(item)
    return (list(_each_with_each(items)) if layout.is_relation else items), invalid


def _words_of_sections(table: SetTable, layout: QuestionLayout) -> tuple[list[Item], list[InvalidLine]]:
    """Return a question for each word of targets and attributes, and the words that stand there a second time.

    A word in both targets would be compared with itself.
    """
    found: dict[tuple[str, str], Item] = {}
    invalid = []
    for row in table.rows:
        section = row.section if layout.section is None else row.fields[layout.section.at]
        words = [row.fields[column.at] for column in layout.words] or row.fields
        for word in filter(None, words):
            item = Item(row.line, section, (word,))
            first = found.setdefault((roles_of([section])[section], word), item)
            if first is not item:
                invalid.append(InvalidLine(row.line, f"{visible(word)} is in {visible(first.section)} already"))
    return list(found.values()), invalid


def _item(row: SetRow, layout: QuestionLayout, *, exact: bool) -> Item | None:
    """Return the question in a row, or None if there is none.

    ``exact`` rows of words have no field too many. Below a heading, columns that are not used may follow.
    """
    fields = row.fields
    columns = [column.at for column in layout.words] or list(range(len(fields)))
    section = row.section
    if layout.section is not None:
        section = fields[layout.section.at] if len(fields) > layout.section.at else ""
    if len(fields) <= max(columns) or (layout.kind == "odd" and len(columns) < 3):
        return None
    used = [*columns, *([layout.section.at] if layout.section else [])]
    if exact and layout.kind in {"analogies", "categories"} and len(fields) > max(used) + 1:
        return None
    words = tuple(fields[at] for at in columns)
    if not all(words) or (layout.kind == "categories" and not section):
        return None
    if layout.kind != "pairs":
        return Item(row.line, section, words)
    score = number(fields[layout.score.at]) if layout.score and len(fields) > layout.score.at else None
    # Pairs have one figure for the whole set, so sections are dropped.
    return None if score is None else Item(row.line, "", words, score)


def _each_with_each(pairs: Sequence[Item]) -> Iterator[Item]:
    """Yield the questions that pairs of one relation make: each pair with each other one of its section."""
    for first in pairs:
        for second in pairs:
            if first is not second and first.section == second.section:
                yield Item(second.line, second.section, (*first.words, *second.words))
