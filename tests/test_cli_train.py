from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import W2v
from tests.gensim_oracle import NEEDS_GENSIM
from tests.test_training_train import planted
from w2vcli.models.registry import default_path

QUICK = ("--epochs", 1, "--vector-size", 8, "--workers", 1)


@pytest.fixture
def text() -> Path:
    return planted(Path("planted.txt"))


def test_train_then_ask_without_naming_the_model(w2v: W2v, text: Path, home: Path) -> None:
    run = w2v("train", text, "--workers", 1, "--vector-size", 20, "--epochs", 15)
    assert run.status == 0
    assert default_path() == home / "models" / "planted.w2v"
    assert w2v("similar", "cat", "-n", 1).rows[0][0] == "dog"


def test_where_every_word_went_is_printed(w2v: W2v, text: Path) -> None:
    run = w2v("train", text, *QUICK, "--min-count", 600)
    facts = dict(run.rows)
    assert int(facts["read"]) == len(text.read_text().split())
    parts = ("trained", "subsampled", "below_min_count", "held_out")
    assert int(facts["read"]) == sum(int(facts[name]) for name in parts)
    assert (
        f"{int(facts['read']):,} words x 1 (epochs) = {int(facts['read']):,} = {int(facts['trained']):,} trained + "
        in run.err
    )
    assert "reading: " in run.err


@NEEDS_GENSIM
def test_quiet_leaves_the_answer_and_verbose_adds_gensims_log(process: W2v, text: Path) -> None:
    assert process("train", text, *QUICK, "--sample", 0, "-q").err == ""
    assert "gensim.models.word2vec" in process("train", text, *QUICK, "-v", "--force").err


def test_what_a_researcher_should_know_is_warned_of(w2v: W2v, text: Path) -> None:
    run = w2v("train", text, *QUICK, "--hs", 1, "--max-final-vocab", 10)
    assert "of the words were left out by --sample; on little text, --sample 0" in run.err
    assert "--hs 1 with --negative trains with both" in run.err
    (raised,) = [row[1] for row in run.rows if row[0] == "min_count"]
    assert f"--min-count was raised to {raised} by --max-final-vocab" in run.err
    assert w2v("info", "--json").json[0]["training"][0]["receipt"]["min_count"] == int(raised) > 5


def test_json(w2v: W2v, text: Path) -> None:
    (facts,) = w2v("train", text, *QUICK, "--json").json
    assert facts["model"] == "planted"
    assert facts["epochs"] == 1


def test_from_standard_input_one_line_is_as_good_as_many(w2v: W2v, text: Path) -> None:
    line = " ".join(text.read_text().split())
    (facts,) = w2v("train", "-", "-o", "piped", *QUICK, "--json", stdin=line).json
    assert facts["model"] == "piped"
    assert facts["read"] == len(line.split())
    assert facts["sentences"] == 1


def test_epochs_are_chosen_by_size_and_said(w2v: W2v, text: Path) -> None:
    run = w2v("train", text, "--vector-size", 2, "--json")
    assert run.json[0]["epochs"] == 50
    assert f"50 epochs, for {run.json[0]['read']:,} words (--epochs auto)" in run.err


def test_settings_reach_the_model(w2v: W2v, text: Path) -> None:
    w2v("train", text, *QUICK, "--sg", 0, "--hs", 1, "--negative", 0, "--window", 2, "--lowercase", "--seed", 9)
    (facts,) = w2v("info", "--json").json
    expected = {"sg": 0, "hs": 1, "negative": 0, "window": 2, "seed": 9, "vector_size": 8, "epochs": 1}
    assert expected.items() <= facts["training"][0]["settings"].items()
    assert facts["tokenizer"]["lowercase"] is True


def test_compressed_files_and_folders(w2v: W2v, text: Path) -> None:
    import gzip

    Path("folder/deep").mkdir(parents=True)
    text.rename("folder/a.txt")
    Path("folder/deep/b.txt.gz").write_bytes(gzip.compress(Path("folder/a.txt").read_bytes()))
    (facts,) = w2v("train", "folder", *QUICK, "--json").json
    assert (facts["model"], facts["files"]) == ("folder", 2)
    assert facts["read"] == 2 * len(Path("folder/a.txt").read_text().split())


@pytest.mark.parametrize(
    ("data", "arguments", "status", "message"),
    [
        (b"", [], 1, "there are no words in /"),
        (b" .,! \n", [], 1, "there are no words in /"),
        (b"a b c", [], 1, "no word comes 5 times or more"),
        (b"a \xff b", [], 1, "byte 2 is not UTF-8"),
        (b"a b", ["missing.txt"], 1, "missing.txt: no such file or folder"),
        (b"\x1f\x8b\x08", [], 1, "breaks off"),
        (b"a b", ["--negative", "0"], 2, "trains nothing"),
        (b"a b", ["--encoding", "klingon"], 2, "no encoding of text called klingon"),
        (b"a b", ["--encoding", "hex"], 2, "no encoding of text called hex"),
        (b"+2AA-", ["--encoding", "utf-7", "--tokenizer", "whitespace", "--min-count", "1"], 1, "is no text in UTF-8"),
        (b"a b", ["-o", ".x"], 2, "not a name for a model"),
        (b"a b", ["--window", "0"], 2, "Invalid value for '--window'"),
        (b"a b", ["--alpha", "1e300"], 2, "Invalid value for '--alpha'"),
        (b"a b", ["--sample", "nan"], 2, "Invalid value for '--sample'"),
        (b"a b", ["--epochs", "x"], 2, "Invalid value for '--epochs'"),
    ],
)
def test_bad_input_is_one_line(
    w2v: W2v, home: Path, data: bytes, arguments: list[str], status: int, message: str
) -> None:
    Path("corpus.txt").write_bytes(data)
    run = w2v("train", "corpus.txt", *arguments)
    assert run.status == status
    assert run.out == ""
    assert message in run.err.splitlines()[-1]
    assert not list(home.rglob("*.w2v*"))


def test_undecodable_bytes_are_counted(w2v: W2v) -> None:
    Path("corpus.txt").write_bytes(b"cat \xff dog\n" * 9)
    run = w2v("train", "corpus.txt", *QUICK, "--encoding-errors", "replace", "--json")
    assert run.json[0]["undecodable_bytes"] == 9
    assert "Warning: 9 bytes are not utf-8: replaced" in run.err


def test_an_existing_model_needs_force(w2v: W2v, text: Path) -> None:
    assert w2v("train", text, *QUICK).status == 0
    run = w2v("train", text, *QUICK)
    assert (run.status, "--force" in run.err) == (5, True)
    assert w2v("train", text, *QUICK, "--force").status == 0


def test_a_word_below_min_count_is_told_with_its_count(tmp_path: Path, w2v: W2v) -> None:
    (tmp_path / "c.txt").write_text("king queen " * 9 + "duke duke duke earl")
    assert w2v("train", tmp_path / "c.txt", "--min-count", 5, "--epochs", 1, "-q").status == 0
    assert "not in the vocabulary: duke; seen 3 times, below --min-count 5" in w2v("similar", "duke").err
    assert "earl; seen once, below --min-count 5" in w2v("similar", "earl").err
    assert "not in the vocabulary: baron\n" in w2v("similar", "baron").err


@pytest.mark.parametrize("engine", [pytest.param("gensim", marks=NEEDS_GENSIM), "numba"])
def test_texts_of_hardly_any_words_are_trained_or_told(w2v: W2v, engine: str) -> None:
    settings = ("-o", "m", "--force", "--engine", engine, "--vector-size", 1, "--epochs", 2, "--window", 100)
    outputs = (("--negative", 5), ("--hs", 1, "--negative", 0), ("--hs", 1, "--negative", 2))
    for text, words in (("a", 1), ("a\n" * 50, 1), ("a b\n" * 9, 2), ("a\nb\n" * 9, 2), ("a b c d e f g " * 20, 7)):
        Path("t").write_text(text)
        for sg in (0, 1):
            for output in outputs:
                run = w2v("train", "t", *settings, "--workers", 1, "--min-count", 1, "--sg", sg, *output, "--json")
                if words == 1 and "--hs" in output:
                    assert run.status == 1
                    assert "a tree of one word learns nothing; train with --hs 0 --negative 5" in run.err
                else:
                    assert (run.status, run.json[0]["words"]) == (0, words)


def test_a_home_that_cannot_be_written_is_told_before_the_text_is_read(
    w2v: W2v, text: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("file").write_text("")
    monkeypatch.setenv("W2V_HOME", str(Path("file/home").absolute()))
    run = w2v("train", text, "--workers", 1)
    assert (run.status, "reading" in run.err) == (1, False)
    assert "home/models cannot be written (Not a directory); set W2V_HOME to a folder that can be, or" in run.err
    run = w2v("train", text, "-o", "./m", "--workers", 1, "--json")
    assert (run.status, run.json[0]["model"]) == (0, "m")
    assert "Warning: m is not the default model, since " in run.err
    assert "set W2V_HOME to a folder that can be" in run.err
    assert "the text's token ids are not kept: " in run.err
    assert "is now the default model" not in run.err
    assert w2v("info", "./m.w2v", "--check").status == 0
    run = w2v("train", text, "-o", "file/m", "--workers", 1)
    assert (run.status, "file cannot be written (" in run.err, "W2V_HOME" in run.err) == (1, True, False)
