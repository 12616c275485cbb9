"""What of the sources one task of Spark reads: several small files, a large one, or a stretch of a large text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from w2vcli.corpus.reading import Reading
from w2vcli.corpus.sources import BLOCK_BYTES, Source
from w2vcli.corpus.stretches import Stretch

# A task takes some hundredths of a second by itself. It reads a MiB in about a tenth, in Korean in ten.
_LEAST_BYTES = 1 << 20
_MOST_BYTES = 1 << 26
_TASKS = 256


@dataclass(frozen=True)
class Part:
    """Sources that follow each other, or one ``stretch`` of the only source, or, if it ``hashes``, the hash of that."""

    sources: tuple[Source, ...]
    stretch: Stretch | None = None
    hashes: bool = False


def plan_parts(sources: Sequence[Source], reading: Reading) -> list[Part]:
    """Return the parts of the sources in order. Read in this order, they have the text of all.

    A part is about a 256th of the bytes, but no less than 1 MiB and no more than 64 MiB where a file can be cut. What
    is at an address has no known size, and is a part of its own.
    """
    most = _bytes_of_a_part(sources)
    found: list[Part] = []
    small: list[Source] = []
    together = 0
    for source in sources:
        is_alone = source.size is None or (source.size > most and reading.column is None)
        if small and (is_alone or together + _size(source) > most):
            found.append(Part(tuple(small)))
            small, together = [], 0
        if not is_alone:
            small.append(source)
            together += _size(source)
        elif source.size is None:
            found.append(Part((source,)))
        else:
            found += _stretches(source, most // BLOCK_BYTES)
    return [*found, Part(tuple(small))] if small else found


def _bytes_of_a_part(sources: Sequence[Source]) -> int:
    """Return about how many bytes a part is to have, in whole blocks."""
    share = sum(map(_size, sources)) // _TASKS // BLOCK_BYTES * BLOCK_BYTES
    return min(max(share, _LEAST_BYTES), _MOST_BYTES)


def _size(source: Source) -> int:
    return source.size or 0


def _stretches(source: Source, blocks: int) -> Iterator[Part]:
    """Yield the stretches of a file, each of so many blocks, and what hashes it."""
    one = (replace(source, passed_over=()),)
    all_blocks = -(-_size(source) // BLOCK_BYTES)
    for start in range(0, all_blocks, blocks):
        stop = start + blocks
        yield Part(one, Stretch(start, stop if stop < all_blocks else None))
    yield Part(one, hashes=True)
