"""A file that is read in stretches gives the pieces, the lines and the errors that it gives as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from w2vcli.corpus import sources, stretches
from w2vcli.corpus.encoded import FileRead
from w2vcli.corpus.reading import Reading, SourceReader
from w2vcli.corpus.sentences import Piece
from w2vcli.corpus.sources import Source
from w2vcli.corpus.stretches import Stretch, StretchReader, can_be_cut, join_stretches
from w2vcli.errors import BadCorpus
from w2vcli.reporting import SILENT

BLOCK = 16


@pytest.fixture(autouse=True, scope="module")
def _small_blocks() -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sources, "BLOCK_BYTES", BLOCK)
        patch.setattr(stretches, "BLOCK_BYTES", BLOCK)
        yield


def as_a_whole(path: Path, reading: Reading) -> tuple[list[Piece], FileRead]:
    reader = SourceReader([Source(str(path), named=True, size=path.stat().st_size)], reading, SILENT)
    return list(reader.pieces(lambda done: None)), reader.learnt.files[0]


def in_stretches(path: Path, reading: Reading, blocks: int) -> tuple[list[Piece], FileRead, int]:
    size = path.stat().st_size
    found, reads, learnt = [], [], 0
    for start in range(0, max(-(-size // BLOCK), 1), blocks):
        stop = start + blocks if (start + blocks) * BLOCK < size else None
        source = Source(str(path), named=True, size=size)
        reader = StretchReader(source, Stretch(start, stop), reading, SILENT)
        found += list(reader.pieces(lambda done: None))
        learnt += reader.learnt.characters
        assert reader.read is not None
        reads.append(reader.read)
    return found, join_stretches(reads, size, "0" * 64), learnt


def compare(path: Path, reading: Reading, blocks: int) -> None:
    pieces, read = as_a_whole(path, reading)
    cut, joined, characters = in_stretches(path, reading, blocks)
    assert cut == pieces
    assert characters == sum(len(piece.text) for piece in pieces)
    assert joined == FileRead(**{**read.__dict__, "sha256": "0" * 64})


WORDS = "a king 한국어 é \u3000 \u2028 \U0001f600 a-long-word-without-a-blank . \n \r \r\n \t".split(" ")
PARTS = st.lists(
    st.sampled_from([*(word.encode() for word in WORDS), b" ", b"\n\n", b"\xff", b"\xed\x95", b"\x9c"]), max_size=60
)


@given(parts=PARTS, blocks=st.integers(1, 4), errors=st.sampled_from(["replace", "ignore"]), bom=st.booleans())
@example(parts=[b"a " * 8, b"\r", b"\nb c d"] * 3, blocks=1, errors="replace", bom=True)
def test_stretches_are_the_whole(parts: Sequence[bytes], blocks: int, errors: str, bom: bool) -> None:
    path = Path("text.txt")
    path.write_bytes(b"\xef\xbb\xbf" * bom + b"".join(parts))
    for line_breaks in ("end", "join"):
        reading = Reading(encoding_errors=errors, line_breaks=line_breaks)
        if can_be_cut(Source("text.txt", named=True, size=path.stat().st_size), reading):
            compare(path, reading, blocks)


def test_a_text_without_a_blank_has_no_border() -> None:
    Path("text.txt").write_text("x" * 200 + " " + "y" * 100 + " z")
    for blocks in (1, 2, 5):
        compare(Path("text.txt"), Reading(), blocks)


def test_a_byte_that_is_no_text_is_told_with_its_place_in_the_file() -> None:
    Path("text.txt").write_bytes(b"the king and the queen " * 10 + b"\xff and so on " * 3)
    with pytest.raises(BadCorpus) as whole:
        as_a_whole(Path("text.txt"), Reading(encoding="utf-8"))
    with pytest.raises(BadCorpus) as cut:
        in_stretches(Path("text.txt"), Reading(encoding="utf-8"), 2)
    assert str(cut.value) == str(whole.value)


def test_a_file_that_grew_meanwhile_is_refused() -> None:
    path = Path("text.txt")
    path.write_text("the king and the queen " * 10)
    _, read, _ = in_stretches(path, Reading(), 2)
    reader = StretchReader(Source("text.txt", named=True, size=1), Stretch(0, None), Reading(), SILENT)
    list(reader.pieces(lambda done: None))
    assert reader.read is not None
    with pytest.raises(BadCorpus, match="has changed while it was read"):
        join_stretches([reader.read], read.bytes + 1, read.sha256)


def test_what_is_no_plain_text_in_utf_8_is_not_cut() -> None:
    files = {
        "a.txt": "the king".encode("utf-16"),
        "c.txt": b"PK\x03\x04" + bytes(30),
        "d.txt": b"\x1f\x8b\x08\x00" + bytes(20),
        "e.txt": b"the king\0",
    }
    for name, data in files.items():
        Path(name).write_bytes(data)
        try:
            assert not can_be_cut(Source(name, named=True, size=len(data)), Reading()), name
        except BadCorpus:
            assert name in {"c.txt", "d.txt"}
    Path("b.txt").write_bytes("한국어".encode("cp949"))
    assert not can_be_cut(Source("b.txt", named=True, size=6), Reading(encoding="cp949"))
    Path("f.csv").write_text("text\nthe king\n")
    assert not can_be_cut(Source("f.csv", named=True, size=14), Reading(column="text"))
