"""The parts of labelled data, to train, to validate and to test with: what folders, files and values call them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from w2vcli.errors import BadCorpus
from w2vcli.reporting import Reporter

TRAIN, VALIDATION, TEST = "train", "validation", "test"
_CALLED = {
    "train": TRAIN,
    "training": TRAIN,
    "valid": VALIDATION,
    "validation": VALIDATION,
    "validate": VALIDATION,
    "val": VALIDATION,
    "dev": VALIDATION,
    "devel": VALIDATION,
    "development": VALIDATION,
    "test": TEST,
    "testing": TEST,
}
_BEFORE = re.compile(rf"({'|'.join(_CALLED)})[-_. ](.+)", re.IGNORECASE)
_BEHIND = re.compile(rf"(.+)[-_. ]({'|'.join(_CALLED)})", re.IGNORECASE)
_FLAGS = {f"is_{name}": part for name, part in _CALLED.items()}
_YES, _NO = {"true", "1", "1.0", "yes", "t", "y"}, {"false", "0", "0.0", "no", "f", "n"}
_WITHIN = re.compile(
    rf"(?:.*[-_. ])?({'|'.join(_CALLED)})"
    r"(?:[-_. ]?(?:set|data|texts?|split|files?))?(?:[-_. ]\d+(?:[-_.]of[-_.]\d+)?)?",
    re.IGNORECASE | re.DOTALL,
)


def part_called(name: str) -> str | None:
    """Return the part that is called ``name``, in whatever case: Train, dev, test; None if there is no such part."""
    return _CALLED.get(name.strip().casefold())


def part_in(name: str) -> str | None:
    """Return the part that a name ends with, as 20news-bydate-train or train-00000-of-00002 do; None if with none."""
    found = _WITHIN.fullmatch(name)
    return _CALLED[found[1].casefold()] if found else None


def part_and_label(name: str) -> tuple[str | None, str]:
    """Return the part and the label in the name of a file, as in train_pos and pos-train; None without a part."""
    if found := _BEFORE.fullmatch(name):
        return _CALLED[found[1].casefold()], found[2]
    if found := _BEHIND.fullmatch(name):
        return _CALLED[found[2].casefold()], found[1]
    return None, name


def is_flag(column: str) -> bool:
    """Tell whether a column is called as one that says yes for the rows of a part: is_train, is_valid."""
    return column.strip().casefold() in _FLAGS


def parts_of_values(column: str, values: Iterable[str]) -> dict[str, str | None]:
    """Return the part that each value of a column means, None for a value that means none."""
    flagged = _FLAGS.get(column.strip().casefold())
    if flagged is None:
        return {value: part_called(value) for value in values}
    other = TEST if flagged == TRAIN else TRAIN
    folded = {value: value.strip().casefold() for value in values}
    return {value: flagged if each in _YES else other if each in _NO else None for value, each in folded.items()}


def choose_part(part: str, present: Collection[str], name: str) -> str | None:
    """Return the part to read of those that are ``present``; None if there are none, and all is read.

    To validate, the part for that is read, or else the one to test with: never the one that is trained on.

    Raises
    ------
    BadCorpus
        If there are other parts only.
    """
    for wanted in (part, TEST) if part == VALIDATION else (part,):
        if wanted in present:
            return wanted
    if present:
        raise BadCorpus(f"{name}: there is no part {part} in it, only {', '.join(sorted(present))}")
    return None


def tell_validation(chosen: str | None, present: Iterable[str | None], name: str, reporter: Reporter) -> None:
    """Tell that there is a part to validate with, where another one is read to train on."""
    if chosen == TRAIN and VALIDATION in present:
        reporter.note(f"{name}: there is a part to validate with as well; --validation-data {name} reads it")
