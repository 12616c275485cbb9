"""Texts on the command line: given as they are, or in files and on standard input, one a line."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from w2vcli.errors import DamagedInput
from w2vcli.inputs import STDIN, open_input, open_stdin, read_text

# Only what ends a line in a file: a text may hold U+2028 or a form feed, at which str.splitlines breaks it, too.
_LINE_BREAK = re.compile(r"\r\n|\n|\r")
_PIECE_BYTES = 1 << 20
_TEXTS_AT_ONCE = 1 << 12
_NUMBERS = re.compile(r"[][\d.,+-]+")  # with their brackets


def read_texts(arguments: Sequence[str]) -> list[str]:
    """Return the texts that are given, or that stand in files, one a line; a blank line is an empty text.

    Raises
    ------
    DamagedInput
        If standard input is to be read and is closed.
    click.UsageError
        If an argument is meant as a file that there is not.
    """
    texts: list[str] = []
    for argument in arguments:
        if argument == STDIN:
            texts += _lines(open_stdin().read().decode("utf-8-sig", "backslashreplace"))
        elif is_path(argument) and Path(argument).is_file():
            texts += _lines(read_text(Path(argument), "a file of texts"))
        else:
            require_text(argument)
            texts.append(_readable(argument))
    return texts


def text_batches(arguments: Sequence[str]) -> Iterator[list[str]]:
    """Yield the texts that `read_texts` returns, some thousands at a time, as they come from a pipe or a file.

    Raises
    ------
    DamagedInput
        If a file is not UTF-8, or standard input is to be read and is closed.
    click.UsageError
        If an argument is meant as a file that there is not.
    """
    for argument in arguments:
        if argument == STDIN:
            yield from _batches(open_stdin(), "standard input", "backslashreplace")
        elif is_path(argument) and Path(argument).is_file():
            with open_input(argument) as file:
                yield from _batches(file.stream, argument, "strict")
        else:
            require_text(argument)
            yield [_readable(argument)]


def _batches(stream: io.BufferedReader[Any], name: str, errors: str) -> Iterator[list[str]]:
    """Yield the lines of a stream, as many as have come, and some thousands at most."""
    rest, line, begun = b"", 0, False
    while True:
        piece = stream.read1(_PIECE_BYTES)
        whole, newline, rest = (rest + piece).rpartition(b"\n") if piece else (rest, rest and b"\n", b"")
        if newline:
            try:
                text = whole.decode("utf-8" if begun else "utf-8-sig", errors)
            except UnicodeDecodeError as error:
                number = line + whole.count(b"\n", 0, error.start) + 1
                raise DamagedInput(
                    f"{name}: line {number:,} is not UTF-8; a file of texts in UTF-8 is needed"
                ) from error
            begun = True
            lines = _lines(text + "\n")
            line += len(lines)
            yield from (lines[at : at + _TEXTS_AT_ONCE] for at in range(0, len(lines), _TEXTS_AT_ONCE))
        if not piece:
            return


def require_text(argument: str) -> None:
    """Refuse ``reviews.txt`` where there is no such file: it is one word with an ending, and hardly a text.

    Raises
    ------
    click.UsageError
        If the argument has no blanks, and a slash or an ending. ``2.5`` and ``[[1.5]]`` have no ending.
    """
    if (
        not any(map(str.isspace, argument))
        and not _NUMBERS.fullmatch(argument)
        and ("/" in argument or Path(argument).suffix.strip("."))
    ):
        raise click.UsageError(f"{argument}: no such file; a text would have blanks")


def is_path(argument: str) -> bool:
    """Tell whether an argument is the path of something that exists; a long text is none."""
    try:
        return bool(argument) and Path(argument).exists()  # Path("") is this folder
    except OSError:  # a name may have 255 bytes
        return False


def _readable(argument: str) -> str:
    """Return a text whose bytes that are no UTF-8 are written out, as those of standard input are."""
    return argument if argument.isascii() else os.fsencode(argument).decode("utf-8", "backslashreplace")


def _lines(text: str) -> list[str]:
    """Return the lines of a text without blanks around them; behind the last line break there is none."""
    lines = _LINE_BREAK.split(text)
    return [line.strip(" \t") for line in (lines if lines[-1] else lines[:-1])]
