from __future__ import annotations

import gzip
import unicodedata
import zipfile
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import TOY, W2v
from tests.gensim_oracle import NEEDS_GENSIM, KeyedVectors, Word2Vec, needing_gensim
from w2vcli.models.formats.format_table import writable_endings

GLOVE = "king 1 2\n소녀 1 3\nman 0 1\n".encode()
WORDS = ["king", "소녀", "man"]
VECTORS = np.array([[1, 2], [1, 3], [0, 1]], dtype=np.float32)


def everything(folder: Path = Path()) -> list[str]:
    """Return the names of all files and folders in ``folder``, hidden ones too."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def words_and_vectors(path: str) -> tuple[list[str], list[list[float]]]:
    keyed = KeyedVectors.load_word2vec_format(path, binary=path.endswith(".bin"))
    return keyed.index_to_key, keyed.vectors.tolist()


# --- what goes in and what comes out


def test_a_file_becomes_another(w2v: W2v) -> None:
    Path("in.txt").write_bytes(GLOVE)
    run = w2v("convert", "in.txt", "out.bin")
    assert run.status == 0
    assert dict(run.rows) == {"output": "out.bin", "format": "word2vec binary", "words": "3"}
    assert words_and_vectors("out.bin") == (WORDS, VECTORS.tolist())
    assert everything() == ["in.txt", "out.bin"]


def test_what_was_done_as_json(w2v: W2v) -> None:
    Path("in.txt").write_bytes(GLOVE)
    run = w2v("convert", "in.txt", "out.vec", "--json")
    assert run.json == [{"output": "out.vec", "format": "word2vec text", "words": 3}]


@pytest.mark.usefixtures("toy")
@pytest.mark.parametrize("how", ["name", "path"])
def test_a_model_becomes_a_file(w2v: W2v, home: Path, how: str) -> None:
    run = w2v("convert", "toy" if how == "name" else home / "models" / "toy.w2v", "out.txt")
    assert run.status == 0
    words, vectors = words_and_vectors("out.txt")
    assert words == list(TOY)
    np.testing.assert_array_equal(vectors, np.array(list(TOY.values()), dtype=np.float32))
    assert everything() == ["out.txt"]


@pytest.mark.parametrize("ending", needing_gensim(set(writable_endings()) - {"model"}, "kv"))
def test_every_ending_is_written_and_loaded_again(w2v: W2v, ending: str) -> None:
    if ending in {"arrow", "feather", "parquet"}:
        pytest.importorskip("pyarrow")
    if ending == "model2vec":  # what is asked goes through its tokenizer
        pytest.importorskip("tokenizers")
    Path("in.txt").write_bytes(GLOVE)
    assert w2v("convert", "in.txt", f"out.{ending}").status == 0
    run = w2v("load", f"out.{ending}", "-o", "back", "--trust-pickle")
    assert (run.status, run.rows[1]) == (0, ["words", "3"])
    assert [row["vector"] for row in w2v("vector", *WORDS, "--json").json] == VECTORS.tolist()


@pytest.mark.parametrize("compression", ["gz", "bz2", "xz", "zst"])
def test_out_is_compressed_as_its_name_says(w2v: W2v, compression: str) -> None:
    Path("in.txt").write_bytes(GLOVE)
    assert w2v("convert", "in.txt", f"out.glove.{compression}").status == 0
    assert w2v("convert", f"out.glove.{compression}", "back.glove").status == 0
    assert Path("back.glove").read_text(encoding="utf-8") == "king 1.0 2.0\n소녀 1.0 3.0\nman 0.0 1.0\n"
    assert Path(f"out.glove.{compression}").read_bytes() != Path("back.glove").read_bytes()


def test_standard_input_is_converted(w2v: W2v) -> None:
    run = w2v("convert", "-", "out.bin", stdin=gzip.compress(GLOVE))
    assert run.status == 0
    assert words_and_vectors("out.bin") == (WORDS, VECTORS.tolist())


def test_a_file_is_taken_before_a_model_of_its_name(w2v: W2v, toy: object) -> None:
    Path("toy").write_bytes(GLOVE)
    assert w2v("convert", "toy", "out.txt").rows[2] == ["words", "3"]
    Path("toy").unlink()
    assert w2v("convert", "toy", "out.txt", "--force").rows[2] == ["words", "8"]


def test_a_folder_for_out_is_made(w2v: W2v) -> None:
    Path("in.txt").write_bytes(GLOVE)
    assert w2v("convert", "in.txt", "new/folder/out.bin").status == 0
    assert everything() == ["in.txt", "new", "new/folder", "new/folder/out.bin"]


# --- options


@pytest.mark.parametrize("name", ["out", "out.bin", "out.data"])
def test_to_names_the_format_whatever_the_name(w2v: W2v, name: str) -> None:
    Path("in.txt").write_bytes(GLOVE)
    assert w2v("convert", "in.txt", name, "--to", "vec").rows[1] == ["format", "word2vec text"]
    assert Path(name).read_bytes().startswith(b"3 2\nking 1.0 2.0\n")


def test_to_with_a_compressed_name(w2v: W2v) -> None:
    Path("in.txt").write_bytes(GLOVE)
    assert w2v("convert", "in.txt", "out.gz", "--to", "glove").status == 0
    assert gzip.decompress(Path("out.gz").read_bytes()).startswith(b"king 1.0 2.0\n")


def test_limit_takes_the_first_rows(w2v: W2v) -> None:
    Path("in.txt").write_bytes(GLOVE)
    assert w2v("convert", "in.txt", "out.txt", "--limit", 2).rows[2] == ["words", "2"]
    assert words_and_vectors("out.txt")[0] == WORDS[:2]


def test_limit_is_not_for_models(w2v: W2v, toy: object) -> None:
    run = w2v("convert", "toy", "out.txt", "--limit", 2)
    assert (run.status, "a model is written whole; leave --limit out." in run.err, everything()) == (2, True, [])


def test_words_names_the_file_of_the_words(w2v: W2v) -> None:
    np.save("vectors.npy", VECTORS)
    Path("names").write_text("\n".join(WORDS), encoding="utf-8")
    assert w2v("convert", "vectors.npy", "out.bin", "--vocabulary", "names").status == 0
    assert words_and_vectors("out.bin") == (WORDS, VECTORS.tolist())


def test_words_in_another_encoding(w2v: W2v) -> None:
    Path("in.txt").write_bytes("jökull 1 2\n".encode("latin-1"))
    run = w2v("convert", "in.txt", "out.bin")
    assert (run.status, "--encoding" in run.err) == (1, True)
    assert w2v("convert", "in.txt", "out.bin", "--encoding", "latin-1").status == 0
    assert words_and_vectors("out.bin")[0] == ["jökull"]


def test_a_pickle_is_opened_only_with_trust(w2v: W2v) -> None:
    Word2Vec([WORDS] * 3, vector_size=2, min_count=1, workers=1).save("gensim.model")
    run = w2v("convert", "gensim.model", "out.bin")
    assert run.status == 1
    assert run.err.startswith("Error: gensim.model is a Python pickle, which can run any code")
    assert everything() == ["gensim.model"]
    assert w2v("convert", "gensim.model", "out.bin", "--trust-pickle").status == 0
    np.testing.assert_array_equal(
        sorted(words_and_vectors("out.bin")[1]), sorted(Word2Vec.load("gensim.model").wv.vectors.tolist())
    )


def test_an_out_that_exists_needs_force(w2v: W2v) -> None:
    Path("in.txt").write_bytes(GLOVE)
    Path("out.bin").write_bytes(b"mine")
    run = w2v("convert", "in.txt", "out.bin")
    assert run.status == 5
    assert run.err == "Error: out.bin exists already; use --force to replace it, or choose another name\n"
    assert Path("out.bin").read_bytes() == b"mine"
    assert w2v("convert", "in.txt", "out.bin", "--force").status == 0
    assert words_and_vectors("out.bin")[0] == WORDS


def test_words_that_a_format_cannot_hold_are_told(w2v: W2v) -> None:
    Path("in.glove").write_text("at home 1 2\nking 1 3\n")
    run = w2v("convert", "in.glove", "out.bin")
    assert run.status == 0
    assert "1 words have characters that the format cannot hold, and are escaped: 'at home' as at\\x20home" in run.err
    assert words_and_vectors("out.bin")[0] == ["at\\x20home", "king"]


def test_both_ways_to_write_the_same_letters_stay_two_words(w2v: W2v) -> None:
    both = ["소녀", unicodedata.normalize("NFD", "소녀")]
    Path("in.glove").write_text(f"{both[0]} 1 2\n{both[1]} 3 4\n", encoding="utf-8")
    assert w2v("convert", "in.glove", "out.bin").rows[2] == ["words", "2"]
    assert words_and_vectors("out.bin")[0] == both


# --- what goes wrong leaves nothing behind


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["in.txt", "out"], 2, "no format is known by the ending of out; name one with --to: npy, parquet, "),
        (["in.txt", "out.xyz"], 2, "no format is known by the ending of out.xyz"),
        (["in.txt", "out.gz"], 2, "no format is known by the ending of out.gz"),
        (["in.txt", "out.bin", "--to", "xyz"], 2, "no format is known"),
        (["in.txt", "out.npy.gz"], 2, "numpy files are not compressed as a whole; leave out .gz"),
        (["in.txt", "out.parquet.zst"], 2, "Parquet files are not compressed as a whole; leave out .zst"),
        (["in.txt", "new.txt", "--to", "npy"], 2, "new.txt is how the file of the words is called"),
        (["in.txt", "in.npy"], 2, "in.txt would be replaced by what is made of it"),
        (["damaged.bin", "out.txt"], 1, "promises 9 rows"),
        (["damaged.gz", "out.txt"], 1, "the compressed data breaks off before its end"),
        (["damaged.gz", "out.npy"], 1, "the compressed data breaks off before its end"),
        (["empty", "out.txt"], 1, "empty is empty"),
        (["header", "out.txt"], 1, "there are no rows in it"),
        (["nothing", "out.txt"], 4, "no model called nothing"),
        (
            ["vectors.npy", "out.txt"],
            1,
            "vectors.npy has vectors and no words; name the file of its words with --vocabulary",
        ),
        (["vectors.npy", "out.txt", "--vocabulary", "damaged.bin"], 1, "damaged.bin"),
        (["-", "out.txt"], 1, "standard input is empty"),
        (["in.txt", "out.bin", "--limit", "0"], 2, "--limit"),
        (["in.txt", "out.bin", "--vocabulary", "nothing"], 2, "nothing"),
        (["in.txt", "damaged.bin"], 5, "damaged.bin exists already"),
        (["in.txt", "in.txt"], 5, "in.txt exists already"),
        (["in.txt"], 2, "OUT"),
    ],
)
def test_what_goes_wrong_is_told_and_leaves_nothing(
    w2v: W2v, home: Path, arguments: list[str], status: int, message: str
) -> None:
    Path("in.txt").write_bytes(GLOVE)
    Path("damaged.bin").write_bytes(b"9 2\nking " + VECTORS.tobytes())
    Path("damaged.gz").write_bytes(gzip.compress(GLOVE * 10_000)[:-20])
    Path("empty").touch()
    Path("header").write_bytes(b"0 2\n")
    np.save("vectors.npy", VECTORS)
    before = {name: Path(name).read_bytes() for name in everything()}
    run = w2v("convert", *arguments)
    assert (run.status, run.out) == (status, "")
    assert message in run.err
    assert {name: Path(name).read_bytes() for name in everything()} == before
    assert everything(home) == []


def test_a_folder_is_no_out(w2v: W2v) -> None:
    Path("in.txt").write_bytes(GLOVE)
    Path("out.bin").mkdir()
    for force in ([], ["--force"]):
        run = w2v("convert", "in.txt", "out.bin", "-q", *force)
        assert (run.status, run.out, run.err.count("\n")) == (5, "", 1)
    assert everything() == ["in.txt", "out.bin"]


# --- vectors whose words are in another file, loaded


def write_words(ending: str, words: list[str] | None) -> None:
    """Write words beside ``v.ENDING``, or none."""
    path = Path("v.meta.tsv" if ending == "tsv" else "v.txt")
    if words is None:
        path.unlink()
    else:
        path.write_text("".join(f"{word}\n" for word in words), encoding="utf-8")
        Path(f"v.{ending}.sha256").unlink(missing_ok=True)  # as the message says that refuses a changed file


PAIRS = pytest.mark.parametrize("ending", ["npy", "safetensors", "tsv"])


@PAIRS
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (None, "has vectors and no words; name the file of its words with --vocabulary, or call it "),
        (["king", "man"], "there are more vectors than words"),
        ([], "there are more vectors than words"),
        (["king", "man", "boy", "girl"], "there are more words than "),
    ],
    ids=["none", "too few", "empty", "too many"],
)
def test_words_that_are_missing_too_few_or_too_many_are_told(
    w2v: W2v, home: Path, ending: str, words: list[str] | None, message: str
) -> None:
    w2v("convert", "-", f"v.{ending}", stdin=GLOVE)
    write_words(ending, words)
    before = everything()
    run = w2v("load", f"v.{ending}")
    assert (run.status, run.out, run.err.count("\n")) == (1, "", 1)
    assert message in run.err
    assert (everything(), [name for name in everything(home) if "v.w2v" in name]) == (before, [])


@PAIRS
def test_a_last_word_without_a_newline_counts(w2v: W2v, ending: str) -> None:
    w2v("convert", "-", f"v.{ending}", stdin=GLOVE)
    names = Path("v.meta.tsv" if ending == "tsv" else "v.txt")
    names.write_bytes(names.read_bytes().removesuffix(b"\n").replace(b"\n", b"\r\n"))
    Path(f"v.{ending}.sha256").unlink()
    assert w2v("load", f"v.{ending}").status == 0
    assert [row["vector"] for row in w2v("vector", *WORDS, "--json").json] == VECTORS.tolist()


@PAIRS
def test_fewer_rows_need_fewer_words(w2v: W2v, ending: str) -> None:
    w2v("convert", "-", f"v.{ending}", stdin=GLOVE)
    write_words(ending, ["king", "man"])
    names = "v.meta.tsv" if ending == "tsv" else "v.txt"
    assert w2v("load", f"v.{ending}", "--limit", 2, "--vocabulary", names).rows[1] == ["words", "2"]
    if ending != "tsv":
        assert "there are 2 words for the 3 vectors of" in w2v("load", f"v.{ending}", "--limit", 2, "--force").err


@PAIRS
def test_words_of_several_columns_are_the_first_below_a_heading(w2v: W2v, ending: str) -> None:
    w2v("convert", "-", f"v.{ending}", stdin=GLOVE)
    Path("table.tsv").write_text("word\tcount\nking\t9\nqueen\t8\nman\t7\n")
    assert w2v("load", f"v.{ending}", "--vocabulary", "table.tsv").status == 0
    assert w2v("vector", "queen").out == "1.00000000 3.00000000\n"


def test_what_is_read_is_never_replaced(w2v: W2v) -> None:
    """The words of ``g.npy`` would be written into ``g.txt``."""
    Path("g.txt").write_text("a 1 2\nb 3 4\n")
    for target in ("g.npy", "g.txt"):
        run = w2v("convert", "g.txt", target, "--force")
        assert run.status == 2
        assert "g.txt would be replaced" in run.err
    assert Path("g.txt").read_text() == "a 1 2\nb 3 4\n"
    assert [path.name for path in Path().iterdir()] == ["g.txt"]


def test_a_mark_of_the_byte_order_before_a_header_is_no_part_of_a_word(w2v: W2v) -> None:
    Path("bom.txt").write_bytes(b"\xef\xbb\xbf2 2\na 1 2\nb 3 4\n")
    assert w2v("convert", "bom.txt", "out", "--to", ".glove", "-q").status == 0
    assert Path("out").read_text() == "a 1.0 2.0\nb 3.0 4.0\n"


@NEEDS_GENSIM
@pytest.mark.parametrize(
    "output", [{"negative": 5}, {"hs": 1, "negative": 0}, {"hs": 1, "negative": 3, "sg": 0}], ids=str
)
def test_a_trained_model_is_gensims_to_go_on_with(w2v: W2v, output: dict[str, int]) -> None:
    sentences = [["king", "queen", "man", "woman"], ["소녀", "소년", "king"]] * 50
    Path("t.txt").write_text("\n".join(map(" ".join, sentences)), encoding="utf-8")
    flags = [part for name, value in output.items() for part in (f"--{name}", str(value))]
    assert w2v("train", "t.txt", "-o", "t", "--workers", "1", "--vector-size", "7", "--epochs", "2", *flags).status == 0
    assert w2v("convert", "t", "t.model").status == 0
    words = w2v("vector", "king", "소녀", "--json").json
    model = Word2Vec.load("t.model")
    for row in words:
        np.testing.assert_allclose(model.wv[row["word"]], row["vector"], atol=1e-6)
    assert {name: getattr(model, name) for name in output} == output
    assert (model.min_count, model.epochs, model.vector_size) == (5, 2, 7)
    before = model.wv.vectors.copy()
    model.train(sentences, total_examples=len(sentences), epochs=1)
    assert not np.array_equal(model.wv.vectors, before)
    again = w2v("convert", "t", "t.model")
    assert (again.status, "--force" in again.err) == (5, True)


@NEEDS_GENSIM
def test_vectors_alone_are_no_model_of_gensims(w2v: W2v) -> None:
    Path("in.txt").write_bytes(GLOVE)
    assert w2v("load", "in.txt", "-o", "loaded").status == 0
    for source in ("in.txt", "loaded"):
        run = w2v("convert", source, "out.model")
        assert (run.status, "trained here" in run.err) == (2, True)
    assert not Path("out.model").exists()


def test_standard_output_is_no_out_and_no_file_called_so_appears(w2v: W2v) -> None:
    Path("in.txt").write_bytes(GLOVE)
    for ending in ([], ["--to", "txt"]):
        run = w2v("convert", "in.txt", "-", *ending)
        assert (run.status, run.out) == (2, "")
        assert "it cannot be standard output; name a file" in run.err
    assert everything() == ["in.txt"]


def test_a_file_within_an_archive_is_converted_and_examined(w2v: W2v) -> None:
    with zipfile.ZipFile("v.zip", "w") as archive:
        archive.writestr("one.txt", GLOVE)
        archive.writestr("two.txt", GLOVE)
    assert w2v("convert", "v.zip:two.txt", "out.glove").status == 0
    assert Path("out.glove").read_bytes() == b"king 1.0 2.0\n\xec\x86\x8c\xeb\x85\x80 1.0 3.0\nman 0.0 1.0\n"
    assert ["file", "v.zip:one.txt"] in w2v("info", "v.zip:one.txt").rows
    for command in (["convert", "v.zip", "o.bin"], ["info", "v.zip"], ["load", "v.zip"]):
        run = w2v(*command)
        assert (run.status, run.out, run.err.count("\n")) == (1, "", 1)
        assert "choose one of v.zip:one.txt, v.zip:two.txt" in run.err


def test_help_names_every_format_that_is_written(w2v: W2v) -> None:
    words = w2v("convert", "--help").out.split()
    assert [ending for ending in writable_endings() if f".{ending}" not in words] == []
