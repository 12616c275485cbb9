"""Sentences and texts that a program has, written as rows of a table that a training reads.

    [["the", "king"], ["a", "queen"]]     {"text": "the king"}       by the tokenizer whitespace: as they are
    ["The king.", "A queen."]             {"text": "The king."}      by the tokenizer that is asked for

A row is a document. They are gone through once, so a generator will do.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from itertools import chain, islice
from os import PathLike
from pathlib import Path
from typing import Any

from w2vcli.atomic import new_file
from w2vcli.errors import BadCorpus

_LOOKED_AT = 20
_SHOWN = 60
_NOTHING = object()


def require_texts(corpus: object) -> None:
    """Raise `BadCorpus` if a corpus is none, or to go through it would give the names of its columns."""
    if isinstance(corpus, Mapping) or hasattr(corpus, "columns"):
        raise BadCorpus(f"a {type(corpus).__name__} is no list of texts; give one of its columns, as in frame['text']")
    if not isinstance(corpus, Iterable):
        raise BadCorpus(f"a corpus is a path, or a list of sentences or texts, not {type(corpus).__name__}")


def are_files(corpus: Iterable[Any]) -> bool:
    """Tell whether a corpus is a list of paths.

    Raises
    ------
    BadCorpus
        If it is a list of strings that are names of files, which would be the text.
    """
    if not isinstance(corpus, list | tuple):
        return False
    for item in islice(corpus, _LOOKED_AT):
        if isinstance(item, str) and item and "\n" not in item and len(item) < 256 and Path(item).is_file():
            raise BadCorpus(f"{item} is a file, and strings in a list are texts; give files as Path objects")
    return bool(corpus) and all(isinstance(item, PathLike) for item in corpus)


def write_sentences(corpus: Iterable[Any], path: Path, *, force: bool) -> bool:
    """Write sentences or texts as a table of one column, and tell whether they are tokenized.

    Raises
    ------
    BadCorpus
        If there is none, or one is neither a list of tokens nor a string, or a token has blanks in it.
    """
    items = iter(corpus)
    first = next(items, _NOTHING)
    if first is _NOTHING:
        raise BadCorpus("there are no sentences; a generator that was gone through before is empty")
    is_tokenized = not isinstance(first, str)
    row = _tokens if is_tokenized else _text
    path.parent.mkdir(parents=True, exist_ok=True)
    with new_file(path, force=force) as out:
        for number, item in enumerate(chain([first], items), 1):
            try:
                out.write(f'{{"text": {json.dumps(row(item, number), ensure_ascii=False)}}}\n'.encode())
            except UnicodeEncodeError as error:
                raise BadCorpus(f"sentence {number:,} has half a character, which UTF-8 cannot write") from error
    return is_tokenized


def _text(item: object, number: int) -> str:
    if isinstance(item, str):
        return item
    if item is None or item != item:  # noqa: PLR0124 - NaN, which stands for nothing in a column of pandas
        raise BadCorpus(f"text {number:,} is missing ({item!r}); leave it out, as with .dropna()")
    raise BadCorpus(f"text {number:,} is no string, as those before it, but {_shown(item)}")


def _tokens(item: object, number: int) -> str:
    if isinstance(item, str | bytes) or not isinstance(item, Iterable):
        raise BadCorpus(f"sentence {number:,} is no list of tokens, but {_shown(item)}")
    tokens = list(item)
    strange = next((token for token in tokens if not isinstance(token, str)), None)
    if strange is not None:
        raise BadCorpus(f"sentence {number:,} has a token that is no string, but {_shown(strange)}")
    text = " ".join(tokens)
    if text.split() != tokens:
        strange = next(token for token in tokens if token.split() != [token])
        raise BadCorpus(f"sentence {number:,} has the token {strange!r}; a token is not empty and has no blanks")
    return text


def _shown(item: object) -> str:
    return f"{type(item).__name__}: {item!r}"[:_SHOWN]
