"""Whether all that is told while tests run has a translation.

Importing this, before any command, puts a look into the Korean catalogue before all that speaks. What has no
translation is in `LOST` until it is taken.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from w2vcli.speaking import language
from w2vcli.speaking.catalogue import read_catalogue

LOST: list[str] = []
# What tests let commands tell that no command tells.
_AXES = {"gender", "royal", "age", "food", "size", "place"}  # heads that a user has named
_NAME = re.compile("[a-z_0-9]+", re.IGNORECASE)  # not one like training.settings.window, nor a word of a user
_MADE_UP = re.compile(r"Error: (stopped|projected|neither|no model\nat all|the table has rows)")
# The summary of a network, in the words of Keras.
_KERAS = re.compile(r"Model: .*|[┏┃┡│├└].*| (Total|Trainable|Non-trainable|Optimizer) params: .*")
_CATALOGUE = read_catalogue("ko", "messages")


def _watch() -> None:
    """Look up each message and each head of a column from now on."""
    language.translated = _before(language.translated, _look_up)
    from w2vcli.cli import output

    def look_up_headings(columns: Any) -> None:
        if not output.is_nested():
            _look_up_names(columns)

    output.RowPrinter.__init__ = _before_rows(output.RowPrinter.__init__, look_up_headings)  # type: ignore[method-assign]
    output.print_facts = _before(output.print_facts, look_up_headings)


def _look_up(message: str) -> None:
    is_ours = (
        not isinstance(message, language.Spoken) and not _MADE_UP.fullmatch(message) and not _KERAS.fullmatch(message)
    )
    if is_ours and not _CATALOGUE.translate(message)[1]:
        LOST.append(message)


def _look_up_names(names: Any) -> None:
    ours = [name for name in names if not getattr(name, "own", False) and name not in _AXES and _NAME.fullmatch(name)]
    LOST.extend(f"column: {name}" for name in ours if not _CATALOGUE.exact(name, "column"))


def _before(function: Callable[..., Any], look_up: Callable[[Any], None]) -> Callable[..., Any]:
    def call(first: Any, *others: Any, **named: Any) -> Any:
        look_up(first)
        return function(first, *others, **named)

    return call


def _before_rows(init: Callable[..., None], look_up: Callable[[Any], None]) -> Callable[..., None]:
    def call(printer: Any, columns: Any, **named: Any) -> None:
        look_up(columns)
        init(printer, columns, **named)

    return call


_watch()
