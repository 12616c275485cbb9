"""Plain lower-case words of a text, a review or a sentence a line, as all programs read them.

    python -m benchmarks.plain_words aclImdb_v1.tar.gz > imdb-words.txt
    python -m benchmarks.plain_words fairy-tales.txt.gz > tales-words.txt

Of an archive, the 100,000 reviews of IMDB (Maas et al. 2011), labelled or not; else of a text, its sentences.
"""

from __future__ import annotations

import gzip
import re
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import click

_FOLDERS = ("train/pos", "train/neg", "train/unsup", "test/pos", "test/neg")
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)*|[0-9]+")
_WORD_OF_LETTERS = re.compile(r"[a-z]+(?:'[a-z]+)*")
_END = re.compile(r"[.!?]\s|\n\n")


def reviews(archive: Path) -> Iterator[str]:
    """Return the words of each review in the archive."""
    found: dict[str, dict[str, str]] = {folder: {} for folder in _FOLDERS}
    with tarfile.open(archive) as members:
        for member in members:
            folder = "/".join(Path(member.name).parts[-3:-1])
            stream = members.extractfile(member) if folder in found and member.name.endswith(".txt") else None
            if stream is not None:
                text = stream.read().decode().replace("<br />", " ").lower()
                found[folder][member.name] = " ".join(_WORD.findall(text))
    for texts in found.values():
        yield from (texts[name] for name in sorted(texts))


def sentences(path: Path) -> Iterator[str]:
    """Return the words of each sentence of a text that has some."""
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode().lower()
    for sentence in _END.split(text):
        if words := _WORD_OF_LETTERS.findall(sentence):
            yield " ".join(words)


def main() -> None:
    """Print the words of a file."""
    path = Path(sys.argv[1])
    for line in reviews(path) if tarfile.is_tarfile(path) else sentences(path):
        click.echo(line)


if __name__ == "__main__":
    main()
