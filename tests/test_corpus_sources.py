from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.conftest import make_pipe
from w2vcli.corpus import sources
from w2vcli.corpus.sources import SourceText, find_sources, looks_binary
from w2vcli.errors import BadCorpus
from w2vcli.inputs import open_input
from w2vcli.text_encodings import settle


def read(path: Path, data: bytes, encoding: str = "utf-8", errors: str = "strict") -> tuple[str, int]:
    """Return the text of a file and its number of undecodable bytes."""
    path.write_bytes(data)
    with open_input(path) as file:
        text = SourceText(file, encoding, errors)
        return "".join(text), text.undecodable_bytes


def test_what_spark_writes_about_its_text_is_no_text(tmp_path: Path) -> None:
    names = ("part-0", ".part-0.crc", "_SUCCESS", "_metadata", "x.crc", "_temporary/0/part-9", "_notes.txt", "_/a.txt")
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_text("x")
    found = find_sources([str(tmp_path)])
    assert [str(Path(source.name).relative_to(tmp_path)) for source in found] == ["_notes.txt", "part-0", "_/a.txt"]


def test_folders_are_read_at_any_depth_by_name_without_hidden_files(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.txt", "a/.hidden", ".git/x.txt", "c.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    make_pipe(tmp_path / "pipe")
    found = find_sources([str(tmp_path)])
    assert [str(Path(source.name).relative_to(tmp_path)) for source in found] == ["b.txt", "c.txt", "a/z.txt"]


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["missing.txt"], "missing.txt: no such file or folder"),
        (["empty"], "empty: there is no text"),
        (["-", "-"], "once"),
    ],
)
def test_sources_that_cannot_be_read(names: list[str], message: str) -> None:
    Path("empty").mkdir()
    with pytest.raises(BadCorpus, match=message):
        find_sources(names)


@pytest.mark.parametrize("data", [b"a\r\nb", b"a\rb", b"a\nb", b"\xef\xbb\xbfa\nb"])
def test_line_breaks_and_byte_order_marks(tmp_path: Path, data: bytes) -> None:
    assert read(tmp_path / "t", data) == ("a\nb", 0)


def test_utf16(tmp_path: Path) -> None:
    assert read(tmp_path / "t", "소녀".encode("utf-16"), "utf-16") == ("소녀", 0)


@pytest.mark.parametrize(("errors", "text"), [("replace", "ab\ufffdcd"), ("ignore", "abcd")])
def test_undecodable_bytes_are_counted(tmp_path: Path, errors: str, text: str) -> None:
    assert read(tmp_path / "t", b"ab\xffcd", errors=errors) == (text, 1)


def test_strict_names_the_file_the_byte_and_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(BadCorpus, match=r"t: byte 2 is not UTF-8; .*--encoding"):
        read(tmp_path / "t", b"ab\xffcd")


def test_utf16_with_a_mark_is_read_whatever_was_asked_for(tmp_path: Path) -> None:
    assert read(tmp_path / "t", "소녀".encode("utf-16"), "utf-8") == ("소녀", 0)
    assert read(tmp_path / "t", "소녀".encode("utf-16"), "cp949") == ("소녀", 0)


def test_utf16_whose_bytes_do_not_say_their_order_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadCorpus, match=r"is not UTF-16; .*--encoding"):
        read(tmp_path / "t", "소녀".encode("utf-16-be"), "utf-16")


@settings(max_examples=50)
@given(st.binary(max_size=40).map(lambda data: b"a" + data), st.integers(1, 7))
def test_undecodable_bytes_are_found_wherever_the_file_is_cut(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, piece: int
) -> None:
    assume(not settle("utf-8", data).instead)
    path = tmp_path_factory.mktemp("piece") / "t"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sources, "BLOCK_BYTES", piece)
        try:
            expected = data.decode()
        except UnicodeDecodeError as error:
            with pytest.raises(BadCorpus, match=rf"byte {error.start:,} is"):
                read(path, data)
            expected = data.decode("utf-8", "ignore")
        text, bad = read(path, data, errors="ignore")
        assert text == expected.replace("\r\n", "\n").replace("\r", "\n")
        assert bad == len(data) - len(expected.encode())


@pytest.mark.parametrize(
    ("data", "encoding", "binary"),
    [(b"text", "utf-8", False), (b"\x89PNG\x00", "utf-8", True), ("a".encode("utf-16-le"), "utf-16", False)],
)
def test_what_looks_binary(tmp_path: Path, data: bytes, encoding: str, binary: bool) -> None:
    (tmp_path / "t").write_bytes(data)
    with open_input(tmp_path / "t") as file:
        assert looks_binary(file, encoding) is binary
