from __future__ import annotations

import io
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2vcli.errors import BadVocabulary
from w2vcli.models.vectors import Vectors
from w2vcli.views.projector import require_loadable, write_metadata, write_vectors


def metadata(words: list[str]) -> str:
    stream = io.BytesIO()
    write_metadata(stream, words)
    return stream.getvalue().decode()


def labels_as_loaded(text: str) -> list[str]:
    """Return the labels that the Projector's loader takes from meta.tsv.

    As its parseMetadata does: lines that are empty after trim() are skipped, and the first line is a
    header only if there is a tab in it. JavaScript's trim() takes U+FEFF for a blank too.
    """
    lines = [
        line
        for line in text.split("\n")
        if line.strip(
            "\ufeff \t\r\x0b\x0c\u00a0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
        )
    ]
    return lines[1:] if lines and "\t" in lines[0] else lines


@given(
    st.lists(
        st.one_of(st.text(max_size=5), st.sampled_from(["\u00a0", "\ufeff", "", "\t", "a\tb", "\n", "\u3000"])),
        min_size=1,
    )
)
def test_every_word_has_its_line_whatever_it_is(words: list[str]) -> None:
    loaded = labels_as_loaded(metadata(words))
    assert len(loaded) == len(words)
    for word, label in zip(words, loaded, strict=True):
        if re.fullmatch(r"[\w ]*\w", word):
            assert label == word


def test_vectors_have_no_header_and_come_back_exactly() -> None:
    vectors = np.random.default_rng(0).normal(size=(3000, 3)).astype(np.float32)
    rows = np.array([5, 0, *range(10, 2500)])
    stream = io.BytesIO()
    done: list[int] = []
    write_vectors(stream, Vectors(vectors, "float32"), rows, done.append)
    found = np.loadtxt(io.BytesIO(stream.getvalue()), delimiter="\t", dtype=np.float32)
    np.testing.assert_array_equal(found, vectors[rows])
    assert done[-1] == len(rows)


@pytest.mark.parametrize(("words", "vector_size", "message"), [(0, 3, "no words"), (3, 1, "two values or more")])
def test_what_the_projector_does_not_load(words: int, vector_size: int, message: str) -> None:
    with pytest.raises(BadVocabulary, match=message):
        require_loadable(words, vector_size)
