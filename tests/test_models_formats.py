from __future__ import annotations

import gzip
import io
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tests.gensim_oracle import KeyedVectors
from w2vcli.errors import DamagedInput, MissingExtra, UnknownFormat
from w2vcli.inputs import open_input
from w2vcli.models.formats import text_rows, word2vec_binary
from w2vcli.models.formats.blocks import ReadOptions, decode_words
from w2vcli.models.formats.format_table import detect

Rows = tuple[str, list[str], npt.NDArray[np.float32]]

ODD_WORDS = ["a\u00a0b", "\u00a0", "\u3000", "👩‍🌾", "소녀", "é" * 100, "\ufeffx", "</s>", "1", "3.5", "\x85", "a\x1cb"]
# A blank or a newline ends a word in these formats.
words = st.lists(
    st.one_of(
        st.sampled_from(ODD_WORDS),
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters=" \n\r\t\x0b\x0c"), min_size=1, max_size=6),
    ),
    min_size=1,
    max_size=8,
    unique=True,
)
values = st.floats(width=32, allow_subnormal=True)


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[str], npt.NDArray[np.float32]]:
    """Draw words with vectors of two to five values."""
    found = draw(words)
    shape = (len(found), draw(st.integers(2, 5)))
    return found, draw(hnp.arrays(np.float32, shape, elements=values))


def read(path: Path, data: bytes, reading: ReadOptions = ReadOptions()) -> Rows:
    path.write_bytes(data)
    with open_input(path) as file:
        vector_format = detect(file)
        rows = vector_format.read(file, reading)
        blocks = list(rows)
    vectors = np.concatenate([block.vectors for block in blocks]) if blocks else np.zeros((0, 0), dtype=np.float32)
    return vector_format.name, [word for block in blocks for word in block.words], vectors


def binary(words: list[str], vectors: npt.NDArray[np.float32], newline: bytes = b"") -> bytes:
    rows = (
        word.encode() + b" " + row.astype("<f4").tobytes() + newline for word, row in zip(words, vectors, strict=True)
    )
    return b"%d %d\n" % vectors.shape + b"".join(rows)


def as_text(words: list[str], vectors: npt.NDArray[np.float32], header: bool, end: str = "\n") -> bytes:
    lines = [f"{len(words)} {vectors.shape[1]}"] if header else []
    lines += [f"{word} {' '.join(map(str, row))}" for word, row in zip(words, vectors, strict=True)]
    return "".join(line + end for line in lines).encode()


@settings(max_examples=60)
@given(tables(), st.sampled_from([b"", b"\n"]), st.integers(1, 300))
def test_binary_comes_back_bit_for_bit_with_and_without_newlines(
    tmp_path_factory: pytest.TempPathFactory,
    table: tuple[list[str], npt.NDArray[np.float32]],
    newline: bytes,
    block_bytes: int,
) -> None:
    found, vectors = table
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(word2vec_binary, "BLOCK_BYTES", block_bytes)
        # One row of text by chance is what the format cannot be told from; that is not what is tested here.
        data = binary(found, vectors, newline)
        path = tmp_path_factory.mktemp("f") / "f"
        path.write_bytes(data)
        with open_input(path) as file:
            blocks = list(word2vec_binary.Word2vecBinary(file, ReadOptions()))
    assert [word for block in blocks for word in block.words] == found
    got = np.concatenate([block.vectors for block in blocks])
    assert got.tobytes() == vectors.tobytes()


@settings(max_examples=60)
@given(tables(), st.booleans(), st.sampled_from(["\n", "\r\n", " \n"]), st.integers(1, 300))
def test_text_comes_back_bit_for_bit(
    tmp_path_factory: pytest.TempPathFactory,
    table: tuple[list[str], npt.NDArray[np.float32]],
    header: bool,
    end: str,
    block_bytes: int,
) -> None:
    found, vectors = table
    path = tmp_path_factory.mktemp("f") / "f"
    path.write_bytes(as_text(found, vectors, header, end))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text_rows, "BLOCK_BYTES", block_bytes)
        with open_input(path) as file:
            rows = (
                text_rows.read_word2vec_text(file, ReadOptions())
                if header
                else text_rows.TextRows(file, ReadOptions(), vectors.shape[1], None)
            )
            blocks = list(rows)
    assert [word for block in blocks for word in block.words] == found
    np.testing.assert_array_equal(np.concatenate([block.vectors for block in blocks]), vectors)


@pytest.mark.parametrize("raws", [[], [b""], [b"a", b"\xec\x86\x8c"], [b"a\nb", b"c"], [b"", b""]])
def test_words_decoded_at_once_are_those_decoded_one_by_one(raws: list[bytes]) -> None:
    assert decode_words(raws, ReadOptions(), str) == [raw.decode() for raw in raws]
    latin = decode_words([*raws, b"\xe9"], ReadOptions(encoding="latin-1"), str)
    assert latin == [raw.decode("latin-1") for raw in [*raws, b"\xe9"]]


def test_a_word_that_is_no_text_is_told_with_its_row() -> None:
    halves = [b"a", b"\xec\x86", b"\x8c"]
    with pytest.raises(DamagedInput, match="row 1: the word"):
        decode_words(halves, ReadOptions(), "row {}".format)
    assert decode_words(halves, ReadOptions(encoding_errors="replace"), str) == ["a", "\ufffd", "\ufffd"]


@pytest.mark.parametrize("is_binary", [True, False])
def test_what_gensim_writes_is_detected_and_read(tmp_path: Path, is_binary: bool) -> None:
    found = ["girl", "소녀", "a\u00a0b", "x" * 200, "👩‍🌾"]
    vectors = np.random.default_rng(0).normal(size=(5, 7)).astype(np.float32)
    keyed = KeyedVectors(7)
    keyed.add_vectors(found, vectors)
    keyed.save_word2vec_format(str(tmp_path / "g"), binary=is_binary)
    name, got_words, got = read(tmp_path / "f", (tmp_path / "g").read_bytes())
    assert name == ("word2vec binary" if is_binary else "word2vec text")
    assert got_words == found
    np.testing.assert_array_equal(got, vectors)


VECTORS = np.array([[0.25, -1.5, 3e-5], [7, 8.125, 9]], dtype=np.float32)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (binary(["one", "two"], VECTORS), "word2vec binary"),
        (binary(["one", "two"], VECTORS, b"\n"), "word2vec binary"),
        (as_text(["one", "two"], VECTORS, header=True), "word2vec text"),
        (as_text(["one", "two"], VECTORS, header=False), "GloVe text"),
        (gzip.compress(as_text(["one", "two"], VECTORS, header=False), mtime=0), "GloVe text"),
        (as_text(["one", "two"], VECTORS, header=False).replace(b" ", b"\t"), "GloVe text"),
        (as_text(["one", "two"], VECTORS, header=True).replace(b"\n", b"\n\n"), "word2vec text"),
    ],
)
def test_formats_are_told_by_content(tmp_path: Path, data: bytes, name: str) -> None:
    found, got_words, got = read(tmp_path / "f", data)
    assert (found, got_words) == (name, ["one", "two"])
    np.testing.assert_array_equal(got, VECTORS)


def test_words_with_blanks_as_in_gloves_840b(tmp_path: Path) -> None:
    data = b"the 1 2 3\n. . . 4 5 6\nat name@domain.com 7 8 9\n"
    _, found, vectors = read(tmp_path / "f", data)
    assert found == ["the", ". . .", "at name@domain.com"]
    assert vectors.tolist() == [[1, 2, 3], [4, 5, 6], [7, 8, 9]]


def test_limit(tmp_path: Path) -> None:
    for data in (
        binary(["one", "two"], VECTORS),
        as_text(["one", "two"], VECTORS, header=True),
        as_text(["one", "two"], VECTORS, header=False),
    ):
        assert read(tmp_path / "f", data, ReadOptions(limit=1))[1] == ["one"]
        assert read(tmp_path / "f", data, ReadOptions(limit=99))[1] == ["one", "two"]


@pytest.mark.parametrize("make", [lambda w: binary([w, "b"], VECTORS), lambda w: as_text([w, "b"], VECTORS, True)])
def test_words_that_are_no_text(tmp_path: Path, make: object) -> None:
    data = make("QQ").replace(b"QQ", b"\xff\xfe")  # type: ignore[operator]
    with pytest.raises(DamagedInput, match="is not utf-8; try --encoding-errors replace"):
        read(tmp_path / "f", data)
    assert read(tmp_path / "f", data, ReadOptions(encoding_errors="replace"))[1][0] == "\ufffd\ufffd"
    assert read(tmp_path / "f", data, ReadOptions(encoding="latin-1"))[1][0] == "ÿþ"


JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffdb0043000806060706")


@pytest.mark.parametrize(
    ("data", "error", "message"),
    [
        (b"", UnknownFormat, "is empty"),
        (JPEG, UnknownFormat, "no known vector format"),
        (b"just some text\nof no format\n", UnknownFormat, "no known vector format"),
        (b"\x80\x04\x95\x10gensim", UnknownFormat, "a Python pickle, .*--trust-pickle"),
        (
            binary(["one", "two"], VECTORS)[:-1],
            DamagedInput,
            r"promises 2 rows of 3 values, the file ends within row 2",
        ),
        (binary(["one", "two"], VECTORS)[:20], DamagedInput, r"promises 2 rows"),
        (
            b"3000000 300\nabc \x00\x01",
            DamagedInput,
            r"promises 3,000,000 rows of 300 values, at least .* the file has 18",
        ),
        (b"2 1000000000000\nabc \x00\x01", DamagedInput, r"promises 1,000,000,000,000 values a row"),
        (b"9" * 5000 + b" 2\nabc \x00\x01", UnknownFormat, "no known vector format"),
        (b"2 0\nabc \x00\x01", DamagedInput, "promises 0 values"),
        (b"1 2\n" + b"\xff" * 70_000, DamagedInput, "row 1 has no word"),
        (as_text(["one"], VECTORS[:1], True).replace(b"1 3", b"4 3"), DamagedInput, "promises 4 rows, .* ends after 1"),
        (b"2 3\none 1 2 3\ntwo 1 2\n", DamagedInput, r"line 3: expected a word and 3 values, found 2 values"),
        (b"2 3\none 1 2 3\ntwo 1 x 2\n", DamagedInput, r"line 3: expected a word and 3 values, 'x' is no number"),
        (b"one 1 2 3\ntwo 1 2\n", DamagedInput, r"line 2: expected a word and 3 values, found 2 values"),
        (b"one 1 2 3\ntwo " + b"1" * 70_000 + b" 2 3\n", DamagedInput, r"line 2: longer than"),
    ],
)
def test_damaged_files_are_told_in_a_line(tmp_path: Path, data: bytes, error: type[DamagedInput], message: str) -> None:
    with pytest.raises(error, match=message):
        read(tmp_path / "f", data)


@settings(max_examples=200)
@given(
    st.one_of(
        st.binary(max_size=200),
        st.builds(
            lambda head, rest: head + rest, st.sampled_from([b"2 3\n", b"9 2\nab ", b"a 1 2\n"]), st.binary(max_size=99)
        ),
    )
)
def test_whatever_the_bytes_only_our_errors_come(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    try:
        _, found, vectors = read(tmp_path_factory.mktemp("f") / "f", data)
    except (DamagedInput, MissingExtra) as error:
        assert "\n" not in str(error)
    else:
        assert len(found) == len(vectors)


def test_detection_consumes_nothing(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(as_text(["one", "two"], VECTORS, header=True))
    with open_input(tmp_path / "f") as file:
        detect(file)
        assert file.stream.read(3) == b"2 3"
        assert isinstance(file.stream, io.BufferedReader)


def test_a_tab_within_a_value_is_told_with_its_line(tmp_path: Path) -> None:
    rows = b"".join(b"w%d 1 2 3\n" % number for number in range(9))
    with pytest.raises(DamagedInput, match=r"line 11: expected a word and 3 values, '2\\t5' is no number"):
        read(tmp_path / "v.txt", b"10 3\n" + rows + b"of 1.5 2\t5 3\n")


@pytest.mark.parametrize("first", ["x 0.1 0.2 0.3", "0.1 0.2", "XR10.1\t0.2\t0.3"])
def test_vectors_alone_with_a_damaged_first_line_have_no_numbers_as_words(tmp_path: Path, first: str) -> None:
    rows = "".join(f"{first if not at else f'-{at}.25 {at}.5 0.125'}\n" for at in range(12))
    with pytest.raises(DamagedInput, match="has vectors and no words"):
        read(tmp_path / "v.txt", rows.encode())
