"""The tree of hierarchical softmax: a Huffman tree, and gensim's among all that there are."""

from __future__ import annotations

import heapq

import numpy as np
import numpy.typing as npt
import pytest

from tests.conftest import require
from w2vcli.training.tree import make_paths
from w2vcli.training.vocabulary import Vocabulary


def vocabulary(counts: npt.ArrayLike) -> Vocabulary:
    """Return words with these counts."""
    array = np.asarray(counts, dtype=np.int64)
    return Vocabulary([f"w{row}" for row in range(len(array))], array, np.arange(len(array), dtype=np.int32), 1, [])


def zipf(size: int, seed: int) -> npt.NDArray[np.int64]:
    """Return counts as of words: few frequent ones, and many that are equally rare."""
    drawn = np.random.default_rng(seed).zipf(1.4, size)
    return np.sort(np.minimum(drawn, 1 << 40))[::-1]


COUNTS = [
    pytest.param([7], id="one word"),
    pytest.param([5, 2], id="two words"),
    pytest.param([5, 2, 1, 1], id="four words"),
    pytest.param([3] * 37, id="equal counts"),
    pytest.param([1 << 50, 1 << 49, 1], id="counts beyond 32 bits"),
    *(pytest.param(zipf(size, size), id=f"{size} words") for size in (3, 10, 100, 1_000, 3_000)),
]


@pytest.mark.parametrize("counts", COUNTS)
def test_the_paths_are_gensims(counts: npt.ArrayLike) -> None:
    require("gensim")
    from tests.gensim_oracle import Word2Vec

    words = vocabulary(counts)
    model = Word2Vec(vector_size=1, hs=1, negative=0, min_count=1, sorted_vocab=0)
    model.build_vocab_from_freq(dict(zip(words.words, words.counts.tolist(), strict=True)))
    paths = make_paths(words)
    for row in range(len(words.words)):
        length = int((paths.codes[row] >= 0).sum())
        assert paths.points[row, :length].tolist() == list(model.wv.get_vecattr(row, "point"))
        assert paths.codes[row, :length].tolist() == list(model.wv.get_vecattr(row, "code"))
        assert (paths.points[row, length:] == -1).all() and (paths.codes[row, length:] == -1).all()


@pytest.mark.parametrize("counts", COUNTS)
def test_no_other_tree_is_shorter(counts: npt.ArrayLike) -> None:
    # Huffman's length is the sum of what is joined, however equal counts are ordered.
    words = vocabulary(counts)
    heap = words.counts.tolist()
    heapq.heapify(heap)
    shortest = 0
    while len(heap) > 1:
        joined = heapq.heappop(heap) + heapq.heappop(heap)
        shortest += joined
        heapq.heappush(heap, joined)
    lengths = (make_paths(words).codes >= 0).sum(axis=1)
    assert int((lengths * words.counts).sum()) == shortest


@pytest.mark.parametrize("counts", COUNTS)
def test_each_path_begins_at_the_root_and_leads_to_one_word(counts: npt.ArrayLike) -> None:
    words = vocabulary(counts)
    paths = make_paths(words)
    found = {tuple(code[code >= 0].tolist()) for code in paths.codes}
    assert len(found) == len(words.words)
    if len(words.words) > 1:
        assert (paths.points[:, 0] == len(words.words) - 2).all()
