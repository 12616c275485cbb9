"""Round trips through every format that is written, and files that go to and come from other programs."""

from __future__ import annotations

import bz2
import gzip
import lzma
import sys
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tests.conftest import require
from tests.gensim_oracle import NEEDS_GENSIM, FastText, KeyedVectors, Word2Vec, needing_gensim
from tests.test_corpus_encoded import Told
from w2vcli.compression import zstd_module
from w2vcli.errors import BadSettings, DamagedInput, MissingExtra, OutputExists, UnknownFormat
from w2vcli.escaping import escape_characters, visible
from w2vcli.models import vectors as stored_vectors
from w2vcli.models.converting import convert_file, convert_model
from w2vcli.models.directory import Model, new_model, open_model_directory
from w2vcli.models.formats import blocks, text_rows, word2vec_binary
from w2vcli.models.formats.blocks import ReadOptions
from w2vcli.models.formats.format_table import FORMATS, find_sink, format_for, writable_endings
from w2vcli.models.loading import load_vectors

Float32s = npt.NDArray[np.float32]

ODD_WORDS = [
    *["\u00a0", "a\u00a0b", "\u3000", "\t", "a\tb", "\n", "a\nb", " ", "a b", "  ", "\r", "a\rb", "\x0b", "\x0c"],
    *["\x85", "\u2028", "\x1c", "\x00", "\x1b[31m", "\u202eabc", "", "\ufeff", "\ufeffx", "</s>", "(empty)"],
    *["👩‍🌾", "👍🏽", "소녀", unicodedata.normalize("NFD", "소녀"), "é", unicodedata.normalize("NFD", "é")],
    *["1", "-3.5", "nan", "inf", "1e5", "12 3", "w" * 200, "é" * 100, "\\", "\\n", "a\\x20b"],
]
any_words = st.lists(
    st.one_of(st.sampled_from(ODD_WORDS), st.text(st.characters(exclude_categories=["Cs"]), max_size=6)),
    min_size=1,
    max_size=8,
    unique=True,
)
BITS = [0x80000000, 1, 0x807FFFFF, 0x00800000, 0x7F7FFFFF, 0xFF7FFFFF, 0x7F800000, 0xFF800000, 0x7FC00000, 0x3DCCCCCD]


@st.composite
def arrays(draw: st.DrawFn, count: int, narrowest: int) -> Float32s:
    """Draw rows of vectors: any bits, or those of values that bfloat16 or float16 hold too."""
    shape = (count, draw(st.integers(narrowest, 4)))
    kind = draw(st.sampled_from(["float32", "bfloat16", "float16"]))
    if kind == "float16":
        halves = draw(hnp.arrays(np.float16, shape, elements=st.floats(width=16)))
        return halves.astype(np.float32)
    bits = draw(hnp.arrays(np.uint32, shape, elements=st.sampled_from(BITS) | st.integers(0, 2**32 - 1)))
    return (bits & np.uint32(0xFFFF0000) if kind == "bfloat16" else bits).view(np.float32)


def same(word: str) -> str:
    return word


def without(breaking: str) -> Callable[[str], str]:
    return lambda word: escape_characters(word, breaking)


# How a word comes back: as it was, or where the format cannot hold it, escaped.
HELD: dict[str, Callable[[str], str]] = {
    "parquet": same,
    "arrow": same,
    "feather": same,
    "kv": same,
    "npy": without("\t\n\r"),
    "safetensors": without("\t\n\r"),
    "txt": without(" \t\n\r\x0b\x0c"),
    "vec": without(" \t\n\r\x0b\x0c"),
    "glove": without(" \t\n\r\x0b\x0c"),
    "bin": without(" \n"),
    "tsv": lambda word: visible(word) or "(empty)",
    "model2vec": same,
}
TABLES = {"parquet", "arrow", "feather"}
HAVE_COUNTS = TABLES | {"kv"}
# A single number in a row could be any text.
NARROWEST = {"glove": 2, "tsv": 2}


def model_of(folder: Path, words: Sequence[str], vectors: npt.ArrayLike, counts: Sequence[int] | None = None) -> Model:
    array = np.asarray(vectors, dtype=np.float32)
    with new_model(folder / "given.w2v", array.shape[1], force=True) as writer:
        writer.append(words, array, None if counts is None else np.array(counts))
        writer.finish(source={})
    return open_model_directory(folder / "given.w2v")


def write(folder: Path, name: str, words: Sequence[str], vectors: npt.ArrayLike, **given: Any) -> Path:
    """Write vectors as the file ``name`` by way of a model."""
    told = given.pop("told", Told())
    model = model_of(folder, words, vectors, **given)
    convert_model(model.path, find_sink(folder / name, force=False), told)
    return folder / name


def load(path: Path, told: Told | None = None, **reading: Any) -> Model:
    load_vectors(path, path.parent / "loaded.w2v", ReadOptions(**reading), told or Told(), force=True)
    return open_model_directory(path.parent / "loaded.w2v")


def assert_same_bits(found: Float32s, expected: Float32s) -> None:
    """NaN is the same as any NaN."""
    numbers = ~np.isnan(expected)
    assert found.shape == expected.shape
    np.testing.assert_array_equal(np.isnan(found), ~numbers)
    np.testing.assert_array_equal(found[numbers].view(np.uint32), expected[numbers].view(np.uint32))


# --- from a model to a file and back


def test_how_words_come_back_is_said_for_every_format() -> None:
    of_training = {ending[1:] for known in FORMATS if known.of_training for ending in known.endings}
    assert sorted({*HELD, *of_training}) == sorted(writable_endings())


@pytest.mark.parametrize("ending", needing_gensim(HELD, "kv"))
@settings(max_examples=40)
@given(data=st.data())
def test_vectors_come_back_bit_for_bit_and_words_equal_or_escaped_and_told(
    tmp_path_factory: pytest.TempPathFactory, ending: str, data: st.DataObject
) -> None:
    if ending in TABLES:
        require("pyarrow")
    words = data.draw(any_words)
    vectors = data.draw(arrays(len(words), NARROWEST.get(ending, 1)))
    counts = data.draw(st.none() | st.lists(st.integers(0, 2**62), min_size=len(words), max_size=len(words)))
    block_bytes = data.draw(st.sampled_from([1, 40, 1 << 22]))
    folder = tmp_path_factory.mktemp("f")
    told = Told()
    with pytest.MonkeyPatch.context() as patch:
        for module in (blocks, text_rows, word2vec_binary):
            patch.setattr(module, "BLOCK_BYTES", block_bytes)
        patch.setattr(stored_vectors, "_BLOCK_BYTES", block_bytes)
        path = write(folder, f"v.{ending}", words, vectors, counts=counts, told=told)
        found = load(path, trust_pickle=ending == "kv")
    held = [HELD[ending](word) for word in words]
    first = {word: row for row, word in reversed(list(enumerate(held)))}  # escaped words may be equal
    kept = sorted(first.values())
    assert list(found.words) == [held[row] for row in kept]
    assert_same_bits(found.vectors[:], vectors[kept])
    if counts is not None and ending in HAVE_COUNTS:
        assert found.counts is not None
        assert found.counts.tolist() == counts
    else:
        assert found.counts is None
    changed = [f"{word!r} as {escaped}" for word, escaped in zip(words, held, strict=True) if word != escaped]
    messages = [message for message in told.messages if "is given the tokenizer unicode" not in message]
    assert messages == (
        [f"{len(changed)} words have characters that the format cannot hold, and are escaped: {changed[0]}"]
        if changed
        else []
    )


DECOMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.decompress,
    "bz2": bz2.decompress,
    "xz": lzma.decompress,
    "zst": zstd_module().decompress,
}
WORDS = ["king", "소녀", "a\u00a0b", "\ufeffx", "👩‍🌾"]
VECTORS = np.array([[0.1, -0.0, 3e38], [1e-45, 5, 6], [7, 8, 9], [-1, 2.5, 1e-3], [0, 0, 0]], dtype=np.float32)


@pytest.mark.parametrize("compression", list(DECOMPRESS))
@pytest.mark.parametrize("ending", ["bin", "txt", "vec", "glove"])
def test_a_compressed_file_is_the_plain_one_compressed(tmp_path: Path, ending: str, compression: str) -> None:
    plain = write(tmp_path, f"v.{ending}", WORDS, VECTORS)
    packed = write(tmp_path, f"p.{ending}.{compression}", WORDS, VECTORS)
    assert DECOMPRESS[compression](packed.read_bytes()) == plain.read_bytes()
    found = load(packed)
    assert list(found.words) == WORDS
    assert_same_bits(found.vectors[:], VECTORS)


def test_the_same_vectors_make_the_same_compressed_file(tmp_path: Path) -> None:
    first, second = (write(tmp_path, f"{name}.txt.gz", WORDS, VECTORS).read_bytes() for name in ("one", "two"))
    assert first == second


@pytest.mark.parametrize("ending", sorted(set(HELD) - {"bin", "txt", "vec", "glove", "model2vec"}))
def test_what_is_read_at_several_places_or_in_pairs_is_not_compressed(ending: str) -> None:
    with pytest.raises(BadSettings, match=r"files are not compressed as a whole; leave out \.xz"):
        format_for(Path(f"v.{ending}.xz"))


@pytest.mark.parametrize("compression", [gzip.compress, bz2.compress, lzma.compress, zstd_module().compress])
@pytest.mark.parametrize("ending", ["npy", "safetensors", "tsv"])
def test_a_pair_whose_vectors_someone_compressed_is_read(
    tmp_path: Path, ending: str, compression: Callable[[bytes], bytes]
) -> None:
    path = write(tmp_path, f"a.b.{ending}", WORDS, VECTORS)
    path.with_name(f"{path.name}.packed").write_bytes(compression(path.read_bytes()))
    words = path.with_name("a.b.meta.tsv") if ending == "tsv" else path.with_name("a.b.txt")
    found = load(path.with_name(f"{path.name}.packed"), vocabulary=words)
    assert_same_bits(found.vectors[:], VECTORS)


@pytest.mark.parametrize("ending", ["npy", "safetensors", "tsv"])
def test_a_pair_whose_name_has_dots_finds_its_words(tmp_path: Path, ending: str) -> None:
    assert list(load(write(tmp_path, f"glove.6B.50d.{ending}", WORDS, VECTORS)).words) == WORDS


@pytest.mark.parametrize("ending", ["npy", "safetensors"])
def test_vectors_are_not_written_into_the_file_of_their_words(tmp_path: Path, ending: str) -> None:
    model = model_of(tmp_path, WORDS, VECTORS)
    with pytest.raises(BadSettings, match=r"v\.txt is how the file of the words is called"):
        convert_model(model.path, find_sink(tmp_path / "v.txt", ending, force=True), Told())
    assert [path.name for path in tmp_path.iterdir()] == ["given.w2v"]


@pytest.mark.parametrize("ending", ["npy", "safetensors", "tsv"])
def test_a_file_of_words_that_is_there_is_not_replaced(tmp_path: Path, ending: str) -> None:
    words = tmp_path / ("v.meta.tsv" if ending == "tsv" else "v.txt")
    words.write_text("mine")
    with pytest.raises(OutputExists):
        write(tmp_path, f"v.{ending}", WORDS, VECTORS)
    assert words.read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["given.w2v", words.name])


def test_subwords_that_no_format_has_a_place_for_are_told(tmp_path: Path) -> None:
    trained = FastText([["king", "queen"]] * 3, vector_size=2, min_count=1, bucket=5, workers=1)
    trained.wv.save(str(tmp_path / "f.kv"))
    model = load(tmp_path / "f.kv", trust_pickle=True)
    told = Told()
    convert_model(model.path, find_sink(tmp_path / "f.txt", force=False), told)
    assert [message.partition(":")[0] for message in told.messages] == ["the vectors of subwords are left out"]


@pytest.mark.parametrize("target", needing_gensim(["v.bin", "v.npy", "v.parquet", "v.kv.x"], "v.kv.x"))
def test_a_file_becomes_another_without_its_repeated_words(tmp_path: Path, target: str) -> None:
    if target == "v.parquet":
        require("pyarrow")
    source = tmp_path / "v.glove"
    source.write_bytes(b"one 1 2\ntwo 3 4\none 5 6\n")
    told = Told()
    ending = "kv" if target.endswith(".x") else None
    sink = find_sink(tmp_path / target, ending, force=False)
    assert convert_file(source, sink, ReadOptions(), told) == 2
    assert told.messages == ["1 rows left out: their words came before (the first row is kept)"]
    found = load(tmp_path / target, trust_pickle=True)
    assert (list(found.words), found.vectors[:].tolist()) == (["one", "two"], [[1, 2], [3, 4]])


# --- our files, read by others

OTHERS_WORDS = [word for word in ODD_WORDS if word.strip() and not set(word) & set(" \t\n\r\x0b\x0c\x00")]
OTHERS_VECTORS = np.random.default_rng(0).normal(size=(len(OTHERS_WORDS), 5)).astype(np.float32)


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # gensim leaves the file of no_header open
@pytest.mark.parametrize(
    ("name", "how"),
    [("v.bin", {"binary": True}), ("v.txt", {}), ("v.vec.gz", {}), ("v.glove", {"no_header": True})],
)
def test_gensim_reads_our_word2vec_and_glove_files(tmp_path: Path, name: str, how: dict[str, bool]) -> None:
    path = write(tmp_path, name, OTHERS_WORDS, OTHERS_VECTORS)
    keyed = KeyedVectors.load_word2vec_format(str(path), **how)
    assert keyed.index_to_key == OTHERS_WORDS
    np.testing.assert_array_equal(keyed.vectors, OTHERS_VECTORS)


@NEEDS_GENSIM
def test_gensim_loads_our_keyed_vectors_and_can_go_on_with_them(tmp_path: Path) -> None:
    path = write(tmp_path, "v.kv", OTHERS_WORDS, OTHERS_VECTORS, counts=range(len(OTHERS_WORDS)))
    keyed = KeyedVectors.load(str(path))
    assert keyed.index_to_key == OTHERS_WORDS
    np.testing.assert_array_equal(keyed.vectors, OTHERS_VECTORS)
    assert type(keyed.vectors) is np.ndarray
    assert [keyed.get_vecattr(word, "count") for word in OTHERS_WORDS[:3]] == [0, 1, 2]
    nearest, _ = keyed.most_similar("소녀", topn=1)[0]
    unit = OTHERS_VECTORS / np.linalg.norm(OTHERS_VECTORS, axis=1, keepdims=True)
    cosines = unit @ unit[OTHERS_WORDS.index("소녀")]
    assert nearest == OTHERS_WORDS[np.argsort(cosines)[-2]]
    keyed.add_vectors(["new", "newer"], np.ones((2, 5), dtype=np.float32))
    assert keyed["newer"].tolist() == [1] * 5


def test_gensim_loads_our_keyed_vectors_that_are_so_large_that_they_come_in_several_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = KeyedVectors.save
    monkeypatch.setattr(KeyedVectors, "save", lambda keyed, name: save(keyed, name, sep_limit=1))
    path = write(tmp_path, "v.kv", WORDS, VECTORS)
    assert sorted(file.name for file in tmp_path.glob("*kv*")) == ["v.kv", "v.kv.sha256", "v.kv.vectors.npy"]
    np.testing.assert_array_equal(KeyedVectors.load(str(path), mmap="r").vectors, VECTORS)
    np.testing.assert_array_equal(load(path, trust_pickle=True).vectors[:], VECTORS)
    path.unlink()
    with pytest.raises(OutputExists, match=r"v\.kv\.(sha256|vectors\.npy) exists already"):
        write(tmp_path, "v.kv", WORDS, VECTORS)
    assert not list(tmp_path.glob(".*"))
    assert not path.exists()


def test_numpy_loads_our_arrays(tmp_path: Path) -> None:
    path = write(tmp_path, "v.npy", OTHERS_WORDS, OTHERS_VECTORS)
    np.testing.assert_array_equal(np.load(path, allow_pickle=False), OTHERS_VECTORS)
    assert path.with_suffix(".txt").read_bytes().decode().split("\n") == [*OTHERS_WORDS, ""]


def test_safetensors_loads_our_tensors(tmp_path: Path) -> None:
    library = pytest.importorskip("safetensors.numpy", reason="safetensors is no dependency, only an oracle")
    path = write(tmp_path, "v.safetensors", OTHERS_WORDS, OTHERS_VECTORS)
    found = library.load_file(path)
    assert list(found) == ["vectors"]
    np.testing.assert_array_equal(found["vectors"], OTHERS_VECTORS)
    assert path.with_suffix(".txt").read_bytes().decode().split("\n") == [*OTHERS_WORDS, ""]


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_tensors_that_safetensors_saves_are_read(tmp_path: Path, dtype: str) -> None:
    library = pytest.importorskip("safetensors.numpy", reason="safetensors is no dependency, only an oracle")
    exact = np.round(OTHERS_VECTORS * 8) / 8
    tensors = {"embedding.weight": exact.astype(dtype), "bias": np.ones(7, dtype=np.float32)}
    library.save_file(tensors, tmp_path / "v.safetensors", metadata={"format": "pt"})
    (tmp_path / "vocab.txt").write_text("\n".join(OTHERS_WORDS), encoding="utf-8")
    np.testing.assert_array_equal(load(tmp_path / "v.safetensors").vectors[:], exact)


SENTENCES = [["king", "queen", "소녀", "👩‍🌾", "a\u00a0b"]] * 20


@pytest.mark.parametrize("ending", ["bin", "txt"])
def test_what_gensim_saves_for_word2vec_is_read(tmp_path: Path, ending: str) -> None:
    trained = Word2Vec(SENTENCES, vector_size=4, min_count=1, workers=1).wv
    trained.save_word2vec_format(str(tmp_path / "v"), binary=ending == "bin")
    found = load(tmp_path / "v")
    assert list(found.words) == trained.index_to_key
    np.testing.assert_array_equal(found.vectors[:], trained.vectors)


@pytest.mark.parametrize("part", ["model", "vectors"])
@pytest.mark.parametrize("files", ["one file", "several files"])
@pytest.mark.parametrize("make", [Word2Vec, FastText])
def test_models_and_vectors_that_gensim_saves_are_read(tmp_path: Path, make: type, files: str, part: str) -> None:
    settings_of = {"bucket": 50} if make is FastText else {}
    trained = make(SENTENCES, vector_size=4, min_count=1, workers=1, **settings_of)
    (trained if part == "model" else trained.wv).save(str(tmp_path / "g"), sep_limit=1 if files != "one file" else 1e9)
    assert (len(list(tmp_path.iterdir())) > 1) is (files != "one file")
    found = load(tmp_path / "g", trust_pickle=True)
    assert list(found.words) == trained.wv.index_to_key
    np.testing.assert_allclose(found.vectors[:], trained.wv.vectors, atol=1e-6)
    assert found.counts is not None
    assert found.counts.tolist() == [20] * 5
    made = found.vector_of_unknown("kingly")
    if make is FastText:
        assert made is not None
        np.testing.assert_allclose(made, trained.wv["kingly"], atol=1e-6)
    else:
        assert made is None


def test_a_pickle_without_trust_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "g").write_bytes(b"\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x0ctouch opened\x85R.")
    with pytest.raises(UnknownFormat, match="--trust-pickle"):
        load(tmp_path / "g")
    assert not Path("opened").exists()


@NEEDS_GENSIM
@pytest.mark.parametrize("size", [2, 10, 100, 300, -2])
def test_a_pickle_that_breaks_off_is_told(tmp_path: Path, size: int) -> None:
    path = write(tmp_path, "v.kv", WORDS, VECTORS)
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(DamagedInput, match="gensim cannot open it"):
        load(path, trust_pickle=True)


def test_a_pickle_of_something_else_is_told(tmp_path: Path) -> None:
    class_of_gensim = Word2Vec(SENTENCES, vector_size=4, min_count=1, workers=1)
    from gensim.corpora import Dictionary

    Dictionary(SENTENCES).save(str(tmp_path / "d"))
    assert class_of_gensim.wv is not None
    with pytest.raises(UnknownFormat, match="a pickle of Dictionary, which has no word vectors"):
        load(tmp_path / "d", trust_pickle=True)


@pytest.mark.parametrize("head", [b"PAR1", b"ARROW1"])
def test_reading_a_table_without_pyarrow_tells_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, head: bytes
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    (tmp_path / "t").write_bytes(head)
    with pytest.raises(MissingExtra, match=r"pip install 'w2vcli\[arrow\]'"):
        load(tmp_path / "t")
    assert [path.name for path in tmp_path.iterdir()] == ["t"]


@pytest.mark.parametrize("ending", ["parquet", "arrow", "feather"])
def test_writing_a_table_without_pyarrow_tells_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtra, match=r"pip install 'w2vcli\[arrow\]'"):
        write(tmp_path, f"t.{ending}", WORDS, VECTORS)
    assert [path.name for path in tmp_path.iterdir()] == ["given.w2v"]


# --- what text files hold


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"2 3\n\x01a 1 2 3\nb 4 5 6\n", ["\x01a", "b"]),
        (b"2 3\n. . . 1 2 3\nb 4 5 6\n", [". . .", "b"]),
        (b"2 3\n 1 2 3\nb 4 5 6\n", ["", "b"]),
        (b"\x1b[31m 1 2 3\nb 4 5 6\n", ["\x1b[31m", "b"]),
        (b" 1 2 3\nb 4 5 6\n", ["", "b"]),
    ],
)
def test_a_first_word_that_is_odd_does_not_change_the_format(tmp_path: Path, data: bytes, words: list[str]) -> None:
    (tmp_path / "v").write_bytes(data)
    found = load(tmp_path / "v")
    assert (list(found.words), found.vectors[:].tolist()) == (words, [[1, 2, 3], [4, 5, 6]])


def test_rows_of_a_tsv_are_not_shifted_where_one_has_too_many_values_and_another_too_few(tmp_path: Path) -> None:
    (tmp_path / "vecs.tsv").write_bytes(b"1\t2\t3\n4\t5\t6\t7\n8\t9\n")
    (tmp_path / "meta.tsv").write_bytes(b"a\nb\nc\n")
    with pytest.raises(DamagedInput, match="line 2: expected 3 values, found 4 values"):
        load(tmp_path / "vecs.tsv")


# --- headers that lie


def npy(header: str, version: bytes = b"\x01\x00") -> bytes:
    text = header.encode()
    return b"\x93NUMPY" + version + len(text).to_bytes(2 if version[0] == 1 else 4, "little") + text + bytes(99)


def tensors(header: str) -> bytes:
    return len(header).to_bytes(8, "little") + header.encode() + bytes(99)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (npy("{'descr': '<f4', 'fortran_order': False, 'shape': (-1, 3)}"), r"found float32 \(-1, 3\)"),
        (npy("{'descr': '<f4', 'fortran_order': False, 'shape': (3,)}"), r"found float32 \(3,\)"),
        (npy("{'descr': '<f4', 'fortran_order': True, 'shape': (3, 3)}"), "by columns"),
        (npy("{'descr': '<i4', 'fortran_order': False, 'shape': (3, 3)}"), "found int32"),
        (npy("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 0)}"), "promises 0 values a row"),
        (npy("{'descr': '<f4', 'fortran_order': False, 'shape': (9, 3)}"), "promises 9 rows, the file ends before"),
        (npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1" + "0" * 30 + ", 3)}"), "GiB free"),
        (npy("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 3"), "the header is damaged"),
        (npy("{'descr': '<f4',\n  'fortran_order': False,\n 'shape': (3, 3)"), "the header is damaged"),
        (npy("(" * 5000), "the header is damaged"),
        (npy("{1: 2, 'a': 3}"), "the header is damaged"),
        (npy("{'descr': (), 'fortran_order': False, 'shape': (3, 3)}"), "the header is damaged"),
        (b"\x93NUMPY\x02\x00\xff\xff\xff\xff{}", "the header is damaged"),
        (b"\x93NUMPY\x41\x00v\x00{}", "the header is damaged"),
        (tensors('{"v": {"dtype": "F32", "shape": [2, 3.0], "data_offsets": [0, 24]}}'), "no whole numbers"),
        (tensors('{"v": {"dtype": "F32", "shape": [-2, 3], "data_offsets": [24, 0]}}'), "the header is damaged"),
        (tensors('{"v": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 23]}}'), "do not take 23 bytes"),
        (tensors('{"v": {"dtype": "I8", "shape": [2, 3], "data_offsets": [0, 6]}}'), "of a type that is not read"),
        (tensors('{"v": {"dtype": "F32", "shape": [2, 3], "data_offsets": [800, 824]}}'), "the file ends before"),
        (tensors('{"v": {"dtype": "F32", "shape": [2]}}'), "which tensor has the vectors"),
        (tensors('{"a": {"shape": [1, 2]}, "b": {"shape": [3, 4]}}'), "which tensor .* There is: 'a', 'b'"),
        (tensors('{"v": '), "the header is damaged"),
        (tensors('{"v": ' + "[" * 100_000), "the header is damaged"),
    ],
)
def test_headers_that_lie_are_told(tmp_path: Path, data: bytes, message: str) -> None:
    (tmp_path / "v").write_bytes(data)
    (tmp_path / "words.txt").write_text("a\nb\nc\n")
    with pytest.raises(DamagedInput, match=message) as caught:
        load(tmp_path / "v")
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 500


def test_an_array_that_python_2_wrote_is_read_without_a_warning(tmp_path: Path) -> None:
    header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2L, 3L)}"
    (tmp_path / "v.npy").write_bytes(npy(header)[:-99] + np.arange(6, dtype="<f4").tobytes())
    (tmp_path / "v.txt").write_text("a\nb\n")
    assert load(tmp_path / "v.npy").vectors[:].tolist() == [[0, 1, 2], [3, 4, 5]]


def test_compressed_data_that_asks_for_too_much_memory_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """xz says in its header how much memory it takes."""

    def read(_file: object, _size: int) -> bytes:
        raise MemoryError

    (tmp_path / "v.xz").write_bytes(lzma.compress(b"1 2\na 1 2\n"))
    monkeypatch.setattr(lzma.LZMAFile, "read", read)
    with pytest.raises(DamagedInput, match=r"v\.xz: the compressed data asks for more memory than there is"):
        load(tmp_path / "v.xz")
