"""Labels as tables have them: those that are missing, written in several ways, or are scores and no labels."""

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

# What programs write where there is nothing, and unsup as in tables of the IMDB data.
_MISSING = {"", "nan", "NaN", "NAN", "null", "NULL", "Null", "None", "N/A", "n/a", "NA", "<NA>", "#N/A"} | {
    "?",
    "\\N",
    "unsup",
}
_WHOLE = re.compile(r"([-+]?\d+)\.0+")
_MOST_NUMBERS = 100
_MOST_NUMBERS_WITH_FRACTIONS = 20
_ENOUGH_TEXTS = 20

Classes = npt.NDArray[np.int32]


def classes_of(labels: Sequence[str], known: Sequence[str]) -> Classes:
    """Return the class of each label, which is its place in ``known``, and -1 for one that is not there."""
    place = {label: number for number, label in enumerate(known)}
    return np.array([place.get(label, -1) for label in labels], dtype=np.int32)


def clean_labels(labels: Sequence[str], name: str, column: str, reporter: Reporter) -> list[str]:
    """Return labels as classes: without blanks around them, ``1.0`` as ``1``, and none where a value is missing.

    Labels that differ in case alone are one, as it is written most often. What was left out or changed is told.

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
    try:
        found = float(label)
    except ValueError:
        return None
    return found if abs(found) < float("inf") else None
