"""Which columns of a table hold texts and labels, and which one says what part of the data a row is of.

Most tables say it by their names, such as ``review,sentiment,split``. A table without a header says it by its values:
the labels are in the column with the fewest distinct values, the texts in the one with the most characters.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from w2vcli.corpus.table_rows import TextTable
from w2vcli.errors import BadCorpus
from w2vcli.neural.labelled_texts.parts import is_flag, parts_of_values
from w2vcli.reporting import Reporter

# Names in public data sets. Those in the second set are tried if no column has a name of the first.
_TEXTS = (
    {"text", "texts", "review", "reviews", "review_text", "reviewtext", "review_body", "sentence", "sentences"}
    | {"document", "documents", "comment", "comments", "comment_text", "content", "contents", "body", "tweet"}
    | {"message", "utterance", "post", "sms", "문장", "내용", "리뷰", "댓글", "텍스트", "문서", "文本", "本文"},
    {"title", "description", "headline", "question", "abstract", "summary", "phrase", "tokens", "words", "제목"},
)
_LABELS = (
    {"label", "labels", "sentiment", "class", "category", "target", "stars", "polarity", "label_text"}
    | {"라벨", "레이블", "감정", "분류", "标签", "ラベル"},
    {"rating", "score", "overall", "tag", "topic", "intent", "emotion", "type", "genre", "평점", "class index"},
)
_SPLITS = {"split", "splits", "set", "partition", "part", "subset", "dataset", "type", "usage", "phase", "fold", "data"}
# A column without a name and with more distinct values is not taken for one of labels.
_MOST_GUESSED_LABELS = 50


class Chosen(NamedTuple):
    """The columns of texts, of labels, and of parts, which not every table has."""

    text: str
    label: str
    split: str | None


def choose_columns(table: TextTable, text: str | None, label: str | None, reporter: Reporter) -> Chosen:
    """Return the columns that hold texts and labels: those asked for, or those with the usual names.

    If the first row has none of these names, and its label comes again in other rows, it is no header. Columns are
    then called 1, 2, 3, and guessed by their values. The reporter is told of all guesses.

    Raises
    ------
    BadCorpus
        If a column is not there, or it is not clear which one it is.
    """
    # --label 1 asks for a number, unless a column is called 1.
    asked = [name for name in (text, label) if name is not None]
    by_number = asked and all(name.isdigit() and name not in table.columns for name in asked)
    if table.first_rows and (by_number or (not asked and _has_no_header(table))):
        table.number_columns()
        text, label = _guess(table, text, label)
        _tell(table, text, label, reporter, "there is no header; ")
        return Chosen(text, label, None)
    if text is not None:
        table.require([text], "--column")
    if label is not None:
        table.require([label], "--label")
    text = text or _called(table, _TEXTS, label, "texts", "--column")
    label = label or _called(table, _LABELS, text, "labels", "--label")
    table.require([text], "--column")
    table.require([label], "--label")
    _tell(table, text, label, reporter)
    return Chosen(text, label, _split(table, {text, label}))


def _split(table: TextTable, used: set[str]) -> str | None:
    """Return the column of parts, None if no name is like one: of several, the first whose values mean parts."""
    called = [name for name in table.columns if name not in used and table.columns.count(name) == 1]
    splits = [name for name in called if name.strip().casefold() in _SPLITS or is_flag(name)]

    def has_parts(name: str) -> bool:
        at = table.columns.index(name)
        values = [row[at] for row in table.first_rows[1:] if len(row) > at]
        return any(parts_of_values(name, values).values())

    return next(filter(has_parts, splits), next(iter(splits), None))


def is_labelled(table: TextTable, text: str | None, label: str | None) -> bool:
    """Tell whether what was opened as a table seems to have texts and labels: any text with commas opens as one."""
    names = {name.strip().casefold() for name in table.columns}
    known = [
        asked is not None or bool(names & (called[0] | called[1]))
        for asked, called in ((text, _TEXTS), (label, _LABELS))
    ]
    return all(known) or (bool(table.first_rows) and _has_no_header(table))


def _tell(table: TextTable, text: str, label: str, reporter: Reporter, also: str = "") -> None:
    reporter.note(
        f"{table.name}: {table.kind}; {also}texts are in column {text}, labels in column {label} (--column, --label)"
    )


def _called(table: TextTable, names: Sequence[set[str]], other: str | None, what: str, option: str) -> str:
    """Return the column with one of some ``names``, which is not ``other``.

    Of several, it is the one that is called what it holds: ``what`` is texts or labels, the column text or label.

    Raises
    ------
    BadCorpus
        If there is none, or there are several and none has the exact name.
    """
    # A column "text" is it, whatever else there is. Of "review" and "comment", nobody can tell.
    for known in names:
        found = [name for name in table.columns if name.strip().casefold() in known and name != other]
        exact = [name for name in found if name == what[:-1]]
        if exact or len(found) == 1:
            return (exact or found)[0]
        if found:
            raise BadCorpus(f"{table.name}: {what} may be in {', '.join(found)}; name the column with {option}")
    columns = ", ".join(table.columns[:30]) or "none"
    if table.first_rows:
        raise BadCorpus(
            f"{table.name} has no column {what[:-1]}; it has: {columns}; name the one of the {what} with {option}, by "
            "its number where there is no header"
        )
    raise BadCorpus(
        f"{table.name} has no column {what[:-1]}; it has: {columns}; name the one of the {what} with {option}"
    )


def _has_no_header(table: TextTable) -> bool:
    """Tell whether the first row is like the others: it has no known name, and its label comes again."""
    names = {name.strip().casefold() for name in table.columns}
    if names & (_TEXTS[0] | _TEXTS[1] | _LABELS[0] | _LABELS[1]) or len(names) < 2:
        return False
    at = _label_place(table.first_rows)
    return at is not None and any(row[at : at + 1] == table.first_rows[0][at : at + 1] for row in table.first_rows[1:])


def _guess(table: TextTable, text: str | None, label: str | None) -> tuple[str, str]:
    """Return the numbers of the columns of texts and labels, from 1, where they were not given."""
    rows = table.first_rows
    at = _label_place(rows) if label is None else int(label) - 1
    if at is None:
        raise BadCorpus(f"{table.name}: it is not clear which column holds the labels; name its number with --label")
    if text is None:
        # Texts are longer than ids, dates and labels.
        lengths = [sum(len(row[column]) for row in rows if len(row) > column) for column in range(len(rows[0]))]
        text = str(max((column for column in range(len(lengths)) if column != at), key=lengths.__getitem__) + 1)
    table.require([text], "--column")
    table.require([str(at + 1)], "--label")
    return text, str(at + 1)


def _label_place(rows: Sequence[Sequence[str]]) -> int | None:
    """Return the place of the column with the fewest distinct values, None if none may hold labels.

    Labels are two or more, and each of them is seen twice on average.
    """
    best: tuple[int, int] | None = None
    for at in range(len(rows[0])):
        values = Counter(row[at] for row in rows if len(row) > at)
        if 2 <= len(values) <= min(_MOST_GUESSED_LABELS, max(2, len(rows) // 2)):
            best = min(best or (len(values), at), (len(values), at))
    return None if best is None else best[1]
