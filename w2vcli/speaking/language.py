"""The language in which w2v speaks to people: English, or Korean by ``--lang``, ``W2V_LANG`` or the locale.

Only what stands here knows that there is another language. English messages are written where they arise; on their way
to the terminal they are translated, whole, by the catalogue of the language. JSON and tab-separated answers, which are
for programs, are the same in all languages. English imports no catalogue.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from w2vcli.speaking.catalogue import Catalogue

ENGLISH = "en"
LANGUAGES = (ENGLISH, "ko")
_VARIABLES = ("W2V_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
_WINDOWS_NAMES = {"korean": "ko"}
_chosen: list[str] = []


class Spoken(str):
    """A message that is in the language that is spoken already."""

    __slots__ = ()


def choose_language(name: str | None) -> None:
    """Speak one of the `LANGUAGES` whatever the environment says; None goes by the environment again."""
    _chosen[:] = [name] if name else []


def language() -> str:
    """Return the language to speak: the one that was chosen, else by the first variable that is set."""
    if _chosen:
        return _chosen[0]
    for variable in _VARIABLES:
        if value := os.environ.get(variable):
            name = value.lower().replace("-", "_").partition(".")[0].partition("_")[0]  # kok_IN is Konkani
            name = _WINDOWS_NAMES.get(name, name)
            return name if name in LANGUAGES else ENGLISH
    return ENGLISH


def translated(message: str) -> str:
    """Return a message in the language that is spoken; in English where the catalogue has no translation."""
    return message if language() == ENGLISH or isinstance(message, Spoken) else messages().message(message)


def known(text: str) -> str:
    """Return a text in the language that is spoken if it is a message, such as one cell among paths and numbers."""
    return text if language() == ENGLISH else messages().message(text)


def heading(column: str) -> str:
    """Return how a column is called in a table for the eye."""
    return column if language() == ENGLISH else messages().exact(column, "column") or column


def messages() -> Catalogue:
    """Return the catalogue of messages of the language that is spoken."""
    from w2vcli.speaking.catalogue import read_catalogue

    return read_catalogue(language(), "messages")
