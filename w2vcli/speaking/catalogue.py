"""Catalogues of translations: gettext's ``.po`` files, and how a finished message finds its entry.

    msgid "{path}: line {line:,} is not {encoding}; {needed} is needed"
    msgstr "{path}: {line}번째 줄이 {encoding}이 아닙니다. {needed!t:이/가} 필요합니다"

A message is looked up when it is finished, so that who writes it need not know of languages. The entry that fits is the
one whose literal text, in order, is in the message, with numbers where a hole has a format of numbers. The one with
most of it is tried first, but those that begin with a hole come later, and last those such as ``{word} as {token}``,
which are in any sentence. What stands between is put into the translation. There a hole may have two signs:

``{why!t}``
    what stands there is a message itself, or a list of them with semicolons between, and is translated.
``{where!m}``
    what stands there may be a message made by an entry with holes, such as ``a.txt: line 3``, and is translated then. A
    word of the user's own that happens to be an entry is not.
``{name!e}``
    what stands there is a text of ours that is translated if it has an entry, such as the name of a phase.
``{names!l}``
    a list: its ending ``and 3 more``, messages in parentheses behind its items and behind semicolons are translated.
``{words!a}``
    words with ``and`` or ``or`` between them.
``{word:을/를}``
    the particle for the last letter of what stands there follows it.

What a user has written is in a hole without a sign and stays as it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from itertools import compress, islice
from pathlib import Path
from typing import NamedTuple

from w2vcli.speaking.particles import with_particle

_TRANSLATIONS = Path(__file__).parents[1] / "translations"
_HOLE = re.compile(r"\{(\w+)(?::([^{}]*))?\}")
_NUMBER = re.compile(r" *[-+]?(?:[\d,]*\.?\d+(?:e[-+]?\d+)?%?|inf|nan)")
_FILLED = re.compile(r"\{(\w+)(?:!([tmela]))?(?::([^}]+))?\}")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_PARENTHESES = re.compile(r"\(([^()]+)\)")
_BETWEEN = re.compile(r"; (?:n?or )?| \+ |(?<=[.?]) ")
_MORE = re.compile(r"(?s)(.*?)( and [\d,]+ more)")
# A message of many words can be cut for a template of many holes in very many ways.
_MOST_CUTS = 16
# A message whose parts are not all known is translated only if so many characters of it are.
_LEAST_IN_PARTS = 6
# A small word such as ``as``, ``in`` or ``of`` has so many letters.
_JOINING = 2

Entries = dict[tuple[str, str], str]


class Template(NamedTuple):
    """An English message with holes: the literal text around them, and the names of the holes."""

    literals: tuple[str, ...]
    holes: tuple[str, ...]
    are_numbers: tuple[bool, ...]
    translation: str

    @property
    def weight(self) -> int:
        """How many characters it shares with a message that it fits."""
        return sum(map(len, self.literals))

    @property
    def joins(self) -> bool:
        """Tell whether it is two holes with a comma or a small word between, which is in nearly any sentence."""
        return (
            not self.literals[0]
            and sum(len(one.strip()) for one in self.literals) <= _JOINING
            and (":" not in "".join(self.literals))
        )

    def takes(self, values: tuple[str, ...]) -> bool:
        """Tell whether there is a number wherever one has to be."""
        return all(map(_NUMBER.fullmatch, compress(values, self.are_numbers)))


class Catalogue:
    """Translations into one language."""

    def __init__(self, entries: Mapping[tuple[str, str], str]) -> None:
        self._entries = entries
        self._kept: dict[str, tuple[str, bool]] = {}

    @cached_property
    def _templates(self) -> list[Template]:
        """The entries with holes, in the order in which they are tried."""
        made = [_template(source, found) for (context, source), found in self._entries.items() if not context and found]
        return sorted((one for one in made if one.holes), key=lambda one: (not one.literals[0], one.joins, -one.weight))

    def exact(self, source: str, context: str = "") -> str | None:
        """Return the translation of a text without holes; None if there is none."""
        return self._entries.get((context, source)) or None

    def message(self, message: str) -> str:
        """Return the translation of a finished message, or the message itself if there is none."""
        return self.translate(message)[0]

    def translate(self, message: str) -> tuple[str, bool]:
        """Return the translation of a finished message, and whether it is whole."""
        if message not in self._kept:
            self._kept[message] = self._translate(message)
        return self._kept[message]

    def _translate(self, message: str) -> tuple[str, bool]:
        bare = message.strip()
        if not bare:
            return message, True
        if found := self.exact(message):
            return found, True
        if bare != message and (found := self.exact(bare)):
            return message.replace(bare, found), True
        odd = best = None
        for template in self._templates:
            for values in islice(_cuts(message, template.literals), _MOST_CUTS):
                if not template.takes(values):
                    continue
                made, whole, has_odd = self._fill(template, values)
                if whole and not has_odd:
                    return made, True
                odd = odd or (made if whole else None)
                best = best or (made if template.weight > _LEAST_IN_PARTS else None)
        return self._parts(message) or ((odd, True) if odd else (best or message, False))

    def _parts(self, message: str) -> tuple[str, bool] | None:
        """Translate messages that stand one behind the other; None if one of them has no translation."""
        for found in _BETWEEN.finditer(message):
            first, whole = self.translate(message[: found.start()])
            if whole:
                rest, whole = self.translate(message[found.end() :])
                if whole:
                    return first + re.sub("n?or ", "", found[0]) + rest, True
        return None

    def _fill(self, template: Template, values: tuple[str, ...]) -> tuple[str, bool, bool]:
        """Return the translation with ``values`` in its holes.

        Return too whether all values that are messages have a translation, and whether one is an odd name: more likely
        it is another message, or the message was cut within a part. A word of a user may be as odd, ``naïv)``.
        """
        by_name = dict(zip(template.holes, values, strict=True))
        whole, has_odd = True, False

        def put(hole: re.Match[str]) -> str:
            nonlocal whole, has_odd
            name, sign, particle = hole.groups()
            value = by_name[name]
            if (sign in {None, "m"} and "; " in value) or value.count("(") != value.count(")"):
                has_odd = True
            if sign == "t":
                value, has = self.translate(value)
                whole = whole and has
            elif sign == "e" or (sign == "m" and self.exact(value) is None):
                value = self.message(value)
            elif sign == "l":
                value = self._list(value)
            elif sign == "a":
                value = value.replace(" and ", ", ").replace(" or ", " 또는 ")
            return with_particle(value, particle) if particle else value

        return _FILLED.sub(put, template.translation), whole, has_odd

    def _list(self, items: str) -> str:
        first, *others = items.split("; ")
        if others:
            told = [self.translate(one) for one in others]
            rest = [found if whole else self._list(one) for one, (found, whole) in zip(others, told, strict=True)]
            return "; ".join([self._list(first), *rest])
        more = _MORE.fullmatch(items)
        if more:
            return self._list(more[1]) + self.message(more[2])
        return _PARENTHESES.sub(lambda found: f"({self.message(found[1])})", items)


@cache
def read_catalogue(language: str, name: str) -> Catalogue:
    """Return a catalogue that comes with w2v: ``messages`` or ``help``."""
    return Catalogue(parse_po((_TRANSLATIONS / language / f"{name}.po").read_text(encoding="utf-8")))


def parse_po(text: str) -> Entries:
    """Return the translations of a ``.po`` file by context and source, in its order. Those without one are empty.

    Plural forms are none of ours, and obsolete and fuzzy entries are left to gettext's tools.

    Raises
    ------
    ValueError
        If a line is none of a ``.po`` file, or an entry comes twice.
    """
    entries: Entries = {}
    for number, block in enumerate(text.split("\n\n"), 1):
        fields = {"msgctxt": "", "msgid": "", "msgstr": ""}
        field = ""
        for line in block.splitlines():
            if line[:1] == "#":
                continue
            name, _, string = ("", "", line) if line[:1] == '"' else line.partition(" ")
            field = name or field
            if field not in fields or not _is_string(string):
                raise ValueError(f"entry {number}: {line}")
            fields[field] += json.loads(string) if "\\" in string else string[1:-1]
        key = (fields["msgctxt"], fields["msgid"])
        if key in entries:
            raise ValueError(f"entry {number} comes twice: {key[1]}")
        if key[1]:  # the one without is the heading of the file
            entries[key] = fields["msgstr"]
    return entries


def _is_string(text: str) -> bool:
    """Tell whether a text is a string in quotation marks."""
    if "\\" in text:
        return bool(_STRING.fullmatch(text))
    return len(text) > 1 and text[0] == text[-1] == '"' and '"' not in text[1:-1]


def _template(source: str, translation: str) -> Template:
    pieces = _HOLE.split(source)
    return Template(tuple(pieces[::3]), tuple(pieces[1::3]), tuple(map(bool, pieces[2::3])), translation)


def _cuts(text: str, literals: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield what stands between ``literals`` in ``text``, in each way that it can be cut, the first holes short."""
    first, *rest = literals
    if not text.startswith(first):
        return
    text = text[len(first) :]
    if not rest:
        if not text:
            yield ()
    elif len(rest) == 1:
        if text.endswith(rest[0]):
            yield (text[: len(text) - len(rest[0])],)
    elif text.endswith(rest[-1]):
        at = text.find(rest[0])
        while at >= 0:
            for others in _cuts(text[at:], tuple(rest)):
                yield (text[:at], *others)
            at = text.find(rest[0], at + 1)
