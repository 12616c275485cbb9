"""Texts with labels in one file: a table, or lines with ``__label__``, as fastText has them.

A line of the latter is ``__label__pos good film``, and the label may stand anywhere in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from w2vcli.corpus.sources import SourceText, looks_binary
from w2vcli.corpus.table_rows import TextTable, lines_of
from w2vcli.corpus.tables import kind_of_table, open_table
from w2vcli.errors import BadCorpus
from w2vcli.inputs import InputFile
from w2vcli.neural.labelled_texts.label_columns import choose_columns, is_labelled
from w2vcli.neural.labelled_texts.labels import clean_labels
from w2vcli.neural.labelled_texts.parts import TRAIN, choose_part, parts_of_values, tell_validation
from w2vcli.reporting import Reporter
from w2vcli.text_encodings import remedy

_PREFIX = "__label__"
_LINES_LOOKED_AT = 5
# Parquet has its own encoding, and zero bytes, which no text has.
_PARQUET_BEGINS = b"PAR1"
# So often a text goes by before the reporter is told.
_TEXTS_BETWEEN_REPORTS = 1000


@dataclass(frozen=True)
class Labelled:
    """Texts, and the label of each, which is empty where none is known."""

    texts: list[str]
    labels: list[str]


@dataclass(frozen=True)
class Columns:
    """What a table calls the columns of texts and labels, None for the usual names, and how files are decoded."""

    text: str | None = None
    label: str | None = None
    encoding: str = "utf-8"
    encoding_errors: str = "strict"


def open_text(file: InputFile, columns: Columns, reporter: Reporter) -> SourceText:
    """Return a file opened as text. Bytes that say another encoding than ``columns`` are believed.

    Raises
    ------
    BadCorpus
        If it is not text.
    """
    if not file.stream.peek(4).startswith(_PARQUET_BEGINS) and looks_binary(file, columns.encoding):
        remedied = remedy(file.stream.peek(), columns.encoding)
        raise BadCorpus(f"{file.name}: this is not text, since it has zero bytes; {remedied}")
    text = SourceText(file, columns.encoding, columns.encoding_errors)
    if text.settled.instead and not file.stream.peek(4).startswith(_PARQUET_BEGINS):
        reporter.note(f"{file.name}: read as {text.settled.encoding.upper()}, which the bytes say")
    return text


def read_file(
    file: InputFile, part: str, columns: Columns, advance: Callable[[int], None], reporter: Reporter
) -> Labelled | None:
    """Return what is in a table or in lines with ``__label__``, None if the file is neither.

    If a table has a column of parts, only the rows of ``part`` are read. ``advance`` is told how many texts were.

    Raises
    ------
    BadCorpus
        If columns are missing, a row does not fit the table, or bytes are not text.
    """
    text = open_text(file, columns, reporter)
    # Before tables: a line such as "__label__pos good, but long" has commas too.
    if _has_prefixes(text):
        return _read_prefixed(text, advance, reporter)
    table = _open_labelled(file, text, columns)
    return None if table is None else _read_table(table, part, columns, advance, reporter)


def is_file_of_labels(file: InputFile, columns: Columns, reporter: Reporter) -> bool:
    """Tell whether a file is a table, or lines with ``__label__``."""
    text = open_text(file, columns, reporter)
    return _has_prefixes(text) or _open_labelled(file, text, columns) is not None


def _open_labelled(file: InputFile, text: SourceText, columns: Columns) -> TextTable | None:
    """Open a table, None if it is none. A file that is not named as one has to have columns that are known.

    Without that, any text with commas would be taken for a table.
    """
    asked = [name for name in (columns.text, columns.label) if name]
    table = open_table(file, text, asked)
    if table is None or kind_of_table(file.name) or is_labelled(table, columns.text, columns.label):
        return table
    return None


def _read_table(
    table: TextTable, part: str, columns: Columns, advance: Callable[[int], None], reporter: Reporter
) -> Labelled:
    """Return the rows of a table, those of ``part`` if a column says what part a row is of."""
    chosen = choose_columns(table, columns.text, columns.label, reporter)
    texts, labels, splits = [], [], []
    for row in table.rows([chosen.text, chosen.label, *([chosen.split] if chosen.split else [])]):
        texts.append(row[0])
        labels.append(row[1])
        splits += row[2:]
        if not len(texts) % _TEXTS_BETWEEN_REPORTS:
            advance(len(texts))
    advance(len(texts))
    if table.joined:
        reporter.note(f"{table.name}: lists of tokens were read as texts, with blanks between")
    found = Labelled(texts, clean_labels(labels, table.name, chosen.label, reporter))
    return found if chosen.split is None else _of_part(found, splits, part, chosen.split, table.name, reporter)


def _of_part(found: Labelled, splits: list[str], part: str, column: str, name: str, reporter: Reporter) -> Labelled:
    """Return the rows of a part, where ``splits`` has the value of ``column`` in each row.

    A column whose values mean no parts, such as ``type`` with ``short`` and ``long``, is not what it seemed to be: all
    rows are read. If some rows are to train on, though, rows with other values are left out, and a warning says so.
    """
    parts = parts_of_values(column, dict.fromkeys(splits))
    if None in parts.values() and TRAIN not in parts.values():
        if column.strip().casefold() == "split":
            values = ", ".join(list(parts)[:5])
            reporter.warn(
                f"{name}: column {column} is not used, since it does not say train, validation or test: {values}"
            )
        return found
    if unknown := [value.strip() or "empty" for value in splits if parts[value] is None]:
        reporter.warn(f"{name}: rows of no part are left out, by their {column}: {counted(unknown, most=5)}")
    wanted = choose_part(part, {here for here in parts.values() if here}, name)
    tell_validation(wanted, parts.values(), name, reporter)
    kept = [at for at, value in enumerate(splits) if parts[value] == wanted]
    reporter.note(f"{name}: {len(kept):,} of {len(splits):,} rows are read, those whose {column} is {wanted}")
    return Labelled([found.texts[at] for at in kept], [found.labels[at] for at in kept])


def _has_prefixes(text: SourceText) -> bool:
    """Tell whether each of the first lines has a label. Later lines may lack one: their text has no label then."""
    head = text.beginning().removeprefix("\ufeff")
    complete = [line for line in head.splitlines() if line.strip()][:_LINES_LOOKED_AT]
    return bool(complete) and all(any(_is_label(word) for word in line.split()) for line in complete)


def _is_label(word: str) -> bool:
    return word.startswith(_PREFIX) and len(word) > len(_PREFIX)


def _read_prefixed(text: SourceText, advance: Callable[[int], None], reporter: Reporter) -> Labelled:
    """Return the lines that have words. fastText allows several labels in a line, which is refused here."""
    found = Labelled([], [])
    for number, line in enumerate(lines_of(text), 1):
        words = line.split()
        labels = [word.removeprefix(_PREFIX) for word in words if _is_label(word)]
        if len(labels) > 1:
            raise BadCorpus(
                f"{text.name}: line {number:,} has {len(labels)} labels; a text has one here: leave one in each line"
            )
        if words:
            found.texts.append(" ".join(word for word in words if not _is_label(word)))
            found.labels.extend(labels or [""])
            if not len(found.texts) % _TEXTS_BETWEEN_REPORTS:
                advance(len(found.texts))
    reporter.note(f"{text.name}: read as lines with {_PREFIX}, as fastText has them")
    return found


def lines_with_words(file: InputFile, columns: Columns, reporter: Reporter) -> Iterator[str]:
    """Yield the lines of a file that have words, without the blanks around them."""
    for line in lines_of(open_text(file, columns, reporter)):
        if line.strip():
            yield line.strip()


def counted(labels: list[str], most: int | None = None) -> str:
    """Return labels with their counts as text, the most frequent first: ``pos 3, neg 2``."""
    return ", ".join(f"{label} {count:,}" for label, count in Counter(labels).most_common(most))
