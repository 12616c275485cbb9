"""Texts on the command line: given as they are, or in files and on standard input, one a line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from w2vcli.cli import options
from w2vcli.cli.questions import input_lines
from w2vcli.compression import STDIN, read_text


def read_texts(arguments: Sequence[str]) -> list[str]:
    """Return the texts that are given, or stand in files, one a line."""
    texts: list[str] = []
    for argument in arguments:
        if argument == STDIN:
            texts += [line for _, line in input_lines()]
        elif is_path(argument) and Path(argument).is_file():
            texts += [line for line in read_text(Path(argument), "a file of texts").split("\n") if line.strip()]
        else:
            options.require_text(argument)
            texts.append(argument)
    return texts


def is_path(argument: str) -> bool:
    """Tell whether an argument is the path of something that exists; a long text is none."""
    try:
        return Path(argument).exists()
    except OSError:
        return False
