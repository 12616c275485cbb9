from __future__ import annotations

import io
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2vcli.models.formats.projector_tsv import words_path, write_vectors, write_words


def metadata(words: list[str]) -> str:
    stream = io.BytesIO()
    write_words(stream, words)
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
    stream = io.BytesIO()
    write_vectors(stream, vectors)
    found = np.loadtxt(io.BytesIO(stream.getvalue()), delimiter="\t", dtype=np.float32)
    np.testing.assert_array_equal(found, vectors)


@pytest.mark.parametrize(
    ("vectors", "words"),
    [
        ("vecs.tsv", "meta.tsv"),
        ("girl.vecs.tsv", "girl.meta.tsv"),
        ("vectors.tsv", "metadata.tsv"),
        ("m_tensor.tsv", "m_metadata.tsv"),
        ("out.tsv", "out.meta.tsv"),
    ],
)
def test_the_words_are_beside_the_vectors(vectors: str, words: str) -> None:
    assert words_path(Path("a", vectors)) == Path("a", words)
