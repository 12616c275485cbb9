"""The binary tree of hierarchical softmax, a Huffman tree over the words, as gensim builds it."""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

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


class _Node(int):
    """A node as a heap sees it: a count, with the ``index`` of what was seen so often."""

    index: int

    @classmethod
    def made(cls, count: int, index: int) -> _Node:
        """Return a node."""
        node = cls(count)
        node.index = index
        return node


def make_paths(vocabulary: Vocabulary) -> Paths:
    """Return the paths of these words, which are gensim's, so that weights from one engine fit the tree of another.

    The two nodes of the least counts are joined until there is one, the lesser on the left. Of equal counts that one is
    less which `heapq` gives first: any other choice makes another tree.
    """
    size = len(vocabulary.words)
    heap = [_Node.made(count, row) for row, count in enumerate(vocabulary.counts.tolist())]
    heapify(heap)
    # Of each node but the root: the inner node above it, and the branch from there.
    above = np.zeros(2 * size - 1, dtype=np.int32)
    branches = np.zeros(2 * size - 1, dtype=np.int8)
    for inner in range(size, 2 * size - 1):
        left, right = heappop(heap), heappop(heap)
        above[left.index] = above[right.index] = inner
        branches[right.index] = 1
        heappush(heap, _Node.made(left + right, inner))
    return _climbed(above, branches, size)


def _climbed(above: npt.NDArray[np.int32], branches: npt.NDArray[np.int8], size: int) -> Paths:
    """Return the paths from the root down, found by going up from all words at once."""
    root = 2 * size - 2
    steps = []
    at = np.arange(size, dtype=np.int32)
    lengths = np.zeros(size, dtype=np.int64)
    while (is_below := at != root).any():
        steps.append((above[at] - size, branches[at]))
        lengths += is_below
        at = np.where(is_below, above[at], root)
    paths = Paths(np.full((size, len(steps)), -1, np.int32), np.full((size, len(steps)), -1, np.int8))
    for step, (points, codes) in enumerate(steps):
        rows = np.flatnonzero(lengths > step)
        paths.points[rows, lengths[rows] - 1 - step] = points[rows]
        paths.codes[rows, lengths[rows] - 1 - step] = codes[rows]
    return paths
