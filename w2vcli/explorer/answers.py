"""What the page asks of a model, and what it is answered: dictionaries that become JSON."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np

from w2vcli.array_types import Float32s
from w2vcli.errors import UnknownWords, W2vError
from w2vcli.escaping import visible
from w2vcli.evidence.context_counts import ContextCounter
from w2vcli.evidence.context_map import sample_of
from w2vcli.evidence.line_choice import find_concordance
from w2vcli.evidence.reasons import Explainer
from w2vcli.evidence.source import OpenText, open_source
from w2vcli.evidence.text_lines import Line
from w2vcli.explorer.word_map import units_of
from w2vcli.models.directory import Model
from w2vcli.queries.answers import Query, as_row
from w2vcli.queries.asking import answer_queries, as_query
from w2vcli.queries.axes import find_axis, find_direction
from w2vcli.queries.expression import split_words
from w2vcli.queries.ready_axes import find_ready_axis
from w2vcli.queries.signs import read_expression
from w2vcli.queries.suggestions import suggest
from w2vcli.queries.terms import sort_words
from w2vcli.queries.tokens import row_of
from w2vcli.reporting import SILENT

_MOST_HITS = 1_000
_TWO = 2
_BAD_AXIS = "bad-axis"  # the page words it
_LINES = 12
_CONTEXTS = 10
_SEED = 42
_ROWS_AT_ONCE = 20_000

Row = dict[str, Any]


class Answers:
    """A model, its ``variants``, and its text once a line is asked for.

    One question is answered at a time, and beside it one for lines, since opening a text can take a minute.

    ``told`` makes of a message what the reader is told: it translates.
    """

    def __init__(
        self,
        model: Model,
        variants: Sequence[Model] = (),
        *,
        cache: Path | None = None,
        told: Callable[[str], str] = str,
    ) -> None:
        self.model = model
        self._variants = variants
        self._cache = cache
        self._told = told
        self._lock, self._text_lock = threading.Lock(), threading.Lock()
        self._kept = ExitStack()
        self._text: OpenText | W2vError | None = None
        self._explainer: Explainer | None = None

    def close(self) -> None:
        """Close the text."""
        self._kept.close()

    def ask(self, text: str, most: int) -> Row:
        """Return the words nearest to what is typed: words, or words with signs between them."""
        notes: list[str] = []
        terms = split_words(text.strip(" \t"))
        try:
            query = as_query(read_expression(terms, self.model, lambda message: notes.append(self._told(message))))
            return self._found(query, most) | {"notes": notes}
        except UnknownWords:
            unknown = sort_words(self.model, [*query.positive, *query.negative]).unknown
            meant = [{"word": visible(word), "meant": suggest(word, self.model.words)} for word in unknown]
            return {"error": "unknown", "unknown": meant}
        except W2vError as error:
            return {"error": self._told(str(error))}

    def ask_row(self, row: int, most: int) -> Row:
        """Return the words nearest to the one in a row."""
        if not 0 <= row < len(self.model.words):
            return {"error": "unknown"}
        try:
            return self._found(Query([self.model.words[row]], []), most)
        except W2vError as error:
            return {"error": self._told(str(error))}

    def _found(self, query: Query, most: int) -> Row:
        with self._lock:
            [found] = answer_queries(self.model, [query], max(1, min(most, _MOST_HITS)), None, self._variants)
        if isinstance(found, W2vError):
            raise found
        words = [*query.positive, *query.negative]
        rows = [row_of(self.model, word) for word in words]
        names = [visible(word if row is None else self.model.words[row]) for word, row in zip(words, rows, strict=True)]
        hits = [as_row(record) for record in found]
        return {
            "words": names,
            "added": len(query.positive),
            "weights": list(query.weights),
            "asked": rows,
            "pair": None if query.negative else self._pair(rows),
            "hits": [hit | {"word": visible(hit["word"]), "row": self.model.words.row(hit["word"])} for hit in hits],
        }

    def _pair(self, rows: Sequence[int | None]) -> Row | None:
        """Return the similarity of two words that are asked for together, None of fewer or more."""
        if len(rows) != _TWO or None in rows or rows[0] == rows[1]:
            return None
        one, other = (units_of(self.model, row, row + 1)[0] for row in rows if row is not None)
        return {"rows": rows, "similarity": float(one @ other)}

    def lines(self, row: int) -> Row:
        """Return lines of the text with the word in a row.

        Raises
        ------
        IndexError
            If there is no such row.
        """
        self._require_rows(row)
        try:
            with self._text_lock:
                text = self._open_text()
                found = find_concordance(self.model, text, self.model.words[row], _LINES, _SEED)
        except W2vError as error:
            return {"error": self._told(str(error))}
        return {"lines": _as_rows(found.lines), "count": found.count, "documents": found.documents}

    def why(self, row: int, other: int) -> Row:
        """Return the contexts that make two words near, and lines of the text with these contexts.

        Raises
        ------
        IndexError
            If there is no such row.
        """
        self._require_rows(row, other)
        words = self.model.words
        try:
            with self._text_lock:
                found = self._open_explainer().explain(words[row], [row], [], other, _CONTEXTS, _LINES)
        except W2vError as error:
            return {"error": self._told(str(error))}
        contexts = [
            {
                "context": visible(each.context),
                "row": words.row(each.context),
                "share": each.share,
                "count1": each.count1,
                "count2": each.count2,
            }
            for each in found.contexts
        ]
        return {
            "words": [visible(found.word1), visible(found.word2)],
            "similarity": found.similarity,
            "accounted": found.accounted,
            "together": found.together,
            "contexts": contexts,
            "lines": _as_rows(found.lines),
        }

    def _require_rows(self, *rows: int) -> None:
        for row in rows:
            if not 0 <= row < len(self.model.words):
                raise IndexError(row)

    def _open_explainer(self) -> Explainer:
        """Return what explains similarities by the text. It learns from it once."""
        if self._explainer is None:
            text = self._open_text()
            counter = ContextCounter(self.model, text)
            self._explainer = Explainer(self.model, text, counter, sample_of(self.model, text, counter))
        return self._explainer

    def _open_text(self) -> OpenText:
        """Return the text of the model, which is opened once."""
        if self._text is None:
            try:
                self._text = self._kept.enter_context(open_source(self.model, self._cache, SILENT))
            except W2vError as error:
                self._text = error
        if isinstance(self._text, W2vError):
            raise self._text
        return self._text

    def axis(self, text: str) -> tuple[Float32s, tuple[str, str]] | str:
        """Return the cosine of each word with an axis and the first pair of words at its ends, or what is wrong.

        An axis is typed as ``man:woman,boy:girl``, as ``gender``, or as ``w2v features`` has it. What is none is told
        as ``bad-axis``, which the page explains.
        """
        typed = f"axis={text}" if ":" in text and "=" not in text else text
        if find_ready_axis(typed) is None and not _is_axis(typed):
            return _BAD_AXIS
        try:
            with self._lock:
                axis = find_axis(self.model, typed)
                vector = find_direction(self.model, axis, _SEED).vector.astype(np.float32)
        except W2vError as error:
            return self._told(str(error))
        words = len(self.model.words)
        parts = [
            units_of(self.model, start, min(start + _ROWS_AT_ONCE, words)) @ vector
            for start in range(0, words, _ROWS_AT_ONCE)
        ]
        low, high = axis.pairs[0]
        return np.concatenate(parts), (visible(low), visible(high))


def _is_axis(text: str) -> bool:
    """Return whether a text is ``NAME=neg:pos,neg:pos``, or may name a file of pairs."""
    name, _, pairs = text.partition("=")
    ends = [pair.split(":") for pair in pairs.split(",")]
    return bool(name and pairs) and (":" not in pairs or all(len(end) == _TWO and all(end) for end in ends))


def _as_rows(lines: Sequence[Line]) -> list[Row]:
    """Return lines of the text as the page shows them."""
    return [
        {
            "before": visible(line.left),
            "word": visible(line.word),
            "after": visible(line.right),
            "file": visible(Path(line.file).name),
            "line": line.line,
        }
        for line in lines
    ]
