"""Figures for the eye: as text with a unit, and in blocks of rows as tables and pictures show them.

questions-words, 3cosadd            the title of a block
capital-world           89.2 %    a row, with a figure of each model
total                   74.1 %
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from w2vcli.measure.figures import TOTAL, Figure, SureFigure
from w2vcli.queries.methods import METHODS


class FigureRow(NamedTuple):
    """The figures of all models for one section or measure, by the names of the models.

    ``with_query_words`` are those of analogies with the words of a question allowed as answers.
    """

    label: str
    figures: dict[str, Figure]
    with_query_words: dict[str, Figure]


class FigureBlock(NamedTuple):
    """The rows of one set. Analogies have a block for each method."""

    title: str
    rows: list[FigureRow]


def figure_blocks(figures: Iterable[Figure]) -> list[FigureBlock]:
    """Return the figures of models in blocks, in their order, without the differences of models."""
    blocks: dict[str, dict[str, FigureRow]] = {}
    for figure in figures:
        if figure.minus is not None or figure.measure == "sc_weat_p":  # it has the label of sc_weat
            continue
        is_analogy = figure.plain_measure in METHODS
        title = f"{figure.set}, {figure.plain_measure}" if is_analogy else figure.set
        label = figure.measure if figure.section == TOTAL and not is_analogy else figure.section
        row = blocks.setdefault(title, {}).setdefault(label, FigureRow(label, {}, {}))
        (row.with_query_words if figure.allows_query_words else row.figures)[figure.model] = figure
    return [FigureBlock(title, list(rows.values())) for title, rows in blocks.items()]


def shown(figure: Figure) -> str:
    """Return the value of a figure: a share in percent, any other with four decimals, ``-`` where there is none."""
    if figure.value is None:
        return "-"
    sign = _sign(figure)
    return f"{figure.value:{sign}.4f}" if not figure.is_share else f"{100 * figure.value:{sign}.2f} %"


def shown_interval(figure: Figure) -> str:
    """Return the confidence interval of a figure in the unit of `shown`, with a decimal less."""
    return _interval(figure, figure.low, figure.high)


def shown_for_other_documents(figure: SureFigure) -> str:
    """Return the interval for a model of other documents, as `shown_interval` does that for other questions."""
    return _interval(figure, figure.variants_low, figure.variants_high)


def _interval(figure: Figure, low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return "-"
    factor, decimals = (100, 1) if figure.is_share else (1, 3)
    ends = (f"{factor * value:{_sign(figure)}.{decimals}f}" for value in (low, high))
    return " to ".join(ends)


def _sign(figure: Figure) -> str:
    """Return the format of the sign: a difference always has one."""
    return "" if figure.minus is None else "+"
