"""Texts with labels: a folder for each label, an archive of such folders, a file for each label, or a table.

Three ways to say that *good film* is ``pos`` and *bad film* is ``neg``::

    reviews/train/pos/1.txt    a text a file; the innermost folder is the label
    reviews/train.neg          a text a line; the ending, or the name, is the label
    reviews/train.csv          a text a row; a column is the label

Whatever the way, there may be parts to train, to validate and to test with: see `w2vcli.neural.labelled_texts.parts`.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from w2vcli.archives import Member, archive_kind, read_members
from w2vcli.compression import without_compression
from w2vcli.corpus.sources import looks_binary
from w2vcli.corpus.tables import kind_of_table
from w2vcli.errors import BadCorpus
from w2vcli.escaping import listed
from w2vcli.inputs import InputFile, open_input
from w2vcli.neural.labelled_texts.label_files import (
    Columns,
    Labelled,
    counted,
    is_file_of_labels,
    lines_with_words,
    open_text,
    read_file,
)
from w2vcli.neural.labelled_texts.parts import (
    TEST,
    VALIDATION,
    choose_part,
    part_and_label,
    part_called,
    part_in,
    tell_validation,
)
from w2vcli.reporting import Reporter

# The folder of reviews without a label in the IMDB data (Maas et al. 2011).
_UNLABELLED = "unsup"
# Bytes of a member of an archive, unpacked: a small archive can unpack to more than there is memory.
_MOST_TEXT, _MOST_TABLE = 1 << 26, 1 << 31
_MOST_IN_ALL = 1 << 33
# More files than this, or files of one line, are texts themselves rather than a file for each label.
_MOST_LINE_FILES = 50
_LEAST_LINES = 2
# Files about the data, columns in a file of their own, and documents.
_ABOUT = re.compile(r".*\bread[-_ ]?me\b.*|(licen[cs]e|copying|changelog|notice|authors)(\.\w+)?", re.IGNORECASE)
_KIND_OF_COLUMN = re.compile(r"(?:^|[-_. ])(label|text|sentence|data|input|review|document)s?$", re.IGNORECASE)
_DOCUMENT = re.compile(r".*\.(md|rst|pdf|html?|py|sh)", re.IGNORECASE)


class _File(NamedTuple):
    """A file in a folder or an archive: its path there, and a function that opens it, as often as is needed."""

    path: PurePosixPath
    open: Callable[[], AbstractContextManager[InputFile]]


@dataclass(frozen=True)
class _Reading:
    """What is being read: the folder or file ``path``, of which only ``part`` is wanted."""

    path: Path
    part: str
    columns: Columns
    advance: Callable[[int], None]
    reporter: Reporter


def read_labelled(path: Path, part: str, columns: Columns, reporter: Reporter) -> Labelled:
    """Return the labelled texts in a folder, an archive (tar or zip, compressed or not) or a table.

    If there are parts to train, to validate and to test with, only ``part`` is read. To validate, the part to test
    with is read if there is none for it. The reporter is told of all guesses. Texts without a label are left out.

    Raises
    ------
    BadCorpus
        If there are no labelled texts, a column is missing, it is not clear what the labels are, or bytes are no text.
    DamagedInput
        If an archive breaks off.
    """
    if not path.exists():
        raise BadCorpus(f"{path}: no such file or folder")
    with reporter.phase("reading", None, "texts") as advance:
        everything = _read(_Reading(path, part, columns, advance, reporter))
    known = [pair for pair in zip(everything.texts, everything.labels, strict=True) if pair[1]]
    if not known:
        raise BadCorpus(f"{path}: there are no labelled texts in it: a folder for each class is needed, or a table")
    return Labelled([text for text, _ in known], [label for _, label in known])


def _read(reading: _Reading) -> Labelled:
    """Return what is in a folder, an archive or a file. Some texts may have no label."""
    path = reading.path
    if path.is_dir():
        return _collect(_in_folder(path), reading)
    with open_input(path) as file:
        if archive_kind(file):
            return _collect(_in_archive(file, reading), reading)
        found = read_file(file, reading.part, reading.columns, reading.advance, reading.reporter)
    if found is None:
        raise BadCorpus(
            f"{path}: neither a folder, nor a tar or zip archive, nor a table with columns that are known (--column "
            "and --label name them); files of texts, one for each label, have to be in a folder, which is then given"
        )
    return found


def _in_folder(path: Path) -> Iterator[_File]:
    """Yield the files of a folder in order, without hidden ones and what macOS puts beside files in archives."""
    for file in sorted(path.rglob("*")):
        inside = PurePosixPath(file.relative_to(path))
        if not any(name.startswith(".") or name == "__MACOSX" for name in inside.parts) and file.is_file():
            yield _File(inside, lambda file=file: open_input(file))  # type: ignore[misc]


def _in_archive(file: InputFile, reading: _Reading) -> Iterator[_File]:
    """Yield the files of an archive, those of the wanted part with what is in them.

    An archive can be read only once from front to back, and what its parts are is known at its end.
    """
    wanted = _wanted(reading.part)
    size = 0
    for member in read_members(file, reading.reporter):
        path = PurePosixPath(member.name)
        path = PurePosixPath(*(part for part in path.parts if part not in {"/", ".."}))
        is_wanted = _part_of(path) in wanted and _label_of(path) != _UNLABELLED
        data = member.read(_MOST_TABLE if kind_of_table(member.name) else _MOST_TEXT) if is_wanted else b""
        size += len(data)
        if size > _MOST_IN_ALL:
            raise BadCorpus(
                f"{file.name} holds more than {_MOST_IN_ALL >> 30} GiB of texts, too many to be read at once"
            )
        yield _File(path, lambda data=data, member=member: _opened(member, data))  # type: ignore[misc]


def _opened(member: Member, data: bytes) -> AbstractContextManager[InputFile]:
    """Return a member of an archive as if it were a file that was just opened."""
    return nullcontext(InputFile(member.full_name, io.BytesIO(data), len(data)))


def _wanted(part: str) -> set[str | None]:
    """Return the parts that may be read for ``part``: itself, files of no part, and to validate, those to test with."""
    return {part, None} | ({TEST} if part == VALIDATION else set())


def _label_of(path: PurePosixPath) -> str:
    """Return the name of the folder that a file is in, composed (NFC): macOS decomposes 긍정 into its letters."""
    return unicodedata.normalize("NFC", path.parent.name)


def _part_of(path: PurePosixPath) -> str | None:
    """Return the part that a file is of: that of the innermost folder above its label, else of its own folder."""
    # x/train/pos/1.txt: the part is sought in train and in x, and in pos only if it is the whole name.
    folders = path.parent.parts
    above = next((part for name in reversed(folders[:-1]) if (part := part_in(name))), None)
    return above or (part_called(folders[-1]) if folders else None)


def _collect(files: Iterator[_File], reading: _Reading) -> Labelled:
    """Return the texts of a part, or of all if there are no parts.

    Files in the innermost folders are texts, and the folders are labels. With less than two such folders, or with
    tables, there is no folder for each label.
    """
    found = list(files)
    folders = dict.fromkeys(file.path.parent for file in found)
    # A folder that has folders is a part or a name of the data, as x and x/train are above x/train/pos.
    above = {parent for folder in folders for parent in folder.parents}
    labelled = [file for file in found if file.path.parent not in above and _may_be_label(file.path)]
    if len({_label_of(file.path) for file in labelled}) < 2 or _are_tables(found, labelled):
        return _read_flat(found, reading)
    by_part: dict[str | None, list[_File]] = {}
    for file in labelled:
        by_part.setdefault(_part_of(file.path), []).append(file)
    chosen = choose_part(reading.part, {part for part in by_part if part}, str(reading.path))
    tell_validation(chosen, by_part, str(reading.path), reading.reporter)
    _tell_left_out(found, labelled, by_part if chosen else {}, reading)
    _require_one_parent(by_part[chosen], reading)
    return _read_folders(by_part[chosen], reading)


def _may_be_label(path: PurePosixPath) -> bool:
    """Tell whether the folder of a file may be a label: it is no part, and the file is not about the data."""
    label = _label_of(path)
    return bool(label) and not part_called(label) and not _ABOUT.fullmatch(path.name)


def _are_tables(found: Sequence[_File], labelled: Sequence[_File]) -> bool:
    """Tell whether tables are what is to be read, and no folder is a label.

    Either there are only tables, or one lies above the folders and is a part, such as train.csv beside images/1.png.
    """
    kept = {file.path for file in labelled}
    if labelled and all(kind_of_table(file.path.name) for file in labelled):
        return True
    return any(file.path not in kept and kind_of_table(file.path.name) and part_in(_stem(file.path)) for file in found)


def _tell_left_out(
    found: Sequence[_File], labelled: Sequence[_File], by_part: dict[str | None, list[_File]], reading: _Reading
) -> None:
    """Tell which files are read neither now nor for another part."""
    kept = {file.path for file in labelled}
    others = [str(file.path) for file in found if file.path not in kept]
    if others:
        reading.reporter.note(f"{reading.path}: left out, since they are in no folder of a label: {listed(others)}")
    outside = by_part.get(None, [])
    if outside:
        reading.reporter.warn(f"{reading.path}: {len(outside):,} texts were left out, since they are in no part")


def _require_one_parent(files: Sequence[_File], reading: _Reading) -> None:
    """Refuse a label that names folders in several folders, such as fold1/pos and fold2/pos.

    They may be parts under names that are not known, and training and testing would share their texts.
    """
    folders: dict[str, PurePosixPath] = {}
    for file in files:
        folder = file.path.parent
        other = folders.setdefault(_label_of(file.path), folder)
        if other != folder:
            raise BadCorpus(
                f"{reading.path}: the label {folder.name} has several folders: {other}, {folder}; "
                f"give the folder {other.parent} alone, or put their texts together"
            )


def _read_folders(files: Sequence[_File], reading: _Reading) -> Labelled:
    """Return each file as a text, and the name of its folder as the label."""
    texts: list[str] = []
    labels: list[str] = []
    binary, unlabelled = [], 0
    for number, file in enumerate(files, 1):
        label = _label_of(file.path)
        if label == _UNLABELLED:
            unlabelled += 1
            continue
        with file.open() as opened:
            if looks_binary(opened, reading.columns.encoding):
                binary.append(str(file.path))
                continue
            texts.append("".join(open_text(opened, reading.columns, reading.reporter)))
            labels.append(label)
        reading.advance(number)
    if unlabelled:
        reading.reporter.note(f"{unlabelled:,} texts without a label were left out ({_UNLABELLED})")
    if binary:
        reading.reporter.warn(f"{len(binary):,} files were left out, since they are not text: {', '.join(binary[:3])}")
    return Labelled(texts, labels)


def _stem(path: PurePosixPath) -> str:
    """Return the name of a file without its ending and that of a compression: train of train.csv.gz."""
    return without_compression(Path(path.name)).stem


def _read_flat(found: Sequence[_File], reading: _Reading) -> Labelled:
    """Return the texts of tables, or of files with a text a line, in one folder or in a folder for each part.

    A file says its part in its name (train.csv, train-00000-of-00002.parquet, train_pos.txt), or its folder does.
    """
    files = [file for file in found if not (_ABOUT.fullmatch(file.path.name) or _DOCUMENT.fullmatch(file.path.name))]
    tables = [file for file in files if kind_of_table(file.path.name)] or [
        file for file in files if _is_table(file, reading)
    ]
    by_part: dict[str | None, list[_File]] = {}
    for file in tables or files:
        stem = _stem(file.path)
        part = part_in(stem) or part_in(file.path.name.partition(".")[0]) or part_and_label(stem)[0]
        part = part or _part_of(file.path)
        by_part.setdefault(part, []).append(file)
    if not by_part:
        return Labelled([], [])
    wanted = choose_part(reading.part, {part for part in by_part if part}, str(reading.path))
    tell_validation(wanted, by_part, str(reading.path), reading.reporter)
    chosen = by_part[wanted]
    if wanted and None in by_part:
        names = ", ".join(str(file.path) for file in by_part[None][:3])
        reading.reporter.note(f"{reading.path}: left out, since they are of no part: {names}")
    if not tables:
        return _read_line_files(chosen, reading)
    if len(chosen) > 1 and (wanted is None or len({file.path.parent for file in chosen}) > 1):
        names = ", ".join(str(file.path) for file in chosen[:5])
        raise BadCorpus(f"{reading.path} has {len(chosen):,} tables: {names}; give one of them, of an archive unpacked")
    return _read_tables(chosen, reading)


def _refuse_columns_in_files(files: Sequence[_File], reading: _Reading) -> None:
    """Refuse a file of texts beside a file of their labels: these are columns, not texts of two labels."""
    stems = {file.path.stem: str(file.path) for file in files}
    kinds = {_KIND_OF_COLUMN.search(stem): path for stem, path in stems.items()}
    found = {kind[1].casefold(): path for kind, path in kinds.items() if kind}
    labels, texts = found.get("label"), next((path for kind, path in found.items() if kind != "label"), None)
    if labels and texts:
        raise BadCorpus(
            f"{reading.path}: {labels} seems to hold the labels of {texts}; make one table of both: "
            f"paste {labels} {texts} > table.tsv"
        )


def _is_table(file: _File, reading: _Reading) -> bool:
    """Tell whether a file is a table by its content, whatever it is called."""
    with file.open() as opened:
        if looks_binary(opened, reading.columns.encoding):
            return False
        return is_file_of_labels(opened, reading.columns, reading.reporter)


def _read_tables(files: Sequence[_File], reading: _Reading) -> Labelled:
    """Return the texts of tables one after the other."""
    texts, labels = [], []
    for file in files:
        with file.open() as opened:
            found = read_file(opened, reading.part, reading.columns, reading.advance, reading.reporter)
            if found is None:
                raise BadCorpus(f"{opened.name} is no table")
            texts += found.texts
            labels += found.labels
    if len(files) > 1:
        reading.reporter.note(
            f"{reading.path}: {len(files):,} tables are read: {', '.join(str(f.path) for f in files)}"
        )
    return Labelled(texts, labels)


def _read_line_files(files: Sequence[_File], reading: _Reading) -> Labelled:
    """Return the texts of files with one a line, none if the files do not look like it.

    The label is the ending if all endings differ, as in rt.pos and rt.neg, or else the name without its part.
    """
    endings = {file.path.suffix for file in files}
    by_ending = len(endings) == len(files)
    labels = [file.path.suffix[1:] if by_ending else part_and_label(file.path.stem)[1] for file in files]
    _refuse_columns_in_files(files, reading)
    if not 2 <= len(files) <= _MOST_LINE_FILES or len(set(labels)) < len(files) or any(map(str.isdigit, labels)):
        return Labelled([], [])
    found = Labelled([], [])
    for file, label in zip(files, labels, strict=True):
        with file.open() as opened:
            lines = list(lines_with_words(opened, reading.columns, reading.reporter))
        if len(lines) < _LEAST_LINES:  # a text, not a file of them
            return Labelled([], [])
        found.texts.extend(lines)
        found.labels.extend([unicodedata.normalize("NFC", label)] * len(lines))
        reading.advance(len(found.texts))
    reading.reporter.note(f"{reading.path}: read as a file for each label, with a text a line: {counted(found.labels)}")
    return found
