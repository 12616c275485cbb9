"""Tables that are test sets of no kind, or of several: what is told of them, and what to do.

    pairs.txt: two words a line; say --kind categories (a word and its category) or --kind analogies (pairs of one
    relation, each with each)

Sets that look like another kind are refused, and data that is no test set at all. A wrong figure is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from w2vcli.errors import DamagedInput
from w2vcli.measure.columns import SetColumn, SetTable, titles
from w2vcli.measure.kinds import Kind
from w2vcli.measure.set_rows import PIPES

# The third column of BLESS (Baroni and Lenci 2011): its relations.
_BLESS = re.compile(r"attri|coord|event|hyper|mero|random-[njv]")


def several_fit(name: str, why: str, kinds: Mapping[Kind, str]) -> DamagedInput:
    """Return what to say where several kinds fit, or one that is seldom meant: ``kinds`` and what they mean."""
    choices = " or ".join(f"--kind {kind} ({what})" for kind, what in kinds.items())
    return DamagedInput(f"{name}: {why}; say {choices}")


def no_score(table: SetTable, name: str) -> DamagedInput:
    """Return what to say of a table with two words in a row whose names tell neither a score nor a section."""
    others = [column for column in table.columns if column.role in {"score", "other"}]
    if others:
        return DamagedInput(
            f"{name}: none of the columns {titles(others)} is a score in numbers; call the one that is 'score', or say"
            " --kind analogies (pairs of one relation, each with each)"
        )
    kinds: dict[Kind, str] = {
        "analogies": "pairs of one relation, each with each",
        "categories": "a word and its category",
    }
    return several_fit(name, f"two words a line ({titles(table.columns)}) and no score", kinds)


def refuse_others(table: SetTable, kind: Kind | None, name: str) -> None:
    """Refuse what is a test set of no kind that can be measured here: BLESS, and SemEval-2012 Task 2.

    Raises
    ------
    DamagedInput
        If it is one.
    """
    columns = table.columns
    if len(columns) == 4 and all(_BLESS.fullmatch(text) for text in columns[2].fields):
        raise DamagedInput(
            f"{name} looks like BLESS (concept, class, relation, relatum), which is no kind of test set here;"
            " its first two columns are categories: write them to a file of their own"
        )
    if kind is None and all(len(row.fields) == 1 and ":" in row.fields[0] for row in table.rows):
        raise _semeval(name)
    if kind is None and len(columns) == 2 and any(column.has_numbers for column in columns):
        words = next((column for column in columns if not column.has_numbers), columns[0])
        if all(":" in text.strip('"') for text in words.fields):
            raise _semeval(name)


def _semeval(name: str) -> DamagedInput:
    """Return what to say of pairs that are one field: ``sofa:couch``."""
    return DamagedInput(
        f"{name} looks like SemEval-2012 Task 2 (pairs such as sofa:couch, and how well they show a relation), which"
        " is no kind of test set here"
    )


def require_names_for_all(table: SetTable, name: str) -> None:
    """Refuse rows with more fields than the heading has names.

    A decimal comma may have cut a score in two: ``tiger,cat,7,35`` below ``word1,word2,score``.

    Raises
    ------
    DamagedInput
        If most rows are so.
    """
    longer = [row for row in table.rows if table.heading and len(row.fields) > len(table.heading.fields)]
    names = sum(column.name is not None for column in table.columns)
    if table.named and 2 * len(longer) > len(table.rows) and names < len(table.columns):
        row = longer[0]
        raise DamagedInput(
            f"{name}, line {row.line:,} has {len(row.fields)} fields between {table.separator} under {names} names;"
            " write a decimal point, or quotation marks around a field with commas, or names for all columns"
        )


def require_no_relation(table: SetTable, columns: Sequence[SetColumn], name: str) -> None:
    """Refuse to take a table of relations, or words with choices as in TOEFL, for odd ones out.

    Any table of three columns could be odd ones out. In triples such as ``cat is-a animal`` a column repeats, and odd
    ones out have other words in each line.

    Raises
    ------
    DamagedInput
        If it looks like one of them.
    """
    if any(re.match(r"/[rca]/", text) for row in table.rows[:1] for text in row.fields):
        raise DamagedInput(f"{name} looks like assertions of ConceptNet, which are no test set")
    if table.separator == PIPES:  # as in TOEFL: a word, four choices, and which is right
        raise several_fit(name, f"{len(columns)} words a line between pipes", {"odd": "the odd one last"})
    # A column of one word all through is a relation or a remark.
    same = [column for column in columns if len(column.fields) == len(table.rows) > 1 and len(set(column.fields)) == 1]
    if same and len(same) < len(columns):
        raise several_fit(
            name,
            f"all lines have {same[0].fields[0]!r} in {same[0].title}; of an analogy, leave four words in a line, as in"
            " man king woman queen",
            {"odd": "all are words, the odd one last"},
        )
    if len(columns) == 3 and len(table.rows) >= 4:
        repeating = [column for column in columns if len(set(column.fields)) <= len(table.rows) / 2]
        if repeating:
            raise several_fit(
                name,
                f"three words a line, of which {repeating[0].title} repeats; this may be a table of relations",
                {"odd": "the odd one last"},
            )
