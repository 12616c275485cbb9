"""Text and binary files of vectors whose rows are not what their first line says, or are written in another way."""

from __future__ import annotations

import base64
import gzip
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from tests.gensim_oracle import KeyedVectors
from tests.test_corpus_encoded import Told
from w2vcli.errors import BadSettings, DamagedInput
from w2vcli.models.directory import Model, open_model_directory
from w2vcli.models.formats.blocks import ReadOptions
from w2vcli.models.loading import load_vectors

WORDS = ["the", "king", "queen", "man", "woman", "apple", "fruit", "banana"]
VECTORS = np.random.default_rng(3).normal(size=(8, 10)).round(4).astype(np.float32)


def load(folder: Path, data: bytes, told: Told | None = None, reading: ReadOptions = ReadOptions()) -> Model:
    (folder / "v").write_bytes(data)
    load_vectors(folder / "v", folder / "v.w2v", reading, told or Told(), force=True)
    return open_model_directory(folder / "v.w2v")


def lines(words: list[str] = WORDS, vectors: npt.NDArray[np.float32] = VECTORS, separator: str = " ") -> list[str]:
    return [separator.join([word, *map(str, row)]) for word, row in zip(words, vectors, strict=True)]


def text(*rows: str) -> bytes:
    return "".join(f"{row}\n" for row in rows).encode()


def binary(words: list[str], vectors: npt.NDArray[np.floating], dtype: str = "<f4", between: bytes = b"") -> bytes:
    rows = [
        word.encode() + b" " + row.astype(dtype).tobytes() + between for word, row in zip(words, vectors, strict=True)
    ]
    return b"%d %d\n" % vectors.shape + b"".join(rows)


def is_loaded(model: Model, words: list[str] = WORDS) -> bool:
    return list(model.words) == words and np.array_equal(model.vectors[:], VECTORS)


@pytest.mark.parametrize(
    ("heading", "promised"),
    [
        ("8 10 7200", 8),
        ("# 8 10", 8),
        ("#8 10", 8),
        ("# made by hand\n8 10", 8),
        ("# made by hand", None),
        ("10", None),
        ("8 10", 8),
        ("8\t10\r", 8),
        ("\ufeff8 10", 8),
        ("\ufeff# a mark", None),
    ],
)
def test_a_heading_of_another_kind_is_no_row_and_is_told(tmp_path: Path, heading: str, promised: int | None) -> None:
    told = Told()
    assert is_loaded(load(tmp_path, text(heading, *lines()), told))
    is_usual = promised == 8 and len(heading.lstrip("\ufeff").split()) == 2 and "#" not in heading
    assert any("is taken for a heading" in message for message in told.messages) != is_usual
    if promised:
        with pytest.raises(
            DamagedInput, match="promises 8 rows, the file ends after 7; load and convert read these with --limit 7"
        ):
            load(tmp_path, text(heading, *lines()[:-1]))
        load(tmp_path, text(heading, *lines()[:-1]), reading=ReadOptions(limit=7))


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (["8 9", *lines()], "line 1 says that rows have 9 values, 8 of the first 8 rows have more .10 numbers"),
        (["10 8", *lines()], "line 1 says that rows have 8 values"),
        (["8 10", *(row.replace(" ", " 12 ", 1) for row in lines())], "line 1 says that rows have 10 values"),
        ([row.replace(" ", f" {900 - at} ", 1) for at, row in enumerate(lines())], "number 1 .* may be a count"),
        ([f"{row} {900 - at}" for at, row in enumerate(lines())], "number 11 .* may be a count"),
        (["8 11", *lines()], "line 2: expected a word and 11 values, found 10 values"),
        ([lines()[0].rpartition(" ")[0], *lines()[1:]], "line 1: expected a word and 10 values, found 9 values"),
        (["8 10", lines()[0].rpartition(" ")[0], *lines()[1:]], "line 2: expected a word and 10 .* found 9"),
        ([*lines()[:3], " ".join(lines()[3:5]), *lines()[5:]], "line 4: .* found 20 values; are there two rows"),
    ],
)
def test_rows_with_more_or_fewer_values_than_told_are_refused(tmp_path: Path, rows: list[str], message: str) -> None:
    with pytest.raises(DamagedInput, match=message):
        load(tmp_path, text(*rows))


@pytest.mark.parametrize("header", [["8 10"], []])
@pytest.mark.parametrize(
    ("spell", "message"),
    [
        (lambda row: row.replace(".", ","), "decimal comma"),
        (lambda row: row.replace(" ", ",").replace(",", " ", 1), "commas after values|no known vector format"),
        (lambda row: row.replace(" ", ", ").replace(",", "", 1), "commas after values|no known vector format"),
        (lambda row: row.replace(" ", ";").replace(";", " ", 1), "semicolons after values|no known vector format"),
        (lambda row: f"{row.partition(' ')[0]} [{row.partition(' ')[2]}]", "bracket|no known vector format"),
        (lambda row: row.split()[0] + " 1,234.5" * 10, "commas between thousands"),
        (lambda row: row.split()[0] + " 1.234,5" * 10, "decimal comma"),
        (lambda row: row.split()[0] + " 0x1.8p+1" * 10, "hexadecimal"),
        (lambda row: row.split()[0] + " 1.5D-03" * 10, "Fortran"),
        (lambda row: row.split()[0] + " 3:0.5 7:0.2", "a place and its value"),
    ],
)
def test_values_that_are_not_numbers_between_blanks_are_refused_and_never_taken_for_binary(
    tmp_path: Path, header: list[str], spell: object, message: str
) -> None:
    rows = [spell(row) for row in lines(["the", "왕", *WORDS[2:]])]  # type: ignore[operator]
    with pytest.raises(DamagedInput, match=message):
        load(tmp_path, text(*header, *rows))


@pytest.mark.parametrize("spelling", ["-1.#IND", "1.#QNAN", "-1.#IND00", "nan", "NaN", "-nan(ind)"])
def test_what_others_write_for_no_number_is_read_as_nan(tmp_path: Path, spelling: str) -> None:
    for header in (["8 10"], []):
        told = Told()
        model = load(tmp_path, text(*header, *(f"{row.rpartition(' ')[0]} {spelling}" for row in lines())), told)
        assert np.isnan(model.vectors[:][:, -1]).all()
        assert np.array_equal(model.vectors[:][:, :-1], VECTORS[:, :-1])
        assert any("NaN" in message for message in told.messages)


def test_infinity_in_microsofts_spelling_keeps_its_sign(tmp_path: Path) -> None:
    model = load(tmp_path, b"2 2\none 1.#INF 2\ntwo 3 -1.#INF\n")
    assert model.vectors[:].tolist() == [[np.inf, 2], [3, -np.inf]]


@pytest.mark.parametrize("first", ["5 5", "1990", "3.14", "1,000"])
def test_a_few_words_may_be_numbers_or_hold_blanks_and_numbers(tmp_path: Path, first: str) -> None:
    for header in (["8 10"], []):
        told = Told()
        assert is_loaded(load(tmp_path, text(*header, *lines([first, *WORDS[1:]])), told), [first, *WORDS[1:]])
        assert any("parts of their words" in message for message in told.messages) == (first == "5 5")


def test_all_words_may_be_numbers(tmp_path: Path) -> None:
    numbers = [str(number) for number in range(8)]
    for header in (["8 10"], []):
        assert is_loaded(load(tmp_path, text(*header, *lines(numbers))), numbers)


@pytest.mark.parametrize("end", ["", " ", "\t ", "\r", " \r"])
@pytest.mark.parametrize("separator", [" ", "\t", "  ", " \t"])
def test_blanks_of_all_kinds_separate_values(tmp_path: Path, separator: str, end: str) -> None:
    for header in (["8 10"], []):
        assert is_loaded(load(tmp_path, text(*header, *(row + end for row in lines(separator=separator)))))


def test_words_of_tabs_and_form_feeds_are_those_that_gensim_reads(tmp_path: Path) -> None:
    data = b"4 3\nthe 1 2 3\n\t 3 2 1\na\tb 1 1 1\n\x0c 2 2 2\n"
    model = load(tmp_path, data)
    oracle = KeyedVectors.load_word2vec_format(str(tmp_path / "v"))
    assert list(model.words) == oracle.index_to_key == ["the", "\t", "a\tb", "\x0c"]
    assert np.array_equal(model.vectors[:], oracle.vectors)


def test_a_binary_file_with_more_rows_than_promised_is_told_as_the_text_is(tmp_path: Path) -> None:
    for between in (b"", b"\n"):
        told = Told()
        model = load(tmp_path, binary(WORDS, VECTORS, between=between).replace(b"8 10", b"7 10"), told)
        assert list(model.words) == WORDS[:7]
        assert any("promises 7 rows, what follows them was left out" in message for message in told.messages)


@pytest.mark.parametrize("dtype", ["<f8", ">f4", ">f8", "<f2"])
@pytest.mark.parametrize("between", [b"", b"\n"])
def test_other_types_of_numbers_in_a_binary_file_are_recognised_and_told(
    tmp_path: Path, dtype: str, between: bytes
) -> None:
    told = Told()
    model = load(tmp_path, binary(WORDS, VECTORS, dtype, between), told)
    assert list(model.words) == WORDS
    assert np.array_equal(model.vectors[:], VECTORS.astype(dtype).astype(np.float32))
    assert any("its values seem to be" in message for message in told.messages)


@pytest.mark.parametrize("between", [b"", b"\n"])
@pytest.mark.parametrize("at", [0, 3, 7])
def test_words_with_blanks_in_a_binary_file_are_whole(tmp_path: Path, at: int, between: bytes) -> None:
    words = [*WORDS[:at], "New York 한국어 city", *WORDS[at + 1 :]]
    told = Told()
    assert is_loaded(load(tmp_path, binary(words, VECTORS, between=between), told), words)
    assert any("1 words seem to have blanks" in message for message in told.messages)


@pytest.mark.parametrize("size", [9, 12])
def test_a_binary_file_whose_header_has_another_width_is_refused(tmp_path: Path, size: int) -> None:
    data = binary(WORDS, VECTORS).replace(b"8 10", b"8 %d" % size)
    with pytest.raises(DamagedInput, match=f"says that rows have {size} values, they seem to have 10"):
        load(tmp_path, data)


def test_bytes_that_are_no_words_are_not_replaced_where_rows_do_not_line_up(tmp_path: Path) -> None:
    data = b"20 10\n" + np.random.default_rng(5).bytes(20_000)
    with pytest.raises(DamagedInput, match="is no text, and the values after it are not such as vectors have"):
        load(tmp_path, data, reading=ReadOptions(encoding_errors="replace"))


def test_a_binary_file_that_lost_bytes_is_told(tmp_path: Path) -> None:
    data = binary([f"w{row}" for row in range(200)], np.tile(VECTORS, (25, 1)))
    told = Told()
    load(tmp_path, data[:5000] + data[5003:] + b" " * 3, told)
    assert any("rows have values that vectors hardly have" in message for message in told.messages)


@pytest.mark.parametrize("header", [["8 10"], []])
def test_bad_rows_are_left_out_if_that_is_wanted_and_told_with_their_lines(tmp_path: Path, header: list[str]) -> None:
    rows = lines()
    rows[3] = rows[3].replace(" ", "", 1)
    rows[5] = rows[5].replace(".", "x", 1)
    data, first = text(*header, *rows), len(header) + 4
    with pytest.raises(DamagedInput, match=f"line {first}: .* leave such rows out with --skip-bad-rows"):
        load(tmp_path, data)
    told = Told()
    model = load(tmp_path, data, told, ReadOptions(skip_bad_rows=True))
    assert list(model.words) == [word for at, word in enumerate(WORDS) if at not in {3, 5}]
    assert np.array_equal(model.vectors[:], np.delete(VECTORS, [3, 5], axis=0))
    assert f"2 rows left out: they are no word with its values (lines {first}, {first + 2})" in told.messages


def test_leaving_rows_out_is_not_advised_where_none_would_be_left(tmp_path: Path) -> None:
    with pytest.raises(DamagedInput) as raised:
        load(tmp_path, text("8 10", *(row.replace(".", ",") for row in lines())))
    assert "--skip-bad-rows" not in str(raised.value)


def test_what_means_nothing_to_a_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="--skip-bad-rows is for text"):
        load(tmp_path, binary(WORDS, VECTORS), reading=ReadOptions(skip_bad_rows=True))
    with pytest.raises(BadSettings, match="--vocabulary is for files that have vectors alone"):
        load(tmp_path, text(*lines()), reading=ReadOptions(vocabulary=tmp_path / "v"))


@pytest.mark.parametrize("heading", [["8 10 7200"], ["8 10"], []])
def test_words_in_base64_as_dl4j_writes_them_are_decoded_and_that_is_told(tmp_path: Path, heading: list[str]) -> None:
    words = ["the", "소녀", " a b ", *WORDS[3:]]
    rows = lines([f"B64:{base64.b64encode(word.encode()).decode()}" for word in words])
    told = Told()
    assert is_loaded(load(tmp_path, text(*heading, *rows), told), words)
    assert any("base64" in message for message in told.messages)


def test_words_that_only_look_like_base64_stay_as_they_are(tmp_path: Path) -> None:
    words = [f"B64:{word}=" for word in WORDS]
    assert is_loaded(load(tmp_path, text("8 10 7200", *lines(words))), words)


def test_lines_that_end_in_carriage_returns_are_told_with_what_helps(tmp_path: Path) -> None:
    for header in (["8 10"], []):
        data = text(*header, *lines()).replace(b"\n", b"\r")
        with pytest.raises(DamagedInput, match="carriage returns alone; write newlines for them"):
            load(tmp_path, data)
        assert is_loaded(load(tmp_path, data.replace(b"\r", b"\n")))


@pytest.mark.parametrize("separator", [" ", "\t"])
def test_numbers_without_words_are_not_taken_for_words(tmp_path: Path, separator: str) -> None:
    """As numpy's ``savetxt`` writes them."""
    rows = [row.partition(" ")[2].replace(" ", separator) for row in lines()]
    with pytest.raises(DamagedInput, match="has vectors and no words"):
        load(tmp_path, text(*rows))
    (tmp_path / "w").write_text("\n".join(WORDS))
    assert is_loaded(load(tmp_path, text(*rows), reading=ReadOptions(vocabulary=tmp_path / "w")))


@pytest.mark.parametrize("separator", [" ", "\t"])
@pytest.mark.parametrize("first", [0, 1, 501])
def test_numbers_of_rows_are_no_parts_of_words(tmp_path: Path, separator: str, first: int) -> None:
    for header in (["8 10"], []):
        rows = [f"{first + at}{separator}{row}" for at, row in enumerate(lines(separator=separator))]
        with pytest.raises(DamagedInput, match="begin with their numbers"):
            load(tmp_path, text(*header, *rows))


def test_words_in_quotation_marks_stay_so_and_that_is_told(tmp_path: Path) -> None:
    told = Told()
    words = [f'"{word}"' for word in WORDS]
    assert is_loaded(load(tmp_path, text(*lines(words)), told), words)
    assert any("quotation marks, which were kept" in message for message in told.messages)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n", "a pointer of Git LFS"),
        (b"<!DOCTYPE html><html><body>404 Not Found</body></html>\n", "a web page"),
        (text(*lines(separator=",")), "has commas after values; write blanks for them"),
        (text("word,a,b", *lines(separator=";")), "has semicolons after values; write blanks for them"),
        (text(*(f"{word} [0.1, 0.25]" for word in WORDS)), "ends with a bracket; leave brackets and commas out"),
        (b'<?xml version="1.0"?>\n<Error><Code>AccessDenied</Code></Error>\n', "a server's error; download the file"),
        (b'{"king": [0.5, 0.25], "queen": [0.5, 0.75]}\n', "JSON; write a line for each word"),
        (b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", "a PDF"),
        (b"SQLite format 3\0" + bytes(90), "an SQLite database"),
        (b"\x89HDF\r\n\x1a\n" + bytes(90), "HDF5"),
        (gzip.compress(gzip.compress(text(*lines()))), "compressed twice; unpack it once first"),
        (b"the king and the queen\n" * 9, "w2v train learns vectors from text"),
        (b"text,label\n" + b"good film,pos\n" * 9, "text without rows of a word and two numbers"),
    ],
)
def test_text_in_no_known_format_is_told_apart(tmp_path: Path, data: bytes, message: str) -> None:
    with pytest.raises(DamagedInput, match=f"no known vector format.*{message}"):
        load(tmp_path, data)


def test_rows_that_all_begin_with_blanks_are_refused_and_the_advice_reads_them(tmp_path: Path) -> None:
    for header in (["8 10"], []):
        with pytest.raises(DamagedInput, match=r"all rows begin with blanks.*sed"):
            load(tmp_path, text(*header, *(f" {row}" for row in lines())))
        with pytest.raises(DamagedInput, match=r"all rows begin with blanks.*sed"):
            load(tmp_path, text(*header, *(f"\t{row}" for row in lines())))


@pytest.mark.parametrize("sign", [":", " ="])
def test_signs_at_the_end_of_all_words_stay_and_are_told(tmp_path: Path, sign: str) -> None:
    told, words = Told(), [word + sign for word in WORDS]
    assert is_loaded(load(tmp_path, text(*lines(words)), told), words)
    assert any(f"all words end with {sign.strip()}, which was kept" in message for message in told.messages)


def test_a_second_header_that_is_left_out_takes_no_row_with_it(tmp_path: Path) -> None:
    data, told = text("8 10", "8 10", *lines()), Told()
    assert is_loaded(load(tmp_path, data, told, ReadOptions(skip_bad_rows=True)))
    assert not any("what follows them was left out" in message for message in told.messages)


def test_a_header_of_too_many_values_in_a_binary_file_is_told_with_the_right_number(tmp_path: Path) -> None:
    data = binary(WORDS, VECTORS, between=b"\n").replace(b"8 10", b"8 11", 1)
    with pytest.raises(DamagedInput, match="line 1 says that rows have 11 values, they seem to have 10"):
        load(tmp_path, data)


def test_an_array_named_as_the_file_of_words_is_no_reason_to_replace_what_is_no_text(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", VECTORS)
    with pytest.raises(DamagedInput, match="is no word; the file is damaged, or not one of words"):
        load(tmp_path, (tmp_path / "a.npy").read_bytes(), reading=ReadOptions(vocabulary=tmp_path / "a.npy"))


def test_lines_of_windows_in_a_binary_file_are_no_parts_of_words(tmp_path: Path) -> None:
    assert is_loaded(load(tmp_path, binary(WORDS, VECTORS, between=b"\r\n")))


def test_a_binary_file_that_breaks_off_names_the_limit_that_helps(tmp_path: Path) -> None:
    data = binary(WORDS, VECTORS)[:-1]
    with pytest.raises(DamagedInput, match="ends within row 8; load and convert read those before with --limit 7"):
        load(tmp_path, data)
    assert list(load(tmp_path, data, reading=ReadOptions(limit=7)).words) == WORDS[:7]


def test_a_short_binary_file_of_long_words_is_no_text(tmp_path: Path) -> None:
    values = np.array([[-1.1754942e-38]], dtype="<f4")
    model = load(tmp_path, b"1 1\n" + b"w" * 200 + b" " + values.tobytes() + b"\n")
    assert list(model.words) == ["w" * 200]
    assert model.vectors[:].tobytes() == values.tobytes()
