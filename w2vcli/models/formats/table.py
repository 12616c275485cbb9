"""The table of vector formats, and how the format of a file is told by its content."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from w2vcli.compression import InputFile
from w2vcli.errors import UnknownFormat
from w2vcli.models.formats.rows import Reading, RowReader, parse_header
from w2vcli.models.formats.text import glove_text, glove_vector_size, parse_values, word2vec_text
from w2vcli.models.formats.word2vec_binary import Word2vecBinary


@dataclass(frozen=True)
class VectorFormat:
    """A format of vector files: how it is recognised by the first bytes of a file, and read."""

    name: str
    matches: Callable[[bytes], bool]
    read: Callable[[InputFile, Reading], RowReader]


def detect(file: InputFile) -> VectorFormat:
    """Return the format of an open file, of which nothing is consumed.

    Raises
    ------
    UnknownFormat
        If it has none of the known formats.
    """
    head = file.stream.peek()
    if not head:
        raise UnknownFormat(f"{file.name} is empty")
    for vector_format in FORMATS:
        if vector_format.matches(head):
            return vector_format
    for magic, hint in _REFUSED:
        if head.startswith(magic):
            raise UnknownFormat(f"{file.name} is {hint}")
    known = ", ".join(vector_format.name for vector_format in FORMATS)
    raise UnknownFormat(f"{file.name} is in no known vector format ({known})")


def _is_word2vec_text(head: bytes) -> bool:
    header, _, rows = head.partition(b"\n")
    found = parse_header(header)
    if found is None:
        return False
    fields = rows.lstrip().partition(b"\n")[0].split()
    # The last line of a short piece may be cut, so its last field is not looked at.
    return not rows.strip() or (len(fields) > 1 and _are_numbers(fields[1:3]) and _is_text(rows[:1000]))


def _is_word2vec_binary(head: bytes) -> bool:
    header, _, rows = head.partition(b"\n")
    return parse_header(header) is not None and bool(rows.strip()) and not _is_word2vec_text(head)


def _is_glove_text(head: bytes) -> bool:
    line = head.partition(b"\n")[0]
    return parse_header(line) is None and _is_text(line) and glove_vector_size(line) > 1


def _are_numbers(fields: list[bytes]) -> bool:
    return all(parse_values(field) is not None for field in fields)


def _is_text(sample: bytes) -> bool:
    return not any(byte < 32 and byte not in b"\t\n\r" for byte in sample)


FORMATS = (
    VectorFormat("word2vec text", _is_word2vec_text, word2vec_text),
    VectorFormat("word2vec binary", _is_word2vec_binary, Word2vecBinary),
    VectorFormat("GloVe text", _is_glove_text, glove_text),
)

_PICKLE = (
    "a Python pickle, which can run any code when it is opened, so it is not read; "
    "in gensim, write the vectors with model.wv.save_word2vec_format(FILE, binary=True) and load that"
)
_REFUSED = (
    *((b"\x80" + bytes([protocol]), _PICKLE) for protocol in range(2, 6)),
    (b"PK\x03\x04", "a zip archive; unpack it and load the file within"),
)
