"""The binary tree of hierarchical softmax over the words, which is gensim's."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from w2vcli.signals import holding_signals
from w2vcli.training.vocabulary import Vocabulary


class Paths(NamedTuple):
    """For each row the inner nodes on its way through the tree, and the turns (0 or 1) there.

    ``nodes`` (int32) and ``turns`` (int8), both words x depth, are filled with -1.
    """

    nodes: npt.NDArray[np.int32]
    turns: npt.NDArray[np.int8]


def paths_of(model: Any) -> Paths:
    """Return the paths in a gensim model with hierarchical softmax."""
    size = len(model.wv)
    ways = [model.wv.get_vecattr(row, "point") for row in range(size)]
    turns = [model.wv.get_vecattr(row, "code") for row in range(size)]
    depth = max(map(len, ways))
    paths = Paths(np.full((size, depth), -1, np.int32), np.full((size, depth), -1, np.int8))
    for row in range(size):
        paths.nodes[row, : len(ways[row])] = ways[row]
        paths.turns[row, : len(turns[row])] = turns[row]
    return paths


def make_paths(vocabulary: Vocabulary) -> Paths:
    """Return the paths that gensim finds for these words, so that weights made for one tree fit the other."""
    with holding_signals():
        from gensim.models import Word2Vec

    model = Word2Vec(vector_size=1, hs=1, negative=0, min_count=1, sorted_vocab=0)
    model.build_vocab_from_freq(dict(zip(vocabulary.words, vocabulary.counts.tolist(), strict=True)))
    return paths_of(model)
