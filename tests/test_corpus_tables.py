"""Tables of texts: their layout is told by content, and what is none of its kind is one line."""

from __future__ import annotations

import csv
import gzip
import io
import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from w2vcli.corpus.sources import SourceText
from w2vcli.corpus.table_rows import TextTable
from w2vcli.corpus.tables import has_column, open_table
from w2vcli.errors import BadCorpus
from w2vcli.inputs import open_input

ROWS = [["a good, fine film", "1"], ['she said "no"', "0"], ["5'", "1"]]


def read(path: Path, *columns: str) -> tuple[TextTable, list[list[str]]]:
    with open_input(path) as file:
        table = open_table(file, SourceText(file), columns)
        assert table is not None
        table.require(columns)
        return table, list(table.rows(columns))


def written(folder: Path, name: str, data: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def rows_written(folder: Path, name: str, rows: Sequence[Mapping[str, object]]) -> Path:
    if name.endswith(".parquet"):
        pa = pytest.importorskip("pyarrow")
        pytest.importorskip("pyarrow.parquet").write_table(pa.Table.from_pylist(list(rows)), folder / name)
        return folder / name
    lines = map(json.dumps, rows)
    return written(folder, name, json.dumps(rows) if name.endswith(".json") else "\n".join(lines))


def as_csv(rows: list[list[str]], delimiter: str = ",", **layout: object) -> str:
    made = io.StringIO()
    csv.writer(made, delimiter=delimiter, **layout).writerows([["text", "label"], *rows])  # type: ignore[arg-type]
    return made.getvalue()


def as_objects(rows: list[list[str]]) -> list[dict[str, str]]:
    return [{"text": text, "label": label} for text, label in rows]


LAYOUTS = {
    "comma.csv": as_csv(ROWS),
    "semicolon.csv": as_csv(ROWS, ";"),
    "tab.csv": as_csv(ROWS, "\t"),
    "bar.txt": as_csv(ROWS, "|"),
    "comma.txt": as_csv(ROWS),
    "all-quoted.csv": as_csv(ROWS, quoting=csv.QUOTE_ALL),
    "backslash.csv": as_csv(ROWS, doublequote=False, escapechar="\\", quoting=csv.QUOTE_ALL),
    "blanks.csv": 'label, text\n1, "a good, fine film"\n0, "she said ""no"""\n1, 5\'\n',
    "plain.tsv": 'text\tlabel\na good, fine film\t1\nshe said "no"\t0\n5\'\t1\n',
    "plain.txt": 'text\tlabel\r\na good, fine film\t1\r\nshe said "no"\t0\r\n5\'\t1\r\n',
    "returns.csv": as_csv(ROWS).replace("\r\n", "\r"),
    "marked.csv": "\ufeff" + as_csv(ROWS),
    "lines.jsonl": "\n".join(map(json.dumps, as_objects(ROWS))),
    "lines.json": "\n".join(map(json.dumps, as_objects(ROWS))),
    "lines.txt": "\n".join(map(json.dumps, as_objects(ROWS))),
    "array.json": json.dumps(as_objects(ROWS)),
    "array.txt": json.dumps(as_objects(ROWS), indent=2),
    "around.json": json.dumps({"version": 1, "data": as_objects(ROWS)}, indent=2),
    "around-line.json": json.dumps({"version": 1, "data": as_objects(ROWS)}),
    "columns.json": json.dumps({"text": [row[0] for row in ROWS], "label": [row[1] for row in ROWS]}),
    "pandas.json": json.dumps({"text": {str(n): row[0] for n, row in enumerate(ROWS)}}).rstrip("}")
    + '}, "label": {"0": "1", "1": "0", "2": "1"}}',
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_layout_is_told_by_its_content(tmp_path: Path, name: str) -> None:
    table, found = read(written(tmp_path, name, LAYOUTS[name]), "text", "label")
    assert found == ROWS, table.kind


def test_parquet_is_told_by_its_content_and_read_from_a_stream_too(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    columns = {"text": [row[0] for row in ROWS], "label": [int(row[1]) for row in ROWS]}
    parquet.write_table(pa.table(columns), tmp_path / "a.dat")
    assert read(tmp_path / "a.dat", "text", "label")[1] == ROWS
    compressed = written(tmp_path, "b.gz", gzip.compress((tmp_path / "a.dat").read_bytes()))
    assert read(compressed, "text", "label")[1] == ROWS


def test_parquet_whose_text_is_no_utf_8_is_one_line(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    array = pa.StringArray.from_buffers(1, pa.py_buffer(b"\0\0\0\0\1\0\0\0"), pa.py_buffer(b"\x80"))
    parquet.write_table(pa.table({"text": array}), tmp_path / "a.parquet")
    with pytest.raises(BadCorpus, match="cannot be read as Parquet"):
        read(tmp_path / "a.parquet", "text")


def test_prose_is_no_table(tmp_path: Path) -> None:
    for data in ("One, two.\nThree.\n", "word\n", "", "[1] A note.\n", "{braces}\n"):
        with open_input(written(tmp_path, "a.txt", data)) as file:
            text = SourceText(file)
            assert not has_column(text, "text")
            assert open_table(file, text) is None


@pytest.mark.parametrize("name", ["t.jsonl", "t.json", "t.parquet"])
def test_lists_of_tokens_are_joined_and_said(tmp_path: Path, name: str) -> None:
    rows: list[dict[str, object]] = [{"tokens": ["a", "good", "film"]}, {"tokens": []}]
    table, found = read(rows_written(tmp_path, name, rows), "tokens")
    assert found == [["a good film"], [""]]
    assert (table.joined, table.divided) == (True, 0)


@pytest.mark.parametrize("name", ["t.jsonl", "t.parquet"])
def test_a_list_of_tokens_is_one_sentence_whatever_is_in_them(tmp_path: Path, name: str) -> None:
    rows = [{"tokens": ["a", "new\nfilm", "", "\n", "New York", "."]}, {"tokens": ["b"]}]
    table, found = read(rows_written(tmp_path, name, rows), "tokens")
    assert found == [["a new film New York ."], ["b"]]
    assert (table.divided, table.divided_example) == (2, "new\nfilm")


@pytest.mark.parametrize("name", ["t.jsonl", "t.parquet"])
def test_lists_of_sentences_of_tokens_have_a_line_for_each(tmp_path: Path, name: str) -> None:
    rows: list[dict[str, object]] = [{"text": [["a", "b"], ["c d"]]}, {"text": []}, {"text": [[], ["e"]]}]
    assert read(rows_written(tmp_path, name, rows), "text")[1] == [["a b\nc d"], [""], ["\ne"]]


@pytest.mark.parametrize("row", [{"ids": [1, 2]}, {"ids": [["a"], "b"]}])
def test_lists_of_anything_else_are_refused(tmp_path: Path, row: dict[str, object]) -> None:
    with pytest.raises(BadCorpus, match=r"line 1: ids is no text but \["):
        read(rows_written(tmp_path, "t.jsonl", [row]), "ids")


def test_a_lone_quotation_mark_in_a_tsv_swallows_no_row(tmp_path: Path) -> None:
    lines = [f"text {number}\t{number % 2}" for number in range(5000)]
    lines[100] = '"text 100\t0'
    found = read(written(tmp_path, "t.tsv", "text\tlabel\n" + "\n".join(lines)), "text", "label")[1]
    assert len(found) == 5000
    assert found[100] == ['"text 100', "0"]


@pytest.mark.parametrize("at", [10, 4000])
def test_a_lone_quotation_mark_in_a_csv_swallows_no_row_in_silence(tmp_path: Path, at: int) -> None:
    lines = [f'"text, {number} and some words so that the file is long",{number % 2}' for number in range(5000)]
    lines[at] = f'"text {at},0'
    path = written(tmp_path, "t.csv", "text,label\n" + "\n".join(lines))
    with pytest.raises(BadCorpus, match=rf"row {at + 2:,}, before line [\d,]+: quotation marks are not in pairs"):
        read(path, "text", "label")


def test_a_csv_that_never_heard_of_quotation_marks_is_read_as_it_stands(tmp_path: Path) -> None:
    path = written(tmp_path, "t.csv", 'text,label\n"open,1\nno "mark" here,0\nlast",1\n')
    table, found = read(path, "text", "label")
    assert found == [['"open', "1"], ['no "mark" here', "0"], ['last"', "1"]]
    assert "without quotation marks" in table.kind


def test_a_tsv_with_line_breaks_in_quotation_marks(tmp_path: Path) -> None:
    path = written(tmp_path, "t.tsv", '\ufeffid\tdocument\tlabel\n1\tgood film\t1\n2\t"bad\nawful film"\t0\n')
    assert read(path, "document", "label")[1] == [["good film", "1"], ["bad\nawful film", "0"]]


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("t.csv", "text,label\na,b,1\n", r"row 2 has 3 columns, the first row 2: a text that holds what parts"),
        ("t.csv", "text,label\na,1\nb\n", "row 3 has 1 columns, label is number 2"),
        ("t.jsonl", "[" * 100_000, "line 1 is no JSON that can be read: too deeply nested"),
        ("t.json", "[" * 100_000, "is no JSON that can be read: too deeply nested"),
        ("t.json", "[1, 2]", "an array of JSON objects is needed"),
        ("t.json", '{"a": 1}\n{', "line 2 is no JSON"),
        ("t.json", "[{]", "is no JSON"),
        ("t.jsonl", '{"text": {"a": 1}, "label": 1}', 'line 1: text is no text but {"a": 1}'),
        ("t.csv", "", "has no column text; it has: none"),
        ("t.csv", "text,text,label\na,b,1\n", "has several columns text; give them names of their own"),
    ],
)
def test_what_is_no_row_of_a_table_is_one_line(tmp_path: Path, name: str, data: str, message: str) -> None:
    with pytest.raises(BadCorpus, match=message) as raised:
        read(written(tmp_path, name, data), "text", "label")
    assert len(str(raised.value).splitlines()) == 1
    assert len(str(raised.value)) < 400


def test_a_cell_without_end_is_refused(tmp_path: Path) -> None:
    for name, data in (
        ("t.csv", f'text,label\n"{"x" * (65 << 20)}",1\n'),
        ("t.tsv", f"text\tlabel\n{'x' * (65 << 20)}\t1"),
    ):
        with pytest.raises(BadCorpus, match=r"more than [\d,]+ characters"):
            read(written(tmp_path, f"{name}.gz", gzip.compress(data.encode(), 1)), "text", "label")


cells = st.text(st.characters(codec="utf-8", exclude_characters="\r\0", exclude_categories=["Cs"]), max_size=12)


@given(st.lists(st.tuples(cells, cells).map(list), min_size=1, max_size=8), st.sampled_from(",;\t|"))
@example([["\n", ""]], "\t")
@example([["", ""]], "\t")
def test_what_python_writes_as_csv_is_read_as_it_was(rows: list[list[str]], delimiter: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        data = as_csv(rows, delimiter, quoting=csv.QUOTE_ALL)
        _, found = read(written(Path(folder), "t.csv", data), "text", "label")
    assert found == rows
