"""Documents, and the original lines of sentences, from every kind of source."""

from __future__ import annotations

import gzip
import io
import json
import re
import tarfile
import threading
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import replace
from itertools import chain, pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import make_pipe
from tests.file_server import Server
from tests.test_corpus_encoded import Told, read
from w2vcli.compression import zstd_module
from w2vcli.corpus import batches, encoded
from w2vcli.corpus.concordance import original_text, original_texts
from w2vcli.corpus.encoded import DOCUMENT_ENDS, TEXT_ENDS, EncodedCorpus, open_corpus
from w2vcli.corpus.reading import Reading, read_corpus
from w2vcli.corpus.sentences import Piece, Splitter
from w2vcli.corpus.tokenizers import TOKENIZERS
from w2vcli.errors import BadCorpus, DamagedInput
from w2vcli.reporting import SILENT

PROSE = """The King's men: 42!  …

 * * *
The queen, said he.) Now
the İstanbul boy.
...
소녀가 왔다. 소년이 갔다!
"""
WRAPPED = "The king and the queen and all their many children lived there,\nand " * 9 + "\n \n\nThe end. And a\nline.\n"


def encode(folder: Path, *names: Path | str, **asked: object) -> tuple[EncodedCorpus, Reading]:
    reading = Reading(**asked)  # type: ignore[arg-type]
    target = folder / f"encoded-{len(list(folder.iterdir()))}"
    target.mkdir()
    return read_corpus([str(name) for name in names], target, reading, SILENT), reading


def require_originals(folder: Path, corpus: EncodedCorpus, reading: Reading) -> list[str]:
    """Read all sentences back, check that each makes its tokens again, and return them."""
    found = original_texts(corpus, range(len(corpus.sentence_ends)), reading)
    sentences = list(corpus.sentences())
    again = folder / "again.txt"
    joined = any(file.joined_lines for file in corpus.files())
    plain = replace(reading, column=None, encoding="utf-8", line_breaks="join" if joined else "end")
    for original, tokens in zip(found, sentences, strict=True):
        again.write_text(original.text + "\n", encoding="utf-8")
        one, _ = encode(folder, again, **vars(plain))
        assert list(one.sentences()) == [tokens]
    return [original.text for original in found]


@pytest.mark.parametrize(
    "asked", [{}, {"lowercase": True}, {"tokenizer": "whitespace"}, {"stop_words": ("the", "now")}]
)
@pytest.mark.parametrize("size", [1, 20, 1 << 20])
def test_each_sentence_is_read_back_as_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: dict[str, object], size: int
) -> None:
    monkeypatch.setattr(batches, "_CHARACTERS", size)
    monkeypatch.setattr("w2vcli.corpus.sources.BLOCK_BYTES", max(size // 2, 1))
    (tmp_path / "t.txt").write_text(PROSE, encoding="utf-8")
    corpus, reading = encode(tmp_path, tmp_path / "t.txt", line_breaks="end", **asked)
    texts = require_originals(tmp_path, corpus, reading)
    assert [text for text in PROSE.split("\n") if re.search(r"\w", text)][-1].startswith(texts[-2].rstrip("."))
    if asked == {}:
        assert texts == [
            "The King's men: 42!",
            "The queen, said he.)",
            "Now",
            "the İstanbul boy.",
            "소녀가 왔다.",
            "소년이 갔다!",
        ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16", "utf-16-be", "utf-32", "euc_kr"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_encodings_marks_and_line_breaks_do_not_move_a_sentence(tmp_path: Path, encoding: str, newline: str) -> None:
    text = "소녀가 왔다. 소년이\n갔다!\n\nking 왕 and queen 여왕\n"
    (tmp_path / "t").write_bytes(text.replace("\n", newline).encode(encoding))
    corpus, reading = encode(tmp_path, tmp_path / "t", encoding=encoding)
    expected = ["소녀가 왔다.", "소년이", "갔다!", "king 왕 and queen 여왕"]
    assert require_originals(tmp_path, corpus, reading) == expected
    assert corpus.text_ends().tolist() == [7, 12, 15, len(text)]


def test_hard_wrapped_lines_are_read_back_as_lines(tmp_path: Path) -> None:
    (tmp_path / "t").write_text(WRAPPED)
    corpus, reading = encode(tmp_path, tmp_path / "t")
    first, *others = require_originals(tmp_path, corpus, reading)
    assert first == WRAPPED[: WRAPPED.index("\n \n\n")].strip()
    assert others == ["The end.", "And a\nline."]


def test_letters_that_are_composed_and_lowered_are_read_back_as_they_were_written(tmp_path: Path) -> None:
    text = unicodedata.normalize("NFD", "Soñé. 소녀가 왔다.\nİİ and 소년")
    (tmp_path / "t").write_text(text, encoding="utf-8")
    corpus, reading = encode(tmp_path, tmp_path / "t", lowercase=True)
    assert require_originals(tmp_path, corpus, reading) == re.split(r"(?<=\.)\s|\n", text)


def compressed_by(compress: Callable[[bytes], bytes]) -> Callable[[Path], list[str]]:
    def write(path: Path) -> list[str]:
        path.write_bytes(compress("One king.\nTwo 여왕.\n".encode()))
        return ["One king.", "Two 여왕."]

    return write


def zstd(data: bytes) -> bytes:
    compressed: bytes = zstd_module().compress(data)
    return compressed


MEMBERS = {"a.txt": "One king. Two\nqueens.", "b/c.txt": "...", "d.txt": "Three 왕\n"}


def write_tar(path: Path) -> list[str]:
    with tarfile.open(path, "w:gz") as archive:
        for name, text in MEMBERS.items():
            member = tarfile.TarInfo(name)
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    return ["One king.", "Two", "queens.", "Three 왕"]


def write_zip(path: Path) -> list[str]:
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in MEMBERS.items():
            archive.writestr(name, text)
        archive.writestr("e.csv", 'text,n\n"In a ""table""",1\nmore,2\n')
    return ["One king.", "Two", "queens.", "Three 왕", 'In a "table"', "more"]


ROWS = ["One king.\nTwo queens", "", "!!!", "the", 'Three "왕"']
OF_ROWS = ["One king.", "Two queens", 'Three "왕"']


def write_csv(path: Path) -> list[str]:
    cells = ('"{}",1'.format(text.replace('"', '""')) for text in ROWS)
    path.write_text("text,label\n" + "\n".join(cells), encoding="utf-8")
    return OF_ROWS


def write_tsv(path: Path) -> list[str]:
    path.write_text("text\tlabel\n" + "".join(f"{text}\t1\n" for text in ROWS if "\n" not in text), encoding="utf-8")
    return OF_ROWS[2:]


def write_jsonl(path: Path) -> list[str]:
    path.write_text("\n".join(json.dumps({"text": text}) for text in ROWS))
    return OF_ROWS


def write_json(path: Path) -> list[str]:
    path.write_text(json.dumps([{"text": text} for text in ROWS]))
    return OF_ROWS


def write_parquet(path: Path) -> list[str]:
    pa = pytest.importorskip("pyarrow")
    pytest.importorskip("pyarrow.parquet").write_table(pa.table({"text": ROWS}), path)
    return OF_ROWS


@pytest.mark.parametrize(
    ("name", "write", "documents"),
    [
        ("t.txt.gz", compressed_by(gzip.compress), [1, 1]),
        ("t.txt.zst", compressed_by(zstd), [1, 1]),
        ("t.tar.gz", write_tar, [1, 1, 1, 3]),
        ("t.zip", write_zip, [1, 1, 1, 3, 4, 5]),
        ("t.csv", write_csv, [1, 1, 5]),
        ("t.tsv", write_tsv, [4]),
        ("t.jsonl", write_jsonl, [1, 1, 5]),
        ("t.json", write_json, [1, 1, 5]),
        ("t.parquet", write_parquet, [1, 1, 5]),
    ],
)
def test_every_kind_of_source_is_read_back(
    tmp_path: Path, name: str, write: Callable[[Path], list[str]], documents: list[int]
) -> None:
    expected = write(tmp_path / name)
    (tmp_path / "first.txt").write_text("In another file.\n")
    column = None if name.startswith("t.t") and "tsv" not in name else "text"
    corpus, reading = encode(tmp_path, tmp_path / "first.txt", tmp_path / name, column=column, stop_words=("the",))
    assert require_originals(tmp_path, corpus, reading) == ["In another file.", *expected]
    found = original_texts(corpus, [*range(len(expected), 0, -1)], reading)  # backwards
    assert [one.text for one in found] == expected[::-1]
    assert [one.document for one in found] == documents[::-1]
    assert {one.path for one in found} == {str(tmp_path / name)}
    of_document = [1, *documents]
    ends = [at for at in range(1, len(of_document)) if at == 1 or of_document[at] != of_document[at - 1]]
    assert corpus.document_ends().tolist() == [*ends, len(of_document)]


def test_text_at_an_address_is_read_back(tmp_path: Path, server: Server) -> None:
    pytest.importorskip("requests")
    server.data = gzip.compress(b"The king.\nThe queen.")
    corpus, reading = encode(tmp_path, f"http://127.0.0.1:{server.port}/t.txt.gz")
    assert original_text(corpus, 1, reading).text == "The queen."
    server.data = gzip.compress(b"The king.\nThe quail.")
    with pytest.raises(BadCorpus, match="has changed since"):
        original_text(corpus, 1, reading)


def test_a_file_that_has_changed_or_is_gone_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.txt"
    path.write_text("The king.\nThe queen.")
    corpus, reading = encode(tmp_path, path)
    for other in ("The king.\nThe quail.", "The king."):
        path.write_text(other)
        with pytest.raises(BadCorpus, match=r"t\.txt: this file has changed since its text was read"):
            original_text(corpus, 0, reading)
    path.unlink()
    with pytest.raises(BadCorpus, match=r"t\.txt: this text is not there any more"):
        original_text(corpus, 0, reading)


@pytest.mark.parametrize("sentence", [-1, 2])
def test_a_sentence_that_there_is_not_is_refused(tmp_path: Path, sentence: int) -> None:
    (tmp_path / "a.txt").write_text("one two\nthree\n")
    corpus, reading = encode(tmp_path, tmp_path / "a.txt", line_breaks="end")
    with pytest.raises(IndexError):
        original_text(corpus, sentence, reading)


def test_a_pipe_cannot_be_read_back(tmp_path: Path) -> None:
    make_pipe(tmp_path / "pipe")
    writer = threading.Thread(target=(tmp_path / "pipe").write_text, args=("The king.",))
    writer.start()
    corpus, reading = encode(tmp_path, tmp_path / "pipe")
    writer.join()
    with pytest.raises(BadCorpus, match="pipe: this text came from a pipe, which can be read only once"):
        original_text(corpus, 0, reading)


def test_joined_phrases_and_split_words_keep_documents_and_texts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("tokenizers")
    lines = ["new york is big", "", "!", "so is new york", "new york new york new york"]
    (tmp_path / "t.jsonl").write_text("\n".join(json.dumps({"text": line}) for line in lines))
    kept = [line for line in lines if len(line) > 1]
    learnt = {"phrases": "default", "phrase_min_count": 1, "phrase_threshold": 0.1}
    for asked in (learnt, {"tokenizer": "subwords", "subword_vocabulary": 20}):
        corpus, reading = encode(tmp_path, tmp_path / "t.jsonl", column="text", **asked)
        assert [one.text for one in original_texts(corpus, range(3), reading)] == kept
        assert corpus.document_ends().tolist() == [1, 2, 3]
    monkeypatch.setattr(encoded, "LONGEST_SENTENCE", 2)
    monkeypatch.setattr("w2vcli.corpus.phrases.LONGEST_SENTENCE", 2)
    monkeypatch.setattr(EncodedCorpus.sentences, "__defaults__", (2,))
    corpus, reading = encode(tmp_path, tmp_path / "t.jsonl", column="text", **learnt)
    assert [one.text for one in original_texts(corpus, range(7), reading)] == [kept[at] for at in (0, 0, 1, 1, 2, 2, 2)]
    assert corpus.document_ends().tolist() == [2, 4, 7]


def test_a_corpus_of_an_earlier_version_says_that_it_has_no_places(tmp_path: Path) -> None:
    (tmp_path / "t").write_text("king")
    corpus, reading = encode(tmp_path, tmp_path / "t")
    (corpus.folder / DOCUMENT_ENDS).unlink()
    (corpus.folder / TEXT_ENDS).unlink()
    earlier = open_corpus(corpus.folder)  # training goes on with it
    with pytest.raises(BadCorpus, match="earlier version of w2v"):
        earlier.document_ends()
    with pytest.raises(BadCorpus, match="earlier version of w2v"):
        original_text(earlier, 0, reading)


def test_places_that_do_not_fit_are_damaged(tmp_path: Path) -> None:
    (tmp_path / "t").write_text("king\nqueen")
    corpus, _ = encode(tmp_path, tmp_path / "t")
    for ends in ([], [1], [0, 2], [3]):
        np.array(ends, dtype=np.int64).tofile(corpus.folder / DOCUMENT_ENDS)
        with pytest.raises(DamagedInput, match=r"document-ends\.int64 is damaged"):
            corpus.document_ends()
    np.array([5], dtype=np.int64).tofile(corpus.folder / TEXT_ENDS)
    with pytest.raises(DamagedInput, match=r"text-ends\.int64 is damaged"):
        corpus.text_ends()


ODD = "aΣİA\u0301\u0323\u1100\u1161\u11a8\u034f.!?…。！\"'”」)\n\r\t \u2000\u3000\u037e\u212b"


@given(
    st.text(alphabet=ODD, max_size=40),
    st.booleans(),
    st.booleans(),
)
def test_sentences_do_not_depend_on_whether_text_is_split_or_normalised_first(
    text: str, join: bool, lowercase: bool
) -> None:
    splitter = Splitter(TOKENIZERS["unicode"], lowercase=lowercase)
    line_break = r"\n[ \t]*\n\s*" if join else r"\n\s*"
    first = re.split(f"{line_break}|{TOKENIZERS['unicode'].sentence_end}", splitter.normalise(text))
    found, stops = splitter.split(Piece(text, join, ends=True))
    assert found == first
    assert stops == sorted(stops)
    assert stops[-1] == len(text)
    begins = [0, *stops[:-1]]
    for sentence, begin, stop in zip(found, begins, stops, strict=True):
        assert splitter.normalise(text[begin:stop]).startswith(sentence)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.lists(st.text(alphabet="abc .!\n,", max_size=20), max_size=3), min_size=1, max_size=4),
    st.integers(1, 30),
)
def test_documents_and_texts_are_those_of_the_rows(
    tmp_path_factory: pytest.TempPathFactory, tables: list[list[str]], size: int
) -> None:
    folder = tmp_path_factory.mktemp("rows")
    paths = []
    for number, rows in enumerate(tables):
        paths.append(folder / f"{number}.jsonl")
        paths[-1].write_text("".join(json.dumps({"text": row}) + "\n" for row in ["z", *rows]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batches, "_CHARACTERS", size)
        corpus = read(folder, *paths, told=Told(), column="text")
    rows = [row for table in tables for row in ["z", *table]]
    documents = [re.findall(r"\w+", row) for row in rows]
    starts = [0, *corpus.document_ends().tolist()]
    sentences = list(corpus.sentences())
    found = [list(chain(*sentences[start:stop])) for start, stop in pairwise(starts)]
    assert found == [document for document in documents if document]
    originals = original_texts(corpus, range(len(sentences)), Reading(column="text"))
    assert [re.findall(r"\w+", one.text) for one in originals] == sentences
    whole = ["z", *(row for table in tables for row in table)]
    assert all(any(one.text in row for row in whole) for one in originals)
