"""The window of skip-gram as it moves over a sentence: a line for each target, with its pairs beside it.

    [the](cat) sat   (the, cat)
    (the)[cat](sat)  (cat, the) (cat, sat)

The lines have no colours yet. ``width_of`` says how many columns a terminal needs for a text, two for 소.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Literal, NamedTuple

from w2vcli.escaping import visible
from w2vcli.lessons.pairs import PairBlock

_GAP = 2
# What is left for the pairs beside the sentence, at least.
_PAIRS_WIDTH = 25
_ELLIPSIS = "… "

WidthOf = Callable[[str], int]
Role = Literal["target", "context", ""]


class Cell(NamedTuple):
    """A word of a sentence as it is drawn, in its brackets, or an ellipsis."""

    text: str
    role: Role = ""


class WindowLine(NamedTuple):
    """A line: the ``cells`` of the sentence, and the ``pairs``, which begin with the blanks before them.

    Where the pairs of a target take several lines, the sentence stands on the first of them.
    """

    cells: list[Cell]
    pairs: str


def lay_out_windows(
    block: PairBlock, names: Sequence[str], sentences: int, targets: int, width: int, width_of: WidthOf
) -> Iterator[list[WindowLine]]:
    """Yield the lines of each of the first ``sentences`` of a block, of at most ``targets`` targets in all.

    ``names`` are the words of the vocabulary, and ``width`` is that of the terminal.
    """
    shown = [visible(names[row]) for row in block.rows.tolist()]
    last_target = min(int(block.bounds[min(sentences, len(block.bounds) - 1)]), targets)
    pairs = _pairs_by_target(block, names, last_target)
    bounds = zip(block.bounds[:-1].tolist(), block.bounds[1:].tolist(), strict=True)
    for _, (start, stop) in zip(range(sentences), bounds, strict=False):
        if targets <= 0:
            break
        lines: list[WindowLine] = []
        for at in range(start, min(stop, start + targets)):
            contexts, texts = pairs.get(at, (set(), []))
            lines += _lines(shown, (start, stop), at, contexts, texts, width, width_of)
        yield lines
        targets -= stop - start


def _pairs_by_target(block: PairBlock, names: Sequence[str], stop: int) -> dict[int, tuple[set[int], list[str]]]:
    """Return the contexts and the pairs, as text, of the targets before ``stop``."""
    found: dict[int, tuple[set[int], list[str]]] = {}
    count = int((block.targets < stop).sum())
    noise = block.noise[:count].tolist()
    targets, contexts_of = block.targets[:count].tolist(), block.contexts[:count].tolist()
    for pair, (target, context) in enumerate(zip(targets, contexts_of, strict=True)):
        contexts, lines = found.setdefault(target, (set(), []))
        contexts.add(context)
        drawn = [visible(names[row]) for row in noise[pair] if row >= 0]
        text = f"({visible(names[block.rows[target]])}, {visible(names[block.rows[context]])})"
        lines.append(f"{text} not {', '.join(drawn)}" if drawn else text)
    return found


def _lines(
    words: Sequence[str],
    sentence: tuple[int, int],
    target: int,
    contexts: set[int],
    pairs: Sequence[str],
    width: int,
    width_of: WidthOf,
) -> Iterator[WindowLine]:
    """Yield the lines of one target: as much of the sentence as fits, and the pairs, folded."""

    def cell(at: int) -> Cell:
        if at == target:
            return Cell(f"[{words[at]}]", "target")
        return Cell(f"({words[at]})", "context") if at in contexts else Cell(f" {words[at]} ")

    start, stop = sentence
    room = max(width - _GAP - _PAIRS_WIDTH, 1)
    # A word further away than there are columns cannot be shown, so its width is not asked for.
    sizes = {at: width_of(words[at]) + 2 for at in range(max(start, target - room), min(stop, target + room))}
    first, last = _range(sizes, start, stop, target, room)
    cells = [Cell(_ELLIPSIS)] if first > start else []
    cells += map(cell, range(first, last))
    if last < stop:
        cells.append(Cell(_ELLIPSIS.rstrip()))
    # The pairs of all targets begin in one column: behind the sentence, or behind the room if that is too small for it.
    whole = sum(sizes.get(at, room) for at in range(start, stop))
    left = (whole if whole <= room else room) + _GAP
    used = sum(width_of(each.text) for each in cells)
    for number, line in enumerate(_folded(pairs, width - left, width_of)):
        yield WindowLine([] if number else cells, " " * (left if number else left - used) + line)
    if not pairs:
        yield WindowLine(cells, "")


def _range(sizes: dict[int, int], start: int, stop: int, target: int, room: int) -> tuple[int, int]:
    """Return the stretch of the sentence around the target that fits into ``room`` columns.

    It grows to the right and to the left in turns, and leaves room for an ellipsis at either end.
    """
    first, last = target, target + 1
    used = sizes[target]
    marks = 2 * len(_ELLIPSIS)
    if sum(sizes.values()) <= room and len(sizes) == stop - start:
        return start, stop
    while first > start or last < stop:
        grew = False
        if last < stop and used + sizes.get(last, room) + marks <= room:
            used += sizes[last]
            last += 1
            grew = True
        if first > start and used + sizes.get(first - 1, room) + marks <= room:
            first -= 1
            used += sizes[first]
            grew = True
        if not grew:
            break
    return first, last


def _folded(items: Sequence[str], width: int, width_of: WidthOf) -> Iterator[str]:
    """Yield lines of as many items as fit, one at least."""
    line = ""
    for item in items:
        if line and width_of(line) + 1 + width_of(item) > width:
            yield line
            line = item
        else:
            line = f"{line} {item}" if line else item
    if line:
        yield line
