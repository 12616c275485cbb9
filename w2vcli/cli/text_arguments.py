"""Texts on the command line: given as they are, or in files and on standard input, one a line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from w2vcli.cli import options
from w2vcli.inputs import STDIN, open_stdin, read_text

_LINE_BREAK = re.compile(r"\r\n|\n|\r")


def read_texts(arguments: Sequence[str]) -> list[str]:
    """Return the texts that are given, or stand in files, one a line; a blank line is an empty text.

    Raises
    ------
    DamagedInput
        If standard input is to be read and is closed.
    """
    texts: list[str] = []
    for argument in arguments:
        if argument == STDIN:
            texts += _lines(open_stdin().read().decode("utf-8-sig", "backslashreplace"))
        elif is_path(argument) and Path(argument).is_file():
            texts += _lines(read_text(Path(argument), "a file of texts"))
        else:
            options.require_text(argument)
            texts.append(argument)
    return texts


def _lines(text: str) -> list[str]:
    lines = _LINE_BREAK.split(text)
    return [line.strip(" \t") for line in (lines if lines[-1] else lines[:-1])]


def is_path(argument: str) -> bool:
    """Tell whether an argument is the path of something that exists; a long text is none."""
    try:
        return bool(argument) and Path(argument).exists()  # an empty name is that of this folder
    except OSError:
        return False
