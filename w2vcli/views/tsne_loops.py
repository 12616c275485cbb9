"""The loops of t-SNE, compiled by numba: affinities, and the two forces that move points in the plane.

Each point is drawn to its neighbours, and pushed away by all points. The pushing is a sum over all pairs, by Barnes
and Hut (1986): points far away act as one, at their mean. `split` puts the points into a tree of which each leaf has
`LANES` points that are near each other, so one register holds a leaf. `repel` goes through the tree once for a whole
leaf, not for each point, and the floats of a register meet the same nodes. A tree of three leaves::

    node      0                  first  [0, 0, 0, 1, 2]     the first leaf under a node
            1   4                leaves [3, 2, 1, 1, 1]     how many are under it
           2 3                   a node that is far away is passed by going on behind all that is under it: a node of
                                 m leaves has 2 m - 1 nodes, itself among them

Every point's sum is made by one thread in the order of the tree, so the bytes are the same for any number of threads.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt
from numba import njit

from w2vcli.array_types import Float32s, Floats
from w2vcli.training.engines.lanes import (
    BYTES,
    LANES,
    add,
    aligned,
    divide,
    filled,
    fma,
    load,
    load_pairs,
    multiply,
    spread,
    store,
    sum_lanes,
    zeros,
)

Rows = npt.NDArray[np.int32]

_ENTROPY_STEPS = 64
_CLOSE = 1e-5  # the logarithm of a perplexity is found to this
_MOST_OF_A_STEP = np.float32(5)  # no point moves further at once

_Function = TypeVar("_Function", bound=Callable[..., Any])
_compiled: Callable[[_Function], _Function] = njit(nogil=True, cache=True, error_model="numpy")
# Sums may be added in another order, so that they are computed in registers. The order is the same each time.
_reordered: Callable[[_Function], _Function] = njit(
    nogil=True, cache=True, error_model="numpy", fastmath={"reassoc", "contract", "nsz"}
)


class Tree(NamedTuple):
    """Leaves of `LANES` points each, and the nodes over them, in the order in which they are visited.

    ``order`` has the points leaf by leaf. ``x`` and ``y`` are theirs in this order, the last leaf filled up with its
    last point. Of each node, ``nodes`` has minus the mean of its points, their number, and the square of the longer
    side of the box around them, ``boxes`` the lower and the upper corner of that box. ``push_x`` and ``push_y`` are
    what `repel` finds for each point, ``sums`` the parts of what they are to be divided by.
    """

    order: Rows
    first: Rows
    leaves: Rows
    x: Float32s
    y: Float32s
    minus_x: Float32s
    minus_y: Float32s
    nodes: Float32s
    boxes: Float32s
    push_x: Float32s
    push_y: Float32s
    sums: Float32s


def make_tree(words: int) -> Tree:
    """Return the tree of so many points, which `split` and `fit` fill in."""
    count = -(-words // LANES)
    first, leaves = np.zeros(2 * count - 1, np.int32), np.zeros(2 * count - 1, np.int32)
    todo, node = [(0, count)], 0
    while todo:
        first[node], leaves[node] = start, under = todo.pop()
        node += 1
        if under > 1:
            left = (under + 1) // 2
            todo += [(start + left, under - left), (start, left)]
    return Tree(
        order=np.arange(words, dtype=np.int32),
        first=first,
        leaves=leaves,
        x=aligned(count * LANES),
        y=aligned(count * LANES),
        minus_x=aligned(count * LANES),
        minus_y=aligned(count * LANES),
        nodes=aligned(len(first), 4),
        boxes=aligned(len(first), 4),
        push_x=aligned(count * LANES),
        push_y=aligned(count * LANES),
        sums=aligned(count * LANES),
    )


@_compiled
def split(tree: Tree, points: Float32s) -> None:
    """Put the points in order: each node's points are halved along the longer side of the box around them."""
    words = len(points)
    for node in range(len(tree.first)):
        under = tree.leaves[node]
        if under == 1:
            continue
        start, stop = tree.first[node] * LANES, min((tree.first[node] + under) * LANES, words)
        low_x = high_x = points[tree.order[start], 0]
        low_y = high_y = points[tree.order[start], 1]
        for at in range(start + 1, stop):
            x, y = points[tree.order[at], 0], points[tree.order[at], 1]
            low_x, high_x = min(low_x, x), max(high_x, x)
            low_y, high_y = min(low_y, y), max(high_y, y)
        axis = 0 if high_x - low_x >= high_y - low_y else 1
        _halve(tree.order, points, axis, start, stop - 1, start + (under + 1) // 2 * LANES)


@_compiled
def _halve(order: Rows, points: Float32s, axis: int, low: int, high: int, middle: int) -> None:
    """Move points with a lower coordinate before the place ``middle``, by Hoare's quickselect."""
    while low < high:
        pivot = points[order[(low + high) // 2], axis]
        left, right = low, high
        while left <= right:
            while points[order[left], axis] < pivot:
                left += 1
            while points[order[right], axis] > pivot:
                right -= 1
            if left <= right:
                order[left], order[right] = order[right], order[left]
                left += 1
                right -= 1
        if middle <= right:
            high = right
        elif middle >= left:
            low = left
        else:
            return


@_compiled
def fit(tree: Tree, points: Float32s) -> None:
    """Bring the tree up to date with where the points are now."""
    words = len(points)
    for at in range(len(tree.x)):
        point = tree.order[min(at, words - 1)]
        tree.x[at], tree.y[at] = points[point, 0], points[point, 1]
        tree.minus_x[at], tree.minus_y[at] = -points[point, 0], -points[point, 1]
    for node in range(len(tree.first) - 1, -1, -1):
        mass, box = tree.nodes[node], tree.boxes[node]
        if tree.leaves[node] == 1:
            start = tree.first[node] * LANES
            stop = min(start + LANES, words)
            x = y = np.float32(0)
            box[0] = box[2] = tree.x[start]
            box[1] = box[3] = tree.y[start]
            for at in range(start, stop):
                x += tree.x[at]
                y += tree.y[at]
                box[0], box[2] = min(box[0], tree.x[at]), max(box[2], tree.x[at])
                box[1], box[3] = min(box[1], tree.y[at]), max(box[3], tree.y[at])
            mass[2] = stop - start
            mass[0], mass[1] = -x / mass[2], -y / mass[2]
        else:
            one = node + 1
            other = one + 2 * tree.leaves[one] - 1
            a, b = tree.nodes[one], tree.nodes[other]
            mass[2] = a[2] + b[2]
            mass[0] = (a[0] * a[2] + b[0] * b[2]) / mass[2]
            mass[1] = (a[1] * a[2] + b[1] * b[2]) / mass[2]
            for side in range(2):
                box[side] = min(tree.boxes[one, side], tree.boxes[other, side])
                box[2 + side] = max(tree.boxes[one, 2 + side], tree.boxes[other, 2 + side])
        side = max(box[2] - box[0], box[3] - box[1])
        mass[3] = side * side


@_compiled
def repel(tree: Tree, theta: float, start: int, stop: int) -> None:
    """Sum what pushes the points of the nodes from ``start`` to ``stop`` that are leaves.

    A node acts as one where its side is below ``theta`` times the distance. To the square of that one is added, since
    1 / (1 + distance^2) is flat where the distance is small.
    """
    one = filled(np.float32(1))
    far = np.float32(1 / (theta * theta))
    xs, ys, pushes_x, pushes_y, sums = (
        tree.x.ctypes.data,
        tree.y.ctypes.data,
        tree.push_x.ctypes.data,
        tree.push_y.ctypes.data,
        tree.sums.ctypes.data,
    )
    minus_xs, minus_ys, nodes = tree.minus_x.ctypes.data, tree.minus_y.ctypes.data, tree.nodes.ctypes.data
    for target in range(start, stop):
        if tree.leaves[target] != 1:
            continue
        place = tree.first[target] * BYTES
        x, y = load(xs + place), load(ys + place)
        push_x, push_y, total = zeros(), zeros(), zeros()
        box = tree.boxes[target]
        middle_x, middle_y = (box[0] + box[2]) / np.float32(2), (box[1] + box[3]) / np.float32(2)
        half_x, half_y = (box[2] - box[0]) / np.float32(2), (box[3] - box[1]) / np.float32(2)
        node = 0
        while node < len(tree.first):
            away_x = max(abs(middle_x + tree.nodes[node, 0]) - half_x, np.float32(0))
            away_y = max(abs(middle_y + tree.nodes[node, 1]) - half_y, np.float32(0))
            leaves = tree.leaves[node]
            if tree.nodes[node, 3] * far < np.float32(1) + away_x * away_x + away_y * away_y:
                address = nodes + 16 * node
                dx, dy = add(x, spread(address)), add(y, spread(address + 4))
                q = divide(one, fma(dx, dx, fma(dy, dy, one)))
                w = multiply(q, spread(address + 8))
                total = add(total, w)
                w = multiply(w, q)
                push_x, push_y = fma(w, dx, push_x), fma(w, dy, push_y)
                node += 2 * leaves - 1
            elif leaves == 1:
                at = tree.first[node] * LANES
                for byte in range(4 * at, 4 * min(at + LANES, len(tree.order)), 4):
                    dx, dy = add(x, spread(minus_xs + byte)), add(y, spread(minus_ys + byte))
                    q = divide(one, fma(dx, dx, fma(dy, dy, one)))
                    total = add(total, q)
                    q = multiply(q, q)
                    push_x, push_y = fma(q, dx, push_x), fma(q, dy, push_y)
                node += 1
            else:
                node += 1
        store(pushes_x + place, push_x)
        store(pushes_y + place, push_y)
        store(sums + place, total)


@_compiled
def attract(
    points: Float32s,
    starts: npt.NDArray[np.int64],
    neighbours: Rows,
    affinities: Float32s,
    pulls: Float32s,
    start: int,
    stop: int,
) -> None:
    """Sum what draws the points from ``start`` to ``stop`` to their neighbours, `LANES` of them at a time."""
    one = filled(np.float32(1))
    pairs, places, shares = points.ctypes.data, neighbours.ctypes.data, affinities.ctypes.data
    for point in range(start, stop):
        minus_x, minus_y = filled(-points[point, 0]), filled(-points[point, 1])
        pull_x, pull_y = zeros(), zeros()
        for byte in range(4 * starts[point], 4 * starts[point + 1], BYTES):
            x, y = load_pairs(pairs, places + byte)
            dx, dy = add(x, minus_x), add(y, minus_y)
            w = divide(load(shares + byte), fma(dx, dx, fma(dy, dy, one)))
            pull_x, pull_y = fma(w, dx, pull_x), fma(w, dy, pull_y)
        pulls[point, 0], pulls[point, 1] = sum_lanes(pull_x), sum_lanes(pull_y)


@_compiled
def move(
    tree: Tree,
    points: Float32s,
    pulls: Float32s,
    steps: Float32s,
    gains: Float32s,
    exaggeration: float,
    rate: float,
    momentum: float,
) -> None:
    """Move all points by one step, whose rate is each coordinate's own: it grows while the direction stays."""
    words = len(points)
    total = 0.0
    for at in range(words):
        total += tree.sums[at]
    scale = np.float32(1 / (total - words))
    pull, speed, kept = np.float32(exaggeration), np.float32(rate), np.float32(momentum)
    for at in range(words):
        point = tree.order[at]
        for axis in range(2):
            push = tree.push_x[at] if axis == 0 else tree.push_y[at]
            uphill = -pull * pulls[point, axis] - push * scale
            step, gain = steps[point, axis], gains[point, axis]
            same = (uphill > 0) == (step > 0)
            gain = max(gain * np.float32(0.8), np.float32(0.01)) if same else gain + np.float32(0.2)
            gains[point, axis] = gain
            steps[point, axis] = kept * step - speed * gain * uphill
        length = np.sqrt(steps[point, 0] ** 2 + steps[point, 1] ** 2)
        if length > _MOST_OF_A_STEP:
            steps[point, 0] *= _MOST_OF_A_STEP / length
            steps[point, 1] *= _MOST_OF_A_STEP / length
    middle_x = middle_y = 0.0
    for point in range(words):
        points[point, 0] += steps[point, 0]
        points[point, 1] += steps[point, 1]
        middle_x += points[point, 0]
        middle_y += points[point, 1]
    for point in range(words):
        points[point, 0] -= np.float32(middle_x / words)
        points[point, 1] -= np.float32(middle_y / words)


@_compiled
def calibrate(distances: Floats, perplexity: float) -> None:
    """Make shares of squared ``distances`` (points x neighbours) to neighbours: each row sums to one.

    A share is exp(-b d) of all, with the b by which the entropy of the row is the logarithm of the perplexity. No row
    has a lower one than 1.
    """
    wanted = np.log(max(perplexity, 1.0))
    count = distances.shape[1]
    for row in distances:
        nearest = row.min()
        mean = row.mean() - nearest
        low, high, b = 0.0, np.inf, 1 / mean if mean > 0 else 1.0
        for _ in range(_ENTROPY_STEPS):
            total = weighted = 0.0
            for at in range(count):
                weight = np.exp(-b * (row[at] - nearest))
                total += weight
                weighted += weight * (row[at] - nearest)
            entropy = np.log(total) + b * weighted / total
            if abs(entropy - wanted) < _CLOSE:
                break
            if entropy > wanted:
                low, b = b, (b * 2 if high == np.inf else (b + high) / 2)
            else:
                high, b = b, (low + b) / 2
        total = 0.0
        for at in range(count):
            row[at] = np.exp(-b * (row[at] - nearest))
            total += row[at]
        for at in range(count):
            row[at] /= total


@_compiled
def keep_nearest(products: Float32s, lengths: Float32s, own: int, found: Rows, distances: Float32s) -> None:
    """Keep the columns with the lowest distances of each row, without the column of the row itself.

    A distance is the square of the column's length plus an entry of ``products`` (rows x points), which are -2 times
    those of vectors. What it lacks to a squared distance is the same in all columns. Row 0 is point ``own``. ``found``
    and ``distances`` (rows x neighbours) are filled in, in no order. A heap has the furthest on top, and most columns
    are further.
    """
    most = found.shape[1]
    for row in range(len(products)):
        kept, columns, values = 0, found[row], distances[row]
        for column in range(products.shape[1]):
            value = products[row, column] + lengths[column]
            if (kept == most and value >= values[0]) or column == own + row:
                continue
            if kept < most:
                at = kept
                kept += 1
                while at > 0 and values[(at - 1) // 2] < value:
                    values[at], columns[at] = values[(at - 1) // 2], columns[(at - 1) // 2]
                    at = (at - 1) // 2
            else:
                at = 0
                while 2 * at + 1 < most:
                    child = 2 * at + 1
                    if child + 1 < most and values[child + 1] > values[child]:
                        child += 1
                    if values[child] <= value:
                        break
                    values[at], columns[at] = values[child], columns[child]
                    at = child
            values[at], columns[at] = value, column


@_reordered
def measure(vectors: Float32s, found: Rows, distances: Floats, start: int, stop: int) -> None:
    """Put the squared distances of the points from ``start`` to ``stop`` to those ``found`` into ``distances``."""
    for point in range(start, stop):
        for at in range(found.shape[1]):
            other, total = np.uint32(found[point, at]), np.float32(0)
            for axis in range(vectors.shape[1]):
                difference = vectors[point, axis] - vectors[other, axis]
                total += difference * difference
            distances[point, at] = total
