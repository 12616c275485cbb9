from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2vcli.models.dropped import dropped_count, write_dropped


@given(
    st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=5), st.integers(1, 10**12))
)
def test_each_word_has_its_count(tmp_path_factory: pytest.TempPathFactory, counts: dict[str, int]) -> None:
    folder = tmp_path_factory.mktemp("dropped")
    write_dropped(folder, counts.items())
    assert {word: dropped_count(folder, word) for word in counts} == counts


def test_a_part_of_a_word_was_not_seen(tmp_path: Path) -> None:
    write_dropped(tmp_path, [("kingdom", 3), ("viking", 2)])
    assert [dropped_count(tmp_path, word) for word in ("king", "dom", "word", "kingdom", "\udcff")] == [0, 0, 0, 3, 0]


def test_vectors_from_elsewhere_have_no_dropped_words(tmp_path: Path) -> None:
    assert dropped_count(tmp_path, "king") == 0
