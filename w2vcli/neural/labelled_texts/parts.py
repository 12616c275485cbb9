"""The parts of labelled data, to train, to validate and to test with: what folders, files and values call them.

=======================  =======================================================
the part is              in
=======================  =======================================================
a folder                 ``dev/pos/1.txt``, ``20news-bydate-train/sci.med/1``
the name of a file       ``train.csv``, ``test-00000-of-00002.parquet``
a part of that name      ``train_pos.txt``, ``pos.train``
a value of a column      ``split``: ``Train``, ``valid``
a column for one part    ``is_train``: ``True``, ``0``
=======================  =======================================================
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from w2vcli.errors import MissingPart
from w2vcli.reporting import Reporter

TRAIN, VALIDATION, TEST = "train", "validation", "test"
_CALLED = {
    **dict.fromkeys(("train", "training"), TRAIN),
    **dict.fromkeys(("valid", "validation", "validate", "val", "dev", "devel", "development"), VALIDATION),
    **dict.fromkeys(("test", "testing"), TEST),
}
# train_pos and pos-train: the part before the label, and behind it.
_BEFORE = re.compile(rf"({'|'.join(_CALLED)})[-_. ](.+)", re.IGNORECASE)
_BEHIND = re.compile(rf"(.+)[-_. ]({'|'.join(_CALLED)})", re.IGNORECASE)
_FLAGS = {f"is_{name}": part for name, part in _CALLED.items()}
_YES, _NO = {"true", "1", "1.0", "yes", "t", "y"}, {"false", "0", "0.0", "no", "f", "n"}
# A name that ends with a part, and with what is often added: train, my-trainset, train_data, train-00000-of-00002.
_WITHIN = re.compile(
    rf"(?:.*[-_. ])?({'|'.join(_CALLED)})"
    r"(?:[-_. ]?(?:set|data|texts?|split|files?))?(?:[-_. ]\d+(?:[-_.]of[-_.]\d+)?)?",
    re.IGNORECASE | re.DOTALL,
)


def part_called(name: str) -> str | None:
    """Return the part that is called ``name`` (Train, dev, test), None if there is no such part."""
    return _CALLED.get(name.strip().casefold())


def part_in(name: str) -> str | None:
    """Return the part that a name ends with, as 20news-bydate-train does, or None."""
    found = _WITHIN.fullmatch(name)
    return _CALLED[found[1].casefold()] if found else None


def part_and_label(name: str) -> tuple[str | None, str]:
    """Return the part and the label in the name of a file, such as train_pos. Without a part, the label is the name."""
    if found := _BEFORE.fullmatch(name):
        return _CALLED[found[1].casefold()], found[2]
    if found := _BEHIND.fullmatch(name):
        return _CALLED[found[2].casefold()], found[1]
    return None, name


def is_flag(column: str) -> bool:
    """Tell whether a column says yes for the rows of one part, by its name: is_train, is_valid."""
    return column.strip().casefold() in _FLAGS


def parts_of_values(column: str, values: Iterable[str]) -> dict[str, str | None]:
    """Return the part that each value of a column means, None for a value that means no part.

    A no in ``is_train`` means test, a no in ``is_test`` or ``is_valid`` means train.
    """
    flagged = _FLAGS.get(column.strip().casefold())
    if flagged is None:
        return {value: part_called(value) for value in values}
    other = TEST if flagged == TRAIN else TRAIN
    folded = {value: value.strip().casefold() for value in values}
    return {value: flagged if each in _YES else other if each in _NO else None for value, each in folded.items()}


def choose_part(part: str, present: Collection[str], name: str) -> str | None:
    """Return which of the parts that are ``present`` to read for ``part``, None if there are no parts at all.

    To validate, the part to test with will do, but never the one that is trained on.

    Raises
    ------
    MissingPart
        If there are only other parts.
    """
    for wanted in (part, TEST) if part == VALIDATION else (part,):
        if wanted in present:
            return wanted
    if present:
        raise MissingPart(f"{name}: there is no part {part} in it, only {', '.join(sorted(present))}")
    return None


def tell_validation(chosen: str | None, present: Iterable[str | None], name: str, reporter: Reporter) -> None:
    """Tell who trains that there is also a part to validate with, which is not read by itself."""
    if chosen == TRAIN and VALIDATION in present:
        reporter.note(f"{name}: there is a part to validate with as well; --validation-data {name} reads it")
