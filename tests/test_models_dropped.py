from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2vcli.models.dropped import dropped_count, read_dropped, write_dropped
from w2vcli.models.mapped_texts import open_text
from w2vcli.models.model_parts import DROPPED


@given(
    st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=5), st.integers(1, 10**12))
)
def test_each_word_has_its_count(tmp_path_factory: pytest.TempPathFactory, counts: dict[str, int]) -> None:
    folder = tmp_path_factory.mktemp("dropped")
    write_dropped(folder, counts.items())
    dropped = open_text(folder / DROPPED)
    assert {word: dropped_count(dropped, word) for word in counts} == counts


def test_a_part_of_a_word_was_not_seen(tmp_path: Path) -> None:
    write_dropped(tmp_path, [("kingdom", 3), ("viking", 2)])
    dropped = open_text(tmp_path / DROPPED)
    assert [dropped_count(dropped, word) for word in ("king", "dom", "word", "kingdom", "\udcff")] == [0, 0, 0, 3, 0]


def test_vectors_from_elsewhere_have_no_dropped_words() -> None:
    assert dropped_count(None, "king") == 0


@pytest.mark.parametrize("count", ["", "-3", "x", "9" * 5000])
def test_a_damaged_count_is_none(tmp_path: Path, count: str) -> None:
    (tmp_path / DROPPED).write_text(f"word\tcount\nking\t{count}\nqueen\t2\n")
    dropped = open_text(tmp_path / DROPPED)
    assert (dropped_count(dropped, "king"), dropped_count(dropped, "queen")) == (0, 2)
    assert read_dropped(dropped) == {"queen": 2}
