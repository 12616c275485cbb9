"""The binary tree of hierarchical softmax, a Huffman tree over the words, as gensim builds it."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from w2vcli.signals import holding_signals
from w2vcli.training.vocabulary import Vocabulary


class Paths(NamedTuple):
    r"""The path of each word from the root of the tree, in word2vec.c's words.

    ``points`` (int32) are the inner nodes on the path, ``codes`` (int8) the branch taken at each, 0 or 1. Both are
    words x depth, and filled with -1 behind the end of a path. Words a, b, c, d seen 5, 2, 1 and 1 times make this
    tree, in which the root has the highest number::

                2
             0 / \ 1        a: points 2,      codes 1
              1   a         b: points 2 1,    codes 0 0
           0 / \ 1          c: points 2 1 0,  codes 0 1 0
            b   0           d: points 2 1 0,  codes 0 1 1
             0 / \ 1
              c   d
    """

    points: npt.NDArray[np.int32]
    codes: npt.NDArray[np.int8]


def paths_of(model: Any) -> Paths:
    """Return the paths in a gensim model that has hierarchical softmax."""
    size = len(model.wv)
    points = [model.wv.get_vecattr(row, "point") for row in range(size)]
    codes = [model.wv.get_vecattr(row, "code") for row in range(size)]
    depth = max(map(len, points))
    paths = Paths(np.full((size, depth), -1, np.int32), np.full((size, depth), -1, np.int8))
    for row in range(size):
        paths.points[row, : len(points[row])] = points[row]
        paths.codes[row, : len(codes[row])] = codes[row]
    return paths


def make_paths(vocabulary: Vocabulary) -> Paths:
    """Return the paths that gensim gives these words, so that weights from one engine fit the tree of another."""
    with holding_signals():
        from gensim.models import Word2Vec

    model = Word2Vec(vector_size=1, hs=1, negative=0, min_count=1, sorted_vocab=0)
    model.build_vocab_from_freq(dict(zip(vocabulary.words, vocabulary.counts.tolist(), strict=True)))
    return paths_of(model)
