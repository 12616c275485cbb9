"""What each task of Spark reads: all sources in order, none twice, and large texts in stretches."""

from __future__ import annotations

from w2vcli.corpus.reading import Reading
from w2vcli.corpus.sources import BLOCK_BYTES, Source
from w2vcli.corpus.stretches import Stretch
from w2vcli.spark.parts import Part, plan_parts

MIB = 1 << 20


def source(name: str, size: int | None) -> Source:
    return Source(name, named=True, size=size)


def test_small_files_are_read_together_and_what_has_no_size_alone() -> None:
    a, b, far, c, d = sources = [
        source("a", MIB // 2), source("b", MIB // 2), source("s3://b/x", None), source("c", 1), source("d", MIB)
    ]  # fmt: skip
    assert plan_parts(sources, Reading()) == [Part((a, b)), Part((far,)), Part((c,)), Part((d,))]


def test_a_large_text_is_read_in_stretches_and_hashed_apart() -> None:
    small, large = source("a", 7), source("b", 2 * MIB + 1)
    stretches = [Stretch(0, 4), Stretch(4, 8), Stretch(8, None)]
    parts = [Part((small,)), *(Part((large,), one) for one in stretches), Part((large,), hashes=True), Part((small,))]
    assert plan_parts([small, large, small], Reading()) == parts
    assert plan_parts([large], Reading(column="text")) == [Part((large,))]


def test_a_text_of_any_size_makes_a_bounded_number_of_parts() -> None:
    for size in (10**7, 10**9, 10**10):
        parts = plan_parts([source("a", size)], Reading())
        assert parts[-1].hashes
        stretches = [part.stretch for part in parts[:-1]]
        assert [one.start for one in stretches if one][1:] == [one.stop for one in stretches if one][:-1]
        assert 1 <= len(parts) <= 300
        first = stretches[0]
        assert first is not None
        assert first.stop is not None
        assert MIB <= first.stop * BLOCK_BYTES <= 64 * MIB


def test_many_small_files_take_no_time() -> None:
    sources = [source(str(number), 100) for number in range(50_000)]
    parts = plan_parts(sources, Reading())
    assert [one for part in parts for one in part.sources] == sources
    assert len(parts) < 10
