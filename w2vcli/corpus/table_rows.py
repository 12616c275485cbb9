"""What all tables of texts have: columns, rows of texts, lines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from w2vcli.corpus.dialects import MOST_CELL_CHARACTERS
from w2vcli.errors import BadCorpus


class TextTable:
    """An open table: its name, its ``kind`` in words, and its columns, by number where they have no names.

    ``first_rows`` are some of its rows, for a guess. ``joined`` says whether a row read so far held a list of tokens.
    Such a list is a sentence, and becomes a text with blanks between: ``["a", "b"]`` becomes ``a b``. A list of such
    lists has a line for each. ``divided`` counts their tokens with white space within, of which a text makes several,
    and ``divided_example`` is the first.
    ``row`` is the number of the row that was read last, as a spreadsheet counts it: the header is row 1. It is 0 where
    rows are counted from 1 anyway.
    """

    def __init__(self, name: str, kind: str, columns: list[str], first_rows: list[list[str]]) -> None:
        self.name = name
        self.kind = kind
        self.columns = columns
        self.first_rows = first_rows
        self.joined = False
        self.divided = 0
        self.divided_example = ""
        self.row = 0

    def number_columns(self) -> None:
        """Take the first row for data, not for names, and number the columns from 1."""
        raise NotImplementedError

    def require(self, columns: Iterable[str], option: str = "--column") -> None:
        """Raise an error that names ``option`` for the first of ``columns`` that the table has not.

        Raises
        ------
        BadCorpus
            If there is one, or several have its name.
        """
        for column in columns:
            if column not in self.columns:
                listed = ", ".join(self.columns[:30]) or "none"
                raise BadCorpus(f"{self.name} has no column {column}; it has: {listed} ({option})")
            if self.columns.count(column) > 1:
                raise BadCorpus(f"{self.name} has several columns {column}; give them names of their own ({option})")

    def rows(self, columns: Sequence[str]) -> Iterator[list[str]]:
        """Yield the cells in ``columns`` of each row. The first column holds texts, and an empty cell an empty text.

        Raises
        ------
        BadCorpus
            If a row is not one of such a table.
        """
        raise NotImplementedError

    def as_text(self, value: Any, where: str, column: str, *, is_label: bool) -> str:
        """Return a value as text, or as a label. ``where`` names its row in an error.

        A list of tokens becomes a text with blanks between, and a list of such lists one of lines. As a label, a list
        may have one label, and a number is written in digits.
        """
        if value is None:
            return ""
        if isinstance(value, str):
            # JSON can name half of a surrogate pair, which is no character.
            return value if value.isascii() else value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        if is_label and isinstance(value, list):
            if len(value) > 1:
                raise BadCorpus(f"{where}: {column} has {len(value):,} labels; a text has one here: leave one in each")
            return self.as_text(value[0] if value else None, where, column, is_label=is_label)
        if _are_tokens(value):
            self.joined = True
            return self.as_text(self._sentence(value), where, column, is_label=is_label)
        if isinstance(value, list) and all(_are_tokens(tokens) for tokens in value):
            self.joined = True
            return self.as_text("\n".join(map(self._sentence, value)), where, column, is_label=is_label)
        if is_label and isinstance(value, int | float):
            return json.dumps(value)
        raise BadCorpus(f"{where}: {column} is no {'label' if is_label else 'text'} but {_shown(value)}")

    def _sentence(self, tokens: list[str]) -> str:
        """Return the text of tokens. White space within one, which might end the sentence, becomes a blank."""
        text = " ".join(tokens)
        parts = text.split()
        if parts == tokens:
            return text
        divided = [token for token in tokens if len(token.split()) > 1]
        self.divided += len(divided)
        self.divided_example = self.divided_example or next(iter(divided), "")
        return " ".join(parts)


def _are_tokens(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(token, str) for token in value)


def lines_of(texts: Iterable[str]) -> Iterator[str]:
    """Yield the lines of a text that comes in parts, each with its newline. The last one may have none.

    Raises
    ------
    BadCorpus
        If a line is too long to be a row.
    """
    begun: list[str] = []
    size = 0
    for text in texts:
        first, *others = text.split("\n")
        begun.append(first)
        size += len(first)
        if size > MOST_CELL_CHARACTERS:
            raise BadCorpus(f"{getattr(texts, 'name', 'a table')}: a line has more than {size - 1:,} characters")
        if others:
            yield "".join(begun) + "\n"
            for line in others[:-1]:
                yield f"{line}\n"
            begun, size = [others[-1]], len(others[-1])
    if any(begun):
        yield "".join(begun)


def _shown(value: Any) -> str:
    return json.dumps(value, default=str, ensure_ascii=False)[:40]
