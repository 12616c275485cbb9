"""How words and numbers are shown: control characters, line breaks and what nobody sees become visible."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Sequence
from typing import Any

# What turns the text around it from right to left or back, and is not seen itself.
_BIDIRECTIONAL = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
# In JSON text: what a terminal obeys or hides. Controls below U+0020 and quotes are escaped by JSON itself.
_UNSEEN_IN_JSON = f"[\x7f-\x9f\u2028\u2029\ud800-\udfff{_BIDIRECTIONAL}]"

_PASSWORD = re.compile(r"(\b[a-z][a-z0-9+.-]*:/+[^:@/?#\s]*):\S*@", re.IGNORECASE)
_PASSWORD_PARAMETER = re.compile(r"([?&](?:ssl)?password=)[^&\s]*|(;token=)[^;\s]*", re.IGNORECASE)
_MOST_MESSAGE = 1600
_NAMED = {"\t": "\\t", "\n": "\\n", "\r": "\\r"}


def visible(word: str) -> str:
    r"""Return ``word`` as it can be shown on one line: control characters as ``\t`` or ``\x1b``.

    Covers the C0 and C1 controls, line and paragraph separators, invisible format characters
    that reorder text (Unicode categories Cc, Zl, Zp, Cs and the bidirectional controls), and
    words with nothing to see in them, such as U+00A0 or U+FEFF alone. Everything else stays as it is.
    """
    if word.isprintable() and word.strip(" "):
        return word  # most words, at once
    if all(c.isspace() or unicodedata.category(c) == "Cf" for c in word):
        return "".join(map(_escape, word))
    return "".join(_escape(c) if _is_control(c) else c for c in word)


def escape_unseen(text: str, keep: str = "") -> str:
    r"""Return ``text`` with control characters as ``\x1b``, but those to ``keep``. Unlike `visible`, blanks stay."""
    if text.isprintable():
        return text
    return "".join(_escape(c) if c not in keep and _is_control(c) else c for c in text)


def decimals(value: float, places: int = 4) -> str:
    """Return a real number rounded to ``places`` decimals. What rounds to zero has no sign."""
    return f"{round(value, places) + 0.0:.{places}f}"  # -0.0 + 0.0 is 0.0


def without_passwords(text: str) -> str:
    """Return ``text`` without the passwords in its addresses: ``postgresql://me:***@host``.

    A password may have any character but white space, as in an address that is refused for that. Where an address was
    taken for a path, one of its slashes is missing. An address of Spark may have a token: ``sc://host/;token=***``.
    """
    if ":/" not in text:
        return text
    return _PASSWORD_PARAMETER.sub(r"\1\2***", _PASSWORD.sub(r"\1:***@", text))


def visible_message(message: str) -> str:
    """Return ``message`` as `visible` shows it: no password, and no middle if it is longer than anybody reads."""
    shown = visible(without_passwords(message))
    if len(shown) <= _MOST_MESSAGE:
        return shown
    return f"{shown[: 3 * _MOST_MESSAGE // 4]} ... {shown[-_MOST_MESSAGE // 4 :]}"


def visible_lines(text: str) -> str:
    """Return ``text`` of several lines as `visible` shows each. Tabs stay."""
    return re.sub(r"[^\t\n]+", lambda part: visible(part[0]) if part[0].strip(" ") else part[0], text)


def visible_json(value: Any) -> str:
    r"""Return ``value`` as JSON on one line, where controls and bidirectional marks are ``\u202e`` and such.

    NaN and infinity, which JSON has not, are null.
    """
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    except ValueError:
        text = json.dumps(_without_nan(value), ensure_ascii=False)
    return re.sub(_UNSEEN_IN_JSON, lambda found: f"\\u{ord(found[0]):04x}", text)


def _without_nan(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nan(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def listed(names: Sequence[str], most: int = 3) -> str:
    """Return the first ``most`` of ``names`` and how many there are besides: ``a, b, c and 2 more``."""
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def escape_characters(word: str, breaking: str) -> str:
    r"""Return ``word`` with the characters ``breaking`` as ``\n`` or ``\x20``. Others stay as they are."""
    if not any(character in word for character in breaking):
        return word  # as nearly all are, of which there may be millions
    return "".join(_escape(c) if c in breaking else c for c in word)


def _is_control(character: str) -> bool:
    if " " <= character <= "~":
        return False
    return unicodedata.category(character) in {"Cc", "Zl", "Zp", "Cs"} or bool(
        re.match(f"[{_BIDIRECTIONAL}]", character)
    )


def _escape(character: str) -> str:
    if character in _NAMED:
        return _NAMED[character]
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def escape_newlines(word: str) -> str:
    r"""Return ``word`` with newline and backslash as ``\n`` and ``\\``, which is undone by `unescape_newlines`."""
    return word.replace("\\", "\\\\").replace("\n", "\\n")


def unescape_newlines(text: str) -> str:
    """Return the word that `escape_newlines` was given."""
    return re.sub(r"\\(.)", lambda match: "\n" if match[1] == "n" else match[1], text)
