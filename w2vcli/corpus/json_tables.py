"""Tables in JSON, in each of the ways in which programs write them.

{"text": "a"}                          JSON Lines: an object on each line
[{"text": "a"}, {"text": "b"}]         an array of objects
{"data": [{"text": "a"}]}              the same within another object
{"text": {"0": "a", "1": "b"}}         columns, as pandas writes them
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from w2vcli.corpus.sources import SourceText
from w2vcli.corpus.table_rows import TextTable, lines_of
from w2vcli.errors import BadCorpus

_FIRST_ROWS = 100
_MOST_CHARACTERS = 1 << 31


class JsonLines(TextTable):
    """JSON Lines: a JSON object on each line. It is read line by line, so that there is no bound on its size."""

    def __init__(self, text: SourceText) -> None:
        self._objects = _json_objects(text)
        self._first = list(islice(self._objects, _FIRST_ROWS))
        columns = list(dict.fromkeys(name for _, row in self._first for name in row))
        super().__init__(text.name, "JSON Lines", columns, [])

    def rows(self, columns: Sequence[str]) -> Iterator[list[str]]:
        """Yield the cells in ``columns`` of each row, as `TextTable.rows` says."""
        for objects in (self._first, self._objects):
            for number, row in objects:
                where = f"{self.name}, line {number:,}"
                yield [
                    self.as_text(row.get(column), where, column, is_label=at > 0) for at, column in enumerate(columns)
                ]


def _json_objects(text: SourceText) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(lines_of(text), 1):
        if line.strip():
            row = _parsed(line, f"{text.name}, line {number:,}")
            if not isinstance(row, dict):
                raise BadCorpus(f"{text.name}: line {number:,} is no JSON object")
            yield number, row


class Json(TextTable):
    """An array of JSON objects, or an object of columns, perhaps within another object. It is read whole."""

    def __init__(self, text: SourceText) -> None:
        self._rows = _json_rows(_parsed(_whole(text), text.name), text.name)
        columns = list(dict.fromkeys(name for row in self._rows[:_FIRST_ROWS] for name in row))
        super().__init__(text.name, "JSON", columns, [])

    def rows(self, columns: Sequence[str]) -> Iterator[list[str]]:
        """Yield the cells in ``columns`` of each row, as `TextTable.rows` says."""
        for number, row in enumerate(self._rows, 1):
            where = f"{self.name}: row {number:,}"
            yield [self.as_text(row.get(column), where, column, is_label=at > 0) for at, column in enumerate(columns)]


def _json_rows(found: Any, name: str) -> list[dict[str, Any]]:
    """Return the rows of a table in any of the ways at the top, but JSON Lines."""
    if isinstance(found, dict):
        inner = [value for value in found.values() if isinstance(value, list) and _are_objects(value)]
        columns = _columns_of(found)
        if len(inner) == 1:
            found = inner[0]
        elif columns:
            found = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    if not isinstance(found, list) or not _are_objects(found):
        raise BadCorpus(f"{name}: an array of JSON objects is needed, one object for each text")
    return found


def _columns_of(found: dict[str, Any]) -> dict[str, list[Any]]:
    """Return the columns of a table that is written column by column, as pandas does. Empty if it is not."""
    columns = {name: list(value.values()) if isinstance(value, dict) else value for name, value in found.items()}
    if not all(isinstance(value, list) for value in columns.values()):
        return {}
    return columns if len({len(value) for value in columns.values()}) == 1 else {}


def _are_objects(found: list[Any]) -> bool:
    return bool(found) and all(isinstance(row, dict) for row in found)


def is_json_lines(head: str) -> bool:
    """Tell whether the first line is a JSON object of its own, and not one around an array of others, or columns."""
    line, _, others = head.lstrip().partition("\n")
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return False
    if not isinstance(found, dict) or (not others.strip() and _columns_of(found)):
        return False
    return not any(isinstance(value, list) and _are_objects(value) for value in found.values())


def looks_like_json(head: str) -> bool:
    """Tell whether a text begins as an array of objects, or an object, in JSON."""
    return head.lstrip()[1:].lstrip()[:1] in {"{", '"', "]", "}"}


def _parsed(text: str, where: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise BadCorpus(f"{where} is no JSON: {error}") from error
    except RecursionError as error:
        raise BadCorpus(f"{where} is no JSON that can be read: too deeply nested") from error


def _whole(text: SourceText) -> str:
    pieces, size = [], 0
    for piece in text:
        pieces.append(piece)
        size += len(piece)
        if size > _MOST_CHARACTERS:
            raise BadCorpus(f"{text.name} is larger than {_MOST_CHARACTERS >> 30} GiB; JSON Lines has no such bound")
    return "".join(pieces).removeprefix("\ufeff")
