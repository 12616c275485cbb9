"""The window of skip-gram as it moves over a sentence, drawn: a line for each target, its pairs beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from w2vcli.escaping import visible

if TYPE_CHECKING:
    from rich.text import Text

    from w2vcli.lessons.pairs import PairBlock

_GAP = 2
# What is left for the pairs beside the sentence, at least.
_PAIRS_WIDTH = 25
_ELLIPSIS = "… "
_TARGET, _CONTEXT = "bold reverse", "bold underline"


def draw_windows(block: PairBlock, names: Sequence[str], sentences: int, targets: int) -> int:
    """Draw the first ``sentences`` of a block, of no more than so many ``targets`` in all; return how many were drawn.

    ``names`` are the words of the vocabulary. The target stands in square brackets, its context in round ones.
    """
    from rich.console import Console

    console = Console(highlight=False)
    shown = [visible(names[row]) for row in block.rows.tolist()]
    drawn_targets = min(int(block.bounds[min(sentences, len(block.bounds) - 1)]), targets)
    pairs = _pairs_by_target(block, names, drawn_targets)
    drawn = 0
    for start, stop in zip(block.bounds[:-1].tolist(), block.bounds[1:].tolist(), strict=True):
        if drawn == sentences or targets <= 0:
            break
        if drawn:
            console.print()
        drawn += 1
        for at in range(start, min(stop, start + targets)):
            contexts, lines = pairs.get(at, (set(), []))
            for line in _line(shown, start, stop, at, contexts, lines, console.width):
                console.print(line, soft_wrap=True)
        targets -= stop - start
    return drawn


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


def _line(
    words: Sequence[str], start: int, stop: int, target: int, contexts: set[int], pairs: Sequence[str], width: int
) -> Iterator[Text]:
    """Yield the lines of one target: the sentence or what fits of it, and the pairs, folded."""
    from rich.cells import cell_len
    from rich.text import Text

    def cell(at: int) -> Text:
        if at == target:
            return Text(f"[{words[at]}]", style=_TARGET)
        return Text(f"({words[at]})", style=_CONTEXT) if at in contexts else Text(f" {words[at]} ")

    room = max(width - _GAP - _PAIRS_WIDTH, 1)
    sizes = {at: cell_len(words[at]) + 2 for at in range(max(start, target - room), min(stop, target + room))}
    first, last = _range(sizes, start, stop, target, room)
    sentence = Text()
    if first > start:
        sentence.append(_ELLIPSIS)
    for at in range(first, last):
        sentence.append_text(cell(at))
    if last < stop:
        sentence.append(_ELLIPSIS.rstrip())
    whole = sum(sizes.get(at, room) for at in range(start, stop))
    left = (whole if whole <= room else room) + _GAP
    for number, line in enumerate(_folded(pairs, width - left)):
        text = sentence if number == 0 else Text()
        yield text + Text(" " * (left - text.cell_len) + line)
    if not pairs:
        yield sentence


def _range(sizes: dict[int, int], start: int, stop: int, target: int, room: int) -> tuple[int, int]:
    """Return the stretch of the sentence around the target that fits."""
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


def _folded(items: Sequence[str], width: int) -> Iterator[str]:
    """Yield lines of as many items as fit, one at least."""
    from rich.cells import cell_len

    line = ""
    for item in items:
        if line and cell_len(line) + 1 + cell_len(item) > width:
            yield line
            line = item
        else:
            line = f"{line} {item}" if line else item
    if line:
        yield line
