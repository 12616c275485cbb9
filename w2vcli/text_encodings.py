"""Which encoding a block of bytes is in, or which ones it may be in.

Some bytes decide it: valid UTF-8, a byte-order mark, the zero bytes of UTF-16 and UTF-32, the escapes of ISO 2022. The
older encodings of one or two bytes a character cannot be decided, since nearly all bytes are text in several of them.
``b5 bf`` is 동 in cp949 and µ¿ in cp1252. So those that make a likely text are named, the likeliest first (see
`w2vcli.frequent`), and the user chooses.
"""

from __future__ import annotations

import codecs
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from w2vcli.escaping import visible

if TYPE_CHECKING:
    from w2vcli.frequent import Language

UTF8 = "utf-8"
# What a UTF-32 mark begins with is a UTF-16 mark.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UNMARKED = ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")
_ESCAPES = ((b"\x1b$B", "iso2022_jp"), (b"\x1b$@", "iso2022_jp"), (b"\x1b$)C", "iso2022_kr"))
_BLOCK = 1 << 16
_PDF = b"%PDF-"
_CONTROLS = frozenset(map(chr, range(32))) - set("\t\n\v\f\r\x1a\x1b")
# Of the characters of a text, so many are blanks and line breaks at least, where its zero bytes tell its encoding.
_LEAST_BLANKS = 1 / 200
# Text with a zero byte here and there is no UTF-16, which has one in each blank and each letter of ASCII.
_LEAST_ZEROS = 1 / 100
# Natural logarithms. In an encoding that fits, a character is as likely as this on average. Not named are encodings
# whose text is less likely than the best one's by the margin, and by the margin of each byte that is not ASCII.
_LEAST_LIKELY = -11.5
_MARGIN, _MARGIN_PER_BYTE = 6.0, 0.5
_MOST_NAMED = 3
# So few bytes that are not ASCII may be an accident as well.
_FEW = 4
_NO_TEXT = "in no encoding that is known it is text"
_ICONV = {
    "EUC-JIS-2004": "EUC-JISX0213",
    "SHIFT-JIS-2004": "SHIFT_JISX0213",
    "MAC-ROMAN": "MACINTOSH",
    "UTF-16-LE": "UTF-16LE",
    "UTF-16-BE": "UTF-16BE",
    "UTF-32-LE": "UTF-32LE",
    "UTF-32-BE": "UTF-32BE",
    "ISO2022-JP": "ISO-2022-JP",
    "ISO2022-KR": "ISO-2022-KR",
}


@dataclass(frozen=True)
class Detected:
    """What a block of bytes is.

    ``encoding`` is a name of Python's, and ``marked`` says that it is by a byte-order mark. It is None if the bytes do
    not decide it. Then ``fitting`` are the encodings that make a likely text of the block, the likeliest first.
    ``binary`` says that it is text in none of them, and ``damaged`` that it is UTF-8 but for a few bytes.
    """

    encoding: str | None = None
    marked: bool = False
    fitting: tuple[str, ...] = ()
    binary: bool = False
    damaged: bool = False


class Settled(NamedTuple):
    """The encoding to read a text with, whether it is ``instead`` of the one asked for, and by a byte-order mark."""

    encoding: str
    instead: bool
    marked: bool


def detect(block: bytes, *, whole: bool = False) -> Detected:
    """Return what ``block`` is, the beginning of a text, where a character that is cut at its end is no error.

    ``whole`` says that the text ends with it.
    """
    whole = whole and len(block) <= _BLOCK
    block = block[:_BLOCK]
    for mark, encoding in _MARKS:
        if block.startswith(mark):
            return Detected(encoding, marked=True)
    if b"\0" in block:
        return _without_mark(block)
    for escape, encoding in _ESCAPES:
        text = decode_block(block, encoding, whole=whole) if escape in block else None
        if text and not text.isascii() and _is_printable(text):
            return Detected(encoding)
    if decode_block(block, UTF8, whole=whole) is not None:
        return Detected(UTF8)
    if _is_damaged(block, UTF8):
        return Detected(damaged=True)
    fitting = fitting_encodings(block, whole=whole)
    return Detected(fitting=fitting, binary=not fitting)


def settle(asked: str, block: bytes) -> Settled:
    """Return the encoding to read a text with, which begins with ``block``, where ``asked`` was asked for.

    It is another one where a mark says so, where UTF-8 was asked for and the bytes decide that it is none, and
    where UTF-16 or UTF-32 has no mark and its bytes say by themselves in which order they stand.
    """
    name = codecs.lookup(asked).name
    marked = block.startswith(tuple(mark for mark, _ in _MARKS))
    if not marked and name not in {UTF8, "utf-8-sig", "utf-16", "utf-32"}:
        return Settled(asked, instead=False, marked=False)
    found = detect(block).encoding
    if found is None or (name in {"utf-16", "utf-32"} and not found.startswith(name) and not marked):
        return Settled(asked, instead=False, marked=False)
    return Settled(found, instead=_family(found) != _family(name), marked=marked)


def remedy(data: bytes, asked: str, start: int = 0, *, tolerant: bool = True) -> str:
    """Return what to do about ``data``, which is no text in ``asked`` from ``start`` on, as a clause of a message.

    It is for a command with the option ``--encoding``; ``tolerant`` says that there is ``--encoding-errors`` too.
    """
    if data.startswith(_PDF):
        return "it is a PDF; save its text as .txt, as pdftotext does"
    if len(data) - start < 4 and codecs.lookup(asked).name.startswith(("utf-16", "utf-32")):
        broken = "it breaks off within a character"
        return f"{broken}; --encoding-errors replace reads the rest" if tolerant else broken
    block = _around(data, start)
    fitting = _others(block, asked)
    if fitting:
        named = ", or ".join(f"--encoding {name} ({_sample(block, name)})" for name in fitting)
        few = sum(byte >= 0x80 for byte in block) < _FEW
        return f"it may be {named}{'; or damaged: --encoding-errors replace' if tolerant and few else ''}"
    if tolerant and _is_damaged(block, asked):
        return "a few of its bytes are damaged; --encoding-errors replace reads the others"
    return _NO_TEXT


def remedy_by_hand(data: bytes, start: int = 0) -> str:
    """Return the same for what has to be UTF-8: how to make it that."""
    block = _around(data, start)
    fitting = _others(block, UTF8)
    if not fitting:
        return _NO_TEXT
    named = " or ".join(f"{name} ({_sample(block, name)})" for name in fitting)
    return f"it may be {named}; to make it UTF-8: iconv -f {_iconv(fitting[0])} -t UTF-8"


def decode_block(block: bytes, encoding: str, errors: str = "strict", *, whole: bool = False) -> str | None:
    """Return the text of a block, or None if it is none. A character that is cut off at the end is left out.

    With ``whole``, the text ends there, and such a character is an error.
    """
    try:
        return codecs.getincrementaldecoder(encoding)(errors).decode(block, final=whole)
    except UnicodeError:
        return None


def fitting_encodings(block: bytes, *, whole: bool = False) -> tuple[str, ...]:
    """Return the encodings of one or two bytes a character that make a likely text of ``block``, the likeliest first.

    Of encodings that make the same text, the first in the table stands for all.
    """
    from w2vcli.frequent import LANGUAGES

    found: dict[str, tuple[float, str]] = {}
    for language in LANGUAGES:
        for encoding in language.encodings:
            judged = _judge(block, encoding, language, whole=whole)
            if judged is None:
                continue
            text, score = judged
            if text not in found or found[text][0] < score:
                found[text] = score, encoding
    ranked = sorted(found.values(), key=lambda pair: -pair[0])
    high = sum(byte >= 0x80 for byte in block)
    margin = _MARGIN + _MARGIN_PER_BYTE * min(high, 100)
    return tuple(encoding for score, encoding in ranked[:_MOST_NAMED] if score >= ranked[0][0] - margin)


def _judge(block: bytes, encoding: str, language: Language, *, whole: bool) -> tuple[str, float] | None:
    """Return the text of a block in ``encoding``, and how likely it is in ``language``. None if it is no such text."""
    text = decode_block(block, encoding, whole=whole)
    if text is None or not _is_printable(text):
        return None
    foreign = [character for character in text if not character.isascii()]
    if language.likelihood("".join(foreign)) < _LEAST_LIKELY * len(foreign):
        return None
    return text, language.likelihood(text)


def _is_printable(text: str) -> bool:
    """Tell whether all characters are ones of text: none is a control, a surrogate, private or not assigned."""
    return not any(
        character in _CONTROLS or (character >= "\x7f" and unicodedata.category(character) in {"Cc", "Cs", "Co", "Cn"})
        for character in set(text)
    )


def _is_damaged(block: bytes, encoding: str) -> bool:
    """Tell whether most of what is not ASCII is text in ``encoding``, and all of it could be text."""
    text = block.decode(encoding, "replace")
    wrong = text.count("�")
    right = sum(not character.isascii() for character in text) - wrong
    return right > 4 * wrong and _is_printable(text)


def _without_mark(block: bytes) -> Detected:
    """Return which of UTF-16 and UTF-32 a block with zero bytes is."""
    zeros = block.count(b"\0") / len(block)
    rest = decode_block(block.replace(b"\0", b""), UTF8)
    if zeros < _LEAST_ZEROS or (zeros < 0.2 and rest is not None and _is_printable(rest)):
        return Detected(binary=True)
    ascii_shares: dict[str, float] = {}
    decided = True
    for encoding in _UNMARKED:
        text = decode_block(block, encoding)
        if not text or not _is_printable(text):
            continue
        ascii_shares[encoding] = sum(map(str.isascii, text)) / len(text)
        decided &= sum(map(text.count, " \n\r\t")) >= len(text) * _LEAST_BLANKS
    if not ascii_shares:
        return Detected(binary=True)
    best, *others = sorted(ascii_shares, key=lambda name: -ascii_shares[name])
    # In the wrong order, ASCII becomes Chinese characters, and a few Chinese characters become ASCII.
    if decided and all(ascii_shares[best] > 3 * ascii_shares[other] for other in others):
        return Detected(best)
    return Detected(fitting=(best, *others))


def _family(encoding: str) -> str:
    return "-".join(codecs.lookup(encoding).name.split("-")[:2])


def _iconv(encoding: str) -> str:
    """Return what the program iconv calls an encoding of Python's."""
    name = codecs.lookup(encoding).name.upper().replace("_", "-")
    return _ICONV.get(name, name)


def _others(block: bytes, asked: str) -> list[str]:
    """Return the encodings besides ``asked`` that fit ``block``, the best first."""
    found = detect(block, whole=len(block) < _BLOCK)
    names = found.fitting if found.encoding is None else (found.encoding,)
    return [name for name in names if codecs.lookup(name) != codecs.lookup(asked)]


def _around(data: bytes, start: int) -> bytes:
    """Return a block of ``data`` around ``start``, from the beginning of a line."""
    begin = max(start - _BLOCK // 2, 0)
    return data[data.rfind(b"\n", 0, begin) + 1 :][:_BLOCK] if begin else data[:_BLOCK]


def _sample(block: bytes, encoding: str, characters: int = 12) -> str:
    """Return the first words of a block, of those that are not ASCII if there are any."""
    words = (decode_block(block, encoding) or "").split()
    foreign = [word for word in words[:1000] if not word.isascii()]
    shown = " ".join(foreign or words[:10])
    return visible(shown[:characters]) + ("…" if len(shown) > characters else "")
