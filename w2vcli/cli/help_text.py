"""Help in another language than English: Click's help, with each text translated and wrapped by its width.

Hangul takes two columns of a terminal, which Click counts as one.
"""

from __future__ import annotations

import inspect
import re
import unicodedata
from collections.abc import Iterable, Iterator

import click

from w2vcli.cli.styles import BoldHelp
from w2vcli.speaking.catalogue import read_catalogue
from w2vcli.speaking.language import language

UNWRAPPED = "\b"
VALUE = re.compile(r" ([A-Z]+(?: RANGE)?)$")
_EXTRA = re.compile(r"(.*?)(?:  )?\[([^\[\]]*)\]", re.DOTALL)
# A line of an example: the command alone, which is the same in all languages.
_COMMAND = re.compile(r"(?:w2v|zcat|echo|eval) \S+(?: \S+)*(?: +# in \S+)?")
_SENTENCE = re.compile(r"(.+?\.)(?:\s|$)")


class TranslatedHelp(BoldHelp):
    """What a command's help is written into."""

    def __init__(self, max_width: int | None = None) -> None:
        super().__init__(max_width)
        self._catalogue = read_catalogue(language(), "help")

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write how a command is typed."""
        usage = f"{prefix or self._text('Usage:')} {prog} "
        lines = list(_wrap(args, self.width - _columns(usage)))
        indent = " " * _columns(usage)
        self.write(usage + f"\n{indent}".join(lines) + "\n")

    def write_heading(self, heading: str) -> None:
        """Write what stands above a section."""
        super().write_heading(self._text(heading))

    def write_text(self, text: str) -> None:
        """Write paragraphs; those that begin with a backspace keep their lines."""
        indent = " " * self.current_indent
        shown = []
        for paragraph in paragraphs(text):
            if isinstance(paragraph, str):
                lines: Iterable[str] = _wrap(self._text(paragraph), self.width - len(indent))
            else:
                lines = (line if is_command(line) else self._line(line) for line in paragraph)
            shown.append("\n".join(indent + line for line in lines))
        self.write("\n\n".join(shown) + "\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write names with their explanations beside them."""
        rows = [(self._option(name), explanation) for name, explanation in rows]
        left = min(max(_columns(name) for name, _ in rows), self.column_of_names(col_max)) + col_spacing
        margin = " " * (self.current_indent + left)
        for name, explanation in rows:
            lines = list(_wrap(self._explanation(explanation), max(self.width - left - 2, 10)))
            fits = _columns(name) <= left - col_spacing
            first = f"{' ' * self.current_indent}{name}"
            gap = " " * (left - _columns(name)) if fits else f"\n{margin}"
            self.write((first + gap + f"\n{margin}".join(lines)).rstrip() + "\n")

    def _option(self, name: str) -> str:
        """Translate the value of an option. Names of arguments stay, since the texts name them."""
        value = VALUE.search(name) if name.startswith("-") else None
        return f"{name[: value.start(1)]}{self._text(value[1])}" if value else name

    def _text(self, text: str) -> str:
        return self._catalogue.message(text)

    def _line(self, line: str) -> str:
        bare = line.strip()
        return line[: len(line) - len(line.lstrip())] + self._text(bare)

    def _explanation(self, text: str) -> str:
        """Translate what an option does, and what Click puts behind it: ``[default: 10; x>=1]``."""
        if (found := self._catalogue.exact(text)) or not (extra := _EXTRA.fullmatch(text)):
            return found or text
        items = "; ".join(self._extra(item) for item in extra[2].split("; "))
        return f"{self._explanation(extra[1])}  [{items}]".lstrip()

    def _extra(self, item: str) -> str:
        name, sign, value = item.partition(": ")
        return self._text(name) + sign + value


def short_help(command: click.Command) -> str:
    """Return the first sentence of a command's help in the language that is spoken."""
    catalogue = read_catalogue(language(), "help")
    first = next(paragraphs(inspect.cleandoc(command.short_help or command.help or "")), "")
    text = first if isinstance(first, str) else ""
    found = catalogue.exact(text) or text
    sentence = _SENTENCE.match(found)
    return sentence[1] if sentence else found


def paragraphs(text: str) -> Iterator[str | list[str]]:
    """Yield the paragraphs of a help text: on one line each, or the lines of those that are not wrapped."""
    for paragraph in re.split(r"\n{2,}", text.partition("\f")[0].strip("\n")):
        lines = paragraph.splitlines()
        if lines and lines[0].strip() == UNWRAPPED:
            yield lines[1:]
        elif lines:
            yield " ".join(line.strip() for line in lines)


def is_command(line: str) -> bool:
    """Tell whether a line of help is a command alone, without a remark behind it."""
    return bool(_COMMAND.fullmatch(line.strip()))


def _columns(text: str) -> int:
    """Return how wide a text is; rich would take five milliseconds to load for it."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _wrap(text: str, width: int) -> Iterator[str]:
    """Yield lines of at most ``width`` columns, broken at blanks, and a longer word where it is full."""
    line = ""
    for word in text.split(" "):
        joined = f"{line} {word}" if line else word
        if _columns(joined) <= width or not line:
            line = joined
        else:
            yield line.rstrip()
            line = word.lstrip()
    yield line
