from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.conftest import TOY, MakeModel, W2v
from w2vcli.views import projector

pytestmark = pytest.mark.usefixtures("toy")


def written() -> tuple[np.ndarray, list[str]]:
    return np.loadtxt("out/vecs.tsv", delimiter="\t", ndmin=2), Path("out/meta.tsv").read_text().splitlines()


def test_all_words(w2v: W2v) -> None:
    assert w2v("projector", "out", "--json").json == [{"output": "out", "words": 8, "vector_size": 3}]
    vectors, words = written()
    assert words == list(TOY)
    np.testing.assert_allclose(vectors, list(TOY.values()), rtol=1e-6)


def test_the_first_words(w2v: W2v) -> None:
    w2v("projector", "out", "--top", 3)
    assert written()[1] == list(TOY)[:3]


def test_words_of_a_file(w2v: W2v) -> None:
    Path("v.txt").write_text("queen\nxyzzy\nman\n")
    run = w2v("projector", "out", "--words", "v.txt")
    assert "left out: xyzzy" in run.err
    vectors, words = written()
    assert words == ["queen", "man"]
    assert vectors.tolist() == [[-1, 1, 0], [1, 0, 0]]


def test_no_known_word_is_an_error(w2v: W2v) -> None:
    Path("v.txt").write_text("xyzzy\n")
    assert w2v("projector", "out", "--words", "v.txt").status == 1
    assert not Path("out").exists()


def test_existing_files_need_force(w2v: W2v) -> None:
    assert w2v("projector", "out").status == 0
    assert w2v("projector", "out").status == 1
    assert w2v("projector", "out", "--top", 1, "--force").status == 0
    assert written()[1] == ["man"]


def test_vectors_that_the_projector_does_not_load(w2v: W2v, make_model: MakeModel) -> None:
    make_model(["a", "b"], [[1], [2]], name="thin")
    assert w2v("projector", "out").status == 1
    assert not Path("out").exists()


def test_more_words_than_the_projector_shows_are_told(w2v: W2v, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projector, "MOST_POINTS", 5)
    assert "shows the first 5 of these 8 words; see --top" in w2v("projector", "out").err
