"""Tables of vectors: what pyarrow writes is read, and what we write pyarrow reads."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.test_corpus_encoded import Told
from tests.test_models_convert import ODD_WORDS, load, write
from w2vcli.errors import DamagedInput
from w2vcli.models.formats.blocks import Block
from w2vcli.models.formats.format_table import find_sink
from w2vcli.models.formats.sinks import RowFacts
from w2vcli.reporting import SILENT

pa = pytest.importorskip("pyarrow")
feather = pytest.importorskip("pyarrow.feather")
parquet = pytest.importorskip("pyarrow.parquet")


@pytest.mark.parametrize(
    ("ending", "read"),
    [("parquet", parquet.read_table), ("arrow", feather.read_table), ("feather", feather.read_table)],
)
def test_pyarrow_reads_our_tables(tmp_path: Path, ending: str, read: Callable[[str], Any]) -> None:
    path = write(tmp_path, f"v.{ending}", ODD_WORDS, np.ones((len(ODD_WORDS), 3)), counts=range(len(ODD_WORDS)))
    table = read(str(path))
    table.validate(full=True)
    word, vector, count = table.schema.types
    assert (word, vector.value_type, vector.list_size, count) == (pa.string(), pa.float32(), 3, pa.int64())
    assert table.to_pydict() == {
        "word": ODD_WORDS,
        "vector": [[1.0] * 3] * len(ODD_WORDS),
        "count": list(range(len(ODD_WORDS))),
    }


def test_parquet_has_large_groups_of_values_without_a_dictionary(tmp_path: Path) -> None:
    sink = find_sink(tmp_path / "v.parquet", force=False)
    values = np.random.default_rng(0).normal(size=(70_000, 8)).astype(np.float32)
    rows = RowFacts(len(values), 8, has_counts=False, settings={}, weights={})
    with sink.open(rows, SILENT) as append:
        for start in range(0, len(values), 7000):
            append(Block([f"w{start + at}" for at in range(7000)], values[start : start + 7000]))
    table = parquet.ParquetFile(tmp_path / "v.parquet")
    groups = [table.metadata.row_group(at) for at in range(table.metadata.num_row_groups)]
    assert [group.num_rows for group in groups] == [35_000, 35_000]
    vector = groups[0].column(1)
    assert (vector.compression, "BYTE_STREAM_SPLIT" in vector.encodings) == ("ZSTD", True)
    assert not any("DICTIONARY" in encoding for at in (0, 1) for encoding in groups[0].column(at).encodings)
    assert (tmp_path / "v.parquet").stat().st_size < 0.95 * values.nbytes + 8 * len(values)
    found = table.read()["vector"].combine_chunks().flatten().to_numpy().reshape(values.shape)
    assert np.array_equal(found, values)


# --- files of gensim, read by us

LISTS = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [0.5, -0.25, 0.0]]
NAMES = ["king", "소녀", ""]


def write_parquet(table: Any, path: Path) -> None:
    parquet.write_table(table, path, row_group_size=2)


def write_feather(table: Any, path: Path) -> None:
    feather.write_feather(table, str(path), chunksize=2)


def write_plain_arrow(table: Any, path: Path) -> None:
    feather.write_feather(table, str(path), compression="uncompressed", chunksize=2)


WRITERS = pytest.mark.parametrize("store", [write_parquet, write_feather, write_plain_arrow])


@WRITERS
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("lists", [pa.list_, pa.large_list, lambda of: pa.list_(of, 3)], ids=["list", "large", "fixed"])
def test_a_column_of_lists_is_read_whatever_its_type(
    tmp_path: Path, store: Callable[[Any, Path], None], lists: Callable[[Any], Any], dtype: str
) -> None:
    column = pa.array(list(np.array(LISTS, dtype)), type=lists(pa.from_numpy_dtype(dtype)))
    store(pa.table({"id": [7, 8, 9], "text": NAMES, "embedding": column}), tmp_path / "t")
    found = load(tmp_path / "t")
    assert (list(found.words), found.vectors[:].tolist(), found.counts) == (NAMES, LISTS, None)


@WRITERS
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_a_column_for_each_dimension_is_read_in_their_order(
    tmp_path: Path, store: Callable[[Any, Path], None], dtype: str
) -> None:
    columns = {str(at): np.array(LISTS, dtype)[:, at] for at in (0, 1, 2)}
    store(pa.table(columns | {"__index_level_0__": NAMES, "count": [3, 2, 1]}), tmp_path / "t")
    found = load(tmp_path / "t")
    assert (list(found.words), found.vectors[:].tolist()) == (NAMES, LISTS)
    assert found.counts is not None
    assert found.counts.tolist() == [3, 2, 1]


@pytest.mark.parametrize(
    "kind", [pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int8(), pa.string())], ids=str
)
def test_words_are_read_as_pandas_and_polars_write_them(tmp_path: Path, kind: Any) -> None:
    words = pa.array(NAMES).cast(kind) if kind != pa.string_view() else pa.array(NAMES, type=kind)
    schema = pa.schema([("word", kind), ("vector", pa.list_(pa.float32()))])
    batch = pa.record_batch([words, pa.array(LISTS, type=pa.list_(pa.float32()))], schema=schema)
    with pa.OSFile(str(tmp_path / "t"), "wb") as stream, pa.ipc.new_file(stream, schema) as writer:
        writer.write_batch(batch)
    assert list(load(tmp_path / "t").words) == NAMES


@WRITERS
@pytest.mark.parametrize(
    "counts",
    [
        *(pa.array([3, None, 1]), pa.array([3.0, 2.0, 1.0]), pa.array(["3", "2", "1"]), pa.array([3, -2, 1])),
        pa.array([2**64 - 1, 2, 1], pa.uint64()),
    ],
    ids=str,
)
def test_a_column_of_counts_that_are_not_all_whole_numbers_is_left_out(
    tmp_path: Path, store: Callable[[Any, Path], None], counts: Any
) -> None:
    columns = {str(at): [row[at] for row in LISTS] for at in range(3)}
    store(pa.table({"word": NAMES, "count": counts} | columns), tmp_path / "t")
    found = load(tmp_path / "t")
    assert (found.vectors[:].tolist(), found.counts) == (LISTS, None)


@WRITERS
def test_the_first_rows_of_a_table(tmp_path: Path, store: Callable[[Any, Path], None]) -> None:
    store(pa.table({"word": ["a", "b", "c", "d", "e"], "vector": [[1.0, at] for at in range(5)]}), tmp_path / "t")
    found = load(tmp_path / "t", limit=3)
    assert (list(found.words), found.vectors[:].tolist()) == (["a", "b", "c"], [[1, 0], [1, 1], [1, 2]])


def test_float64_beyond_float32_becomes_infinity_and_is_told(tmp_path: Path) -> None:
    write_parquet(pa.table({"word": ["a", "b"], "vector": [[1e300, 1.0], [1.0, 2.0]]}), tmp_path / "t")
    told = Told()
    assert load(tmp_path / "t", told).vectors[:].tolist() == [[np.inf, 1], [1, 2]]
    assert told.messages == ["1 rows have NaN or infinity in their vector"]


FLOATS = pa.list_(pa.float64())


@WRITERS
@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"word": NAMES, "vector": [[1.0, 2.0], [3.0], [4.0, 5.0]]}, r"expected 2 values in each list, found \[1, 2\]"),
        ({"word": NAMES, "vector": [[1.0], [2.0, 3.0, 4.0], [5.0]]}, r"expected 1 values in each list, found \[1, 3\]"),
        ({"word": NAMES, "vector": [[1.0, 2.0], None, [3.0, 4.0]]}, "empty cells among the words or the values"),
        ({"word": NAMES, "vector": [[1.0, 2.0], [None, 1.0], [3.0, 4.0]]}, "empty cells among the values"),
        ({"word": ["a", None, "b"], "vector": LISTS}, "empty cells among the words or the values"),
        ({"word": NAMES, "one": [1.0, None, 2.0], "two": [1.0, 2.0, 3.0]}, "empty cells among the words or the values"),
        ({"word": NAMES, "vector": [None, [1.0], [2.0]]}, "no list in the first row of the column vector"),
        ({"word": NAMES, "vector": pa.array([[], [], []], FLOATS)}, "promises 0 values a row"),
        ({"word": pa.array([], pa.string()), "vector": pa.array([], FLOATS)}, "no list in the first row"),
        ({"id": [1, 2, 3], "vector": LISTS}, r"a column of words .* there is: id \(int64\), vector \(list<"),
        ({"word": NAMES, "name": NAMES}, r"a column of words .* there is: word \(string\), name \(string\)"),
        ({"word": NAMES, "vector": [["a"], ["b"], ["c"]]}, "a column of words and one of lists of numbers are needed"),
    ],
)
def test_tables_that_are_no_vectors_are_told(
    tmp_path: Path, store: Callable[[Any, Path], None], columns: dict[str, Any], message: str
) -> None:
    store(pa.table(columns), tmp_path / "t")
    with pytest.raises(DamagedInput, match=message):
        load(tmp_path / "t")
    assert [path.name for path in tmp_path.iterdir()] == ["t"]


def test_a_table_of_words_and_one_number_has_vectors_of_one_value(tmp_path: Path) -> None:
    write_parquet(pa.table({"word": NAMES, "score": [1.0, 2.0, 3.0]}), tmp_path / "t")
    assert load(tmp_path / "t").vectors[:].tolist() == [[1], [2], [3]]


def test_a_column_whose_name_comes_twice_is_not_guessed(tmp_path: Path) -> None:
    table = pa.Table.from_arrays([pa.array(NAMES), pa.array(NAMES), pa.array(LISTS)], names=["word", "word", "vector"])
    write_plain_arrow(table, tmp_path / "t")
    with pytest.raises(DamagedInput, match=r"there is: word \(string\), word \(string\), vector"):
        load(tmp_path / "t")


@WRITERS
def test_a_table_that_breaks_off_is_told_wherever_it_does(tmp_path: Path, store: Callable[[Any, Path], None]) -> None:
    store(pa.table({"word": NAMES, "vector": LISTS}), tmp_path / "t")
    whole = (tmp_path / "t").read_bytes()
    for size in [*range(8, len(whole), 37), len(whole) - 1]:
        (tmp_path / "t").write_bytes(whole[:size])
        with pytest.raises(DamagedInput):
            load(tmp_path / "t")


def test_a_word_that_is_no_text_is_told(tmp_path: Path) -> None:
    write_plain_arrow(pa.table({"word": ["QQ", "b", "c"], "vector": LISTS}), tmp_path / "t")
    (tmp_path / "t").write_bytes((tmp_path / "t").read_bytes().replace(b"QQ", b"\xff\xfe"))
    with pytest.raises(DamagedInput, match="UTF8"):
        load(tmp_path / "t")
