"""The fairy tales as a folder: a file for each tale, and a file for each book.

    python -m benchmarks.tales fairy-tales.txt.gz FOLDER
    python -m benchmarks.coverage FOLDER/tales --lowercase --apart folders

A tale is FOLDER/tales/BOOK/TALE.txt, a book FOLDER/books/BOOK.txt. A book begins with its title, and a tale is what
three empty lines or more stand before. A contents page, a title of its own or a list of pictures is no tale: what has
fewer than 200 words goes to the tale behind it. It prints how many there are.
"""

from __future__ import annotations

import argparse
import gzip
import re
import sys
from collections.abc import Iterator
from pathlib import Path

_BOOK = re.compile(
    r"^ *(?:(?:THE )?(\w+) FAIRY BOOK|The (Orange) Fairy Book|FAIRY TALES\n\nBy The Brothers (Grimm))$", re.MULTILINE
)
_GAP = re.compile(r"\n(?:[ \t]*\n){3,}")
_FEWEST_WORDS = 200


def main() -> None:
    """Write the files, and print how many tales each book has."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    text = gzip.decompress(options.corpus.read_bytes()).decode()
    (options.folder / "books").mkdir(parents=True)
    for book, of_book in books(text):
        (options.folder / "books" / f"{book}.txt").write_text(of_book, encoding="utf-8", newline="\n")
        folder = options.folder / "tales" / book
        folder.mkdir(parents=True)
        of_tales = tales(of_book)
        for number, tale in enumerate(of_tales, 1):
            (folder / f"{number:03}.txt").write_text(tale, encoding="utf-8", newline="\n")
        sys.stdout.write(f"{book}: {len(of_tales)} tales, {len(of_book.split()):,} words\n")


def books(text: str) -> Iterator[tuple[str, str]]:
    """Yield the name of each book, such as ``blue``, and its text."""
    starts: dict[str, int] = {}
    for title in _BOOK.finditer(text):
        starts.setdefault((title[1] or title[2] or title[3]).lower(), title.start())
    for (name, start), stop in zip(starts.items(), (*list(starts.values())[1:], len(text)), strict=True):
        yield name, text[start:stop]


def tales(book: str) -> list[str]:
    """Return the tales of a book, the first with what stands before it, the last with what stands behind it."""
    found = [""]
    for piece in _GAP.split(book):
        if len(found[-1].split()) >= _FEWEST_WORDS:
            found.append("")
        found[-1] += f"{piece}\n\n"
    last = found.pop() if len(found[-1].split()) < _FEWEST_WORDS else ""
    found[-1] += last
    return found


if __name__ == "__main__":
    main()
