"""Where rows of vectors go: what every sink is given, and the rows of a model as a sink can hold them.

A sink is a file in some format today, and may be a table of a database. Rows go to it in blocks::

    sink = find_sink("vectors.glove", force=True)           # in `w2vcli.models.formats.format_table`
    with sink.open(facts_of_rows(model), reporter) as append:   # nothing appears yet
        for block in rows_to_write(model, sink.spelling, reporter):
            append(block)
                                                            # now the file is there, whole
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from w2vcli.array_types import Float32s
from w2vcli.escaping import escape_characters
from w2vcli.models.directory import Model
from w2vcli.models.formats.blocks import Block
from w2vcli.models.mapped_texts import MappedText
from w2vcli.models.records import StaticFacts, TokenizerFacts
from w2vcli.reporting import Reporter

Append = Callable[[Block], None]


@dataclass(frozen=True)
class RowFacts:
    """What is known of rows before the first is written.

    ``settings`` and ``weights`` are those of the latest training, by gensim's names. They are empty if none was.
    ``tokenizer``, ``static`` and ``texts`` are those of the model, by which a text is tokenized.
    """

    words: int
    vector_size: int
    has_counts: bool
    settings: Mapping[str, Any]
    weights: Mapping[str, Float32s]
    tokenizer: TokenizerFacts | None = None
    static: StaticFacts | None = None
    texts: Mapping[str, MappedText] = field(default_factory=dict)


@dataclass(frozen=True)
class Spelling:
    r"""How a sink holds words: with the characters ``breaking`` escaped, so that ``a b`` may be ``a\x20b``.

    Where ``spell`` is given, it returns instead how each word is written.
    """

    breaking: str = ""
    spell: Callable[[str], str] | None = None


class Sink(Protocol):
    """A place where rows can go."""

    @property
    def name(self) -> str:
        """How it is called in messages, such as the name of a format."""

    @property
    def spelling(self) -> Spelling:
        """How it holds words."""

    @property
    def files(self) -> tuple[Path, ...]:
        """The files that it will write, the one that was named first, none for a database."""

    @property
    def of_training(self) -> bool:
        """Whether it takes only the rows of a model that was trained here."""

    @property
    def has_tokenizer(self) -> bool:
        """Whether it takes how the text of a model was tokenized."""

    def require_free(self) -> None:
        """Raise `OutputExists` if something is there already that may not be replaced: before the work is done."""

    def open(self, rows: RowFacts, reporter: Reporter) -> AbstractContextManager[Append]:
        """Begin to write. What was appended appears when the block ends well, and nothing of it if it does not.

        ``reporter`` is told what takes long after the last row.

        Raises
        ------
        OutputExists
            If something is there that may not be replaced.
        """


AS_THEY_ARE = Spelling()


def facts_of_rows(model: Model) -> RowFacts:
    """Return what a sink is told of the rows of ``model``."""
    words, vector_size = model.vectors.shape
    facts = model.facts
    tokenized = facts.tokenizer, facts.static, model.texts
    return RowFacts(words, vector_size, model.counts is not None, facts.settings, model.weights, *tokenized)


def rows_to_write(model: Model, spelling: Spelling, reporter: Reporter) -> Iterator[Block]:
    """Yield the rows of ``model`` in blocks, its words as ``spelling`` says. The end tells how many were changed."""
    words = iter(model.words)
    escaped = 0
    example = ""
    breaking, spell = spelling.breaking, spelling.spell
    with reporter.phase("writing", len(model.words), "words") as advance:
        for start, vectors in model.vectors.blocks():
            stop = start + len(vectors)
            names = list(islice(words, len(vectors)))
            if spell is not None or any(character in "".join(names) for character in breaking):
                held = [spell(name) if spell else escape_characters(name, breaking) for name in names]
                changed = [f"{old!r} as {new}" for old, new in zip(names, held, strict=True) if old != new]
                escaped += len(changed)
                example = example or next(iter(changed), "")
                names = held
            yield Block(names, vectors, None if model.counts is None else model.counts[start:stop])
            advance(stop)
    if escaped:
        reporter.warn(f"{escaped:,} words have characters that the format cannot hold, and are escaped: {example}")
