"""Texts with labels: a folder for each class, an archive of such folders, or a table."""

from __future__ import annotations

import tarfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from w2vcli.compression import open_input
from w2vcli.corpus.sources import Text
from w2vcli.corpus.tables import PARQUET, kind_of_table, open_table
from w2vcli.errors import BadCorpus, DamagedInput
from w2vcli.reporting import Reporter

# Data may have these parts, as folders above those of the classes; each command reads its own.
TRAIN, TEST = "train", "test"
# The reviews without a label in the IMDB data.
_UNLABELLED = "unsup"


@dataclass(frozen=True)
class Labelled:
    """Texts, and the label of each."""

    texts: list[str]
    labels: list[str]


@dataclass(frozen=True)
class Columns:
    """What a table calls its columns, and how files are decoded."""

    text: str = "text"
    label: str = "label"
    encoding: str = "utf-8"
    encoding_errors: str = "strict"


class _File(NamedTuple):
    """A file within a folder or an archive: its path there, and a function to its bytes."""

    path: PurePosixPath
    read: Callable[[], bytes]


def read_labelled(path: Path, part: str, columns: Columns, reporter: Reporter) -> Labelled:
    """Read labelled texts.

    ``path`` is a folder with a folder for each class, an archive (tar or zip, compressed or not) of such a
    folder, or a table. Where there are the parts ``train`` and ``test``, only ``part`` is read.

    Raises
    ------
    BadCorpus
        If there are no labelled texts, a column is missing, or bytes are no text.
    DamagedInput
        If an archive breaks off.
    """
    if not path.exists():
        raise BadCorpus(f"{path}: no such file or folder")
    with reporter.phase("reading", None, "texts") as advance:
        everything = _read(path, part, columns, advance)
    known = [pair for pair in zip(everything.texts, everything.labels, strict=True) if pair[1]]
    found = Labelled([text for text, _ in known], [label for _, label in known])
    if len(known) < len(everything.texts):
        reporter.note(f"{len(everything.texts) - len(known):,} texts without a label were left out")
    if not found.texts:
        raise BadCorpus(f"{path}: there are no labelled texts in it: a folder for each class is needed, or a table")
    return found


def _read(path: Path, part: str, columns: Columns, advance: Callable[[int], None]) -> Labelled:
    kind = kind_of_table(path.name)
    if path.is_dir():
        return _collect(_in_folder(path), path, part, columns, advance)
    if kind and kind != PARQUET:
        return _read_table(path, kind, columns, advance)
    try:
        if tarfile.is_tarfile(path):
            return _collect(_in_tar(path), path, part, columns, advance)
        if zipfile.is_zipfile(path):
            return _collect(_in_zip(path), path, part, columns, advance)
    except (tarfile.TarError, zipfile.BadZipFile, EOFError) as error:
        raise DamagedInput(f"{path}: the archive is damaged or breaks off: {error}") from error
    raise BadCorpus(f"{path}: neither a folder, nor a tar or zip archive, nor a table (.csv .tsv .jsonl)")


def _read_table(path: Path, kind: str, columns: Columns, advance: Callable[[int], None]) -> Labelled:
    found = Labelled([], [])
    with open_input(path) as file:
        text = Text(file, columns.encoding, columns.encoding_errors)
        wanted = [columns.text, columns.label]
        table = open_table(file, text, wanted)
        if table is None:
            raise BadCorpus(f"{path} is no table ({kind})")
        table.require(wanted)
        for words, label in table.rows(wanted):
            found.texts.append(words)
            found.labels.append(label)
            advance(len(found.texts))
    return found


def _in_folder(path: Path) -> Iterator[_File]:
    for file in sorted(path.rglob("*")):
        if file.is_file():
            yield _File(PurePosixPath(file.relative_to(path)), file.read_bytes)


def _in_tar(path: Path) -> Iterator[_File]:
    with tarfile.open(path) as archive:
        for member in archive:
            stream = archive.extractfile(member) if member.isfile() else None
            if stream is not None:
                yield _File(PurePosixPath(member.name), stream.read)


def _in_zip(path: Path) -> Iterator[_File]:
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if not name.endswith("/"):
                yield _File(PurePosixPath(name), lambda name=name: archive.read(name))  # type: ignore[misc]


def _collect(
    files: Iterator[_File], path: Path, part: str, columns: Columns, advance: Callable[[int], None]
) -> Labelled:
    """Return the texts of ``part``, or of all if there are no parts; the label is the name of the text's folder."""
    by_part: dict[str, Labelled] = {}
    others = Counter[str]()
    for file in files:
        folders = file.path.parent.parts
        label = folders[-1] if folders else ""
        if not label or label in {TRAIN, TEST, _UNLABELLED} or any(name.startswith(".") for name in file.path.parts):
            continue
        here = next((name for name in folders if name in {TRAIN, TEST}), "")
        if here not in {part, ""}:
            others[here] += 1
            continue
        found = by_part.setdefault(here, Labelled([], []))
        found.texts.append(_decode(file, path, columns))
        found.labels.append(label)
        advance(len(found.texts))
    if part in by_part:
        return by_part[part]
    if others:
        raise BadCorpus(f"{path}: there is no folder {part} in it, only {', '.join(others)}")
    return by_part.get("", Labelled([], []))


def _decode(file: _File, path: Path, columns: Columns) -> str:
    try:
        return file.read().decode(columns.encoding, columns.encoding_errors).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise BadCorpus(
            f"{path}: {file.path}: byte {error.start:,} is not {columns.encoding}; name its --encoding, "
            "or use --encoding-errors replace"
        ) from error
