from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from w2vcli.errors import BadVocabulary, OutputExists
from w2vcli.models.directory import Model
from w2vcli.views.groups import Groups
from w2vcli.views.projector import choose_rows, require_loadable, write_files


@pytest.mark.parametrize(("words", "vector_size", "message"), [(0, 3, "no words"), (3, 1, "two values or more")])
def test_what_the_projector_does_not_load(words: int, vector_size: int, message: str) -> None:
    with pytest.raises(BadVocabulary, match=message):
        require_loadable(words, vector_size)


def test_rows_are_those_of_the_words_or_of_the_whole_vocabulary(toy: Model) -> None:
    assert choose_rows(toy).tolist() == list(range(len(toy.words)))
    assert choose_rows(toy, ["queen", "xyzzy", "man"]).tolist() == [3, 0]
    assert choose_rows(toy, ["queen", "man"], top=1).tolist() == [3]


def test_the_files_have_the_vectors_of_the_rows_and_the_groups_of_the_words(toy: Model) -> None:
    rows = np.array([3, 0])
    groups = Groups({"queen": "royal", "xyzzy": "none"}, [])
    found = write_files(toy, rows, Path("out"), groups=groups, url="http://here")
    assert found == (2, 1)
    np.testing.assert_array_equal(np.loadtxt("out/vecs.tsv", dtype=np.float32), toy.vectors[rows])
    assert Path("out/meta.tsv").read_text() == "word\tgroup\nqueen\troyal\nman\t-\n"
    assert '"http://here/vecs.tsv"' in Path("out/projector_config.json").read_text()
    with pytest.raises(OutputExists):
        write_files(toy, rows, Path("out"), as_bytes=True)
    write_files(toy, rows, Path("out"), as_bytes=True, force=True)
    assert Path("out/vecs.bytes").read_bytes() == toy.vectors[rows].astype("<f4").tobytes()
    assert not Path("out/vecs.tsv").exists()
