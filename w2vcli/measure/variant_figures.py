"""The figures of a model with what its variants say: how far those of a model of other documents may be from them.

The interval lies around the value of the model itself. That of `w2vcli.queries.intervals` lies around the mean of the
variants, since a neighbour was chosen because its cosine came out high. A figure was not chosen, and the mean of the
variants is too low: of half of the fairy tales, they answer 6 % of questions-words right, the model itself 12 %, and
so does a model of the other half (``benchmarks/other_documents.py``). A variant sees its documents less evenly, which
is as if there were fewer of them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import fields

import numpy as np

from w2vcli.measure.bootstrap import Bootstrap
from w2vcli.measure.evaluate import EvaluationSettings, evaluate
from w2vcli.measure.figures import Figure, SureFigure, figures
from w2vcli.measure.sets import EvaluationSet
from w2vcli.models.directory import Model
from w2vcli.queries.intervals import spread_of
from w2vcli.reporting import SILENT, Reporter

_NO_INTERVALS = Bootstrap(2, seed=1)  # as few resamples as there can be, since variants have intervals of their own

_Key = tuple[str, str, str]


def with_variants(
    found: Sequence[Figure],
    variants: Sequence[Model],
    test_sets: Sequence[EvaluationSet],
    settings: EvaluationSettings,
    reporter: Reporter,
) -> list[SureFigure]:
    """Return the figures of one model with the intervals that its variants give, which are asked all ``test_sets``."""
    values: dict[_Key, list[float]] = {}
    with reporter.phase("asking variants", len(variants), "variants") as advance:
        for done, variant in enumerate(variants, 1):
            for figure in _figures(variant, test_sets, settings):
                if figure.value is not None:
                    values.setdefault(_key(figure), []).append(figure.value)
            advance(done)
    return [_sure(figure, values) for figure in found]


def _figures(variant: Model, test_sets: Sequence[EvaluationSet], settings: EvaluationSettings) -> list[Figure]:
    answers = [each for test_set in test_sets for each in evaluate(variant, "", test_set, settings, SILENT)]
    return [figure for each in answers for figure in figures(each, _NO_INTERVALS)]


def _key(figure: Figure) -> _Key:
    return figure.set, figure.section, figure.measure


def _sure(figure: Figure, values: Mapping[_Key, Sequence[float]]) -> SureFigure:
    """Return a figure with its interval, which is cut where there are no such figures."""
    known = {field.name: getattr(figure, field.name) for field in fields(Figure)}
    of_variants = values.get(_key(figure), ())
    if figure.value is None or figure.is_p_value or len(of_variants) < 2:
        return SureFigure(**known, variants_low=None, variants_high=None)
    spread = spread_of(np.array(of_variants))
    half = float(spread.high - spread.low) / 2
    least, most = (0.0, 1.0) if figure.is_share else (-1.0, 1.0) if figure.is_correlation else (-math.inf, math.inf)
    low, high = max(least, figure.value - half), min(most, figure.value + half)
    return SureFigure(**known, variants_low=low, variants_high=high)
