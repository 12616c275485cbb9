"""Reading as a whole: what is counted, in how many processes, from which tables, and from the cache."""

from __future__ import annotations

import gzip
import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import W2v
from tests.file_server import Server
from tests.test_corpus_encoded import Told, read
from tests.test_corpus_tables import rows_written
from w2vcli.corpus import batches
from w2vcli.corpus.cache import cached_corpora, clear_cache, read_with_cache
from w2vcli.corpus.encoded import EncodedCorpus
from w2vcli.corpus.reading import Reading
from w2vcli.corpus.sentences import Lines
from w2vcli.errors import BadCorpus, DownloadFailed, MissingExtra

ROWS = [("the king", "1"), ('a "queen"\nand more', "0"), ("", "1"), ("소녀가 왔다", "0")]
WORDS = [["the", "king"], ["a", "queen"], ["and", "more"], ["소녀가", "왔다"]]


def sentences(corpus: EncodedCorpus) -> list[list[str]]:
    return list(corpus.sentences(100))


@given(st.text(alphabet="ab \n\t\u2028", max_size=30), st.lists(st.integers(0, 30), max_size=4))
def test_lines_are_counted_wherever_the_text_is_cut(text: str, cuts: list[int]) -> None:
    bounds = sorted({0, len(text), *(min(cut, len(text)) for cut in cuts)})
    parts = [text[start:stop] for start, stop in pairwise(bounds)]
    lines = Lines()
    assert list(lines.count_in(parts)) == parts
    expected = text.split("\n")[: -1 if text.endswith("\n") or not text else None]
    assert (lines.count, lines.empty) == (len(expected), sum(not line.strip() for line in expected))


def test_everything_odd_in_a_text_is_counted(tmp_path: Path) -> None:
    (tmp_path / "t").write_bytes(
        b"\xef\xbb\xbfking queen\r\n\r\n  \r\nking\xe2\x80\xa8queen \xff\xfe king\n\n" + b"word " * 400_000 + b"\nlast"
    )
    corpus = read(tmp_path, tmp_path / "t", encoding_errors="replace")
    found = corpus.read
    assert (found.lines, found.empty_lines, found.undecodable_bytes, found.sentences) == (7, 3, 2, 4)
    assert found.words == found.tokens == 2 + 3 + 400_000 + 1
    assert found.bytes == (tmp_path / "t").stat().st_size


def test_words_that_are_left_out_are_counted(tmp_path: Path) -> None:
    (tmp_path / "t").write_text("the 7 kings of 1,000 and the 3rd queen")
    corpus = read(tmp_path, tmp_path / "t", keep_numbers=False, stop_words=("the", "of"))
    assert corpus.words == ["kings", "and", "3rd", "queen"]
    assert (corpus.read.words, corpus.read.tokens) == (10, 4)
    assert (corpus.read.stop_words, corpus.read.numbers) == (3, 3)


def test_several_processes_read_what_one_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "".join(f"word{n % 97} and word{n % 31}. " + "\n" * (n % 5 == 0) for n in range(3000))
    (tmp_path / "t").write_text(text)
    alone = read(tmp_path, tmp_path / "t")
    words, tokens, ends = alone.words, alone.ids.tolist(), alone.sentence_ends.tolist()
    monkeypatch.setattr(batches, "_BATCHES_BEFORE_PROCESSES", 1)
    monkeypatch.setattr("w2vcli.corpus.sources.BLOCK_BYTES", 2000)
    monkeypatch.setattr(batches, "_CHARACTERS", 4000)
    together = read(tmp_path, tmp_path / "t")
    assert (together.words, together.ids.tolist(), together.sentence_ends.tolist()) == (words, tokens, ends)
    (tmp_path / "t").write_bytes(text.encode() + b"\xff")
    with pytest.raises(BadCorpus, match="is not UTF-8"):
        read(tmp_path, tmp_path / "t")


def write_csv(path: Path) -> None:
    cells = ('"{}",{}'.format(text.replace('"', '""'), label) for text, label in ROWS)
    path.write_text("text,label\n" + "\n".join(cells) + "\n", encoding="utf-8")


def write_tsv(path: Path) -> None:
    rows = [("the king", "1"), ('a "queen', "0"), ("and more", "1"), ("", "1"), ("소녀가 왔다", "0")]
    path.write_text("text\tlabel\n" + "\n".join(map("\t".join, rows)), encoding="utf-8")


def write_jsonl(path: Path) -> None:
    path.write_text("\n".join(json.dumps({"label": label, "text": text}) for text, label in ROWS), encoding="utf-8")


def write_gz(path: Path) -> None:
    write_jsonl(path)
    path.write_bytes(gzip.compress(path.read_bytes()))


def write_parquet(path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    texts, labels = zip(*ROWS, strict=True)
    parquet.write_table(pa.table({"text": texts, "label": labels}), path)


WRITERS = {
    "t.csv": write_csv,
    "t.tsv": write_tsv,
    "t.jsonl": write_jsonl,
    "t.jsonl.gz": write_gz,
    "t.parquet": write_parquet,
}


@pytest.mark.parametrize("name", WRITERS)
def test_a_column_of_a_table_is_a_text_for_each_row(tmp_path: Path, name: str) -> None:
    WRITERS[name](tmp_path / name)
    corpus = read(tmp_path, tmp_path / name, column="text")
    assert sentences(corpus) == WORDS
    assert [file.bytes for file in corpus.files()] == [(tmp_path / name).stat().st_size]
    with pytest.raises(BadCorpus, match=r"has no column review; it has: .*text.* \(--column\)"):
        read(tmp_path, tmp_path / name, column="review")


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("t.csv", "text,n\na,1\n\nb\n", None),
        ("t.csv", "n,text\n1,a\n2\n", "row 3 has 1 columns"),
        ("t.jsonl", '{"text": "a"}\nnot json', "line 2 is no JSON"),
        ("t.jsonl", '{"text": "a"}\n[1]', "line 2 is no JSON object"),
        ("t.jsonl", '{"text": 7}', "text is no text but 7"),
        ("t.jsonl", '{"text": "a \\ud800 b"}\n{"text": null}', None),
        ("t.parquet", "not parquet", "cannot be read as Parquet"),
    ],
)
def test_a_damaged_table_is_told_by_its_line(tmp_path: Path, name: str, data: str, message: str | None) -> None:
    (tmp_path / name).write_text(data)
    if message is None:
        assert read(tmp_path, tmp_path / name, column="text").words == ["a", "b"]
        return
    if name.endswith("parquet"):
        pytest.importorskip("pyarrow")
    with pytest.raises(BadCorpus, match=message):
        read(tmp_path, tmp_path / name, column="text")


def test_a_column_is_found_in_a_file_that_is_not_named_as_a_table(tmp_path: Path) -> None:
    (tmp_path / "ratings.txt").write_text('id\tdocument\tlabel\n1\ta "good\t1\n2\tbad\t0\n')
    (tmp_path / "prose.txt").write_text("Some words, and more.\n")
    told = Told()
    assert read(tmp_path, tmp_path / "ratings.txt", column="document", told=told).words == ["a", "good", "bad"]
    assert told.messages == []
    read(tmp_path, tmp_path / "prose.txt", column="document", told=told)
    assert told.messages == [f"read as plain text, without a column document: {tmp_path / 'prose.txt'}"]


def test_a_column_of_token_lists_is_read_and_said(tmp_path: Path) -> None:
    (tmp_path / "t.jsonl").write_text('{"tokens": ["a", "b"]}\n{"tokens": ["c"]}\n')
    told = Told()
    corpus = read(tmp_path, tmp_path / "t.jsonl", column="tokens", tokenizer="whitespace", told=told)
    assert sentences(corpus) == [["a", "b"], ["c"]]
    assert told.messages == [f"lists of tokens were read as texts, with blanks between: {tmp_path / 't.jsonl'}"]


def test_a_table_without_a_column_named_is_text_and_said(tmp_path: Path) -> None:
    write_csv(tmp_path / "t.csv")
    told = Told()
    read(tmp_path, tmp_path / "t.csv", told=told)
    assert told.messages == [f"read as plain text, with all columns: {tmp_path / 't.csv'}; name one with --column"]


@pytest.mark.parametrize("data", ['["a b"]', '[\n["a b"]]'])
def test_a_list_without_columns_is_text_and_no_column_is_advised(tmp_path: Path, data: str) -> None:
    path = tmp_path / "list.json"
    path.write_text(data)
    told = Told()
    assert read(tmp_path, path, told=told).words == ["a", "b"]
    assert told.messages == [f"read as plain text with its brackets and quotes: {path}"]


def cached(folder: Path, name: Path, told: Told | None = None, **reading: object) -> EncodedCorpus:
    target = folder / f"numbers{len(list(folder.glob('numbers*')))}"
    target.mkdir()
    return read_with_cache([str(name)], target, Reading(**reading), folder / "cache", told or Told())  # type: ignore[arg-type]


def test_the_same_text_is_taken_from_the_cache_and_no_other(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("the king and the queen")
    first = cached(tmp_path, tmp_path / "a")
    (tmp_path / "a").rename(tmp_path / "b")
    told = Told()
    second = cached(tmp_path, tmp_path / "b", told)
    assert "taken from the cache" in told.messages[0]
    assert (second.words, second.ids.tolist(), second.read) == (first.words, first.ids.tolist(), first.read)
    assert [file.path for file in second.files()] == [str(tmp_path / "b")]
    assert [file.path for file in first.files()] == [str(tmp_path / "a")]
    assert cached(tmp_path, tmp_path / "b", lowercase=True).words == first.words
    (tmp_path / "b").write_text("the king and the quail")
    assert "quail" in cached(tmp_path, tmp_path / "b").words
    assert len(cached_corpora(tmp_path / "cache")) == 3
    assert len(clear_cache(tmp_path / "cache")) == 3
    assert cached_corpora(tmp_path / "cache") == []
    assert second.ids.tolist() == first.ids.tolist()


def test_a_cache_of_an_earlier_version_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_text("the king and the queen")
    monkeypatch.setattr("w2vcli.corpus.cache._FORMAT", 3)
    earlier = cached(tmp_path, tmp_path / "a")
    monkeypatch.undo()
    [entry] = (tmp_path / "cache").iterdir()
    for name in ("document-ends.int64", "file-ends.int64", "text-ends.int64", "text-lengths.uint32"):
        (entry / name).unlink()
    told = Told()
    again = cached(tmp_path, tmp_path / "a", told)
    assert told.messages == []
    assert (again.words, again.document_ends().tolist()) == (earlier.words, [1])
    assert len(cached_corpora(tmp_path / "cache")) == 2


def test_text_at_an_address(tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("requests")
    import smart_open

    def missing(*_: object, **__: object) -> None:
        raise ImportError("requests")

    server.data = gzip.compress(b"the king and the queen")
    address = f"http://127.0.0.1:{server.port}/t.txt.gz"
    corpus = read(tmp_path, address)
    assert corpus.words == ["the", "king", "and", "queen"]
    assert corpus.files()[0].path == address
    with pytest.raises(DownloadFailed, match=r"cannot be read: .*404"):
        read(tmp_path, f"http://127.0.0.1:{server.port}/missing.txt")
    monkeypatch.setattr(smart_open, "open", missing)
    with pytest.raises(MissingExtra, match=r"w2vcli\[remote\]"):
        read(tmp_path, "s3://bucket/key")


def test_bytes_are_those_of_the_text_however_it_is_stored(tmp_path: Path, w2v: W2v) -> None:
    """Ten thousand bytes that are no text in a file of less than a hundred are no lost words."""
    text = b"the king and the queen\n" * 500 + b"\xff" * 10_000
    stored = {"t.txt": text, "t.txt.gz": gzip.compress(text, mtime=0)}
    for name, data in stored.items():
        (tmp_path / name).write_bytes(data)
        arguments = ("--encoding-errors", "ignore", "--epochs", 1, "--vector-size", 2, "-q", "--json")
        [receipt] = w2v("train", tmp_path / name, "-o", name.replace(".", "-"), *arguments).json
        assert (receipt["bytes"], receipt["undecodable_bytes"]) == (len(text), 10_000)


@pytest.mark.parametrize("name", ["t.jsonl", "t.parquet"])
def test_tokens_of_lists_are_taken_as_they_are_by_the_tokenizer_whitespace(tmp_path: Path, name: str) -> None:
    lists = [["king", "'s", "don't", "."], ["New York", "\n", "."]]
    path = rows_written(tmp_path, name, [{"tokens": tokens} for tokens in lists])
    told = Told()
    corpus = read(tmp_path, path, told=told, column="tokens", tokenizer="whitespace")
    assert sentences(corpus) == [lists[0], ["New", "York", "."]]
    assert told.messages == [
        f"lists of tokens were read as texts, with blanks between: {path}",
        "1 tokens of lists have white space within and were taken apart: 'New York'",
    ]
