"""What all writers of vector files share: a model's rows in blocks, with words that the format can hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

from w2vcli.escaping import escape_characters
from w2vcli.models.directory import Model
from w2vcli.models.formats.blocks import Block
from w2vcli.reporting import Reporter


def rows_to_write(
    model: Model, breaking: str, reporter: Reporter, held_as: Callable[[str], str] | None = None
) -> Iterator[Block]:
    """Yield the rows of ``model``; the characters ``breaking`` in its words are escaped, and told in the end.

    Where ``held_as`` is given, it tells of each word how it is written.
    """
    words = iter(model.words)
    escaped = 0
    example = ""
    with reporter.phase("writing", len(model.words), "words") as advance:
        for start, vectors in model.vectors.blocks():
            stop = start + len(vectors)
            names = list(islice(words, len(vectors)))
            if held_as is not None or any(character in "".join(names) for character in breaking):
                held = [held_as(name) if held_as else escape_characters(name, breaking) for name in names]
                changed = [f"{old!r} as {new}" for old, new in zip(names, held, strict=True) if old != new]
                escaped += len(changed)
                example = example or next(iter(changed), "")
                names = held
            yield Block(names, vectors, None if model.counts is None else model.counts[start:stop])
            advance(stop)
    if escaped:
        reporter.warn(f"{escaped:,} words have characters that the format cannot hold, and are escaped: {example}")
