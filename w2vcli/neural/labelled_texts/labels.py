"""Labels as tables have them: missing, written in several ways, or scores that are no labels. And as classes.

``Good``, ``good`` and ``good `` are one label, ``1.0`` is ``1``, and ``NaN`` is none.
"""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from w2vcli.errors import BadCorpus
from w2vcli.escaping import visible
from w2vcli.reporting import Reporter

# What programs write where nothing is known. Tables of the IMDB data say unsup.
_MISSING = {"", "nan", "NaN", "NAN", "null", "NULL", "Null", "None", "N/A", "n/a", "NA", "<NA>", "#N/A"} | {
    "?",
    "\\N",
    "unsup",
}
_WHOLE = re.compile(r"([-+]?\d+)\.0+")
# More distinct numbers than this are scores: stars from 0.5 to 5 are 10, per cent are 101.
_MOST_NUMBERS = 100
_MOST_NUMBERS_WITH_FRACTIONS = 20
# Of fewer texts, each may have a label of its own.
_ENOUGH_TEXTS = 20

Classes = npt.NDArray[np.int32]


def classes_of(labels: Sequence[str], known: Sequence[str]) -> Classes:
    """Return the class of each label, which is its place in ``known``, and -1 for one that is not there."""
    place = {label: number for number, label in enumerate(known)}
    return np.array([place.get(label, -1) for label in labels], dtype=np.int32)


def clean_labels(labels: Sequence[str], name: str, column: str, reporter: Reporter) -> list[str]:
    """Return labels without blanks around them, ``1.0`` as ``1``, and an empty one where a value is missing.

    Labels that differ only in case are one, in its most frequent spelling. The reporter is told what was changed.

    Raises
    ------
    BadCorpus
        If the column holds scores, or nearly as many labels as texts.
    """
    stripped = [_WHOLE.sub(r"\1", label) if _WHOLE.fullmatch(label) else label for label in map(str.strip, labels)]
    missing = Counter(label for label in stripped if label in _MISSING)
    if missing:
        kinds = ", ".join(f"{label or 'empty'} {count:,}" for label, count in missing.most_common())
        reporter.warn(f"{name}: {sum(missing.values()):,} texts were left out, since their label is missing ({kinds})")
    counts = Counter(label for label in stripped if label not in _MISSING)
    _require_labels(counts, name, column)
    # The most frequent spelling comes first, and those after it are led to it.
    spelling: dict[str, str] = {}
    for label, _ in counts.most_common():
        spelling.setdefault(label.casefold(), label)
    changed = [f"{label} ({count:,})" for label, count in counts.items() if spelling[label.casefold()] != label]
    if changed:
        reporter.warn(
            f"{name}: labels that differ in case alone were taken for one: {visible(', '.join(changed[:10]))} "
            "as it is written more often"
        )
    return ["" if label in _MISSING else spelling[label.casefold()] for label in stripped]


def _require_labels(counts: Counter[str], name: str, column: str) -> None:
    """Refuse a column of scores, and one in which more than half of the labels are seen once."""
    texts = sum(counts.values())
    numbers = [number for number in map(_number, counts) if number is not None]
    if numbers and len(numbers) == len(counts):
        fractions = any(number != int(number) for number in numbers)
        if len(numbers) > (_MOST_NUMBERS_WITH_FRACTIONS if fractions else _MOST_NUMBERS):
            raise BadCorpus(
                f"{name}: {column} is a column of numbers, {len(numbers):,} distinct ones from {min(numbers):g} to "
                f"{max(numbers):g} for {texts:,} texts: scores, not labels; make labels of them, such as below "
                f"and above {statistics.median(numbers):g}, or name another column with --label"
            )
    if texts >= _ENOUGH_TEXTS and len(counts) > texts / 2:
        raise BadCorpus(
            f"{name}: column {column} has {len(counts):,} distinct labels for {texts:,} texts; "
            "name the column that holds the labels with --label"
        )


def _number(label: str) -> float | None:
    """Return a label as a number, None if it is none or not finite."""
    try:
        found = float(label)
    except ValueError:
        return None
    return found if abs(found) < float("inf") else None
