"""What is shown of how sure answers are: the variants of a model, marks on what is noise, and how to make variants.

    word    similarity   low  high  again    count
    prince      0.6421  0.51  0.68   1.00      612
    flounce     0.5837  0.17  0.45   0.08 ?      7      dim, where there is colour

Only answers of a model that has variants, or of a rare word, need this module.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Sequence

from w2vcli.cli.output import Column, Doubtful, Row, RowPrinter, note
from w2vcli.errors import BadModel
from w2vcli.models import variants
from w2vcli.models.directory import Model
from w2vcli.models.model_parts import VECTORS
from w2vcli.models.registry import home, model_name

# What is true of fewer variants than this share is more likely chance.
_HALF = 0.5
_SHORT = {"low", "high", "again", "first"}
_DECIMALS = 2


def open_variants(model: Model, typed: str | None) -> Sequence[Model]:
    """Return the variants of a model; a note tells why there are none though they were begun.

    Raises
    ------
    BadModel
        If they are damaged, with what to do.
    """
    try:
        found = variants.open_variants(model)
        made = None if found else variants.VariantsFolder(model.path).read()
    except BadModel as error:
        raise BadModel(f"{error}, or leave them out with --no-variants") from error
    if made is not None:
        number, least = len(made.sha256), variants.LEAST_VARIANTS
        is_old = made.vectors != model.facts.sha256.get(VECTORS)
        why = "they are of other vectors" if is_old else f"there are {number}, and {least} are needed"
        note(f"the variants are not used, since {why}; make them with: w2v stability {_as_typed(model, typed)}")
    return found


def short(columns: Sequence[str]) -> list[str]:
    """Return columns of which shares and the ends of intervals have two decimals in a table for the eye."""
    return [Column(name, _DECIMALS) if name in _SHORT else name for name in columns]


def marked(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield the rows of an answer; those of what comes again in fewer than half of the variants are marked.

    Where a row has the share in which it is ``first``, this is marked in the first row alone: the others need not be.
    """
    for at, row in enumerate(rows):
        shares = ["again"] if at else ["again", "first"]
        yield {**row, **{name: Doubtful(row[name]) for name in shares if row.get(name, 1) < _HALF}}


def legend(out: RowPrinter, number: int) -> str:
    """Return what the intervals and the marks of a table mean, which are from a ``number`` of variants."""
    told = "low to high: 95 % interval for other documents of the same kind"
    if "again" in out.columns:
        told = f"{told}, where neighbours are less similar on average"
    return f"{told}; ?: in fewer than half of {number} variants" if out.doubtful else told


def advice(model: Model, typed: str | None, word: str, count: int) -> str | None:
    """Return how to get intervals for a rare word, None if the model can have no variants."""
    if not variants.can_be_made(model.facts):
        return None
    return (
        f"{word} was seen rarely (count {count}), so the answer is unsure; how unsure is shown after: "
        f"w2v stability {_as_typed(model, typed)}"
    )


def _as_typed(model: Model, typed: str | None) -> str:
    """Return how a model is named in a command: as it was typed, else by its name or its path."""
    if typed is None:
        typed = model_name(model.path) if model.path.parent == home() / "models" else str(model.path)
    return shlex.quote(typed)
