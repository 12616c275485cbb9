from __future__ import annotations

import gzip
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from w2vcli.corpus import batches
from w2vcli.corpus.encoded import EncodedCorpus
from w2vcli.corpus.reading import Reading, read_corpus
from w2vcli.errors import BadCorpus
from w2vcli.reporting import Silent


class Told(Silent):
    """Keeps what is told."""

    def __init__(self) -> None:
        self.messages: list[str] = []

    def note(self, message: str) -> None:
        self.messages.append(message)

    warn = note


def read(folder: Path, *names: object, told: Told | None = None, **reading: object) -> EncodedCorpus:
    (folder / "numbers").mkdir(exist_ok=True)
    return read_corpus([*map(str, names)], folder / "numbers", Reading(**reading), told or Told())  # type: ignore[arg-type]


def test_words_are_numbered_as_they_come_and_counted(tmp_path: Path) -> None:
    (tmp_path / "t").write_text("b a b\na c\n\n")
    corpus = read(tmp_path, tmp_path / "t")
    assert corpus.words == ["b", "a", "c"]
    assert corpus.counts.tolist() == [2, 2, 1]
    assert corpus.ids.tolist() == [0, 1, 0, 1, 2]
    assert corpus.sentence_ends.tolist() == [3, 5]
    assert list(corpus.sentences(2)) == [["b", "a"], ["b"], ["a", "c"]]


@settings(max_examples=30)
@given(st.lists(st.lists(st.sampled_from(["a", "b", "소녀", "x.y"]), max_size=9), max_size=9), st.integers(1, 5))
def test_nothing_is_lost_or_moved(
    tmp_path_factory: pytest.TempPathFactory, sentences: list[list[str]], longest: int
) -> None:
    folder = tmp_path_factory.mktemp("corpus")
    (folder / "t").write_text("".join(" ".join(sentence) + "\n" for sentence in sentences), encoding="utf-8")
    words = [word for sentence in sentences for word in sentence]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batches, "_CHARACTERS", 3)
        if not words:
            with pytest.raises(BadCorpus, match="there are no words"):
                read(folder, folder / "t", tokenizer="whitespace")
            return
        corpus = read(folder, folder / "t", tokenizer="whitespace")
        assert dict(zip(corpus.words, corpus.counts.tolist(), strict=True)) == Counter(words)
    parts = list(corpus.sentences(longest))
    assert [word for part in parts for word in part] == words
    assert all(1 <= len(part) <= longest for part in parts)
    assert len(corpus.sentence_ends) == sum(map(bool, sentences))


def test_sentences_do_not_go_on_into_the_next_file(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("one two")
    (tmp_path / "b.txt.gz").write_bytes(gzip.compress(b"three"))
    corpus = read(tmp_path, tmp_path / "a.txt", tmp_path / "b.txt.gz")
    assert list(corpus.sentences(10)) == [["one", "two"], ["three"]]
    assert [Path(file.path).name for file in corpus.files()] == ["a.txt", "b.txt.gz"]


def test_binary_files_in_folders_are_left_out_and_told_but_a_named_one_is_an_error(tmp_path: Path) -> None:
    folder = tmp_path / "f"
    folder.mkdir()
    (folder / "a.txt").write_text("word")
    (folder / "b.png").write_bytes(b"\x89PNG\0\0")
    told = Told()
    assert read(tmp_path, folder, told=told).words == ["word"]
    assert told.messages == ["files read: 1 .txt", f"left out, since they are not text: {folder / 'b.png'}"]
    with pytest.raises(BadCorpus, match=r"b.png: this is not text"):
        read(tmp_path, folder / "b.png")


def test_undecodable_bytes_are_told(tmp_path: Path) -> None:
    (tmp_path / "t").write_bytes(b"one \xff\xfe two")
    told = Told()
    corpus = read(tmp_path, tmp_path / "t", told=told, encoding_errors="replace")
    assert corpus.files()[0].undecodable_bytes == 2
    assert corpus.words == ["one", "two"]
    assert told.messages == ["2 bytes are not utf-8: replaced"]


@pytest.mark.parametrize(("line_breaks", "sentences"), [("auto", 1), ("join", 1), ("end", 4)])
def test_hard_wrapped_lines_are_joined_unless_told_otherwise(tmp_path: Path, line_breaks: str, sentences: int) -> None:
    (tmp_path / "t").write_text("the king and the queen and their many children\n" * 4)
    corpus = read(tmp_path, tmp_path / "t", line_breaks=line_breaks)
    assert len(corpus.sentence_ends) == sentences
    assert corpus.files()[0].joined_lines is (line_breaks != "end")


def test_tokenised_text_is_never_joined_by_itself(tmp_path: Path) -> None:
    (tmp_path / "t").write_text("the king and the queen and their many children\n" * 4)
    assert len(read(tmp_path, tmp_path / "t", tokenizer="whitespace").sentence_ends) == 4
