"""Which records a model answers questions for neighbours with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from w2vcli.queries.answers import ANSWERS, COUNTED, Neighbour, Scored
from w2vcli.queries.methods import Method

if TYPE_CHECKING:
    from w2vcli.models.directory import Model


def kind_of_answer(model: Model, method: Method, variants: Sequence[Model] = ()) -> type[Neighbour] | type[Scored]:
    """Return the class of the records that a model answers with by a method, and with variants if there are some."""
    if variants:
        from w2vcli.queries.sure_answers import SURE  # which costs a question without variants 2 ms

        return SURE[method]
    return ANSWERS[method] if model.counts is None else COUNTED[method]
